// SPDX-License-Identifier: MIT
/* Deliveries by a policy of the service's own: webhook-ids, order by position, receivers that fail
 * for days, and trying again at once. */
#include "base/retry.h"

#include "deliver_stand.h"
#include "support/scratch.h"

static const struct retry_policy waits = {
    .waits_ms = {1000, 600000}
};
static const struct deliver_policy patient = {
    .waits = &waits, .age_max_s = 3 * 86400, .disable_after_s = 3 * 86400, .id_is_item = true};

static void begin(void)
{
    deliver_begin("test_deliver");
}

TEST_CASE("all", .setup = begin, .teardown = deliver_end, .timeout_s = 60);

static struct deliver *start_patient(void)
{
    const struct deliver_options options = {
        .service = stand_service(), .hosts = {.loopback = true}, .policy = &patient};
    struct deliver *deliver = deliver_start(&options, &fault);

    ck_assert_msg(deliver != NULL, "%s", fault.detail);
    return deliver;
}

static struct placing placing_of(const struct uuid *to, size_t count, const char *body,
                                 int64_t position)
{
    struct placing placing = {
        .count = count,
        .item = {
                 .id = uuid_make(), .lane = SLICE("x"), .position = position, .body = slice_of(body)}
    };

    memcpy(placing.receivers, to, count * sizeof *to);
    return placing;
}

FIBER_TEST(items_are_sent_by_position_and_named_by_their_ids)
{
    const struct uuid to[] = {receiver_on("/a"), receiver_on("/b")};
    struct placing late = placing_of(to, 2, "late", 8), early = placing_of(to, 2, "early", 7);
    char id[UUID_TEXT_LEN + 1];

    DO(place_item, &late);
    DO(place_item, &early);
    struct deliver *deliver = start_patient();
    wait_for(NOTHING_LEFT);
    uuid_format(&early.item.id, id);
    for (int i = 0; i < 2; i++) {
        const struct received one = receiver_get(&receiver, i == 0 ? "/a" : "/b", 0);
        ck_assert_str_eq(one.body, "early");
        ck_assert_str_eq(one.id, id);
        ck_assert_str_eq(receiver_get(&receiver, one.path, 1).body, "late");
    }
    deliver_stop(deliver);
}

static bool place_many(struct db *tx, void *arg, struct fault *why)
{
    static const struct db_statement statement = {
        .name = "test_place_many",
        .parameters = "receiver uuid",
        .sql = "WITH item AS (SELECT {receiver} AS receiver_id, gen_random_uuid() AS item_id,"
               "  'lane:' || n % 3 AS lane, NULL::text AS key, n::bigint AS position,"
               "  convert_to(n::text, 'UTF8') AS body FROM generate_series(1, 30) "
               "n)" DELIVER_ENQUEUE_SQL " SELECT FROM placed",
    };

    return db_query(tx, &statement, DB_VALUES(db_uuid(arg)), NULL, why);
}

FIBER_TEST(many_items_of_one_statement_keep_the_order_of_each_lane)
{
    struct uuid to = receiver_on("/a");

    DO(place_many, &to);
    struct deliver *deliver = start_patient();
    wait_for(NOTHING_LEFT);
    ck_assert_int_eq(receiver_count(&receiver, "/a"), 30);
    int last[3] = {0};
    for (int i = 0; i < 30; i++) {
        const int number = atoi(receiver_get(&receiver, "/a", i).body);
        ck_assert_int_gt(number, last[number % 3]);
        last[number % 3] = number;
    }
    deliver_stop(deliver);
}

static struct reaction refuse_all(const struct received *one, int nth)
{
    return (struct reaction){.status = 503};
}

static struct reaction take_all(const struct received *one, int nth)
{
    return (struct reaction){.status = 200};
}

FIBER_TEST(receiver_that_has_failed_for_three_days_is_disabled)
{
    const struct uuid to = receiver_on("/a");

    (void)receiver_on("/works");
    react = refuse_all;
    struct deliver *deliver = start_patient();
    place(&to, "a", 0);
    wait_for("EXISTS (SELECT FROM receiver WHERE failing_since IS NOT NULL)");
    deliver_stop(deliver);
    stand_sql("UPDATE receiver SET failing_since = failing_since - interval '71 hours'");
    deliver = start_patient();
    stand_sleep(500);
    ck_rows(0, "receiver WHERE disabled_at IS NOT NULL");
    deliver_stop(deliver);
    stand_sql("UPDATE receiver SET failing_since = failing_since - interval '61 minutes'");
    deliver = start_patient();
    wait_for("EXISTS (SELECT FROM delivery WHERE status = 'dead')");
    ck_rows(1, "receiver WHERE disabled_at IS NOT NULL AND last_error = 'status_503'");
    ck_rows(1, "receiver WHERE disabled_at IS NULL");
    deliver_stop(deliver);
}

