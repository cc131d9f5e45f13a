// SPDX-License-Identifier: MIT
/* Every byte of an update is scanned here, so strings are checked eight bytes at a time. */
#include <stdint.h>

#include "base/ascii.h"
#include "base/parse.h"
#include "base/text.h"
#include "json/foreign.h"
#include "json/scan_private.h"

_Static_assert(FOREIGN_DEPTH_MAX <= 64, "scan_skip() has one bit for each level");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first byte of a word is its lowest");

enum { ESCAPE_LEN = 2, UNIT_LEN = 6 /* \u1234 */, REPLACEMENT = 0xfffd };

#define EACH_BYTE(b) (UINT64_C(0x0101010101010101) * (b))
#define HIGH_BITS    EACH_BYTE(0x80)
/* The top bit of each byte below `n` (n <= 128). The byte above such a one may have it set too, so
 * only the lowest is certain. */
#define BELOW(word, n) (((word)-EACH_BYTE(n)) & ~(word)&HIGH_BITS)

bool scan_broken(struct scan *scan)
{
    if (scan->why == NULL)
        scan->why = "is not JSON";
    return false;
}

bool scan_expect(struct scan *scan, char c)
{
    return scan_take(scan, c) || scan_broken(scan);
}

bool scan_enter(struct scan *scan)
{
    if (scan->depth == FOREIGN_DEPTH_MAX) {
        scan->why = "is nested too deep";
        return false;
    }
    scan->depth++;
    return true;
}

/* The value of the four digits of \u1234; "\u" is already checked. -1: not hexadecimal.
 */
