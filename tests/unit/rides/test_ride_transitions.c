// SPDX-License-Identifier: MIT
/* Every action from every status by every actor, with and without an amount due, a trip,
 * auto_accept, a parcel, tries of its code and a started trip, at each relevant instant. Departure
 * is at 0. */
#include "api/steps.h"

#include "ride_matrix.h"
#include "rides/delivery.h"
#include "rides/ride.h"
#include "support/scratch.h"
#include "support/test.h"

#define ENDED   (8 * HOUR)
#define EXPIRES (100 * DAY)

// clang-format off
static const struct matrix_row rows[] = {
    /*                                                                        open       held  requ      paym  conf  boar  comp  expi         decl  canc  no_s */
    {RIDE_CONFIRM,        GUEST,          "paid:payment_due",                ".          *conf .         .     .     .     .     hold_expired .     .     ."},
    {RIDE_CONFIRM,        DRIVER | STAFF, "",                                ".          conf  conf/held conf  .     .     .     hold_expired .     .     ."},
    {RIDE_DECLINE,        DRIVER | STAFF, "",                                ".          .     decl      .     .     .     .     .            .     .     ."},
    {RIDE_CLAIM_PAYMENT,  GUEST | STAFF,  "due:nothing_due",                 ".          *paym .         .     .     .     .     hold_expired .     .     ."},
    {RIDE_BOARD,          DRIVER | STAFF, "T-30m:too_early",                 ".          .     .         .     *boar .     .     .            .     .     ."},
    {RIDE_DROP,           DRIVER | STAFF, "passengers:needs_code",           ".          .     .         .     .     *comp .     .            .     .     ."},
    {RIDE_DELIVER,        DRIVER,         "parcel:not_a_parcel tries:code_locked", ".    .     .         .     .     *comp .     .            .     .     ."},
    {RIDE_DELIVER,        STAFF,          "parcel:not_a_parcel",             ".          .     .         .     .     *comp .     .            .     .     ."},
    {RIDE_MARK_NO_SHOW,   DRIVER | STAFF, "T+10m:too_early",                 ".          .     .         .     *no_s .     .     .            .     .     ."},
    {RIDE_DRIVER_NO_SHOW, GUEST | STAFF,  "T+15m|30m:too_early",             ".          .     .         .     *canc .     .     .            .     .     ."},
    {RIDE_CANCEL,         GUEST | STAFF,  "",                                "canc       canc  canc      canc  canc  .     .     .            .     .     ."},
    {RIDE_CANCEL,         DRIVER,         "trip:no_driver",                  "*canc      canc  canc      canc  canc  .     .     .            .     .     ."},
    {RIDE_CANCEL,         SYSTEM,         "",                                "canc       canc  canc      canc  canc  canc  .     .            .     .     ."},
    {RIDE_SHARE,          GUEST | STAFF,  "",                                ".          .     .         .     conf  boar  .     .            .     .     ."},
    {RIDE_SOS,            GUEST | DRIVER, "",                                ".          .     .         .     conf  boar  .     .            .     .     ."},
    {RIDE_RATE,           GUEST | DRIVER, "7d:too_late",                     ".          .     .         .     .     .     *comp .            .     .     ."},
    {RIDE_COMPLAIN,       GUEST | DRIVER, "7d:too_late",                     ".          .     .         .     .     boar  *comp .            .     *canc *no_s"},
    {RIDE_OFFER,          DRIVER,         "no_trip:waits_for_seat",          "*open      ride_taken . ride_taken ride_taken ride_taken ride_taken . . . ."},
    {RIDE_SETTLE,         STAFF,          "30d:too_late",                    ".          .     .         .     .     .     *comp *expi        *decl *canc *no_s"},
    {RIDE_EDIT,           GUEST | STAFF,  "",                                "open       .     .         .     .     .     .     .            .     .     ."},
    {RIDE_ACCEPT,         GUEST | STAFF,  "no_trip:waits_for_seat",          "*conf/held .     .         .     .     .     .     hold_expired .     .     ."},
    {RIDE_ACCEPT,         DRIVER,         "no_trip:waits_for_seat auto:forbidden", "*conf/held . .       .     .     .     .     hold_expired .     .     ."},
    {RIDE_HOLD,           SYSTEM,         "trip:no_driver",                  "*held      .     .         .     .     .     .     .            .     .     ."},
    {RIDE_COMPLETE,       SYSTEM,         "arrived+3h:too_early",            ".          .     .         .     *comp comp  .     .            .     .     ."},
    {RIDE_EXPIRE,         SYSTEM,         "timeout:too_early",               "*expi      *expi *expi     *expi .     .     .     .            .     .     ."},
};

