// SPDX-License-Identifier: MIT
/* A growing buffer with a ceiling set at birth.
 *
 * Appending never fails on the spot: past the ceiling, or out of memory, the buffer is marked
 * failed, later appends do nothing, and buf_ok() tells once, at the end. So encoders read as what
 * they write.
 */
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

/* `max` in bytes. */
void buf_init(struct buf *buf, size_t max);
/* Over memory of the caller's, which is its ceiling; there is nothing to finish. */
void buf_init_over(struct buf *buf, char *room, size_t size);
void buf_finish(struct buf *buf);
/* Empties, keeps the memory, forgets a failure. */
void buf_clear(struct buf *buf);

void buf_append(struct buf *buf, const void *data, size_t len);
void buf_slice(struct buf *buf, struct slice text);
void buf_text(struct buf *buf, const char *text);
void buf_char(struct buf *buf, char c);
void buf_i64(struct buf *buf, int64_t value);
void buf_u64(struct buf *buf, uint64_t value);
/* At least `digits` of them, up to 16. */
void buf_hex(struct buf *buf, uint64_t value, int digits);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
/* Room for `len` more bytes to be written at the returned place; then buf_advance(). NULL when
 * failed. */
char *buf_reserve(struct buf *buf, size_t len);
void buf_advance(struct buf *buf, size_t len);

/* `text` as a JSON string with its quotes: RFC 8259 escapes, UTF-8 passed through. Absent: null. */
void buf_json_string(struct buf *buf, struct slice text);

/* False when anything did not fit: FAULT_INTERNAL "too_much_output". */
bool buf_ok(const struct buf *buf, struct fault *fault) MUST_CHECK;
struct slice buf_as_slice(const struct buf *buf);
