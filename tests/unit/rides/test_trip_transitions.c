// SPDX-License-Identifier: MIT
/* Every action on a trip and on an offer from every status by every actor, at each relevant
 * instant. The trip departs at 0. */
#include "ride_matrix.h"
#include "rides/offer.h"
#include "support/scratch.h"
#include "support/test.h"

// clang-format off
static const struct matrix_row trip_rows[] = {
    /*                                                                                  sche  star  fini  canc */
    {TRIP_CONFIRM, DRIVER | STAFF, "unconfirmed:already_confirmed T-6h:too_early",     "*sche .     .     ."},
    {TRIP_DELAY,   DRIVER | STAFF, "delay_left:too_many_delays",                       "*sche *star .     ."},
    {TRIP_START,   DRIVER | STAFF, "T-30m:too_early",                                  "*star .     .     ."},
    {TRIP_FINISH,  DRIVER | STAFF, "settled:unsettled_rides",                          ".     *fini .     ."},
    {TRIP_FINISH,  SYSTEM,         "arrived+3h:too_early",                             ".     *fini .     ."},
    {TRIP_CANCEL,  DRIVER | STAFF, "",                                                 "canc  canc  .     ."},
    {TRIP_CANCEL,  SYSTEM,         "T+60m:too_early",                                  "*canc .     .     ."},
    {TRIP_EDIT,    DRIVER | STAFF, "",                                                 "sche  .     .     ."},
};
static const struct matrix_row offer_rows[] = {
    /*                                              pend  acce  lost  reje  with  supe  expi */
    {OFFER_ACCEPT,    GUEST | STAFF,   "unmoved:offer_not_valid", "*acce . . . . . offer_expired"},
    {OFFER_REJECT,    GUEST,           "",         "reje  .     .     .     .     .     offer_expired"},
    {OFFER_WITHDRAW,  DRIVER | SYSTEM, "",         "with  .     .     .     .     .     offer_expired"},
    {OFFER_LOSE,      SYSTEM,          "",         "lost  .     .     .     .     .     ."},
    {OFFER_SUPERSEDE, SYSTEM,          "",         "supe  .     .     .     .     .     ."},
    {OFFER_EXPIRE,    SYSTEM,          "",         "expi  .     .     .     .     .     ."},
};
// clang-format on
static const struct matrix trips = {
    &trip_machine, trip_rows, COUNT(trip_rows), TRIP_STATUS_COUNT, {GUEST, DRIVER}
};
static const struct matrix offers = {
    &offer_machine, offer_rows, COUNT(offer_rows), OFFER_STATUS_COUNT, {GUEST, DRIVER}
};

static const int64_t times[] = {
    -DAY, -6 * HOUR - 1, -6 * HOUR, -30 * MINUTE - 1,       -30 * MINUTE,
    0,    HOUR - 1,      HOUR,      ARRIVES + 3 * HOUR - 1, ARRIVES + 3 * HOUR,
};

TEST_LOOP(trip_transitions_match_the_matrix, 0, TRIP_STATUS_COUNT)
{
    const int status = _i;

    for (int k = 0; k < 8 * COUNT(times); k++) {
        const int flags = k % 8;
        const int64_t now = times[k / 8];
        const bool unconfirmed = (flags & 1) == 0, settled = (flags & 2) == 0;
        const bool delay_left = (flags & 4) == 0;
        const struct trip trip = {
            .status = status,
            .departs_at = 0,
            .arrives_at = ARRIVES,
            .confirmed_at = unconfirmed ? FIELD_ABSENT : -5 * HOUR,
            .confirmed_rides = settled ? 0 : 1,
            .delay_minutes = delay_left ? 715 : 716,
            .now = now,
        };
        const struct matrix_fact facts[] = {
            {"unconfirmed", unconfirmed              },
            {"settled",     settled                  },
            {"delay_left",  delay_left               },
            {"T-6h",        now >= -6 * HOUR         },
            {"T-30m",       now >= -30 * MINUTE      },
            {"T+60m",       now >= HOUR              },
            {"arrived+3h",  now >= ARRIVES + 3 * HOUR},
            {NULL,          false                    },
        };

        matrix_compare(&trips, status, trip_state(&trip), facts, "trip");
    }
}

