// SPDX-License-Identifier: MIT
/* A growing buffer with a maximum size.
 *
 * Appending returns no error. If the maximum would be exceeded, or if the system is out of memory,
 * the buffer is marked failed and ignores all further appends. The caller calls buf_ok() once, at
 * the end. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

struct buf {
    char *data; /* not NUL-terminated; NULL while nothing was appended */
    size_t len;
    size_t cap;
    size_t max;
    bool failed;
};

/* `max` is the maximum size in bytes. */
void buf_init(struct buf *buf, size_t max);
/* The same, as the initial value of a variable. */
#define BUF(max_) ((struct buf){.max = (max_)})
/* Makes a buffer of at most `size` bytes in the caller's memory `memory`. Needs no buf_finish(). */
void buf_init_over(struct buf *buf, char *memory, size_t size);
/* The same, as the initial value of a variable. */
static inline struct buf buf_over(char *memory, size_t size)
{
    return (struct buf){.data = memory, .cap = size, .max = size};
}
void buf_finish(struct buf *buf);
/* Empties the buffer, keeps its memory, and clears a failure. */
void buf_clear(struct buf *buf);

void buf_append(struct buf *buf, const void *data, size_t len);
void buf_slice(struct buf *buf, struct slice text);
void buf_text(struct buf *buf, const char *text);
void buf_char(struct buf *buf, char c);
void buf_i64(struct buf *buf, int64_t value);
void buf_u64(struct buf *buf, uint64_t value);
/* Appends the value in hexadecimal, with at least `digits` digits, at most 16. */
void buf_hex(struct buf *buf, uint64_t value, int digits);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
/* Returns room for `len` bytes behind the contents; NULL if the buffer is marked failed. The caller
 * writes there, then calls buf_advance() with the number of bytes to append. */
char *buf_reserve(struct buf *buf, size_t len);
void buf_advance(struct buf *buf, size_t len);

/* Appends `text` as a JSON string with its quotes. Only characters that RFC 8259 requires to be
 * escaped are escaped. Each byte that is not part of a UTF-8 character becomes U+FFFD, so the
 * result is valid JSON. An absent slice becomes null. */
void buf_json_string(struct buf *buf, struct slice text);
/* Appends a member's name, which needs no escape, with a comma before it unless it is the first. */
void buf_json_name(struct buf *buf, struct slice name, bool is_first);
/* Appends `prefix`, which ends with a member's name (",\"text\":"), and `text` as a JSON string. */
void buf_json_member(struct buf *buf, const char *prefix, struct slice text);

/* False if an append has failed: FAULT_INTERNAL "too_much_output". */
bool buf_ok(const struct buf *buf, struct fault *fault) MUST_CHECK;
struct slice buf_as_slice(const struct buf *buf);
/* Copies the contents into `arena`, NUL-terminated. False if an append has failed or the arena is
 * full. */
bool buf_keep(const struct buf *buf, struct arena *arena, struct slice *out,
              struct fault *fault) MUST_CHECK;