static const struct {
    const char *why;
    int64_t now;
} times[] = {
    {"a day before",                       -DAY},
    {"just before boarding",               -30 * MINUTE - 1},
    {"boarding",                           -30 * MINUTE},
    {"departure",                          0},
    {"not yet a no-show",                  10 * MINUTE - 1},
    {"a no-show",                          10 * MINUTE},
    {"not yet a driver's",                 15 * MINUTE - 1},
    {"a driver's",                         15 * MINUTE},
    {"not yet a driver no-show after the departure", 30 * MINUTE - 1},
    {"a driver no-show after the departure", 30 * MINUTE},
    {"not yet 3 hours after the arrival",  ARRIVES + 3 * HOUR - 1},
    {"3 hours after the arrival",          ARRIVES + 3 * HOUR},
    {"7 days after the end",               ENDED + 7 * DAY},
    {"a moment later",                     ENDED + 7 * DAY + 1},
    {"30 days after the end",              ENDED + 30 * DAY},
    {"the last moment is over",            ENDED + 30 * DAY + 1},
};
// clang-format on

static const struct matrix matrix = {
    &ride_machine, rows, COUNT(rows), RIDE_STATUS_COUNT, {GUEST, DRIVER}
};

enum { DUE = 1, TRIP = 2, AUTO = 4, PARCEL = 8, STARTED = 16, TRIED = 32, COMBINATIONS = 64 };

static struct ride snapshot(int status, int flags, int64_t now)
{
    const bool has_trip = (flags & TRIP) != 0;

    return (struct ride){
        .status = status,
        .expires_at = ride_status_waits(status) ? EXPIRES : FIELD_ABSENT,
        .kind = (flags & PARCEL) != 0 ? FARE_PARCEL : FARE_SEATS,
        .delivery_tries = (flags & TRIED) != 0 ? DELIVERY_TRIES_MAX : DELIVERY_TRIES_MAX - 1,
        .preferences.auto_accept = (flags & AUTO) != 0,
        .trip_id.bytes = {has_trip},
        .trip_status = (flags & STARTED) != 0 ? TRIP_STARTED : TRIP_SCHEDULED,
        .depart_at = has_trip ? 0 : FIELD_ABSENT,
        .trip_arrives_at = has_trip ? ARRIVES : FIELD_ABSENT,
        .ended_at = ride_status_ended(status) ? ENDED : FIELD_ABSENT,
        .deposit = 2500,
        .paid = (flags & DUE) != 0 ? 2499 : 2500,
        .now = now,
    };
}

TEST_LOOP(ride_transitions_match_the_matrix, 0, RIDE_STATUS_COUNT)
{
    const int status = _i;

    for (int k = 0; k < COMBINATIONS * COUNT(times); k++) {
        const int flags = k % COMBINATIONS, at = k / COMBINATIONS;
        const int64_t now = times[at].now;
        const bool trip = (flags & TRIP) != 0;
        const struct matrix_fact facts[] = {
            {"paid",       (flags & DUE) == 0                                        },
            {"due",        (flags & DUE) != 0                                        },
            {"trip",       trip                                                      },
            {"no_trip",    !trip                                                     },
            {"auto",       (flags & AUTO) != 0                                       },
            {"parcel",     (flags & PARCEL) != 0                                     },
            {"passengers", (flags & PARCEL) == 0                                     },
            {"tries",      (flags & TRIED) == 0                                      },
            {"T-30m",      trip && now >= -30 * MINUTE                               },
            {"T+10m",      trip && now >= 10 * MINUTE                                },
            {"T+15m|30m",  trip && now >= ((flags & STARTED) != 0 ? 30 : 15) * MINUTE},
            {"arrived+3h", trip && now >= ARRIVES + 3 * HOUR                         },
            {"7d",         now <= ENDED + 7 * DAY                                    },
            {"30d",        now <= ENDED + 30 * DAY                                   },
            {"timeout",    false                                                     },
            {NULL,         false                                                     },
        };
        const struct ride ride = snapshot(status, flags, now);

        matrix_compare(&matrix, status, ride_state(&ride), facts, times[at].why);
    }
}

