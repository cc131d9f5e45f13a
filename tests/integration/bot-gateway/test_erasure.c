// SPDX-License-Identifier: MIT
/* Persons are shown; one is forgotten everywhere, and nobody else is. */
#include <stdio.h>

#include "api/deliver.h"
#include "api/key.h"
#include "api/list.h"

#include "booking.h"
#include "handlers/handlers.h"
#include "script.h"

/* Who is erased: an id that stands in nothing else. */
#define HIM     "70001234567"
#define HIS     70001234567
#define PHONE   "+77015550001"
#define CHAT    "-1009"
#define MISSING "erasure_unfinished"

static struct gateway_config config;

/* Tables and columns of the stand's schema that say `text`, bytes among them. */
static const char says[] =
    "CREATE FUNCTION says(wanted text) RETURNS text LANGUAGE plpgsql AS $$"
    " DECLARE c record; n bigint; found text := '';"
    " BEGIN FOR c IN SELECT table_name, column_name, data_type FROM information_schema.columns"
    "   JOIN information_schema.tables USING (table_schema, table_name)"
    "   WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
    "   ORDER BY table_name, column_name LOOP"
    "  EXECUTE format('SELECT count(*) FROM %I WHERE %s LIKE %L', c.table_name,"
    "   CASE c.data_type WHEN 'bytea' THEN format('encode(%I, ''escape'')', c.column_name)"
    "    ELSE format('%I::text', c.column_name) END, '%' || wanted || '%') INTO n;"
    "  IF n > 0 THEN found := found || ' ' || c.table_name || '.' || c.column_name; END IF;"
    " END LOOP; RETURN found; END $$";

static void begin(void)
{
    char key[API_KEY_LEN + 1];

    sends_begin("test_gateway_erasure");
    api_key_make(true, key);
    stand_file("taxi.key", 0600, key);
    stand_sql("DROP FUNCTION IF EXISTS says");
    stand_sql("%s", says);
    stand_app()->forward_hosts = (struct deliver_hosts){.internal = "n8n"};
    stand_app()->config = &config;
}

/* --- booking-api --- */

static const struct booking_says receipts[] = {
    {200, 0, "{\"id\":\"x\",\"erased\":{\"audit\":1,\"booking\":2,\"quote\":3,\"later\":9}}"},
    {200, 0, "{\"erased\":{\"audit\":0,\"booking\":0,\"quote\":0}}"                         },
};
enum { RECEIPTS = sizeof receipts / sizeof receipts[0] };

static struct http_client *client;

static void go(const struct booking_says *booking, int count)
{
    const struct http_client_options http = {0};
    struct fault fault = {.code = ""};

    booking_start(booking, count);
    config.booking_url = booking_url();
    client = http_client_create(stand_loop(), stand_service()->work, &http, &fault);
    ck_assert_ptr_nonnull(client);
    stand_app()->turns_http = client;
    stand_look();
}

static void stop(void)
{
    http_client_destroy(client);
    booking_stop();
}

/* --- asking --- */

static struct answer ask_erasure(const char *user, const char *dry_run)
{
    return stand_ask(&(struct ask){.handler = delete_user,
                                   .method = HTTP_DELETE,
                                   .id = "taxi",
                                   .second_id = user,
                                   .query = {{dry_run != NULL ? "dry_run" : NULL, dry_run}}});
}

static struct answer erase_status(const char *user)
{
    struct answer answer = ask_erasure(user, NULL);

    answer_drop(&answer);
    return answer;
}

static long long counted(const struct answer *answer, const char *table)
{
    const json_t *count = json_object_get(json_object_get(answer->json, "erased"), table);

    ck_assert_msg(json_is_integer(count), "%s", table);
    return json_integer_value(count);
}

static long long counted_all(const struct answer *answer)
{
    const char *table;
    json_t *count;
    long long sum = 0;

    json_object_foreach(json_object_get(answer->json, "erased"), table, count) sum +=
        json_integer_value(count);
    return sum;
}

#define ck_says(text, wanted) ck_assert_str_eq(stand_text("SELECT says('%s')", text), wanted)

/* --- what there is of him --- */

static void update(int number, const char *about)
{
    char body[1024];

    snprintf(body, sizeof body, "{\"update_id\":%d,%s}", number, about);
    deliver(body);
}

