// SPDX-License-Identifier: MIT
/* Turns that call the AI: understood and failed calls, the budget, and text that is never sent. */
#include "booking.h"
#include "clients/ai_client.h"
#include "places/places_watch.h"
#include "script.h"

/* Timeout of a call of a slow peer and of others; delay of a slow peer; time of an open circuit
 * breaker. */
enum {
    TIMEOUT_MS = 2000,
    PATIENT_MS = AI_TIMEOUT_MAX_MS,
    LATE_MS = 20000,
    OPEN_MS = 60000,
    DAILY = 50
};

/* One peer is both booking-api and the AI; it answers in the order of the calls. */
static struct places_watch *places;
static struct ai_client *ai;
static struct turn_runner *turns;
static struct http_client *http;
static bool is_slow; /* the peer */

TEST_CASE("ai", .setup = sends_begin_with_key, .teardown = sends_finish, .timeout_s = 60);

static struct ai_client *create(int64_t daily_calls)
{
    static struct gateway_config config;
    static struct gateway_app app;
    struct ai_client *made;

    config = (struct gateway_config){.ai_url = booking_url(),
                                     .ai_model = "some-model",
                                     .ai_key = "sk-canary",
                                     .ai_timeout_ms = is_slow ? TIMEOUT_MS : PATIENT_MS,
                                     .ai_daily_calls = daily_calls};
    app = (struct gateway_app){.service = stand_service(), .config = &config, .turns_http = http};
    ck_ok((made = ai_client_create(&app, &fault)) != NULL);
    return made;
}

static void stop(void *data)
{
    updates_with(NULL, NULL);
    ai_client_destroy(ai);
    places_watch_stop(places);
}

/* `step` NULL: the real dialogues. `daily_calls` 0: no AI. */
static void start(const struct booking_says *says, int count, turn_handle_update_fn *step,
                  int64_t daily_calls)
{
    const struct http_client_options options = {.connections_per_host = TURN_RUNNER_CALLS_MAX,
                                                .breaker_open_ms = OPEN_MS};

    is_slow = says->ms > 0;
    booking_start(says, count);
    stand_look();
    http = stand_client(&options);
    const struct booking_client nowhere = {http, "http://127.0.0.1:1"};
    ck_ok((places = places_watch_start(stand_service(), stand_app()->bots, &nowhere, &fault)) !=
          NULL);
    for (int i = 0; i < PLACES_FIRST_READS_MAX; i++)
        ck_unavailable(places_watch_refresh(places, true, &fault), "upstream_unreachable");
    ai = daily_calls > 0 ? create(daily_calls) : NULL;
    updates_with(ai, places);
    stand_started(&places, stop);
    turns = updates_start(NULL, step, booking_url());
}

static void stop_all(void)
{
    stand_stop(turns);
    stand_stop(&places);
    booking_stop();
}

/* The number of calls of the AI. */
static int ai_asked(void)
{
    int count = 0;

    for (int i = 0; i < booking_asked(); i++)
        count += strncmp(booking_request(i), "POST /chat/completions ", 23) == 0;
    return count;
}

static double ended(const char *outcome)
{
    return metric_of(textf("ai_calls_total{outcome=\"%s\"}", outcome));
}

// clang-format off
#define ITEMS "\"items\":[{\"slug\":\"almaty\",\"name\":{\"ru\":\"A\",\"kz\":\"A\",\"en\":\"A\"}}],\"next_cursor\":null"
#define SAYS(content) "{\"id\":\"1\",\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":" content "}}]}"
#define TWO_GUESTS SAYS("\"{\\\"guests\\\":2,\\\"city\\\":null}\"")
#define CITIES "{" ITEMS "}"
/* An answer that is valid for the AI and for booking-api. */
#define EITHER "{" ITEMS ",\"choices\":[{\"message\":{\"content\":\"{\\\"guests\\\":2}\"}}]}"
// clang-format on

/* --- understood --- */

