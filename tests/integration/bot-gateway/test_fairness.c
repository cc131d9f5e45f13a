// SPDX-License-Identifier: MIT
/* One tenant has bots with many updates, another has a bot with few: the delay of the second is
 * bounded. Deliveries of forwards: integration/api. */
#include "base/now.h"

#include "booking.h"
#include "broadcasting.h"
#include "dialogue/turn_store.h"
#include "outbox/rate_limit.h"
#include "script.h"

enum { CROWD = 100, MODEST = 900 };

/* Bots are visited by their ids: the bot with few updates is the last or the first one. */
static const char *const places[] = {"ffffffff-ffff-7fff-bfff-ffffffffffff",
                                     "00000000-0000-7000-8000-000000000001"};

static void begin(void)
{
    sends_begin();
    stand_bot_of("modest", &stand_other.tenant_id);
    stand_key("taxi");
    stand_key("modest");
    stand_file("modest.token", 0600, "2:AA");
}

TEST_CASE("fairness", .setup = begin, .teardown = sends_finish, .timeout_s = 120);

static void place_modest(int place)
{
    stand_sql("UPDATE bot SET id = '%s' WHERE name = 'modest'", places[place]);
    stand_look();
}

/* One message of each person, all stored before they are handled. */
static void write_to(const char *bot, int first, int last, const char *text)
{
    stand_sql(
        "INSERT INTO update (id, bot_id, update_id, kind, chat_id, user_id, body)"
        " SELECT gen_random_uuid(), b.id, n, 'message', n, n, convert_to(format("
        "'{\"update_id\":%%s,\"message\":{\"message_id\":1,\"from\":{\"id\":%%s,\"is_bot\":"
        "false,\"language_code\":\"en\"},\"chat\":{\"id\":%%s,\"type\":\"private\"},\"text\":"
        "\"%s\"}}', n, n, n), 'UTF8') FROM bot b, generate_series(%d, %d) n WHERE b.name = '%s'",
        text, first, last, bot);
}

#define ASKED                                                                                      \
    "SELECT count(*) FROM sending WHERE bot_id <> (SELECT id FROM bot WHERE name = 'modest')"

FIBER_TEST_ROWS(crowd_at_one_bot_delays_another_bot_by_few_turns, places)
{
    place_modest(_i);
    write_to("taxi", 1, CROWD, "hi");
    write_to("modest", MODEST, MODEST, "hi");
    struct turn_runner *turns = updates_start(NULL, script_step, NULL);
    turn_runner_wake(turns);
    wait_for(NOTHING_LEFT);
    /* Messages are sorted like the turns that sent them. */
    ck_assert_int_le(
        stand_number(ASKED " AND id < (SELECT id FROM sending WHERE chat_id = %d)", MODEST),
        2 * TURN_RUNNER_WORKERS);
}

/* How PostgreSQL joins, which depends on what it believes about the tables. */
static const struct plan {
    const char *why, *nestloop, *hashjoin, *mergejoin;
} plans[] = {
    {"any",    "on",  "on",  "on"},
    {"merges", "off", "off", "on"},
};
enum { LANES = 24, ROUNDS = 2 };

struct taking {
    const struct plan *plan;
    struct turn_cursor cursor;
    int64_t chat_id; /* out */
};

/* Takes the next update and handles it. */
static bool take_next(struct db *tx, void *arg, struct fault *fault)
{
    static const struct db_statement plan = {
        .name = "test_plan",
        .parameters = "nestloop text, hashjoin text, mergejoin text",
        .sql = "SELECT set_config('enable_nestloop', {nestloop}, true),"
               " set_config('enable_hashjoin', {hashjoin}, true),"
               " set_config('enable_mergejoin', {mergejoin}, true),"
               " set_config('plan_cache_mode', 'force_custom_plan', true)",
    };
    static const struct db_statement done = {
        .name = "test_done",
        .parameters = "id uuid",
        .sql = "UPDATE update SET status = 'done' WHERE id = {id}",
    };
    struct taking *taking = arg;
    auto_rows struct db_rows rows = {0};
    struct turn_update update;
    bool taken = false, set;

    if (!db_query_one(tx, &plan,
                      DB_VALUES(db_text(slice_of(taking->plan->nestloop)),
                                db_text(slice_of(taking->plan->hashjoin)),
                                db_text(slice_of(taking->plan->mergejoin))),
                      &set, fault) ||
        !turn_store_lock_next_due(tx, &taking->cursor, &rows, &update, &taken, fault))
        return false;
    ck_assert_msg(taken, "no lane is due");
    taking->chat_id = update.chat_id;
    return db_query_one(tx, &done, DB_VALUES(db_uuid(&update.id)), &taken, fault);
}

