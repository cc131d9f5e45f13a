// SPDX-License-Identifier: MIT
/* Webhooks: their routes, and the way of an event from the outbox to a receiver that accepts,
 * refuses, is gone or down for days. */
#include <stdlib.h>

#include "api/events.h"

#include "receiver.h"
#include "stand.h"
#include "support/scratch.h"
#include "webhooks/webhook.h"
#include "webhooks/webhook_feeder.h"

static struct receiver receiver;
static struct reaction (*react)(const struct received *one, int nth);
static struct webhook_feeder feeder;

static struct reaction take_all(const struct received *one, int nth)
{
    return (struct reaction){.status = 204};
}

static struct reaction react_now(const struct received *one, int nth)
{
    return react(one, nth);
}

static void begin(void)
{
    stand_begin();
    stand_app()->webhook_hosts = (struct deliver_hosts){.internal = "n8n", .loopback = true};
    react = take_all;
    receiver_start(&receiver, react_now);
    feeder = (struct webhook_feeder){.service = stand_service()};
}

static void finish(void)
{
    receiver_stop(&receiver);
    stand_finish();
}

TEST_CASE("webhooks", .setup = begin, .teardown = finish, .timeout_s = 100);

/* --- helpers --- */

static const char *url_of(const char *path)
{
    return textf("http://127.0.0.1:%d%s", receiver.at.port, path);
}

static struct answer make(const char *path, const char *types)
{
    return ask_post(post_webhook, .body = textf("{'url':'%s','types':[%s]}", url_of(path), types));
}

/* Creates a webhook and returns its id. */
static const char *webhook_on(const char *path, const char *types)
{
    return textf("%s", ck_status(make(path, types), 201).id);
}

static void feed(void)
{
    stand_wait_for_events();
    ck_ok(webhook_feeder_run(&feeder, &fault));
}

static struct deliver *start(void)
{
    const struct deliver_options options = {
        .service = stand_service(), .hosts = stand_app()->webhook_hosts, .policy = &webhook_policy};
    struct deliver *deliver = deliver_start(&options, &fault);

    ck_assert_msg(deliver != NULL, "%s", fault.detail);
    return deliver;
}

static void wait_count(const char *path, int count)
{
    stand_until(receiver_count(&receiver, path) >= count, "%s was called %d times, not %d", path,
                receiver_count(&receiver, path), count);
    ck_assert_int_eq(receiver_count(&receiver, path), count);
}

#define NOTHING_LEFT "NOT EXISTS (SELECT FROM delivery WHERE status = 'waiting')"

/* The types that have arrived at a path, in their order. */
static const char *types_at(const char *path)
{
    char text[2000] = "";

    for (int i = 0; i < receiver_count(&receiver, path); i++) {
        const struct received one = receiver_get(&receiver, path, i);
        char type[64] = "";
        ck_assert_int_eq(sscanf(one.body, "{\"id\":\"%*36s\",\"type\":\"%63[^\"]", type), 1);
        ck_assert_uint_lt(strlen(text) + strlen(type) + 2, sizeof text);
        strcat(strcat(text, i > 0 ? " " : ""), type);
    }
    return textf("%s", text);
}

static struct answer webhook(const char *id)
{
    return ck_status(ask_get(get_webhook, .id = id), 200);
}

static const char *status_of(const char *id)
{
    return text_at(webhook(id).json, "status");
}

/* Makes a booking, which the guest confirms. */
static void confirm_one(const char *apartment, int day)
{
    const struct answer made = ck_book(&stand_guest, apartment, day, 2);

    ck_act(confirm_booking, NULL, made.id, "{'phone':'+77011234567'}");
}

/* --- routes --- */

static bool contains(const json_t *json, const char *text)
{
    char *dump = json_dumps(json, 0);
    const bool found = strstr(dump, text) != NULL;

    free(dump);
    return found;
}

