// SPDX-License-Identifier: MIT
/* Which receivers are called: fairness between them, receivers that hang, processes that die, and
 * concurrent instances. */

#include "deliver_stand.h"
#include "support/metric_of.h"

/* --- receivers are independent --- */

enum { HANGING = 40, ITEMS = 40 };

static struct reaction hang_or_not(const struct received *one, int nth)
{
    return strcmp(one->path, "/a") == 0 ? (struct reaction){.status = 200}
                                        : (struct reaction){.status = 200, .delay_ms = 30000};
}

static void begin(void)
{
    deliver_begin("test_deliver_take");
}

TEST_CASE("all", .setup = begin, .teardown = deliver_end, .timeout_s = 60);

FIBER_TEST(hanging_and_unreachable_receivers_do_not_delay_others)
{
    static struct uuid bad[HANGING];
    const struct uuid good = receiver_on("/a");
    char path[24];

    react = hang_or_not;
    for (int i = 0; i < HANGING; i++) {
        snprintf(path, sizeof path, "/hang%d", i);
        bad[i] = i % 4 == 0 ? receiver_at("http://127.0.0.1:1/") : receiver_on(path);
    }
    /* All receivers but /a count as failing; otherwise each would have four calls of ten
     * seconds. */
    stand_sql(
        "UPDATE receiver SET failing_since = now(), last_error = 'x' WHERE url NOT LIKE '%%/a'");
    struct deliver *deliver = start();
    for (int i = 0; i < ITEMS; i++) {
        const char *lane = textf("%d", i);
        place_body(bad, HANGING, lane, SLICE("x"));
        place(&good, lane, i);
    }
    const int64_t began = now_mono_ns() / NS_PER_MS;
    wait_count("/a", ITEMS);
    const int64_t took_ms = now_mono_ns() / NS_PER_MS - began;
    if (is_timed())
        ck_assert_int_lt(took_ms, 3000);
    if (took_ms < DELIVER_CALL_MS)
        ck_assert_int_le(receiver_count(&receiver, NULL), ITEMS + DELIVER_CALLS_MAX / 2);
    for (int i = 0; i < HANGING && took_ms < DELIVER_CALL_MS; i++) {
        snprintf(path, sizeof path, "/hang%d", i);
        ck_assert_int_le(receiver_count(&receiver, path), 1);
    }
    wait_for("EXISTS (SELECT FROM receiver WHERE failures > 0 AND url LIKE '%:1/')");
    wait_for("EXISTS (SELECT FROM delivery WHERE reason = 'upstream_timeout' AND refusals > 0)");
    deliver_stop(deliver);
}

/* --- the end of the process --- */

static struct deliver *stopped;
static bool stop_returned;
static atomic_bool may_answer;

static void stop_soon(void *data)
{
    deliver_stop(stopped);
    stop_returned = true;
}

static struct reaction take_time(const struct received *one, int nth)
{
    return (struct reaction){.status = 200, .waits_for = &may_answer};
}

FIBER_TEST(stop_after_its_deadline_leaves_the_running_call_intact)
{
    const struct uuid to = receiver_on("/a");

    react = take_time;
    stopped = start();
    stop_returned = false;
    atomic_store(&may_answer, false);
    place(&to, "a", 0);
    wait_count("/a", 1);
    ck_ok(fiber_start(stand_service()->loop, stop_soon, NULL, now_mono_ns() + 200 * NS_PER_MS,
                      "stop", &fault));
    stand_until(stop_returned, "stop_returned");
    ck_assert_uint_eq(stopped->queue.call_count, 1);
    atomic_store(&may_answer, true);
    wait_for(NOTHING_LEFT); /* the call still has all that it uses */
    deliver_stop(stopped);
}

FIBER_TEST(receiver_at_a_private_address_is_not_called)
{
    const struct uuid to = receiver_on("/a");
    struct deliver *deliver = start_with(false);

    place(&to, "a", 0);
    wait_for("EXISTS (SELECT FROM receiver WHERE last_error = 'url_not_allowed' AND rests_until > "
             "now())");
    ck_assert_int_eq(receiver_count(&receiver, NULL), 0);
    ck_sql(0, "SELECT refusals FROM delivery");
    deliver_stop(deliver);
}

/* --- items taken by the test itself --- */

