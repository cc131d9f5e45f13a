// SPDX-License-Identifier: MIT
/* Deliveries with a real PostgreSQL and a real receiver: each item once and in order, retries, and
 * limits. */

#include <netdb.h>
#include <stdatomic.h>

#include "deliver_stand.h"
#include "support/metric_of.h"

enum { LATE_MS = 15000 /* on a busy machine */ };

static void begin(void)
{
    deliver_begin("test_deliver");
}

TEST_CASE("all", .setup = begin, .teardown = deliver_end, .timeout_s = 60);

static void check_signature(const struct received *one)
{
    char signature[DELIVER_SIGNATURE_LEN + 1];
    struct deliver_key key;

    ck_ok(deliver_secret_read(SLICE(SECRET), &key, &fault));
    deliver_sign((struct slice){(const char *)key.bytes, key.len},
                 slice_of(textf("%s.%s.%s", one->id, one->timestamp, one->body)), signature);
    ck_assert_str_eq(one->signature, signature);
    ck_assert_int_le(llabs(atoll(one->timestamp) - now_wall_us() / US_PER_S), 60);
}

/* --- once and in order --- */

enum { INSTANCES = 2, LANES = 12, EACH = 15 };

static struct reaction take_slowly(const struct received *one, int nth)
{
    return (struct reaction){.status = 202, .delay_ms = nth % 4};
}

FIBER_TEST(items_are_delivered_once_signed_and_in_lane_order)
{
    const struct uuid to = receiver_on("/a");
    struct deliver *instances[INSTANCES];

    react = take_slowly;
    instances[0] = start();
    instances[1] = start();
    for (int i = 0; i < LANES * EACH; i++)
        place(&to, textf("%d", i % LANES), i / LANES);
    wait_for(NOTHING_LEFT);
    ck_assert_int_eq(receiver_count(&receiver, "/a"), LANES * EACH);
    int next[LANES] = {0};
    for (int i = 0; i < LANES * EACH; i++) {
        const struct received one = receiver_get(&receiver, "/a", i);
        int lane, number;
        ck_assert_int_eq(sscanf(one.body, "{\"lane\":\"%d\",\"n\":%d}", &lane, &number), 2);
        ck_assert_int_eq(number, next[lane]++);
        ck_assert_int_le(one.at_once, INSTANCES * DELIVER_RECEIVER_CALLS);
        ck_assert_str_eq(one.key, "taxi:7");
        ck_assert_str_eq(one.type, "application/json");
        check_signature(&one);
    }
    deliver_stop(instances[0]);
    deliver_stop(instances[1]);
}

/* Waiting items are sent in the order of their ids, independent of the order of inserts. */
FIBER_TEST(waiting_items_are_delivered_in_id_order)
{
    const struct uuid to = receiver_on("/a");
    struct placing early = {
        .receivers = {to                     },
        .count = 1,
        .item = { .id = uuid_make(), .lane = SLICE("x"), .body = SLICE("early")}
    };
    struct placing late = early;

    late.item.id = uuid_make();
    late.item.body = SLICE("late");
    DO(place_item, &late);
    DO(place_item, &early);
    DO(place_item, &early); /* a waiting item is queued once */
    struct deliver *deliver = start();
    wait_for(NOTHING_LEFT);
    ck_assert_int_eq(receiver_count(&receiver, "/a"), 2);
    ck_assert_str_eq(receiver_get(&receiver, "/a", 0).body, "early");
    ck_assert_str_eq(receiver_get(&receiver, "/a", 1).body, "late");
    ck_assert_str_eq(receiver_get(&receiver, "/a", 0).key, "");
    ck_assert_double_eq(metric_of("deliveries_total{outcome=\"delivered\"}"), 2);
    ck_assert_double_eq(metric_of("deliveries_total{outcome=\"failed\"}"), 0);
    deliver_stop(deliver);
}

/* --- retries and answers --- */

static bool other_came; /* read and written by the receiver's threads, under its lock */

static struct reaction refuse_until_other(const struct received *one, int nth)
{
    other_came |= strstr(one->body, "\"lane\":\"b\"") != NULL;
    return (struct reaction){.status = other_came ? 200 : 500};
}

