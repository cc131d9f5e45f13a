// SPDX-License-Identifier: MIT
/* Storing updates in PostgreSQL: each once, unchanged, and in shared transactions. */
#include <stdio.h>

#include "base/now.h"

#include "handlers/handlers.h"
#include "inbox/inbox.h"
#include "inbox/inbox_json.h"
#include "inbox/update_store.h"
#include "maintenance/sweeper.h"
#include "stand.h"
#include "support/metric_of.h"
#include "support/test.h"

enum { MANY = 100, LONG_MS = 60000 };

static void begin(void)
{
    stand_begin("test_intake");
}

TEST_CASE("intake", .setup = begin, .teardown = stand_finish);

static void known_bot_body(void *data)
{
    (void)data;
    stand_bot("taxi");
    stand_look();
}

static struct answer deliver(const char *body)
{
    return stand_status(&(struct ask){
        .handler = post_update, .method = HTTP_POST, .id = "taxi", .body = body, .action = true});
}

static long long rows(const char *where)
{
    return stand_number("SELECT count(*) FROM update WHERE %s", where);
}

#define MESSAGE(id)                                                                                \
    "{\"update_id\":" id                                                                           \
    ",\"message\":{\"chat\":{\"id\":5},\"from\":{\"id\":6},\"text\":\"Сәлем\"}}"

static void stored_body(void *data)
{
    known_bot_body(data);
    struct answer answer = stand_ask(&(struct ask){
        .handler = post_update, .method = HTTP_POST, .id = "taxi", .body = MESSAGE("7")});
    ck_status(answer, 200);
    ck_assert_uint_eq(json_object_size(answer.json), 0);
    answer_drop(&answer);
    ck_assert_str_eq(stand_text("SELECT concat_ws(' ', update_id, kind, chat_id, user_id, status,"
                                " body_cut, broken_key IS NULL, bot_id = (SELECT id FROM bot))"
                                " FROM update"),
                     "7 message 5 6 received f t t");
    ck_assert_str_eq(stand_text("SELECT convert_from(body, 'UTF8') FROM update"), MESSAGE("7"));
}

TEST(update_is_stored_unchanged)
{
    stand_run(stored_body, NULL);
}

static void again_body(void *data)
{
    known_bot_body(data);
    for (int i = 0; i < 3; i++)
        ck_status(deliver(MESSAGE("7")), 200);
    ck_assert_int_eq(rows("true"), 1);
    ck_assert_double_eq(metric_of("telegram_updates_total{result=\"known\"}"), 2);
    ck_status(deliver(MESSAGE("6")), 200); /* ids may decrease */
    ck_assert_int_eq(rows("update_id = 6"), 1);
}

/* Case: Slow 200 then retry. Case: Out of order (message vs tap, retries, id reset). */
TEST(repeated_update_counts_once_and_lower_id_is_accepted)
{
    stand_run(again_body, NULL);
}

static int answered;

static void wait_answered(int count)
{
    stand_until(answered == count, "%d were answered, not %d", answered, count);
}

static void send_seven(void *data)
{
    (void)data;
    ck_status(deliver(MESSAGE("7")), 200);
    answered++;
}

static void all_at_once_body(void *data)
{
    known_bot_body(data);
    answered = 0;
    for (int i = 0; i < MANY; i++)
        stand_go(send_seven, NULL);
    wait_answered(MANY);
    ck_assert_int_eq(rows("true"), 1);
    ck_assert_double_eq(metric_of("telegram_updates_total{result=\"known\"}"), MANY - 1);
}

/* Case: Concurrent duplicates. */
TEST(hundred_concurrent_duplicates_count_once)
{
    stand_run(all_at_once_body, NULL);
}

static void send_numbered(void *data)
{
    char body[128];
    snprintf(body, sizeof body, "{\"update_id\":%d,\"poll\":{}}", *(const int *)data);
    ck_status(deliver(body), 200);
    answered++;
}

static void together_body(void *data)
{
    static int numbers[MANY];
    known_bot_body(data);
    answered = 0;
    const double before = metric_of("db_transactions_total");
    for (int i = 0; i < MANY; i++) {
        numbers[i] = i;
        stand_go(send_numbered, &numbers[i]);
    }
    wait_answered(MANY);
    ck_assert_int_eq(rows("true"), MANY);
    /* Two batches, and other transactions that run meanwhile. */
    ck_assert_double_le(metric_of("db_transactions_total") - before, 6);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM (SELECT update_id - lag(update_id)"
                                  " OVER (ORDER BY id) AS step FROM update) s WHERE step <> 1"),
                     0);
}