#define FROM_HIM                                                                                   \
    "\"from\":{\"id\":" HIM ",\"is_bot\":false,\"first_name\":\"Erased\",\"username\":"            \
    "\"erased_person\",\"language_code\":\"ru\"}"
#define IN_HIS_CHAT "\"chat\":{\"id\":" HIM ",\"type\":\"private\",\"username\":\"erased_person\"}"
#define IN_GROUP    "\"chat\":{\"id\":" CHAT ",\"type\":\"group\"}"

static void say(int number, const char *text)
{
    char about[512];

    snprintf(about, sizeof about,
             "\"message\":{\"message_id\":%d,\"date\":1," FROM_HIM "," IN_HIS_CHAT
             ",\"text\":\"%s\"}",
             number, text);
    update(number, about);
}

/* What both of a group say to the bot. The other one quotes him. */
static void talk_in_group(void)
{
    stand_sql("UPDATE bot SET username = 'taxi_bot'");
    update(20,
           "\"message\":{\"message_id\":20,\"date\":1," FROM_HIM "," IN_GROUP
           ",\"text\":\"/help@taxi_bot erased words\",\"entities\":[{\"offset\":0,\"length\":14,"
           "\"type\":\"bot_command\"}]}");
    update(21,
           "\"message\":{\"message_id\":21,\"date\":1,\"from\":{\"id\":8,\"is_bot\":false,"
           "\"first_name\":\"B\"}," IN_GROUP ",\"reply_to_message\":{\"message_id\":20," FROM_HIM
           ",\"text\":\"erased words\"},\"text\":\"/help@taxi_bot kept words\",\"entities\":[{"
           "\"offset\":0,\"length\":14,\"type\":\"bot_command\"}]}");
    update(22, "\"message\":{\"message_id\":22,\"date\":1,\"from\":{\"id\":8,\"is_bot\":false,"
               "\"first_name\":\"B\"}," IN_GROUP ",\"text\":\"kept by itself\"}");
}

static void make_forwards(void)
{
    for (int i = 0; i < 2; i++)
        ck_status(stand_status(&(struct ask){
                      .handler = post_forward,
                      .method = HTTP_POST,
                      .body = i == 0 ? "{\"bot\":\"taxi\",\"url\":\"http://n8n:5678/x\",\"secret\":"
                                       "\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"}"
                                     : "{\"bot\":\"taxi\",\"url\":\"http://n8n:5678/y\",\"secret\":"
                                       "\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\","
                                       "\"match\":{\"chat_ids\":[5," HIM "]}}",
                      .key = i == 0 ? NULL : "f-" HIM}),
                  201);
}

static struct answer send_to(const char *chat, const char *key)
{
    char body[256];

    snprintf(body, sizeof body,
             "{\"bot\":\"taxi\",\"chat_id\":%s,\"text\":\"call " PHONE "\",\"supersede_key\":"
             "\"to-%s\"}",
             chat, chat);
    return stand_status(
        &(struct ask){.handler = post_message, .method = HTTP_POST, .body = body, .key = key});
}

/* The same of somebody else, for comparison. */
static void talk_beside(void)
{
    deliver_text(30, 8, "en", "go");
    deliver_tap(31, 8, "go");
    ck_status(send_to("8", "m-8"), 202);
}

static const char others[] =
    "SELECT concat((SELECT count(*) FROM person WHERE user_id = 8), ' ',"
    " (SELECT count(*) FROM dialogue WHERE user_id = 8), ' ',"
    " (SELECT string_agg(text, '|' ORDER BY id) FROM message WHERE user_id = 8), ' ',"
    " (SELECT string_agg(concat(update_id, status, chat_id, state_before), '|' ORDER BY id)"
    "  FROM update WHERE user_id = 8), ' ',"
    " (SELECT string_agg(concat(status, payload, dedupe_key), '|' ORDER BY id)"
    "  FROM sending WHERE chat_id = 8), ' ',"
    " (SELECT string_agg(concat(status, payload, dedupe_key), '|' ORDER BY s.id) FROM sending s"
    "  WHERE lane = 0 AND payload::text LIKE '%1031%'), ' ',"
    " (SELECT count(*) FROM recipient WHERE chat_id = 8 AND due_at IS NOT NULL), ' ',"
    " (SELECT count(*) FROM delivery d JOIN delivery_lane l ON l.id = d.lane_id"
    "  JOIN update u ON u.id = d.item_id WHERE u.user_id = 8 AND u.update_id <> 21), ' ',"
    " (SELECT concat(body, fingerprint) FROM idempotency WHERE key = 'm-8'))";

