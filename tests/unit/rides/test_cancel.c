// SPDX-License-Identifier: MIT
/* Cost of ending a ride, faults, and free cancels: each row of the contract's table at each limit.
 * Departure is at 0. */
#include "fares/cancel.h"
#include "ride_matrix.h"
#include "support/test.h"

#define TENGE(n) (INT64_C(100) * (n))
#define NONE     FIELD_ABSENT
#define EARLY    (-10 * DAY) /* confirmed long before */

enum { FLEXIBLE = CANCEL_FLEXIBLE, MODERATE = CANCEL_MODERATE, STRICT = CANCEL_STRICT };

// clang-format off
/* A passenger cancels a confirmed ride. */
static const struct {
    const char *why;
    int policy;
    int64_t confirmed, now;
    int64_t total, paid;
    int64_t kept, refund, until;
} guests[] = {
    {"the contract's example: moderate, T-10 h", MODERATE, EARLY, -10 * HOUR, TENGE(12500), TENGE(2501), TENGE(1251), TENGE(1250), 0},

    {"flexible: long before",              FLEXIBLE, EARLY, -5 * DAY,      TENGE(5000), TENGE(1000), 0,           TENGE(1000), -3 * HOUR},
    {"flexible: T-3 h is inside",          FLEXIBLE, EARLY, -3 * HOUR,     TENGE(5000), TENGE(1000), 0,           TENGE(1000), -3 * HOUR},
    {"flexible: a microsecond later half", FLEXIBLE, EARLY, -3 * HOUR + 1, TENGE(5000), TENGE(1000), TENGE(500),  TENGE(500),  0},
    {"flexible: T is inside",              FLEXIBLE, EARLY, 0,             TENGE(5000), TENGE(1000), TENGE(500),  TENGE(500),  0},
    {"flexible: after T nothing",          FLEXIBLE, EARLY, 1,             TENGE(5000), TENGE(1000), TENGE(1000), 0,           NONE},

    {"moderate: T-24 h is inside",         MODERATE, EARLY, -DAY,          TENGE(5000), TENGE(1000), 0,           TENGE(1000), -DAY},
    {"moderate: a microsecond later half", MODERATE, EARLY, -DAY + 1,      TENGE(5000), TENGE(1000), TENGE(500),  TENGE(500),  0},
    {"moderate: T is inside",              MODERATE, EARLY, 0,             TENGE(5000), TENGE(1000), TENGE(500),  TENGE(500),  0},
    {"moderate: no refund after T",        MODERATE, EARLY, 1,             TENGE(5000), TENGE(1000), TENGE(1000), 0,           NONE},

    {"strict: half from the start",        STRICT,   EARLY, -5 * DAY,      TENGE(5000), TENGE(1000), TENGE(500),  TENGE(500),  -DAY},
    {"strict: T-24 h is inside",           STRICT,   EARLY, -DAY,          TENGE(5000), TENGE(1000), TENGE(500),  TENGE(500),  -DAY},
    {"strict: a microsecond later no refund", STRICT,  EARLY, -DAY + 1,      TENGE(5000), TENGE(1000), TENGE(1000), 0,           NONE},
    {"strict: no refund after T",          STRICT,   EARLY, 1,             TENGE(5000), TENGE(1000), TENGE(1000), 0,           NONE},

    {"half up to whole tenge",             MODERATE, EARLY, -HOUR,         TENGE(5000), TENGE(1),    TENGE(1),    0,           0},
    {"half up: 1.5 tenge",                 MODERATE, EARLY, -HOUR,         TENGE(5000), TENGE(3),    TENGE(2),    TENGE(1),    0},
    {"never more than was paid",           MODERATE, EARLY, -HOUR,         TENGE(5000), 50,          0,           50,          0},
    {"a tiyn short of a tenge",            MODERATE, EARLY, -HOUR,         TENGE(5000), 99,          0,           99,          0},
    {"a tiyn more than a tenge",           MODERATE, EARLY, -HOUR,         TENGE(5000), 101,         TENGE(1),    1,           0},
    {"half of the total, not of the overpayment",         MODERATE, EARLY, -HOUR, TENGE(1000), TENGE(1500), TENGE(500), TENGE(1000), 0},
    {"the whole total, the overpayment is refunded", STRICT, EARLY, -HOUR,      TENGE(1000), TENGE(1500), TENGE(1000), TENGE(500),  NONE},
    {"paid in the car: nothing is kept",   STRICT,   EARLY, 1,             TENGE(5000), 0,           0,           0,           NONE},
    {"the dearest ride",                   MODERATE, EARLY, -HOUR,         INT64_C(10000000000), INT64_C(10000000000), INT64_C(5000000000), INT64_C(5000000000), 0},

    /* Within 30 minutes of the confirmation and not after T - 2 h. */
    {"grace: moderate, at once",           MODERATE, -10 * HOUR, -10 * HOUR, TENGE(5000), TENGE(1000), 0, TENGE(1000), -10 * HOUR + 30 * MINUTE},
    {"grace: 30 minutes are inside",       MODERATE, -10 * HOUR, -10 * HOUR + 30 * MINUTE, TENGE(5000), TENGE(1000), 0, TENGE(1000), -10 * HOUR + 30 * MINUTE},
    {"grace: a microsecond later half",    MODERATE, -10 * HOUR, -10 * HOUR + 30 * MINUTE + 1, TENGE(5000), TENGE(1000), TENGE(500), TENGE(500), 0},
    {"grace: strict, long before",         STRICT,   -5 * DAY, -5 * DAY + 10 * MINUTE, TENGE(5000), TENGE(1000), 0, TENGE(1000), -5 * DAY + 30 * MINUTE},
    {"grace: strict, half after it",       STRICT,   -5 * DAY, -5 * DAY + 31 * MINUTE, TENGE(5000), TENGE(1000), TENGE(500), TENGE(500), -DAY},
    {"grace: strict, over T-24 h",         STRICT,   -DAY - 10 * MINUTE, -DAY + 20 * MINUTE, TENGE(5000), TENGE(1000), 0, TENGE(1000), -DAY + 20 * MINUTE},
    {"grace: strict, no refund after it",  STRICT,   -DAY - 10 * MINUTE, -DAY + 21 * MINUTE, TENGE(5000), TENGE(1000), TENGE(1000), 0, NONE},
    {"grace: ends at T-2 h",               FLEXIBLE, -130 * MINUTE, -2 * HOUR, TENGE(5000), TENGE(1000), 0, TENGE(1000), -2 * HOUR},
    {"grace: not after T-2 h",             FLEXIBLE, -130 * MINUTE, -2 * HOUR + 1, TENGE(5000), TENGE(1000), TENGE(500), TENGE(500), 0},
    {"grace: none when confirmed after T-2 h", FLEXIBLE, -119 * MINUTE, -119 * MINUTE, TENGE(5000), TENGE(1000), TENGE(500), TENGE(500), 0},
    {"grace: never before the policy's own end", FLEXIBLE, -2 * DAY, -2 * DAY + HOUR, TENGE(5000), TENGE(1000), 0, TENGE(1000), -3 * HOUR},
    {"grace: ends with the first tier",    MODERATE, -DAY - 30 * MINUTE, -DAY, TENGE(5000), TENGE(1000), 0, TENGE(1000), -DAY},
};
// clang-format on