static int32_t unit_at(const char *at, const char *end)
{
    int32_t unit = 0;

    if (end - at < UNIT_LEN || at[0] != '\\' || at[1] != 'u')
        return -1;
    for (int i = ESCAPE_LEN; i < UNIT_LEN; i++) {
        int digit = parse_hex_digit(at[i]);
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

static bool is_high(int32_t unit)
{
    return unit >= 0xd800 && unit <= 0xdbff;
}

static bool is_low(int32_t unit)
{
    return unit >= 0xdc00 && unit <= 0xdfff;
}

/* The character of an escape other than \u, by its letter; 0: not in RFC 8259, 7. */
static const uint8_t simple_escapes[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
};

/* The length of the escape that begins with the backslash at `at`; 0 when it is malformed. */
static size_t escape_at(const char *at, const char *end, int32_t *point)
{
    int32_t unit;
    int32_t low;

    if (end - at < ESCAPE_LEN)
        return 0;
    *point = simple_escapes[(unsigned char)at[1]];
    if (*point != 0)
        return ESCAPE_LEN;
    unit = unit_at(at, end);
    if (unit < 0)
        return 0;
    low = is_high(unit) ? unit_at(at + UNIT_LEN, end) : -1;
    if (is_low(low)) {
        *point = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        return (size_t)2 * UNIT_LEN;
    }
    *point = unit == 0 || is_high(unit) || is_low(unit) ? REPLACEMENT : unit;
    return UNIT_LEN;
}

static bool is_plain(char c)
{
    return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

/* Skips bytes that need no individual check. `seen` collects their bits: a byte beyond ASCII sets
 * the highest. It may include some of the following bytes. */
static const char *skip_plain(const char *at, const char *end, uint64_t *seen)
{
    while (end - at >= 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        *seen |= word;
        uint64_t special =
            BELOW(word, 0x20) | BELOW(word ^ EACH_BYTE('"'), 1) | BELOW(word ^ EACH_BYTE('\\'), 1);
        if (special != 0)
            return at + __builtin_ctzll(special) / 8;
        at += 8;
    }
    for (; at < end && is_plain(*at); at++)
        *seen |= (unsigned char)*at;
    return at;
}

static size_t count_broken(struct slice text)
{
    size_t count = 0;

    for (;; count++) {
        size_t good = text_utf8_prefix(text);
        if (good == text.len)
            return count;
        text = slice_from(text, good + 1);
    }
}

bool scan_string(struct scan *scan, struct scan_string *out)
{
    struct scan_string string = {
        {NULL, 0},
        0
    };
    uint64_t seen = 0;
    bool has_escapes = false;
    size_t broken;

    if (!scan_take(scan, '"'))
        return scan_broken(scan);
    string.raw.at = scan->at;
    for (;;) {
        int32_t point = 0;
        size_t len;
        if (scan->at < scan->end && *scan->at != '\\')
            scan->at = skip_plain(scan->at, scan->end, &seen);
        if (scan->at == scan->end || *scan->at != '\\')
            break;
        len = escape_at(scan->at, scan->end, &point);
        if (len == 0)
            return scan_broken(scan);
        scan->odd |= point == REPLACEMENT;
        has_escapes = true;
        scan->at += len;
    }
    if (scan->at == scan->end || *scan->at != '"')
        return scan_broken(scan);
    string.raw.len = (size_t)(scan->at++ - string.raw.at);
    broken = (seen & HIGH_BITS) != 0 ? count_broken(string.raw) : 0;
    scan->odd |= broken > 0;
    scan->broken += broken;
    if (has_escapes || broken > 0)
        string.room = string.raw.len + 2 * broken;
    *out = string;
    return true;
}

/* Returns how many digits there are. */
static size_t skip_digits(struct scan *scan)
{
    const char *start = scan->at;

    while (scan->at < scan->end && ascii_is_digit(*scan->at))
        scan->at++;
    return (size_t)(scan->at - start);
}

static bool skip_one_of(struct scan *scan, char a, char b)
{
    if (scan->at == scan->end || (*scan->at != a && *scan->at != b))
        return false;
    scan->at++;
    return true;
}

bool scan_number(struct scan *scan, struct slice *digits, bool *whole)
{
    const char *start = scan->at;
    bool is_whole = true;
    size_t exponent = 0;

    (void)!skip_one_of(scan, '-', '-');
    if (!skip_one_of(scan, '0', '0') && skip_digits(scan) == 0)
        return scan_broken(scan);
    if (skip_one_of(scan, '.', '.')) {
        is_whole = false;
        if (skip_digits(scan) == 0)
            return scan_broken(scan);
    }
    if (skip_one_of(scan, 'e', 'E')) {
        is_whole = false;
        (void)!skip_one_of(scan, '+', '-');
        exponent = skip_digits(scan);
        if (exponent == 0)
            return scan_broken(scan);
    }
    if (scan->at - start > FOREIGN_NUMBER_MAX || exponent > FOREIGN_EXPONENT_MAX) {
        scan->why = "has a number that is too long";
        return false;
    }
    *digits = (struct slice){start, (size_t)(scan->at - start)};
    *whole = is_whole;
    return true;
}

static bool skip_word(struct scan *scan, struct slice word)
{
    if (!slice_starts((struct slice){scan->at, (size_t)(scan->end - scan->at)}, word))
        return scan_broken(scan);
    scan->at += word.len;
    return true;
}

static bool skip_name(struct scan *scan)
{
    struct scan_string name;

    return scan_string(scan, &name) && scan_expect(scan, ':');
}

static bool skip_scalar(struct scan *scan, char first)
{
    struct scan_string string;
    struct slice digits;
    bool whole;

    switch (first) {
    case '"':
        return scan_string(scan, &string);
    case 't':
        return skip_word(scan, SLICE("true"));
    case 'f':
        return skip_word(scan, SLICE("false"));
    case 'n':
        return skip_word(scan, SLICE("null"));
    default:
        return scan_number(scan, &digits, &whole);
    }
}

/* After a value: closes the objects and arrays that end here, down to `floor`, or moves to the next
 * value. The lowest bit of `objects` belongs to the innermost level. */
static bool skip_ends(struct scan *scan, int floor, uint64_t *objects)
{
    while (scan->depth > floor) {
        bool in_object = (*objects & 1) != 0;
        if (scan_take(scan, ','))
            return !in_object || skip_name(scan);
        if (!scan_expect(scan, in_object ? '}' : ']'))
            return false;
        *objects >>= 1;
        scan->depth--;
    }
    return true;
}

/* A loop and not a recursion, so that the input's nesting does not determine the stack usage. */
bool scan_skip(struct scan *scan)
{
    const int floor = scan->depth;
    uint64_t objects = 0; /* a bit for each level entered here */

    do {
        char first = scan_peek(scan);
        if (first != '{' && first != '[') {
            if (!skip_scalar(scan, first) || !skip_ends(scan, floor, &objects))
                return false;
            continue;
        }
        scan->at++;
        if (!scan_enter(scan))
            return false;
        objects = objects << 1 | (first == '{');
        if (scan_peek(scan) == (first == '{' ? '}' : ']')) {
            if (!skip_ends(scan, floor, &objects))
                return false;
        } else if (first == '{' && !skip_name(scan)) {
            return false;
        }
    } while (scan->depth > floor);
    return true;
}

/* Copies text without escapes; returns the end of the copy. */
static char *copy_mended(struct slice text, char *to)
{
    for (;;) {
        size_t good = text_utf8_prefix(text);
        memcpy(to, text.at, good);
        to += good;
        if (good == text.len)
            return to;
        memcpy(to, TEXT_REPLACEMENT, sizeof(TEXT_REPLACEMENT) - 1);
        to += sizeof(TEXT_REPLACEMENT) - 1;
        text = slice_from(text, good + 1);
    }
}

/* Removes and returns the part of `rest` before its next escape. */
static struct slice take_plain(struct slice *rest)
{
    const char *escape = memchr(rest->at, '\\', rest->len);
    struct slice plain = {rest->at, escape != NULL ? (size_t)(escape - rest->at) : rest->len};

    *rest = slice_from(*rest, plain.len);
    return plain;
}

size_t scan_unescape(const struct scan_string *string, char *out)
{
    struct slice rest = string->raw;
    char *to = out;

    while (rest.len > 0) {
        int32_t point = 0;
        if (*rest.at != '\\') {
            to = copy_mended(take_plain(&rest), to);
            continue;
        }
        rest = slice_from(rest, escape_at(rest.at, rest.at + rest.len, &point));
        to += text_encode(point, to);
    }
    return (size_t)(to - out);
}

size_t scan_mend(struct slice value, char *out)
{
    char *to = out;

    while (value.len > 0) {
        int32_t point = 0;
        size_t len;
        if (*value.at != '\\') {
            to = copy_mended(take_plain(&value), to);
            continue;
        }
        len = escape_at(value.at, value.at + value.len, &point);
        memcpy(to, point == REPLACEMENT ? "\\ufffd" : value.at, len);
        to += len;
        value = slice_from(value, len);
    }
    return (size_t)(to - out);
}
