// SPDX-License-Identifier: MIT
/* The state machine: every action from every status by every actor, with and without money due, in
 * active and inactive apartments, before, on and after the check-in day, and after the check-out.
 * The expectation is a matrix, to compare with the contract. */
#include "api/steps.h"

#include "bookings/booking.h"
#include "support/matrix.h"
#include "support/test.h"

TEST_CASE("table");

enum { GUEST, OWNER, STAFF, CLIENT, ACTORS };

static const struct api_caller callers[ACTORS] = {
    [GUEST] = {.actor = ACTOR_GUEST,  .actor_text = {"guest:7", 7}},
    [OWNER] = {.actor = ACTOR_OWNER,  .actor_text = {"owner:1", 7}},
    [STAFF] = {.actor = ACTOR_STAFF,  .actor_text = {"staff:A", 7}},
    [CLIENT] = {.actor = ACTOR_CLIENT, .actor_text = {"client:", 7}},
};

enum {
    BY_GUEST = BOOKING_BY_GUEST,
    BY_OWNER = BOOKING_BY_OWNER,
    BY_STAFF = TRANSITION_BY_STAFF,
    BY_SYSTEM = TRANSITION_BY_SYSTEM
};

// clang-format off
static const struct matrix_row rows[] = {
    /*                                                                          held  requ      paym  conf  chec  comp expi         decl canc no_s */
    {BOOKING_CONFIRM,       BY_GUEST,            "paid:payment_due",           "*conf .         .     .     .     .    hold_expired .    .    ."},
    {BOOKING_CONFIRM,       BY_OWNER | BY_STAFF, "",                           "conf  conf/held conf  .     .     .    hold_expired .    .    ."},
    {BOOKING_DECLINE,       BY_OWNER | BY_STAFF, "",                           ".     decl      .     .     .     .    .            .    .    ."},
    {BOOKING_CANCEL,        BY_GUEST,            "arrival_not_over:too_late",  "canc  canc      canc  *canc .     .    .            .    .    ."},
    {BOOKING_CANCEL,        BY_OWNER | BY_STAFF, "",                           "canc  canc      canc  canc  .     .    .            .    .    ."},
    {BOOKING_CLAIM_PAYMENT, BY_GUEST | BY_STAFF, "due:nothing_due",            "*paym .         .     .     .     .    hold_expired .    .    ."},
    {BOOKING_RECEIPT,       BY_GUEST | BY_STAFF, "",                           ".     .         paym  .     .     .    .            .    .    ."},
    {BOOKING_CHECK_IN,      BY_OWNER | BY_STAFF, "arrival_day:too_early",      ".     .         .     *chec .     .    .            .    .    ."},
    {BOOKING_CHECK_OUT,     BY_OWNER | BY_STAFF, "",                           ".     .         .     .     comp  .    .            .    .    ."},
    {BOOKING_MARK_NO_SHOW,  BY_OWNER | BY_STAFF, "arrival_over:too_early",     ".     .         .     *no_s .     .    .            .    .    ."},
    {BOOKING_CHANGE_DATES,  BY_GUEST,            "active:change_not_free",     "*held *requ     *paym *conf .     .    .            .    .    ."},
    {BOOKING_CHANGE_DATES,  BY_OWNER | BY_STAFF, "",                           "held  requ      paym  conf  chec  .    .            .    .    ."},
    {BOOKING_CONTACT,       BY_GUEST | BY_STAFF, "",                           "held  requ      paym  conf  chec  .    hold_expired .    .    ."},
    {BOOKING_RATE,          BY_GUEST | BY_STAFF, "",                           ".     .         .     .     .     comp .            .    .    ."},
    {BOOKING_SET_PAID,      BY_OWNER | BY_STAFF, "",                           ".     .         .     conf  chec  comp expi         .    canc no_s"},
    {BOOKING_EXPIRE,        BY_SYSTEM,           "",                           "expi  expi      .     .     .     .    .            .    .    ."},
    {BOOKING_COMPLETE,      BY_SYSTEM,           "check_out:too_early",        ".     .         .     *comp *comp .    .            .    .    ."},
};
// clang-format on
static const struct matrix matrix = {
    &booking_machine, rows, COUNT(rows), BOOKING_STATUS_COUNT, {BY_GUEST, BY_OWNER}
};

/* Instants of the clock: the check-in day is from DAY_BEGINS to DAY_ENDS. */
enum { DAY_BEGINS = 100, DAY_ENDS = 200, CHECK_OUT = 300, EXPIRES = 1234 };
static const struct {
    const char *why;
    int64_t now;
} times[] = {
    {"the day before",                    DAY_BEGINS - 1},
    {"the first moment of the day",       DAY_BEGINS    },
    {"the last moment of the day",        DAY_ENDS - 1  },
    {"the first moment of the day after", DAY_ENDS      },
    {"just before the check-out",         CHECK_OUT - 1 },
    {"the check-out",                     CHECK_OUT     },
};

