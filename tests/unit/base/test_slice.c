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

TEST(text_starts_with_its_prefix)
{
    ck_assert(slice_starts(SLICE("ab"), SLICE("a")));
    ck_assert(slice_starts(SLICE("ab"), SLICE("ab")));
    ck_assert(!slice_starts(SLICE("ab"), SLICE("abc")));
    ck_assert(!slice_starts(SLICE("ab"), SLICE("b")));
    ck_assert_slice(slice_from(SLICE("ab"), 1), "b");
    ck_assert_slice(slice_from(SLICE("ab"), 2), "");
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

TEST(copy_into_one_byte_is_empty)
{
    char room[2] = {'a', 'b'};

    slice_copy(SLICE("cd"), room, 1);
    ck_assert_int_eq(room[0], '\0');
    ck_assert_int_eq(room[1], 'b');
}

TEST(name_is_found_by_its_index)
{
    static const char *const names[] = {"red", "green", "", "green"};

    ck_assert_uint_eq(slice_find(SLICE("red"), names, 4), 0);
    ck_assert_uint_eq(slice_find(SLICE("green"), names, 4), 1);
    ck_assert_uint_eq(slice_find(SLICE(""), names, 4), 2);
    ck_assert_uint_eq(slice_find(SLICE("Red"), names, 4), 4);
    ck_assert_uint_eq(slice_find(SLICE("green"), names, 1), 1);
    ck_assert_uint_eq(slice_find(SLICE("red"), names, 0), 0);
}

TEST(text_is_found_among_texts)
{
    const struct slice list[] = {SLICE("red"), SLICE("")};

    ck_assert(slice_is_among(SLICE("red"), list, 2));
    ck_assert(slice_is_among(SLICE_NONE, list, 2));
    ck_assert(!slice_is_among(SLICE("re"), list, 2));
    ck_assert(!slice_is_among(SLICE(""), list, 1));
    ck_assert(!slice_is_among(SLICE("red"), NULL, 0));
}