FIBER_TEST_ROWS_WHY(each_lane_of_a_bot_has_its_turn_whatever_the_plan, plans)
{
    struct taking taking = {.plan = row};
    int64_t first[LANES];
    struct fault fault = {.code = ""};

    /* Without statistics PostgreSQL believes that many of these rows are under way. */
    stand_sql("ALTER TABLE update SET (autovacuum_enabled = false);"
              "INSERT INTO update (id, bot_id, update_id, kind, chat_id, user_id, body, status)"
              " SELECT gen_random_uuid(), b.id, n, 'message', 1, 1, '', 'done' FROM bot b,"
              " generate_series(2001, 62000) n WHERE b.name = 'taxi'");
    write_to("taxi", 1, LANES, "hi");
    stand_sql("INSERT INTO update (id, bot_id, update_id, kind, chat_id, user_id, body)"
              " SELECT gen_random_uuid(), bot_id, update_id + 1000, kind, chat_id, user_id, body"
              " FROM update WHERE status = 'received'");
    for (int i = 0; i < ROUNDS * LANES; i++) {
        ck_assert_msg(db_transaction(stand_service()->pool, take_next, &taking, &fault), "%s",
                      fault.code);
        if (i < LANES)
            first[i] = taking.chat_id;
        else
            ck_assert_int_eq(taking.chat_id, first[i - LANES]);
    }
}

/* Whether booking-api has received a call for the person. */
static bool has_asked(int person)
{
    bool found = false;
    const char *line = textf("\r\nX-Actor: guest:%d\r\n", person);

    for (int i = 0; i < booking_asked() && !found; i++)
        found = strstr(booking_request(i), line) != NULL;
    return found;
}

/* As many calls as allowed are hanging. */
FIBER_TEST_ROWS(hanging_calls_leave_slots_for_another_tenant, places)
{
    booking_start(&(struct booking_says){200, 0, NULL}, 1);
    place_modest(_i);
    booking_hold(true);
    struct turn_runner *turns = updates_start(NULL, script_step, booking_url());
    write_to("taxi", 1, 40, "ask /v1/x 1");
    turn_runner_wake(turns);
    wait_asked(TURN_RUNNER_CALLS_MAX - TURN_RUNNER_CALLS_SPARE - TURN_RUNNER_WORKERS);
    stand_sleep(50); /* time for further calls, which must not come */
    const int greedy = booking_asked();
    const bool in_time = stand_number("SELECT max(tries) FROM update") == 0;
    /* A tap that waits for a slot is answered. */
    deliver_tap(500, 500, "ask /v1/x 1");
    wait_for("EXISTS (SELECT FROM sending s, update u WHERE s.lane = 0 AND u.update_id = 500"
             " AND u.leased_by IS NULL AND u.tries = 0 AND u.status = 'received')");
    write_to("modest", MODEST, MODEST, "ask /v1/x 1");
    turn_runner_wake(turns);
    stand_until(has_asked(MODEST), "%d calls", booking_asked());
    if (in_time)
        ck_assert_int_le(greedy, TURN_RUNNER_CALLS_MAX - TURN_RUNNER_CALLS_SPARE);
    booking_hold(false);
    wait_for(NOTHING_LEFT);
}

enum { GREEDY_BOTS = 9, GREEDY_CHATS = 40 };

static int begun, released, ended;
static bool hangs[SENDS_MAX]; /* by number of the call */
static bool newest_first;

