// SPDX-License-Identifier: MIT
/* Appends to buffers. Every reply, log line and metric is written by these functions, so they must
 * be fast. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

enum { BUF_FIRST = 512, U64_DIGITS = 20, U64_HEX_DIGITS = 16 };

static const char digit_pairs[] = "00010203040506070809101112131415161718192021222324"
                                  "25262728293031323334353637383940414243444546474849"
                                  "50515253545556575859606162636465666768697071727374"
                                  "75767778798081828384858687888990919293949596979899";

void buf_init(struct buf *buf, size_t max)
{
    *buf = (struct buf){.max = max};
}

void buf_init_over(struct buf *buf, char *memory, size_t size)
{
    *buf = buf_over(memory, size);
}

void buf_finish(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){.max = buf->max};
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    buf->failed = false;
}

static char *grow_buf(struct buf *buf, size_t len)
{
    size_t cap = buf->cap == 0 ? BUF_FIRST : buf->cap;
    char *data;

    if (buf->failed || len > buf->max - buf->len) {
        buf->failed = true;
        return NULL;
    }
    while (cap < buf->len + len)
        cap = cap > buf->max / 2 ? buf->max : cap * 2;
    if (cap > buf->max)
        cap = buf->max;
    data = realloc(buf->data, cap);
    if (data == NULL) {
        buf->failed = true;
        return NULL;
    }
    buf->data = data;
    buf->cap = cap;
    return data + buf->len;
}

/* Not exported, so that compilers inline it: an exported function may be replaced at link time. */
static inline char *reserve_room(struct buf *buf, size_t len)
{
    if (!buf->failed && len <= buf->cap - buf->len && buf->data != NULL)
        return buf->data + buf->len;
    return grow_buf(buf, len);
}

static inline void append_bytes(struct buf *buf, const void *data, size_t len)
{
    char *room = reserve_room(buf, len);

    if (room == NULL)
        return;
    memcpy(room, data, len);
    buf->len += len;
}

char *buf_reserve(struct buf *buf, size_t len)
{
    return reserve_room(buf, len);
}

void buf_advance(struct buf *buf, size_t len)
{
    buf->len += len;
}

void buf_append(struct buf *buf, const void *data, size_t len)
{
    if (len > 0)
        append_bytes(buf, data, len);
}

void buf_slice(struct buf *buf, struct slice text)
{
    buf_append(buf, text.at, text.len);
}

void buf_text(struct buf *buf, const char *text)
{
    buf_append(buf, text, strlen(text));
}

void buf_char(struct buf *buf, char c)
{
    char *room = reserve_room(buf, 1);

    if (room == NULL)
        return;
    *room = c;
    buf->len++;
}

void buf_u64(struct buf *buf, uint64_t value)
{
    char digits[U64_DIGITS];
    size_t at = sizeof digits;

    while (value >= 100) {
        at -= 2;
        memcpy(digits + at, digit_pairs + value % 100 * 2, 2);
        value /= 100;
    }
    if (value >= 10) {
        at -= 2;
        memcpy(digits + at, digit_pairs + value * 2, 2);
    } else {
        digits[--at] = (char)('0' + value);
    }
    append_bytes(buf, digits + at, sizeof digits - at);
}

void buf_i64(struct buf *buf, int64_t value)
{
    if (value >= 0) {
        buf_u64(buf, (uint64_t)value);
        return;
    }
    buf_char(buf, '-');
    buf_u64(buf, 0 - (uint64_t)value);
}

void buf_hex(struct buf *buf, uint64_t value, int digits)
{
    char text[U64_HEX_DIGITS];
    size_t at = sizeof text;

    for (; value != 0 || digits > 0; value >>= 4, digits--)
        text[--at] = "0123456789abcdef"[value & 15];
    append_bytes(buf, text + at, sizeof text - at);
}

/* Formats directly into the free space, which most texts fit; a longer text is formatted twice. */
void buf_printf(struct buf *buf, const char *format, ...)
{
    const size_t left = buf->failed ? 0 : buf->cap - buf->len;
    va_list args;
    char *room;
    int len;

    va_start(args, format);
    len = vsnprintf(left > 0 ? buf->data + buf->len : NULL, left, format, args);
    va_end(args);
    if (len >= 0 && (size_t)len < left) {
        buf->len += (size_t)len;
        return;
    }
    room = reserve_room(buf, len < 0 ? SIZE_MAX : (size_t)len + 1);
    if (room == NULL)
        return;
    va_start(args, format);
    vsnprintf(room, (size_t)len + 1, format, args);
    va_end(args);
    buf->len += (size_t)len;
}

/* The way each byte is written in a JSON string. 0: unchanged; 'u': as \u00XX; another letter: as a
 * backslash and that letter. */
static const char escapes[256] = {
    [0] = 'u',  [1] = 'u',  [2] = 'u',  [3] = 'u',  [4] = 'u',   [5] = 'u',     [6] = 'u',
    [7] = 'u',  [8] = 'b',  [9] = 't',  [10] = 'n', [11] = 'u',  [12] = 'f',    [13] = 'r',
    [14] = 'u', [15] = 'u', [16] = 'u', [17] = 'u', [18] = 'u',  [19] = 'u',    [20] = 'u',
    [21] = 'u', [22] = 'u', [23] = 'u', [24] = 'u', [25] = 'u',  [26] = 'u',    [27] = 'u',
    [28] = 'u', [29] = 'u', [30] = 'u', [31] = 'u', ['"'] = '"', ['\\'] = '\\',
};

