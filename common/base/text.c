// SPDX-License-Identifier: MIT
/* Normalises text that people type: the same name typed on two keyboards must become the same
 * bytes. utf8proc normalises to NFC; texts of letters that are always in NFC (Latin, Cyrillic) skip
 * it. */
#include "base/text.h"

#include <stdint.h>

#include <utf8proc.h>

#include "base/ascii.h"

enum { SLUG_MAX = 64 };

static bool is_continuation_byte(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

size_t text_decode(struct slice text, size_t at, int32_t *point)
{
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.at + at;
    utf8proc_ssize_t len = utf8proc_iterate(bytes, (utf8proc_ssize_t)(text.len - at), point);

    return len > 0 ? (size_t)len : 0;
}

int32_t text_to_lower(int32_t point)
{
    return utf8proc_tolower(point);
}

bool text_is_number(int32_t point)
{
    const utf8proc_category_t category = utf8proc_category(point);

    return category == UTF8PROC_CATEGORY_ND || category == UTF8PROC_CATEGORY_NL ||
           category == UTF8PROC_CATEGORY_NO;
}

bool text_is_letter(int32_t point)
{
    const utf8proc_category_t category = utf8proc_category(point);

    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

int32_t text_base_letter(int32_t point)
{
    enum { DECOMPOSED_MAX = 8 };
    utf8proc_int32_t points[DECOMPOSED_MAX];
    int boundary = 0;
    const utf8proc_ssize_t count = utf8proc_decompose_char(
        point, points, DECOMPOSED_MAX, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE, &boundary);

    return count > 1 && count <= DECOMPOSED_MAX ? points[0] : point;
}

bool text_is_grapheme_break(int32_t before, int32_t after, int32_t *state)
{
    return utf8proc_grapheme_break_stateful(before, after, state);
}

/* Like text_decode(), but reads an invalid byte as U+FFFD, so it always advances. */
static size_t decode_or_replace(struct slice text, size_t at, utf8proc_int32_t *point)
{
    size_t len = text_decode(text, at, point);

    if (len != 0)
        return len;
    *point = 0xfffd;
    return 1;
}

static bool is_invisible(int32_t point)
{
    enum { BRAILLE_BLANK = 0x2800 };

    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
        return true;
    default:
        return point == BRAILLE_BLANK || utf8proc_get_property(point)->ignorable;
    }
}

bool text_is_invisible(struct slice text)
{
    for (size_t at = 0; at < text.len;) {
        int32_t point;
        at += decode_or_replace(text, at, &point);
        if (!is_invisible(point))
            return false;
    }
    return true;
}

/* Length of the prefix that is ASCII. Checks eight bytes at a time. */
static size_t ascii_prefix_len(struct slice text)
{
    size_t i = 0;

    for (; text.len - i >= 8; i += 8) {
        uint64_t word;
        memcpy(&word, text.at + i, 8);
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    while (i < text.len && (unsigned char)text.at[i] < 0x80)
        i++;
    return i;
}

/* Length of the well-formed character at `at`, where `readable_len` bytes can be read; 0 if there
 * is none. The bounds of the second byte exclude overlong forms, surrogates and code points beyond
 * U+10FFFF (RFC 3629, 4). */
static size_t well_formed_char_len(const unsigned char *at, size_t readable_len)
{
    const unsigned char lead = at[0];

    if (lead < 0x80)
        return 1;
    if (lead < 0xc2 || lead > 0xf4 || readable_len < 2 || !is_continuation_byte(at[1]))
        return 0;
    if (lead < 0xe0)
        return 2;
    if (readable_len < 3 || !is_continuation_byte(at[2]))
        return 0;
    if (lead < 0xf0)
        return (lead == 0xe0 && at[1] < 0xa0) || (lead == 0xed && at[1] >= 0xa0) ? 0 : 3;
    if (readable_len < 4 || !is_continuation_byte(at[3]))
        return 0;
    return (lead == 0xf0 && at[1] < 0x90) || (lead == 0xf4 && at[1] >= 0x90) ? 0 : 4;
}

typedef uint8_t byte_block __attribute__((vector_size(16)));

/* True if the 16 bytes at `at` are ASCII or parts of two-byte characters, such as Cyrillic letters:
 * each lead byte is followed by a continuation byte, and there are no other continuation bytes.
 * Also reads the byte before `at`, which may be a lead byte. */
static bool block_has_only_short_chars(const unsigned char *at)
{
    byte_block bytes;
    byte_block before;
    uint64_t halves[2];

    memcpy(&bytes, at, sizeof bytes);
    memcpy(&before, at - 1, sizeof before);
    const byte_block tails = (byte_block)((bytes & 0xc0) == 0x80);
    const byte_block behind_leads = (byte_block)((before & 0xe0) == 0xc0);
    const byte_block longer = (byte_block)((bytes >= 0xe0) | ((bytes & 0xfe) == 0xc0));
    const byte_block wrong = (tails ^ behind_leads) | longer;
    memcpy(halves, &wrong, sizeof halves);
    return (halves[0] | halves[1]) == 0;
}

size_t text_utf8_prefix_len(struct slice text)
{
    const unsigned char *bytes = (const unsigned char *)text.at;
    size_t at = ascii_prefix_len(text);

    while (at < text.len) {
        size_t len = well_formed_char_len(bytes + at, text.len - at);
        if (len == 0)
            break;
        at += len;
        while (text.len - at >= sizeof(byte_block) && block_has_only_short_chars(bytes + at))
            at += sizeof(byte_block);
        if (bytes[at - 1] >= 0xc2) /* the previous block ends with a lead byte */
            at--;
    }
    return at;
}

bool text_is_utf8(struct slice text)
{
    return text_utf8_prefix_len(text) == text.len;
}

size_t text_encode(int32_t point, char out[4])
{
    return (size_t)utf8proc_encode_char(point, (utf8proc_uint8_t *)out);
}

size_t text_length(struct slice text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += !is_continuation_byte((unsigned char)text.at[i]);
    return count;
}

size_t text_first_len(struct slice text, size_t points_max)
{
    size_t at = 0;

    for (size_t points = 0; at < text.len; at++)
        if (!is_continuation_byte((unsigned char)text.at[at]) && points++ == points_max)
            break;
    return at;
}

/* True for White_Space of the Unicode database, and for two invisible characters that make a text
 * look blank. */
static bool is_space(utf8proc_int32_t point)
{
    return point == ' ' || (point >= '\t' && point <= '\r') || point == 0x85 || point == 0xa0 ||
           point == 0x1680 || (point >= 0x2000 && point <= 0x200b) || point == 0x2028 ||
           point == 0x2029 || point == 0x202f || point == 0x205f || point == 0x3000 ||
           point == 0xfeff;
}

static struct slice trim_space(struct slice text)
{
    utf8proc_int32_t point;

    while (text.len > 0) {
        size_t len = decode_or_replace(text, 0, &point);
        if (!is_space(point))
            break;
        text = slice_from(text, len);
    }
    while (text.len > 0) {
        size_t start = text.len - 1;
        while (start > 0 && is_continuation_byte((unsigned char)text.at[start]))
            start--;
        decode_or_replace(text, start, &point);
        if (!is_space(point))
            break;
        text.len = start;
    }
    return text;
}

/* A text is always in NFC if this is true for all its code points. */
static bool is_surely_nfc(utf8proc_int32_t point)
{
    return point < 0x300 || (point >= 0x400 && point <= 0x482) ||
           (point >= 0x48a && point <= 0x52f) || (point >= 0x2010 && point <= 0x2027) ||
           point == 0x20b8 || point == 0x2116;
}

/* True for code points that NFC may compose with the character before them: marks, and the vowels
 * and tails of Hangul. */
static bool may_compose_with_previous(utf8proc_int32_t point)
{
    const utf8proc_category_t category = utf8proc_category(point);

    return (category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME) ||
           (point >= 0x1160 && point <= 0x11ff);
}

size_t text_decode_composed(struct slice text, size_t at, int32_t *point)
{
    enum { POINTS_MAX = 32 };
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_int32_t points[POINTS_MAX];
    utf8proc_int32_t next;
    size_t len = decode_or_replace(text, at, point);
    bool sure = is_surely_nfc(*point);

    while (at + len < text.len && (unsigned char)text.at[at + len] >= 0x80) {
        const size_t more = decode_or_replace(text, at + len, &next);
        if (is_surely_nfc(next) || !may_compose_with_previous(next))
            break;
        len += more;
        sure = false;
    }
    if (sure)
        return len;
    utf8proc_ssize_t count = utf8proc_decompose((const utf8proc_uint8_t *)text.at + at,
                                                (utf8proc_ssize_t)len, points, POINTS_MAX, options);
    if (count > 0 && count <= POINTS_MAX && utf8proc_normalize_utf32(points, count, options) > 0)
        *point = points[0];
    return len;
}

static bool may_need_nfc(struct slice text)
{
    utf8proc_int32_t point;

    for (size_t i = ascii_prefix_len(text); i < text.len;) {
        i += decode_or_replace(text, i, &point);
        if (!is_surely_nfc(point))
            return true;
    }
    return false;
}

/* A mark may decompose into several, even one of class 0 (U+0F73), so the decomposed form is
 * counted. A text without code points that may need NFC has at most two marks in a row. */
bool text_has_long_mark_run(struct slice text)
{
    enum { DECOMPOSED_MAX = 8 }; /* a canonical decomposition has at most four code points */
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_int32_t points[DECOMPOSED_MAX];
    utf8proc_int32_t point;
    size_t run = 0;
    int boundary = 0;

    if (!may_need_nfc(text))
        return false;
    for (size_t i = 0; i < text.len;) {
        i += decode_or_replace(text, i, &point);
        const utf8proc_ssize_t count =
            utf8proc_decompose_char(point, points, DECOMPOSED_MAX, options, &boundary);
        for (utf8proc_ssize_t k = 0; k < count && k < DECOMPOSED_MAX; k++) {
            run = utf8proc_get_property(points[k])->combining_class == 0 ? 0 : run + 1;
            if (run > TEXT_MARK_RUN_MAX)
                return true;
        }
    }
    return false;
}

static struct slice compose_nfc(struct arena *arena, struct slice text)
{
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.at;
    utf8proc_ssize_t count =
        utf8proc_decompose(bytes, (utf8proc_ssize_t)text.len, NULL, 0, options);
    utf8proc_int32_t *points;

    if (count < 0)
        return text;
    points = arena_alloc(arena, ((size_t)count + 1) * sizeof *points);
    if (points == NULL)
        return SLICE_NONE;
    count = utf8proc_decompose(bytes, (utf8proc_ssize_t)text.len, points, count, options);
    count = utf8proc_reencode(points, count, options);
    return (struct slice){(const char *)points, (size_t)count};
}

/* Replaces CR LF and CR by LF. */
static struct slice to_unix_line_ends(struct arena *arena, struct slice text)
{
    char *out;
    size_t len = 0;

    if (text.len == 0 || memchr(text.at, '\r', text.len) == NULL)
        return text;
    out = arena_alloc(arena, text.len);
    if (out == NULL)
        return SLICE_NONE;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '\n' && i > 0 && text.at[i - 1] == '\r')
            continue;
        out[len++] = text.at[i];
        if (text.at[i] == '\r')
            out[len - 1] = '\n';
    }
    return (struct slice){out, len};
}

