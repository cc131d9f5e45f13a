// SPDX-License-Identifier: MIT
/* The state machine: every action from every status by every actor, with and without money due, in
 * active and inactive apartments, before, on and after the check-in day. The expectation is a
 * matrix, to compare with the contract. */
#include "api/steps.h"

#include "bookings/booking.h"
#include "support/test.h"

TEST_CASE("table");

enum { GUEST, OWNER, STAFF, CLIENT, ACTORS };

static const struct api_caller callers[ACTORS] = {
    [GUEST] = {.actor = ACTOR_GUEST,  .actor_text = {"guest:7", 7}},
    [OWNER] = {.actor = ACTOR_OWNER,  .actor_text = {"owner:1", 7}},
    [STAFF] = {.actor = ACTOR_STAFF,  .actor_text = {"staff:A", 7}},
    [CLIENT] = {.actor = ACTOR_CLIENT, .actor_text = {"client:", 7}},
};

/* The result for each actor after the check-in day: a status or a code. Staff and client share a
 * column, because a client without X-Actor has the rights of staff. */
// clang-format off
static const struct {
    enum booking_action action;
    enum booking_status from;
    const char *guest, *owner, *staff;
} nothing_due[] = {
    {BOOKING_CONFIRM,       BOOKING_HELD,            "confirmed",               "confirmed",               "confirmed"},
    {BOOKING_CONFIRM,       BOOKING_REQUESTED,       "forbidden",               "confirmed",               "confirmed"},
    {BOOKING_CONFIRM,       BOOKING_PAYMENT_CLAIMED, "forbidden",               "confirmed",               "confirmed"},
    {BOOKING_CONFIRM,       BOOKING_CONFIRMED,       "already_confirmed",       "already_confirmed",       "already_confirmed"},
    {BOOKING_CONFIRM,       BOOKING_CHECKED_IN,      "already_checked_in",      "already_checked_in",      "already_checked_in"},
    {BOOKING_CONFIRM,       BOOKING_COMPLETED,       "already_completed",       "already_completed",       "already_completed"},
    {BOOKING_CONFIRM,       BOOKING_EXPIRED,         "hold_expired",            "hold_expired",            "hold_expired"},
    {BOOKING_CONFIRM,       BOOKING_DECLINED,        "already_declined",        "already_declined",        "already_declined"},
    {BOOKING_CONFIRM,       BOOKING_CANCELLED,       "already_cancelled",       "already_cancelled",       "already_cancelled"},
    {BOOKING_CONFIRM,       BOOKING_NO_SHOW,         "already_no_show",         "already_no_show",         "already_no_show"},

    {BOOKING_DECLINE,       BOOKING_HELD,            "forbidden",               "already_held",            "already_held"},
    {BOOKING_DECLINE,       BOOKING_REQUESTED,       "forbidden",               "declined",                "declined"},
    {BOOKING_DECLINE,       BOOKING_PAYMENT_CLAIMED, "forbidden",               "already_payment_claimed", "already_payment_claimed"},
    {BOOKING_DECLINE,       BOOKING_CONFIRMED,       "forbidden",               "already_confirmed",       "already_confirmed"},
    {BOOKING_DECLINE,       BOOKING_CHECKED_IN,      "forbidden",               "already_checked_in",      "already_checked_in"},
    {BOOKING_DECLINE,       BOOKING_COMPLETED,       "forbidden",               "already_completed",       "already_completed"},
    {BOOKING_DECLINE,       BOOKING_EXPIRED,         "forbidden",               "already_expired",         "already_expired"},
    {BOOKING_DECLINE,       BOOKING_DECLINED,        "forbidden",               "already_declined",        "already_declined"},
    {BOOKING_DECLINE,       BOOKING_CANCELLED,       "forbidden",               "already_cancelled",       "already_cancelled"},
    {BOOKING_DECLINE,       BOOKING_NO_SHOW,         "forbidden",               "already_no_show",         "already_no_show"},

    {BOOKING_CANCEL,        BOOKING_HELD,            "cancelled",               "cancelled",               "cancelled"},
    {BOOKING_CANCEL,        BOOKING_REQUESTED,       "cancelled",               "cancelled",               "cancelled"},
    {BOOKING_CANCEL,        BOOKING_PAYMENT_CLAIMED, "cancelled",               "cancelled",               "cancelled"},
    {BOOKING_CANCEL,        BOOKING_CONFIRMED,       "forbidden",               "cancelled",               "cancelled"},
    {BOOKING_CANCEL,        BOOKING_CHECKED_IN,      "already_checked_in",      "already_checked_in",      "already_checked_in"},
    {BOOKING_CANCEL,        BOOKING_COMPLETED,       "already_completed",       "already_completed",       "already_completed"},
    {BOOKING_CANCEL,        BOOKING_EXPIRED,         "already_expired",         "already_expired",         "already_expired"},
    {BOOKING_CANCEL,        BOOKING_DECLINED,        "already_declined",        "already_declined",        "already_declined"},
    {BOOKING_CANCEL,        BOOKING_CANCELLED,       "already_cancelled",       "already_cancelled",       "already_cancelled"},
    {BOOKING_CANCEL,        BOOKING_NO_SHOW,         "already_no_show",         "already_no_show",         "already_no_show"},

    {BOOKING_CLAIM_PAYMENT, BOOKING_HELD,            "nothing_due",             "forbidden",               "nothing_due"},
    {BOOKING_CLAIM_PAYMENT, BOOKING_REQUESTED,       "already_requested",       "forbidden",               "already_requested"},
    {BOOKING_CLAIM_PAYMENT, BOOKING_PAYMENT_CLAIMED, "already_payment_claimed", "forbidden",               "already_payment_claimed"},
    {BOOKING_CLAIM_PAYMENT, BOOKING_CONFIRMED,       "already_confirmed",       "forbidden",               "already_confirmed"},
    {BOOKING_CLAIM_PAYMENT, BOOKING_CHECKED_IN,      "already_checked_in",      "forbidden",               "already_checked_in"},
    {BOOKING_CLAIM_PAYMENT, BOOKING_COMPLETED,       "already_completed",       "forbidden",               "already_completed"},
    {BOOKING_CLAIM_PAYMENT, BOOKING_EXPIRED,         "hold_expired",            "forbidden",               "hold_expired"},
    {BOOKING_CLAIM_PAYMENT, BOOKING_DECLINED,        "already_declined",        "forbidden",               "already_declined"},
    {BOOKING_CLAIM_PAYMENT, BOOKING_CANCELLED,       "already_cancelled",       "forbidden",               "already_cancelled"},
    {BOOKING_CLAIM_PAYMENT, BOOKING_NO_SHOW,         "already_no_show",         "forbidden",               "already_no_show"},

    {BOOKING_CHECK_IN,      BOOKING_HELD,            "forbidden",               "already_held",            "already_held"},
    {BOOKING_CHECK_IN,      BOOKING_REQUESTED,       "forbidden",               "already_requested",       "already_requested"},
    {BOOKING_CHECK_IN,      BOOKING_PAYMENT_CLAIMED, "forbidden",               "already_payment_claimed", "already_payment_claimed"},
    {BOOKING_CHECK_IN,      BOOKING_CONFIRMED,       "forbidden",               "checked_in",              "checked_in"},
    {BOOKING_CHECK_IN,      BOOKING_CHECKED_IN,      "forbidden",               "already_checked_in",      "already_checked_in"},
    {BOOKING_CHECK_IN,      BOOKING_COMPLETED,       "forbidden",               "already_completed",       "already_completed"},
    {BOOKING_CHECK_IN,      BOOKING_EXPIRED,         "forbidden",               "already_expired",         "already_expired"},
    {BOOKING_CHECK_IN,      BOOKING_DECLINED,        "forbidden",               "already_declined",        "already_declined"},
    {BOOKING_CHECK_IN,      BOOKING_CANCELLED,       "forbidden",               "already_cancelled",       "already_cancelled"},
    {BOOKING_CHECK_IN,      BOOKING_NO_SHOW,         "forbidden",               "already_no_show",         "already_no_show"},

    {BOOKING_CHECK_OUT,     BOOKING_HELD,            "forbidden",               "already_held",            "already_held"},
    {BOOKING_CHECK_OUT,     BOOKING_REQUESTED,       "forbidden",               "already_requested",       "already_requested"},
    {BOOKING_CHECK_OUT,     BOOKING_PAYMENT_CLAIMED, "forbidden",               "already_payment_claimed", "already_payment_claimed"},
    {BOOKING_CHECK_OUT,     BOOKING_CONFIRMED,       "forbidden",               "already_confirmed",       "already_confirmed"},
    {BOOKING_CHECK_OUT,     BOOKING_CHECKED_IN,      "forbidden",               "completed",               "completed"},
    {BOOKING_CHECK_OUT,     BOOKING_COMPLETED,       "forbidden",               "already_completed",       "already_completed"},
    {BOOKING_CHECK_OUT,     BOOKING_EXPIRED,         "forbidden",               "already_expired",         "already_expired"},
    {BOOKING_CHECK_OUT,     BOOKING_DECLINED,        "forbidden",               "already_declined",        "already_declined"},
    {BOOKING_CHECK_OUT,     BOOKING_CANCELLED,       "forbidden",               "already_cancelled",       "already_cancelled"},
    {BOOKING_CHECK_OUT,     BOOKING_NO_SHOW,         "forbidden",               "already_no_show",         "already_no_show"},

    {BOOKING_MARK_NO_SHOW,  BOOKING_HELD,            "forbidden",               "already_held",            "already_held"},
    {BOOKING_MARK_NO_SHOW,  BOOKING_REQUESTED,       "forbidden",               "already_requested",       "already_requested"},
    {BOOKING_MARK_NO_SHOW,  BOOKING_PAYMENT_CLAIMED, "forbidden",               "already_payment_claimed", "already_payment_claimed"},
    {BOOKING_MARK_NO_SHOW,  BOOKING_CONFIRMED,       "forbidden",               "no_show",                 "no_show"},
    {BOOKING_MARK_NO_SHOW,  BOOKING_CHECKED_IN,      "forbidden",               "already_checked_in",      "already_checked_in"},
    {BOOKING_MARK_NO_SHOW,  BOOKING_COMPLETED,       "forbidden",               "already_completed",       "already_completed"},
    {BOOKING_MARK_NO_SHOW,  BOOKING_EXPIRED,         "forbidden",               "already_expired",         "already_expired"},
    {BOOKING_MARK_NO_SHOW,  BOOKING_DECLINED,        "forbidden",               "already_declined",        "already_declined"},
    {BOOKING_MARK_NO_SHOW,  BOOKING_CANCELLED,       "forbidden",               "already_cancelled",       "already_cancelled"},
    {BOOKING_MARK_NO_SHOW,  BOOKING_NO_SHOW,         "forbidden",               "already_no_show",         "already_no_show"},

    {BOOKING_CHANGE_DATES,  BOOKING_HELD,            "held",                    "held",                    "held"},
    {BOOKING_CHANGE_DATES,  BOOKING_REQUESTED,       "requested",               "requested",               "requested"},
    {BOOKING_CHANGE_DATES,  BOOKING_PAYMENT_CLAIMED, "payment_claimed",         "payment_claimed",         "payment_claimed"},
    {BOOKING_CHANGE_DATES,  BOOKING_CONFIRMED,       "confirmed",               "confirmed",               "confirmed"},
    {BOOKING_CHANGE_DATES,  BOOKING_CHECKED_IN,      "forbidden",               "checked_in",              "checked_in"},
    {BOOKING_CHANGE_DATES,  BOOKING_COMPLETED,       "already_completed",       "already_completed",       "already_completed"},
    {BOOKING_CHANGE_DATES,  BOOKING_EXPIRED,         "already_expired",         "already_expired",         "already_expired"},
    {BOOKING_CHANGE_DATES,  BOOKING_DECLINED,        "already_declined",        "already_declined",        "already_declined"},
    {BOOKING_CHANGE_DATES,  BOOKING_CANCELLED,       "already_cancelled",       "already_cancelled",       "already_cancelled"},
    {BOOKING_CHANGE_DATES,  BOOKING_NO_SHOW,         "already_no_show",         "already_no_show",         "already_no_show"},

    {BOOKING_CONTACT,       BOOKING_HELD,            "held",                    "forbidden",               "held"},
    {BOOKING_CONTACT,       BOOKING_REQUESTED,       "requested",               "forbidden",               "requested"},
    {BOOKING_CONTACT,       BOOKING_PAYMENT_CLAIMED, "payment_claimed",         "forbidden",               "payment_claimed"},
    {BOOKING_CONTACT,       BOOKING_CONFIRMED,       "confirmed",               "forbidden",               "confirmed"},
    {BOOKING_CONTACT,       BOOKING_CHECKED_IN,      "checked_in",              "forbidden",               "checked_in"},
    {BOOKING_CONTACT,       BOOKING_COMPLETED,       "already_completed",       "forbidden",               "already_completed"},
    {BOOKING_CONTACT,       BOOKING_EXPIRED,         "hold_expired",            "forbidden",               "hold_expired"},
    {BOOKING_CONTACT,       BOOKING_DECLINED,        "already_declined",        "forbidden",               "already_declined"},
    {BOOKING_CONTACT,       BOOKING_CANCELLED,       "already_cancelled",       "forbidden",               "already_cancelled"},
    {BOOKING_CONTACT,       BOOKING_NO_SHOW,         "already_no_show",         "forbidden",               "already_no_show"},
    {BOOKING_RATE,          BOOKING_HELD,            "already_held",            "forbidden",               "already_held"},
    {BOOKING_RATE,          BOOKING_REQUESTED,       "already_requested",       "forbidden",               "already_requested"},
    {BOOKING_RATE,          BOOKING_PAYMENT_CLAIMED, "already_payment_claimed", "forbidden",               "already_payment_claimed"},
    {BOOKING_RATE,          BOOKING_CONFIRMED,       "already_confirmed",       "forbidden",               "already_confirmed"},
    {BOOKING_RATE,          BOOKING_CHECKED_IN,      "already_checked_in",      "forbidden",               "already_checked_in"},
    {BOOKING_RATE,          BOOKING_COMPLETED,       "completed",               "forbidden",               "completed"},
    {BOOKING_RATE,          BOOKING_EXPIRED,         "already_expired",         "forbidden",               "already_expired"},
    {BOOKING_RATE,          BOOKING_DECLINED,        "already_declined",        "forbidden",               "already_declined"},
    {BOOKING_RATE,          BOOKING_CANCELLED,       "already_cancelled",       "forbidden",               "already_cancelled"},
    {BOOKING_RATE,          BOOKING_NO_SHOW,         "already_no_show",         "forbidden",               "already_no_show"},

    {BOOKING_SET_PAID,      BOOKING_HELD,            "forbidden",               "already_held",            "already_held"},
    {BOOKING_SET_PAID,      BOOKING_REQUESTED,       "forbidden",               "already_requested",       "already_requested"},
    {BOOKING_SET_PAID,      BOOKING_PAYMENT_CLAIMED, "forbidden",               "already_payment_claimed", "already_payment_claimed"},
    {BOOKING_SET_PAID,      BOOKING_CONFIRMED,       "forbidden",               "confirmed",               "confirmed"},
    {BOOKING_SET_PAID,      BOOKING_CHECKED_IN,      "forbidden",               "checked_in",              "checked_in"},
    {BOOKING_SET_PAID,      BOOKING_COMPLETED,       "forbidden",               "completed",               "completed"},
    {BOOKING_SET_PAID,      BOOKING_EXPIRED,         "forbidden",               "expired",                 "expired"},
    {BOOKING_SET_PAID,      BOOKING_DECLINED,        "forbidden",               "already_declined",        "already_declined"},
    {BOOKING_SET_PAID,      BOOKING_CANCELLED,       "forbidden",               "cancelled",               "cancelled"},
    {BOOKING_SET_PAID,      BOOKING_NO_SHOW,         "forbidden",               "no_show",                 "no_show"},
};
// clang-format on

