// SPDX-License-Identifier: MIT
#include <inttypes.h>

#include "support/scratch.h"

static struct buf buf;

static void setup(void)
{
    buf_init(&buf, 1 << 20);
}

static void teardown(void)
{
    buf_finish(&buf);
}

TEST_CASE("buf", .setup = setup, .teardown = teardown);

TEST(appends_follow_each_other)
{
    buf_text(&buf, "a");
    buf_append(&buf, "bcd", 2);
    buf_slice(&buf, SLICE("de"));
    buf_slice(&buf, SLICE_NONE);
    buf_char(&buf, 'f');
    buf_printf(&buf, "%s%d", "g", 7);
    ck_assert_slice(buf_as_slice(&buf), "abcdefg7");
}

static const int64_t integers[] = {0,    1,     9,  10,  99,   100,       101,      999,
                                   1000, 12345, -1, -10, -100, INT64_MAX, INT64_MIN};

TEST_ROWS(integers_are_formatted_as_by_printf, integers)
{
    buf_i64(&buf, *row);
    ck_assert_slice(buf_as_slice(&buf), textf("%" PRId64, *row));
    buf_clear(&buf);
    buf_u64(&buf, (uint64_t)*row);
    ck_assert_slice(buf_as_slice(&buf), textf("%" PRIu64, (uint64_t)*row));
}

TEST_ROWS(hexadecimals_are_formatted_as_by_printf, integers)
{
    const char *expected = textf("%" PRIx64 " %016" PRIx64, (uint64_t)*row, (uint64_t)*row);

    buf_hex(&buf, (uint64_t)*row, 1);
    buf_char(&buf, ' ');
    buf_hex(&buf, (uint64_t)*row, 16);
    ck_assert_slice(buf_as_slice(&buf), expected);
}

TEST(buffer_over_given_memory_stays_within_it)
{
    char room[9] = "........";
    struct buf over = buf_over(room, 8);

    buf_text(&over, "1234");
    buf_i64(&over, 5678);
    ck_assert_slice(buf_as_slice(&over), "12345678");
    ck_assert(buf_ok(&over, &fault));
    buf_char(&over, '9');
    ck_assert(!buf_ok(&over, &fault));
    ck_assert_str_eq(room, "12345678");
}

static const struct {
    struct slice text;
    const char *json;
} strings[] = {
    {{NULL, 0},                           "null"                             },
    {{"", 0},                             "\"\""                             },
    {{"plain", 5},                        "\"plain\""                        },
    {{"exactly8", 8},                     "\"exactly8\""                     },
    {{"\"quoted\" far behind", 19},       "\"\\\"quoted\\\" far behind\""    },
    {{"a back\\slash in the middle", 26}, "\"a back\\\\slash in the middle\""},
    {{"\b\f\n\r\t", 5},                   "\"\\b\\f\\n\\r\\t\""              },
    {{"\0\x01\x1f\x20\x7f", 5},           "\"\\u0000\\u0001\\u001f \x7f\""   },
    {{"Қазақстан", 18},          "\"Қазақстан\""           },
    {{"\xe2\x80\xa8/", 4},                "\"\xe2\x80\xa8/\""                },
};

TEST_ROWS(strings_are_escaped_by_rfc_8259, strings)
{
    buf_json_string(&buf, row->text);
    ck_assert_slice(buf_as_slice(&buf), row->json);
}

TEST(member_is_its_name_and_the_escaped_text)
{
    buf_json_member(&buf, "{\"a\":", SLICE("\"b\""));
    buf_json_member(&buf, ",\"c\":", SLICE_NONE);
    ck_assert_slice(buf_as_slice(&buf), "{\"a\":\"\\\"b\\\"\",\"c\":null");
}

#define FFFD "\xef\xbf\xbd"

static const struct {
    const char *why;
    struct slice text;
    const char *json;
} brokens[] = {
    {"an invalid byte",                           {"a\xff", 2},             "\"a" FFFD "\""           },
    {"two",                                       {"\xfe\xff", 2},          "\"" FFFD FFFD "\""       },
    {"a character cut off",                       {"abcdefghijkl\xd0", 13}, "\"abcdefghijkl" FFFD "\""},
    {"four bytes cut off",                        {"\xf0\x9f\x98", 3},      "\"" FFFD FFFD FFFD "\""  },
    {"a surrogate",                               {"\xed\xa0\x80", 3},      "\"" FFFD FFFD FFFD "\""  },
    {"an incomplete character before a quote",    {"\xd0\"\xd0", 3},        "\"" FFFD "\\\"" FFFD "\""},
    {"an incomplete character before a line end",
     {"\xe2\x82\n\xd2\x9b", 5},
     "\"" FFFD FFFD "\\n\xd2\x9b\""                                                                   },
    {"escapes before and after",
     {"\\\x01\x80\\ 1234567890", 15},
     "\"\\\\\\u0001" FFFD "\\\\ 1234567890\""                                                         },
};

