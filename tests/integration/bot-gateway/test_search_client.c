// SPDX-License-Identifier: MIT
/* Turns that call search-api: successful and failed calls. */

#include "booking.h"
#include "clients/search_client.h"
#include "places/places_watch.h"
#include "script.h"

enum { LATE_MS = 6000 }; /* delay of a slow peer */

/* One peer is both booking-api and search-api; it answers in the order of the calls. */
static struct search_client *search;
static struct turn_runner *turns;

TEST_CASE("search_client", .setup = sends_begin_with_key, .teardown = sends_finish,
          .timeout_s = 60);

static void stop(void *data)
{
    updates_with_search(NULL);
    search_client_destroy(search);
}

static void start_with(const struct booking_says *says, int count, turn_handle_update_fn *step)
{
    booking_start(says, count);
    stand_look();
    ck_ok((search = search_client_create(stand_loop(), stand_service()->work, booking_url(),
                                         &fault)) != NULL);
    updates_with_search(search);
    stand_started(&search, stop);
    turns = updates_start(NULL, step, booking_url());
}

static void start(const struct booking_says *says, int count)
{
    start_with(says, count, script_step);
}

static void stop_all(void)
{
    stand_stop(turns);
    stand_stop(&search);
    booking_stop();
}

static int search_asked(void)
{
    static const char line[] = "POST " SERVICE_SEARCH_PATH " ";
    int count = 0;

    for (int i = 0; i < booking_asked(); i++)
        count += strncmp(booking_request(i), line, sizeof line - 1) == 0;
    return count;
}

static double ended(const char *outcome)
{
    return metric_of(textf("search_calls_total{outcome=\"%s\"}", outcome));
}

#define NO_FLATS "{\"items\":[],\"relaxations\":[],\"reasons\":[]}"

FIBER_TEST(search_results_are_used_and_stored)
{
    start(&(struct booking_says){200, 0, NO_FLATS}, 1);
    handle_text(912345678, 7, "en", "seek");
    ck_assert_str_eq(sends_said(7), "200 " NO_FLATS);
    ck_assert_int_eq(search_asked(), 1);
    const char *request = booking_request(0);
    ck_has(request, "\r\nX-API-Key: tb_test_");
    ck_has(request, "\r\nX-Request-Id: tg:taxi:912345678:0\r\n");
    ck_has(request, "\r\n\r\n{\"query\":\"seek\"}");
    /* search-api needs no guest and no Idempotency-Key. */
    ck_lacks(request, "X-Actor");
    ck_lacks(request, "Idempotency-Key");
    ck_assert_double_eq(ended("answered"), 1);
    /* Stored, to see afterwards what the turn did. */
    ck_sql_text(SERVICE_SEARCH_PATH " 200 " NO_FLATS,
                "SELECT concat_ws(' ', calls -> 0 ->> 'path', calls -> 0 ->>"
                " 'status', calls -> 0 ->> 'answer') FROM update");
}

#define LIST_OF(more) "{\"items\":[]" more "}"
static const struct {
    struct booking_says says;
    const char *outcome;
} failures[] = {
    {{429, 0, "{}"},                                                           "failed"  },
    {{500, 0, "{}"},                                                           "failed"  },
    {{503, 0, "{}"},                                                           "failed"  },
    {{0, 0, NULL},                                                             "failed"  },
    {{401, 0, "{}"},                                                           "refused" },
    {{403, 0, "{\"code\":\"scope_missing\"}"},                                 "refused" },
    {{404, 0, "{}"},                                                           "refused" },
    {{422, 0, "{\"code\":\"unknown_city\"}"},                                  "refused" },
    {{302, 0, "{}"},                                                           "refused" },
    {{204, 0, ""},                                                             "refused" },
    {{200, 0, "<html>"},                                                       "unusable"},
    {{200, 0, ""},                                                             "unusable"},
    {{200, 0, "[]"},                                                           "unusable"},
    {{200, 0, "{}"},                                                           "unusable"},
    {{200, 0, "{\"items\":{}}"},                                               "unusable"},
    {{200, 0, "{\"items\":[{\"id\":"},                                         "unusable"},
    {{200, 0, LIST_OF(",\"degraded\":true,\"reasons\":[\"dates_unjudged\"]")}, "unusable"},
    {{200, LATE_MS, NO_FLATS},                                                 "late"    },
};