/* Differences if money is due. */
static const struct {
    enum booking_action action;
    enum booking_status from;
    const char *guest, *owner, *staff;
} money_due[] = {
    {BOOKING_CONFIRM,       BOOKING_HELD,      "payment_due",     "confirmed", "confirmed"      },
    {BOOKING_CONFIRM,       BOOKING_REQUESTED, "forbidden",       "held",      "held"           },
    {BOOKING_CLAIM_PAYMENT, BOOKING_HELD,      "payment_claimed", "forbidden", "payment_claimed"},
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
};
enum { TIMES = ARRAY_LEN(times) };

/* Actions that are refused as too early before these instants. */
static const struct {
    enum booking_action action;
    enum booking_status from;
    int64_t begins;
} early[] = {
    {BOOKING_CHECK_IN,     BOOKING_CONFIRMED, DAY_BEGINS},
    {BOOKING_MARK_NO_SHOW, BOOKING_CONFIRMED, DAY_ENDS  },
};

static const char *column(int actor, const char *guest, const char *owner, const char *staff)
{
    return actor == GUEST ? guest : actor == OWNER ? owner : staff;
}

static const char *expected(enum booking_action action, enum booking_status from, int actor,
                            bool due, bool let, int64_t now)
{
    if (!let && action == BOOKING_CHANGE_DATES && actor == GUEST && from <= BOOKING_CONFIRMED)
        return "forbidden";
    if (action == BOOKING_CANCEL && from == BOOKING_CONFIRMED && now < DAY_ENDS)
        return "cancelled";
    for (size_t i = 0; actor != GUEST && i < ARRAY_LEN(early); i++)
        if (early[i].action == action && early[i].from == from && now < early[i].begins)
            return "too_early";
    for (size_t i = 0; due && i < ARRAY_LEN(money_due); i++)
        if (money_due[i].action == action && money_due[i].from == from)
            return column(actor, money_due[i].guest, money_due[i].owner, money_due[i].staff);
    for (size_t i = 0; i < ARRAY_LEN(nothing_due); i++)
        if (nothing_due[i].action == action && nothing_due[i].from == from)
            return column(actor, nothing_due[i].guest, nothing_due[i].owner, nothing_due[i].staff);
    ck_abort_msg("action %d from status %d is in no table", (int)action, (int)from);
}

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