FIBER_TEST(understood_text_continues_the_dialogue_and_is_stored)
{
    static const struct booking_says says[] = {
        {200, 0, TWO_GUESTS},
        {200, 0, CITIES    }
    };

    start(says, 2, NULL, DAILY);
    handle_text(912345678, 987654321, "en", "abracadabra <me>");
    ck_sql_text("city", "SELECT step FROM dialogue WHERE chat_id = 987654321");
    ck_sql_text("2", "SELECT data ->> 'guests' FROM dialogue");
    ck_assert_int_eq(ai_asked(), 1);
    const char *request = booking_request(0);
    ck_begins(request, "POST /chat/completions HTTP/1.1\r\n");
    ck_has(request, "\r\nAuthorization: Bearer sk-canary\r\n");
    ck_has(request, "\"model\":\"some-model\"");
    ck_has(request, "{\\\"text\\\":\\\"abracadabra <me>\\\",\\\"language\\\":\\\"en\\\"");
    /* The request contains neither the user nor the update. */
    ck_lacks(request, "987654321");
    ck_lacks(request, "<A>");
    ck_lacks(request, "912345678");
    ck_lacks(request, "X-");
    ck_assert_double_eq(ended("understood"), 1);
    /* Stored, to see afterwards what the turn did. */
    ck_sql_text("/chat/completions 200 {\"guests\":2,\"city\":null}",
                "SELECT concat_ws(' ', calls -> 0 ->> 'path', calls -> 0 ->> 'status',"
                " calls -> 0 ->> 'answer') FROM update");
}

static const char *const phones[] = {
    "abracadabra 8 707 123 45 67",
    "abracadabra +7 (707) 123-45-67",
    "abracadabra 87071234567",
    "abracadabra 8.707.123.45.67",
    "8 707 1234567",
};

/* The phone is searched for in all requests. The reply to the guest is the same as without the
 * AI. */
FIBER_TEST(text_with_a_phone_is_never_sent_to_the_ai)
{
    start(&(struct booking_says){200, 0, EITHER}, 1, NULL, DAILY);
    for (size_t i = 0; i < ARRAY_LEN(phones); i++)
        handle_text((int)i, (int)i + 1, "en", phones[i]);
    ck_assert_int_eq(ai_asked(), 0);
    ck_rows(0, "ai_budget");
    handle_text(90, 90, "en", "abracadabra");
    for (int i = 0; i < booking_asked(); i++) {
        const char *body =
            strstr(booking_request(i), "\r\n\r\n"); /* the head contains a port and ids */
        ck_assert_ptr_nonnull(body);
        ck_lacks(body, "707");
        ck_lacks(body, "123");
    }
    ck_assert_int_eq(ai_asked(), 1);
}

/* --- failed --- */

static const struct {
    struct booking_says says;
    const char *outcome;
} failures[] = {
    {{429, 0, "{}"},                              "throttled"},
    {{500, 0, "{}"},                              "failed"   },
    {{503, 0, "{}"},                              "failed"   },
    {{0, 0, NULL},                                "failed"   },
    {{401, 0, "{}"},                              "refused"  },
    {{404, 0, "{}"},                              "refused"  },
    {{302, 0, "{}"},                              "refused"  },
    {{200, 0, "<html>"},                          "unusable" },
    {{200, 0, SAYS("\"{\\\"book\\\":true}\"")},   "unusable" },
    {{200, 0, SAYS("\"{\\\"guests\\\":null}\"")}, "empty"    },
    {{200, LATE_MS, TWO_GUESTS},                  "late"     },
};

FIBER_TEST_ROWS(failing_ai_gives_the_answer_without_ai, failures)
{
    start(&row->says, 1, NULL, 0);
    handle_text(1, 7, "en", "abracadabra");
    const char *without = textf("%s", sends_said(7));
    ck_assert_int_eq(booking_asked(), 0);
    stop_all();
    ck_assert_uint_gt(strlen(without), 10);

    start(&row->says, 1, NULL, DAILY);
    const int64_t began = sends_now_ms();
    handle_text(2, 8, "en", "abracadabra");
    const int64_t took_ms = sends_now_ms() - began;
    ck_assert_str_eq(sends_said(8), without);
    ck_sql_text("", "SELECT step FROM dialogue WHERE chat_id = 8");
    ck_sql(0, "SELECT sum(tries) FROM update");
    ck_assert_int_eq(ai_asked(), 1);
    ck_assert_double_eq(ended(row->outcome), 1);
    /* The answer of the peer would come later. */
    if (is_timed() && row->says.ms > 0)
        ck_assert_int_lt(took_ms, row->says.ms);
}

