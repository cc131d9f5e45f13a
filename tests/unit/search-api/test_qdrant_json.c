// SPDX-License-Identifier: MIT

#include "base/value.h"

#include "support/scratch.h"
#include "vectors/qdrant_json.h"
#include "vectors/qdrant_outcome.h"

TEST_CASE("qdrant_json");

static const struct uuid tenant = {
    {1, 2, 3, 4, 5, 6, 0x77, 8, 0x89, 10, 11, 12, 13, 14, 15, 16}
};
#define TENANT   "01020304-0506-7708-890a-0b0c0d0e0f10"
#define NO_FIELD FIELD_ABSENT, FIELD_ABSENT, FIELD_ABSENT, FIELD_ABSENT, -1

/* --- requests --- */

static const struct {
    const char *why;
    struct vector_filter filter;
    const char *text; /* of the conditions before the tenant */
} filters[] = {
    {"all of a tenant",                                  {{{0}}, {NULL, 0}, NO_FIELD}, ""},
    {"filter values are escaped",
     {{{0}}, {"a\"b", 3}, NO_FIELD},
     "{\"key\":\"bot\",\"match\":{\"value\":\"a\\\"b\"}},"                               },
    {"ids are texts, and may be negative",
     {{{0}}, {NULL, 0}, -100123, 7, FIELD_ABSENT, FIELD_ABSENT, 2},
     "{\"key\":\"chat_id\",\"match\":{\"value\":\"-100123\"}},"
     "{\"key\":\"user_id\",\"match\":{\"value\":\"7\"}},"
     "{\"key\":\"language\",\"match\":{\"value\":\"kz\"}},"                              },
    {"times have microseconds, and may lie before 1970",
     {{{0}}, {NULL, 0}, FIELD_ABSENT, FIELD_ABSENT, -1, 1, -1},
     "{\"key\":\"ts\",\"range\":{\"gte\":\"1969-12-31T23:59:59.999999Z\"}},"
     "{\"key\":\"ts\",\"range\":{\"lt\":\"1970-01-01T00:00:00.000001Z\"}},"              },
};

TEST_ROWS_WHY(query_has_integers_the_tenant_and_the_requested_attributes, filters)
{
    const float vector[] = {0.5F, -1.0F, 0.0F};
    struct vector_filter filter = row->filter;

    filter.tenant_id = tenant;
    ck_assert(qdrant_write_query(&filter, vector, 3, 20, &scratch));
    const struct slice text = arena_printf(
        &arena,
        "{\"query\":[16384,-32767,0],\"filter\":{\"must\":[%s{\"key\":\"tenant\",\"match\":{"
        "\"value\":\"" TENANT "\"}}]},"
        "\"params\":{\"quantization\":{\"rescore\":true,\"oversampling\":2.0}},"
        "\"with_payload\":false,\"with_vector\":false,\"limit\":20}",
        row->text);
    ck_assert_str_eq(scratch_text(), text.at);
}

static const float pointless[][2] = {
    {0.0F,      0.0F},
    {NAN,       1.0F},
    {-INFINITY, 1.0F}
};

TEST_ROWS(zero_vector_is_not_sent, pointless)
{
    const struct vector_filter filter = {
        tenant, {NULL, 0},
         NO_FIELD
    };

    ck_assert(!qdrant_write_query(&filter, *row, 2, 20, &scratch));
    ck_assert_uint_eq(scratch.len, 0);
}

static const int8_t values[] = {-127, 3};
static const struct vector_row rows[] = {
    {11, 7, {{0}}, {"taxi", 4}, -5,           9,            1000001, 0,  values},
    {12, 7, {{0}}, {NULL, 0},   FIELD_ABSENT, FIELD_ABSENT, 0,       -1, values},
    {13, 8, {{0}}, {NULL, 0},   FIELD_ABSENT, FIELD_ABSENT, 0,       -1, values},
};
#define NO_TENANT "\"tenant\":\"00000000-0000-0000-0000-000000000000\""
#define POINT_11                                                                                   \
    "{\"id\":11,\"vector\":[-127,3],\"payload\":{\"bot\":\"taxi\",\"chat_id\":\"-5\","             \
    "\"user_id\":\"9\",\"language\":\"ru\"," NO_TENANT                                             \
    ",\"ts\":\"1970-01-01T00:00:01.000001Z\",\"rev\":7}}"
