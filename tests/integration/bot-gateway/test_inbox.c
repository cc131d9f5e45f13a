// SPDX-License-Identifier: MIT
/* Storing updates in PostgreSQL: each once, unchanged, and in shared transactions. */

#include "inbox/inbox.h"
#include "inbox/inbox_json.h"
#include "inbox/update_store.h"
#include "maintenance/sweeper.h"
#include "stand.h"
#include "support/metric_of.h"

enum { MANY = 100, LONG_MS = 60000 };

static void know_bot(void *data)
{
    stand_bot("taxi");
    stand_look();
}

static void begin(void)
{
    stand_begin();
    stand_run(know_bot, NULL);
}

TEST_CASE("intake", .setup = begin, .teardown = stand_finish);

static struct answer deliver(const char *body)
{
    return ask_action(post_update, .id = "taxi", .body = body);
}

static long long rows(const char *where)
{
    return stand_number("SELECT count(*) FROM update WHERE %s", where);
}

#define MESSAGE(id)                                                                                \
    "{\"update_id\":" id                                                                           \
    ",\"message\":{\"chat\":{\"id\":5},\"from\":{\"id\":6},\"text\":\"Сәлем\"}}"

/* Case: Slow 200 then retry. Case: Out of order (message vs tap, retries, id reset). */
FIBER_TEST(repeated_update_counts_once_and_lower_id_is_accepted)
{
    for (int i = 0; i < 3; i++)
        ck_status(deliver(MESSAGE("7")), 200);
    ck_assert_int_eq(rows("true"), 1);
    ck_assert_double_eq(metric_of("telegram_updates_total{result=\"known\"}"), 2);
    ck_status(deliver(MESSAGE("6")), 200); /* ids may decrease */
    ck_assert_int_eq(rows("update_id = 6"), 1);
}

static void send_seven(void *data)
{
    ck_status(deliver(MESSAGE("7")), 200);
}

/* Case: Concurrent duplicates. */
FIBER_TEST(hundred_concurrent_duplicates_count_once)
{
    stand_race(MANY, send_seven);
    ck_assert_int_eq(rows("true"), 1);
    ck_assert_double_eq(metric_of("telegram_updates_total{result=\"known\"}"), MANY - 1);
}

static int begun;

static void send_numbered(void *data)
{
    begun++;
    ck_status(deliver(textf("{'update_id':%d,'poll':{}}", (int)(intptr_t)data)), 200);
}

FIBER_TEST(concurrent_updates_share_transactions_and_keep_order)
{
    const double before = metric_of("db_transactions_total");
    /* The lock ends no batch before all updates are there, however slow the machine. */
    PGconn *held = stand_hold("LOCK TABLE gateway_inbox.update IN ACCESS EXCLUSIVE MODE");

    begun = 0;
    for (intptr_t i = 0; i < MANY; i++)
        stand_go(send_numbered, (void *)i);
    stand_until(begun == MANY, "%d updates have come", begun);
    stand_commit(held);
    stand_join();
    ck_assert_int_eq(rows("true"), MANY);
    /* A batch for each connection and one after them, and other transactions that run
     * meanwhile. */
    ck_assert_double_le(metric_of("db_transactions_total") - before, STAND_EXCLUSIVE + 4);
    ck_rows(0, "(SELECT update_id - lag(update_id)"
               " OVER (ORDER BY id) AS step FROM update) s WHERE step <> 1");
}

/* Case: Broken JSON with right secret. */
FIBER_TEST(broken_body_is_a_dead_letter_and_its_id_stays_free)
{
    ck_status(deliver("{'update_id':7,'message':{'chat'"), 200);
    ck_status(deliver("{'update_id':7,'message':{'chat'"), 200);
    ck_assert_int_eq(rows("status = 'dead' AND update_id = 7 AND broken_key IS NOT NULL"), 1);
    ck_status(deliver(MESSAGE("7")), 200);
    ck_status(deliver(MESSAGE("7")), 200);
    ck_assert_int_eq(rows("status = 'received' AND update_id = 7"), 1);
    ck_status(deliver("{'update_id':7,'message':{'chat'"), 200);
    ck_status(deliver("no JSON at all"), 200);
    ck_status(deliver("no JSON at all"), 200);
    ck_status(deliver(""), 200);
    ck_assert_int_eq(rows("status = 'dead' AND update_id IS NULL"), 2);
    ck_assert_int_eq(rows("true"), 4);
    ck_assert_double_eq(metric_of("telegram_updates_total{result=\"broken\"}"), 3);
}

static struct update update_of(const char *body, const struct uuid *bot_id)
{
    struct update update;
    struct arena arena = ARENA(4096);

