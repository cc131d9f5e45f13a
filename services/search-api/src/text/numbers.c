// SPDX-License-Identifier: MIT
#include "text/numbers.h"

#include "base/ascii.h"
#include "base/text.h"

#include "text/letters.h"

enum { GROUP = 3, PHONE_DIGITS_MIN = 10, PHONE_SEPARATORS_MAX = 3, NO_BREAK_SPACE_LEN = 2 };

static bool is_digit_at(struct slice text, size_t at)
{
    return at < text.len && ascii_is_digit(text.at[at]);
}

static size_t count_digits_at(struct slice text, size_t at)
{
    size_t len = 0;

    while (is_digit_at(text, at + len))
        len++;
    return len;
}

/* Whether a number may end at `at`. False before a letter: in "20 000тг" the last digits belong to
 * the word "000тг". */
static bool number_may_end_at(struct slice text, size_t at)
{
    int32_t point;

    if (at >= text.len)
        return true;
    text_decode_composed(text, at, &point);
    return !letter_is_letter_or_digit(point);
}

/* The length in bytes of the separator of groups at `at`: a space, a no-break or thin space, a
 * point or a comma; 0: none. */
static size_t group_separator_length(struct slice text, size_t at)
{
    static const struct slice separators[] = {
        {" ",            1},
        {",",            1},
        {".",            1},
        {"\xc2\xa0",     2}, /* no-break space */
        {"\xe2\x80\x89", 3}, /* thin space */
        {"\xe2\x80\xaf", 3}, /* narrow no-break space */
    };

    for (size_t i = 0; i < ARRAY_LEN(separators); i++)
        if (slice_starts(slice_from(text, at), separators[i]))
            return separators[i].len;
    return 0;
}

static void add_digits(struct number *number, struct slice text, size_t at, size_t count)
{
    memcpy(number->digits + number->count, text.at + at, count);
    number->count += count;
}

/* Reads one to three digits, then groups of three digits with the same separator. */
static bool read_groups_of_thousands_at(struct slice text, size_t at, struct number *out)
{
    const size_t first = count_digits_at(text, at);
    struct number number = {0};
    size_t separator;

    if (first == 0 || first > GROUP || text.at[at] == '0')
        return false;
    add_digits(&number, text, at, first);
    number.len = first;
    const size_t separator_len =
        at + first < text.len ? group_separator_length(text, at + first) : 0;
    const struct slice kind = {text.at + at + first, separator_len};
    while (separator_len > 0 && number.count + GROUP <= NUMBER_DIGITS_MAX) {
        separator = at + number.len;
        if (!slice_starts(slice_from(text, separator), kind) ||
            count_digits_at(text, separator + separator_len) != GROUP)
            break;
        add_digits(&number, text, separator + separator_len, GROUP);
        number.len += separator_len + GROUP;
    }
    if (number.count == first || !number_may_end_at(text, at + number.len))
        return false;
    *out = number;
    return true;
}

static size_t phone_separator_length(struct slice text, size_t at)
{
    if (at >= text.len)
        return 0;
    if (text.at[at] == ' ' || text.at[at] == '-' || text.at[at] == '(' || text.at[at] == ')')
        return 1;
    return slice_starts(slice_from(text, at), (struct slice){"\xc2\xa0", NO_BREAK_SPACE_LEN})
               ? NO_BREAK_SPACE_LEN
               : 0;
}

/* Reads the longest run of digits and separators that text_normalize_phone() accepts as a phone
 * number. */
static bool read_phone_at(struct slice text, size_t at, struct number *out)
{
    char phone[PHONE_MAX + 1];
    size_t digits = 0, end = at + (text.at[at] == '+'), best = 0;

    while (digits < NUMBER_DIGITS_MAX) {
        size_t separators = 0, separator = 0, next = end;
        while (separators < PHONE_SEPARATORS_MAX &&
               (separator = phone_separator_length(text, next)) > 0) {
            next += separator;
            separators++;
        }
        const size_t more = count_digits_at(text, next);
        if (more == 0)
            break;
        digits += more;
        end = next + more;
        if (digits >= PHONE_DIGITS_MIN && number_may_end_at(text, end) &&
            text_normalize_phone((struct slice){text.at + at, end - at}, phone))
            best = end;
    }
    if (best == 0 || !text_normalize_phone((struct slice){text.at + at, best - at}, phone))
        return false;
    out->count = strlen(phone + 1);
    memcpy(out->digits, phone + 1, out->count);
    out->len = best - at;
    return true;
}

bool number_read_phone_or_grouped_at(struct slice text, size_t at, struct number *out)
{
    const char c = text.at[at];

    if (c != '+' && (c < '0' || c > '9'))
        return false;
    return read_phone_at(text, at, out) || (c != '+' && read_groups_of_thousands_at(text, at, out));
}