TEST(blocked_driver_prevents_only_new_agreements)
{
    static const struct {
        int action, status;
        unsigned actor;
        bool refused;
    } cases[] = {
        {RIDE_CONFIRM,       RIDE_HELD,            GUEST,  true },
        {RIDE_CONFIRM,       RIDE_HELD,            STAFF,  true },
        {RIDE_CONFIRM,       RIDE_REQUESTED,       DRIVER, true },
        {RIDE_CLAIM_PAYMENT, RIDE_HELD,            GUEST,  true },
        {RIDE_CONFIRM,       RIDE_PAYMENT_CLAIMED, STAFF,  false},
        {RIDE_CANCEL,        RIDE_HELD,            GUEST,  false},
        {RIDE_DECLINE,       RIDE_REQUESTED,       DRIVER, false},
        {RIDE_BOARD,         RIDE_CONFIRMED,       DRIVER, false},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const int flags = TRIP | (cases[i].action == RIDE_CLAIM_PAYMENT ? DUE : 0);
        struct ride ride = snapshot(cases[i].status, flags, 0);

        ride.driver_blocked = true;
        ck_assert_msg(transition_check(&ride_machine, ride_state(&ride), cases[i].action,
                                       cases[i].actor, NULL, &fault) != cases[i].refused,
                      "%zu", i);
        if (cases[i].refused)
            ck_assert_str_eq(fault.code, "driver_blocked");
    }
}

TEST(only_waiting_ride_expires)
{
    const struct matrix_fact facts[] = {
        {"timeout", true },
        {NULL,      false},
    };

    for (int status = 0; status < RIDE_STATUS_COUNT; status++) {
        struct ride ride = snapshot(status, TRIP, -DAY);
        const bool waits = status <= RIDE_PAYMENT_CLAIMED;

        ride.expires_at = -DAY + 1;
        ck_assert_int_eq(ride_state(&ride).status, status);
        ride.expires_at = -DAY;
        ck_assert_int_eq(ride_state(&ride).status, waits ? RIDE_EXPIRED : status);
        ck_assert(ride_status_waits(status) == waits);

        const struct transition_state stored = {status, ride_state(&ride).conditions};
        const struct transition *row = transition_find(&ride_machine, stored, RIDE_EXPIRE, SYSTEM);
        const char *given = matrix_expected(&matrix, RIDE_EXPIRE, status, SYSTEM, facts);
        ck_assert((row != NULL) == waits);
        ck_assert((strcmp(given, "expired") == 0) == waits);
    }
}

TEST(held_to_boarded_rides_take_seats)
{
    static const char *const taken = "open 0 held 1 requested 1 payment_claimed 1 confirmed 1 "
                                     "boarded 1 completed 0 expired 0 declined 0 cancelled 0 "
                                     "no_show 0 ";
    char told[256] = "";

    for (int status = 0; status < RIDE_STATUS_COUNT; status++) {
        const size_t len = strlen(told);
        snprintf(told + len, sizeof told - len, "%s %d ", ride_status_names[status],
                 ride_status_takes_seats(status));
    }
    ck_assert_str_eq(told, taken);
    ck_assert_ptr_null(ride_status_names[RIDE_STATUS_COUNT]);
}

// clang-format off
static const struct {
    const char *why;
    int action, status, flags;
    int64_t now;
    unsigned actor;
    enum fault_kind kind;
    const char *code;
} kinds[] = {
    {"the actor may never take the action", RIDE_BOARD,          RIDE_CONFIRMED, TRIP,       0,    GUEST,  FAULT_FORBIDDEN, "forbidden"},
    {"money first",              RIDE_CONFIRM,        RIDE_HELD,      TRIP | DUE, -DAY, GUEST,  FAULT_CONFLICT,  "payment_due"},
    {"no money",                 RIDE_CLAIM_PAYMENT,  RIDE_HELD,      TRIP,       -DAY, GUEST,  FAULT_CONFLICT,  "nothing_due"},
    {"too early",                RIDE_DRIVER_NO_SHOW, RIDE_CONFIRMED, TRIP,       0,    GUEST,  FAULT_CONFLICT,  "too_early"},
    {"it is over",               RIDE_CONFIRM,        RIDE_EXPIRED,   TRIP,       -DAY, GUEST,  FAULT_GONE,      "hold_expired"},
    {"it was cancelled",         RIDE_CONFIRM,        RIDE_CANCELLED, TRIP,       -DAY, GUEST,  FAULT_CONFLICT,  "already_cancelled"},
    {"another driver has it",    RIDE_OFFER,          RIDE_CONFIRMED, TRIP,       -DAY, DRIVER, FAULT_CONFLICT,  "ride_taken"},
};
// clang-format on

