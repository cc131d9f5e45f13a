// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include <check.h>

#include "api/key.h"

START_TEST(a_made_key_is_wellformed)
{
    char key[API_KEY_LEN + 1];

    api_key_make(_i % 2 == 1, key);
    ck_assert_uint_eq(strlen(key), API_KEY_LEN);
    ck_assert(api_key_is_wellformed(slice_of(key)));
    ck_assert_int_eq(strncmp(key, _i % 2 == 1 ? "tb_test_" : "tb_live_", 8), 0);
}
END_TEST

START_TEST(two_keys_differ)
{
    char a[API_KEY_LEN + 1];
    char b[API_KEY_LEN + 1];

    api_key_make(false, a);
    api_key_make(false, b);
    ck_assert_str_ne(a, b);
}
END_TEST

START_TEST(one_mistyped_character_is_detected)
{
    char key[API_KEY_LEN + 1];

    api_key_make(false, key);
    for (size_t i = 0; i < API_KEY_LEN; i++) {
        char right = key[i];

        key[i] = right == 'a' ? 'b' : 'a';
        ck_assert_msg(!api_key_is_wellformed(slice_of(key)), "character %zu", i);
        key[i] = right;
    }
    ck_assert(api_key_is_wellformed(slice_of(key)));
}
END_TEST

START_TEST(checksum_is_as_documented)
{
    /* CRC-32 of the first 38 characters, most significant digit of base 62 first. */
    ck_assert(api_key_is_wellformed(SLICE("tb_test_0000000000000000000000000000003fogG9")));
}
END_TEST

static const struct {
    const char *why;
    const char *key;
} bad_cases[] = {
    {"nothing",          ""                                             },
    {"another prefix",   "tb_prod_000000000000000000000000000000000000" },
    {"too short",        "tb_test_00000000000000000000000000000000000"  },
    {"too long",         "tb_test_0000000000000000000000000000000000000"},
    {"no checksum",      "tb_test_000000000000000000000000000000000000" },
    {"an invalid digit", "tb_test_00000000000000-000000000000000000000" },
};

START_TEST(malformed_key_is_refused_by_its_syntax)
{
    ck_assert_msg(!api_key_is_wellformed(slice_of(bad_cases[_i].key)), "%s", bad_cases[_i].why);
}
END_TEST

START_TEST(an_absent_key_is_not_wellformed)
{
    ck_assert(!api_key_is_wellformed(SLICE_NONE));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api_key");
    TCase *tcase = tcase_create("key");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(tcase, a_made_key_is_wellformed, 0, 20);
    tcase_add_test(tcase, two_keys_differ);
    tcase_add_test(tcase, one_mistyped_character_is_detected);
    tcase_add_test(tcase, checksum_is_as_documented);
    tcase_add_loop_test(tcase, malformed_key_is_refused_by_its_syntax, 0, ARRAY_LEN(bad_cases));
    tcase_add_test(tcase, an_absent_key_is_not_wellformed);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