struct slice text_clean(struct arena *arena, struct slice text)
{
    struct slice lines = to_unix_line_ends(arena, trim_space(text_visible(arena, text)));

    if (!may_need_nfc(lines) || text_has_long_mark_run(lines))
        return lines;
    return compose_nfc(arena, lines);
}

bool text_has_control(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7f)
            return true;
        /* U+0080 to U+009F are control characters too. */
        if (c == 0xc2 && i + 1 < text.len && (unsigned char)text.at[i + 1] < 0xa0)
            return true;
    }
    return false;
}

bool text_is_blank(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (memchr(" \t\r\n", text.at[i], 4) == NULL)
            return false;
    return true;
}

bool text_is_url_safe(struct slice text)
{
    return text.len == 0 || ascii_is_word(text, "_-");
}

bool text_is_slug(struct slice text)
{
    bool after_letter = false;

    if (text.len == 0 || text.len > SLUG_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool letter = ascii_is_lower(c) || ascii_is_digit(c);
        if (!letter && (!after_letter || (c != '-' && c != '_')))
            return false;
        after_letter = letter;
    }
    return after_letter;
}

/* Removes the next code point and returns it in lower case. 0: the end, -1: invalid UTF-8. */
static int32_t cut_lower_case_point(struct slice *text)
{
    utf8proc_int32_t point;

    if (text->len == 0)
        return 0;
    const size_t len = text_decode(*text, 0, &point);
    if (len == 0)
        return -1;
    *text = slice_from(*text, len);
    return text_to_lower(point);
}

/* Returns the next code point to compare: skips ignored code points and reads "ё" as "е". */
static int32_t cut_compared_point(struct slice *text, const int32_t *ignored)
{
    for (;;) {
        const int32_t letter = cut_lower_case_point(text);
        size_t i = 0;

        while (ignored[i] != 0 && ignored[i] != letter)
            i++;
        if (ignored[i] == 0)
            return letter == 0x451 /* ё */ ? 0x435 /* е */ : letter;
    }
}

bool text_same_name(struct slice a, struct slice b, const int32_t *ignored)
{
    int32_t letter;

    do {
        letter = cut_compared_point(&a, ignored);
        if (letter < 0 || letter != cut_compared_point(&b, ignored))
            return false;
    } while (letter != 0);
    return true;
}