static struct cancel_case guest_case(int policy, int64_t confirmed, int64_t now)
{
    return (struct cancel_case){
        .policy = (enum cancel_policy)policy,
        .end = CANCEL_CANCELLED,
        .by = CANCEL_BY_GUEST,
        .confirmed_at = confirmed,
        .now = now,
        .total = TENGE(5000),
        .paid = TENGE(1000),
    };
}

TEST_ROWS(passenger_cancel_cost_follows_tiers_inclusively, guests)
{
    struct cancel_case ride = guest_case(row->policy, row->confirmed, row->now);

    ride.total = row->total;
    ride.paid = row->paid;
    const struct cancel_terms terms = cancel_compute_terms(&ride);
    ck_assert_msg(terms.kept == row->kept, "%s: kept %lld", row->why, (long long)terms.kept);
    ck_assert_msg(terms.refund == row->refund, "%s: refund %lld", row->why,
                  (long long)terms.refund);
    ck_assert_msg(terms.until == row->until, "%s: until %lld", row->why, (long long)terms.until);
}

enum { BY_GUEST = CANCEL_BY_GUEST, BY_DRIVER, BY_STAFF, BY_SYSTEM };

// clang-format off
/* By actor, kind of end and instant: the amount kept of 1,000 (moderate) and the fault. */
static const struct {
    const char *why;
    int end, by;
    int64_t confirmed, now;
    bool free_cancel, road_closed;
    int64_t kept;
    int fault;
} ends[] = {
    {"guest, early",                    CANCEL_CANCELLED, BY_GUEST, EARLY, -DAY,          false, false, 0,           CANCEL_FAULT_NONE},
    {"guest, T-3 h: money, no fault",   CANCEL_CANCELLED, BY_GUEST, EARLY, -3 * HOUR,     false, false, TENGE(500),  CANCEL_FAULT_NONE},
    {"guest, after T-3 h",              CANCEL_CANCELLED, BY_GUEST, EARLY, -3 * HOUR + 1, false, false, TENGE(500),  CANCEL_FAULT_PASSENGER},
    {"guest, after T",                  CANCEL_CANCELLED, BY_GUEST, EARLY, 1,             false, false, TENGE(1000), CANCEL_FAULT_PASSENGER},
    {"guest, in the grace period after T-3 h", CANCEL_CANCELLED, BY_GUEST, -150 * MINUTE, -121 * MINUTE, false, false, 0, CANCEL_FAULT_NONE},
    {"guest, after the grace period",   CANCEL_CANCELLED, BY_GUEST, -150 * MINUTE, -120 * MINUTE + 1, false, false, TENGE(500), CANCEL_FAULT_PASSENGER},
    {"guest, not confirmed, after T",   CANCEL_CANCELLED, BY_GUEST, NONE,  1,             false, false, 0,           CANCEL_FAULT_NONE},
    {"guest, free, after T",            CANCEL_CANCELLED, BY_GUEST, EARLY, 1,             true,  false, 0,           CANCEL_FAULT_NONE},

    {"driver, T-24 h",                  CANCEL_CANCELLED, BY_DRIVER, EARLY, -DAY,         false, false, 0, CANCEL_FAULT_NONE},
    {"driver, behind T-24 h",           CANCEL_CANCELLED, BY_DRIVER, EARLY, -DAY + 1,     false, false, 0, CANCEL_FAULT_DRIVER},
    {"driver, after T",                 CANCEL_CANCELLED, BY_DRIVER, EARLY, 1,            false, false, 0, CANCEL_FAULT_DRIVER},
    {"driver, not confirmed",           CANCEL_CANCELLED, BY_DRIVER, NONE,  -HOUR,        false, false, 0, CANCEL_FAULT_NONE},
    {"driver, the passenger is free",   CANCEL_CANCELLED, BY_DRIVER, EARLY, -HOUR,        true,  false, 0, CANCEL_FAULT_DRIVER},
    {"driver, the road is shut",        CANCEL_CANCELLED, BY_DRIVER, EARLY, -HOUR,        false, true,  0, CANCEL_FAULT_NONE},

    {"staff, after T",                  CANCEL_CANCELLED, BY_STAFF,  EARLY, 1,            false, false, 0, CANCEL_FAULT_NONE},
    {"system, T+60 min",                CANCEL_CANCELLED, BY_SYSTEM, EARLY, HOUR,         false, false, 0, CANCEL_FAULT_DRIVER},
    {"system, the road is shut",        CANCEL_CANCELLED, BY_SYSTEM, EARLY, HOUR,         false, true,  0, CANCEL_FAULT_NONE},
    {"system, not confirmed",           CANCEL_CANCELLED, BY_SYSTEM, NONE,  HOUR,         false, false, 0, CANCEL_FAULT_NONE},

    {"no-show",                         CANCEL_NO_SHOW, BY_DRIVER, EARLY, 10 * MINUTE,    false, false, TENGE(1000), CANCEL_FAULT_PASSENGER},
    {"no-show that staff note",         CANCEL_NO_SHOW, BY_STAFF,  EARLY, 10 * MINUTE,    false, false, TENGE(1000), CANCEL_FAULT_PASSENGER},
    {"no-show, confirmed a minute ago", CANCEL_NO_SHOW, BY_DRIVER, 9 * MINUTE, 10 * MINUTE, false, false, TENGE(1000), CANCEL_FAULT_PASSENGER},
    {"no-show, the passenger is free",  CANCEL_NO_SHOW, BY_DRIVER, EARLY, 10 * MINUTE,    true,  false, 0,           CANCEL_FAULT_NONE},
    {"no-show, the road is shut",       CANCEL_NO_SHOW, BY_DRIVER, EARLY, 10 * MINUTE,    false, true,  0,           CANCEL_FAULT_NONE},

    {"driver-no-show",                  CANCEL_DRIVER_NO_SHOW, BY_GUEST, EARLY, 15 * MINUTE, false, false, 0, CANCEL_FAULT_DRIVER},
    {"driver-no-show that staff note",  CANCEL_DRIVER_NO_SHOW, BY_STAFF, EARLY, 15 * MINUTE, false, false, 0, CANCEL_FAULT_DRIVER},
    {"driver-no-show, the passenger is free", CANCEL_DRIVER_NO_SHOW, BY_GUEST, EARLY, 15 * MINUTE, true, false, 0, CANCEL_FAULT_DRIVER},
    {"driver-no-show, the road is shut", CANCEL_DRIVER_NO_SHOW, BY_GUEST, EARLY, 15 * MINUTE, false, true,  0, CANCEL_FAULT_NONE},
};
// clang-format on