static struct answer message; /* a program's, to him */

static void fill(void)
{
    struct turns *turns;

    make_forwards();
    stand_look();
    turns = updates_start(NULL, script_step, NULL);
    say(1, "from friend");
    say(2, "go");
    say(3, "my phone is " PHONE);
    update(4, "\"callback_query\":{\"id\":\"1004\"," FROM_HIM
              ",\"message\":{\"message_id\":9,\"date\":1," IN_HIS_CHAT
              ",\"text\":\"x\"},\"data\":\"go\"}");
    update(5, "\"edited_message\":{\"message_id\":3,\"date\":1," FROM_HIM "," IN_HIS_CHAT
              ",\"text\":\"phone " PHONE "\"}");
    talk_in_group();
    talk_beside();
    wait_for(NOTHING_LEFT);
    updates_stop(turns);
    message = send_to(HIM, "m-" HIM);
    ck_status(message, 202);
    stand_sql("UPDATE recipient SET unreachable_since = now(), unreachable_reason = 'Forbidden'"
              " WHERE chat_id = " HIM);
    /* One that was given up, one that waits, one that nobody can read. */
    stand_sql("UPDATE update SET status = 'dead', reason = 'of " HIM "' WHERE update_id = 3");
    say(6, "later, " PHONE);
    deliver("{\"update_id\":7,\"message\":{" FROM_HIM);
}

#define ALL_OF_HIM                                                                                 \
    " delivery.body delivery_lane.key dialogue.chat_id dialogue.user_id forward.match"             \
    " idempotency.body idempotency.key message.chat_id message.user_id person.user_id"             \
    " recipient.chat_id sending.chat_id sending.supersede_key update.body update.chat_id"          \
    " update.reason update.user_id"