TEST_ROWS(refusals_have_their_kinds, kinds)
{
    const struct ride ride = snapshot(row->status, row->flags, row->now);

    ck_assert_msg(
        !transition_check(&ride_machine, ride_state(&ride), row->action, row->actor, NULL, &fault),
        "%s", row->why);
    ck_assert_str_eq(fault.code, row->code);
    ck_assert_int_eq(fault.kind, row->kind);
}

static const struct transition_allowed *entry(const struct transition_allowed *allowed,
                                              size_t count, const char *verb)
{
    for (size_t i = 0; i < count; i++)
        if (slice_is(allowed[i].verb, verb))
            return &allowed[i];
    ck_abort_msg("%s is not allowed", verb);
}

TEST(allowed_actions_have_deadline_and_cost)
{
    const struct cancel_terms terms = {.kept = 125100, .refund = 125000, .until = -3 * HOUR};
    struct transition_allowed allowed[TRANSITION_ACTIONS_MAX];
    struct ride ride = snapshot(RIDE_HELD, TRIP, -DAY);
    size_t count;

    ride.expires_at = -DAY + 10 * MINUTE;
    count = ride_allowed_actions(&ride, GUEST, &terms, allowed);
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(entry(allowed, count, "confirm")->until, -DAY + 10 * MINUTE);
    ck_assert_int_eq(entry(allowed, count, "confirm")->cost, FIELD_ABSENT);
    ck_assert_int_eq(entry(allowed, count, "cancel")->until, -DAY + 10 * MINUTE);
    ck_assert_int_eq(entry(allowed, count, "cancel")->cost, 125100);

    ride = snapshot(RIDE_CONFIRMED, TRIP, -DAY);
    count = ride_allowed_actions(&ride, GUEST, &terms, allowed);
    ck_assert_int_eq(entry(allowed, count, "cancel")->until, -3 * HOUR);
    ck_assert_int_eq(entry(allowed, count, "sos")->until, FIELD_ABSENT);

    ride = snapshot(RIDE_COMPLETED, TRIP, ENDED);
    count = ride_allowed_actions(&ride, GUEST, &terms, allowed);
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(entry(allowed, count, "rating")->until, ENDED + 7 * DAY);
    count = ride_allowed_actions(&ride, STAFF, &terms, allowed);
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(entry(allowed, count, "settle")->until, ENDED + 30 * DAY);
}

TEST(expired_ride_can_be_settled_for_30_days)
{
    struct transition_allowed allowed[TRANSITION_ACTIONS_MAX];
    const struct cancel_terms terms = {.until = FIELD_ABSENT};
    struct ride ride = snapshot(RIDE_PAYMENT_CLAIMED, TRIP, 0);

    ride.expires_at = -30 * DAY;
    ck_assert_uint_eq(ride_allowed_actions(&ride, STAFF, &terms, allowed), 1);
    ck_assert(slice_is(allowed[0].verb, "settle"));
    ck_assert_int_eq(allowed[0].until, 0);
    ride.expires_at = -30 * DAY - 1;
    ck_assert_uint_eq(ride_allowed_actions(&ride, STAFF, &terms, allowed), 0);
}

TEST(parcel_is_taken_where_passenger_boards)
{
    struct transition_allowed allowed[TRANSITION_ACTIONS_MAX];
    const struct cancel_terms terms = {.until = FIELD_ABSENT};

    for (int parcel = 0; parcel < 2; parcel++) {
        const struct ride ride = snapshot(RIDE_CONFIRMED, parcel ? TRIP | PARCEL : TRIP, 0);
        const size_t count = ride_allowed_actions(&ride, DRIVER, &terms, allowed);
        const struct texts *label = &entry(allowed, count, "board")->label;
        ck_assert(slice_is(label->ru, parcel ? "Взял посылку" : "Сел"));
        ck_assert(slice_is(label->kz, parcel ? "Сәлемдемені алдым" : "Отырды"));
        ck_assert(slice_is(label->en, parcel ? "Parcel taken" : "On board"));
    }
}

