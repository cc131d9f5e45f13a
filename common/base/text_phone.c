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
    {"\t",           1},
    {"\xc2\xa0",     2}, /* no-break space */
    {"\xe2\x80\x90", 3}, /* hyphen */
    {"\xe2\x80\x91", 3}, /* no-break hyphen */
    {"\xe2\x80\x92", 3}, /* figure dash */
    {"\xe2\x80\x93", 3}, /* en dash */
    {"\xe2\x80\x94", 3}, /* em dash */
};

size_t text_phone_separator_len(struct slice text)
{
    for (size_t i = 0; i < ARRAY_LEN(separators); i++)
        if (slice_starts(text, separators[i]))
            return separators[i].len;
    return 0;
}

/* Copies the digits of `text` into `digits`; `has_plus` is true if a '+' precedes them. */
static bool collect_digits(struct slice text, char digits[INTERNATIONAL_MAX], size_t *count,
                           bool *has_plus)
{
    *count = 0;
    *has_plus = false;
    while (text.len > 0) {
        size_t skip = text_phone_separator_len(text);
        char c = text.at[0];
        if (skip == 0) {
            if (c == '+' && *count == 0 && !*has_plus)
                *has_plus = true;
            else if (ascii_is_digit(c) && *count < INTERNATIONAL_MAX)
                digits[(*count)++] = c;
            else
                return false;
            skip = 1;
        }
        text = slice_from(text, skip);
    }
    return true;
}

bool text_normalize_phone(struct slice text, char out[PHONE_MAX + 1])
{
    char digits[INTERNATIONAL_MAX] = {0};
    size_t count;
    bool plus;

    if (!collect_digits(text, digits, &count, &plus))
        return false;
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

static bool is_digit_or_plus(char c)
{
    return c == '+' || ascii_is_digit(c);
}

/* Skips to the next digit or '+' and returns the digits from there, with the separators between
 * them. A '+' after a separator begins another number. Empty if there is no further number. */
static struct slice cut_next_number(struct slice *rest)
{
    size_t len = 0, skip = 1;

    while (rest->len > 0 && !is_digit_or_plus(rest->at[0]))
        *rest = slice_from(*rest, 1);
    while (len < rest->len && skip > 0) {
        const bool joined = len == 0 || is_digit_or_plus(rest->at[len - 1]);
        const char c = rest->at[len];
        skip = ascii_is_digit(c) || (c == '+' && joined)
                   ? 1
                   : text_phone_separator_len(slice_from(*rest, len));
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

size_t text_account_link_len(struct slice text)
{
    static const char *const links[] = {"t.me/",  "telegram.me/",  "telegram.dog/", "tg://",
                                        "wa.me/", "whatsapp.com/", "instagram.com/"};

    for (size_t i = 0; i < ARRAY_LEN(links); i++) {
        const struct slice link = slice_of(links[i]);
        if (text.len >= link.len && slice_equal_caseless((struct slice){text.at, link.len}, link))
            return link.len;
    }
    return 0;
}