static void everywhere_body(void *data)
{
    struct answer answer, again;

    (void)data;
    go(receipts, RECEIPTS);
    fill();
    char beside[STAND_TEXT];
    snprintf(beside, sizeof beside, "%s", stand_text("%s", others));
    ck_says(HIM, ALL_OF_HIM);
    ck_says("77015550001", " delivery.body message.text sending.payload update.body");
    ck_says("erased_person", " delivery.body update.body");
    ck_says("friend", " delivery.body message.text person.source update.body update.state_before");
    ck_assert_int_gt(stand_number("SELECT count(*) FROM feed_messages WHERE user_id = " HIM), 3);
    const long long told = stand_number("SELECT count(*) FROM feed_messages");

    answer = ask_erasure(HIM, "true");
    ck_status(answer, 200);
    ck_assert_ptr_nonnull(strstr(booking_request(0), "POST /v1/guests/erase?dry_run=true HTTP"));
    answer_drop(&answer);
    ck_says(HIM, ALL_OF_HIM);
    booking_say(receipts, RECEIPTS);

    answer = ask_erasure(HIM, NULL);
    ck_status(answer, 200);
    ck_says(HIM, "");
    ck_says("77015550001", " sending.payload"); /* to the other one */
    ck_says("erased_person", "");
    ck_says("erased words", "");
    ck_says("friend", "");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM sending WHERE chat_id = 0"
                                  " AND payload::text <> '[{}]'"),
                     0);
    ck_assert_int_eq(counted(&answer, "booking.booking"), 2);
    ck_assert_int_eq(counted(&answer, "booking.quote"), 3);
    ck_assert_int_eq(counted(&answer, "person"), 1);
    ck_assert_int_eq(counted(&answer, "dialogue"), 1);
    ck_assert_int_eq(counted(&answer, "update"), 9);
    ck_assert_int_eq(counted(&answer, "message"),
                     told - stand_number("SELECT count(*) FROM message"));
    ck_assert_int_eq(counted(&answer, "recipient"), 1);
    ck_assert_int_eq(counted(&answer, "delivery"), 12);
    ck_assert_int_eq(counted(&answer, "forward"), 1);
    ck_assert_int_eq(counted(&answer, "idempotency"), 2);
    ck_assert_str_eq(
        json_string_value(json_object_get(json_object_get(answer.json, "services"), "search-api")),
        "not_configured");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM audit WHERE action = 'user.erase'"
                                  " AND resource_id = '%s' AND route = 'DELETE /test'",
                                  answer.id),
                     1);
    answer_drop(&answer);
    /* The feed tells what is gone. */
    ck_assert_int_eq(stand_number("SELECT count(*) FROM feed_messages"), told);
    ck_assert_int_gt(stand_number("SELECT count(*) FROM feed_messages WHERE deleted"), 3);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM feed_messages WHERE deleted"
                                  " AND (user_id, text, chat_id) IS NOT NULL"),
                     0);
    ck_assert_str_eq(stand_text("SELECT match::text FROM forward WHERE match IS NOT NULL"),
                     "{\"chat_ids\": [5, 0]}");
    /* Of the other one the raw update that quotes him is blank, and all else as it was. */
    ck_assert_str_eq(stand_text("%s", others), beside);
    ck_assert_int_eq(stand_number("SELECT update_id FROM update WHERE user_id = 8 AND body = ''"),
                     21);

    again = stand_status(&(struct ask){.handler = get_message, .id = message.id});
    ck_status(again, 200);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM sending WHERE id = '%s'"
                                  " AND status = 'cancelled'",
                                  message.id),
                     1);
    again = send_to(HIM, "m-" HIM);
    ck_status(again, 202);
    ck_assert(again.replayed);
    ck_assert_str_eq(again.id, message.id);
    ck_says(HIM, "");

    /* Nothing comes back when Telegram sends all of it again. */
    struct turns *turns = updates_start(NULL, script_step, NULL);
    say(1, "from friend");
    say(6, "later, " PHONE);
    deliver("{\"update_id\":7,\"message\":{" FROM_HIM);
    turns_wake(turns);
    stand_sleep(50);
    updates_stop(turns);
    ck_says(HIM, "");

    const int asked = booking_asked();
    answer = ask_erasure(HIM, NULL);
    ck_status(answer, 200);
    ck_assert_int_eq(counted_all(&answer), 0);
    answer_drop(&answer);
    ck_assert_int_eq(booking_asked(), asked + 2);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM audit WHERE action = 'user.erase'"), 1);
    stop();
}
SENDS_TEST(a_person_is_forgotten_everywhere_and_nobody_else, everywhere_body)

static void asked_body(void *data)
{
    char key[64];

    (void)data;
    go(receipts, RECEIPTS);
    ck_status(erase_status(HIM), 200);
    /* Two until nothing is left, one at the end. */
    ck_assert_int_eq(booking_asked(), 3);
    for (int n = 0; n < 3; n++) {
        const char *request = booking_request(n);
        ck_assert_msg(strncmp(request, "POST /v1/guests/erase HTTP/1.1\r\n", 32) == 0, "%s",
                      request);
        ck_assert_ptr_nonnull(strstr(request, "\r\n\r\n{\"telegram_id\":" HIM "}"));
        ck_assert_ptr_nonnull(strstr(request, "\r\nX-API-Key: tb_test_"));
        ck_assert_ptr_null(strstr(request, "X-Actor"));
        snprintf(key, sizeof key, ":%d\r\n", n);
        const char *named = strstr(request, "\r\nIdempotency-Key: erase:");
        ck_assert_ptr_nonnull(named);
        ck_assert_msg(strncmp(named + 25 + 36, key, strlen(key)) == 0, "%s", request);
    }
    stop();
}
SENDS_TEST(booking_api_is_asked_as_staff_first_and_last, asked_body)

/* --- booking-api does not erase --- */

static const struct {
    struct booking_says says;
    int status;
    const char *code;
} refusals[] = {
    {{409, 0,
      "{\"code\":\"has_live_bookings\",\"bookings\":[\"018f0000-0000-7000-8000-000000000001\"]}"},
     409,                                                                                                    "has_live_bookings"   },
    {{409, 0, "{\"code\":\"other\"}"},                                                                  503, "booking_failed"      },
    {{403, 0, "{\"code\":\"forbidden\"}"},                                                              503, "booking_failed"      },
    {{404, 0, "{\"code\":\"not_found\"}"},                                                              503, "booking_failed"      },
    {{200, 0, "{\"pong\":true}"},                                                                       503, "booking_failed"      },
    {{503, 0, NULL},                                                                                    503, "booking_failed"      },
    {{0, 0, NULL},                                                                                      503, "upstream_unreachable"},
};