#define POINT(id, rev)                                                                             \
    "{\"id\":" id ",\"vector\":[-127,3],\"payload\":{" NO_TENANT                                   \
    ",\"ts\":\"1970-01-01T00:00:00.000000Z\",\"rev\":" rev "}}"
#define GUARD(rev) ",\"update_filter\":{\"must\":[{\"key\":\"rev\",\"range\":{\"lt\":" rev "}}]}"

TEST(points_of_one_revision_share_a_guard)
{
    const struct qdrant_version version = {1, 16};

    qdrant_write_upserts(rows, 3, 2, &version, &scratch);
    ck_assert_str_eq(scratch_text(),
                     "{\"operations\":[{\"upsert\":{\"points\":[" POINT_11
                     "," POINT("12", "7") "]" GUARD("7") "}},{\"upsert\":{\"points\":[" POINT(
                         "13", "8") "]" GUARD("8") "}}]}");
}

TEST(old_version_gets_no_guard)
{
    const struct qdrant_version version = {1, 15};

    qdrant_write_upserts(rows + 1, 2, 2, &version, &scratch);
    ck_assert_str_eq(scratch_text(), "{\"operations\":[{\"upsert\":{\"points\":[" POINT(
                                         "12", "7") "," POINT("13", "8") "]}}]}");
}

static const struct {
    struct qdrant_version version;
    const char *last; /* the end of the collection's request */
    const char *tenant;
} ages[] = {
    {{1, 10}, "\"max_indexing_threads\":1}}",                          "\"keyword\"}"                              },
    {{1, 13}, "\"max_query_limit\":1000}}",                            "{\"type\":\"keyword\",\"is_tenant\":true}}"},
    {{1, 18},
     ",\"metadata\":{\"owner\":\"search-api\",\"generation\":\"g\"}}", "{\"type\":\"keyword\",\"is_tenant\":true}}"},
    {{2, 0},
     ",\"metadata\":{\"owner\":\"search-api\",\"generation\":\"g\"}}", "{\"type\":\"keyword\",\"is_tenant\":true}}"},
};

TEST_ROWS(collection_uses_features_of_its_version, ages)
{
    qdrant_write_collection(768, "g", &row->version, &scratch);
    const char *text = scratch_text();
    ck_assert_str_eq(text + strlen(text) - strlen(row->last), row->last);
    qdrant_write_payload_index(0, &row->version, &scratch);
    const struct slice query_terms =
        arena_printf(&arena, "{\"field_name\":\"tenant\",\"field_schema\":%s", row->tenant);
    ck_assert_str_eq(scratch_text(), query_terms.at);
}

TEST(numbers_are_written_unchanged)
{
    const int64_t numbers[] = {1, INT64_MAX};

    qdrant_write_deletion(numbers, 2, &scratch);
    ck_assert_str_eq(scratch_text(), "{\"points\":[1,9223372036854775807]}");
    qdrant_write_point_list_request(7, 500, &scratch);
    ck_assert_str_eq(scratch_text(), "{\"offset\":8,\"with_payload\":[\"rev\"],"
                                     "\"with_vector\":false,\"limit\":500}");
}

/* --- answers --- */

static const struct {
    const char *body;
    int major, minor; /* 0: refused */
} versions[] = {
    {"{\"title\":\"qdrant\",\"version\":\"1.18.2\",\"commit\":\"x\"}", 1, 18},
    {"{\"version\":\"1.10\"}",                                         1, 10},
    {"{\"version\":\"1.19.0-dev\"}",                                   1, 19},
    {"{\"version\":\"v1.2.3\"}",                                       0, 0 },
    {"{\"version\":18}",                                               0, 0 },
    {"<html>",                                                         0, 0 },
    {"",                                                               0, 0 },
};

TEST_ROWS(version_is_read_or_refused, versions)
{
    struct qdrant_version version = {-1, -1};
    const bool ok = qdrant_read_version(slice_of(row->body), &version, &arena, &fault);

    ck_assert_int_eq(ok, row->major != 0);
    ck_assert_int_eq(version.major, ok ? row->major : -1);
    ck_assert_int_eq(version.minor, ok ? row->minor : -1);
}