FIBER_TEST(failing_search_api_does_not_fail_the_turn)
{
    for (int i = 0; i < COUNT(failures); i++) {
        start(&failures[i].says, 1);
        const int64_t began = sends_now_ms();
        handle_text(i + 1, i + 1, "en", "seek");
        const int64_t took_ms = sends_now_ms() - began;
        ck_assert_str_eq(sends_said(i + 1), "0 ");
        ck_assert_int_eq(search_asked(), 1);
        ck_assert_double_eq(ended(failures[i].outcome), 1);
        /* The answer of the peer would come later. */
        if (is_timed() && failures[i].says.ms > 0)
            ck_assert_int_lt(took_ms, failures[i].says.ms);
        stop_all();
    }
    ck_sql(0, "SELECT sum(tries) FROM update");
}

FIBER_TEST(without_search_api_no_call_is_made)
{
    booking_start(&(struct booking_says){200, 0, NO_FLATS}, 1);
    turns = updates_start(NULL, script_step, booking_url());
    handle_text(1, 7, "en", "seek");
    ck_assert_str_eq(sends_said(7), "said");
    ck_assert_int_eq(booking_asked(), 0);
}

/* booking-api at the same address is still called. */
FIBER_TEST(failing_search_api_opens_its_own_circuit_breaker)
{
    start(&(struct booking_says){503, 0, NULL}, 1);
    for (int i = 0; i < 8; i++)
        handle_text(i, 7, "en", "seek");
    ck_assert_int_eq(search_asked(), 5);
    ck_assert_double_eq(ended("failed"), 8);
    ck_rows(8, "sending");
    booking_say(&(struct booking_says){200, 0, NULL}, 1);
    handle_text(20, 7, "en", "look /v1/x 1");
    ck_assert_int_eq(booking_asked(), 6);
    ck_sql(0, "SELECT sum(tries) FROM update");
}

enum { MANY = SEARCH_CALLS_MAX + 4 };

FIBER_TEST(slow_service_delays_the_answer_by_its_timeout_only)
{
    start(&(struct booking_says){200, LATE_MS, NO_FLATS}, 1);
    const int64_t began = sends_now_ms();
    for (int i = 0; i < MANY; i++)
        deliver_text(i, i + 1, "en", "seek");
    handle_text(90, 90, "en", "other");
    if (is_timed())
        ck_assert_int_lt(sends_now_ms() - began, LATE_MS);
    ck_assert_double_eq(ended("late") + ended("busy") + ended("failed"), MANY);
    ck_assert_double_ge(ended("late"), SEARCH_CALLS_MAX);
    ck_sql(0, "SELECT sum(tries) FROM update");
}

/* The search is repeated; the change has the same key. */
FIBER_TEST(repeated_turn_searches_again_and_changes_once)
{
    static const struct booking_says first[] = {
        {201, 0, NULL    },
        {200, 0, NO_FLATS},
        {503, 0, NULL    }
    };

    start(first, 3);
    deliver_text(1, 7, "en", "seek csl");
    wait_for("EXISTS (SELECT FROM update WHERE tries = 1 AND leased_by IS NULL)");
    booking_say(
        (const struct booking_says[]){
            {201, 0, NULL},
            {503, 0, NULL},
            {200, 0, NULL}
    },
        3);
    const int before = booking_asked();
    retry_now(turns);
    wait_for(NOTHING_LEFT);
    ck_assert_int_eq(search_asked(), 2);
    ck_assert_int_eq(booking_asked(), before + 3);
    for (int i = 0; i < booking_asked(); i++)
        if (strncmp(booking_request(i), "POST /v1/x ", 11) == 0)
            ck_has(booking_request(i), "\r\nIdempotency-Key: tg:taxi:1:0\r\n");
    ck_sql_text("0 ", "SELECT payload -> 0 ->> 'text' FROM sending WHERE dedupe_key LIKE '%%:0'");
}

/* A repeated search may give another answer and lead to other calls, so the numbers in the
 * Idempotency-Keys would not match. */
FIBER_TEST_LOOP(change_after_a_search_fails_the_turn, 0, 2)
{
    static const char *const changes[] = {"seek sc", "seek slc"};

    start(&(struct booking_says){200, 0, NO_FLATS}, 1);
    deliver_text(1, 7, "en", changes[_i]);
    wait_for("EXISTS (SELECT FROM update WHERE tries = 1 AND leased_by IS NULL)");
    ck_sql_text("changes_after_search", "SELECT split_part(reason, ':', 1) FROM update");
    ck_assert_int_eq(search_asked(), 1);
    for (int i = 0; i < booking_asked(); i++)
        ck_lacks(booking_request(i), "Idempotency-Key");
}