FIBER_TEST(failing_ai_opens_the_circuit_breaker)
{
    start(&(struct booking_says){503, 0, NULL}, 1, NULL, DAILY);
    for (int i = 0; i < 8; i++)
        handle_text(i, 7, "en", "abracadabra");
    ck_assert_int_eq(ai_asked(), 5);
    ck_assert_double_eq(ended("failed"), 8);
    ck_rows(8, "sending");
}

/* --- the budget --- */

FIBER_TEST(budget_is_shared_and_survives_a_restart)
{
    static const struct booking_says says = {200, 0, SAYS("\"{}\"")};

    start(&says, 1, NULL, 2);
    for (int i = 0; i < 4; i++)
        handle_text(i, 7, "en", "abracadabra");
    ck_assert_int_eq(ai_asked(), 2);
    ck_assert_double_eq(ended("over_budget"), 2);
    stop_all();
    /* Another process on the same day. */
    start(&says, 1, NULL, 2);
    handle_text(10, 7, "en", "abracadabra");
    ck_assert_int_eq(ai_asked(), 0);
    ck_assert_double_eq(ended("over_budget"), 1);
    stand_sql("UPDATE ai_budget SET day = day - 1");
    handle_text(11, 7, "en", "abracadabra");
    ck_assert_int_eq(ai_asked(), 1);
    ck_sql(1, "SELECT calls FROM ai_budget WHERE day > now()::date - 2");
    ck_rows(6, "sending");
}

enum { ASKERS = 12, GRANTS = 5 };

static void ask_as(struct ai_client *client, const struct ai_asker *asker)
{
    static const struct service_call call = {
        .service = SERVICE_AI,
        .method = "POST",
        .path = {SERVICE_AI_PATH, sizeof SERVICE_AI_PATH - 1},
        .body = {"{}",            2                         }
    };
    struct service_answer answer;
    struct arena arena = ARENA(1 << 20);

    ai_client_ask(client, asker, &call, &arena, &answer);
    ck_assert_int_eq(answer.status, 0);
    arena_finish(&arena);
}

static void ask_once(void *data)
{
    ask_as(data, &(struct ai_asker){stand_staff.tenant_id, 7});
}

static void ask_of_other_tenant(void *data)
{
    ask_as(data, &(struct ai_asker){stand_other.tenant_id, 8});
}

FIBER_TEST(concurrent_instances_share_the_budget)
{
    struct ai_client *copies[3];

    start(&(struct booking_says){200, 0, SAYS("\"{}\"")}, 1, NULL, 0);
    for (int i = 0; i < 3; i++)
        copies[i] = create(GRANTS);
    for (int i = 0; i < ASKERS; i++)
        stand_go(ask_once, copies[i % 3]);
    stand_join();
    ck_assert_int_eq(ai_asked(), GRANTS);
    ck_sql(GRANTS, "SELECT calls FROM ai_budget");
    for (int i = 0; i < 3; i++)
        ai_client_destroy(copies[i]);
}

/* Of 16 calls a quarter is reserved, two for each of the two tenants. */
FIBER_TEST(greedy_tenant_leaves_calls_to_a_modest_one)
{
    start(&(struct booking_says){200, 0, SAYS("\"{}\"")}, 1, NULL, 16);
    stand_bot_of("modest", &stand_other.tenant_id);
    for (int i = 0; i < 16; i++)
        ask_once(ai);
    ck_assert_int_eq(ai_asked(), 12);
    ck_assert_double_eq(ended("over_budget"), 4);
    for (int i = 0; i < 3; i++)
        ask_of_other_tenant(ai);
    ck_assert_int_eq(ai_asked(), 14);
    ck_assert_double_eq(ended("over_budget"), 5);
    stand_sql("UPDATE ai_budget SET day = day - 1");
    stand_sql("UPDATE ai_tenant SET day = day - 1");
    ask_once(ai);
    ck_assert_int_eq(ai_asked(), 15);
    ck_sql(1, "SELECT calls FROM ai_budget");
}

