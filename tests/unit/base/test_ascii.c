// SPDX-License-Identifier: MIT
#include "base/ascii.h"

#include "support/test.h"

#define DIGITS "0123456789"
#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool is_among(int32_t c, const char *set)
{
    return c > 0 && c < 128 && strchr(set, c) != NULL;
}

TEST(classes_are_those_of_ascii)
{
    for (int32_t c = -200; c < 0x3000; c++) {
        ck_assert_int_eq(ascii_is_digit(c), is_among(c, DIGITS));
        ck_assert_int_eq(ascii_is_lower(c), is_among(c, LOWER));
        ck_assert_int_eq(ascii_is_letter(c), is_among(c, LOWER UPPER));
        ck_assert_int_eq(ascii_is_alnum(c), is_among(c, LOWER UPPER DIGITS));
    }
}

static const struct {
    struct slice text;
    const char *others;
    bool good;
} words[] = {
    {{"aZ09", 4},     "",   true },
    {{"", 0},         "",   false},
    {{NULL, 0},       "-",  false},
    {{"a-b_c", 5},    "_-", true },
    {{"-", 1},        "-",  true },
    {{"a-b", 3},      "_",  false},
    {{"a b", 3},      "-",  false},
    {{"a\0b", 3},     "-",  false},
    {{"\0", 1},       "",   false},
    {{"\xd0\xb0", 2}, "-",  false},
    {{"a-", 1},       "",   true },
    {{"@[`{/:", 6},   "",   false},
};

TEST_ROWS(word_has_letters_digits_and_the_named_characters, words)
{
    ck_assert_int_eq(ascii_is_word(row->text, row->others), row->good);
}
