// SPDX-License-Identifier: MIT
/* The record of a turn for retries and for the replay. */
#include <jansson.h>

#include "clients/answer_values_json.h"
#include "dialogue/dialogue_json.h"
#include "support/scratch.h"

TEST_CASE("turn_json");

static void is(struct slice got, const char *wanted)
{
    ck_assert_msg((got.at == NULL) == (wanted == NULL) && slice_is(got, wanted), "%.*s",
                  SLICE_ARG(got));
}

static struct slice before_of(const struct turn_input *input)
{
    struct slice json;

    ck_assert_msg(turn_write_state_before(input, &arena, &json, &fault), "%s", fault.code);
    return json;
}

static struct turn_input input_of(struct slice json)
{
    struct turn_input input = {.now = 7};

    ck_assert_msg(turn_read_state_before(json, &arena, &input, &fault), "%s", fault.code);
    ck_assert_int_eq(input.now, 7);
    return input;
}

TEST(state_before_round_trip)
{
    const struct turn_input input = {
        .language = LANGUAGE_KZ,
        .source = SLICE("ad \"1\""),
        .is_owner = true,
        .state = {SLICE("stay"), SLICE("city"), SLICE("{\"a\": [1]}"), 3, 9, 1234567890123456},
        .late_by = 2
    };
    const struct turn_input read = input_of(before_of(&input));

    ck_assert_int_eq(read.language, LANGUAGE_KZ);
    is(read.source, "ad \"1\"");
    ck_assert(read.is_owner);
    is(read.state.flow, "stay");
    is(read.state.step, "city");
    is(read.state.data, "{\"a\": [1]}");
    ck_assert_int_eq(read.state.data_format, 3);
    ck_assert_int_eq(read.state.version, 9);
    ck_assert_int_eq(read.late_by, 2);
    ck_assert_int_eq(read.state.ends_at, 1234567890123456);
}

TEST(ended_dialogue_keeps_version)
{
    const struct turn_input input = {.language = -1, .state = {.version = 4}};
    const struct slice json = before_of(&input);

    is(json, "{\"version\":4}");
    const struct turn_input read = input_of(json);
    ck_assert_int_eq(read.language, -1);
    ck_assert_int_eq(read.state.version, 4);
    ck_assert_int_eq(read.late_by, 0);
    ck_assert_ptr_null(read.state.flow.at);
    ck_assert_ptr_null(read.source.at);
}

TEST(empty_state_is_not_written)
{
    const struct turn_input input = {.language = -1};
    const struct slice json = before_of(&input);

    is(json, NULL);
    const struct turn_input read = input_of(json);
    ck_assert_int_eq(read.language, -1);
    ck_assert_int_eq(read.state.version, 0);
}

static const struct turn_recorded_call *read_calls(struct slice json, size_t *count)
{
    const struct turn_recorded_call *calls;

    ck_assert_msg(turn_read_calls(json, &arena, &calls, count, &fault), "%s", fault.code);
    return calls;
}

static struct slice calls_of(const struct service_call *calls, const struct service_answer *answers,
                             size_t count)
{
    struct slice json;

    ck_assert_msg(turn_write_calls(calls, answers, count,
                                   answers != NULL ? TURN_RECORD_ALL : TURN_RECORD_AI, &arena,
                                   &json, &fault),
                  "%s", fault.code);
    return json;
}

TEST(calls_round_trip)
{
    const struct service_call calls[] = {
        {.method = "GET",         .path = SLICE("/v1/a?b=c")          },
        { .method = "POST", .path = SLICE("/v1/d"), .body = SLICE("{\"e\":\"\\u0000\"}")},
    };
    const struct service_answer answers[] = {
        {200, SLICE("{ \"f\": 1.50 }")},
        {409, SLICE("no\n\tJSON")     },
    };
    size_t count;
    const struct turn_recorded_call *read = read_calls(calls_of(calls, answers, 2), &count);

    ck_assert_uint_eq(count, 2);
    for (size_t i = 0; i < 2; i++) {
        is(read[i].method, calls[i].method);
        is(read[i].path, calls[i].path.at);
        is(read[i].body, calls[i].body.at);
        is(read[i].answer, answers[i].body.at);
        ck_assert_int_eq(read[i].status, answers[i].status);
    }
    read = read_calls(calls_of(calls, NULL, 2), &count);
    ck_assert_uint_eq(count, 2);
    is(read[1].body, calls[1].body.at);
    is(read[1].answer, NULL);
    ck_assert_int_eq(read[1].status, FIELD_ABSENT);
    read_calls(SLICE_NONE, &count);
    ck_assert_uint_eq(count, 0);
    is(calls_of(calls, answers, 0), NULL);
}