// clang-format off
#define CITIES "{\"items\":[{\"slug\":\"almaty\",\"name\":{\"ru\":\"A\",\"kz\":\"A\",\"en\":\"Almaty\"}}],\"next_cursor\":null}"
#define ID "018f0002-0000-7000-8000-000000000001"
#define FLAT(title, more) "{\"id\":\"" ID "\",\"title\":{\"ru\":\"" title "\"},\"city\":\"almaty\",\"rooms\":2,\"max_guests\":4,\"total\":{\"amount\":1800000,\"currency\":\"KZT\"}" more "}"
#define WHY ",\"bookable\":true,\"why\":{\"ru\":\"есть парковка\",\"kz\":\"тұрақ бар\",\"en\":\"parking\"}"
#define ANSWER(items, relaxations) "{\"items\":[" items "],\"next_cursor\":null,\"relaxations\":[" relaxations "],\"reasons\":[]}"
#define LIST(items) "{\"items\":[" items "],\"next_cursor\":null}"
static const struct wished {
    struct booking_says sought, next; /* search-api, then booking-api */
    const char *sees[2];
    const char *outcome;
} wished[] = {
    {{200, 0, ANSWER(FLAT("Sought", WHY), "")}, {200, 0, FLAT("Sought", "")}, {"Sought", "Why this one: parking"}, "answered"},
    {{200, 0, ANSWER("", "{\"drop\":\"rooms\",\"adds\":4}")}, {200, 0, LIST("")}, {"(+4)", "No available apartment"}, "answered"},
    {{503, 0, NULL}, {200, 0, LIST(FLAT("Plain", ""))}, {"Plain", "Fits: 2 rooms, parking"}, "failed"},
    {{0, 0, NULL}, {200, 0, LIST(FLAT("Plain", ""))}, {"Plain", "Fits: 2 rooms, parking"}, "failed"},
    {{403, 0, "{\"code\":\"scope_missing\"}"}, {200, 0, LIST(FLAT("Plain", ""))}, {"Plain", "Fits: 2 rooms, parking"}, "refused"},
    {{200, 0, "{\"items\":[{\"id\""}, {200, 0, LIST(FLAT("Plain", ""))}, {"Plain", "Fits: 2 rooms, parking"}, "unusable"},
    {{200, LATE_MS, ANSWER(FLAT("Sought", WHY), "")}, {200, 0, LIST(FLAT("Plain", ""))}, {"Plain", "Fits: 2 rooms, parking"}, "late"},
};
// clang-format on

enum { AHEAD_S = 10 * 24 * 3600 };

/* Sends the messages that lead to the list, with new updates of another guest each time. */
static void wish(const struct wished *one, int guest, const char *date)
{
    const char *const ways[] = {"2 rooms with parking", "Almaty", date, "2"};
    const struct booking_says says[] = {one->sought, one->next};

    start_with(&(struct booking_says){200, 0, CITIES}, 1, NULL);
    for (int i = 0; i < 4; i++) {
        handle_text(10 * guest + i, guest, "en", ways[i]);
    }
    booking_say(says, 2);
    handle_text(10 * guest + 4, guest, "en", "2");
    for (int i = 0; i < 2; i++)
        ck_assert_msg(stand_number("SELECT count(*) FROM sending WHERE chat_id = %d AND"
                                   " position($$%s$$ IN payload::text) > 0",
                                   guest, one->sees[i]) == 1,
                      "%s in %s", one->sees[i], sends_said(guest));
    ck_assert_int_eq(search_asked(), 1);
    ck_assert_double_eq(ended(one->outcome), 1);
    ck_sql_text("list", "SELECT step FROM dialogue WHERE chat_id = %d", guest);
    stop_all();
}

FIBER_TEST(guest_is_answered_despite_any_failure_of_search_api)
{
    const struct booking_client nowhere = {stand_client(&(struct http_client_options){0}),
                                           "http://127.0.0.1:1"};
    const time_t day = time(NULL) + AHEAD_S;
    struct tm parts;
    char date[16];

    strftime(date, sizeof date, "%d.%m.%Y", gmtime_r(&day, &parts));
    struct places_watch *places;
    ck_ok((places = places_watch_start(stand_service(), stand_app()->bots, &nowhere, &fault)) !=
          NULL);
    stand_look();
    for (int i = 0; i < PLACES_FIRST_READS_MAX; i++)
        ck_unavailable(places_watch_refresh(places, true, &fault), "upstream_unreachable");
    updates_with(NULL, places);
    for (size_t i = 0; i < ARRAY_LEN(wished); i++)
        wish(&wished[i], (int)i + 1, date);
    ck_sql(0, "SELECT sum(tries) FROM update");
    updates_with(NULL, NULL);
    places_watch_stop(places);
}