FIBER_TEST(secret_is_shown_once_and_stored_in_no_answer)
{
    const char *body = textf("{'url':'%s','types':['booking.*']}", url_of("/a"));
    const struct answer made = ck_status(ask_post(post_webhook, .body = body, .key = "w1"), 201);
    const char *secret = text_at(made.json, "secret");
    struct deliver_key key;

    ck_ok(deliver_secret_read(slice_of(secret), &key, &fault));
    ck_assert(deliver_key_is_printable(&key));
    ck_assert_str_eq(text_at(made.json, "status"), "active");
    ck_assert(!contains(webhook(made.id).json, "whsec_"));
    ck_assert(!contains(ck_status(ask_get(get_webhooks), 200).json, "whsec_"));
    ck_rows(0, "idempotency WHERE body LIKE '%%whsec%%' OR body LIKE '%%%s%%'", secret + 6);
    const struct answer again = ck_status(ask_post(post_webhook, .body = body, .key = "w1"), 201);
    ck_assert(again.replayed);
    ck_assert_str_eq(again.id, made.id);
    ck_assert_str_eq(text_at(again.json, "secret"), secret);
    ck_assert(json_equal(again.json, made.json));
    ck_rows(1, "webhook");
    ck_status(ask_delete(delete_webhook, .id = made.id), 204);
    const struct answer gone = ck_status(ask_post(post_webhook, .body = body, .key = "w1"), 201);
    ck_assert(json_is_null(json_object_get(gone.json, "secret")));
    ck_rows(0, "receiver");
    ck_rows(0, "webhook");
}

FIBER_TEST(own_secret_must_be_printable)
{
    static const char good[] = "whsec_QWxhZGRpbjpvcGVuLXNlc2FtZS1pcy1nb29k"; /* Aladdin:... */
    const char *const bad[] = {"whsec_", "x", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                               "whsec_QWJj"};
    const char *body = "{'url':'https://a.kz/x','types':['booking.held'],'secret':'%s'}";

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    const struct answer made = ck_status(ask_post(post_webhook, .body = textf(body, good)), 201);
    ck_assert_str_eq(text_at(made.json, "secret"), good);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_refused(ask_post(post_webhook, .body = textf(body, bad[i])), 422, "bad_secret");
#pragma GCC diagnostic pop
}

static const struct {
    const char *why, *members, *code;
} refusals[] = {
    {"no types",          "'url':'https://a.kz/x'",                                         "required"       },
    {"empty types",       "'url':'https://a.kz/x','types':[]",                              "too_short"      },
    {"an unknown type",   "'url':'https://a.kz/x','types':['booking.held','booking']",
     "unknown_value"                                                                                         },
    {"all",               "'url':'https://a.kz/x','types':['*']",                           "unknown_value"  },
    {"unknown prefix",    "'url':'https://a.kz/x','types':['boat.*']",                      "unknown_value"  },
    {"a test",            "'url':'https://a.kz/x','types':['webhook.test']",                "unknown_value"  },
    {"plain http",        "'url':'http://a.kz/x','types':['booking.*']",                    "url_not_allowed"},
    {"a private address", "'url':'https://10.0.0.1/x','types':['booking.*']",               "url_not_allowed"},
    {"n8n's REST",        "'url':'http://n8n:5678/rest/login','types':['booking.*']",       "url_not_allowed"},
    {"a status",          "'url':'https://a.kz/x','types':['booking.*'],'status':'active'", "unknown_field"  },
};

FIBER_TEST(wrong_webhooks_are_refused)
{
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
        ck_refused(ask_post(post_webhook, .body = textf("{%s}", refusals[i].members)), 422,
                   refusals[i].code);
    ck_rows(0, "webhook");
    ck_rows(0, "receiver");
}

FIBER_TEST(webhooks_are_for_staff_of_their_tenant)
{
    const char *id = webhook_on("/a", "'booking.*'");
    struct api_caller lame = stand_staff;

    ck_status(ask_get(get_webhook, .id = id, .caller = &stand_other), 404);
    ck_status(ask_patch(patch_webhook, .id = id, .caller = &stand_other, .body = "{}"), 404);
    ck_status(ask_delete(delete_webhook, .id = id, .caller = &stand_other), 404);
    ck_status(ask_action(test_webhook, .id = id, .caller = &stand_other), 404);
    ck_assert(!contains(ck_status(ask_get(get_webhooks, .caller = &stand_other), 200).json, id));
    ck_refused(ask_get(get_webhooks, .caller = &stand_owner), 403, "forbidden");
    ck_refused(ask_get(get_webhook, .id = id, .caller = &stand_guest), 403, "forbidden");
    ck_refused(ask_delete(delete_webhook, .id = id, .caller = &stand_owner), 403, "forbidden");
    lame.scopes = 1 << 2; /* booking:admin */
    ck_refused(ask_post(post_webhook, .caller = &lame,
                        .body = "{'url':'https://a.kz/x','types':['booking.*','ride.*']}"),
               403, "forbidden");
    ck_refused(ask_post(post_webhook, .caller = &lame,
                        .body = "{'url':'https://a.kz/x','types':['trip.started']}"),
               403, "forbidden");
    ck_status(ask_post(post_webhook, .caller = &lame,
                       .body = "{'url':'https://a.kz/x','types':['booking.*']}"),
              201);
}

static int created, full, conflicts;

