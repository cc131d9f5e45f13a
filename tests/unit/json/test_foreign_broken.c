// SPDX-License-Identifier: MIT
/* Texts that the tolerant parser refuses, and what it finds in an invalid body. */
#include "base/buf.h"

#include "suite.h"
#include "update.h"

static struct arena arena;

static void setup(void)
{
    arena_init(&arena, 1 << 20);
}

static void teardown(void)
{
    arena_finish(&arena);
}

#define BAD(why, literal)                                                                          \
    {                                                                                              \
        (why),                                                                                     \
        {                                                                                          \
            (literal), sizeof(literal) - 1                                                         \
        }                                                                                          \
    }

static const struct {
    const char *why;
    struct slice text;
} refusals[] = {
    BAD("nothing", ""),
    BAD("white space", " \n"),
    BAD("an array", "[]"),
    BAD("a string", "\"{}\""),
    BAD("null", "null"),
    BAD("a page of nginx", "<html><head><title>502 Bad Gateway</title></head></html>"),
    BAD("cut off after the brace", "{"),
    BAD("cut off in a name", "{\"update_i"),
    BAD("cut off after a name", "{\"update_id\""),
    BAD("cut off after a colon", "{\"update_id\":"),
    BAD("cut off in a text", "{\"description\":\"abcdefghijkl"),
    BAD("cut off in an escape", "{\"description\":\"\\"),
    BAD("cut off in a code unit", "{\"description\":\"\\u00"),
    BAD("cut off in a word", "{\"ok\":tru"),
    BAD("cut off in a list", "{\"ids\":[1,2"),
    BAD("text after the value", "{} x"),
    BAD("two values", "{}{}"),
    BAD("NUL behind", "{}\0"),
    BAD("a byte order mark", "\xef\xbb\xbf{}"),
    BAD("a comma too many", "{\"ok\":true,}"),
    BAD("a comma too many in a list", "{\"ids\":[1,]}"),
    BAD("a comma too many, skipped", "{\"x\":[1,]}"),
    BAD("only a comma", "{,}"),
    BAD("no comma", "{\"ok\":true \"x\":1}"),
    BAD("no colon", "{\"ok\" true}"),
    BAD("a name without quotes", "{ok:true}"),
    BAD("single quotes", "{'ok':true}"),
    BAD("brackets do not match", "{\"x\":[}"),
    BAD("brackets do not match, deeper", "{\"x\":{\"y\":[1}]}"),
    BAD("a comment", "{/**/}"),
    BAD("NaN", "{\"score\":NaN}"),
    BAD("a minus alone", "{\"score\":-}"),
    BAD("a leading zero", "{\"error_code\":01}"),
    BAD("a leading plus", "{\"error_code\":+1}"),
    BAD("no digit before the point", "{\"score\":.5}"),
    BAD("no digit after the point", "{\"score\":5.}"),
    BAD("no digit in the exponent", "{\"score\":5e}"),
    BAD("hexadecimal", "{\"x\":0x1F}"),
    BAD("an exponent of four digits", "{\"x\":1e0001}"),
    BAD("a line end in a text", "{\"x\":\"a\nb\"}"),
    BAD("an unknown escape", "{\"x\":\"\\x41\"}"),
    BAD("an escape with other digits", "{\"x\":\"\\u12g4\"}"),
    BAD("half an escape after a surrogate", "{\"x\":\"\\ud83d\\u12\"}"),
    BAD("UTF-8 outside of strings", "{\"x\":ж}"),
};

START_TEST(non_object_is_refused_without_output)
{
    struct answer answer;
    struct answer before;
    struct fault fault;

    memset(&answer, 0xee, sizeof(answer));
    memcpy(&before, &answer, sizeof(answer));
    ck_assert_msg(!foreign_read(&answer_table, refusals[_i].text, &answer, &arena, &fault), "%s",
                  refusals[_i].why);
    ck_assert_int_eq(fault.kind, FAULT_UNREADABLE);
    ck_assert_str_eq(fault.code, "bad_json");
    ck_assert(memcmp(&before, &answer, sizeof(answer)) == 0);
}
END_TEST

/* `before`, then `open` and `close` `levels` times each, and `after`. */
static struct slice nested(const char *before, int levels, const char *open, const char *close,
                           const char *after)
{
    struct slice out = SLICE_NONE;
    struct fault fault;
    struct buf text;

    buf_init(&text, 1 << 20);
    buf_text(&text, before);
    for (int i = 0; i < levels; i++)
        buf_text(&text, open);
    for (int i = 0; i < levels; i++)
        buf_text(&text, close);
    buf_text(&text, after);
    ck_assert(buf_keep(&text, &arena, &out, &fault));
    buf_finish(&text);
    return out;
}

static const struct {
    const char *before, *open, *close, *after;
    int levels; /* the maximum that is accepted */
} depths[] = {
    {"{\"x\":",      "[",                          "]",  "}", FOREIGN_DEPTH_MAX - 1      },
    {"{\"x\":1",     ",\"x\":{\"x\":1",            "}",  "}", FOREIGN_DEPTH_MAX - 1      },
    {"{\"result\":", "[",                          "]",  "}", FOREIGN_DEPTH_MAX - 1      },
    {"{\"ok\":true", ",\"answers\":[{\"ok\":true", "}]", "}", (FOREIGN_DEPTH_MAX - 1) / 2},
};

