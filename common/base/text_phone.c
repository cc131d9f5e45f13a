// SPDX-License-Identifier: MIT
/* Normalises phone numbers, which are stored in only one form because they identify persons, and
 * detects links to accounts. */
#include <stdio.h>

#include "base/ascii.h"
#include "base/text.h"

enum { INTERNATIONAL_MIN = 8, INTERNATIONAL_MAX = 15, LOCAL = 10, NATIONAL = 11 };

/* Separators between the digits of a number, as people type them and as phones paste them. */
static const struct slice separators[] = {
    {" ",            1},
    {"-",            1},
    {"(",            1},
    {")",            1},
    {"[",            1},
    {"]",            1},
    {"\t",           1},
    {"\xc2\xa0",     2}, /* no-break space */
    {"\xe2\x80\x87", 3}, /* figure space */
    {"\xe2\x80\x89", 3}, /* thin space */
    {"\xe2\x80\xaf", 3}, /* narrow no-break space */
    {"\xe2\x80\x90", 3}, /* hyphen */
    {"\xe2\x80\x91", 3}, /* no-break hyphen */
    {"\xe2\x80\x92", 3}, /* figure dash */
    {"\xe2\x80\x93", 3}, /* en dash */
    {"\xe2\x80\x94", 3}, /* em dash */
    {"\xe2\x88\x92", 3}, /* minus sign */
  /* Invisible: contacts of an iPhone have U+202A and U+202C around a number. */
    {"\xc2\xad",     2}, /* soft hyphen */
    {"\xe2\x80\x8b", 3}, /* zero-width space */
    {"\xe2\x80\x8c", 3}, /* zero-width non-joiner */
    {"\xe2\x80\x8d", 3}, /* zero-width joiner */
    {"\xe2\x80\x8e", 3}, /* left-to-right mark */
    {"\xe2\x80\x8f", 3}, /* right-to-left mark */
    {"\xe2\x80\xaa", 3}, /* U+202A to U+202E: direction of the text */
    {"\xe2\x80\xab", 3},
    {"\xe2\x80\xac", 3},
    {"\xe2\x80\xad", 3},
    {"\xe2\x80\xae", 3},
    {"\xe2\x81\xa0", 3}, /* word joiner */
    {"\xe2\x81\xa6", 3}, /* U+2066 to U+2069: isolated text */
    {"\xe2\x81\xa7", 3},
    {"\xe2\x81\xa8", 3},
    {"\xe2\x81\xa9", 3},
    {"\xef\xbb\xbf", 3}, /* zero-width no-break space */
};

/* Length in bytes of the digit at the beginning of the text, ASCII or full-width; 0: there is none.
 */
static size_t digit_len(struct slice text, char *digit)
{
    static const char full_width[] = "\xef\xbc"; /* U+FF10 to U+FF19, without the last byte */
    enum { LEAD_LEN = 2, ZERO = 0x90, NINE = 0x99 };

    if (text.len > 0 && ascii_is_digit(text.at[0])) {
        *digit = text.at[0];
        return 1;
    }
    if (text.len <= LEAD_LEN || memcmp(text.at, full_width, LEAD_LEN) != 0 ||
        (unsigned char)text.at[LEAD_LEN] < ZERO || (unsigned char)text.at[LEAD_LEN] > NINE)
        return 0;
    *digit = (char)('0' + (unsigned char)text.at[LEAD_LEN] - ZERO);
    return LEAD_LEN + 1;
}

/* Length in bytes of '+', also full-width, at the beginning of the text; 0: there is none. */
static size_t plus_len(struct slice text)
{
    if (slice_starts(text, SLICE("+")))
        return 1;
    return slice_starts(text, SLICE("\xef\xbc\x8b")) ? strlen("\xef\xbc\x8b") : 0;
}

size_t text_phone_separator_len(struct slice text)
{
    char digit;

    for (size_t i = 0; i < ARRAY_LEN(separators); i++)
        if (slice_starts(text, separators[i]))
            return separators[i].len;
    /* A dot or a slash only between digits: "8.701.123.45.67", not the end of a sentence. */
    return (slice_starts(text, SLICE(".")) || slice_starts(text, SLICE("/"))) &&
           digit_len(slice_from(text, 1), &digit) > 0;
}

/* Removes "tel:" before a number, and the end of a sentence after it. */
static struct slice trim_around_number(struct slice text)
{
    static const char ends[] = ".,;";
    const struct slice scheme = SLICE("tel:");

    if (text.len >= scheme.len && slice_equal_caseless((struct slice){text.at, scheme.len}, scheme))
        text = slice_from(text, scheme.len);
    while (text.len > 0 && text.at[text.len - 1] != '\0' &&
           strchr(ends, text.at[text.len - 1]) != NULL)
        text.len--;
    return text;
}

