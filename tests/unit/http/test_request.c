// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include <check.h>

#include "http/request.h"

static struct arena arena;
static struct http_request req;
static struct json_body *parsed;

static void setup(void)
{
    arena_init(&arena, 65536);
    parsed = NULL;
    req = (struct http_request){.arena = &arena, .body = SLICE(""), .json = &parsed};
}

static void teardown(void)
{
    fields_parse_finish(parsed);
    arena_finish(&arena);
}

START_TEST(id_that_is_not_a_uuid_is_not_found)
{
    struct uuid id = {.bytes = {7}};
    struct fault fault;
    req.params[0] = SLICE("0190a5f0-0000-7000-8000-000000000001");
    req.params[1] = SLICE("seven");
    ck_assert(http_request_uuid(&req, 0, &id, &fault));
    ck_assert_uint_eq(id.bytes[0], 1);
    ck_assert(!http_request_uuid(&req, 1, &id, &fault));
    ck_assert_int_eq(fault.kind, FAULT_NOT_FOUND);
    ck_assert_uint_eq(id.bytes[0], 1);
    ck_assert(!http_request_uuid(&req, HTTP_PATH_PARAMS_MAX, &id, &fault));
}
END_TEST

START_TEST(body_is_parsed_once)
{
    const struct json_body *first = NULL;
    const struct json_body *second = NULL;
    struct fault fault;
    req.body = SLICE("{\"a\":1}");
    ck_assert(http_request_json(&req, true, &first, &fault));
    ck_assert(http_request_json(&req, false, &second, &fault));
    ck_assert_ptr_eq(first, second);
}
END_TEST

START_TEST(missing_body_is_reported_only_if_required)
{
    const struct json_body *body = NULL;
    struct fault fault;
    ck_assert(!http_request_json(&req, true, &body, &fault));
    ck_assert_str_eq(fault.code, "body_missing");
    ck_assert(http_request_json(&req, false, &body, &fault));
    ck_assert_ptr_nonnull(body);
    ck_assert(!http_request_json(&req, true, &body, &fault));
    ck_assert_str_eq(fault.code, "body_missing");
}
END_TEST

START_TEST(non_json_body_is_refused)
{
    const struct json_body *body = NULL;
    struct fault fault;
    req.body = SLICE("{");
    ck_assert(!http_request_json(&req, true, &body, &fault));
    ck_assert_str_eq(fault.code, "bad_json");
    ck_assert_ptr_null(body);
}
END_TEST

struct thing {
    int64_t number;
};
static const struct field thing_fields[] = {
    {.name = "number", .type = FIELD_INT, .offset = offsetof(struct thing, number), .max = 9},
};
static const struct fields things = FIELDS_OF(thing_fields, struct thing);

START_TEST(a_body_is_decoded_by_its_table)
{
    struct thing thing = {.number = 3};
    struct fields_seen seen;
    struct fault fault;
    req.body = SLICE("{\"number\":7}");
    ck_assert(http_request_decode(&req, &things, false, &thing, &seen, &fault));
    ck_assert_int_eq(thing.number, 7);
    ck_assert_uint_eq(seen.set, 1);
}
END_TEST

START_TEST(decoding_without_a_body_fails)
{
    struct thing thing = {.number = 3};
    struct fields_seen seen;
    struct fault fault;
    ck_assert(!http_request_decode(&req, &things, false, &thing, &seen, &fault));
    ck_assert_int_eq(thing.number, 3);
}
END_TEST

START_TEST(a_query_is_decoded_by_its_table)
{
    struct thing thing = {.number = 3};
    struct fault fault;
    req.query[0] = (struct field_pair){SLICE("number"), SLICE("8")};
    req.query_count = 1;
    ck_assert(http_request_query(&req, &things, &thing, &fault));
    ck_assert_int_eq(thing.number, 8);
}
END_TEST

START_TEST(a_route_that_takes_no_parameters_refuses_them)
{
    struct fault fault;
    ck_assert(http_request_query(&req, NULL, NULL, &fault));
    req.query[0] = (struct field_pair){SLICE("x"), SLICE("8")};
    req.query_count = 1;
    ck_assert(!http_request_query(&req, NULL, NULL, &fault));
    ck_assert_str_eq(fault.code, "unknown_parameter");
}
END_TEST

static const struct {
    const char *why;
    const char *header;
    bool fine;
} matches[] = {
    {"absent",                    NULL,                true },
    {"any",                       "*",                 true },
    {"this version, any hash",    "\"12.whatever\"",   true },
    {"no hash at all",            "\"12\"",            true },
    {"weak: the edge compressed", "W/\"12.a\"",        true },
    {"in a list",                 "\"3.a\", \"12.b\"", true },
    {"another",                   "\"13.a\"",          false},
    {"a longer number",           "\"123.a\"",         false},
    {"no number",                 "\"a.12\"",          false},
    {"empty quotes",              "\"\"",              false},
    {"not quoted",                "12",                false},
    {"empty",                     "",                  false},
};

START_TEST(if_match_compares_the_version)
{
    struct fault fault;
    req.headers[HTTP_H_IF_MATCH] = slice_of(matches[_i].header);
    ck_assert_msg(http_request_if_match(&req, 12, &fault) == matches[_i].fine, "%s",
                  matches[_i].why);
    if (!matches[_i].fine)
        ck_assert_str_eq(fault.code, "version_mismatch");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("http/request");
    TCase *tests = tcase_create("request");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, id_that_is_not_a_uuid_is_not_found);
    tcase_add_test(tests, body_is_parsed_once);
    tcase_add_test(tests, missing_body_is_reported_only_if_required);
    tcase_add_test(tests, non_json_body_is_refused);
    tcase_add_test(tests, a_body_is_decoded_by_its_table);
    tcase_add_test(tests, decoding_without_a_body_fails);
    tcase_add_test(tests, a_query_is_decoded_by_its_table);
    tcase_add_test(tests, a_route_that_takes_no_parameters_refuses_them);
    tcase_add_loop_test(tests, if_match_compares_the_version, 0, ARRAY_LEN(matches));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