static void make_last(void *data)
{
    const struct answer answer = make("/a", "'booking.*'");

    created += answer.status == 201;
    full += answer.status == 409 && strcmp(answer.code, "too_many_webhooks") == 0;
    conflicts += answer.status == 409 && strcmp(answer.code, "changed_meanwhile") == 0;
}

FIBER_TEST(tenant_has_at_most_32_webhooks)
{
    for (int i = 0; i < 31; i++)
        ck_status(make("/a", "'booking.*'"), 201);
    created = full = conflicts = 0;
    stand_race(4, make_last);
    ck_assert_int_eq(created, 1);
    ck_assert_int_eq(full + conflicts, 3);
    ck_refused(make("/a", "'booking.*'"), 409, "too_many_webhooks");
    ck_rows(32, "webhook");
    ck_rows(32, "receiver");
    ck_status(ask_post(post_webhook, .caller = &stand_other,
                       .body = "{'url':'https://a.kz/x','types':['booking.*']}"),
              201);
}

/* --- deliveries --- */

FIBER_TEST(event_is_delivered_as_the_list_shows_it)
{
    const char *apartment = stand_apartment();

    (void)webhook_on("/old", "'apartment.*'");
    ck_book(&stand_guest, apartment, 3, 1); /* before the webhook */
    stand_wait_for_events();
    (void)webhook_on("/a", "'booking.*'");
    ck_book(&stand_guest8, apartment, 10, 2);
    feed();
    ck_rows(1, "delivery");
    const struct answer page =
        ck_status(ask_get(service_get_events, .params = "types=booking.*"), 200);
    const json_t *event = json_array_get(json_object_get(page.json, "items"), 1);
    char *body = stand_long_text("SELECT convert_from(body, 'UTF8') FROM delivery");
    json_t *sent = json_loads(body, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_msg(json_equal(sent, event), "%s", body);
    ck_assert_ptr_eq(strstr(body, "guest_"), NULL);
    json_decref(sent);
    free(body);
    struct deliver *deliver = start();
    wait_count("/a", 1);
    wait_for(NOTHING_LEFT);
    const struct received one = receiver_get(&receiver, "/a", 0);
    ck_assert_str_eq(one.id, text_at(event, "id"));
    ck_assert_str_eq(one.type, "application/json");
    ck_assert_int_eq(receiver_count(&receiver, NULL), 1);
    deliver_stop(deliver);
}

enum { STAYS = 6, INSTANCES = 2 };

static void feed_again_and_again(void *data)
{
    struct fault why;

    for (int i = 0; i < 60; i++) {
        ck_assert(webhook_feeder_run(&feeder, &why));
        stand_sleep(20);
    }
}

/* Events of a resource arrive in their order, although the receiver refuses some, with two
 * instances. Each has the same webhook-id on each try. */
static struct reaction refuse_some(const struct received *one, int nth)
{
    return (struct reaction){.status = nth % 5 == 1 ? 500 : 200, .delay_ms = nth % 3};
}

FIBER_TEST(events_of_a_resource_keep_their_order_through_refusals)
{
    const char *apartment = stand_apartment();
    struct deliver *instances[INSTANCES];

    (void)webhook_on("/a", "'booking.held','booking.confirmed','booking.cancelled'");
    react = refuse_some;
    for (int i = 0; i < INSTANCES; i++)
        instances[i] = start();
    stand_go(feed_again_and_again, NULL);
    stand_go(feed_again_and_again, NULL);
    for (int i = 0; i < STAYS; i++) {
        const struct answer made = ck_book(NULL, apartment, 5 + 3 * i, 2);
        ck_act(confirm_booking, NULL, made.id, "{'phone':'+77011234567'}");
        ck_act(cancel_booking, NULL, made.id, NULL);
    }
    stand_join();
    wait_for(NOTHING_LEFT);
    int accepted = 0;
    for (int i = 0; i < receiver_count(&receiver, "/a"); i++)
        accepted += i % 5 != 1;
    ck_assert_int_eq(accepted, 3 * STAYS);
    ck_rows(3 * STAYS,
            "outbox WHERE type IN ('booking.held', 'booking.confirmed', 'booking.cancelled')");
    for (int i = 0; i < receiver_count(&receiver, "/a"); i++) {
        const struct received one = receiver_get(&receiver, "/a", i);
        if (i % 5 == 1)
            continue;
        /* Earlier events of its resource were accepted before. */
        const long long earlier = stand_number(
            "SELECT count(*) FROM outbox o JOIN outbox e ON e.resource_id = o.resource_id"
            " AND e.sequence < o.sequence WHERE o.event_id = '%s'",
            one.id);
        long long seen = 0;
        for (int j = 0; j < i; j++)
            seen += j % 5 != 1 &&
                    stand_number("SELECT count(*) FROM outbox o JOIN outbox e"
                                 " ON e.resource_id = o.resource_id AND e.sequence < o.sequence"
                                 " WHERE o.event_id = '%s' AND e.event_id = '%s'",
                                 one.id, receiver_get(&receiver, "/a", j).id) == 1;
        ck_assert_int_eq(seen, earlier);
    }
    for (int i = 0; i < INSTANCES; i++)
        deliver_stop(instances[i]);
}

FIBER_TEST(queue_of_a_webhook_is_limited_and_nothing_is_lost)
{
    const char *id = webhook_on("/a", "'booking.*'");

    stand_sql("INSERT INTO outbox (event_id, type, source, sequence, resource_type, resource_id,"
              " resource_version, tenant_id, data) SELECT " EVENT_ID_SQL ", 'booking.held', 'test',"
              " 1, 'booking', gen_random_uuid(), 1, '%s', '{}' FROM generate_series(1, %d)",
              stand_tenant(), WEBHOOK_WAITING_MAX + 250);
    feed();
    feed();
    ck_rows(WEBHOOK_WAITING_MAX, "delivery");
    stand_sql("DELETE FROM delivery WHERE id IN (SELECT id FROM delivery LIMIT 300)");
    feed();
    ck_rows(WEBHOOK_WAITING_MAX + 250 - 300, "delivery");
    ck_status(ask_delete(delete_webhook, .id = id), 204);
    ck_rows(0, "delivery");
    stand_sql("DELETE FROM outbox WHERE source = 'test'");
}

FIBER_TEST(test_arrives_at_once_and_is_in_no_list)
{
    const char *id = webhook_on("/a", "'booking.*'");
    struct deliver *deliver = start();

    stand_sql("UPDATE receiver SET failing_since = now(), last_error = 'status_503', failures = 9,"
              " rests_until = now() + interval '1 hour'");
    const struct answer sent = ck_status(ask_action(test_webhook, .id = id, .key = "t1"), 202);
    ck_assert_str_eq(sent.id, id);
    ck_assert(ck_status(ask_action(test_webhook, .id = id, .key = "t1"), 202).replayed);
    wait_count("/a", 1);
    ck_assert_str_eq(types_at("/a"), "webhook.test");
    wait_for(NOTHING_LEFT);
    ck_assert_str_eq(status_of(id), "active");
    ck_rows(0, "outbox");
    deliver_stop(deliver);
    ck_status(ask_action(test_webhook, .id = id), 202);
    ck_status(ask_action(test_webhook, .id = id), 202); /* one waits */
    ck_rows(1, "delivery");
    ck_status(ask_action(test_webhook, .id = id, .body = "{'x':1}"), 422);
}

FIBER_TEST(replay_sends_events_again_after_a_cursor_or_a_time)
{
    const char *apartment = stand_apartment();
    const char *id = webhook_on("/a", "'booking.*'");

    confirm_one(apartment, 5);
    stand_wait_for_events();
    const struct answer half =
        ck_status(ask_get(service_get_events, .params = "limit=1&types=booking.*"), 200);
    const char *cursor = textf("%s", text_at(half.json, "next_cursor"));
    struct deliver *deliver = start();
    feed();
    wait_count("/a", 2);
    wait_for(NOTHING_LEFT);
    ck_status(ask_post(replay_webhook, .id = id, .body = textf("{'after':'%s'}", cursor)), 202);
    feed();
    wait_count("/a", 3);
    wait_for(NOTHING_LEFT);
    ck_assert_str_eq(types_at("/a"), "booking.held booking.confirmed booking.confirmed");
    ck_assert_str_eq(receiver_get(&receiver, "/a", 2).id, receiver_get(&receiver, "/a", 1).id);
    const char *hour_ago =
        stand_text("SELECT to_char((now() - interval '1 hour') AT TIME ZONE 'UTC',"
                   " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')");
    ck_status(ask_post(replay_webhook, .id = id, .body = textf("{'after':'%s'}", hour_ago)), 202);
    feed();
    wait_count("/a", 5);
    ck_status(ask_post(replay_webhook, .id = id, .body = "{'after':'2099-01-01T00:00:00Z'}"), 202);
    confirm_one(apartment, 10); /* a later position does not pass over events */
    feed();
    wait_count("/a", 7);
    ck_refused(ask_post(replay_webhook, .id = id, .body = "{'after':'soon'}"), 422, "bad_cursor");
    ck_refused(ask_post(replay_webhook, .id = id, .body = "{}"), 422, "required");
    deliver_stop(deliver);
}

static struct reaction gone(const struct received *one, int nth)
{
    return (struct reaction){.status = 410};
}

FIBER_TEST(receiver_that_is_gone_disables_its_webhook_until_it_is_revived)
{
    const char *apartment = stand_apartment();
    const char *id = webhook_on("/a", "'booking.held'");

    (void)webhook_on("/other", "'webhook.*'");
    struct deliver *deliver = start();
    react = gone;
    ck_book(&stand_guest, apartment, 5, 1);
    feed();
    wait_for("EXISTS (SELECT FROM receiver WHERE disabled_at IS NOT NULL)");
    ck_assert_str_eq(status_of(id), "disabled");
    react = take_all;
    feed(); /* announces it */
    feed();
    feed();
    ck_rows(1, "outbox WHERE type = 'webhook.disabled' AND data ->> 'host' = '127.0.0.1'"
               " AND data ->> 'last_error' = 'status_410' AND resource_version = 2");
    ck_rows(1, "audit WHERE action = 'webhook.disable' AND actor = 'system'");
    wait_count("/other", 1);
    ck_book(&stand_guest, apartment, 8, 1);
    ck_status(ask_post(replay_webhook, .id = id, .body = "{'after':'2020-01-01T00:00:00Z'}"), 202);
    ck_status(ask_action(test_webhook, .id = id), 202);
    feed();
    stand_sleep(600);
    ck_assert_int_eq(receiver_count(&receiver, "/a"), 1);
    ck_refused(ask_patch(patch_webhook, .id = id, .body = "{'status':'disabled'}"), 422,
               "unknown_value");
    stand_wait_for_events();
    ck_assert_str_eq(
        text_at(
            ck_status(ask_patch(patch_webhook, .id = id, .body = "{'status':'active'}"), 200).json,
            "status"),
        "active");
    ck_book(&stand_guest, apartment, 11, 1);
    feed();
    wait_count("/a", 2); /* only what has happened since */
    ck_status(ask_post(replay_webhook, .id = id, .body = "{'after':'2020-01-01T00:00:00Z'}"), 202);
    feed();
    wait_count("/a", 5);
    wait_for(NOTHING_LEFT);
    deliver_stop(deliver);
    stand_sql("UPDATE receiver SET disabled_at = now() WHERE id = '%s'", id);
    feed();
    ck_rows(2, "outbox WHERE type = 'webhook.disabled'");
}

FIBER_TEST(changed_webhook_gets_other_types_at_another_address)
{
    const char *apartment = stand_apartment();
    const struct answer made = ck_status(make("/a", "'booking.held'"), 201);
    const char *id = textf("%s", made.id);
    struct deliver *deliver = start();
    const struct answer changed = ck_status(
        ask_patch(patch_webhook, .id = id, .if_match = made.etag,
                  .body = textf("{'url':'%s','types':['booking.confirmed']}", url_of("/b"))),
        200);

    ck_assert_str_eq(text_at(changed.json, "types.0"), "booking.confirmed");
    ck_sql(2, "SELECT version FROM webhook");
    ck_refused(ask_patch(patch_webhook, .id = id, .if_match = made.etag, .body = "{}"), 412,
               "version_mismatch");
    ck_refused(ask_patch(patch_webhook, .id = id, .body = "{'types':[]}"), 422, "too_short");
    ck_refused(ask_patch(patch_webhook, .id = id, .body = "{'types':null}"), 422, "required");
    ck_refused(ask_patch(patch_webhook, .id = id, .body = "{'url':'http://a.kz'}"), 422,
               "url_not_allowed");
    ck_refused(ask_patch(patch_webhook, .id = id, .body = "{'secret':'x'}"), 422, "unknown_field");
    confirm_one(apartment, 5);
    feed();
    wait_count("/b", 1);
    ck_assert_str_eq(types_at("/b"), "booking.confirmed");
    ck_assert_int_eq(receiver_count(&receiver, "/a"), 0);
    deliver_stop(deliver);
}

FIBER_TEST(other_tenants_events_are_not_delivered)
{
    (void)webhook_on("/a", "'booking.*'");
    stand_sql("INSERT INTO outbox (event_id, type, source, sequence, resource_type, resource_id,"
              " resource_version, tenant_id, data) SELECT " EVENT_ID_SQL ", 'booking.held', 'test',"
              " 1, 'booking', gen_random_uuid(), 1, gen_random_uuid(), '{}'");
    feed();
    ck_rows(0, "delivery");
    stand_sql("DELETE FROM outbox WHERE source = 'test'");
}
