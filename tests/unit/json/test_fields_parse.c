// SPDX-License-Identifier: MIT
/* Bodies that are not valid JSON: row 24 of the matrix of hostile input. */
#include "json/fields.h"

#include "support/scratch.h"

#define S(literal)                                                                                 \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

static struct json_body *body;

static void setup(void)
{
    body = NULL;
}

static void teardown(void)
{
    fields_parse_finish(body);
}

TEST_CASE("parse", .setup = setup, .teardown = teardown);

static bool parse(struct slice from)
{
    fields_parse_finish(body);
    body = NULL;
    return fields_parse(from, true, &body, &arena, &fault);
}

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

TEST_ROWS_WHY(bodies_are_parsed_or_refused_as_bad_json, bodies)
{
    const bool ok = parse(row->body);

    ck_assert(ok == row->ok);
    if (ok)
        return;
    ck_assert_ptr_null(body);
    ck_assert_int_eq(fault.kind, FAULT_UNREADABLE);
    ck_assert_str_eq(fault.code, "bad_json");
}

// clang-format off
static const struct {
    const char *why;
    struct slice body;
    const char *detail;
} refusals[] = {
    {"a name twice", S("{\"a\":1,\"a\":2}"), "The body has a name twice in one object: line 1"},
    {"2^63",         S("9223372036854775808"), "The body has a number beyond 64 bits: line 1"},
    {"a double",     S("[1e309]"), "The body has a number beyond 64 bits: line 1"},
    {"NUL",          S("\"a\\u0000b\""), "The body has a NUL in a text: line 1"},
    {"NUL in names", S("{\"a\\u0000\":1}"), "The body has a NUL in a text: line 1"},
    {"cut off",      S("{\"a\":"), "The body is not valid JSON: line 1"},
};
// clang-format on

TEST_ROWS_WHY(refusal_names_what_is_wrong, refusals)
{
    ck_assert(!parse(row->body));
    ck_begins(fault.detail, row->detail);
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
            const bool twice = shape == 2;
            buf_clear(&scratch);
            for (int i = 0; i < depth; i++)
                buf_text(&scratch, shapes[shape][0]);
            buf_text(&scratch, shapes[shape][1]);
            for (int i = 0; i < depth; i++)
                buf_text(&scratch, shapes[shape][2]);
            ck_assert_int_eq(parse(buf_as_slice(&scratch)), depth * (twice ? 2 : 1) <= 32);
        }
}

TEST(brackets_inside_strings_do_not_count_as_nesting)
{
    ck_assert(parse(SLICE("{\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\":"
                          "\"\\\"{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{\\\\\"}")));
}

TEST(two_million_brackets_are_refused)
{
    const size_t len = 2000000;
    char *many = malloc(len);

    memset(many, '[', len);
    ck_assert(!parse((struct slice){many, len}));
    memset(many, '"', len);
    ck_assert(!parse((struct slice){many, len}));
    memset(many, '\\', len);
    many[0] = '"';
    ck_assert(!parse((struct slice){many, len}));
    ck_assert_str_eq(fault.code, "bad_json");
    free(many);
}

TEST(memory_of_a_parsed_body_is_known)
{
    buf_char(&scratch, '[');
    for (int i = 0; i < 20000; i++)
        buf_text(&scratch, "{},");
    buf_text(&scratch, "{}]");
    ck_assert(parse(buf_as_slice(&scratch)));
    ck_assert_uint_gt(fields_body_size(body), 60 * scratch.len);
    ck_assert_uint_lt(fields_body_size(body), 100 * scratch.len);
    buf_clear(&scratch);
    buf_char(&scratch, '"');
    for (int i = 0; i < 60000; i++)
        buf_char(&scratch, 'a');
    buf_char(&scratch, '"');
    ck_assert(parse(buf_as_slice(&scratch)));
    ck_assert_uint_lt(fields_body_size(body), 5 * scratch.len);
    fields_parse_finish(body);
    ck_ok(fields_parse(SLICE(""), false, &body, &arena, &fault));
    ck_assert_uint_eq(fields_body_size(body), 0);
}

TEST(missing_required_body_is_refused)
{
    ck_fault(fields_parse(SLICE_NONE, true, &body, &arena, &fault), "body_missing",
             FAULT_UNREADABLE);
    ck_assert_ptr_null(body);
    ck_ok(fields_parse(SLICE(""), false, &body, &arena, &fault));
    ck_assert_ptr_nonnull(body);
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
    ck_ok(fields_parse(slice_of(row->body), false, &body, &arena, &fault));
    ck_ok(fields_encode_canonical(body, &scratch, &fault));
    ck_assert_slice(buf_as_slice(&scratch), row->canonical);
}

TEST(canonical_text_beyond_the_buffer_is_reported)
{
    struct buf small = BUF(4);

    ck_assert(parse(SLICE("[1,2,3]")));
    ck_fault(fields_encode_canonical(body, &small, &fault), "too_much_output", FAULT_INTERNAL);
    buf_clear(&small);
    ck_ok(fields_encode_canonical(NULL, &small, &fault));
    ck_assert_slice(buf_as_slice(&small), "{}");
    buf_finish(&small);
}

TEST(full_arena_is_not_reported_as_a_client_error)
{
    struct arena full = ARENA(0);

    ck_unavailable(fields_parse(SLICE("{}"), true, &body, &full, &fault), "out_of_memory");
    ck_assert_ptr_null(body);
}