static bool listed(const struct booking *booking, int actor, enum booking_action action)
{
    struct transition_allowed allowed[TRANSITION_ACTIONS_MAX];
    const size_t count = booking_allowed_actions(booking, &callers[actor], allowed);

    for (size_t i = 0; i < count; i++)
        if (slice_is(allowed[i].verb, booking_machine.actions[action].verb))
            return true;
    return false;
}

TEST_LOOP(every_action_from_every_status_by_every_actor, 0, BOOKING_EXPIRE)
{
    const enum booking_action action = (enum booking_action)_i;

    for (int from = 0; from < BOOKING_STATUS_COUNT; from++) {
        for (int actor = 0; actor < ACTORS; actor++) {
            for (int k = 0; k < 4 * TIMES; k++) {
                const int due = k % 2, let = k / 2 % 2;
                const int64_t now = times[k / 4].now;
                struct booking booking = booking_in((enum booking_status)from, due == 1, now);
                const char *want =
                    expected(action, (enum booking_status)from, actor, due == 1, let == 1, now);
                int to = -1;
                struct fault fault = {.code = ""};

                booking.apartment.is_active = let == 1;
                const bool goes =
                    booking_transition_check(&booking, action, &callers[actor], &to, &fault);
                const char *got = goes ? booking_status_names[to] : fault.code;

                ck_assert_msg(strcmp(got, want) == 0,
                              "%s from %s by actor %d, due %d, let %d, %s: %s, not %s",
                              booking_machine.actions[action].verb, booking_status_names[from],
                              actor, due, let, times[k / 4].why, got, want);
                ck_assert_msg(goes == (to >= 0), "outputs are untouched on failure");
                ck_assert_msg(listed(&booking, actor, action) ==
                                  (goes && action != BOOKING_CONTACT && action != BOOKING_RATE),
                              "listed actions are allowed and others refused: %s from %s",
                              booking_machine.actions[action].verb, booking_status_names[from]);
            }
        }
    }
}