TEST_LOOP(offer_transitions_match_the_matrix, 0, OFFER_STATUS_COUNT)
{
    for (int moved = 0; moved < 2; moved++) {
        const struct offer offer = {.status = _i, .trip_moved = moved != 0};
        const struct matrix_fact facts[] = {
            {"unmoved", moved == 0},
            {NULL,      false     },
        };

        matrix_compare(&offers, _i, offer_state(&offer), facts, "offer");
    }
}

TEST(only_pending_offer_expires)
{
    for (int status = 0; status < OFFER_STATUS_COUNT; status++) {
        const int over = status == OFFER_PENDING ? OFFER_EXPIRED : status;

        ck_assert_int_eq(offer_status_at(status, 1, 0), status);
        ck_assert_int_eq(offer_status_at(status, 0, 0), over);
    }
    ck_assert_int_eq(offer_valid_until(0, OFFER_S, DAY), 15 * MINUTE);
    ck_assert_int_eq(offer_valid_until(0, OFFER_MINUTES_MAX * 60, DAY), HOUR);
    ck_assert_int_eq(offer_valid_until(0, OFFER_S, 3 * MINUTE), 3 * MINUTE);
}

TEST(expired_offer_is_refused_as_gone)
{
    const struct transition_state expired = {OFFER_EXPIRED, 0};

    ck_assert(!transition_check(&offer_machine, expired, OFFER_ACCEPT, GUEST, NULL, &fault));
    ck_assert_int_eq(fault.kind, FAULT_GONE);
    ck_assert(!transition_check(&offer_machine, expired, OFFER_ACCEPT, DRIVER, NULL, &fault));
    ck_assert_int_eq(fault.kind, FAULT_FORBIDDEN);
}

// clang-format off
static const struct {
    const char *why;
    int status;
    int64_t now;
    int64_t waiting; /* the stop at which passengers wait */
    size_t from;
} delays[] = {
    {"scheduled: all of it",                TRIP_SCHEDULED, -HOUR,        FIELD_ABSENT, 0},
    {"scheduled, late already",             TRIP_SCHEDULED, 10 * MINUTE,  FIELD_ABSENT, 0},
    {"started early",                       TRIP_STARTED,   -10 * MINUTE, FIELD_ABSENT, 0},
    {"started, between the first and second stop", TRIP_STARTED,   HOUR,         FIELD_ABSENT, 1},
    {"started, at the second's very time",  TRIP_STARTED,   2 * HOUR,     FIELD_ABSENT, 2},
    {"started, after all times",            TRIP_STARTED,   DAY,          FIELD_ABSENT, 2},
    {"started, passengers at the first stop",   TRIP_STARTED, 5 * MINUTE, 0, 0},
    {"started, passengers at a stop ahead",     TRIP_STARTED, 5 * MINUTE, 1, 1},
    {"started early, passengers at a stop ahead", TRIP_STARTED, -10 * MINUTE, 1, 0},
    {"started, after the time of the second",   TRIP_STARTED, 3 * HOUR,   1, 1},
};
// clang-format on

TEST_ROWS(delay_begins_at_a_remaining_stop, delays)
{
    struct trip_stop stops[] = {{.at = 0}, {.at = 2 * HOUR}, {.at = ARRIVES}};
    const struct trip trip = {
        .status = row->status, .now = row->now, .stops = {stops, COUNT(stops)}
    };
    const size_t from = trip_first_delayed_stop(&trip, row->waiting);

    ck_assert_msg(from == row->from, "%s: %zu", row->why, from);
}

enum { OWNER = 1 << (ACTOR_OWN + 1) }; /* of apartments: without rows */

TEST(unrelated_actor_has_no_actions)
{
    const struct transition_state scheduled = {TRIP_SCHEDULED, ~0U};
    struct transition_allowed allowed[TRANSITION_ACTIONS_MAX];

    ck_assert_uint_eq(transition_allowed(&trip_machine, scheduled, OWNER, allowed), 0);
    ck_assert(!transition_check(&trip_machine, scheduled, TRIP_CANCEL, OWNER, NULL, &fault));
    ck_assert_str_eq(fault.code, "forbidden");
}
