// SPDX-License-Identifier: MIT
/* Bodies that are not valid JSON: row 24 of the matrix of hostile input. */
#include "json/fields.h"

#include "support/scratch.h"
#include "support/test.h"

#define S(literal)                                                                                 \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

TEST_CASE("parse");

static const struct {
    const char *why;
    struct slice body;
    bool ok;
} bodies[] = {
    {"an object",                     S("{}"),                                true },
    {"white space around",            S(" \r\n\t{} \n"),                      true },
    {"another value",                 S("17"),                                true },
    {"null",                          S("null"),                              true },
    {"a name in two objects",         S("{\"a\":{\"a\":1},\"b\":{\"a\":1}}"), true },
    {"a name twice",                  S("{\"a\":1,\"a\":2}"),                 false},
    {"a name twice, once escaped",    S("{\"a\":1,\"\\u0061\":2}"),           false},
    {"a name twice, deep",            S("{\"x\":[{\"a\":1,\"a\":1}]}"),       false},
    {"only white space",              S("  "),                                false},
    {"cut off",                       S("{\"a\":"),                           false},
    {"text after the value",          S("{} x"),                              false},
    {"two values",                    S("{}{}"),                              false},
    {"NUL behind",                    S("{}\0"),                              false},
    {"byte order mark",               S("\xef\xbb\xbf{}"),                    false},
    {"a comma too many",              S("[1,]"),                              false},
    {"single quotes",                 S("{'a':1}"),                           false},
    {"a comment",                     S("{/**/}"),                            false},
    {"NaN",                           S("NaN"),                               false},
    {"Infinity",                      S("-Infinity"),                         false},
    {"leading zero",                  S("01"),                                false},
    {"leading plus",                  S("+1"),                                false},
    {"no digit before the point",     S(".5"),                                false},
    {"no digit after the point",      S("5."),                                false},
    {"hexadecimal",                   S("0x1F"),                              false},
    {"largest integer",               S("9223372036854775807"),               true },
    {"2^63",                          S("9223372036854775808"),               false},
    {"smallest integer",              S("-9223372036854775808"),              true },
    {"one less",                      S("-9223372036854775809"),              false},
    {"2^64",                          S("18446744073709551616"),              false},
    {"beyond any double",             S("1e309"),                             false},
    {"a large double",                S("1e308"),                             true },
    {"a pair of surrogates",          S("\"\\ud83d\\ude00\""),                true },
    {"a high surrogate alone",        S("\"\\ud83d\""),                       false},
    {"a high surrogate and a letter", S("\"\\ud83dx\""),                      false},
    {"two high surrogates",           S("\"\\ud83d\\ud83d\""),                false},
    {"a low surrogate alone",         S("\"\\ude00\""),                       false},
    {"a surrogate as bytes",          S("\"\xed\xa0\x80\""),                  false},
    {"NUL escaped",                   S("\"a\\u0000b\""),                     false},
    {"NUL escaped in a name",         S("{\"a\\u0000\":1}"),                  false},
    {"NUL as a byte after a number",  S("[1\0]"),                             false},
    {"NUL as a byte",                 S("\"a\0b\""),                          false},
    {"a newline in a string",         S("\"a\nb\""),                          false},
    {"an unknown escape",             S("\"\\x41\""),                         false},
    {"half an escape",                S("\"\\u12\""),                         false},
    {"a backslash at the end",        S("\"\\"),                              false},
    {"overlong UTF-8",                S("\"\xc0\xaf\""),                      false},
    {"UTF-8 cut off",                 S("\"\xd0\""),                          false},
    {"not UTF-8 outside of strings",  S("{}\xff"),                            false},
    {"UTF-8",                         S("\"Қала\""),                      true },
};

TEST_ROWS(bodies_are_parsed_or_refused_as_bad_json, bodies)
{
    struct json_body *body = NULL;
    bool ok = fields_parse(row->body, true, &body, &arena, &fault);

    ck_assert_msg(ok == row->ok, "%s", row->why);
    fields_parse_finish(body);
    if (ok)
        return;
    ck_assert_ptr_null(body);
    ck_assert_int_eq(fault.kind, FAULT_UNREADABLE);
    ck_assert_str_eq(fault.code, "bad_json");
}