    ck_ok(update_read_body(slice_of(body), false, &arena, &update, &fault));
    arena_finish(&arena);
    update.bot_id = *bot_id;
    return update;
}

static struct uuid taxi_id(void)
{
    const struct bot *bot;

    ck_ok(bots_find_active(stand_app()->bots, SLICE("taxi"), &bot, &fault));
    return bot->id;
}

static void gone_bot(void *data)
{
    const struct uuid nobody = uuid_make();
    struct update update = update_of(MESSAGE("9"), &nobody);

    ck_fault(inbox_store(stand_app()->inbox, &update, &fault), "not_found", FAULT_NOT_FOUND);
}

/* CHECK (length(kind) BETWEEN 1 AND 40) */
static void without_kind(void *data)
{
    const struct uuid bot = taxi_id();
    struct update update = update_of(MESSAGE("1000"), &bot);

    update.kind = SLICE("");
    ck_fault(inbox_store(stand_app()->inbox, &update, &fault), "database_error", FAULT_INTERNAL);
}

FIBER_TEST(failing_update_does_not_fail_its_batch)
{
    for (intptr_t i = 0; i < MANY; i++) {
        stand_go(send_numbered, (void *)i);
        if (i % 20 == 10)
            stand_go(gone_bot, NULL);
        if (i % 20 == 15)
            stand_go(without_kind, NULL);
    }
    stand_join();
    ck_assert_int_eq(rows("true"), MANY);
}

enum { TOGETHER = 5 };

struct together {
    struct update updates[TOGETHER];
    bool fresh[TOGETHER];
};

static bool commit_together(struct db *tx, void *arg, struct fault *fault)
{
    struct together *together = arg;
    const struct update *updates[TOGETHER];

    for (int i = 0; i < TOGETHER; i++) {
        together->updates[i].id = uuid_make();
        updates[i] = &together->updates[i];
    }
    return update_store_insert_and_commit(tx, updates, TOGETHER, together->fresh, fault);
}

FIBER_TEST(duplicate_in_a_batch_counts_once)
{
    const struct uuid bot = taxi_id();
    struct together together = {
        .updates = {update_of(MESSAGE("7"), &bot), update_of("broken", &bot),
                    update_of(MESSAGE("7"), &bot), update_of(MESSAGE("8"), &bot),
                    update_of("broken", &bot)}
    };

    ck_ok(db_transaction(stand_service()->pool, commit_together, &together, &fault));
    static const bool first[] = {true, true, false, true, false};
    ck_assert_mem_eq(together.fresh, first, sizeof first);
    ck_assert_int_eq(rows("status = 'received' AND update_id IN (7, 8)"), 2);
    ck_assert_int_eq(rows("true"), 3);
    together.updates[0] = update_of(MESSAGE("9"), &bot);
    ck_ok(db_transaction(stand_service()->pool, commit_together, &together, &fault));
    static const bool second[] = {true, false, false, false, false};
    ck_assert_mem_eq(together.fresh, second, sizeof second);
    ck_assert_int_eq(rows("true"), 4);
}

enum { LARGEST = 4, MIDDLE = 12 };
static char large[UPDATE_BODY_MAX];

/* The first ones have the maximum size, the others share batches of 256 KiB. */
static void send_large(void *data)
{
    const int number = (int)(intptr_t)data;
    const struct uuid bot = taxi_id();
    struct update update = update_of("{\"update_id\":1}", &bot);

    update.update_id = number;
    update.body = (struct slice){large, number < LARGEST ? UPDATE_BODY_MAX : UPDATE_BODY_MAX / 10};
    ck_ok(inbox_store(stand_app()->inbox, &update, &fault));
}

FIBER_TEST(largest_bodies_are_stored_completely)
{
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (char)(i ^ i >> 8 ^ i >> 16);
    stand_race(LARGEST + MIDDLE, send_large);
    ck_rows(LARGEST,
            "update WHERE length(body) = %d AND"
            " substring(body FROM length(body) - 1) = '\\x%02x%02x'",
            UPDATE_BODY_MAX, large[sizeof large - 2] & 0xff, large[sizeof large - 1] & 0xff);
    ck_assert_int_eq(rows("length(body) = 104857"), MIDDLE);
}

/* A fiber with a deadline of its own. */
struct hasty {
    int number;
    bool stored, done;
    struct fault fault;
    struct uuid bot_id;
    struct fiber *fiber;
};

/* On the heap, so that ASan reports a use after the fiber has given up. */
static void hasty_fiber(void *data)
{
    struct hasty *hasty = data;
    struct update *update = malloc(sizeof *update);

    ck_assert_ptr_nonnull(update);
    hasty->fiber = fiber_current();
    *update = update_of(textf("{\"update_id\":%d}", hasty->number), &hasty->bot_id);
    hasty->stored = inbox_store(stand_app()->inbox, update, &hasty->fault);
    free(update);
    hasty->done = true;
}

