// SPDX-License-Identifier: MIT
/* The grammar of RFC 8259, token by token, without memory of its own: under json/foreign. Functions
 * that return bool: false means that the text cannot be read, and `why` says why. Private to json/.
 */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

struct scan {
    const char *at; /* of the next byte */
    const char *end;
    int depth;       /* objects and arrays that are open */
    bool odd;        /* something came that scan_unescape() makes U+FFFD */
    size_t broken;   /* bytes in strings that were not UTF-8, so far */
    const char *why; /* a static sentence */
};

/* What stands between the quotes of a string. */
struct scan_string {
    struct slice raw;
    size_t room; /* 0: `raw` is the text; else bytes that scan_unescape() writes at most */
};

/* Skips white space. The next byte; NUL at the end, where no other byte may be NUL either. */
static inline char scan_peek(struct scan *scan)
{
    while (scan->at < scan->end &&
           (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' || *scan->at == '\t'))
        scan->at++;
    if (scan->at == scan->end)
        return '\0';
    return *scan->at;
}

/* Skips white space and then `c`, if that is what follows. */
static inline bool scan_take(struct scan *scan, char c)
{
    if (scan_peek(scan) != c || scan->at == scan->end)
        return false;
    scan->at++;
    return true;
}

/* Sets `why`, unless it is set; false. */
bool scan_broken(struct scan *scan);
/* As scan_take(), but anything else is broken. */
bool scan_expect(struct scan *scan, char c) MUST_CHECK;

/* An object or array begins, its bracket is taken; when it ends, the caller lowers `depth`. */
bool scan_enter(struct scan *scan) MUST_CHECK;

bool scan_string(struct scan *scan, struct scan_string *out) MUST_CHECK;
/* A number. `whole`: without a point and an exponent. */
bool scan_number(struct scan *scan, struct slice *digits, bool *whole) MUST_CHECK;
/* Any value, whatever is in it. */
bool scan_skip(struct scan *scan) MUST_CHECK;

/* The text of a string. Returns its length. */
size_t scan_unescape(const struct scan_string *string, char *out);
/* A value that was scanned, with \ufffd for each odd escape and U+FFFD for each broken byte, of
 * which each takes two bytes more than before. Returns its length. */
size_t scan_mend(struct slice value, char *out);
