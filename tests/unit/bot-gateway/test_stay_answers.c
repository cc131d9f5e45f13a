// SPDX-License-Identifier: MIT
/* Unexpected answers to calls: the flow "stay" replies with a text and a button, or fails with
 * "bad_answer", and the update is retried. */
#include "stay_world.h"
#include "support/patience.h"

TEST_CASE("answers", .timeout_s = 60);

static const struct scripted world[] = {
    WORLD_ROWS, {NULL, 0, NULL}
};
static struct conversation talk;

// clang-format off
static const struct exchange path[] = {
    TO_BOOKING,
    {.tap = "Подтвердить", .step = "booking"},
    {.tap = "Отменить бронь", .step = "cancel"},
    {.tap = "@stay_button_cancel", .step = "booking"},
};

static const char *const bodies[] = {
    NULL,
    "",
    "null",
    "[]",
    "{",
    "nonsense",
    "{}",
    "{\"items\":3}",
    "{\"items\":[]}",
    "{\"items\":[{}]}",
    "{\"items\":[null,3,\"\",[]]}",
    "{\"items\":[{\"id\":3,\"slug\":\"A B\",\"name\":{},\"title\":{\"ru\":\"\"}}]}",
    "{\"code\":7,\"alternatives\":{}}",
    "{\"code\":\"nights_taken\",\"alternatives\":[{\"apartment_id\":\"x\"}]}",
    "{\"code\":\"too_many_holds\"}",
    "{\"code\":\"refund_changed\"}",
    "{\"id\":\"" WORLD_BOOKING_ID "\"}",
    "{\"id\":\"" WORLD_QUOTE_ID "\",\"total\":{\"amount\":-100}}",
    "{\"id\":\"" WORLD_QUOTE_ID "\",\"total\":{\"amount\":150}}",
    "{\"refund\":{\"amount\":9223372036854775807},\"fee\":{\"amount\":0}}",
    WORLD_BOOKING("lost in space", "", ""),
    WORLD_BOOKING("held", "\"check_out\":\"2026-11-22\",", ""),
    WORLD_BOOKING("held", "\"guests\":-1,", ""),
};
// clang-format on
static const long statuses[] = {200, 201, 404, 409, 410, 422};

/* A reply with a button (checked by conversation.c), or the fault. */
static void converse_with(const struct scripted *broken, const struct exchange *all, size_t count)
{
    conversation_open(&talk, world);
    for (size_t i = 0; i < count; i++) {
        const struct exchange one = {.tap = all[i].tap, .type = all[i].type, .instead = {*broken}};
        if (conversation_do(&talk, &one))
            continue;
        ck_assert_msg(strcmp(talk.fault.code, "bad_answer") == 0 ||
                          strcmp(talk.fault.code, "no_such_button") == 0,
                      "%s %ld %s: %s", broken->call, broken->status, broken->body, talk.fault.code);
        break;
    }
    conversation_close(&talk);
}

TEST_LOOP(every_answer_is_handled, 0, COUNT(world) - 1)
{
    for (size_t status = 0; status < ARRAY_LEN(statuses); status++)
        for (size_t body = 0; body < ARRAY_LEN(bodies); body++)
            /* In the gate each call gets each body with two of the statuses. */
            if (!in_gate() || (status + body + (size_t)_i) % 3 == 0)
                converse_with(&(struct scripted){world[_i].call, statuses[status], bodies[body]},
                              path, ARRAY_LEN(path));
}

// clang-format off
/* Asked again, because the answer is needed. */
static const struct scripted useless[] = {
    {"GET /v1/cities", 200, "{}"},
    {"GET /v1/cities", 404, "{}"},
    {"GET /v1/apartments?", 200, "{\"items\":3}"},
    {"GET /v1/apartments?", 200, NULL},
    {"GET /v1/apartments/", 200, "{\"title\":{\"ru\":7}}"},
    {"POST /v1/quotes", 201, "{\"id\":\"" WORLD_QUOTE_ID "\"}"},
    {"POST /v1/quotes", 201, "{\"id\":\"" WORLD_QUOTE_ID "\",\"total\":" WORLD_SUM(150) "}"},
    {"POST /v1/quotes", 201, "{\"id\":\"" WORLD_QUOTE_ID "\",\"total\":" WORLD_SUM(-100) "}"},
    {"POST /v1/quotes", 201, "{\"id\":\"" WORLD_QUOTE_ID "\",\"total\":" WORLD_SUM(1000000000100) "}"},
    {"POST /v1/quotes", 200, WORLD_QUOTE},
    {"POST /v1/bookings", 201, "{\"id\":\"" WORLD_BOOKING_ID "\"}"},
    {"POST /v1/bookings", 409, WORLD_PROBLEM("key_in_progress")},
    {"GET /v1/bookings/", 200, "{\"id\":\"" WORLD_BOOKING_ID "\"}"},
};

static const struct exchange cities[] = {
    {.type = "/search", .step = "city", .sees = {"Алматы"}, .sees_not = "Ы",
     INSTEAD({"GET /v1/cities", 200,
              "{\"items\":[{\"slug\":\"x y\",\"name\":{\"ru\":\"Ы1\"}},"
              "{\"slug\":\"abcdefghijklmnopqrstuvw\",\"name\":{\"ru\":\"Ы2\"}},{\"slug\":\"a\"},"
              "{\"name\":{\"ru\":\"Ы3\"}},{\"slug\":\"almaty\",\"name\":{\"ru\":\"Алматы\"}}]}"})},
};
// clang-format on

TEST_ROWS(unusable_answer_is_a_fault, useless)
{
    bool failed = false;

    conversation_open(&talk, world);
    for (size_t i = 0; i < ARRAY_LEN(path) && !failed; i++) {
        const struct exchange one = {.tap = path[i].tap, .type = path[i].type, .instead = {*row}};
        failed = !conversation_do(&talk, &one);
    }
    ck_assert(failed);
    ck_assert_str_eq(talk.fault.code, "bad_answer");
    ck_assert_int_eq(talk.fault.kind, FAULT_INTERNAL);
    conversation_close(&talk);
}

TEST(incomplete_item_is_omitted)
{
    conversation_open(&talk, world);
    conversation_go(&talk, cities, 1);
    conversation_close(&talk);
}
