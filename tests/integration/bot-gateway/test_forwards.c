// SPDX-License-Identifier: MIT
/* An update is queued for its forwards in the transaction that handles it: once or not at all. */
#include "outgoing_webhooks/forward_events.h"
#include "support/scratch.h"
#include "updates.h"

enum { COPIES = 3, UPDATES = 60 };

static void begin(void)
{
    sends_begin();
    stand_app()->forward_hosts = (struct deliver_hosts){.internal = "n8n"};
}

TEST_CASE("all", .setup = begin, .teardown = sends_finish, .timeout_s = 60);

#define SECRET "\"secret\":\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\""

static struct answer make(const char *match)
{
    const char *body =
        textf("{\"bot\":\"taxi\",\"url\":\"http://n8n:5678/webhook/x\"," SECRET "%s%s}",
              match != NULL ? ",\"match\":" : "", match != NULL ? match : "");

    return ask_post(post_forward, .body = body);
}

static struct answer make_exclusive(const char *match)
{
    const char *body = textf("{\"bot\":\"taxi\",\"url\":\"http://n8n:5678/webhook/x\"," SECRET
                             ",\"exclusive\":true,\"match\":%s}",
                             match);

    return ask_post(post_forward, .body = body);
}

/* Several instances, and repeated updates. */
FIBER_TEST(update_is_queued_once_for_each_matching_forward)
{
    stand_look();
    ck_status(make(NULL), 201);
    ck_status(make("{\"text_prefix\":\"a\"}"), 201);
    ck_status(make("{\"chat_ids\":[-1]}"), 201);
    for (int i = 0; i < COPIES; i++)
        updates_start(NULL, NULL, NULL);
    for (int i = 1; i <= UPDATES; i++) {
        deliver_text(i, i % 7, "en", i % 3 == 0 ? "abc" : "xyz");
        deliver_text(i - 1, (i - 1) % 7, "en", "again");
    }
    wait_for(NOTHING_LEFT);
    /* update 0 came first as "again" */
    ck_rows((UPDATES + 1) + UPDATES / 3 + 1, "delivery");
    ck_sql((UPDATES + 1) + UPDATES / 3 + 1,
           "SELECT count(DISTINCT (receiver_id, item_id)) FROM delivery");
    ck_rows((UPDATES + 1) + UPDATES / 3 + 1,
            "delivery d JOIN update u ON u.id = d.item_id"
            " WHERE d.body = convert_to('{\"bot\":\"taxi\",\"update\":', 'UTF8') || u.body || '}'"
            " AND d.idempotency_key = 'taxi:' || u.update_id");
    ck_rows(14, "delivery_lane WHERE key ~ '^chat:[0-6]$'");
}

#define POISON(table, event, when)                                                                 \
    stand_sql("CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$"         \
              " BEGIN IF " when " THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$");         \
    stand_sql("CREATE TRIGGER refuse BEFORE " event " ON " table                                   \
              " FOR EACH ROW EXECUTE FUNCTION refuse()")
#define POISON_END(table)                                                                          \
    stand_sql("DROP TRIGGER refuse ON " table);                                                    \
    stand_sql("DROP FUNCTION refuse")

/* A failed turn rolls back its deliveries; the successful retry queues them. */
FIBER_TEST(failed_turn_forwards_nothing)
{
    stand_look();
    ck_status(make(NULL), 201);
    POISON("update", "UPDATE", "NEW.status = 'done'");
    deliver_text(1, 5, "en", "x");
    struct turn_runner *turns = updates_start(NULL, NULL, NULL);
    wait_for("EXISTS (SELECT FROM update WHERE tries > 0)");
    ck_rows(0, "delivery");
    ck_rows(0, "delivery_lane");
    POISON_END("update");
    stand_sql("UPDATE update SET retry_at = NULL");
    turn_runner_wake(turns);
    wait_for(NOTHING_LEFT);
    ck_rows(1, "delivery");
}

/* Lets the turn fail for the fifth time. */
static void die(int number)
{
    deliver_text(number, 5, "en", "x");
    stand_sql("UPDATE update SET tries = 4 WHERE update_id = %d", number);
    struct turn_runner *turns = updates_start(NULL, NULL, NULL);
    wait_forf("EXISTS (SELECT FROM update WHERE status = 'dead' AND update_id = %d)", number);
    stand_stop(turns);
}

FIBER_TEST(dead_update_is_forwarded_and_frees_its_lane)
{
    stand_look();
    ck_status(make(NULL), 201);
    POISON("update", "UPDATE", "NEW.status = 'done'");
    die(1);
    POISON_END("update");
    ck_rows(1, "delivery WHERE idempotency_key = 'taxi:1'");
    /* If the forwards cause the failure, the update is dead without them. */
    POISON("delivery", "INSERT", "true");
    die(2);
    POISON_END("delivery");
    ck_rows(1, "delivery");
    deliver_text(3, 5, "en", "x");
    updates_start(NULL, NULL, NULL);
    wait_for(NOTHING_LEFT);
    ck_rows(2, "delivery");
}

