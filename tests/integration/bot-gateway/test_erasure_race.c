// SPDX-License-Identifier: MIT
/* Erasure while turns and messages of the person are running: nothing is restored. */
#include "db/transaction.h"

#include "dialogue/turn_runner_private.h"
#include "erasing.h"

TEST_CASE("erasure race", .setup = erasing_begin, .teardown = sends_finish, .timeout_s = 60);

struct waiting {
    struct answer answer;
    bool done;
};

/* Repeats until the erasure is finished, after the pause of Retry-After: another erasure may be
 * running, or the machine may be slow. */
static void erase_aside(void *data)
{
    struct waiting *waiting = data;

    while ((waiting->answer = erase(HIM)).status == 503)
        stand_sleep(1000);
    waiting->done = true;
}

static void wait_done(const struct waiting *waiting)
{
    stand_until(waiting->done, "the erasure ends");
    ck_status(waiting->answer, 200);
}

/* A turn that waits for booking-api and then stores its result. */
FIBER_TEST(waiting_turn_does_not_restore_an_erased_person)
{
    static const struct booking_says slow[] = {
        {201, 700, NULL                          },
        {200, 0,   "{\"erased\":{\"booking\":0}}"}
    };
    struct waiting waiting = {.done = false};

    erasing_start(slow, 2);
    struct turn_runner *turns = updates_start(NULL, script_step, booking_url());
    say(1, "ask /v1/x 1");
    wait_asked(1);
    stand_go(erase_aside, &waiting);
    wait_done(&waiting);
    ck_says(HIM, "");
    ck_rows(1, "update WHERE status = 'done'");
    /* The call of the turn, the first call of the erasure, and the one after the turn. */
    ck_assert_int_ge(booking_asked(), 3);
    stand_stop(turns);
    ck_says(HIM, "");
}

/* Waits until the erasure waits for this transaction. */
static void wait_for_waiter(PGconn *turn)
{
    PGresult *xid = PQexec(turn, "SELECT pg_current_xact_id()::xid");

    wait_forf("EXISTS (SELECT FROM pg_locks WHERE NOT granted AND transactionid = '%s')",
              PQgetvalue(xid, 0, 0));
    PQclear(xid);
}

/* A turn that started before, with the state of that time, and ends during a pass. */
FIBER_TEST(running_turn_does_not_restore_an_erased_person)
{
    struct waiting waiting = {.done = false};

    erasing_start(receipts, RECEIPTS);
    say(1, "hi");
    PGconn *turn = stand_hold("SET LOCAL search_path = gateway_erasure_race; UPDATE update"
                              " SET status = 'done', state_before = '{\"source\":\"friend\"}'");
    stand_go(erase_aside, &waiting);
    wait_asked(2);
    wait_for_waiter(turn);
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
}

/* A turn whose update was stored after the pass had read updates, with the state from before the
 * pass. */
FIBER_TEST(turn_started_during_erasure_does_not_restore_a_person)
{
    struct waiting waiting = {.done = false};

    erasing_start(receipts, RECEIPTS);
    PGconn *block =
        stand_hold("LOCK TABLE gateway_erasure_race.recipient IN ACCESS EXCLUSIVE MODE");
    stand_go(erase_aside, &waiting);
    wait_for("EXISTS (SELECT FROM pg_locks WHERE NOT granted"
             " AND relation = 'gateway_erasure_race.recipient'::regclass)");
    say(1, "hi");
    PGconn *turn = stand_hold("SET LOCAL search_path = gateway_erasure_race; UPDATE update"
                              " SET status = 'done', state_before = '{\"source\":\"friend\"}';"
                              " INSERT INTO person (bot_id, user_id, told_language)"
                              " SELECT id, " HIM ", 'ru' FROM bot");
    stand_commit(block);
    wait_for_waiter(turn);
    stand_commit(turn);
    wait_done(&waiting);
    ck_says(HIM, "");
    ck_says("friend", "");
}

/* Updates and messages arrive during the erasure; other people are not delayed. */
enum { STORM = 40 };