static struct booking booking_in(enum booking_status status, bool due, int64_t now)
{
    return (struct booking){
        .status = (int)status,
        .deposit = due ? 500 : 0,
        .expires_at = EXPIRES,
        .version = 1,
        .apartment.is_active = true,
        .clock = {.now = now,
                  .arrival_day = DAY_BEGINS,
                  .arrival_day_end = DAY_ENDS,
                  .check_out = CHECK_OUT},
    };
}

TEST_LOOP(every_action_from_every_status_by_every_actor, 0, BOOKING_STATUS_COUNT)
{
    for (int k = 0; k < 4 * COUNT(times); k++) {
        const bool due = k % 2 == 1, active = k / 2 % 2 == 1;
        const int64_t now = times[k / 4].now;
        struct booking booking = booking_in((enum booking_status)_i, due, now);
        const struct matrix_fact facts[] = {
            {"paid",             !due             },
            {"due",              due              },
            {"active",           active           },
            {"arrival_day",      now >= DAY_BEGINS},
            {"arrival_over",     now >= DAY_ENDS  },
            {"arrival_not_over", now < DAY_ENDS   },
            {"check_out",        now >= CHECK_OUT },
            {NULL,               false            },
        };

        booking.apartment.is_active = active;
        matrix_compare(&matrix, _i, booking_state(&booking), facts, times[k / 4].why);
    }
}

TEST_LOOP(actions_of_people_are_listed_except_contact_and_rate, 0, BOOKING_EXPIRE)
{
    ck_assert((booking_machine.actions[_i].label.ru.at != NULL) ==
              (_i != BOOKING_CONTACT && _i != BOOKING_RATE));
}

/* A client without X-Actor has the rights of staff. */
TEST(callers_have_the_actions_of_their_actors)
{
    static const size_t listed[ACTORS] = {[GUEST] = 2, [OWNER] = 4, [STAFF] = 4, [CLIENT] = 4};
    const struct booking booking = booking_in(BOOKING_REQUESTED, false, DAY_BEGINS);

    for (int actor = 0; actor < ACTORS; actor++) {
        const struct api_caller *caller = &callers[actor];
        struct transition_allowed allowed[TRANSITION_ACTIONS_MAX];
        struct fault fault;
        int to = -1;

        ck_assert(booking_transition_check(&booking, BOOKING_CONFIRM, caller, &to, &fault) ==
                  (actor != GUEST));
        ck_assert_int_eq(to, actor != GUEST ? BOOKING_CONFIRMED : -1);
        ck_assert_uint_eq(booking_allowed_actions(&booking, caller, allowed), listed[actor]);
    }
}

static const struct {
    const char *code;
    enum fault_kind kind;
} kinds[] = {
    {"forbidden",         FAULT_FORBIDDEN},
    {"payment_due",       FAULT_CONFLICT },
    {"already_requested", FAULT_CONFLICT },
    {"nothing_due",       FAULT_CONFLICT },
    {"too_early",         FAULT_CONFLICT },
    {"hold_expired",      FAULT_GONE     },
    {"already_expired",   FAULT_CONFLICT },
    {"already_cancelled", FAULT_CONFLICT },
};

TEST_ROWS(each_refusal_has_its_fault_kind, kinds)
{
    int met = 0;

    for (int k = 0; k < (int)BOOKING_EXPIRE * (int)BOOKING_STATUS_COUNT * ACTORS * 2; k++) {
        const int action = k % BOOKING_EXPIRE, from = k / BOOKING_EXPIRE % BOOKING_STATUS_COUNT;
        const int asked = k / BOOKING_EXPIRE / BOOKING_STATUS_COUNT;
        const struct booking booking =
            booking_in((enum booking_status)from, asked % 2 == 1, DAY_BEGINS - 1);
        struct fault fault;

        if (booking_transition_check(&booking, (enum booking_action)action, &callers[asked / 2],
                                     NULL, &fault) ||
            strcmp(fault.code, row->code) != 0)
            continue;
        ck_assert_int_eq(fault.kind, row->kind);
        met++;
    }
    ck_assert_int_gt(met, 0);
}