struct taken {
    struct deliver_capacity capacity;
    struct deliver_call call; /* the first */
    int count;
};

static struct taken taken_make(int calls)
{
    struct taken taken = {
        .capacity = {.lease = uuid_make(), .calls = calls, .failing = calls, .bytes = 1}
    };

    taken.call.lease = taken.capacity.lease;
    arena_init(&taken.call.base.arena, 256 * 1024);
    return taken;
}

static void taken_end(struct taken *taken)
{
    arena_finish(&taken->call.base.arena);
}

static bool take_some(struct db *tx, void *arg, struct fault *fault)
{
    struct taken *taken = arg;
    auto_rows struct db_rows rows = {0};

    if (!deliver_store_lease_due(tx, &taken->capacity, &rows, fault))
        return false;
    taken->count = rows.count;
    return rows.count == 0 || deliver_store_read_call(&rows, 0, &taken->call, fault);
}

static bool settle_one(struct db *tx, void *arg, struct fault *fault)
{
    const struct taken *taken = arg;
    const struct deliver_decision done = {.outcome = DELIVER_DONE};
    const struct deliver_settled settled = {.call = &taken->call, .decision = &done};

    return deliver_store_write_result(tx, &settled, fault);
}

/* --- a receiver with many items and one with few --- */

enum { GREEDY = 40, GREEDY_LANES = 3 };

FIBER_TEST(receiver_waits_for_at_most_one_item_of_each_other_receiver)
{
    struct uuid greedy[GREEDY];
    int taken_count = 0;

    for (int i = 0; i < GREEDY; i++)
        greedy[i] = receiver_on(textf("/greedy%d", i));
    for (int n = 0; n < GREEDY_LANES; n++)
        place_body(greedy, GREEDY, textf("%d", n), SLICE("x"));
    const struct uuid modest = receiver_on("/modest");
    place(&modest, "a", 0);
    struct taken taken = taken_make(1);
    do {
        DO(take_some, &taken);
        ck_assert_int_eq(taken.count, 1);
        DO(settle_one, &taken);
        taken_count++;
    } while (!uuid_equal(&taken.call.receiver_id, &modest));
    taken_end(&taken);
    ck_assert_int_le(taken_count, GREEDY + 1);
}

/* --- a receiver that is removed while one of its calls ends --- */

/* A transaction that ran twice was aborted by PostgreSQL because of a deadlock. */
static struct rival_ends {
    struct taken taken;
    struct deliver_decision decision;
    int settled, removed, ended;
} ends;

static bool settle_taken(struct db *tx, void *arg, struct fault *fault)
{
    const struct deliver_settled settled = {
        .call = &ends.taken.call, .decision = &ends.decision, .reason = SLICE("status_500")};

    ends.settled++;
    return deliver_store_write_result(tx, &settled, fault);
}

static bool remove_taken(struct db *tx, void *arg, struct fault *fault)
{
    ends.removed++;
    return deliver_store_remove_receiver(tx, &ends.taken.call.receiver_id, fault);
}

static void run_settle(void *data)
{
    DO(settle_taken, NULL);
    ends.ended++;
}

static void run_remove(void *data)
{
    DO(remove_taken, NULL);
    ends.ended++;
}

/* The number of this schema's connections that wait for a lock. */
#define WAITING                                                                                    \
    "(SELECT count(*) FROM pg_stat_activity WHERE application_name = current_schema()"             \
    " AND wait_event_type = 'Lock')"

/* Both wait for rows that a third transaction has locked; the removal waits first. */
static void end_together(enum deliver_outcome outcome, const char *locked)
{
    const struct uuid to = receiver_on("/a");

    ends = (struct rival_ends){
        .taken = taken_make(1), .decision = {.outcome = outcome, .lane_ms = 1000}
    };
    place(&to, "a", 0);
    DO(take_some, &ends.taken);
    ck_assert_int_eq(ends.taken.count, 1);
    stand_sql("BEGIN");
    stand_sql("SELECT FROM %s FOR UPDATE", locked);
    stand_go(run_remove, NULL);
    wait_for("1 = " WAITING);
    stand_go(run_settle, NULL);
    wait_for("2 = " WAITING);
    stand_sql("COMMIT");
    stand_until(ends.ended >= 2, "ends.ended is %d", ends.ended);
    ck_assert_int_eq(ends.settled, 1);
    ck_assert_int_eq(ends.removed, 1);
    ck_rows(0, "receiver");
    taken_end(&ends.taken);
}

