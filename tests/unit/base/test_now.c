// SPDX-License-Identifier: MIT
#include "base/parse.h"

#include "support/test.h"

static const struct {
    int64_t wall_us;
    const char *text;
} times[] = {
    {0,                         "1970-01-01T00:00:00.000Z"},
    {INT64_C(1700000000123999), "2023-11-14T22:13:20.123Z"},
    {INT64_C(1709164799999999), "2024-02-28T23:59:59.999Z"},
    {INT64_C(1709164800000000), "2024-02-29T00:00:00.000Z"},
    {INT64_C(4102444799999999), "2099-12-31T23:59:59.999Z"},
    {-1,                        "1969-12-31T23:59:59.999Z"},
    {-1000000,                  "1969-12-31T23:59:59.000Z"},
};

TEST_ROWS(times_are_formatted_by_rfc_3339_in_milliseconds, times)
{
    char text[NOW_RFC3339_LEN + 1];
    int64_t back;

    now_format_rfc3339(row->wall_us, text);
    ck_assert_str_eq(text, row->text);
    if (row->wall_us < 0)
        return;
    ck_assert(parse_timestamp(slice_of(text), &back));
    ck_assert_int_eq(back, row->wall_us / 1000 * 1000);
}
