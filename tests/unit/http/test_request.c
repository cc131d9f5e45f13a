// SPDX-License-Identifier: MIT
#include "http/request.h"

#include "support/scratch.h"

static struct http_request req;
static struct json_body *parsed;

static void setup(void)
{
    parsed = NULL;
    req = (struct http_request){.arena = &arena, .body = SLICE(""), .json = &parsed};
}

static void teardown(void)
{
    fields_parse_finish(parsed);
}

TEST_CASE("request", .setup = setup, .teardown = teardown);

TEST(id_that_is_not_a_uuid_is_not_found)
{
    struct uuid id = {.bytes = {7}};
    req.params[0] = SLICE("0190a5f0-0000-7000-8000-000000000001");
    req.params[1] = SLICE("seven");
    ck_assert(http_request_uuid(&req, 0, &id, &fault));
    ck_assert_uint_eq(id.bytes[0], 1);
    ck_assert(!http_request_uuid(&req, 1, &id, &fault));
    ck_assert_int_eq(fault.kind, FAULT_NOT_FOUND);
    ck_assert_uint_eq(id.bytes[0], 1);
    ck_assert(!http_request_uuid(&req, HTTP_PATH_PARAMS_MAX, &id, &fault));
}

TEST(body_is_parsed_once)
{
    const struct json_body *first = NULL, *second = NULL;
    req.body = SLICE("{\"a\":1}");
    ck_assert(http_request_json(&req, true, &first, &fault));
    ck_assert(http_request_json(&req, false, &second, &fault));
    ck_assert_ptr_eq(first, second);
}

TEST(missing_body_is_reported_only_if_required)
{
    const struct json_body *body = NULL;
    ck_fault(http_request_json(&req, true, &body, &fault), "body_missing", FAULT_UNREADABLE);
    ck_assert(http_request_json(&req, false, &body, &fault));
    ck_assert_ptr_nonnull(body);
    ck_fault(http_request_json(&req, true, &body, &fault), "body_missing", FAULT_UNREADABLE);
}

TEST(non_json_body_is_refused)
{
    const struct json_body *body = NULL;
    req.body = SLICE("{");
    ck_fault(http_request_json(&req, true, &body, &fault), "bad_json", FAULT_UNREADABLE);
    ck_assert_ptr_null(body);
}

struct thing {
    int64_t number;
};
static const struct field thing_fields[] = {
    {.name = "number", .type = FIELD_INT, .offset = offsetof(struct thing, number), .max = 9},
};
static const struct fields things = FIELDS_OF(thing_fields, struct thing);

TEST(a_body_is_decoded_by_its_table)
{
    struct thing thing = {.number = 3};
    struct fields_seen seen;
    req.body = SLICE("{\"number\":7}");
    ck_assert(http_request_decode(&req, &things, false, &thing, &seen, &fault));
    ck_assert_int_eq(thing.number, 7);
    ck_assert_uint_eq(seen.set, 1);
}

TEST(decoding_without_a_body_fails)
{
    struct thing thing = {.number = 3};
    struct fields_seen seen;
    ck_assert(!http_request_decode(&req, &things, false, &thing, &seen, &fault));
    ck_assert_int_eq(thing.number, 3);
}

TEST(a_query_is_decoded_by_its_table)
{
    struct thing thing = {.number = 3};
    req.query[0] = (struct field_pair){SLICE("number"), SLICE("8")};
    req.query_count = 1;
    ck_assert(http_request_query(&req, &things, &thing, &fault));
    ck_assert_int_eq(thing.number, 8);
}

TEST(a_route_that_takes_no_parameters_refuses_them)
{
    ck_assert(http_request_query(&req, NULL, NULL, &fault));
    req.query[0] = (struct field_pair){SLICE("x"), SLICE("8")};
    req.query_count = 1;
    ck_assert(!http_request_query(&req, NULL, NULL, &fault));
    ck_assert_str_eq(fault.code, "unknown_parameter");
}

static const struct {
    const char *why, *header;
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

TEST_ROWS_WHY(if_match_compares_the_version, matches)
{
    req.headers[HTTP_H_IF_MATCH] = slice_of(row->header);
    ck_assert(http_request_if_match(&req, 12, &fault) == row->fine);
    if (!row->fine)
        ck_assert_str_eq(fault.code, "version_mismatch");
}