static void hurry(struct hasty *hasty, int number, int ms)
{
    *hasty = (struct hasty){.number = number, .bot_id = taxi_id()};
    ck_ok(fiber_start(stand_loop(), hasty_fiber, hasty, now_mono_ns() + ms * INT64_C(1000000),
                      "hasty", &fault));
}

static void wait_hasty(const struct hasty *hasty)
{
    stand_until(hasty->done, "the intake ends");
}

enum { BUSY = STAND_EXCLUSIVE };

static long long waiting_for_lock(void)
{
    return stand_number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                        " AND application_name = 'gateway_inbox'");
}

FIBER_TEST(cancelled_request_leaves_its_batch)
{
    struct hasty busy[BUSY], first, hasty, last;
    PGconn *held = stand_hold("LOCK TABLE gateway_inbox.update IN ACCESS EXCLUSIVE MODE");

    /* Each takes a connection, so the next one waits for one, and others join it. */
    for (int i = 0; i < BUSY; i++) {
        hurry(&busy[i], i, LONG_MS);
        stand_until(waiting_for_lock() == i + 1, "%lld wait for the lock", waiting_for_lock());
    }
    hurry(&first, 100, LONG_MS);
    hurry(&hasty, 101, 50);
    hurry(&last, 102, LONG_MS);
    wait_hasty(&hasty);
    ck_assert(!hasty.stored);
    ck_assert_int_eq(hasty.fault.kind, FAULT_TIMEOUT);
    stand_commit(held);
    wait_hasty(&first);
    wait_hasty(&last);
    for (int i = 0; i < BUSY; i++) {
        wait_hasty(&busy[i]);
        ck_assert(busy[i].stored);
    }
    ck_assert(first.stored && last.stored);
    ck_assert_int_eq(rows("true"), BUSY + 2);
    ck_assert_int_eq(rows("update_id = 101"), 0);
}

FIBER_TEST(request_cancelled_while_its_batch_is_stored_leaves_it)
{
    struct hasty first, second;
    PGconn *held = stand_hold("LOCK TABLE gateway_inbox.update IN ACCESS EXCLUSIVE MODE");

    hurry(&first, 1, LONG_MS);
    hurry(&second, 2, LONG_MS);
    stand_until(waiting_for_lock() == 1, "%lld wait for the lock", waiting_for_lock());
    fiber_cancel(second.fiber);
    wait_hasty(&second);
    ck_assert(!second.stored);
    stand_commit(held);
    wait_hasty(&first);
    ck_assert(first.stored);
    ck_assert_int_eq(rows("true"), 2);
}

FIBER_TEST(update_with_unknown_outcome_can_be_repeated)
{
    struct hasty first, second;
    PGconn *held = stand_hold("LOCK TABLE gateway_inbox.update IN ACCESS EXCLUSIVE MODE");

    hurry(&first, 1, 50);
    wait_hasty(&first);
    ck_assert(!first.stored);
    stand_commit(held);
    hurry(&second, 1, LONG_MS); /* Telegram repeats it */
    wait_hasty(&second);
    ck_assert(second.stored);
    ck_assert_int_eq(rows("true"), 1);
}

static void old_rows(const char *status, int count, const char *age, int first)
{
    stand_sql(
        "INSERT INTO update (id, bot_id, update_id, broken_key, kind, status, received_at, body)"
        " SELECT gen_random_uuid(), (SELECT id FROM bot), %d + i, CASE '%s' WHEN 'dead' THEN"
        " sha256(i::text::bytea) END, 'other', '%s', now() - interval '%s', ''"
        " FROM generate_series(1, %d) i",
        first, status, status, age, count);
}

FIBER_TEST(done_updates_are_deleted_after_three_days)
{
    struct periodic sweeper;

    old_rows("done", SWEEPER_BATCH + 20, "73 hours", 0);
    old_rows("done", 3, "71 hours", 10000);
    old_rows("received", 4, "400 days", 20000);
    old_rows("dead", 5, "29 days", 30000);
    stand_sql("UPDATE update SET received_at = now() - interval '31 days'"
              " WHERE id IN (SELECT id FROM update WHERE status = 'dead' LIMIT 2)");
    sweeper_start(&sweeper, stand_service(), 10);
    stand_until(rows("true") <= 10, "%lld rows are left", rows("true"));
    periodic_stop(&sweeper);
    ck_assert_int_eq(rows("status = 'done'"), 3);
    ck_assert_int_eq(rows("status = 'received'"), 4);
    ck_assert_int_eq(rows("status = 'dead'"), 3);
}
