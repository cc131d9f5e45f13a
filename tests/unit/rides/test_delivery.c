// SPDX-License-Identifier: MIT
/* The delivery code of a parcel. */
#include "ride_callers.h"
#include "rides/delivery.h"
#include "support/test.h"

enum { DRIVER = RIDE_BY_DRIVER, STAFF = TRANSITION_BY_STAFF };

static const struct {
    const char *why;
    const char *given;
    unsigned actor;
    bool is_delivered;
} cases[] = {
    {"the code",           "042917",  DRIVER, true },
    {"with a space",       "042 917", DRIVER, true },
    {"another one",        "042918",  DRIVER, false},
    {"its beginning",      "04291",   DRIVER, false},
    {"a digit more",       "0429170", DRIVER, false},
    {"nothing",            "",        DRIVER, false},
    {"absent",             NULL,      DRIVER, false},
    {"staff, absent",      NULL,      STAFF,  true },
    {"staff, another one", "000000",  STAFF,  true },
};

TEST_ROWS(parcel_delivery_needs_code_or_staff, cases)
{
    ck_assert_msg(delivery_code_is_right(slice_of("042917"), slice_of(row->given), row->actor) ==
                      row->is_delivered,
                  "%s", row->why);
}

TEST(delivery_codes_are_six_random_digits)
{
    char first[DELIVERY_CODE_LEN + 1], code[DELIVERY_CODE_LEN + 1];
    unsigned seen = 0;
    bool differ = false;

    delivery_code_generate(first);
    for (int i = 0; i < 200; i++) {
        delivery_code_generate(code);
        ck_assert_uint_eq(strspn(code, "0123456789"), DELIVERY_CODE_LEN);
        ck_assert_uint_eq(strlen(code), DELIVERY_CODE_LEN);
        differ = differ || strcmp(first, code) != 0;
        for (int k = 0; k < DELIVERY_CODE_LEN; k++)
            seen |= 1U << (code[k] - '0');
    }
    ck_assert(differ);
    ck_assert_uint_eq(seen, (1U << 10) - 1); /* every digit among 1,200 */
}