FIBER_TEST(receiver_can_be_removed_while_its_call_ends)
{
    end_together(DELIVER_AGAIN, "receiver");
    end_together(DELIVER_DONE, "delivery");
}

/* --- a process that dies --- */

FIBER_TEST(items_of_a_dead_process_are_sent_again_with_the_same_id)
{
    const struct uuid to = receiver_on("/a");
    struct taken taken = taken_make(1), late = taken_make(1);

    place(&to, "a", 0);
    place(&to, "a", 1);
    DO(take_some, &taken);
    ck_assert_int_eq(taken.count, 1);
    struct deliver *deliver = start();
    stand_sleep(2 * DELIVER_POLL_MS);
    ck_assert_int_eq(receiver_count(&receiver, "/a"), 0); /* the item is being sent */
    stand_sql("UPDATE delivery_lane SET due_at = now()"); /* the lease has expired */
    wait_count("/a", 2);
    wait_for(NOTHING_LEFT);
    char id[UUID_TEXT_LEN + 1];
    uuid_format(&taken.call.id, id);
    ck_assert_str_eq(receiver_get(&receiver, "/a", 0).id, id);
    ck_assert_str_eq(receiver_get(&receiver, "/a", 0).body, "{\"lane\":\"a\",\"n\":0}");
    deliver_stop(deliver);
    /* The process that was taken for dead stores its result too late. */
    place(&to, "a", 2);
    DO(take_some, &late);
    taken.call.id = late.call.id;
    taken.call.lane_id = late.call.lane_id;
    DO(settle_one, &taken);
    ck_sql(1, "SELECT count(*) FROM delivery JOIN delivery_lane l ON l.id = "
              "lane_id WHERE leased_by IS NOT NULL");
    taken_end(&taken);
    taken_end(&late);
}

/* Two concurrent takers lease different lanes. */
static struct taken rivals[2];
static int rivals_ended;

static void rival(void *data)
{
    struct taken *taken = data;

    DO(take_some, taken);
    rivals_ended++;
}

FIBER_TEST(concurrent_takers_share_no_lane)
{
    const struct uuid to[] = {receiver_on("/a"), receiver_on("/b")};

    for (int i = 0; i < 10; i++)
        place_body(to, 2, textf("%d", i), SLICE("x"));
    for (int round = 0; round < 20; round++) {
        rivals_ended = 0;
        for (int i = 0; i < 2; i++) {
            rivals[i] = taken_make(32);
            rivals[i].capacity.bytes = 1000;
            stand_go(rival, &rivals[i]);
        }
        stand_until(rivals_ended >= 2, "rivals_ended is %d", rivals_ended);
        ck_assert_int_gt(rivals[0].count + rivals[1].count, 0);
        ck_assert_int_le(rivals[0].count, 2 * DELIVER_RECEIVER_CALLS);
        ck_assert_int_eq(
            stand_number("SELECT count(*) FROM delivery_lane WHERE leased_by IS NOT NULL"),
            rivals[0].count + rivals[1].count);
        stand_sql("UPDATE delivery_lane SET leased_by = NULL, due_at = now()");
        taken_end(&rivals[0]);
        taken_end(&rivals[1]);
    }
}

static int taken_by(const struct deliver_capacity *capacity)
{
    struct taken taken = taken_make(1);

    taken.capacity = *capacity;
    DO(take_some, &taken);
    taken_end(&taken);
    stand_sql("UPDATE delivery_lane SET leased_by = NULL, due_at = now()");
    return taken.count;
}