TEST_ROWS_WHY(invalid_utf8_becomes_the_replacement_character, brokens)
{
    buf_json_string(&buf, row->text);
    ck_assert_slice(buf_as_slice(&buf), row->json);
}

TEST(each_byte_is_escaped_at_each_position)
{
    enum { LEN = 53 }; /* some blocks, some words, some bytes */

    for (int c = 0; c < 0x80; c++)
        for (size_t place = 0; place < LEN; place++) {
            char text[LEN];
            bool plain = c >= 0x20 && c != '"' && c != '\\';
            memset(text, 'x', sizeof text);
            text[place] = (char)c;
            buf_clear(&buf);
            buf_json_string(&buf, (struct slice){text, sizeof text});
            ck_assert_msg((buf.len == sizeof text + 2) == plain, "byte %d at %zu", c, place);
            ck_assert(memcmp(buf.data + 1, text, place) == 0);
            ck_assert(memcmp(buf.data + buf.len - 1 - (LEN - 1 - place), text + place + 1,
                             LEN - 1 - place) == 0);
        }
}

TEST(limit_is_exact_to_the_byte)
{
    struct buf small = BUF(1000);

    for (int i = 0; i < 1000; i++)
        buf_char(&small, 'x');
    ck_ok(buf_ok(&small, &fault));
    ck_assert_uint_eq(small.len, 1000);
    buf_char(&small, 'x');
    ck_assert_uint_eq(small.len, 1000);
    ck_fault(buf_ok(&small, &fault), "too_much_output", FAULT_INTERNAL);
    buf_finish(&small);
}

TEST(failed_buffer_ignores_appends_until_cleared)
{
    struct buf small = BUF(4);

    buf_text(&small, "abc");
    buf_text(&small, "de");
    buf_text(&small, "f");
    buf_i64(&small, -1);
    buf_printf(&small, "%d", 1);
    ck_assert_ptr_null(buf_reserve(&small, 1));
    ck_assert_ptr_null(buf_reserve(&small, SIZE_MAX));
    ck_assert_slice(buf_as_slice(&small), "abc");
    ck_assert(!buf_ok(&small, &fault));
    buf_clear(&small);
    ck_assert(buf_ok(&small, &fault));
    buf_text(&small, "abcd");
    ck_assert_slice(buf_as_slice(&small), "abcd");
    buf_finish(&small);
    ck_assert_uint_eq(buf_as_slice(&small).len, 0);
}

TEST(reserved_bytes_count_after_advance)
{
    char *room = buf_reserve(&buf, 100);

    ck_assert_ptr_nonnull(room);
    ck_assert_uint_eq(buf.len, 0);
    memcpy(room, "abc", 3);
    buf_advance(&buf, 3);
    ck_assert_slice(buf_as_slice(&buf), "abc");
}

TEST(an_untouched_buffer_is_present_and_empty)
{
    fault = (struct fault){.code = "untouched"};
    ck_assert_ptr_nonnull(buf_as_slice(&buf).at);
    ck_assert_uint_eq(buf_as_slice(&buf).len, 0);
    ck_assert(buf_ok(&buf, &fault));
    ck_assert_str_eq(fault.code, "untouched");
}

TEST(kept_text_outlives_the_buffer)
{
    struct slice kept = SLICE_NONE;

    buf_text(&buf, "text");
    ck_ok(buf_keep(&buf, &arena, &kept, &fault));
    buf_clear(&buf);
    buf_text(&buf, "else");
    ck_assert_slice(kept, "text");
    ck_assert_int_eq(kept.at[kept.len], '\0');
    buf_clear(&buf);
    ck_ok(buf_keep(&buf, &arena, &kept, &fault));
    ck_assert_ptr_nonnull(kept.at);
    ck_assert_uint_eq(kept.len, 0);
}

TEST(failed_buffer_or_full_arena_keeps_nothing)
{
    char room[4];
    struct arena full = ARENA(0);
    struct slice kept = SLICE("untouched");

    buf_text(&buf, "text");
    ck_unavailable(buf_keep(&buf, &full, &kept, &fault), "out_of_memory");
    buf_finish(&buf);
    buf_init_over(&buf, room, sizeof room);
    buf_text(&buf, "longer");
    ck_fault(buf_keep(&buf, &full, &kept, &fault), "too_much_output", FAULT_INTERNAL);
    ck_assert_slice(kept, "untouched");
    buf_init(&buf, 1);
}