#define EACH_BYTE(b) (UINT64_C(0x0101010101010101) * (b))
/* The result has the top bit set in each byte that is less than `n` (n <= 128) in `word`. The top
 * bit of a byte that follows such a byte may be set too. */
#define BELOW(word, n) (((word)-EACH_BYTE(n)) & ~(word)&EACH_BYTE(0x80))

static bool word_needs_no_escape(const char *at)
{
    uint64_t word;

    memcpy(&word, at, 8);
    return (BELOW(word, 0x20) | BELOW(word ^ EACH_BYTE('"'), 1) |
            BELOW(word ^ EACH_BYTE('\\'), 1)) == 0;
}

typedef uint8_t byte_block __attribute__((vector_size(16)));

static bool block_needs_no_escape(const char *at)
{
    byte_block bytes;
    uint64_t halves[2];

    memcpy(&bytes, at, sizeof bytes);
    const byte_block odd = (byte_block)((bytes < 0x20) | (bytes == '"') | (bytes == '\\'));
    memcpy(halves, &odd, sizeof halves);
    return (halves[0] | halves[1]) == 0;
}

/* Length of the prefix of a JSON string that needs no escape. Checks 16 or 8 bytes at a time; the
 * last 8 may overlap the previous ones. */
static size_t unescaped_prefix_len(const char *at, size_t len)
{
    size_t done = 0;

    while (len - done >= sizeof(byte_block) && block_needs_no_escape(at + done))
        done += sizeof(byte_block);
    while (len - done >= 8 && word_needs_no_escape(at + done))
        done += 8;
    if (done >= 8 && len - done < 8 && word_needs_no_escape(at + len - 8))
        return len;
    while (done < len && escapes[(unsigned char)at[done]] == 0)
        done++;
    return done;
}

static void append_escape(struct buf *buf, unsigned char c)
{
    char escape = escapes[c];

    append_bytes(buf, (char[]){'\\', escape}, 2);
    if (escape == 'u')
        buf_hex(buf, c, 4);
}

static void append_escaped(struct buf *buf, struct slice text, size_t plain_len)
{
    for (;;) {
        buf_append(buf, text.at, plain_len);
        text = slice_from(text, plain_len);
        if (text.len == 0)
            break;
        append_escape(buf, (unsigned char)*text.at);
        text = slice_from(text, 1);
        plain_len = unescaped_prefix_len(text.at, text.len);
    }
}

/* Writes text with bytes that are not UTF-8, the first of them after `valid_len` valid bytes. */
static void append_repaired_string(struct buf *buf, struct slice text, size_t valid_len)
{
    buf_char(buf, '"');
    for (;;) {
        append_escaped(buf, (struct slice){text.at, valid_len},
                       unescaped_prefix_len(text.at, valid_len));
        text = slice_from(text, valid_len);
        if (text.len == 0)
            break;
        buf_slice(buf, SLICE(TEXT_REPLACEMENT));
        text = slice_from(text, 1);
        valid_len = text_utf8_prefix_len(text);
    }
    buf_char(buf, '"');
}

void buf_json_string(struct buf *buf, struct slice text)
{
    size_t plain;
    char *room;

    if (text.at == NULL) {
        append_bytes(buf, "null", 4);
        return;
    }
    plain = text_utf8_prefix_len(text);
    if (plain < text.len) {
        append_repaired_string(buf, text, plain);
        return;
    }
    plain = unescaped_prefix_len(text.at, text.len);
    if (plain < text.len) {
        buf_char(buf, '"');
        append_escaped(buf, text, plain);
        buf_char(buf, '"');
        return;
    }
    room = reserve_room(buf, text.len + 2);
    if (room == NULL)
        return;
    room[0] = '"';
    memcpy(room + 1, text.at, text.len);
    room[text.len + 1] = '"';
    buf->len += text.len + 2;
}

void buf_json_name(struct buf *buf, struct slice name, bool is_first)
{
    char *room = reserve_room(buf, name.len + 4);

    if (room == NULL)
        return;
    if (!is_first)
        *room++ = ',';
    *room++ = '"';
    memcpy(room, name.at, name.len);
    room[name.len] = '"';
    room[name.len + 1] = ':';
    buf->len += name.len + (is_first ? 3 : 4);
}

void buf_json_member(struct buf *buf, const char *prefix, struct slice text)
{
    buf_text(buf, prefix);
    buf_json_string(buf, text);
}

bool buf_ok(const struct buf *buf, struct fault *fault)
{
    if (!buf->failed)
        return true;
    return fault_set(fault, FAULT_INTERNAL, "too_much_output", "The answer is too large to build");
}

struct slice buf_as_slice(const struct buf *buf)
{
    return (struct slice){buf->data != NULL ? buf->data : "", buf->len};
}

bool buf_keep(const struct buf *buf, struct arena *arena, struct slice *out, struct fault *fault)
{
    return buf_ok(buf, fault) && arena_keep(arena, buf_as_slice(buf), out, fault);
}