FIBER_TEST(calls_of_receivers_and_bodies_are_limited)
{
    const struct uuid to[] = {receiver_on("/a"), receiver_on("/b"), receiver_on("/c")};
    struct deliver_capacity capacity = {
        .lease = uuid_make(), .calls = 32, .failing = 16, .bytes = 1000};

    stand_sql(
        "UPDATE receiver SET failing_since = now(), last_error = 'x' WHERE url NOT LIKE '%%/a'");
    for (int i = 0; i < 6; i++)
        place_body(to, 3, textf("%d", i), SLICE("0123456789"));
    ck_assert_int_eq(taken_by(&capacity), DELIVER_RECEIVER_CALLS + 2);
    capacity.failing = 1;
    ck_assert_int_eq(taken_by(&capacity), DELIVER_RECEIVER_CALLS + 1);
    capacity.bytes = 11;
    ck_assert_int_eq(taken_by(&capacity), 2);
    capacity.bytes = 1000;
    capacity.running[capacity.running_count++] = db_uuid(&to[0]);
    capacity.running[capacity.running_count++] = db_uuid(&to[1]);
    capacity.failing = 16;
    ck_assert_int_eq(taken_by(&capacity), DELIVER_RECEIVER_CALLS - 1 + 1);
    capacity.calls = 2;
    ck_assert_int_eq(taken_by(&capacity), 2);
}

static struct reaction take_large(const struct received *one, int nth)
{
    return (struct reaction){.status = 200, .delay_ms = 50};
}

FIBER_TEST(the_largest_items_are_delivered_two_at_a_time)
{
    const struct uuid to = receiver_on("/a");
    char *body = malloc(DELIVER_BODY_MAX);

    ck_assert_ptr_nonnull(body);
    memset(body, 'x', DELIVER_BODY_MAX);
    react = take_large;
    for (int i = 0; i < 6; i++)
        place_body(&to, 1, (const char[2]){(char)('a' + i), '\0'},
                   (struct slice){body, DELIVER_BODY_MAX});
    struct deliver *deliver = start();
    wait_for(NOTHING_LEFT);
    for (int i = 0; i < 6; i++) {
        const struct received one = receiver_get(&receiver, "/a", i);
        ck_assert_uint_eq(one.body_len, DELIVER_BODY_MAX);
        ck_assert_int_le(one.at_once, 1 + DELIVER_BYTES_MAX / DELIVER_BODY_MAX);
    }
    deliver_stop(deliver);
    free(body);
}

/* --- dropped items --- */

struct dropping {
    struct slice receivers, items;
    int64_t dropped;
};

static bool drop(struct db *tx, void *arg, struct fault *fault)
{
    struct dropping *dropping = arg;

    return deliver_store_remove_items(tx, dropping->receivers, dropping->items, &dropping->dropped,
                                      fault);
}

/* Drops two of three items at /a: the one being sent, and the only one of its lane; none at /b. */
FIBER_TEST(dropped_items_are_not_sent_and_their_lane_continues)
{
    const struct uuid a = receiver_on("/a"), both[] = {a, receiver_on("/b")};
    struct taken taken = taken_make(1);

    place(&a, "lane", 0);
    place(&a, "lane", 1);
    place_body(both, 2, "own", SLICE("{\"n\":2}"));
    stand_sql("UPDATE delivery_lane SET due_at = now() + interval '1 hour' WHERE key = 'own'");
    DO(take_some, &taken);
    ck_assert_int_eq(taken.count, 1);
    struct dropping dropping = {
        slice_of(stand_text("SELECT array_agg(id)::text FROM receiver WHERE url LIKE '%%/a'")),
        slice_of(stand_text("SELECT array_agg(DISTINCT item_id)::text FROM delivery"
                            " WHERE convert_from(body, 'UTF8') ~ '[02]}$'")),
        0,
    };
    DO(drop, &dropping);
    ck_assert_int_eq(dropping.dropped, 2);
    ck_assert_str_eq(stand_text("SELECT string_agg(l.key || right(r.url, 1) ||"
                                " convert_from(d.body, 'UTF8'), ' ' ORDER BY l.key) FROM delivery d"
                                " JOIN delivery_lane l ON l.id = d.lane_id"
                                " JOIN receiver r ON r.id = d.receiver_id"),
                     "lanea{\"lane\":\"lane\",\"n\":1} ownb{\"n\":2}");
    ck_rows(2, "delivery_lane");
    DO(drop, &dropping);
    ck_assert_int_eq(dropping.dropped, 0);
    DO(settle_one, &taken);
    taken_end(&taken);
    stand_sql("UPDATE delivery_lane SET due_at = now()");
    struct deliver *deliver = start();
    wait_for(NOTHING_LEFT);
    wait_count("/a", 1);
    wait_count("/b", 1);
    deliver_stop(deliver);
}