TEST(shape_of_a_collection_is_read)
{
    struct qdrant_shape shape;

    ck_assert(qdrant_read_collection_shape(
        SLICE(
            "{\"result\":{\"status\":\"green\",\"config\":{\"params\":{\"vectors\":{\"size\":768,"
            "\"distance\":\"Cosine\"}},\"metadata\":{\"generation\":\"g1\"}}},\"status\":\"ok\"}"),
        &shape, &arena, &fault));
    ck_assert_int_eq(shape.dimensions, 768);
    ck_assert(shape.is_cosine);
    ck_assert_slice(shape.generation, "g1");
    /* Named vectors. */
    ck_assert(qdrant_read_collection_shape(
        SLICE("{\"result\":{\"config\":{\"params\":{\"vectors\":{\"a\":{"
              "\"size\":768,\"distance\":\"Dot\"}}}}}}"),
        &shape, &arena, &fault));
    ck_assert_int_eq(shape.dimensions, 0);
    ck_assert(!shape.is_cosine);
    ck_assert_ptr_null(shape.generation.at);
}

static const struct {
    const char *body;
    int done; /* -1: refused */
} writes[] = {
    {"{\"result\":{\"operation_id\":3,\"status\":\"completed\"},\"status\":\"ok\"}", 1 },
    {"{\"result\":{\"operation_id\":3,\"status\":\"wait_timeout\"}}",                0 },
    {"{\"result\":{\"operation_id\":3,\"status\":\"acknowledged\"}}",                0 },
    {"{\"result\":[{\"status\":\"completed\"},{\"status\":\"completed\"}]}",         1 },
    {"{\"result\":[{\"status\":\"completed\"},{\"status\":\"wait_timeout\"}]}",      0 },
    {"{\"result\":[{\"status\":\"completed\"},{}]}",                                 0 },
    {"{\"result\":[]}",                                                              -1},
    {"{\"result\":true}",                                                            -1},
    {"{\"status\":\"completed\"}",                                                   -1},
    {"{\"result\":",                                                                 -1},
};

TEST_ROWS(write_is_done_when_all_operations_are, writes)
{
    bool done = false;
    const bool ok = qdrant_read_write_result(slice_of(row->body), &done, &arena, &fault);

    ck_assert_int_eq(ok ? done : -1, row->done);
}

TEST(hits_are_sorted_nearest_first_then_newer)
{
    struct vector_hit hits[4];
    size_t count = 9;

    ck_ok(qdrant_read_hits(
        SLICE("{\"result\":{\"points\":[{\"id\":1,\"score\":0.5},{\"id\":4,\"score\":0.5},"
              "{\"id\":3,\"score\":1.0000002},{\"id\":\"5c56c793-69f3-4fbf-87e6-c4bf54c28c26\","
              "\"score\":0.7},{\"id\":8,\"score\":null},{\"id\":-3,\"score\":0.3}]}}"),
        4, hits, &count, &arena, &fault));
    ck_assert_uint_eq(count, 3);
    ck_assert_int_eq(hits[0].number, 3);
    ck_assert(hits[0].similarity == 1);
    ck_assert_int_eq(hits[1].number, 4);
    ck_assert_int_eq(hits[2].number, 1);
    ck_ok(qdrant_read_hits(SLICE("{\"result\":{\"points\":[]}}"), 4, hits, &count, &arena, &fault));
    ck_assert_uint_eq(count, 0);
    ck_assert(!qdrant_read_hits(SLICE("{\"result\":[]}"), 4, hits, &count, &arena, &fault));
    ck_assert_str_eq(fault.code, "qdrant_unreadable");
}

TEST(excess_hits_are_ignored)
{
    struct vector_hit hits[1];
    size_t count;

    ck_assert(qdrant_read_hits(SLICE("{\"result\":{\"points\":[{\"id\":1,\"score\":0.5},{\"id\":2,"
                                     "\"score\":0.4}]}}"),
                               1, hits, &count, &arena, &fault));
    ck_assert_uint_eq(count, 1);
}

TEST(points_are_listed_with_revisions)
{
    struct qdrant_known known[3];
    size_t count;
    bool more;

    ck_ok(
        qdrant_read_point_list(SLICE("{\"result\":{\"points\":[{\"id\":1,\"payload\":{\"rev\":9}},"
                                     "{\"id\":2,\"payload\":null}],\"next_page_offset\":3}}"),
                               0, 3, known, &count, &more, &arena, &fault));
    ck_assert_uint_eq(count, 2);
    ck_assert(more);
    ck_assert_int_eq(known[0].revision, 9);
    ck_assert_int_eq(known[1].revision, FIELD_ABSENT);
    ck_ok(qdrant_read_point_list(SLICE("{\"result\":{\"points\":[],\"next_page_offset\":null}}"), 0,
                                 3, known, &count, &more, &arena, &fault));
    ck_assert(!more);
}