static int next_to_end(void)
{
    int nth = newest_first ? SENDS_MAX - 1 : 0;

    while (!hangs[nth])
        nth += newest_first ? -1 : 1;
    return nth;
}

/* Calls of the busy tenant end one by one, when released: a call has no deadline here, so that the
 * speed of the machine decides nothing. */
static void hang(const struct send *send, struct call_result *result)
{
    const int nth = begun++;

    if (send->chat_id == MODEST)
        return;
    hangs[nth] = true;
    while (released <= ended || next_to_end() != nth)
        stand_sleep(1);
    hangs[nth] = false;
    ended++;
}

static void place_many(const char *bot, int chats, const char *words)
{
    for (int i = 1; i <= chats; i++) {
        struct uuid ignored;
        ck_assert(sends_placed(
            &(struct wish){.bot = bot, .chat_id = chats == 1 ? MODEST : i, .text = words},
            &ignored));
    }
}

/* Whether the modest tenant's chat has been called. */
static bool is_called(void)
{
    int before = 0;

    while (before < sends_count && sends[before].chat_id != MODEST)
        before++;
    return before < sends_count;
}

/* Calls hold all slots; one that ends frees a slot for the other tenant, whichever it is. */
static void hanging_calls_end(bool newest, int place)
{
    begun = released = ended = 0;
    newest_first = newest;
    for (int i = 0; i < GREEDY_BOTS; i++) {
        stand_bot(textf("greedy%d", i));
        stand_file(textf("greedy%d.token", i), 0600, "1:AA");
    }
    place_modest(place);
    sends_end = hang;
    struct sender *sender = sends_start();
    for (int i = 0; i < GREEDY_BOTS; i++) {
        place_many(textf("greedy%d", i), GREEDY_CHATS, "greedy");
        sender_wake(sender);
        /* Half of the free slots, at last the only one. */
        const int taken = SENDER_CALLS_MAX - (SENDER_CALLS_MAX >> (i + 1));
        stand_until(sends_count >= taken, "%d calls of %d", sends_count, taken);
    }
    ck_assert_int_eq(sends_count, SENDER_CALLS_MAX);
    place_many("modest", 1, "modest");
    sender_wake(sender);
    while (!is_called()) {
        const int before = sends_count;
        stand_sleep(2 * RATE_LIMIT_BOT_EVERY_US / US_PER_MS); /* the bot may send again */
        ck_assert_int_le(++released, GREEDY_BOTS + 1);
        stand_until(sends_count > before, "%d calls", sends_count);
    }
    released = SENDS_MAX;
    wait_for("NOT EXISTS (SELECT FROM sending WHERE status IN ('queued', 'sending'))");
}

FIBER_TEST_ROWS(hanging_telegram_calls_leave_slots_for_another_tenant, places)
{
    hanging_calls_end(false, _i);
}

FIBER_TEST_ROWS(fast_calls_beside_hanging_ones_leave_slots_for_another_tenant, places)
{
    hanging_calls_end(true, _i);
}

static void hang_until_modest_is_called(const struct send *send, struct call_result *result)
{
    while (!is_called())
        stand_sleep(1);
}

FIBER_TEST_ROWS(broadcast_does_not_wait_for_another_bot, places)
{
    enum { PEOPLE = 150 };

    place_modest(_i);
    broadcasting_people(1, PEOPLE);
    stand_sql("INSERT INTO person (bot_id, user_id, told_language, first_seen_at) SELECT id, %d,"
              " 'ru', now() - interval '1 day' FROM bot WHERE name = 'modest'",
              MODEST);
    for (int i = 0; i < 3; i++)
        broadcasting_make();
    ck_status(ask_post(post_broadcast, .caller = &stand_other,
                       .body = "{'bot':'modest','audience':{'all':true},'text':'news'}"),
              202);
    sends_end = hang_until_modest_is_called;
    broadcaster_wake(broadcasting_start(sends_start()));
    stand_until(is_called(), "%d calls", sends_count);
    wait_for("EXISTS (SELECT FROM broadcast b JOIN bot ON bot.id = b.bot_id WHERE bot.name ="
             " 'modest' AND b.status = 'done')");
}
