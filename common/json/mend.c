// SPDX-License-Identifier: MIT
#include <math.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/parse.h"
#include "base/text.h"
#include "json/body_private.h"
#include "json/foreign.h"

enum { ESCAPE_LEN = 2, UNIT_LEN = 6 /* length of "\u1234" */ };

static void move_bytes(struct slice *rest, size_t len, struct buf *out)
{
    buf_slice(out, (struct slice){rest->at, len});
    *rest = slice_from(*rest, len);
}

/* The code unit of the \u escape at byte `at`; -1 if there is no such escape. */
static int32_t decode_unit_escape_at(struct slice text, size_t at)
{
    int32_t unit = 0;

    if (text.len < at + UNIT_LEN || text.at[at] != '\\' || text.at[at + 1] != 'u')
        return -1;
    for (size_t i = at + ESCAPE_LEN; i < at + UNIT_LEN; i++) {
        const int digit = parse_hex_digit(text.at[i]);
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

static void repair_escape(struct slice *rest, struct buf *out)
{
    const int32_t unit = decode_unit_escape_at(*rest, 0);
    const int32_t next = decode_unit_escape_at(*rest, UNIT_LEN);

    if (unit >= 0xd800 && unit <= 0xdbff && next >= 0xdc00 && next <= 0xdfff) {
        move_bytes(rest, 2 * UNIT_LEN, out);
    } else if (unit == 0 || (unit >= 0xd800 && unit <= 0xdfff)) {
        buf_text(out, "\\ufffd");
        *rest = slice_from(*rest, UNIT_LEN);
    } else {
        move_bytes(rest, rest->len < ESCAPE_LEN ? rest->len : ESCAPE_LEN, out);
    }
}

/* Writes text without escapes, in time proportional to its length. */
static void repair_bytes(struct slice text, struct buf *out)
{
    while (text.len > 0) {
        move_bytes(&text, text_utf8_prefix_len(text), out);
        if (text.len == 0)
            break;
        buf_text(out, TEXT_REPLACEMENT);
        text = slice_from(text, 1);
    }
}

/* Rewrites the inside of a string: moves `rest` from the opening to the closing quote. */
static void repair_string(struct slice *rest, struct buf *out)
{
    while (rest->len > 0 && *rest->at != '"') {
        size_t len = 0;

        if (*rest->at == '\\') {
            repair_escape(rest, out);
            continue;
        }
        while (len < rest->len && rest->at[len] != '"' && rest->at[len] != '\\')
            len++;
        repair_bytes((struct slice){rest->at, len}, out);
        *rest = slice_from(*rest, len);
    }
}

static void repair_number(struct slice *rest, struct buf *out)
{
    char digits[FOREIGN_NUMBER_MAX + 1];
    char *end;
    int64_t value;
    size_t len = 0;

    while (len < rest->len &&
           (ascii_is_digit(rest->at[len]) || memchr("+-.eE", rest->at[len], 5) != NULL))
        len++;
    if (len > FOREIGN_NUMBER_MAX) {
        move_bytes(rest, len, out);
        return;
    }
    slice_copy((struct slice){rest->at, len}, digits, sizeof digits);
    if (isinf(strtod(digits, &end)) && *end == '\0') {
        buf_text(out, "null");
        *rest = slice_from(*rest, len);
        return;
    }
    move_bytes(rest, len, out);
    if (strpbrk(digits, ".eE") == NULL &&
        !parse_i64(slice_of(digits), INT64_MIN, INT64_MAX, &value))
        buf_text(out, "e0");
}

void value_repair_json(struct slice text, struct buf *out)
{
    while (text.len > 0) {
        const char c = *text.at;

        if (c == '-' || ascii_is_digit(c)) {
            repair_number(&text, out);
            continue;
        }
        move_bytes(&text, 1, out);
        if (c != '"')
            continue;
        repair_string(&text, out);
        if (text.len > 0)
            move_bytes(&text, 1, out);
    }
}
