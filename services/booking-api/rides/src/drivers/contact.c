// SPDX-License-Identifier: MIT
#include "drivers/contact.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/auto.h"
#include "base/text.h"

enum { NATIONAL_DIGITS = 10, CODE_DIGITS = 3, ACCOUNT_LETTERS = 3 };

/* The last CONTACT_DIGITS_MAX digits of the text read so far, without a letter between them. */
struct digit_run {
    char digits[CONTACT_DIGITS_MAX];
    bool begins[CONTACT_DIGITS_MAX]; /* the digit does not follow the previous one directly */
    size_t count;
    size_t since_plus; /* digits after a plus; 0: no plus */
};

static bool is_account_char(char c)
{
    return ascii_is_alnum(c) || c == '_';
}

static void append_digit(struct digit_run *run, char digit, bool after_separator)
{
    if (run->count == CONTACT_DIGITS_MAX) {
        run->count--;
        memmove(run->digits, run->digits + 1, run->count);
        memmove(run->begins, run->begins + 1, run->count);
    }
    run->digits[run->count] = digit;
    run->begins[run->count++] = after_separator;
}

/* Counts the digits from `from` to before `to` that follow a separator. */
static size_t count_separators(const struct digit_run *run, size_t from, size_t to)
{
    size_t count = 0;

    while (from < to)
        count += run->begins[from++];
    return count;
}

/* Are the three digits from `first` on written as an operator's code: without separators, and
 * followed by a separator or by three more digits without separators? */
static bool is_operator_code_at(const struct digit_run *run, size_t first)
{
    return count_separators(run, first + 1, first + CODE_DIGITS) == 0 &&
           (run->begins[first + CODE_DIGITS] ||
            count_separators(run, first + 1, first + 2 * CODE_DIGITS) == 0);
}

/* Do the digits from `from` on form a national number, alone or after the prefix 7 or 8? */
static bool is_phone_from(const struct digit_run *run, size_t from)
{
    const bool prefixed = run->count - from > NATIONAL_DIGITS;
    const size_t first = prefixed ? from + 1 : from;
    const char *code = run->digits + first;

    if (!run->begins[from] || (prefixed && run->digits[from] != '7' && run->digits[from] != '8') ||
        (*code != '7' && *code != '6' && *code != '0') || memcmp(code, "000", CODE_DIGITS) == 0)
        return false;
    /* A date such as "8.06.2026 07:00" has 11 digits, too, but no month begins with a 6 or 7, so
     * after a prefix only a code that begins with 0 needs the further checks. */
    return (prefixed && *code != '0') || is_operator_code_at(run, first) ||
           count_separators(run, first, run->count) == NATIONAL_DIGITS;
}

static bool ends_with_phone(const struct digit_run *run)
{
    return run->since_plus >= CONTACT_DIGITS_MAX ||
           (run->count >= NATIONAL_DIGITS && is_phone_from(run, run->count - NATIONAL_DIGITS)) ||
           (run->count == CONTACT_DIGITS_MAX && is_phone_from(run, 0));
}

static bool has_phone(struct slice text)
{
    struct digit_run run = {.count = 0};
    bool apart = true;

    for (size_t i = 0; i < text.len;) {
        int32_t point;
        const size_t step = text_decode(text, i, &point);

        if (step == 1 && ascii_is_digit((char)point)) {
            append_digit(&run, (char)point, apart);
            run.since_plus += run.since_plus > 0 || (i > 0 && text.at[i - 1] == '+');
            apart = false;
            const bool ends = i + 1 == text.len || !ascii_is_digit(text.at[i + 1]);
            if (ends && ends_with_phone(&run))
                return true;
        } else {
            apart = true;
            if (step > 0 && text_is_letter(point))
                run = (struct digit_run){.count = 0};
        }
        i += step > 0 ? step : 1;
    }
    return false;
}

static bool starts_with_account_link_or_handle(struct slice text)
{
    size_t letters = 0;

    if (text_account_link_len(text) > 0)
        return true;
    while (text.at[0] == '@' && letters + 1 < text.len && is_account_char(text.at[letters + 1]))
        letters++;
    return letters >= ACCOUNT_LETTERS;
}

static bool has_contact(struct slice text)
{
    if (has_phone(text))
        return true;
    for (size_t i = 0; i < text.len; i++)
        if (starts_with_account_link_or_handle((struct slice){text.at + i, text.len - i}))
            return true;
    return false;
}

bool contact_in_text(struct slice text)
{
    auto_free char *folded = text.len > 0 ? malloc(text.len) : NULL;

    if (folded == NULL)
        return text.len > 0; /* without memory a text is refused */
    return has_contact((struct slice){folded, text_fold_to_ascii(text, folded, NULL)});
}

void contact_refuse_in_text(const char *field, struct slice text, struct fault_list *problems)
{
    if (contact_in_text(text))
        fault_list_add(problems, field, "contact_in_text",
                       "Phones and accounts are shown once a ride is agreed.");
}