FIBER_TEST(refused_item_is_retried_within_5_s_and_delays_only_its_lane)
{
    const struct uuid to = receiver_on("/a");

    other_came = false;
    react = refuse_until_other;
    struct deliver *deliver = start();
    place(&to, "a", 0);
    place(&to, "a", 1);
    wait_count("/a", 1);
    wait_for("EXISTS (SELECT FROM receiver WHERE failing_since IS NOT NULL AND last_error = "
             "'status_500')");
    place(&to, "b", 0);
    wait_for(NOTHING_LEFT);
    /* The first item is retried more than once only if the machine stalls for seconds. */
    const int count = receiver_count(&receiver, "/a");
    const struct received first = receiver_get(&receiver, "/a", 0);
    const struct received other = receiver_get(&receiver, "/a", count - 3);
    const struct received second = receiver_get(&receiver, "/a", count == 4 ? 2 : 1);
    ck_assert_str_eq(other.body, "{\"lane\":\"b\",\"n\":0}");
    if (is_timed()) {
        ck_assert_int_eq(count, 4);
        ck_assert_int_lt(other.at_ms - first.at_ms, LATE_MS);
    }
    ck_assert_str_eq(second.body, first.body);
    ck_assert_str_eq(second.id, first.id);
    ck_assert_str_ne(second.timestamp, first.timestamp);
    check_signature(&second);
    ck_assert_int_ge(second.at_ms - first.at_ms, 2000);
    if (is_timed())
        ck_assert_int_lt(second.at_ms - first.at_ms, 5000);
    ck_assert_str_eq(receiver_get(&receiver, "/a", count - 1).body, "{\"lane\":\"a\",\"n\":1}");
    wait_for("EXISTS (SELECT FROM receiver WHERE failing_since IS NULL)");
    deliver_stop(deliver);
}

static struct reaction busy_first(const struct received *one, int nth)
{
    return nth > 0 ? (struct reaction){.status = 200}
                   : (struct reaction){.status = 503, .retry_after_s = 4};
}

FIBER_TEST(retry_after_of_a_receiver_is_honoured)
{
    const struct uuid to = receiver_on("/a");

    react = busy_first;
    struct deliver *deliver = start();
    place(&to, "a", 0);
    wait_for("EXISTS (SELECT FROM receiver WHERE last_error = 'status_503')");
    place(&to, "b", 0);
    wait_count("/a", 3);
    for (int i = 1; i < 3; i++) {
        const int64_t took =
            receiver_get(&receiver, "/a", i).at_ms - receiver_get(&receiver, "/a", 0).at_ms;
        ck_assert_int_ge(took, 3990);
        if (is_timed())
            ck_assert_int_lt(took, LATE_MS);
    }
    wait_for(NOTHING_LEFT);
    deliver_stop(deliver);
}

static struct reaction refuse_poison(const struct received *one, int nth)
{
    return (struct reaction){.status = strcmp(one->body, "poison") == 0 ? 500 : 200};
}

FIBER_TEST(item_is_dead_after_the_last_refusal_and_its_lane_continues)
{
    const struct uuid to = receiver_on("/a");

    react = refuse_poison;
    place_body(&to, 1, "a", SLICE("poison"));
    place(&to, "a", 1);
    stand_sql("UPDATE delivery SET tries = %d, refusals = %d WHERE body = 'poison'",
              DELIVER_REFUSALS_MAX, DELIVER_REFUSALS_MAX - 1);
    struct deliver *deliver = start();
    wait_for("EXISTS (SELECT FROM delivery WHERE status = 'dead' AND reason = 'status_500' AND "
             "body = '')");
    /* The lane waits as after any other failure. */
    stand_sql("UPDATE delivery_lane SET due_at = now()");
    wait_count("/a", 2);
    wait_for("NOT EXISTS (SELECT FROM delivery_lane)");
    ck_assert_double_eq(metric_of("deliveries_total{outcome=\"dead\"}"), 1);
    deliver_stop(deliver);
}

static struct reaction gone_or_not(const struct received *one, int nth)
{
    return (struct reaction){.status = strcmp(one->path, "/gone") == 0 ? 410 : 200};
}