static void refused_body(void *data)
{
    const int i = *(const int *)data;

    go(&refusals[i].says, 1);
    fill();
    struct answer answer = ask_erasure(HIM, NULL);
    ck_refused(answer, refusals[i].status, refusals[i].code);
    ck_assert(answer.status != 503 || answer.retry_after);
    if (answer.status == 409)
        ck_assert_str_eq(
            json_string_value(json_array_get(json_object_get(answer.json, "bookings"), 0)),
            "018f0000-0000-7000-8000-000000000001");
    answer_drop(&answer);
    ck_says(HIM, ALL_OF_HIM);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM audit WHERE action = 'user.erase'"), 0);
    stop();
}
START_TEST(where_booking_api_does_not_erase_nothing_is)
{
    stand_run(refused_body, &_i);
}
END_TEST

/* --- what is under way --- */

struct waiting {
    struct answer answer;
    bool done;
};

static void erase_aside(void *data)
{
    struct waiting *waiting = data;

    waiting->answer = erase_status(HIM);
    waiting->done = true;
}

static void wait_done(const struct waiting *waiting)
{
    for (int waited = 0; !waiting->done && waited < UPDATES_SOON_MS; waited += UPDATES_POLL_MS)
        stand_sleep(UPDATES_POLL_MS);
    ck_assert(waiting->done);
    ck_status(waiting->answer, 200);
}

static void wait_asked(int count)
{
    for (int waited = 0; booking_asked() < count && waited < UPDATES_SOON_MS;
         waited += UPDATES_POLL_MS)
        stand_sleep(UPDATES_POLL_MS);
    ck_assert_int_ge(booking_asked(), count);
}

/* A turn that has asked booking-api, and what it makes of the answer. */
static void leased_body(void *data)
{
    static const struct booking_says slow[] = {
        {201, 700, NULL                          },
        {200, 0,   "{\"erased\":{\"booking\":0}}"}
    };
    struct waiting waiting = {.done = false};

    (void)data;
    go(slow, 2);
    struct turns *turns = updates_start(NULL, script_step, booking_url());
    say(1, "ask /v1/x 1");
    wait_asked(1);
    stand_go(erase_aside, &waiting);
    wait_asked(2);
    stand_sleep(100);
    ck_assert(!waiting.done);
    wait_done(&waiting);
    ck_says(HIM, "");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM update WHERE status = 'done'"), 1);
    /* The turn's call, the first question, and the one behind the turn. */
    ck_assert_int_eq(booking_asked(), 3);
    turns_wake(turns);
    stand_sleep(100);
    ck_says(HIM, "");
    updates_stop(turns);
    stop();
}
SENDS_TEST(a_turn_that_waits_writes_nobody_back, leased_body)

/* One that began before with what it knew then, and ends in the middle of a pass. */
static void begun_body(void *data)
{
    struct waiting waiting = {.done = false};

    (void)data;
    go(receipts, RECEIPTS);
    say(1, "hi");
    PGconn *turn = stand_hold("SET LOCAL search_path = test_gateway_erasure; UPDATE update"
                              " SET status = 'done', state_before = '{\"source\":\"friend\"}'");
    stand_go(erase_aside, &waiting);
    wait_asked(2);
    stand_sleep(100);
    ck_assert(!waiting.done);
    PQclear(PQexec(turn, "INSERT INTO person (bot_id, user_id, told_language) SELECT id, " HIM
                         ", 'ru' FROM bot"));
    PQclear(PQexec(turn, "INSERT INTO dialogue (bot_id, chat_id, user_id, version) SELECT id, " HIM
                         ", " HIM ", 1 FROM bot"));
    PQclear(PQexec(turn, "INSERT INTO message (id, tenant_id, bot_id, chat_id, user_id, message_id,"
                         " direction, text, sent_at) SELECT gen_random_uuid(), tenant_id, id, " HIM
                         ", " HIM ", 1, 'in', 'x', now() FROM bot"));
    stand_commit(turn);
    wait_done(&waiting);
    ck_says(HIM, "");
    ck_says("friend", "");
    stop();
}
SENDS_TEST(a_turn_that_had_begun_writes_nobody_back, begun_body)