TEST_ROWS(end_decides_refund_and_fault, ends)
{
    struct cancel_case ride = guest_case(MODERATE, row->confirmed, row->now);

    ride.end = (enum cancel_end)row->end;
    ride.by = (enum cancel_by)row->by;
    ride.free_cancel = row->free_cancel;
    ride.road_closed = row->road_closed;
    const struct cancel_terms terms = cancel_compute_terms(&ride);
    ck_assert_msg(terms.kept == row->kept, "%s: kept %lld", row->why, (long long)terms.kept);
    ck_assert_int_eq(terms.kept + terms.refund, ride.paid);
    ck_assert_msg((int)cancel_side_at_fault(&ride) == row->fault, "%s: %s", row->why,
                  cancel_fault_names[cancel_side_at_fault(&ride)]);
}

/* A delay moves what the passenger owes, but not when the driver is at fault. */
TEST(delay_does_not_move_the_fault_of_the_driver)
{
    struct cancel_case ride = guest_case(MODERATE, EARLY, -DAY - 12 * HOUR);

    ride.by = CANCEL_BY_DRIVER;
    ride.delay_minutes = 720;
    ck_assert_int_eq(cancel_side_at_fault(&ride), CANCEL_FAULT_NONE);
    ride.now++;
    ck_assert_int_eq(cancel_side_at_fault(&ride), CANCEL_FAULT_DRIVER);
    ride.by = CANCEL_BY_GUEST;
    ride.now = -3 * HOUR;
    ck_assert_int_eq(cancel_side_at_fault(&ride), CANCEL_FAULT_NONE);
    ck_assert_int_eq(cancel_compute_terms(&ride).until, 0);
}

