// SPDX-License-Identifier: MIT
/* Texts that the tolerant parser refuses. */

#include "support/scratch.h"
#include "update.h"

#define BAD(why, literal)                                                                          \
    {                                                                                              \
        (why),                                                                                     \
        {                                                                                          \
            (literal), sizeof(literal) - 1                                                         \
        }                                                                                          \
    }

/* Refused also after they were mended. test_fields_parse has more of the grammar. */
static const struct {
    const char *why;
    struct slice text;
} refusals[] = {
    BAD("nothing", ""),
    BAD("an array", "[]"),
    BAD("a string", "\"{}\""),
    BAD("null", "null"),
    BAD("a page of nginx", "<html><head><title>502 Bad Gateway</title></head></html>"),
    BAD("cut off in a name", "{\"update_i"),
    BAD("cut off in a text", "{\"x\":\"a\xd0"),
    BAD("cut off in an escape", "{\"x\":\"\\"),
    BAD("cut off in a code unit", "{\"x\":\"\\u000"),
    BAD("cut off in a number", "{\"x\":-"),
    BAD("text after the object", "{}\xff"),
    BAD("a NUL byte", "{\"x\":1\0}"),
    BAD("a NUL byte in a text", "{\"x\":\"\0\"}"),
    BAD("a comma too many", "{\"x\":18446744073709551616,}"),
    BAD("a leading zero", "{\"x\":018446744073709551616}"),
    BAD("two points", "{\"x\":1.0e999.5}"),
    BAD("two signs", "{\"x\":--18446744073709551616}"),
    BAD("no digit in the exponent", "{\"x\":18446744073709551616e}"),
    BAD("a line end in a text", "{\"x\":\"a\nb\\u0000\"}"),
    BAD("an unknown escape", "{\"x\":\"\\x41\"}"),
    BAD("an escape with other digits", "{\"x\":\"\\u12g4\"}"),
    BAD("half an escape after a surrogate", "{\"x\":\"\\ud83d\\u12\"}"),
    BAD("UTF-8 outside of strings", "{\"x\":ж}"),
};

TEST_ROWS_WHY(non_object_is_refused_without_output, refusals)
{
    struct answer answer, before;

    memset(&answer, 0xee, sizeof answer);
    memcpy(&before, &answer, sizeof answer);
    ck_assert(!foreign_read(&answer_table, row->text, &answer, &arena, &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNREADABLE);
    ck_assert_str_eq(fault.code, "bad_json");
    ck_assert(memcmp(&before, &answer, sizeof answer) == 0);
}

/* `before`, then `open` and `close` `levels` times each, and `after`. */
static struct slice nested(const char *before, int levels, const char *open, const char *close,
                           const char *after)
{
    struct slice out = SLICE_NONE;

    buf_clear(&scratch);
    buf_text(&scratch, before);
    for (int i = 0; i < levels; i++)
        buf_text(&scratch, open);
    for (int i = 0; i < levels; i++)
        buf_text(&scratch, close);
    buf_text(&scratch, after);
    ck_assert(buf_keep(&scratch, &arena, &out, &fault));
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

TEST_ROWS(nesting_is_limited, depths)
{
    struct answer answer;
    struct slice text = nested(row->before, row->levels, row->open, row->close, row->after);

    ck_assert_msg(foreign_read(&answer_table, text, &answer, &arena, &fault), "%.*s: %s",
                  SLICE_ARG(text), fault.detail);
    text = nested(row->before, row->levels + 1, row->open, row->close, row->after);
    ck_assert(!foreign_read(&answer_table, text, &answer, &arena, &fault));
    ck_has(fault.detail, "nested deeper");
    text = nested(row->before, 20000, row->open, "", "");
    ck_assert(!foreign_read(&answer_table, text, &answer, &arena, &fault));
}

TEST(length_of_a_number_is_limited)
{
    struct slice text = nested("{\"score\":1", FOREIGN_NUMBER_MAX - 1, "0", "", "}");
    struct answer answer;

    ck_assert(foreign_read(&answer_table, text, &answer, &arena, &fault));
    ck_assert(answer.score > 9e298 && answer.score < 1.1e299);
    text = nested("{\"score\":1", FOREIGN_NUMBER_MAX, "0", "", "}");
    ck_assert(!foreign_read(&answer_table, text, &answer, &arena, &fault));
}

TEST(full_arena_is_reported_at_every_size)
{
    static const char text[] = "{\"description\":\"a\\nb\",\"vector\":[1,2,3,4,5],"
                               "\"answers\":[{},{\"result\":\"\\u0000\"}]}";
    bool done = false;

    for (size_t limit = 0; !done; limit += 16) {
        struct answer answer = {.error_code = 7};
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
