// SPDX-License-Identifier: MIT
/* The delivery code of a parcel. */
#include "ride_callers.h"
#include "rides/delivery.h"
#include "support/scratch.h"
#include "support/test.h"

enum { DRIVER = RIDE_BY_DRIVER, STAFF = TRANSITION_BY_STAFF };

// clang-format off
static const struct {
    const char *why;
    const char *given;
    int64_t tries;
    unsigned actor;
    const char *code; /* NULL: delivered */
    enum fault_kind kind;
} cases[] = {
    {"the code",                   "042917",   0, DRIVER, NULL,         FAULT_INVALID},
    {"with a space",               "042 917",  0, DRIVER, NULL,         FAULT_INVALID},
    {"the last try",               "042917",   4, DRIVER, NULL,         FAULT_INVALID},
    {"another one",                "042918",   0, DRIVER, "wrong_code", FAULT_INVALID},
    {"its beginning",              "04291",    0, DRIVER, "wrong_code", FAULT_INVALID},
    {"a digit more",               "0429170",  0, DRIVER, "wrong_code", FAULT_INVALID},
    {"nothing",                    "",         0, DRIVER, "wrong_code", FAULT_INVALID},
    {"absent",                     NULL,       0, DRIVER, "wrong_code", FAULT_INVALID},
    {"the right one, too late",    "042917",   5, DRIVER, "forbidden",  FAULT_FORBIDDEN},
    {"staff, too late",            NULL,       5, STAFF,  NULL,         FAULT_INVALID},
    {"staff, another one",         "000000",   0, STAFF,  NULL,         FAULT_INVALID},
};
// clang-format on

TEST_ROWS(parcel_delivery_needs_code_or_staff, cases)
{
    const bool goes = delivery_check_code(slice_of("042917"), slice_of(row->given), row->tries,
                                          row->actor, &fault);

    ck_assert_msg(goes == (row->code == NULL), "%s", row->why);
    if (!goes) {
        ck_assert_str_eq(fault.code, row->code);
        ck_assert_int_eq(fault.kind, row->kind);
    }
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