FIBER_TEST(person_has_a_limit_of_calls_a_day)
{
    start(&(struct booking_says){200, 0, SAYS("\"{}\"")}, 1, NULL, DAILY);
    for (int i = 0; i < AI_PERSON_CALLS_MAX + 2; i++)
        ask_once(ai);
    ck_assert_int_eq(ai_asked(), AI_PERSON_CALLS_MAX);
    ck_sql(AI_PERSON_CALLS_MAX, "SELECT calls FROM ai_budget");
    ask_as(ai, &(struct ai_asker){stand_staff.tenant_id, 9});
    ck_assert_int_eq(ai_asked(), AI_PERSON_CALLS_MAX + 1);
}

/* --- limits --- */

FIBER_TEST(parallel_calls_are_limited)
{
    start(&(struct booking_says){200, 0, SAYS("\"{}\"")}, 1, NULL, DAILY);
    for (int i = 0; i < AI_CALLS_MAX + 2; i++)
        stand_go(ask_once, ai);
    stand_go(ask_of_other_tenant, ai);
    stand_join();
    ck_assert_int_eq(ai_asked(), AI_CALLS_MAX);
    ck_assert_double_eq(ended("busy"), 3);
    ck_sql(AI_CALLS_MAX, "SELECT calls FROM ai_budget");
    ck_sql(1, "SELECT asked FROM ai_tenant WHERE tenant_id <> '%s'", stand_tenant());
}

enum { MANY = AI_CALLS_MAX + 4 };

FIBER_TEST(slow_service_delays_the_answer_by_its_timeout_only)
{
    start(&(struct booking_says){200, LATE_MS, TWO_GUESTS}, 1, NULL, DAILY);
    const int64_t began = sends_now_ms();
    for (int i = 0; i < MANY; i++)
        deliver_text(i, i + 1, "en", "abracadabra");
    handle_text(90, 90, "en", "/help");
    if (is_timed())
        ck_assert_int_lt(sends_now_ms() - began, LATE_MS);
    ck_assert_double_eq(ended("late") + ended("busy") + ended("failed"), MANY);
    ck_assert_double_ge(ended("late"), AI_CALLS_MAX - AI_CALLS_SPARE);
    ck_sql(1, "SELECT count(DISTINCT payload -> 0 ->> 'text') FROM sending"
              " WHERE chat_id < 90");
    ck_sql(0, "SELECT sum(tries) FROM update");
}

/* --- repeated turns --- */

/* The answer of the AI is stored with the first call that changes something, and is used in the
 * next try instead of a new one. */
FIBER_TEST_LOOP(repeated_turn_uses_the_stored_ai_answer, 0, 2)
{
    static const struct booking_says first[] = {
        {200, 0, TWO_GUESTS},
        {503, 0, NULL      }
    };

    start(first, 2, script_step, DAILY);
    deliver_text(1, 7, "en", "guess");
    wait_for("EXISTS (SELECT FROM update WHERE tries = 1 AND leased_by IS NULL)");
    ck_assert_int_eq(ai_asked(), 1);
    booking_say(&(struct booking_says){201, 0, NULL}, 1);
    if (_i == 1) { /* it counts without the AI, too */
        stand_stop(turns);
        updates_with(NULL, places);
        turns = updates_start(NULL, script_step, booking_url());
    }
    retry_now(turns);
    wait_for(NOTHING_LEFT);
    ck_assert_int_eq(ai_asked(), 1);
    ck_assert_int_eq(booking_effects(), 2); /* the answer of the AI has no key and counts as one */
    ck_sql_text("200 {\"guests\":2,\"city\":null} 201",
                "SELECT payload -> 0 ->> 'text' FROM sending WHERE dedupe_key LIKE '%%:0'");
}