TEST(open_ride_without_trip_is_cancelled_free)
{
    struct cancel_case ride = guest_case(STRICT, NONE, 0);

    ride.depart_at = NONE;
    ck_assert_int_eq(cancel_compute_terms(&ride).kept, 0);
    ck_assert_int_eq(cancel_compute_terms(&ride).until, NONE);
    ck_assert_int_eq(cancel_side_at_fault(&ride), CANCEL_FAULT_NONE);
}

// clang-format off
static const struct {
    const char *why;
    int policy;
    int64_t confirmed;
    size_t count;
    struct cancel_tier tiers[CANCEL_TIERS_MAX];
} shown[] = {
    {"flexible, held", FLEXIBLE, NONE, 3, {{-3 * HOUR, 0}, {0, 50}, {NONE, 100}}},
    {"moderate, held", MODERATE, NONE, 3, {{-DAY, 0}, {0, 50}, {NONE, 100}}},
    {"strict, held", STRICT, NONE, 2, {{-DAY, 50}, {NONE, 100}}},
    {"flexible, early: the grace is a part of the first tier", FLEXIBLE, EARLY, 3, {{-3 * HOUR, 0}, {0, 50}, {NONE, 100}}},
    {"strict, early: the grace is the first tier", STRICT, EARLY, 3, {{EARLY + 30 * MINUTE, 0}, {-DAY, 50}, {NONE, 100}}},
    {"moderate, late: grace before the last tier", MODERATE, -10 * HOUR, 3, {{-10 * HOUR + 30 * MINUTE, 0}, {0, 50}, {NONE, 100}}},
    {"moderate: the grace outlasts the first tier", MODERATE, -DAY - 10 * MINUTE, 3, {{-DAY + 20 * MINUTE, 0}, {0, 50}, {NONE, 100}}},
    {"moderate: the grace ends with the first tier", MODERATE, -DAY - 30 * MINUTE, 3, {{-DAY, 0}, {0, 50}, {NONE, 100}}},
    {"strict: the grace outlasts the first tier", STRICT, -DAY - 10 * MINUTE, 2, {{-DAY + 20 * MINUTE, 0}, {NONE, 100}}},
    {"too late for a grace period", MODERATE, -HOUR, 2, {{0, 50}, {NONE, 100}}},
    {"at T-2 h, for an instant", MODERATE, -2 * HOUR, 3, {{-2 * HOUR, 0}, {0, 50}, {NONE, 100}}},
    {"after T", STRICT, MINUTE, 1, {{NONE, 100}}},
};
// clang-format on

