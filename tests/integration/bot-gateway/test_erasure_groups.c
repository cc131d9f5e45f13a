// SPDX-License-Identifier: MIT
/* Erasure from groups with many updates of others, in pages, and one erasure of a bot at a time. */
#include "db/transaction.h"

#include "erasing.h"
#include "privacy/erasure.h"

TEST_CASE("erasure groups", .setup = erasing_begin, .teardown = sends_finish, .timeout_s = 60);

struct waiting {
    struct answer answer;
    bool done;
};

static void erase_aside(void *data)
{
    struct waiting *waiting = data;

    waiting->answer = erase(HIM);
    waiting->done = true;
}

/* Other suites wait for their own locks in the same database. */
#define WAITS_FOR                                                                                  \
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND %d = ANY (pg_blocking_pids(pid))"

/* A request that waited for the lock would hold one of the few connections that turns need. */
FIBER_TEST(second_erasure_of_a_bot_is_busy)
{
    struct waiting waiting = {.done = false};
    long long waited = 0;

    erasing_start(receipts, RECEIPTS);
    say(1, "hi");
    PGconn *other = stand_hold("SELECT pg_advisory_xact_lock(hashtextextended('erasure ' || id, 0))"
                               " FROM gateway_erasure_groups.bot");
    stand_go(erase_aside, &waiting);
    while (!waiting.done) {
        waited += stand_number(WAITS_FOR, PQbackendPID(other));
        stand_sleep(1);
    }
    ck_refused(waiting.answer, 503, "busy");
    ck_assert(waiting.answer.retry_after);
    ck_assert_int_eq(waited, 0);
    stand_commit(other);
    ck_status(erase_to_end(HIM), 200);
    ck_says(HIM, "");
}

enum { OTHERS = 2 * ERASURE_QUOTES_MAX + 10 };

/* The person wrote in two groups. Adds updates of others there; `whose` is the number in the
 * text. */
static void fill(int first, int last, const char *whose, size_t size)
{
    stand_sql("INSERT INTO update (id, bot_id, update_id, kind, chat_id, user_id, status, body)"
              " SELECT ('018f0000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, bot.id, n,"
              " 'message', -1 - n %% 2, 8, 'done', convert_to('{\"x\":%s,\"y\":\"' ||"
              " repeat('y', %zu) || '\"}', 'UTF8') FROM bot, generate_series(%d, %d) n",
              whose, size, first, last);
}

static void write_in_groups(void)
{
    stand_sql("INSERT INTO update (id, bot_id, update_id, kind, chat_id, user_id, status, body)"
              " SELECT gen_random_uuid(), id, 1000000 + n, 'message', -n, " HIM ", 'done', 'x'"
              " FROM bot, generate_series(1, 2) n");
}

struct pass {
    struct uuid bot_id;
    struct erasure_counts found;
    int64_t left;
};

static bool run_pass(struct db *tx, void *arg, struct fault *fault)
{
    struct pass *pass = arg;

    return erasure_store_run_pass(tx, &pass->bot_id, HIS_ID, &pass->found, &pass->left, fault);
}

/* Runs as many requests as needed, each as if the time had ended after one page. */
static int count_passes(int most)
{
    struct pass pass = {.left = 1};
    int passes = 0;

    ck_assert(uuid_parse(slice_of(stand_text("SELECT id FROM bot")), &pass.bot_id));
    while (pass.left > 0 && passes < most) {
        ck_ok(db_transaction(stand_service()->pool, run_pass, &pass, &fault));
        passes++;
    }
    return passes;
}

#define QUOTES "SELECT count(*) FROM update WHERE position('" HIM "'::bytea IN body) > 0"

FIBER_TEST(large_group_is_scanned_in_pages)
{
    erasing_start(receipts, RECEIPTS);
    fill(1, 2, HIM, 10);
    fill(3, OTHERS / 2, "8", 10);
    fill(OTHERS / 2 + 1, OTHERS / 2 + 2, HIM, 10);
    fill(OTHERS / 2 + 3, OTHERS - 2, "8", 10);
    fill(OTHERS - 1, OTHERS, HIM, 10);
    write_in_groups();
    ck_assert_int_eq(count_passes(1), 1);
    ck_assert_int_gt(stand_number(QUOTES), 0);
    ck_rows(0, "update WHERE user_id = " HIM);
    ck_assert_int_eq(count_passes(10), 2);
    ck_sql(0, QUOTES);
    ck_rows(6 + 2, "update WHERE body = ''");
    ck_rows(0, "erasure_scan");
    ck_assert_int_eq(count_passes(10), 1);
    ck_says(HIM, "");
}

/* Bodies count in bytes; a body larger than a page is a page of its own. */
FIBER_TEST(page_is_limited_in_bytes)
{
    erasing_start(receipts, RECEIPTS);
    fill(1, 18, HIM, 1000000);
    write_in_groups();
    ck_assert_int_eq(count_passes(1), 1);
    ck_sql(9, QUOTES);
    ck_assert_int_eq(count_passes(10), 1);
    ck_sql(0, QUOTES);
}

/* A complete request, and an old scan that was never finished. */
FIBER_TEST(request_continues_an_unfinished_erasure)
{
    erasing_start(receipts, RECEIPTS);
    fill(1, OTHERS, HIM, 10);
    write_in_groups();
    stand_sql("INSERT INTO erasure_scan (id, groups, updated_at) SELECT gen_random_uuid(), '{-5}',"
              " now() - interval '5 days'");
    int status;
    do {
        status = erase(HIM).status;
        ck_assert(status == 200 || status == 503);
    } while (status != 200);
    ck_sql(0, QUOTES);
    ck_rows(0, "erasure_scan");
    ck_says(HIM, "");
}