/* Its process is gone: until the lease is over nobody knows what its calls do. */
static void lost_body(void *data)
{
    (void)data;
    go(receipts, RECEIPTS);
    say(1, "hi");
    stand_sql("UPDATE update SET leased_by = gen_random_uuid(),"
              " leased_until = now() + interval '60 seconds'");
    struct answer answer = ask_erasure(HIM, NULL);
    ck_refused(answer, 503, MISSING);
    ck_assert(answer.retry_after);
    answer_drop(&answer);
    stand_sql("UPDATE update SET leased_until = now()");
    ck_status(erase_status(HIM), 200);
    ck_says(HIM, "");
    stop();
}
SENDS_TEST(a_lease_of_nobody_is_waited_for, lost_body)

/* A message that is at Telegram at this moment: how it ends is written to nobody. */
static void blocked(const struct send *send, struct call_result *result)
{
    if (send->chat_id == HIS && send->nth == 1)
        *result = (struct call_result){.end = CALL_CHAT_DEAD, .text = SLICE("of " HIM)};
}

static void flight_body(void *data)
{
    (void)data;
    go(receipts, RECEIPTS);
    sends_delay_ms = 500;
    sends_end = *(const int *)data == 0 ? NULL : blocked;
    struct sender *sender = sends_start();
    sends_text(sender, HIS, "a");
    sends_text(sender, HIS, "b");
    sends_wait_count(1, UPDATES_SOON_MS);
    ck_status(erase_status(HIM), 200);
    ck_says(HIM, "");
    stand_sleep(800);
    ck_says(HIM, "");
    ck_assert_int_eq(sends_count, 1);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM sending WHERE status = 'cancelled'"), 2);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM message"), 0);
    sender_stop(sender);
    stop();
}
START_TEST(a_message_under_way_writes_nobody_back)
{
    stand_run(flight_body, &_i);
}
END_TEST

/* More than a pass erases. */
static void many_body(void *data)
{
    (void)data;
    go(receipts, RECEIPTS);
    stand_sql("INSERT INTO message (id, tenant_id, bot_id, chat_id, user_id, message_id, direction,"
              " text, sent_at) SELECT gen_random_uuid(), tenant_id, id, " HIM ", " HIM
              ", n, 'in', 'x', now() FROM bot, generate_series(1, 2500) n");
    struct answer answer = ask_erasure(HIM, NULL);
    ck_status(answer, 200);
    ck_assert_int_eq(counted(&answer, "message"), 2500);
    answer_drop(&answer);
    ck_says(HIM, "");
    stop();
}
SENDS_TEST(whoever_has_thousands_is_erased_in_passes, many_body)

static void may_body(void *data)
{
    (void)data;
    go(receipts, RECEIPTS);
    ck_status(stand_status(&(struct ask){.handler = delete_user,
                                         .method = HTTP_DELETE,
                                         .caller = &stand_other,
                                         .id = "taxi",
                                         .second_id = HIM}),
              404);
    ck_status(erase_status("0"), 404);
    ck_status(erase_status("-7"), 404);
    ck_status(erase_status("x"), 404);
    stand_sql("INSERT INTO person (bot_id, user_id, told_language) SELECT id, " HIM
              ", 'ru' FROM bot");
    ck_refused(stand_status(&(struct ask){.handler = delete_user,
                                          .method = HTTP_DELETE,
                                          .id = "taxi",
                                          .second_id = HIM,
                                          .if_match = "\"9.x\""}),
               412, "version_mismatch");
    ck_assert_int_eq(booking_asked(), 0);
    stand_file("taxi.key", 0600, "no key");
    stand_look();
    ck_refused(erase_status(HIM), 409, "bot_incomplete");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM person"), 1);
    stop();
}
SENDS_TEST(who_may_not_erases_nobody, may_body)

/* --- looking --- */