TEST(nesting_is_limited_to_32_levels)
{
    static const char *const shapes[][3] = {
        {"[",       "",  "]" },
        {"{\"a\":", "1", "}" },
        {"[[",      "",  "]]"}
    };

    for (int shape = 0; shape < COUNT(shapes); shape++)
        for (int depth = 1; depth < 100; depth++) {
            bool twice = shape == 2;
            struct json_body *body = NULL;
            struct buf text;
            buf_init(&text, 1 << 16);
            for (int i = 0; i < depth; i++)
                buf_text(&text, shapes[shape][0]);
            buf_text(&text, shapes[shape][1]);
            for (int i = 0; i < depth; i++)
                buf_text(&text, shapes[shape][2]);
            ck_assert_int_eq(fields_parse(buf_as_slice(&text), true, &body, &arena, &fault),
                             depth * (twice ? 2 : 1) <= 32);
            fields_parse_finish(body);
            buf_finish(&text);
        }
}

TEST(brackets_inside_strings_do_not_count_as_nesting)
{
    struct json_body *body = NULL;

    ck_assert(fields_parse(SLICE("{\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\":"
                                 "\"\\\"{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{\\\\\"}"),
                           true, &body, &arena, &fault));
    fields_parse_finish(body);
}

TEST(two_million_brackets_are_refused)
{
    size_t len = 2000000;
    char *text = malloc(len);
    struct json_body *body = NULL;

    memset(text, '[', len);
    ck_assert(!fields_parse((struct slice){text, len}, true, &body, &arena, &fault));
    memset(text, '"', len);
    ck_assert(!fields_parse((struct slice){text, len}, true, &body, &arena, &fault));
    memset(text, '\\', len);
    text[0] = '"';
    ck_assert(!fields_parse((struct slice){text, len}, true, &body, &arena, &fault));
    ck_assert_str_eq(fault.code, "bad_json");
    free(text);
}

TEST(missing_required_body_is_refused)
{
    struct json_body *body = NULL;

    ck_assert(!fields_parse(SLICE_NONE, true, &body, &arena, &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNREADABLE);
    ck_assert_str_eq(fault.code, "body_missing");
    ck_assert_ptr_null(body);
    ck_assert(fields_parse(SLICE(""), false, &body, &arena, &fault));
    ck_assert_ptr_nonnull(body);
    fields_parse_finish(body);
    fields_parse_finish(NULL);
}

static const struct {
    const char *body, *canonical;
} canonicals[] = {
    {"",                                             "{}"                          },
    {"{}",                                           "{}"                          },
    {" { \"b\" : 1 , \"a\" : [ 1 , 2.5 , null ] } ", "{\"a\":[1,2.5,null],\"b\":1}"},
    {"{\"z\":{\"y\":1,\"x\":2}}",                    "{\"z\":{\"x\":2,\"y\":1}}"   },
    {"{\"a\":\"\\u0416\\/\"}",                       "{\"a\":\"Ж/\"}"             },
    {"17",                                           "17"                          },
};

TEST_ROWS(canonical_text_does_not_depend_on_formatting, canonicals)
{
    struct json_body *body = NULL;
    struct buf text;

    buf_init(&text, 1000);
    ck_assert(fields_parse(slice_of(row->body), false, &body, &arena, &fault));
    ck_assert(fields_canonical(body, &text, &fault));
    ck_assert_slice(buf_as_slice(&text), row->canonical);
    fields_parse_finish(body);
    buf_finish(&text);
}

TEST(canonical_text_beyond_the_buffer_is_reported)
{
    struct json_body *body = NULL;
    struct buf text;

    buf_init(&text, 4);
    ck_assert(fields_parse(SLICE("[1,2,3]"), true, &body, &arena, &fault));
    ck_assert(!fields_canonical(body, &text, &fault));
    ck_assert_str_eq(fault.code, "too_much_output");
    buf_clear(&text);
    ck_assert(fields_canonical(NULL, &text, &fault));
    ck_assert_slice(buf_as_slice(&text), "{}");
    fields_parse_finish(body);
    buf_finish(&text);
}

TEST(full_arena_is_not_reported_as_a_client_error)
{
    struct arena full;
    struct json_body *body = NULL;

    arena_init(&full, 0);
    ck_assert(!fields_parse(SLICE("{}"), true, &body, &full, &fault));
    ck_assert_str_eq(fault.code, "out_of_memory");
    ck_assert_ptr_null(body);
}