/* Copies the digits of `text` into `digits`; `has_plus` is true if a '+' precedes them. */
static bool collect_digits(struct slice text, char digits[INTERNATIONAL_MAX], size_t *count,
                           bool *has_plus)
{
    *count = 0;
    *has_plus = false;
    while (text.len > 0) {
        size_t skip = text_phone_separator_len(text);
        char digit;
        if (skip == 0 && (skip = digit_len(text, &digit)) > 0) {
            if (*count == INTERNATIONAL_MAX)
                return false;
            digits[(*count)++] = digit;
        } else if (skip == 0) {
            skip = plus_len(text);
            if (skip == 0 || *count > 0 || *has_plus)
                return false;
            *has_plus = true;
        }
        text = slice_from(text, skip);
    }
    return true;
}

/* Removes "8 10", by which other countries are dialled from Kazakhstan, before a Kazakh number. */
static void drop_dialling_prefix(char digits[INTERNATIONAL_MAX], size_t *count)
{
    static const char prefix[] = "8107";
    enum { PREFIX_LEN = 3 };

    if (*count != PREFIX_LEN + NATIONAL || memcmp(digits, prefix, strlen(prefix)) != 0)
        return;
    *count -= PREFIX_LEN;
    memmove(digits, digits + PREFIX_LEN, *count);
}

bool text_normalize_phone(struct slice text, char out[PHONE_MAX + 1])
{
    char digits[INTERNATIONAL_MAX] = {0};
    size_t count;
    bool plus;

    if (!collect_digits(trim_around_number(text), digits, &count, &plus))
        return false;
    if (!plus)
        drop_dialling_prefix(digits, &count);
    /* "8" is dialled only inside the country, but people write it after a plus too. */
    const bool prefixed =
        count == NATIONAL && (digits[0] == '7' || digits[0] == '8') && digits[1] == '7';
    const bool kazakh = prefixed || (!plus && count == LOCAL && digits[0] == '7');
    const bool foreign = plus && count >= INTERNATIONAL_MIN && digits[0] != '0' &&
                         (digits[0] != '7' || count == NATIONAL);
    if (!kazakh && !foreign)
        return false;
    snprintf(out, PHONE_MAX + 1, "+%s%.*s", kazakh ? "7" : "", (int)(prefixed ? count - 1 : count),
             prefixed ? digits + 1 : digits);
    return true;
}

static size_t digit_or_plus_len(struct slice text)
{
    char digit;
    const size_t len = digit_len(text, &digit);

    return len > 0 ? len : plus_len(text);
}

/* Skips to the next digit or '+' and returns the digits from there, with the separators between
 * them. A '+' after a separator begins another number. Empty if there is no further number. */
static struct slice cut_next_number(struct slice *rest)
{
    size_t len = 0, skip = 1;
    bool joined = true; /* no separator precedes */

    while (rest->len > 0 && digit_or_plus_len(*rest) == 0)
        *rest = slice_from(*rest, 1);
    while (len < rest->len && skip > 0) {
        const struct slice next = slice_from(*rest, len);
        skip = plus_len(next) > 0 && !joined ? 0 : digit_or_plus_len(next);
        joined = skip > 0;
        if (skip == 0)
            skip = text_phone_separator_len(next);
        len += skip;
    }
    const struct slice number = {rest->at, len};
    *rest = slice_from(*rest, len);
    return number;
}

bool text_phone_find(struct slice text, char out[PHONE_MAX + 1])
{
    char found[PHONE_MAX + 1] = "", phone[PHONE_MAX + 1];

    for (;;) {
        const struct slice number = cut_next_number(&text);
        if (number.len == 0)
            break;
        if (!text_normalize_phone(number, phone))
            continue;
        if (found[0] != '\0' && strcmp(found, phone) != 0)
            return false;
        memcpy(found, phone, sizeof found);
    }
    if (found[0] != '\0')
        memcpy(out, found, sizeof found);
    return found[0] != '\0';
}

static size_t count_blanks(struct slice text, size_t at)
{
    enum { BLANKS_MAX = 2 };
    size_t count = 0;

    while (count < BLANKS_MAX && at + count < text.len && text.at[at + count] == ' ')
        count++;
    return count;
}

/* The length of the link at the beginning of the text, also with blanks around its signs: "t . me /
 * ". 0: it is another text. */
static size_t match_link(struct slice text, const char *link)
{
    size_t len = 0;
    bool spaced = false;

    for (size_t i = 0; link[i] != '\0'; i++) {
        const bool is_sign = !ascii_is_alnum(link[i]);
        const size_t before = is_sign ? count_blanks(text, len) : 0;
        if (len + before >= text.len ||
            !slice_equal_caseless((struct slice){text.at + len + before, 1},
                                  (struct slice){link + i, 1}))
            return 0;
        len += before + 1;
        spaced |= before > 0;
        if (is_sign && (spaced || link[i + 1] != '\0')) {
            const size_t after = count_blanks(text, len);
            len += after;
            spaced |= after > 0;
        }
    }
    return len;
}

size_t text_account_link_len(struct slice text)
{
    static const char *const links[] = {"t.me/",  "telegram.me/",  "telegram.dog/", "tg://",
                                        "wa.me/", "whatsapp.com/", "instagram.com/"};

    for (size_t i = 0; i < ARRAY_LEN(links); i++) {
        const size_t len = match_link(text, links[i]);
        if (len > 0)
            return len;
    }
    return 0;
}