/* Answers to an owner name guests. */
TEST(calls_as_owner_omit_body_and_answer)
{
    const struct service_call calls[] = {
        {.method = "GET",         .path = SLICE("/v1/a"), .actor = SERVICE_AS_STAFF},
        { .method = "POST", .path = SLICE("/v1/b"),    .body = SLICE("{}"), .actor = SERVICE_AS_OWNER},
    };
    const struct service_answer answers[] = {
        {200, SLICE("{\"phone\":1}")},
        {409, SLICE("{\"name\":2}") },
    };
    size_t count;

    is(calls_of(calls, answers, 2), "[{\"method\":\"GET\",\"status\":200,\"path\":\"/v1/a\"},"
                                    "{\"method\":\"POST\",\"status\":409,\"path\":\"/v1/b\"}]");
    /* A retry repeats these byte for byte. */
    const struct turn_recorded_call *read = read_calls(calls_of(calls, NULL, 2), &count);
    ck_assert_uint_eq(count, 2);
    is(read[1].body, "{}");
}

/* Later calls depend on the AI's answer. */
TEST(answer_of_ai_is_recorded_early)
{
    const struct service_call calls[] = {
        {.service = SERVICE_AI,
         .method = "POST",
         .path = SLICE(SERVICE_AI_PATH),
         .body = SLICE("{}")},
        {.method = "GET",                     .path = SLICE("/v1/a")                            },
        {.method = "POST",      .path = SLICE("/v1/b"), .body = SLICE("{}")},
    };
    const struct service_answer answers[] = {
        {0,   SLICE("")  },
        {200, SLICE("{}")},
    };
    struct slice json;
    size_t count;

    ck_assert(turn_write_calls(calls, answers, 3, TURN_RECORD_AI, &arena, &json, &fault));
    const struct turn_recorded_call *read = read_calls(json, &count);
    ck_assert_uint_eq(count, 3);
    is(read[0].answer, "");
    ck_assert_int_eq(read[0].status, 0);
    ck_assert(turn_calls_have_ai_answer(read, count));
    ck_assert(!turn_calls_have_ai_answer(read + 1, count - 1));
    ck_assert(!turn_calls_have_ai_answer(NULL, 0));
    is(read[1].answer, NULL);
    ck_assert_int_eq(read[1].status, FIELD_ABSENT);
    is(read[2].answer, NULL);
}

/* Characters with the longest escape. */
TEST_LOOP(oversized_calls_are_omitted, 0, 4)
{
    enum { LARGE = 39 * 1024 };
    char *large = malloc(LARGE);
    struct service_call calls[TURN_CALLS_MAX];
    struct service_answer answers[TURN_CALLS_MAX];
    size_t count;

    ck_assert_ptr_nonnull(large);
    memset(large, _i == 0 ? 'x' : _i == 1 ? '"' : _i == 2 ? '\x01' : '\0', LARGE);
    for (size_t i = 0; i < TURN_CALLS_MAX; i++) {
        calls[i] = (struct service_call){
            .method = "POST", .path = {large, i == 0 ? LARGE : 500},
                 .body = {large, LARGE               }
        };
        answers[i] = (struct service_answer){
            200, {large, LARGE}
        };
    }
    const struct slice json = calls_of(calls, answers, TURN_CALLS_MAX);
    ck_assert_uint_le(json.len, TURN_JOURNAL_MAX);
    const struct turn_recorded_call *read = read_calls(json, &count);
    ck_assert_uint_eq(count, TURN_CALLS_MAX);
    ck_assert_ptr_null(read[0].path.at);
    ck_assert((read[0].body.at != NULL) == (_i == 0));
    ck_assert_ptr_null(read[0].answer.at);
    ck_assert((read[1].path.at != NULL) == (_i < 3));
    ck_assert_ptr_null(read[1].body.at);
    free(large);
}

TEST(a_problem_says_its_code)
{
    is(answer_read_problem_code(SLICE("{\"status\":409,\"code\":\"nights_taken\"}"), &arena),
       "nights_taken");
    is(answer_read_problem_code(SLICE("<html>"), &arena), NULL);
    is(answer_read_problem_code(SLICE("[]"), &arena), NULL);
    is(answer_read_problem_code(SLICE(""), &arena), NULL);
}