/* A page that does not advance would be requested forever. */
TEST(unordered_list_is_refused)
{
    static const char *const bodies[] = {
        "{\"result\":{\"points\":[{\"id\":5},{\"id\":4}],\"next_page_offset\":6}}",
        "{\"result\":{\"points\":[{\"id\":5},{\"id\":5}],\"next_page_offset\":6}}",
        "{\"result\":{\"points\":[{\"id\":3},{\"id\":5}],\"next_page_offset\":6}}",
    };
    struct qdrant_known known[3];
    size_t count = 7;
    bool more;

    for (int i = 0; i < COUNT(bodies); i++)
        ck_assert(!qdrant_read_point_list(slice_of(bodies[i]), 3, 3, known, &count, &more, &arena,
                                          &fault));
    ck_assert_uint_eq(count, 7);
    ck_assert_str_eq(fault.code, "qdrant_unreadable");
}

TEST(count_must_be_a_number)
{
    int64_t count = -7;

    ck_assert(qdrant_read_count(SLICE("{\"result\":{\"count\":12}}"), &count, &arena, &fault));
    ck_assert_int_eq(count, 12);
    ck_assert(!qdrant_read_count(SLICE("{\"result\":{\"count\":\"12\"}}"), &count, &arena, &fault));
    ck_assert_int_eq(count, 12);
}

/* --- outcomes --- */

static const struct {
    long status;
    const char *said;
    enum fault_kind kind;
    const char *code;
    bool passes;
} verdicts[] = {
    {400, "Wrong input: Vector dimension error: expected dim: 768, got 1024", FAULT_CONFLICT,
     "qdrant_dimensions",                                                                                                   false},
    {400, "Bad request: Index required but not found",                        FAULT_INTERNAL,     "qdrant_refused",         false},
    {401, "Must provide an API key",                                          FAULT_FORBIDDEN,    "qdrant_key",             false},
    {403, "Forbidden: Write access is required",                              FAULT_FORBIDDEN,    "qdrant_key",             false},
    {404, "Not found: Collection `x` doesn't exist!",                         FAULT_GONE,         "qdrant_collection_gone", false},
    {404, "",                                                                 FAULT_INTERNAL,     "qdrant_refused",         false},
    {405, "",                                                                 FAULT_INTERNAL,     "qdrant_refused",         false},
    {408, "Timeout",                                                          FAULT_TIMEOUT,      "qdrant_slow",            true },
    {409, "already exists",                                                   FAULT_INTERNAL,     "qdrant_refused",         false},
    {429, "Rate limiting exceeded",                                           FAULT_RATE_LIMITED, "qdrant_busy",            true },
    {500, "",                                                                 FAULT_UNAVAILABLE,  "qdrant_failed",          true },
    {503, "",                                                                 FAULT_UNAVAILABLE,  "qdrant_failed",          true },
    {507, "",                                                                 FAULT_UNAVAILABLE,  "qdrant_full",            false},
    {302, "",                                                                 FAULT_INTERNAL,     "qdrant_refused",         false},
};

TEST_ROWS(refusals_are_classified, verdicts)
{
    ck_assert(!qdrant_outcome_set_fault(row->status, slice_of(row->said), SLICE("7"), &fault));
    ck_assert_int_eq(fault.kind, row->kind);
    ck_assert_str_eq(fault.code, row->code);
    ck_assert_int_eq(fault.retry_after_s, 7);
    ck_assert_int_eq(qdrant_outcome_is_temporary(row->status), row->passes);
}

TEST(message_of_an_error_is_read)
{
    ck_assert_slice(
        qdrant_read_error(SLICE("{\"status\":{\"error\":\"why\"},\"time\":0.1}"), &arena), "why");
    ck_assert_slice(qdrant_read_error(SLICE("{\"status\":\"ok\"}"), &arena), "");
    ck_assert_slice(qdrant_read_error(SLICE("<html>"), &arena), "");
}
