// SPDX-License-Identifier: MIT
/* A person is erased everywhere, and nobody else. */
#include "erasing.h"

TEST_CASE("erasure", .setup = erasing_begin, .teardown = sends_finish, .timeout_s = 60);

/* --- the person's data --- */

#define IN_GROUP "\"chat\":{\"id\":-1009,\"type\":\"group\"}"

/* Messages of both members of a group to the bot. The other one quotes the person. */
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
    ck_status(ask_post(post_forward, .body = "{'bot':'taxi','url':'http://n8n:5678/webhook/x',"
                                             "'secret':'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'}"),
              201);
    ck_status(ask_post(post_forward, .key = "f-" HIM,
                       .body = "{'bot':'taxi','url':'http://n8n:5678/webhook/y',"
                               "'secret':'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',"
                               "'match':{'chat_ids':[5," HIM "]}}"),
              201);
}

static struct answer send_to(const char *chat, const char *key)
{
    const char *body =
        textf("{\"bot\":\"taxi\",\"chat_id\":%s,\"text\":\"call " PHONE "\",\"supersede_key\":"
              "\"to-%s\"}",
              chat, chat);

    return ask_post(post_message, .body = body, .key = key);
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

static struct answer message; /* of a caller, to the person */

static void fill(void)
{
    make_forwards();
    struct turn_runner *turns = updates_start(NULL, script_step, NULL);
    say(1, "from friend");
    say(2, "go");
    say(3, "my phone is " PHONE);
    update(4, "\"callback_query\":{\"id\":\"1004\"," FROM_HIM
              ",\"message\":{\"message_id\":9,\"date\":1," IN_HIS_CHAT
              ",\"text\":\"x\"},\"data\":\"go\"}");
    update(5, "\"edited_message\":{\"message_id\":3,\"date\":1," FROM_HIM "," IN_HIS_CHAT
              ",\"text\":\"phone " PHONE "\"}");
    talk_in_group();
    /* The same data of another person, for comparison. */
    deliver_text(30, 8, "en", "go");
    deliver_tap(31, 8, "go");
    ck_status(send_to("8", "m-8"), 202);
    wait_for(NOTHING_LEFT);
    stand_stop(turns);
    message = ck_status(send_to(HIM, "m-" HIM), 202);
    stand_sql("UPDATE recipient SET unreachable_since = now(), unreachable_reason = 'Forbidden'"
              " WHERE chat_id = " HIM);
    /* A reminder, which does not contain the person's id. */
    stand_sql(
        "INSERT INTO reminder (bot_id, booking_id, kind, due_at, until_at, on_the_day, try_at)"
        " SELECT id, gen_random_uuid(), 'eve', now(), now() + interval '1 h', false, now()"
        " FROM bot");
    stand_sql("INSERT INTO booking_feed (bot_id, owner, leased_until, place)"
              " SELECT id, gen_random_uuid(), now(), 'c1' FROM bot");
    stand_sql("INSERT INTO staff_member (bot_id, user_id, name)"
              " SELECT id, " HIM ", 'friend' FROM bot");
    /* Messages from and to the person, not sent yet or perhaps sent; and a talk with staff. */
    stand_sql("WITH queued AS (INSERT INTO sending (id, tenant_id, bot_id, chat_id, lane, method, "
              "payload, on_unknown, confided, status)"
              "  SELECT gen_random_uuid(), tenant_id, id, 9, 1, 'sendMessage', "
              "'[{\"text\":\"secret words\"}]', 'resend', true, s.status"
              "  FROM bot, unnest('{queued,uncertain}'::text[]) s (status) RETURNING id, bot_id)"
              " INSERT INTO relay (id, bot_id, user_id, to_user_id, otherwise)"
              " SELECT id, bot_id, " HIM ", 9, '[\"secret words\"]'::jsonb FROM queued"
              " UNION ALL SELECT gen_random_uuid(), bot_id, 9, " HIM ", NULL FROM queued");
    stand_sql("INSERT INTO person_talk (id, bot_id, user_id, ends_at)"
              " SELECT gen_random_uuid(), id, " HIM ", now() FROM bot");
    /* A dead update, a waiting one and an unreadable one. */
    stand_sql("UPDATE update SET status = 'dead', reason = 'of " HIM "' WHERE update_id = 3");
    say(6, "later, " PHONE);
    deliver("{'update_id':7,'message':{" FROM_HIM);
}

#define ALL_OF_HIM                                                                                 \
    " delivery.body delivery_lane.key dialogue.chat_id dialogue.user_id forward.match"             \
    " idempotency.body idempotency.key message.chat_id message.user_id person.user_id"             \
    " person_talk.user_id recipient.chat_id relay.to_user_id relay.user_id sending.chat_id "       \
    "sending.supersede_key staff_member.user_id update.body"                                       \
    " update.chat_id update.reason update.user_id"

/* The answer to the person's tap in fill(). */
#define TAP_ANSWER "sending WHERE lane = 0 AND payload::text LIKE '%1004%'"

static long long count_of(const char *what)
{
    return stand_number("SELECT count(*) FROM %s", what);
}

/* Result of the statement `others`, before. */
static char beside[STAND_TEXT];
static long long told; /* number of rows of the feed */

static void look_before(void)
{
    stand_sql("UPDATE sending SET instead = '[{\"text\":\"erased_person\"}]' WHERE chat_id = " HIM);
    snprintf(beside, sizeof beside, "%s", stand_text("%s", others));
    told = count_of("feed_messages");
    ck_says(HIM, ALL_OF_HIM);
    ck_says("77015550001", " delivery.body message.text sending.payload update.body");
    ck_says("erased_person", " delivery.body sending.instead update.body");
    ck_says("friend", " delivery.body message.text person.source staff_member.name update.body"
                      " update.state_before");
    /* What booking-api answered to the person's calls: the phone of a driver or recipient. */
    stand_sql("UPDATE update SET calls = '[{\"answer\":\"+77019990002\"}]'"
              " WHERE status <> 'received' AND user_id = " HIM);
    ck_says("77019990002", " update.calls");
    ck_assert_int_gt(count_of("feed_messages WHERE user_id = " HIM), 3);
    ck_assert_int_eq(count_of(TAP_ANSWER), 1);
}

static void look_at_tables(void)
{
    ck_says(HIM, "");
    ck_says("77015550001", " sending.payload"); /* to the other person */
    ck_says("erased_person", "");
    ck_says("erased words", "");
    ck_says("friend", "");
    ck_says("secret words", "");
    ck_says("77019990002", "");
    ck_assert_int_eq(count_of("sending WHERE chat_id = 0 AND payload::text <> '[{}]'"), 0);
    ck_assert_int_eq(count_of(TAP_ANSWER), 0);
    /* The feed reports the deletions. */
    ck_assert_int_eq(count_of("feed_messages"), told);
    ck_assert_int_gt(count_of("feed_messages WHERE deleted"), 3);
    ck_assert_int_eq(
        count_of("feed_messages WHERE deleted AND (user_id, text, chat_id) IS NOT NULL"), 0);
    ck_sql_text("{\"chat_ids\": [5, 0]}",
                "SELECT match::text FROM forward WHERE match IS NOT NULL");
    /* The raw update of the other person that quotes the erased one is empty; everything else is
     * unchanged. */
    ck_sql_text(beside, "%s", others);
    ck_sql(21, "SELECT update_id FROM update WHERE user_id = 8 AND body = ''");
}

static void look_at_receipt(const struct answer *answer)
{
    static const struct {
        const char *table;
        long long rows;
    } wanted[] = {
        {"booking.booking",   2 },
        {"booking.quote",     3 },
        {"ride.ride",         4 },
        {"ride.ride_history", 5 },
        {"person",            1 },
        {"dialogue",          1 },
        {"update",            9 },
        {"recipient",         1 },
        {"staff_member",      1 },
        {"relay",             4 },
        {"person_talk",       1 },
        {"delivery",          12},
        {"forward",           1 },
        {"idempotency",       2 },
    };

    for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
        ck_assert_msg(erased_rows(answer, wanted[i].table) == wanted[i].rows, "%s: %lld",
                      wanted[i].table, erased_rows(answer, wanted[i].table));
    ck_assert_int_eq(erased_rows(answer, "message"), told - count_of("message"));
    ck_assert_str_eq(erased_by(answer, "search-api"), "not_configured");
    ck_rows(1,
            "audit WHERE action = 'user.erase'"
            " AND resource_id = '%s' AND route = 'DELETE /test'",
            answer->id);
}

/* A caller that repeats its request gets the stored answer, and finds its message. */
static void look_at_program(void)
{
    struct answer again = ck_status(ask_get(get_message, .id = message.id), 200);

    ck_text(again.json, "status", "cancelled");
    ck_number(again.json, "chat_id", 0);
    again = ck_status(send_to(HIM, "m-" HIM), 202);
    ck_assert(again.replayed);
    ck_assert_str_eq(again.id, message.id);
    ck_says(HIM, "");
}

/* Updates that Telegram repeats do not restore anything. */
static void send_again(void)
{
    struct turn_runner *turns = updates_start(NULL, script_step, NULL);

    say(1, "from friend");
    say(6, "later, " PHONE);
    deliver("{'update_id':7,'message':{" FROM_HIM);
    turn_runner_wake(turns);
    stand_sleep(50);
    stand_stop(turns);
    ck_says(HIM, "");
}

FIBER_TEST(person_is_erased_everywhere_and_others_stay)
{
    erasing_start(receipts, RECEIPTS);
    fill();
    look_before();
    struct answer answer = ck_status(erase_dry_run(HIM), 200);
    ck_has(booking_request(0), "POST /v1/guests/erase?dry_run=true HTTP");
    ck_says(HIM, ALL_OF_HIM);
    booking_say(receipts, RECEIPTS);

    answer = ck_status(erase(HIM), 200);
    look_at_tables();
    look_at_receipt(&answer);
    look_at_program();
    send_again();

    const int asked = booking_asked();
    answer = ck_status(erase(HIM), 200);
    ck_assert_int_eq(erased_in_all(&answer), 0);
    ck_assert_int_eq(booking_asked(), asked + 2);
    ck_assert_int_eq(count_of("audit WHERE action = 'user.erase'"), 1);
}

FIBER_TEST(booking_api_is_called_as_staff_first_and_last)
{
    erasing_start(receipts, RECEIPTS);
    ck_status(erase(HIM), 200);
    /* Two calls until nothing is left, and one at the end. */
    ck_assert_int_eq(booking_asked(), 3);
    for (int n = 0; n < 3; n++) {
        const char *request = booking_request(n);
        ck_begins(request, "POST /v1/guests/erase HTTP/1.1\r\n");
        ck_has(request, "\r\n\r\n{\"telegram_id\":" HIM "}");
        ck_has(request, "\r\nX-API-Key: tb_test_");
        ck_lacks(request, "X-Actor");
        ck_has(request, "\r\nX-Request-Id: test\r\n");
        ck_has(request, "\r\ntraceparent: 00-a-b-01\r\n");
        const char *key = textf(":%d\r\n", n);
        const char *named = strstr(request, "\r\nIdempotency-Key: erase:");
        ck_assert_ptr_nonnull(named);
        ck_assert_msg(strncmp(named + 25 + 36, key, strlen(key)) == 0, "%s", request);
    }
}

/* --- an owner's chat --- */

#define FLAT_ID     "\"018f0002-0000-7000-8000-000000000001\""
#define ITEMS(item) "{\"items\":[" item "],\"next_cursor\":null}"
#define OWNERS                                                                                     \
    ITEMS("{\"id\":\"018f0001-0000-7000-8000-000000000001\",\"name\":\"Owner\",\"version\":2}")
#define FLAT "{\"id\":" FLAT_ID ",\"code\":\"ALM-004\",\"title\":{\"ru\":\"Flat\"}}"
#define SUM  "{\"amount\":1800000,\"currency\":\"KZT\"}"
#define BOOKING                                                                                    \
    "{\"id\":\"018f0005-0000-7000-8000-000000000001\",\"code\":\"0WX1HA6S\",\"apartment_"          \
    "id\":" FLAT_ID ",\"version\":3,\"status\":\"requested\",\"check_in\":\"2027-03-05\",\"check_" \
    "out\":\"2027-03-07\","                                                                        \
    "\"guests\":2,\"guest\":{\"name\":\"Forgotten\",\"phone\":\"" PHONE "\",\"telegram_id\":" HIM  \
    "},"                                                                                           \
    "\"note\":\"of Forgotten\",\"total\":" SUM ",\"deposit\":" SUM ",\"paid\":" SUM                \
    ",\"allowed_actions\":[]}"
#define SHOWN                                                                                      \
    "{\"message_id\":2,\"date\":1,\"chat\":{\"id\":500,\"type\":\"private\"},\"text\":"            \
    "\"Forgotten, " PHONE "\"}"

/* The list of waiting bookings, and the booking. */
static const struct booking_says owner_says[] = {
    {200, 0, OWNERS        },
    {200, 0, ITEMS(BOOKING)},
    {200, 0, ITEMS(FLAT)   },
    {200, 0, OWNERS        },
    {200, 0, BOOKING       },
};

static void look_at_desk(void)
{
    deliver_text(1, 500, "ru", "/desk");
    update(2, "\"message\":{\"message_id\":2,\"date\":1,\"from\":{\"id\":500},\"chat\":{\"id\":500,"
              "\"type\":\"private\"},\"text\":\"/deal AY8ABQAAcACAAAAAAAAAAQ\",\"entities\":[{"
              "\"offset\":0,\"length\":5,\"type\":\"bot_command\"}]}");
    wait_for(NOTHING_LEFT);
    /* Both quote the message that was shown to the owner. */
    update(3, "\"callback_query\":{\"id\":\"1003\",\"from\":{\"id\":500},\"message\":" SHOWN
              ",\"data\":\"x\"}");
    update(4,
           "\"message\":{\"message_id\":94,\"date\":1,\"from\":{\"id\":500},\"chat\":{\"id\":500,"
           "\"type\":\"private\"},\"reply_to_message\":" SHOWN ",\"text\":\"his own words\"}");
    wait_for(NOTHING_LEFT " AND NOT EXISTS (SELECT FROM sending WHERE status <> 'sent')");
}

FIBER_TEST(owner_chat_keeps_nothing_of_an_erased_guest)
{
    erasing_start(owner_says, ARRAY_LEN(owner_says));
    struct sender *sender = sends_start();
    struct turn_runner *turns = updates_start(sender, NULL, booking_url());
    look_at_desk();
    stand_stop(turns);
    stand_stop(sender);
    ck_assert_int_eq(booking_asked(), ARRAY_LEN(owner_says));
    ck_assert_int_eq(count_of("sending WHERE confided"), 2);
    ck_assert_int_eq(count_of("update WHERE body <> ''"), 2);
    ck_assert_int_eq(count_of("message WHERE text = 'his own words'"), 1);

    /* A dead update. */
    update(5, "\"callback_query\":{\"id\":\"1005\",\"from\":{\"id\":500},\"message\":" SHOWN
              ",\"data\":\"x\"}");
    stand_sql("UPDATE update SET status = 'dead' WHERE update_id = 5");
    ck_says("Forgotten", " update.body");

    booking_say(receipts, RECEIPTS);
    ck_status(erase_to_end(HIM), 200);
    ck_says(HIM, "");
    ck_says("Forgotten", "");
    ck_says("77015550001", "");
}

/* --- booking-api refuses --- */

// clang-format off
static const struct {
    struct booking_says says;
    int status;
    const char *code;
    const char *member; /* lists the unfinished ones */
} refusals[] = {
    {{409, 0, "{\"code\":\"has_live_bookings\",\"bookings\":[\"018f0000-0000-7000-8000-000000000001\"]}"}, 409, "has_live_bookings", "bookings"},
    {{409, 0, "{\"code\":\"has_live_rides\",\"rides\":[\"018f0000-0000-7000-8000-000000000001\"]}"}, 409, "has_live_rides", "rides"},
    {{409, 0, "{\"code\":\"has_live_trips\",\"trips\":[\"018f0000-0000-7000-8000-000000000001\"]}"}, 409, "has_live_trips", "trips"},
    {{409, 0, "{\"code\":\"other\"}"}, 503, "booking_failed", NULL},
    {{403, 0, "{\"code\":\"forbidden\"}"}, 503, "booking_failed", NULL},
    {{404, 0, "{\"code\":\"not_found\"}"}, 503, "booking_failed", NULL},
    {{200, 0, "{\"pong\":true}"}, 503, "booking_failed", NULL},
    {{503, 0, NULL}, 503, "booking_failed", NULL},
    {{404, 0, "<html>"}, 503, "booking_failed", NULL},
    {{0, 0, NULL}, 503, "booking_failed", NULL},
};
// clang-format on

FIBER_TEST_ROWS(nothing_is_erased_if_booking_api_refuses, refusals)
{
    erasing_start(&row->says, 1);
    fill();
    struct answer answer = ck_refused(erase(HIM), row->status, row->code);
    ck_assert(answer.status != 503 || answer.retry_after);
    if (answer.status == 409)
        ck_text(json_object_get(answer.json, row->member), "0",
                "018f0000-0000-7000-8000-000000000001");
    ck_says(HIM, ALL_OF_HIM);
    ck_rows(0, "audit WHERE action = 'user.erase'");
}
