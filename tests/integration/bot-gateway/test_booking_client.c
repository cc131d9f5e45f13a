// SPDX-License-Identifier: MIT
/* The actors of calls of booking-api. */
#include "base/arena.h"
#include "http/client.h"

#include "booking.h"
#include "clients/booking_client.h"
#include "sends.h"

#define OWNER_ID "018f0001-0000-7000-8000-000000000005"

static const struct {
    const char *why;
    enum service_actor actor;
    int64_t user_id;
    const char *line; /* of the request; NULL: no X-Actor */
    const char *code; /* NULL: the call is made */
} cases[] = {
    {"the person",            SERVICE_AS_GUEST,  7,            "\r\nX-Actor: guest:7\r\n",             NULL      },
    {"an owner",              SERVICE_AS_OWNER,  7,            "\r\nX-Actor: owner:" OWNER_ID "\r\n",  NULL      },
    {"a driver",              SERVICE_AS_DRIVER, 7,            "\r\nX-Actor: driver:" OWNER_ID "\r\n", NULL      },
    {"staff",                 SERVICE_AS_STAFF,  FIELD_ABSENT, NULL,                                   NULL      },
    {"a guest without an id", SERVICE_AS_GUEST,  FIELD_ABSENT, NULL,                                   "no_actor"},
};

TEST_CASE("booking_client", .setup = sends_begin, .teardown = sends_finish);

FIBER_TEST(call_has_only_the_rights_of_its_actor)
{
    struct service_call call = {.method = "GET", .path = SLICE("/v1/x")};
    struct fault fault = {.code = ""};
    struct service_answer answer;
    struct arena arena;

    booking_start(&(struct booking_says){200, 0, NULL}, 1);
    ck_assert(uuid_parse(SLICE(OWNER_ID), &call.actor_id));
    const struct booking_client client = {
        stand_client(&(struct http_client_options){.connections_per_host = 1}), booking_url()};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const int before = booking_asked();
        const struct booking_call made = {
            .call = &call, .key = "k", .user_id = cases[i].user_id, .name = SLICE("n")};
        call.actor = cases[i].actor;
        arena_init(&arena, 2 * BOOKING_ANSWER_MAX);
        const bool well = booking_client_call(&client, &made, &arena, &answer, &fault);
        ck_assert_msg(well == (cases[i].code == NULL), "%s: %s", cases[i].why, fault.code);
        ck_assert_msg(booking_asked() == before + well, "%s", cases[i].why);
        if (!well) {
            ck_assert_int_eq(fault.kind, FAULT_INTERNAL);
            ck_assert_str_eq(fault.code, cases[i].code);
        } else {
            ck_assert_msg(strstr(booking_request(before),
                                 cases[i].line != NULL ? cases[i].line : "\r\nX-API-Key: k\r\n"),
                          "%s: %s", cases[i].why, booking_request(before));
            ck_assert_msg(cases[i].line != NULL ||
                              strstr(booking_request(before), "X-Actor") == NULL,
                          "%s", cases[i].why);
        }
        arena_finish(&arena);
    }
}