TEST_ROWS(listed_tiers_start_at_confirmation, shown)
{
    struct cancel_tier tiers[CANCEL_TIERS_MAX];
    const size_t count =
        cancel_list_tiers((enum cancel_policy)row->policy, 0, row->confirmed, tiers);

    ck_assert_msg(count == row->count, "%s: %zu", row->why, count);
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(tiers[i].until == row->tiers[i].until &&
                          tiers[i].keep_percent == row->tiers[i].keep_percent,
                      "%s: tier %zu until %lld", row->why, i, (long long)tiers[i].until);
}

// clang-format off
static const struct {
    const char *why;
    int by;
    int64_t first, now; /* first: as agreed */
    bool faultless;
    int fault;
} trips[] = {
    {"its driver, 24 h before",              BY_DRIVER, 0, -DAY,     false, CANCEL_FAULT_NONE},
    {"its driver, less than 24 h before",    BY_DRIVER, 0, -DAY + 1, false, CANCEL_FAULT_DRIVER},
    {"its driver, 24 h before the departure as agreed", BY_DRIVER, -90 * MINUTE, -DAY - 90 * MINUTE, false, CANCEL_FAULT_NONE},
    {"its driver, after a delay",            BY_DRIVER, -90 * MINUTE, -DAY - 90 * MINUTE + 1, false, CANCEL_FAULT_DRIVER},
    {"its driver, without confirmed passengers", BY_DRIVER, NONE, -HOUR,    false, CANCEL_FAULT_NONE},
    {"its driver, excused or the road shut", BY_DRIVER, 0, -HOUR,    true,  CANCEL_FAULT_NONE},
    {"staff",                                BY_STAFF,  0, -HOUR,    false, CANCEL_FAULT_NONE},
    {"it never started",                     BY_SYSTEM, 0, HOUR,     false, CANCEL_FAULT_DRIVER},
    {"it never started, empty",              BY_SYSTEM, NONE, HOUR,     false, CANCEL_FAULT_DRIVER},
    {"it never started, the road was shut",  BY_SYSTEM, 0, HOUR,     true,  CANCEL_FAULT_NONE},
};
// clang-format on