FIBER_TEST(receiver_that_answers_410_is_disabled)
{
    const struct uuid to[] = {receiver_on("/gone"), receiver_on("/a")};

    react = gone_or_not;
    place_body(to, 2, "a", SLICE("1"));
    place_body(to, 2, "a", SLICE("2"));
    struct deliver *deliver = start();
    wait_count("/a", 2);
    wait_for("EXISTS (SELECT FROM receiver WHERE disabled_at IS NOT NULL AND last_error = "
             "'status_410')");
    place_body(to, 2, "b", SLICE("3"));
    wait_count("/a", 3);
    deliver_stop(deliver);
    deliver = start(); /* the cleanup runs at once */
    wait_for("2 = (SELECT count(*) FROM delivery WHERE status = 'dead') AND NOT EXISTS (SELECT "
             "FROM delivery_lane)");
    ck_assert_int_eq(receiver_count(&receiver, "/gone"), 1);
    deliver_stop(deliver);
}

static struct reaction redirect(const struct received *one, int nth)
{
    return strcmp(one->path, "/a") == 0 ? (struct reaction){.status = 307, .location = "/b"}
                                        : (struct reaction){.status = 200, .body_len = 4 << 20};
}

FIBER_TEST(redirects_are_not_followed_and_long_answers_are_accepted)
{
    const struct uuid to[] = {receiver_on("/a"), receiver_on("/long")};

    react = redirect;
    struct deliver *deliver = start();
    place_body(to, 2, "a", SLICE("1"));
    wait_for("EXISTS (SELECT FROM receiver WHERE last_error = 'status_307')");
    wait_for("1 = (SELECT count(*) FROM delivery)");
    ck_assert_int_eq(receiver_count(&receiver, "/b"), 0);
    ck_assert_int_eq(receiver_count(&receiver, "/long"), 1);
    deliver_stop(deliver);
}

static const struct reaction bodies[] = {
    {.status = 200, .body_len = 100, .body = BODY_CUT   },
    {.status = 200, .body_len = 100, .body = BODY_STALLS},
};

static struct reaction break_body(const struct received *one, int nth)
{
    return bodies[strcmp(one->path, "/cut") == 0 ? 0 : 1];
}

FIBER_TEST(incomplete_answer_body_does_not_fail_a_delivery)
{
    const struct uuid to[] = {receiver_on("/cut"), receiver_on("/stall")};

    react = break_body;
    place_body(to, 2, "a", SLICE("1"));
    struct deliver *deliver = start();
    wait_for(NOTHING_LEFT);
    ck_assert_int_eq(receiver_count(&receiver, NULL), 2);
    ck_assert_double_eq(metric_of("deliveries_total{outcome=\"failed\"}"), 0);
    deliver_stop(deliver);
}

/* --- expiry and limits --- */

FIBER_TEST(expired_items_are_dead_and_deleted_after_a_week)
{
    const struct uuid to[] = {receiver_at("http://127.0.0.1:1/"),
                              receiver_at("http://127.0.0.1:1/b")};

    stand_sql("UPDATE receiver SET failing_since = now(), last_error = 'x', rests_until = now() + "
              "interval '1 hour'");
    place_body(to, 2, "a", SLICE("1"));
    place_body(to, 2, "a", SLICE("2"));
    place_body(to, 2, "b", SLICE("3"));
    stand_sql(
        "UPDATE delivery SET placed_at = now() - interval '24 hours 1 s' WHERE body IN ('1', '3')");
    /* One row is old enough to be deleted: dead, and nine days old. */
    stand_sql("UPDATE delivery SET status = 'dead', lane_id = NULL, body = '', reason = 'x', "
              "placed_at = now() - interval '9 days'"
              " WHERE body = '3' AND receiver_id = (SELECT min(id::text)::uuid FROM receiver)");
    stand_sql(
        "DELETE FROM delivery_lane l WHERE NOT EXISTS (SELECT FROM delivery WHERE lane_id = l.id)");
    struct deliver *deliver = start();
    wait_for("5 = (SELECT count(*) FROM delivery)"
             " AND 3 = (SELECT count(*) FROM delivery WHERE status = 'dead')");
    ck_rows(3, "delivery WHERE status = 'dead' AND reason = 'not_tried'");
    ck_rows(2, "delivery WHERE status = 'waiting' AND body = '2'");
    ck_rows(2, "delivery_lane");
    ck_assert_double_ge(deliver->queue.oldest.value, 24 * 3600);
    deliver_stop(deliver);
}

