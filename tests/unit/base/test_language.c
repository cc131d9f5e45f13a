// SPDX-License-Identifier: MIT
#include "base/language.h"

#include "suite.h"

static const struct {
    const char *name;
    enum language language;
} names[] = {
    {"ru", LANGUAGE_RU},
    {"en", LANGUAGE_EN},
    {"kz", LANGUAGE_KZ},
    {"de", LANGUAGE_RU},
    {"",   LANGUAGE_RU},
};

START_TEST(a_stored_name_is_its_language_and_any_other_is_russian)
{
    ck_assert_int_eq(language_of(slice_of(names[_i].name)), names[_i].language);
}
END_TEST

START_TEST(each_language_is_written_by_the_name_it_is_read_by)
{
    for (int i = LANGUAGE_RU; i <= LANGUAGE_KZ; i++)
        ck_assert_int_eq(language_of(slice_of(language_names[i])), i);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("language");

    tcase_add_loop_test(tests, a_stored_name_is_its_language_and_any_other_is_russian, 0,
                        COUNT(names));
    tcase_add_test(tests, each_language_is_written_by_the_name_it_is_read_by);
    return suite_main("language", tests);
}