TEST_ROWS(cancelled_trip_is_at_most_one_fault, trips)
{
    ck_assert_msg((int)cancel_side_at_fault_for_trip((enum cancel_by)row->by, row->first, row->now,
                                                     row->faultless) == row->fault,
                  "%s", row->why);
}

// clang-format off
static const struct {
    const char *why;
    struct cancel_trip trip;
    int64_t agreed, now;
    bool is_free;
} free_ones[] = {
    {"nothing happened",                      {true,  0, -5 * HOUR, NONE},      EARLY,         -30 * MINUTE, false},
    {"not confirmed, a minute before T-1 h",  {true,  0, NONE, NONE},           EARLY,         -61 * MINUTE, false},
    {"not confirmed, at T-1 h",               {true,  0, NONE, NONE},           EARLY,         -HOUR,        true},
    {"not confirmed, after T",                {true,  0, NONE, NONE},           EARLY,         HOUR,         true},
    {"not confirmed, agreed at T-1 h",        {true,  0, NONE, NONE},           -HOUR,         -30 * MINUTE, true},
    {"not confirmed, agreed after T-1 h",     {true,  0, NONE, NONE},           -HOUR + 1,     -30 * MINUTE, false},
    {"confirmed since",                       {true,  0, -45 * MINUTE, NONE},   EARLY,         -30 * MINUTE, false},
    {"started since",                         {false, 0, NONE, NONE},           EARLY,         -30 * MINUTE, false},
    {"delayed, or another car",               {true,  0, -5 * HOUR, -4 * HOUR}, EARLY,         -3 * HOUR,    true},
    {"delayed once started",                  {false, 0, NONE, -4 * HOUR},      EARLY,         -3 * HOUR,    true},
    {"agreed after the change",               {true,  0, -5 * HOUR, -4 * HOUR}, -4 * HOUR + 1, -3 * HOUR,    false},
    {"agreed at that very instant",           {true,  0, -5 * HOUR, -4 * HOUR}, -4 * HOUR,     -3 * HOUR,    true},
    {"never agreed",                          {true,  0, NONE, -4 * HOUR},      NONE,          -30 * MINUTE, false},
};
// clang-format on

TEST_ROWS(cancel_is_free_after_change_or_missing_confirmation, free_ones)
{
    ck_assert_msg(cancel_is_free(&row->trip, row->agreed, row->now) == row->is_free, "%s",
                  row->why);
}

TEST_LOOP(policies_have_texts_in_three_languages, 0, CANCEL_POLICY_COUNT)
{
    ck_assert_str_eq(cancel_policy_names[_i], _i == FLEXIBLE   ? "flexible"
                                              : _i == MODERATE ? "moderate"
                                                               : "strict");
    ck_assert(cancel_policy_texts[_i].ru.len > 0 && cancel_policy_texts[_i].kz.len > 0 &&
              cancel_policy_texts[_i].en.len > 0);
}