FIBER_TEST(erasures_beside_turns_and_sender_leave_nothing)
{
    struct waiting waiting[STORM / 4];
    int count = 0;

    erasing_start(&receipts[1], 1);
    updates_start(sends_start(), script_step, booking_url());
    memset(waiting, 0, sizeof waiting);
    for (int i = 1; i <= STORM; i++) {
        say(i, i % 3 == 0 ? "go" : i % 3 == 1 ? "ask /fast/x 1" : "hi");
        deliver_text(1000 + i, 8, "en", "hi");
        if (i % 4 == 0)
            stand_go(erase_aside, &waiting[count++]);
        stand_sleep(5);
    }
    wait_for(NOTHING_LEFT);
    for (int i = 0; i < count; i++)
        wait_done(&waiting[i]);
    ck_status(erase_to_end(HIM), 200);
    ck_says(HIM, "");
    ck_rows(STORM, "update WHERE user_id = 8");
    ck_rows(STORM, "sending WHERE chat_id = 8");
}

/* A turn has failed and is about to send an apology. */
static void console(struct turn_run *run)
{
    run->update = (struct turn_update){.kind = SLICE("message"),
                                       .language = -1,
                                       .chat_id = HIS_ID,
                                       .user_id = HIS_ID,
                                       .tenant_id = stand_staff.tenant_id};
    ck_assert(uuid_parse(slice_of(stand_text("SELECT id FROM update")), &run->update.id));
    ck_assert(uuid_parse(slice_of(stand_text("SELECT id FROM bot")), &run->update.bot_id));
    ck_ok(db_transaction(stand_service()->pool, turn_run_notify_person_of_failure, run, &fault));
}

FIBER_TEST(failed_turn_sends_nothing_to_an_erased_person)
{
    struct fault fault = {.code = ""};

    erasing_start(receipts, RECEIPTS);
    say(1, "hi");
    struct turn_run *run = turn_run_create(stand_app(), NULL, NULL, NULL, &fault);
    ck_assert_ptr_nonnull(run);
    console(run);
    ck_assert(run->queued);
    ck_status(erase_to_end(HIM), 200);
    console(run);
    ck_assert(!run->queued);
    ck_says(HIM, "");
    turn_run_destroy(run);
}

/* The process has died: until its lease expires, its calls may be running. */
FIBER_TEST(erasure_waits_for_an_abandoned_lease)
{
    erasing_start(receipts, RECEIPTS);
    say(1, "hi");
    stand_sql("UPDATE update SET leased_by = gen_random_uuid(),"
              " leased_until = now() + interval '60 seconds'");
    ck_assert(ck_refused(erase(HIM), 503, "erasure_unfinished").retry_after);
    stand_sql("UPDATE update SET leased_until = now()");
    ck_status(erase_to_end(HIM), 200);
    ck_says(HIM, "");
}

/* A message whose call is running: its outcome is not stored in the history. */
static bool released, blocked;

static void end_late(const struct send *send, struct call_result *result)
{
    stand_until(released, "released");
    if (blocked)
        *result = (struct call_result){.end = TELEGRAM_NO_RECIPIENT, .text = SLICE("of " HIM)};
}

FIBER_TEST_LOOP(running_message_does_not_restore_an_erased_person, 0, 2)
{
    released = false;
    blocked = _i == 1;
    erasing_start(receipts, RECEIPTS);
    sends_end = end_late;
    struct sender *sender = sends_start();
    sends_text(sender, HIS_ID, "a");
    sends_text(sender, HIS_ID, "b");
    sends_wait_count(1);
    ck_status(erase_to_end(HIM), 200);
    ck_says(HIM, "");
    released = true;
    stand_stop(sender); /* waits for the call */
    ck_says(HIM, "");
    ck_assert_int_eq(sends_count, 1);
    ck_rows(2, "sending WHERE status = 'cancelled'");
    ck_rows(0, "message");
}

/* More rows than one pass erases. */
FIBER_TEST(thousands_of_rows_are_erased_in_passes)
{
    erasing_start(receipts, RECEIPTS);
    stand_sql("INSERT INTO message (id, tenant_id, bot_id, chat_id, user_id, message_id, direction,"
              " text, sent_at) SELECT gen_random_uuid(), tenant_id, id, " HIM ", " HIM
              ", n, 'in', 'x', now() FROM bot, generate_series(1, 2500) n");
    struct answer answer = ck_status(erase(HIM), 200);
    ck_number(answer.json, "erased.message", 2500);
    ck_says(HIM, "");
}