// clang-format off
static const struct {
    const char *why;
    enum booking_action action;
    int from, to; /* the last step */
    enum booking_status status;
    int made_by, asks;
    bool repeats;
} repeats[] = {
    {"confirmed twice by one guest",                                  BOOKING_CONFIRM,       BOOKING_HELD,      BOOKING_CONFIRMED,       BOOKING_CONFIRMED,       GUEST, GUEST, true},
    {"confirmed by another",                                          BOOKING_CONFIRM,       BOOKING_HELD,      BOOKING_CONFIRMED,       BOOKING_CONFIRMED,       STAFF, OWNER, false},
    {"cancelled twice",                                               BOOKING_CANCEL,        BOOKING_CONFIRMED, BOOKING_CANCELLED,       BOOKING_CANCELLED,       OWNER, OWNER, true},
    {"declined, then cancelled",                                      BOOKING_CANCEL,        BOOKING_REQUESTED, BOOKING_DECLINED,        BOOKING_DECLINED,        OWNER, OWNER, false},
    {"expired since",                                                 BOOKING_CONFIRM,       BOOKING_REQUESTED, BOOKING_HELD,            BOOKING_EXPIRED,         OWNER, OWNER, false},
    {"a request with money due is agreed to twice",                   BOOKING_CONFIRM,       BOOKING_REQUESTED, BOOKING_HELD,            BOOKING_HELD,            OWNER, OWNER, true},
    {"a request is agreed to, then its payment confirmed by another", BOOKING_CONFIRM,       BOOKING_REQUESTED, BOOKING_HELD,            BOOKING_HELD,            OWNER, STAFF, false},
    {"claimed twice",                                                 BOOKING_CLAIM_PAYMENT, BOOKING_HELD,      BOOKING_PAYMENT_CLAIMED, BOOKING_PAYMENT_CLAIMED, GUEST, GUEST, true},
    {"checked in twice",                                              BOOKING_CHECK_IN,      BOOKING_CONFIRMED, BOOKING_CHECKED_IN,      BOOKING_CHECKED_IN,      STAFF, STAFF, true},
    {"the clock completed it",                                        BOOKING_CHECK_OUT,     BOOKING_CONFIRMED, BOOKING_COMPLETED,       BOOKING_COMPLETED,       STAFF, STAFF, false},
    {"a change of dates is checked again",                                   BOOKING_CHANGE_DATES,  BOOKING_REQUESTED, BOOKING_HELD,            BOOKING_HELD,            STAFF, STAFF, false},
    {"a creation is not a repeated action",                           BOOKING_CONFIRM,       -1,                BOOKING_HELD,            BOOKING_HELD,            GUEST, GUEST, false},
};
// clang-format on

TEST_ROWS_WHY(last_step_may_be_repeated_by_its_actor, repeats)
{
    const struct step_last last = {
        .from = row->from < 0 ? (struct slice){0} : slice_of(booking_status_names[row->from]),
        .to = slice_of(booking_status_names[row->to]),
        .actor = callers[row->made_by].actor_text,
    };

    ck_assert(transition_repeats(&booking_machine, &last, (int)row->status, (int)row->action,
                                 callers[row->asks].actor_text) == row->repeats);
}

TEST(actions_end_with_the_hold_or_the_stay)
{
    struct transition_allowed allowed[TRANSITION_ACTIONS_MAX];
    struct booking booking = booking_in(BOOKING_HELD, false, DAY_BEGINS - 1);

    ck_assert_uint_eq(booking_allowed_actions(&booking, &callers[GUEST], allowed), 3);
    ck_assert_slice(allowed[0].verb, "confirm");
    ck_assert_int_eq(allowed[0].until, EXPIRES);
    ck_assert(allowed[0].label.ru.len > 0 && allowed[0].label.kz.len > 0 &&
              allowed[0].label.en.len > 0);
    booking.status = BOOKING_CONFIRMED;
    booking.expires_at = FIELD_ABSENT;
    ck_assert_uint_eq(booking_allowed_actions(&booking, &callers[GUEST], allowed), 2);
    ck_assert_slice(allowed[0].verb, "cancel");
    ck_assert_int_eq(allowed[0].until, DAY_ENDS);
    ck_assert_uint_eq(booking_allowed_actions(&booking, &callers[OWNER], allowed), 3);
    ck_assert_slice(allowed[2].verb, "set-paid");
    ck_assert_int_eq(allowed[2].until, FIELD_ABSENT);
    booking.status = BOOKING_PAYMENT_CLAIMED;
    booking.expires_at = EXPIRES;
    ck_assert_uint_eq(booking_allowed_actions(&booking, &callers[GUEST], allowed), 2);
    ck_assert_slice(allowed[0].verb, "cancel");
    ck_assert_int_eq(allowed[0].until, FIELD_ABSENT);
}