START_TEST(nesting_is_limited_to_64_levels)
{
    struct answer answer;
    struct fault fault;
    struct slice text = nested(depths[_i].before, depths[_i].levels, depths[_i].open,
                               depths[_i].close, depths[_i].after);

    ck_assert_msg(foreign_read(&answer_table, text, &answer, &arena, &fault), "%.*s: %s",
                  SLICE_ARG(text), fault.detail);
    text = nested(depths[_i].before, depths[_i].levels + 1, depths[_i].open, depths[_i].close,
                  depths[_i].after);
    ck_assert(!foreign_read(&answer_table, text, &answer, &arena, &fault));
    ck_assert_ptr_nonnull(strstr(fault.detail, "nested too deep"));
    text = nested(depths[_i].before, 20000, depths[_i].open, "", "");
    ck_assert(!foreign_read(&answer_table, text, &answer, &arena, &fault));
}
END_TEST

START_TEST(length_of_a_number_is_limited)
{
    struct slice text = nested("{\"score\":1", FOREIGN_NUMBER_MAX - 1, "0", "", "}");
    struct answer answer;
    struct fault fault;

    ck_assert(foreign_read(&answer_table, text, &answer, &arena, &fault));
    ck_assert(answer.score > 9e298 && answer.score < 1.1e299);
    text = nested("{\"score\":1", FOREIGN_NUMBER_MAX, "0", "", "}");
    ck_assert(!foreign_read(&answer_table, text, &answer, &arena, &fault));
}
END_TEST

START_TEST(full_arena_is_reported_at_every_size)
{
    static const char text[] =
        "{\"description\":\"a\\nb\",\"ids\":[1,2,3,4,5],\"answers\":[{},{\"result\":\"\\u0000\"}]}";
    bool done = false;

    for (size_t limit = 0; !done; limit += 16) {
        struct answer answer = {.error_code = 7};
        struct fault fault;
        struct arena small;
        ck_assert_uint_lt(limit, 1 << 16);
        arena_init(&small, limit);
        done = foreign_read(&answer_table, SLICE(text), &answer, &small, &fault);
        if (!done) {
            ck_assert_str_eq(fault.code, "out_of_memory");
            ck_assert_int_eq(answer.error_code, 7);
        }
        arena_finish(&small);
    }
}
END_TEST

#define LEADING(literal, n)                                                                        \
    {                                                                                              \
        {(literal), sizeof(literal) - 1}, (n)                                                      \
    }

static const struct {
    struct slice text;
    int64_t id; /* FIELD_ABSENT: none */
} leadings[] = {
    LEADING("{\"update_id\":873265412,\n\"message\":{\"mess", 873265412),
    LEADING("{\"update_id\":5}", 5),
    LEADING(" \r\n\t{ \"update_id\" : -5 \xff", -5),
    LEADING("{\"update_id\":9223372036854775807,", INT64_MAX),
    LEADING("{\"update_id\":9223372036854775808,", FIELD_ABSENT),
    LEADING("{\"update_id\":5", FIELD_ABSENT),
    LEADING("{\"update_id\":5.0,", FIELD_ABSENT),
    LEADING("{\"update_id\":05,", FIELD_ABSENT),
    LEADING("{\"update_id\":\"5\",", FIELD_ABSENT),
    LEADING("{\"update_id\":5]", FIELD_ABSENT),
    LEADING("{\"update_id\":5\0", FIELD_ABSENT),
    LEADING("{\"update_id\":", FIELD_ABSENT),
    LEADING("{\"update_id\":-,", FIELD_ABSENT),
    LEADING("{\"update_id", FIELD_ABSENT),
    LEADING("{\"update_idx\":5,", FIELD_ABSENT),
    LEADING("{\"message\":{},\"update_id\":5}", FIELD_ABSENT),
    LEADING("[{\"update_id\":5}]", FIELD_ABSENT),
    LEADING("\"update_id\":5,", FIELD_ABSENT),
    LEADING("", FIELD_ABSENT),
};

START_TEST(the_leading_integer_of_a_broken_body_is_found)
{
    int64_t id = FIELD_ABSENT;
    bool found = foreign_leading_int(leadings[_i].text, "update_id", &id);

    ck_assert_msg(found == (leadings[_i].id != FIELD_ABSENT), "%.*s", SLICE_ARG(leadings[_i].text));
    ck_assert_int_eq(id, leadings[_i].id);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("broken");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, non_object_is_refused_without_output, 0, COUNT(refusals));
    tcase_add_loop_test(tests, nesting_is_limited_to_64_levels, 0, COUNT(depths));
    tcase_add_test(tests, length_of_a_number_is_limited);
    tcase_add_test(tests, full_arena_is_reported_at_every_size);
    tcase_add_loop_test(tests, the_leading_integer_of_a_broken_body_is_found, 0, COUNT(leadings));
    return suite_main("foreign: broken", tests);
}
