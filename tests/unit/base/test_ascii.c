// SPDX-License-Identifier: MIT
#include "base/ascii.h"

#include "suite.h"

#define DIGITS "0123456789"
#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool is_among(int32_t c, const char *set)
{
    return c > 0 && c < 128 && strchr(set, c) != NULL;
}

START_TEST(classes_are_those_of_ascii)
{
    for (int32_t c = -200; c < 0x3000; c++) {
        ck_assert_int_eq(ascii_is_digit(c), is_among(c, DIGITS));
        ck_assert_int_eq(ascii_is_lower(c), is_among(c, LOWER));
        ck_assert_int_eq(ascii_is_letter(c), is_among(c, LOWER UPPER));
        ck_assert_int_eq(ascii_is_alnum(c), is_among(c, LOWER UPPER DIGITS));
    }
}
END_TEST

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

START_TEST(word_has_letters_digits_and_the_named_characters)
{
    ck_assert_int_eq(ascii_is_word(words[_i].text, words[_i].others), words[_i].good);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("ascii");

    tcase_add_test(tests, classes_are_those_of_ascii);
    tcase_add_loop_test(tests, word_has_letters_digits_and_the_named_characters, 0, COUNT(words));
    return suite_main("ascii", tests);
}
