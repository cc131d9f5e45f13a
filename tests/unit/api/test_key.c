// SPDX-License-Identifier: MIT
#include "api/key.h"

#include "support/test.h"

TEST_LOOP(a_made_key_is_wellformed, 0, 20)
{
    char key[API_KEY_LEN + 1];

    api_key_generate(_i % 2 == 1, key);
    ck_assert_uint_eq(strlen(key), API_KEY_LEN);
    ck_assert(api_key_is_wellformed(slice_of(key)));
    ck_assert_int_eq(strncmp(key, _i % 2 == 1 ? "tb_test_" : "tb_live_", 8), 0);
}

TEST(one_mistyped_character_is_detected)
{
    char key[API_KEY_LEN + 1];

    api_key_generate(false, key);
    for (size_t i = 0; i < API_KEY_LEN; i++) {
        char right = key[i];

        key[i] = right == 'a' ? 'b' : 'a';
        ck_assert_msg(!api_key_is_wellformed(slice_of(key)), "character %zu", i);
        key[i] = right;
    }
    ck_assert(api_key_is_wellformed(slice_of(key)));
}

TEST(checksum_is_as_documented)
{
    /* CRC-32 of the first 38 characters, most significant digit of base 62 first. */
    ck_assert(api_key_is_wellformed(SLICE("tb_test_0000000000000000000000000000003fogG9")));
}

static const struct {
    const char *why, *key;
} bad_cases[] = {
    {"no key",           NULL                                           },
    {"nothing",          ""                                             },
    {"another prefix",   "tb_prod_000000000000000000000000000000000000" },
    {"too short",        "tb_test_00000000000000000000000000000000000"  },
    {"too long",         "tb_test_0000000000000000000000000000000000000"},
    {"no checksum",      "tb_test_000000000000000000000000000000000000" },
    {"an invalid digit", "tb_test_00000000000000-000000000000000000000" },
};

TEST_ROWS_WHY(malformed_key_is_refused_by_its_syntax, bad_cases)
{
    ck_assert(!api_key_is_wellformed(slice_of(row->key)));
}