TEST_LOOP(listed_actions_have_verb_and_labels, 0, RIDE_ACTION_COUNT)
{
    const struct transition_action *action = &ride_machine.actions[_i];

    ck_assert(action->verb != NULL && action->audit != NULL);
    ck_assert((action->label.ru.len > 0) == (action->label.kz.len > 0));
    ck_assert((action->label.ru.len > 0) == (action->label.en.len > 0));
    ck_assert((action->label.ru.len > 0) == (_i < RIDE_EDIT));
}

static bool repeats(int action, int from, int to)
{
    const struct step_last last = {slice_of(ride_status_names[from]),
                                   slice_of(ride_status_names[to]), SLICE("guest:1")};

    return transition_repeats(&ride_machine, &last, to, action, SLICE("guest:1"));
}

TEST(repeated_action_is_recognised)
{
    ck_assert(repeats(RIDE_CONFIRM, RIDE_REQUESTED, RIDE_HELD));
    ck_assert(repeats(RIDE_CONFIRM, RIDE_HELD, RIDE_CONFIRMED));
    ck_assert(!repeats(RIDE_CONFIRM, RIDE_OPEN, RIDE_CONFIRMED));
    ck_assert(!repeats(RIDE_CANCEL, RIDE_HELD, RIDE_EXPIRED));
}

// clang-format off
enum { HOLD, REQUEST, WAIT };
static const struct {
    const char *why;
    int clock;
    int64_t now, seconds, at; /* T, or the end of the window */
    int64_t until; /* FIELD_ABSENT: refused */
} clocks[] = {
    {"a hold",                           HOLD, 0, RIDE_HOLD_S, DAY, 10 * MINUTE},
    {"a hold of 30 minutes",             HOLD, 0, RIDE_HOLD_MAX_MIN * 60, DAY, 30 * MINUTE},
    {"a hold of 3 seconds",              HOLD, 0, 3, DAY, 3000000},
    {"a hold never past T",              HOLD, 0, RIDE_HOLD_S, 4 * MINUTE, 4 * MINUTE},
    {"a hold that ends at T",            HOLD, 0, RIDE_HOLD_S, 10 * MINUTE, 10 * MINUTE},
    {"a test key's hold after T",        HOLD, 0, RIDE_HOLD_S, -HOUR, 10 * MINUTE},
    {"a freed seat",                     HOLD, 0, RIDE_FREED_HOLD_S, DAY, 15 * MINUTE},
    {"an accepted request",              HOLD, 0, RIDE_ACCEPTED_HOLD_S, DAY, HOUR},
    {"a claimed payment",                HOLD, 0, RIDE_CLAIM_S, DAY, 3 * HOUR},
    {"a claimed payment at most until T", HOLD, 0, RIDE_CLAIM_S, 2 * HOUR, 2 * HOUR},
    {"a request: 3 hours",               REQUEST, 0, 0, DAY, 3 * HOUR},
    {"a request: T-30 is in 3 hours",    REQUEST, 0, 0, 210 * MINUTE, 3 * HOUR},
    {"a request: until T-30",            REQUEST, 0, 0, 2 * HOUR, 90 * MINUTE},
    {"a request: T-30 is in 10 minutes", REQUEST, 0, 0, 40 * MINUTE, 10 * MINUTE},
    {"a request: at least 10 minutes",   REQUEST, 0, 0, 35 * MINUTE, 10 * MINUTE},
    {"a request: even past T",           REQUEST, 0, 0, 5 * MINUTE, 10 * MINUTE},
    {"waiting: until T-30",              WAIT, 0, 0, 2 * HOUR, 90 * MINUTE},
    {"waiting: a microsecond is left",   WAIT, 0, 0, 30 * MINUTE + 1, 1},
    {"waiting: it is too late",          WAIT, 0, 0, 30 * MINUTE, FIELD_ABSENT},
};
// clang-format on

TEST_ROWS(waiting_deadlines_follow_the_rules, clocks)
{
    const int64_t now = row->now, at = row->at;
    int64_t until = FIELD_ABSENT;

    switch (row->clock) {
    case HOLD:
        until = ride_hold_until(now, row->seconds, at);
        break;
    case REQUEST:
        until = ride_request_until(now, at);
        break;
    case WAIT:
        ck_assert(ride_waitlist_find_deadline(now, at, &until) == (row->until != FIELD_ABSENT));
        break;
    }
    ck_assert_msg(until == row->until, "%s: %lld", row->why, (long long)until);
}
