// SPDX-License-Identifier: MIT
/* Borrowed bytes: a pointer and a length. The owner is usually the arena of a request. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"

struct slice {
    const char *at; /* NULL: absent; "" with length 0: present and empty */
    size_t len;
};

#define SLICE(literal) ((struct slice){(literal), sizeof(literal) - 1})
/* An absent slice. In a static initializer write {NULL, 0}. */
#define SLICE_NONE ((struct slice){NULL, 0})

/* Borrows a C string; NULL gives an absent slice. */
static inline struct slice slice_of(const char *text)
{
    return (struct slice){text, text != NULL ? strlen(text) : 0};
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline bool slice_is(struct slice a, const char *text)
{
    return slice_equal(a, slice_of(text));
}

/* The index of `text` in `names`; `count` if `names` does not contain it. */
static inline size_t slice_find(struct slice text, const char *const *names, size_t count)
{
    size_t i = 0;

    while (i < count && !slice_is(text, names[i]))
        i++;
    return i;
}

/* Whether the array `names` contains `text`. */
#define SLICE_IS_IN(text, names) (slice_find((text), (names), ARRAY_LEN(names)) < ARRAY_LEN(names))

/* Whether `list` contains a text equal to `text`. */
static inline bool slice_is_among(struct slice text, const struct slice *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_equal(text, list[i]))
            return true;
    return false;
}

/* Whether the texts are equal, ignoring the case of ASCII letters. */
static inline bool slice_equal_caseless(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || strncasecmp(a.at, b.at, a.len) == 0);
}

/* The text without spaces and tabs at both ends. */
static inline struct slice slice_trim(struct slice text)
{
    while (text.len > 0 && (text.at[0] == ' ' || text.at[0] == '\t')) {
        text.at++;
        text.len--;
    }
    while (text.len > 0 && (text.at[text.len - 1] == ' ' || text.at[text.len - 1] == '\t'))
        text.len--;
    return text;
}

/* The text from byte `at` to its end; `at` is at most its length. */
static inline struct slice slice_from(struct slice text, size_t at)
{
    return (struct slice){text.at + at, text.len - at};
}

/* Returns the part of `rest` before the first character `separator`, and sets `rest` to the part
 * after it. If there is no `separator`, returns all of `rest` and makes `rest` absent. */
static inline struct slice slice_cut(struct slice *rest, char separator)
{
    const char *found = rest->len > 0 ? memchr(rest->at, separator, rest->len) : NULL;
    struct slice part = *rest;

    if (found == NULL) {
        *rest = SLICE_NONE;
        return part;
    }
    part.len = (size_t)(found - rest->at);
    *rest = slice_from(*rest, part.len + 1);
    return part;
}

/* Length of the longest prefix of at most `bytes_max` bytes that does not split a UTF-8 character.
 */
static inline size_t slice_prefix_len(struct slice text, size_t bytes_max)
{
    size_t len = bytes_max;

    if (text.len <= bytes_max)
        return text.len;
    while (len > 0 && ((unsigned char)text.at[len] & 0xc0) == 0x80)
        len--;
    return len;
}

/* Copies the text, or the part that fits, and a NUL into `out`, which has `out_size` bytes (not 0).
 */
static inline void slice_copy(struct slice text, char *out, size_t out_size)
{
    const size_t len = text.len < out_size ? text.len : out_size - 1;

    if (len > 0)
        memcpy(out, text.at, len);
    out[len] = '\0';
}

static inline bool slice_starts(struct slice text, struct slice prefix)
{
    return text.len >= prefix.len && memcmp(text.at, prefix.at, prefix.len) == 0;
}

/* Whether `text` contains `part`; an empty part is in every text. */
static inline bool slice_contains(struct slice text, struct slice part)
{
    return part.len == 0 || (text.len > 0 && memmem(text.at, text.len, part.at, part.len) != NULL);
}

/* Arguments for printf: `"%.*s", SLICE_ARG(s)`. */
#define SLICE_ARG(s) (int)(s).len, (s).at != NULL ? (s).at : ""