/* --- exclusive ones --- */

/* Compares the update_ids of the deliveries that wait for the forward. */
static void ck_delivered(const char *update_ids, const char *forward)
{
    ck_sql_text(update_ids,
                "SELECT coalesce(string_agg(split_part(idempotency_key, ':', 2), ' ' ORDER BY"
                " idempotency_key), '') FROM delivery WHERE receiver_id = '%s'",
                forward);
}

#define ANSWERED "SELECT coalesce(string_agg(DISTINCT chat_id::text, ' '), '') FROM sending"

FIBER_TEST(exclusive_forward_takes_matching_updates_over)
{
    char all[40], first[40], second[40];

    stand_look();
    snprintf(all, sizeof all, "%s", make(NULL).id);
    snprintf(first, sizeof first, "%s", make_exclusive("{\"text_prefix\":\"/start pay\"}").id);
    snprintf(second, sizeof second, "%s", make_exclusive("{\"commands\":[\"start\"]}").id);
    updates_start(NULL, NULL, NULL);
    deliver_text(1, 5, "en", "/start pay");
    deliver_text(2, 6, "en", "/start");
    deliver_text(3, 7, "en", "/help");
    deliver("{'update_id':4,'inline_query':{'id':'1','from':{'id':6},'query':'/start pay'}}");
    wait_for(NOTHING_LEFT);
    ck_delivered("1", first);
    ck_delivered("2", second);
    ck_delivered("3 4", all);
    ck_sql_text("7", ANSWERED);
    ck_rows(0, "dialogue WHERE user_id IN (5, 6) AND flow IS NOT NULL");
    ck_rows(3, "person");
    ck_rows(1, "message WHERE user_id = 5 AND text = '/start pay'");
}

/* A kind that no dialogue uses goes to the exclusive forward alone, too. */
FIBER_TEST(exclusive_forward_takes_any_kind_over)
{
    char first[40];

    stand_look();
    ck_status(make(NULL), 201);
    snprintf(first, sizeof first, "%s", make_exclusive("{\"kinds\":[\"inline_query\"]}").id);
    updates_start(NULL, NULL, NULL);
    deliver("{'update_id':1,'inline_query':{'id':'1','from':{'id':6},'query':''}}");
    deliver_tap(2, 6, "a:yes");
    wait_for(NOTHING_LEFT);
    ck_delivered("1", first);
    ck_rows(2, "delivery");
}

/* Its updates wait while it fails; the dialogue answers again once it is gone or disabled. */
FIBER_TEST(updates_of_an_exclusive_forward_wait_until_it_ends)
{
    char forward[40];

    stand_look();
    snprintf(forward, sizeof forward, "%s", make_exclusive("{}").id);
    updates_start(NULL, NULL, NULL);
    stand_sql("UPDATE receiver SET failing_since = now() - interval '20 hours', last_error = "
              "'status_503'");
    deliver_text(1, 5, "en", "/help");
    wait_for(NOTHING_LEFT);
    ck_delivered("1", forward);
    ck_sql_text("", ANSWERED);
    stand_sql("UPDATE receiver SET disabled_at = now()");
    deliver_text(2, 5, "en", "/help");
    wait_for(NOTHING_LEFT);
    ck_delivered("1", forward);
    ck_sql_text("5", ANSWERED);
    stand_sql("UPDATE receiver SET disabled_at = NULL");
    deliver_text(3, 6, "en", "/help");
    wait_for(NOTHING_LEFT);
    ck_delivered("1 3", forward);
    ck_status(ask_action(delete_forward, .id = forward), 204);
    ck_rows(0, "delivery");
    deliver_text(4, 6, "en", "/help");
    wait_for(NOTHING_LEFT);
    ck_sql_text("5 6", ANSWERED);
}

/* An update that the dialogue has begun to handle may have booked something. */
FIBER_TEST(begun_update_remains_with_its_dialogue)
{
    char forward[40];

    stand_look();
    snprintf(forward, sizeof forward, "%s", make_exclusive("{}").id);
    deliver_text(1, 5, "en", "/help");
    deliver_text(2, 6, "en", "/help");
    stand_sql("UPDATE update SET acted = true WHERE update_id = 1");
    updates_start(NULL, NULL, NULL);
    wait_for(NOTHING_LEFT);
    ck_delivered("2", forward);
    ck_sql_text("5", ANSWERED);
}