struct trying {
    struct uuid id;
    bool revives;
};

static bool try_again(struct db *tx, void *arg, struct fault *why)
{
    const struct trying *trying = arg;

    return deliver_store_remove_dead(tx, &trying->id, why) &&
           deliver_store_try_receiver(tx, &trying->id, trying->revives, why);
}

FIBER_TEST(receiver_may_be_tried_again_at_once)
{
    struct trying trying = {.id = receiver_on("/a")};

    react = refuse_all;
    struct deliver *deliver = start_patient();
    place(&trying.id, "a", 0);
    wait_for("EXISTS (SELECT FROM receiver WHERE failures = 2)"); /* the next try: in 10 minutes */
    react = take_all;
    DO(try_again, &trying);
    wait_for("EXISTS (SELECT FROM receiver WHERE failing_since IS NULL)");
    wait_for(NOTHING_LEFT);
    deliver_stop(deliver);
}

FIBER_TEST(disabled_receiver_gets_new_items_only_when_it_is_revived)
{
    struct trying trying = {.id = receiver_on("/a")};

    stand_sql("UPDATE receiver SET disabled_at = now()");
    place(&trying.id, "a", 0);
    DO(try_again, &trying);
    ck_rows(0, "delivery");
    ck_rows(1, "receiver WHERE disabled_at IS NOT NULL");
    trying.revives = true;
    DO(try_again, &trying);
    place(&trying.id, "a", 1);
    struct deliver *deliver = start_patient();
    wait_count("/a", 1);
    wait_for(NOTHING_LEFT);
    deliver_stop(deliver);
}

struct update {
    struct uuid id;
    const char *url;
    struct deliver_key key;
};

static bool update_and_read(struct db *tx, void *arg, struct fault *why)
{
    struct update *update = arg;
    struct deliver_key key;

    if (!deliver_store_update_receiver(tx, &update->id, slice_of(update->url), &update->key, why) ||
        !deliver_store_read_key(tx, &update->id, &key, why))
        return false;
    ck_assert_uint_eq(key.len, update->key.len);
    ck_assert_int_eq(memcmp(key.bytes, update->key.bytes, key.len), 0);
    return true;
}

FIBER_TEST(changed_address_is_tried_at_once_with_the_changed_key)
{
    struct update update = {.id = receiver_at("http://127.0.0.1:1/a")};
    char signature[DELIVER_SIGNATURE_LEN + 1];
    struct deliver *deliver = start_patient();

    place(&update.id, "a", 0);
    wait_for("EXISTS (SELECT FROM receiver WHERE failures = 2)");
    deliver_secret_make(&update.key);
    update.url = textf("http://127.0.0.1:%d/a", receiver.at.port);
    DO(update_and_read, &update);
    stand_sql("UPDATE delivery_lane SET due_at = now()");
    wait_count("/a", 1);
    wait_for(NOTHING_LEFT);
    const struct received one = receiver_get(&receiver, "/a", 0);
    deliver_sign((struct slice){(const char *)update.key.bytes, update.key.len},
                 slice_of(textf("%s.%s.%s", one.id, one.timestamp, one.body)), signature);
    ck_assert_str_eq(one.signature, signature);
    deliver_stop(deliver);
}

static struct reaction take_slowly(const struct received *one, int nth)
{
    return (struct reaction){.status = 200, .delay_ms = 150};
}

FIBER_TEST(policy_limits_the_calls_at_once)
{
    static const struct deliver_policy few = {
        .waits = &waits, .calls_max = 2, .age_max_s = 3600, .id_is_item = true};
    const struct deliver_options options = {
        .service = stand_service(), .hosts = {.loopback = true}, .policy = &few};

    react = take_slowly;
    for (int i = 0; i < 8; i++) {
        const struct uuid to = receiver_on(textf("/%d", i));
        place(&to, "a", 0);
    }
    struct deliver *deliver = deliver_start(&options, &fault);
    ck_assert_ptr_nonnull(deliver);
    size_t most = 0;
    while (stand_number("SELECT count(*) FROM delivery") > 0) {
        most = deliver->queue.call_count > most ? deliver->queue.call_count : most;
        stand_sleep(5);
    }
    ck_assert_uint_ge(most, 1);
    ck_assert_uint_le(most, 2);
    ck_assert_int_eq(receiver_count(&receiver, NULL), 8);
    deliver_stop(deliver);
}