static const struct {
    const char *code;
    enum fault_kind kind;
} kinds[] = {
    {"forbidden",         FAULT_FORBIDDEN},
    {"payment_due",       FAULT_FORBIDDEN},
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

static const struct transition *find(const struct booking *booking, enum booking_action action,
                                     unsigned actors)
{
    return transition_find(&booking_machine, booking_state(booking), (int)action, actors);
}

TEST(only_the_system_expires_and_completes)
{
    for (int from = 0; from < BOOKING_STATUS_COUNT; from++) {
        const struct booking booking = booking_in((enum booking_status)from, false, CHECK_OUT);
        const struct booking early_one =
            booking_in((enum booking_status)from, false, CHECK_OUT - 1);
        const bool expires = from == BOOKING_HELD || from == BOOKING_REQUESTED;
        const bool stays = from == BOOKING_CONFIRMED || from == BOOKING_CHECKED_IN;

        ck_assert(find(&booking, BOOKING_EXPIRE,
                       BOOKING_BY_GUEST | BOOKING_BY_OWNER | TRANSITION_BY_STAFF) == NULL);
        ck_assert((find(&booking, BOOKING_EXPIRE, TRANSITION_BY_SYSTEM) != NULL) == expires);
        ck_assert(find(&booking, BOOKING_COMPLETE,
                       BOOKING_BY_GUEST | BOOKING_BY_OWNER | TRANSITION_BY_STAFF) == NULL);
        ck_assert((find(&booking, BOOKING_COMPLETE, TRANSITION_BY_SYSTEM) != NULL) == stays);
        ck_assert(find(&early_one, BOOKING_COMPLETE, TRANSITION_BY_SYSTEM) == NULL);
    }
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