#define DEAD "SELECT count(*) FROM delivery WHERE status = 'dead'"

FIBER_TEST(oldest_items_beyond_the_limit_are_dead)
{
    const struct uuid to = receiver_at("http://127.0.0.1:1/");
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&to, id);
    stand_sql("UPDATE receiver SET failing_since = now(), last_error = 'x', rests_until = now() + "
              "interval '1 hour'");
    stand_sql(
        "WITH l AS (INSERT INTO delivery_lane (receiver_id, key, due_at) VALUES ('%s', 'a', now()) "
        "RETURNING id)"
        " INSERT INTO delivery (id, receiver_id, lane_id, item_id, body, placed_at)"
        " SELECT gen_random_uuid(), '%s', l.id, gen_random_uuid(), 'x', now() - n * interval '1 ms'"
        " FROM l, generate_series(1, %d) n",
        id, id, DELIVER_WAITING_MAX + 700);
    struct deliver *deliver = start();
    stand_until(stand_number(DEAD) >= 700, "%lld are dead", stand_number(DEAD));
    stand_sleep(200);
    ck_assert_int_eq(stand_number(DEAD), 700);
    ck_sql(1, "SELECT (max(placed_at) FILTER (WHERE status = 'dead') < min(placed_at) "
              "FILTER (WHERE status = 'waiting'))::int FROM delivery");
    deliver_stop(deliver);
}

static bool remove_receiver(struct db *tx, void *arg, struct fault *fault)
{
    return deliver_store_remove_receiver(tx, arg, fault);
}

static atomic_bool is_silent; /* no name server answers for silent.test */
static atomic_bool is_asked;

__typeof__(getaddrinfo) __real_getaddrinfo, __wrap_getaddrinfo;
int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                       struct addrinfo **found)
{
    if (strcmp(host, "silent.test") != 0)
        return __real_getaddrinfo("127.0.0.1", service, hints, found);
    atomic_store(&is_asked, true);
    while (atomic_load(&is_silent))
        wait_pause(1);
    return EAI_AGAIN;
}

FIBER_TEST(silent_name_of_a_receiver_delays_no_name_of_the_service)
{
    struct work_address address;
    size_t count = 1;
    struct fault fault = {.code = ""};
    const struct uuid to = receiver_at("https://silent.test/");

    atomic_store(&is_silent, true);
    struct deliver *deliver = start();
    place(&to, "a", 0);
    stand_until(atomic_load(&is_asked), "the receiver's name is looked up");
    const bool ok =
        work_resolve(stand_service()->work, "ours.test", 80, 0, &address, &count, &fault);
    atomic_store(&is_silent, false);
    ck_assert_msg(ok, "%s", fault.code);
    deliver_stop(deliver);
}

FIBER_TEST(removing_a_receiver_deletes_its_waiting_items)
{
    struct uuid to[] = {receiver_on("/a"), receiver_on("/b")};

    place_body(to, 2, "a", SLICE("1"));
    DO(remove_receiver, &to[0]);
    place_body(to, 2, "a", SLICE("2")); /* is queued for the other receiver only */
    struct deliver *deliver = start();
    wait_count("/b", 2);
    wait_for(NOTHING_LEFT);
    ck_assert_int_eq(receiver_count(&receiver, "/a"), 0);
    deliver_stop(deliver);
}

/* Ten rounds, and at most one cleanup with its two transactions, which change nothing. */
FIBER_TEST(idle_rounds_begin_no_transaction)
{
    (void)receiver_on("/a");
    struct deliver *deliver = start();
    stand_sleep(3 * DELIVER_POLL_MS);
    const double before = metric_of("db_transactions_total");
    stand_sleep(10 * DELIVER_POLL_MS);
    ck_assert_double_le(metric_of("db_transactions_total"), before + 2);
    deliver_stop(deliver);
}