static void listed_body(void *data)
{
    const char *wanted[] = {"3", "2", "1"};
    struct answer page;

    (void)data;
    stand_look();
    stand_sql("INSERT INTO person (bot_id, user_id, language, told_language, source, first_seen_at)"
              " SELECT id, n, CASE n WHEN 2 THEN 'kz' END, 'ru', CASE n WHEN 2 THEN 'friend' END,"
              " now() + CASE n WHEN 1 THEN 0 ELSE 1 END * interval '1 hour'"
              " FROM bot, generate_series(1, 3) n");
    stand_sql("UPDATE person SET id = ('00000000-0000-4000-8000-00000000000' || user_id)::uuid");
    stand_sql("INSERT INTO recipient (bot_id, chat_id, unreachable_since, unreachable_reason)"
              " SELECT id, 2, now(), 'Forbidden' FROM bot");
    char cursor[LIST_CURSOR_MAX] = "";
    for (int i = 0; i < 3; i++) {
        page = stand_ask(&(struct ask){
            .handler = get_users,
            .id = "taxi",
            .query = {{"limit", "1"}, {i == 0 ? NULL : "cursor", cursor}}
        });
        ck_status(page, 200);
        const json_t *item = json_array_get(json_object_get(page.json, "items"), 0);
        ck_assert_int_eq(json_integer_value(json_object_get(item, "user_id")), atoi(wanted[i]));
        const json_t *next = json_object_get(page.json, "next_cursor");
        ck_assert_int_eq(json_is_null(next), i == 2);
        snprintf(cursor, sizeof cursor, "%s", json_is_null(next) ? "" : json_string_value(next));
        answer_drop(&page);
    }
    struct answer one =
        stand_ask(&(struct ask){.handler = get_user, .id = "taxi", .second_id = "2"});
    ck_status(one, 200);
    ck_assert_str_eq(json_string_value(json_object_get(one.json, "language")), "kz");
    ck_assert_str_eq(json_string_value(json_object_get(one.json, "source")), "friend");
    ck_assert(json_is_false(json_object_get(one.json, "reachable")));
    ck_assert(json_is_string(json_object_get(one.json, "unreachable_since")));
    ck_assert(one.etag[0] != '\0');
    answer_drop(&one);
    one = stand_ask(&(struct ask){.handler = get_user, .id = "taxi", .second_id = "1"});
    ck_assert(json_is_true(json_object_get(one.json, "reachable")));
    ck_assert(json_object_get(one.json, "unreachable_since") == NULL);
    answer_drop(&one);
    static const char *const nobody[][2] = {
        {"taxi",   "4"},
        {"taxi",   "x"},
        {"taxi",   "0"},
        {"nobody", "2"}
    };
    for (size_t i = 0; i < sizeof nobody / sizeof nobody[0]; i++)
        ck_status(stand_status(&(struct ask){
                      .handler = get_user, .id = nobody[i][0], .second_id = nobody[i][1]}),
                  404);
    ck_status(stand_status(&(struct ask){
                  .handler = get_user, .caller = &stand_other, .id = "taxi", .second_id = "2"}),
              404);
    ck_status(
        stand_status(&(struct ask){.handler = get_users, .caller = &stand_other, .id = "taxi"}),
        404);
}
SENDS_TEST(persons_are_listed_the_newest_first, listed_body)

int main(void)
{
    Suite *suite = suite_create("erasure");
    TCase *tests = tcase_create("erasure");

    tcase_add_checked_fixture(tests, begin, sends_finish);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, persons_are_listed_the_newest_first);
    tcase_add_test(tests, a_person_is_forgotten_everywhere_and_nobody_else);
    tcase_add_test(tests, booking_api_is_asked_as_staff_first_and_last);
    tcase_add_loop_test(tests, where_booking_api_does_not_erase_nothing_is, 0,
                        sizeof refusals / sizeof refusals[0]);
    tcase_add_test(tests, a_turn_that_waits_writes_nobody_back);
    tcase_add_test(tests, a_turn_that_had_begun_writes_nobody_back);
    tcase_add_test(tests, a_lease_of_nobody_is_waited_for);
    tcase_add_loop_test(tests, a_message_under_way_writes_nobody_back, 0, 2);
    tcase_add_test(tests, whoever_has_thousands_is_erased_in_passes);
    tcase_add_test(tests, who_may_not_erases_nobody);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