/* A turn that is rolled back and repeated, as after kill -9, forwards once and answers nothing. */
FIBER_TEST(repeated_turn_of_an_exclusive_forward_queues_once)
{
    stand_look();
    ck_status(make(NULL), 201);
    ck_status(make_exclusive("{}"), 201);
    POISON("update", "UPDATE", "NEW.status = 'done'");
    deliver_text(1, 5, "en", "/help");
    struct turn_runner *turns = updates_start(NULL, NULL, NULL);
    wait_for("EXISTS (SELECT FROM update WHERE tries > 0)");
    ck_rows(0, "delivery");
    POISON_END("update");
    stand_sql("UPDATE update SET retry_at = NULL");
    turn_runner_wake(turns);
    wait_for(NOTHING_LEFT);
    ck_rows(1, "delivery");
    ck_sql_text("", ANSWERED);
}

/* Forwards are deleted and made while updates are handled: each is answered or forwarded, never
 * neither. */
FIBER_TEST(update_is_answered_or_forwarded_while_forwards_change)
{
    stand_look();
    stand_sql("CREATE TABLE queued AS SELECT idempotency_key FROM delivery WHERE false");
    stand_sql(
        "CREATE FUNCTION note_queued() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$"
        " BEGIN INSERT INTO queued VALUES (NEW.idempotency_key); RETURN NULL; END $$");
    stand_sql("CREATE TRIGGER note_queued AFTER INSERT ON delivery"
              " FOR EACH ROW EXECUTE FUNCTION note_queued()");
    for (int i = 0; i < COPIES; i++)
        updates_start(NULL, NULL, NULL);
    for (int i = 1; i <= UPDATES; i++) {
        char forward[40];
        snprintf(forward, sizeof forward, "%s", make_exclusive("{}").id);
        deliver_text(2 * i, 2 * i, "en", "/help");
        ck_status(ask_action(delete_forward, .id = forward), 204);
        deliver_text(2 * i + 1, 2 * i + 1, "en", "/help");
    }
    wait_for(NOTHING_LEFT);
    ck_rows(2 * UPDATES,
            "update u WHERE"
            " EXISTS (SELECT FROM sending s WHERE s.chat_id = u.chat_id)"
            " <> EXISTS (SELECT FROM queued q WHERE q.idempotency_key = 'taxi:' || u.update_id)");
    stand_sql("DROP TRIGGER note_queued ON delivery");
    stand_sql("DROP FUNCTION note_queued()");
    stand_sql("DROP TABLE queued");
}

FIBER_TEST(bot_without_a_dialogue_forwards_all_and_answers_nothing)
{
    stand_sql("UPDATE bot SET bot_type = 'flow'");
    stand_look();
    char forward[40];
    snprintf(forward, sizeof forward, "%s", make(NULL).id);
    updates_start(NULL, NULL, NULL);
    deliver_text(1, 5, "ru", "/start");
    deliver_text(2, 5, "ru", "hi");
    deliver_tap(3, 5, "a:yes");
    deliver_membership(4, 5, "kicked");
    wait_for(NOTHING_LEFT);
    ck_delivered("1 2 3 4", forward);
    ck_rows(1, "sending WHERE chat_id IS NULL"); /* the answer of the tap */
    ck_rows(1, "sending");
    ck_rows(1, "person WHERE told_language = 'ru' AND language IS NULL");
    ck_rows(1, "message"); /* the second has replaced the first, because they have an id */
    ck_rows(1, "recipient WHERE unreachable_since IS NOT NULL");
    POISON("update", "UPDATE", "NEW.status = 'done'");
    die(5);
    POISON_END("update");
    ck_rows(1, "sending"); /* no apology */
    ck_rows(0, "bot_messages WHERE bot_type = 'flow'");
}

FIBER_TEST(deliveries_are_ordered_by_chat_or_user)
{
    stand_look();
    ck_status(make(NULL), 201);
    deliver("{'update_id':1,'inline_query':{'id':'1','from':{'id':6}}}");
    deliver("{'update_id':2,'poll':{'id':'1'}}");
    deliver("{'update_id':3,'to_come':{}}");
    deliver("{'update_id':4,'message':{'chat':{'id':-7},'from':{'id':6}}}");
    deliver("{'update_id':5,'message':{");
    updates_start(NULL, NULL, NULL);
    wait_for(NOTHING_LEFT);
    ck_sql_text("user:6:1 nobody:2 nobody:3 chat:-7:4",
                "SELECT string_agg(l.key || ':' || split_part(d.idempotency_key, ':', 2), ' '"
                " ORDER BY d.item_id) FROM delivery d JOIN delivery_lane l ON l.id = d.lane_id");
}

/* --- concurrent creation of the last one --- */

static int made, refused, conflicts;

static void make_last(void *data)
{
    const struct answer answer = make(NULL);

    made += answer.status == 201;
    refused += answer.status == 409 && strcmp(answer.code, "too_many_forwards") == 0;
    conflicts += answer.status == 409 && strcmp(answer.code, "changed") == 0;
}