TEST(concurrent_updates_share_transactions_and_keep_order)
{
    stand_run(together_body, NULL);
}

static void broken_body(void *data)
{
    known_bot_body(data);
    ck_status(deliver("{\"update_id\":7,\"message\":{\"chat\""), 200);
    ck_status(deliver("{\"update_id\":7,\"message\":{\"chat\""), 200);
    ck_assert_int_eq(rows("status = 'dead' AND update_id = 7 AND broken_key IS NOT NULL"), 1);
    ck_status(deliver(MESSAGE("7")), 200);
    ck_status(deliver(MESSAGE("7")), 200);
    ck_assert_int_eq(rows("status = 'received' AND update_id = 7"), 1);
    ck_status(deliver("{\"update_id\":7,\"message\":{\"chat\""), 200);
    ck_status(deliver("no JSON at all"), 200);
    ck_status(deliver("no JSON at all"), 200);
    ck_status(deliver(""), 200);
    ck_assert_int_eq(rows("status = 'dead' AND update_id IS NULL"), 2);
    ck_assert_int_eq(rows("true"), 4);
    ck_assert_double_eq(metric_of("telegram_updates_total{result=\"broken\"}"), 3);
}

/* Case: Broken JSON with right secret. */
TEST(broken_body_is_a_dead_letter_and_its_id_stays_free)
{
    stand_run(broken_body, NULL);
}

static struct update update_of(const char *body, const struct uuid *bot_id)
{
    struct update update;
    struct arena arena;
    struct fault fault;
    arena_init(&arena, 4096);
    ck_assert(update_read(slice_of(body), false, &arena, &update, &fault));
    arena_finish(&arena);
    update.bot_id = *bot_id;
    return update;
}

static struct uuid taxi_id(void)
{
    const struct bot *bot;
    struct fault fault;
    ck_assert(bots_find(stand_app()->bots, SLICE("taxi"), &bot, &fault));
    return bot->id;
}

static void gone_bot(void *data)
{
    const struct uuid nobody = uuid_make();
    struct update update = update_of(MESSAGE("9"), &nobody);
    struct fault fault;
    (void)data;
    ck_assert(!inbox_store(stand_app()->inbox, &update, &fault));
    ck_assert_str_eq(fault.code, "not_found");
    answered++;
}

/* CHECK (length(kind) BETWEEN 1 AND 40) */
static void without_kind(void *data)
{
    const struct uuid bot = taxi_id();
    struct update update = update_of(MESSAGE("1000"), &bot);
    struct fault fault;
    (void)data;
    update.kind = SLICE("");
    ck_assert(!inbox_store(stand_app()->inbox, &update, &fault));
    ck_assert_str_eq(fault.code, "database_error");
    answered++;
}

static void batch_body(void *data)
{
    static int numbers[MANY];
    known_bot_body(data);
    answered = 0;
    for (int i = 0; i < MANY; i++) {
        numbers[i] = i;
        stand_go(send_numbered, &numbers[i]);
        if (i % 20 == 10)
            stand_go(gone_bot, NULL);
        if (i % 20 == 15)
            stand_go(without_kind, NULL);
    }
    wait_answered(MANY + 10);
    ck_assert_int_eq(rows("true"), MANY);
}

TEST(failing_update_does_not_fail_its_batch)
{
    stand_run(batch_body, NULL);
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
    return update_store_commit(tx, updates, TOGETHER, together->fresh, fault);
}

static void store_together(struct together *together)
{
    struct fault fault;
    ck_assert(db_transaction(stand_service()->pool, commit_together, together, &fault));
}

static void twice_in_one_body(void *data)
{
    known_bot_body(data);
    const struct uuid bot = taxi_id();
    struct together together = {
        .updates = {update_of(MESSAGE("7"), &bot), update_of("broken", &bot),
                    update_of(MESSAGE("7"), &bot), update_of(MESSAGE("8"), &bot),
                    update_of("broken", &bot)}
    };
    store_together(&together);
    static const bool first[] = {true, true, false, true, false};
    ck_assert_mem_eq(together.fresh, first, sizeof first);
    ck_assert_int_eq(rows("status = 'received' AND update_id IN (7, 8)"), 2);
    ck_assert_int_eq(rows("true"), 3);
    together.updates[0] = update_of(MESSAGE("9"), &bot);
    store_together(&together);
    static const bool second[] = {true, false, false, false, false};
    ck_assert_mem_eq(together.fresh, second, sizeof second);
    ck_assert_int_eq(rows("true"), 4);
}

