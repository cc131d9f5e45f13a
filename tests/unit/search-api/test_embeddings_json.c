// SPDX-License-Identifier: MIT
/* Requests to an embeddings endpoint, its answers, and their meaning. */

#include "base/auto.h"
#include "base/value.h"

#include "embeddings/embeddings_json.h"
#include "embeddings/embeddings_outcome.h"
#include "support/json_at.h"
#include "support/scratch.h"

TEST_CASE("embeddings_json");

static json_t *written(const struct embeddings_request *request)
{
    json_error_t error;

    embeddings_request_write(request, &scratch);
    json_t *json = json_loads(scratch_text(), JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(json != NULL, "%s", error.text);
    return json;
}

TEST(request_has_exactly_the_expected_members)
{
    const struct slice texts[] = {SLICE("a \"b\"\n"), SLICE("тест")};
    json_t *plain =
        written(&(struct embeddings_request){.model = "some-model", .texts = texts, .count = 2});
    json_t *whole = written(&(struct embeddings_request){
        .model = "m", .texts = texts, .count = 1, .dimensions = 256, .base64 = true});

    ck_assert_uint_eq(json_object_size(plain), 2);
    ck_text(plain, "model", "some-model");
    ck_count(plain, "input", 2);
    ck_text(plain, "input.0", "a \"b\"\n");
    ck_text(plain, "input.1", "тест");
    ck_assert_uint_eq(json_object_size(whole), 4);
    ck_number(whole, "dimensions", 256);
    ck_text(whole, "encoding_format", "base64");
    json_decref(plain);
    json_decref(whole);
}

/* Base64 of 3, 4 and of NaN, 4. */
#define THREE_FOUR          "\"AABAQAAAgEA=\""
#define NAN_FOUR            "\"AADAfwAAgEA=\""
#define ITEM(index, vector) "{\"index\":" index ",\"embedding\":" vector "}"
#define TWO(a, b)           "{\"data\":[" a "," b "],\"usage\":{\"prompt_tokens\":9,\"total_tokens\":8}}"
#define ONE(vector)         "{\"data\":[" ITEM("0", vector) "]}"

// clang-format off
static const struct {
    const char *why, *body;
    size_t count;
    const char *code; /* NULL: readable */
    float first[2];
    float second[2];
    int64_t tokens;
} answers[] = {
    {"numbers",        TWO(ITEM("0", "[3,4]"), ITEM("1", "[0,-2e1]")), 2, NULL,                {.6F, .8F}, {0, -1}, 9},
    {"base64",         TWO(ITEM("0", THREE_FOUR), ITEM("1", THREE_FOUR)), 2, NULL,                {.6F, .8F}, {.6F, .8F}, 9},
    {"another order",  TWO(ITEM("1", "[1,0]"), ITEM("0", "[3,4]")),    2, NULL,                {.6F, .8F}, {1, 0}, 9},
    {"no indexes",     "{\"data\":[{\"embedding\":[3,4]},{\"embedding\":[1,0]}]}", 2, NULL,                {.6F, .8F}, {1, 0}, FIELD_ABSENT},
    {"total alone",    "{\"usage\":{\"total_tokens\":8},\"data\":[" ITEM("0", "[3,4]") "]}", 1, NULL,                {.6F, .8F}, {0, 0}, 8},
    {"more tokens than there can be", "{\"usage\":{\"total_tokens\":100000001},\"data\":[" ITEM("0", "[3,4]") "]}", 1, NULL, {.6F, .8F}, {0, 0}, FIELD_ABSENT},
    {"names after",    "{\"data\":[{\"embedding\":[3,4],\"object\":\"embedding\",\"index\":0}]}", 1, NULL,                {.6F, .8F}, {0, 0}, FIELD_ABSENT},
    {"one is missing", ONE("[3,4]"),                                   2, "embeddings_count",  {0},        {0},    0},
    {"one more",       TWO(ITEM("0", "[3,4]"), ITEM("1", "[1,0]")),    1, "embeddings_count",  {0},        {0},    0},
    {"one index twice", TWO(ITEM("0", "[3,4]"), ITEM("0", "[1,0]")),    2, "embeddings_count",  {0},        {0},    0},
    {"an index beyond", TWO(ITEM("0", "[3,4]"), ITEM("2", "[1,0]")),    2, "embeddings_count",  {0},        {0},    0},
    {"an index below", TWO(ITEM("-1", "[3,4]"), ITEM("1", "[1,0]")),   2, "embeddings_count",  {0},        {0},    0},
    {"two lengths",    TWO(ITEM("0", "[3,4]"), ITEM("1", "[1]")),      2, "embeddings_dimensions", {0},        {0},    0},
    {"two forms",      TWO(ITEM("0", THREE_FOUR), ITEM("1", "[1,0]")), 2, "embeddings_vector", {0},        {0},    0},
    {"not a number",   ONE(NAN_FOUR),                                  1, "embeddings_vector", {0},        {0},    0},
    {"null",           ONE("[null,1]"),                                1, "embeddings_vector", {0},        {0},    0},
    {"no float",       ONE("[1e300,1]"),                               1, "embeddings_vector", {0},        {0},    0},
    {"text",           ONE("[\"1\",1]"),                               1, "embeddings_vector", {0},        {0},    0},
    {"all 0",          ONE("[0,0]"),                                   1, "embeddings_vector", {0},        {0},    0},
    {"empty",          ONE("[]"),                                      1, "embeddings_vector", {0},        {0},    0},
    {"empty base64",   ONE("\"\""),                                    1, "embeddings_vector", {0},        {0},    0},
    {"half a float",   ONE("\"AABAQAAA\""),                            1, "embeddings_vector", {0},        {0},    0},
    {"no base64",      ONE("\"AAB*\""),                                1, "embeddings_vector", {0},        {0},    0},
    {"no vector",      "{\"data\":[{\"index\":0}]}",                   1, "embeddings_vector", {0},        {0},    0},
    {"nothing",        "{}",                                           1, "embeddings_count",  {0},        {0},    0},
    {"an error",       "{\"error\":{\"message\":\"x\"}}",              1, "embeddings_count",  {0},        {0},    0},
    {"NaN is no JSON", ONE("[NaN,1]"),                                 1, "bad_json",          {0},        {0},    0},
    {"cut",            "{\"data\":[{\"index\":0,\"embedd",             1, "bad_json",          {0},        {0},    0},
    {"a page",         "<html>",                                       1, "bad_json",          {0},        {0},    0},
};
// clang-format on

TEST_ROWS_WHY(answer_is_read_completely_or_refused, answers)
{
    struct embeddings_vectors vectors = {.tokens = 77};
    const bool ok =
        embeddings_answer_read(slice_of(row->body), row->count, &arena, &vectors, &fault);

    ck_assert_msg(ok == (row->code == NULL), "%s", fault.code);
    if (!ok) {
        ck_assert_str_eq(fault.code, row->code);
        ck_assert_int_eq(fault.kind, FAULT_UNREADABLE);
        ck_assert_int_eq(vectors.tokens, 77);
        return;
    }
    ck_assert_uint_eq(vectors.dimensions, 2);
    ck_assert(vectors.tokens == row->tokens);
    for (size_t i = 0; i < 2; i++) {
        ck_assert(fabsf(vectors.values[i] - row->first[i]) < 1e-6F);
        if (row->count == 2)
            ck_assert(fabsf(vectors.values[2 + i] - row->second[i]) < 1e-6F);
    }
}

static struct slice of_dimensions(size_t dimensions)
{
    buf_text(&scratch, "{\"data\":[{\"index\":0,\"embedding\":[1");
    for (size_t i = 1; i < dimensions; i++)
        buf_text(&scratch, ",0.5");
    buf_text(&scratch, "]}]}");
    return slice_of(scratch_text());
}

TEST(number_of_dimensions_is_limited)
{
    struct embeddings_vectors vectors;

    ck_assert(embeddings_answer_read(of_dimensions(EMBEDDINGS_DIMENSIONS_MAX), 1, &arena, &vectors,
                                     &fault));
    ck_assert_uint_eq(vectors.dimensions, EMBEDDINGS_DIMENSIONS_MAX);
    ck_assert(!embeddings_answer_read(of_dimensions(EMBEDDINGS_DIMENSIONS_MAX + 1), 1, &arena,
                                      &vectors, &fault));
    ck_assert_str_eq(fault.code, "embeddings_vector");
}

#define ERROR(text) "{\"error\":{\"message\":\"" text "\",\"type\":\"t\",\"code\":\"c\"}}"
#define FLAT(text)  "{\"message\":\"" text "\",\"code\":422,\"type\":\"Validation\"}"
#define VLLM(text)                                                                                 \
    "{\"object\":\"error\",\"message\":\"" text "\",\"type\":\"BadRequestError\",\"code\":400}"
#define QUOTA                                                                                      \
    "{\"error\":{\"message\":\"You exceeded your current quota\",\"type\":\"insufficient_quota\"," \
    "\"code\":\"insufficient_quota\"}}"

static const struct {
    long status;
    const char *body;
    enum embeddings_outcome outcome;
} outcomes[] = {
    {200, "{}",                                                                       EMBEDDINGS_MADE         },
    {429, ERROR("Rate limit reached"),                                                EMBEDDINGS_BUSY         },
    {429, FLAT("Model is overloaded"),                                                EMBEDDINGS_BUSY         },
    {429, "",                                                                         EMBEDDINGS_BUSY         },
    {429, QUOTA,                                                                      EMBEDDINGS_QUOTA        },
    {402, ERROR("Payment required"),                                                  EMBEDDINGS_QUOTA        },
    {400, "{\"error\":{\"code\":\"billing_hard_limit_reached\",\"message\":\"no\"}}",
     EMBEDDINGS_QUOTA                                                                                         },
    {408, "",                                                                         EMBEDDINGS_BUSY         },
    {502, "<html>",                                                                   EMBEDDINGS_BUSY         },
    {503, ERROR("server busy, please try again"),                                     EMBEDDINGS_BUSY         },
    {504, "",                                                                         EMBEDDINGS_BUSY         },
    {500, ERROR("input is too large to process. increase the physical batch size"),
     EMBEDDINGS_TOO_LONG                                                                                      },
    {500, ERROR("Input (700 tokens) is TOO LARGE TO PROCESS"),                        EMBEDDINGS_TOO_LONG     },
    {500, ERROR("oops"),                                                              EMBEDDINGS_FAILED       },
    {400, VLLM("This model's maximum context length is 512 tokens."),                 EMBEDDINGS_TOO_LONG     },
    {400, ERROR("the request exceeds the available context size"),                    EMBEDDINGS_TOO_LONG     },
    {413, FLAT("`inputs` must have less than 512 tokens. Given: 812"),                EMBEDDINGS_TOO_LONG     },
    {422, FLAT("batch size 64 > maximum allowed batch size 32"),                      EMBEDDINGS_TOO_MANY     },
    {413, FLAT("batch size 64 > maximum allowed batch size 32"),                      EMBEDDINGS_TOO_MANY     },
    {413, "<html>",                                                                   EMBEDDINGS_TOO_LONG     },
    {400, ERROR("'$.input' is too long. Maximum array length is 2048"),               EMBEDDINGS_TOO_MANY     },
    {400, ERROR("This model does not support specifying dimensions."),                EMBEDDINGS_NO_DIMENSIONS},
    {400, VLLM("Model does not support matryoshka representation"),                   EMBEDDINGS_NO_DIMENSIONS},
    {400, ERROR("Invalid encoding_format"),                                           EMBEDDINGS_NO_BASE64    },
    {400, ERROR("'$.input' is invalid"),                                              EMBEDDINGS_BAD_TEXT     },
    {422, FLAT("no"),                                                                 EMBEDDINGS_BAD_TEXT     },
    {401, ERROR("Incorrect API key. Bad tokens"),                                     EMBEDDINGS_REFUSED      },
    {403, "",                                                                         EMBEDDINGS_REFUSED      },
    {404, ERROR("model not found, try pulling it first"),                             EMBEDDINGS_REFUSED      },
    {302, "",                                                                         EMBEDDINGS_REFUSED      },
    {501, ERROR("This server does not support embeddings"),                           EMBEDDINGS_REFUSED      },
    {424, FLAT("backend"),                                                            EMBEDDINGS_FAILED       },
    {507, "",                                                                         EMBEDDINGS_FAILED       },
};

TEST_ROWS(answers_of_servers_are_classified, outcomes)
{
    struct embeddings_reason reason;

    embeddings_error_reason_read(slice_of(row->body), &arena, &reason);
    const enum embeddings_outcome outcome = embeddings_outcome_of(row->status, &reason);
    ck_assert_msg(outcome == row->outcome, "%ld %s: %d", row->status, row->body, (int)outcome);
}
