// SPDX-License-Identifier: MIT
/* Leases of polled bots: one process holds a lease until it releases it or the lease expires. */
#include "inbox/poller_store.h"
#include "stand.h"
#include "telegram/poll.h"

enum { LEASE_S = 600 };

static struct uuid one, two;

static void begin(void)
{
    stand_begin();
    one = uuid_make();
    two = uuid_make();
}

TEST_CASE("pollers", .setup = begin, .teardown = stand_finish);

/* Inserts a polled bot; returns its id. */
static struct uuid polled(const char *name)
{
    struct uuid id;

    stand_bot(name);
    stand_sql("UPDATE bot SET intake = 'poll' WHERE name = '%s'", name);
    ck_assert(uuid_parse(slice_of(stand_text("SELECT id FROM bot WHERE name = '%s'", name)), &id));
    return id;
}

static bool gets(const struct uuid *owner, const struct uuid *bot_id, const char *state)
{
    struct poller_claim claim = {.bot_id = *bot_id, .state = slice_of(state)};

    ck_ok(poller_store_take_leases(stand_service()->pool, owner, LEASE_S, &claim, 1, &fault));
    return claim.leased;
}

FIBER_TEST(one_process_holds_a_lease_until_it_ends)
{
    struct uuid taxi = polled("taxi");

    ck_assert(gets(&one, &taxi, NULL));
    ck_assert(!gets(&two, &taxi, NULL));
    ck_assert(gets(&one, &taxi, "works"));
    stand_sql("UPDATE poller SET leased_until = now() - interval '1 ms'");
    ck_assert(gets(&two, &taxi, NULL));
    ck_assert(!gets(&one, &taxi, NULL));
    ck_ok(poller_store_release_lease(stand_service()->pool, &one, &taxi, &fault));
    ck_assert_msg(!gets(&one, &taxi, NULL), "another process holds the lease");
    struct uuid tmp = one;
    one = two;
    two = tmp;
    ck_ok(poller_store_release_lease(stand_service()->pool, &one, &taxi, &fault));
    ck_assert(gets(&two, &taxi, NULL));
}

/* The clock of the database was a year ahead when the first process took the lease. */
FIBER_TEST(lease_that_ends_too_late_does_not_hold)
{
    struct uuid taxi = polled("taxi");

    ck_assert(gets(&one, &taxi, NULL));
    stand_sql("UPDATE poller SET leased_until = now() + interval '1 h'");
    ck_assert(!gets(&two, &taxi, NULL));
    stand_sql("UPDATE poller SET leased_until = now() + interval '1 year'");
    ck_assert(gets(&two, &taxi, NULL));
    ck_assert(!gets(&one, &taxi, NULL));
}

FIBER_TEST(rows_decide_which_bots_are_polled)
{
    struct uuid taxi = polled("taxi"), food = polled("food"), gone = uuid_make();
    struct poller_claim claims[] = {
        {taxi, SLICE("works"), false},
        {gone, SLICE_NONE,     true },
        {food, SLICE_NONE,     false}
    };

    ck_ok(poller_store_take_leases(stand_service()->pool, &one, LEASE_S, claims, 3, &fault));
    ck_assert(claims[0].leased && !claims[1].leased && claims[2].leased);
    stand_sql("UPDATE bot SET is_active = false WHERE name = 'taxi'");
    ck_assert(!gets(&one, &taxi, NULL));
    stand_sql("UPDATE bot SET is_active = true, intake = 'webhook' WHERE name = 'taxi'");
    ck_assert(!gets(&one, &taxi, NULL));
    ck_ok(poller_store_take_leases(stand_service()->pool, &one, LEASE_S, NULL, 0, &fault));
}

static const struct bot *shown(void)
{
    const struct bot *all;
    size_t count;

    stand_look();
    ck_ok(bots_all(stand_app()->bots, &all, &count, &fault));
    ck_assert_uint_eq(count, 1);
    return &all[0];
}

FIBER_TEST(polling_state_is_shown_with_the_bot)
{
    struct uuid taxi = polled("taxi");

    ck_assert_int_eq(shown()->polling, -1);
    ck_assert(gets(&one, &taxi, NULL));
    ck_assert_msg(shown()->polling == -1, "it has just begun");
    for (enum telegram_poll_state i = TELEGRAM_POLL_WORKS; i <= TELEGRAM_POLL_NO_BOT; i++) {
        ck_assert(gets(&one, &taxi, telegram_poll_state_name(i)));
        ck_assert_int_eq(shown()->polling, (int)i);
        ck_assert_str_eq(bot_polling_names[i], telegram_poll_state_name(i));
    }
    const int64_t since = shown()->polling_at;
    ck_assert(gets(&one, &taxi, "no_bot"));
    ck_assert_int_eq(shown()->polling_at, since);
    ck_assert(gets(&one, &taxi, "works"));
    ck_assert_int_gt(shown()->polling_at, since);
    stand_sql("UPDATE poller SET leased_until = now()");
    ck_assert_msg(shown()->polling == -1, "no process polls");
}
