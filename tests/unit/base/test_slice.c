// SPDX-License-Identifier: MIT
#include "support/test.h"

static const struct {
    const char *text;
    const char *parts[4]; /* up to NULL */
} cuts[] = {
    {"",     {""}          },
    {"a",    {"a"}         },
    {"a,bc", {"a", "bc"}   },
    {",",    {"", ""}      },
    {"a,,b", {"a", "", "b"}},
    {"a,b,", {"a", "b", ""}},
};

TEST_ROWS(text_is_split_at_each_separator, cuts)
{
    struct slice rest = slice_of(row->text);

    for (size_t i = 0; row->parts[i] != NULL; i++) {
        ck_assert_ptr_nonnull(rest.at);
        ck_assert_slice(slice_cut(&rest, ','), row->parts[i]);
    }
    ck_assert_ptr_null(rest.at);
}

TEST(absent_text_has_one_absent_part)
{
    struct slice rest = SLICE_NONE;

    ck_assert_ptr_null(slice_cut(&rest, ',').at);
    ck_assert_ptr_null(rest.at);
}

static const struct {
    struct slice text;
    const char *copy; /* in 5 bytes */
} copies[] = {
    {{"abc", 3},    "abc" },
    {{"abcd", 4},   "abcd"},
    {{"abcde", 5},  "abcd"},
    {{"abcdef", 2}, "ab"  },
    {{"", 0},       ""    },
    {{NULL, 0},     ""    },
};

TEST_ROWS(copy_is_truncated_to_the_buffer, copies)
{
    char room[6] = "?????";

    slice_copy(row->text, room, 5);
    ck_assert_str_eq(room, row->copy);
    ck_assert_int_eq(room[5], '\0');
}