TEST(duplicate_in_a_batch_counts_once)
{
    stand_run(twice_in_one_body, NULL);
}

enum { LARGEST = 4, MIDDLE = 12 };
static char large[UPDATE_BODY_MAX];

/* The first ones have the maximum size, the others share batches of 256 KiB. */
static void send_large(void *data)
{
    const int number = *(const int *)data;
    const struct uuid bot = taxi_id();
    struct update update = update_of("{\"update_id\":1}", &bot);
    struct fault fault;
    update.update_id = number;
    update.body = (struct slice){large, number < LARGEST ? UPDATE_BODY_MAX : UPDATE_BODY_MAX / 10};
    ck_assert(inbox_store(stand_app()->inbox, &update, &fault));
    answered++;
}

static void large_body(void *data)
{
    static int numbers[LARGEST + MIDDLE];
    known_bot_body(data);
    answered = 0;
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (char)(i ^ i >> 8 ^ i >> 16);
    for (int i = 0; i < LARGEST + MIDDLE; i++) {
        numbers[i] = i;
        stand_go(send_large, &numbers[i]);
    }
    wait_answered(LARGEST + MIDDLE);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM update WHERE length(body) = %d AND"
                                  " substring(body FROM length(body) - 1) = '\\x%02x%02x'",
                                  UPDATE_BODY_MAX, large[sizeof large - 2] & 0xff,
                                  large[sizeof large - 1] & 0xff),
                     LARGEST);
    ck_assert_int_eq(rows("length(body) = 104857"), MIDDLE);
}

TEST(largest_bodies_are_stored_completely)
{
    stand_run(large_body, NULL);
}

/* A fiber with a deadline of its own. */
struct hasty {
    int number;
    bool stored;
    bool done;
    struct fault fault;
    struct uuid bot_id;
};

static void hasty_fiber(void *data)
{
    struct hasty *hasty = data;
    char body[64];
    snprintf(body, sizeof body, "{\"update_id\":%d}", hasty->number);
    struct update update = update_of(body, &hasty->bot_id);
    hasty->stored = inbox_store(stand_app()->inbox, &update, &hasty->fault);
    hasty->done = true;
}

static void hurry(struct hasty *hasty, int number, int ms)
{
    struct fault fault;
    *hasty = (struct hasty){.number = number, .bot_id = taxi_id()};
    ck_assert(fiber_start(stand_loop(), hasty_fiber, hasty, now_mono_ns() + ms * INT64_C(1000000),
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
                        " AND application_name = 'test_intake'");
}

static void give_up_body(void *data)
{
    struct hasty busy[BUSY], first, hasty, last;
    known_bot_body(data);
    PGconn *held = stand_hold("LOCK TABLE test_intake.update IN ACCESS EXCLUSIVE MODE");
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

TEST(cancelled_request_leaves_its_batch)
{
    stand_run(give_up_body, NULL);
}

static void slow_body(void *data)
{
    struct hasty first, second;
    known_bot_body(data);
    PGconn *held = stand_hold("LOCK TABLE test_intake.update IN ACCESS EXCLUSIVE MODE");
    hurry(&first, 1, 50);
    wait_hasty(&first);
    ck_assert(!first.stored);
    stand_commit(held);
    hurry(&second, 1, LONG_MS); /* Telegram repeats it */
    wait_hasty(&second);
    ck_assert(second.stored);
    ck_assert_int_eq(rows("true"), 1);
}

TEST(update_with_unknown_outcome_can_be_repeated)
{
    stand_run(slow_body, NULL);
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

static void sweep_body(void *data)
{
    struct periodic sweeper;
    known_bot_body(data);
    old_rows("done", SWEEPER_BATCH + 20, "73 hours", 0);
    old_rows("done", 3, "71 hours", 10000);
    old_rows("received", 4, "400 days", 20000);
    old_rows("dead", 5, "29 days", 30000);
    stand_sql("UPDATE update SET received_at = now() - interval '31 days'"
              " WHERE id IN (SELECT id FROM update WHERE status = 'dead' LIMIT 2)");
    sweeper_start(&sweeper, stand_service());
    stand_until(rows("true") <= 10, "%lld rows are left", rows("true"));
    periodic_stop(&sweeper);
    ck_assert_int_eq(rows("status = 'done'"), 3);
    ck_assert_int_eq(rows("status = 'received'"), 4);
    ck_assert_int_eq(rows("status = 'dead'"), 3);
}

TEST(done_updates_are_deleted_after_three_days)
{
    stand_run(sweep_body, NULL);
}