FIBER_TEST(bot_has_at_most_32_forwards)
{
    stand_look();
    for (int i = 0; i < 31; i++)
        ck_status(make(NULL), 201);
    made = refused = conflicts = 0;
    stand_race(4, make_last);
    ck_assert_int_eq(made, 1);
    ck_assert_int_eq(refused + conflicts, 3);
    ck_refused(make(NULL), 409, "too_many_forwards");
    ck_rows(32, "forward");
    ck_rows(32, "receiver");
}

/* A forward is deleted while updates arrive: each update is handled. */
FIBER_TEST(forward_can_be_deleted_while_updates_arrive)
{
    struct turn_runner *turns = updates_start(NULL, NULL, NULL);

    for (int round = 0; round < 10; round++) {
        const struct answer one = ck_status(make(NULL), 201);
        for (int i = 0; i < 5; i++)
            deliver_text(round * 10 + i, i, "en", "x");
        turn_runner_wake(turns);
        ck_status(ask_delete(delete_forward, .id = one.id), 204);
    }
    wait_for(NOTHING_LEFT);
    ck_rows(0, "update WHERE tries > 0");
    ck_rows(0, "delivery");
    ck_rows(0, "delivery_lane");
}

/* --- failures --- */

static void run_events(void)
{
    struct forward_events events = {.service = stand_service()};

    ck_ok(forward_events_run(&events, &fault));
}

static void add_message(const char *id)
{
    stand_sql(
        "INSERT INTO sending (id, tenant_id, bot_id, chat_id, lane, method, payload, on_unknown)"
        " SELECT '%s', tenant_id, id, 5, 1, 'sendMessage', '[{\"text\":\"x\"}]', 'hold' FROM bot"
        " WHERE name = 'taxi'",
        id);
}

#define MESSAGE "018f0008-0000-7000-8000-000000000001"

FIBER_TEST(failures_are_queued_for_forwards_that_ask_for_them)
{
    stand_look();
    ck_status(make("{\"events\":[\"message.failed\",\"update.dead\"]}"), 201);
    ck_status(make("{\"events\":[\"message.uncertain\"],\"chat_ids\":[5]}"), 201);
    ck_status(make("{\"chat_ids\":[99]}"), 201);
    ck_refused(make("{\"events\":[\"message.sent\"]}"), 422, "unknown_value");
    ck_refused(make("{\"events\":[]}"), 422, "too_short");
    add_message(MESSAGE);
    stand_sql("UPDATE sending SET status = 'sent', part = 1, sent_at = now() WHERE id = '" MESSAGE
              "'");
    ck_rows(0, "forward_event");
    stand_sql("UPDATE sending SET status = 'failed', error_code = 'chat_unreachable'");
    stand_sql("UPDATE sending SET status = 'failed', error_code = 'x'"); /* is no further failure */
    stand_sql("UPDATE sending SET status = 'uncertain'");
    ck_rows(2, "forward_event");
    run_events();
    ck_rows(0, "forward_event");
    ck_rows(2, "delivery");
    ck_rows(1,
            "delivery_lane l JOIN delivery d ON d.lane_id = l.id WHERE l.key = 'message:" MESSAGE
            "' AND convert_from(d.body, 'UTF8')::jsonb @> '{\"bot\":\"taxi\",\"event\":{\"type\":"
            "\"message.failed\",\"resource\":{\"type\":\"message\",\"id\":\"" MESSAGE "\"},"
            "\"data\":{\"status\":\"failed\",\"error_code\":\"chat_unreachable\"}}}'");
    ck_rows(0, "delivery WHERE convert_from(body, 'UTF8') LIKE '%%chat_id%%'");
    /* With events alone, no update is forwarded. */
    deliver_text(1, 5, "en", "x");
    updates_start(NULL, NULL, NULL);
    wait_for(NOTHING_LEFT);
    ck_rows(3, "delivery");
}

FIBER_TEST(dead_update_is_an_event)
{
    stand_look();
    ck_status(make("{\"events\":[\"update.dead\"]}"), 201);
    POISON("update", "UPDATE", "NEW.status = 'done'");
    die(1);
    POISON_END("update");
    run_events();
    ck_rows(1, "delivery WHERE convert_from(body, 'UTF8')::jsonb @>"
               " '{\"event\":{\"type\":\"update.dead\",\"data\":{\"update_id\":1,\"kind\":"
               "\"message\"}}}'");
}

FIBER_TEST(failures_are_not_noted_if_nobody_asks)
{
    stand_look();
    ck_status(make(NULL), 201);
    add_message(MESSAGE);
    stand_sql("UPDATE sending SET status = 'failed', error_code = 'x'");
    ck_rows(0, "forward_event");
}
