// SPDX-License-Identifier: MIT
/* The state machine of a booking: decides which actions succeed and are in allowed_actions. */
#include "bookings/booking.h"

enum {
    GUEST = BOOKING_BY_GUEST,
    OWNER = BOOKING_BY_OWNER,
    STAFF = TRANSITION_BY_STAFF,
    SYSTEM = TRANSITION_BY_SYSTEM
};

const char *const booking_status_names[] = {
    "held",    "requested", "payment_claimed", "confirmed", "checked_in", "completed",
    "expired", "declined",  "cancelled",       "no_show",   NULL};
static const char *const already[] = {
    "already_held",       "already_requested", "already_payment_claimed", "already_confirmed",
    "already_checked_in", "already_completed", "already_expired",         "already_declined",
    "already_cancelled",  "already_no_show"};

// clang-format off
static const struct transition_action actions[BOOKING_ACTION_COUNT] = {
    [BOOKING_CONFIRM] = {"confirm", "booking.confirm", {TEXTS_LITERAL("Подтвердить"), TEXTS_LITERAL("Растау"), TEXTS_LITERAL("Confirm")}},
    [BOOKING_DECLINE] = {"decline", "booking.decline", {TEXTS_LITERAL("Отклонить"), TEXTS_LITERAL("Қабылдамау"), TEXTS_LITERAL("Decline")}},
    [BOOKING_CANCEL]  = {"cancel", "booking.cancel", {TEXTS_LITERAL("Отменить бронь"), TEXTS_LITERAL("Броньнан бас тарту"), TEXTS_LITERAL("Cancel the booking")}},
    [BOOKING_CLAIM_PAYMENT] = {"claim-payment", "booking.claim_payment", {TEXTS_LITERAL("Я оплатил"), TEXTS_LITERAL("Мен төледім"), TEXTS_LITERAL("I have paid")}},
    [BOOKING_CHECK_IN] = {"check-in", "booking.check_in", {TEXTS_LITERAL("Заселить"), TEXTS_LITERAL("Орналастыру"), TEXTS_LITERAL("Check in")}},
    [BOOKING_CHECK_OUT] = {"check-out", "booking.check_out", {TEXTS_LITERAL("Выселить"), TEXTS_LITERAL("Шығару"), TEXTS_LITERAL("Check out")}},
    [BOOKING_MARK_NO_SHOW] = {"no-show", "booking.no_show", {TEXTS_LITERAL("Гость не приехал"), TEXTS_LITERAL("Қонақ келмеді"), TEXTS_LITERAL("The guest did not come")}},
    [BOOKING_CHANGE_DATES] = {"change-dates", "booking.change_dates", {TEXTS_LITERAL("Изменить даты"), TEXTS_LITERAL("Күндерді өзгерту"), TEXTS_LITERAL("Change the dates")}},
    [BOOKING_CONTACT] = {.verb = "contact", .audit = "booking.contact"},
    [BOOKING_RATE] = {.verb = "rate", .audit = "booking.rate"},
    [BOOKING_SET_PAID] = {"set-paid", "booking.set_paid", {TEXTS_LITERAL("Учесть деньги"), TEXTS_LITERAL("Ақшаны есепке алу"), TEXTS_LITERAL("Record the money")}},
    [BOOKING_EXPIRE]  = {"expire", "booking.expire", {TEXTS_LITERAL("Истекла"), TEXTS_LITERAL("Мерзімі өтті"), TEXTS_LITERAL("Expired")}},
    [BOOKING_COMPLETE] = {"complete", "booking.complete", {TEXTS_LITERAL("Завершена"), TEXTS_LITERAL("Аяқталды"), TEXTS_LITERAL("Completed")}},
    [BOOKING_RECEIPT] = {.verb = "claim-payment", .audit = "booking.receipt"},
};

/* Bits of statuses. */
enum {
    HELD = 1 << BOOKING_HELD, REQUESTED = 1 << BOOKING_REQUESTED, CLAIMED = 1 << BOOKING_PAYMENT_CLAIMED,
    CONFIRMED = 1 << BOOKING_CONFIRMED, CHECKED_IN = 1 << BOOKING_CHECKED_IN, COMPLETED = 1 << BOOKING_COMPLETED,
    EXPIRED = 1 << BOOKING_EXPIRED, CANCELLED = 1 << BOOKING_CANCELLED, NO_SHOW = 1 << BOOKING_NO_SHOW,
    PENDING = HELD | REQUESTED | CLAIMED, BEFORE_ARRIVAL = PENDING | CONFIRMED
};

/* Columns: action, statuses before, status after, actors, condition. */
static const struct transition rows[] = {
    {BOOKING_CONFIRM, HELD,            BOOKING_CONFIRMED, GUEST,                 BOOKING_NOTHING_DUE},
    {BOOKING_CONFIRM, HELD | CLAIMED,  BOOKING_CONFIRMED, OWNER | STAFF,         0},
    {BOOKING_CONFIRM, REQUESTED,       BOOKING_CONFIRMED, OWNER | STAFF,         BOOKING_NOTHING_DUE},
    {BOOKING_CONFIRM, REQUESTED,       BOOKING_HELD,      OWNER | STAFF,         BOOKING_SOMETHING_DUE},

    {BOOKING_DECLINE, REQUESTED,       BOOKING_DECLINED,  OWNER | STAFF,         0},
    {BOOKING_CANCEL,  BEFORE_ARRIVAL,  BOOKING_CANCELLED, OWNER | STAFF,         0},
    {BOOKING_CANCEL,  PENDING,         BOOKING_CANCELLED, GUEST,                 0},
    {BOOKING_CANCEL,  CONFIRMED,       BOOKING_CANCELLED, GUEST,                 BOOKING_ARRIVAL_NOT_OVER},

    {BOOKING_CLAIM_PAYMENT, HELD,      BOOKING_PAYMENT_CLAIMED, GUEST | STAFF,   BOOKING_SOMETHING_DUE},
    {BOOKING_RECEIPT, CLAIMED,         TRANSITION_STAYS,        GUEST | STAFF,   0},

    {BOOKING_CHECK_IN,     CONFIRMED,  BOOKING_CHECKED_IN, OWNER | STAFF, BOOKING_ARRIVAL_DAY},
    {BOOKING_CHECK_OUT,    CHECKED_IN, BOOKING_COMPLETED,  OWNER | STAFF, 0},
    {BOOKING_MARK_NO_SHOW, CONFIRMED,  BOOKING_NO_SHOW,    OWNER | STAFF, BOOKING_AFTER_ARRIVAL},

    {BOOKING_CHANGE_DATES, BEFORE_ARRIVAL,              TRANSITION_STAYS, GUEST,         BOOKING_CHANGE_FREE},
    {BOOKING_CHANGE_DATES, BEFORE_ARRIVAL | CHECKED_IN, TRANSITION_STAYS, OWNER | STAFF, 0},
    {BOOKING_CONTACT,      BEFORE_ARRIVAL | CHECKED_IN, TRANSITION_STAYS, GUEST | STAFF, 0},
    {BOOKING_RATE,         COMPLETED,                   TRANSITION_STAYS, GUEST | STAFF, 0},

    /* After the confirmation, and where money may have to be returned. */
    {BOOKING_SET_PAID, CONFIRMED | CHECKED_IN | COMPLETED | EXPIRED | CANCELLED | NO_SHOW, TRANSITION_STAYS, OWNER | STAFF, 0},

    {BOOKING_EXPIRE,   HELD | REQUESTED,       BOOKING_EXPIRED,   SYSTEM, 0},
    {BOOKING_COMPLETE, CONFIRMED | CHECKED_IN, BOOKING_COMPLETED, SYSTEM, BOOKING_CHECK_OUT_PASSED},
};

static const struct transition_refusal refusals[] = {
    {BOOKING_NOTHING_DUE,      FAULT_CONFLICT, "payment_due",     "Owner or staff confirm it once the deposit is paid."},
    {BOOKING_SOMETHING_DUE,    FAULT_CONFLICT, "nothing_due",     "Nothing is due before arrival."},
    {BOOKING_ARRIVAL_DAY,      FAULT_CONFLICT, "too_early",       "The check-in day has not begun."},
    {BOOKING_AFTER_ARRIVAL,    FAULT_CONFLICT, "too_early",       "The check-in day has not ended."},
    {BOOKING_CHANGE_FREE,      FAULT_CONFLICT, "change_not_free", "Only owner or staff change this stay now."},
    {BOOKING_CHECK_OUT_PASSED, FAULT_CONFLICT, "too_early",       "The stay has not ended."},
    {BOOKING_ARRIVAL_NOT_OVER, FAULT_CONFLICT, "too_late",        "The check-in day has ended: only owner or staff cancel this stay now."},
};

#define GONE(action) {(action), EXPIRED, FAULT_GONE, "hold_expired", "The booking has expired."}
static const struct transition_exception exceptions[] = {
    GONE(BOOKING_CONFIRM), GONE(BOOKING_CLAIM_PAYMENT), GONE(BOOKING_CONTACT),
};
// clang-format on

const struct transition_machine booking_machine = {
    .noun = "booking",
    .rows = rows,
    .row_count = ARRAY_LEN(rows),
    .actions = actions,
    .action_count = BOOKING_ACTION_COUNT,
    .statuses = booking_status_names,
    .already = already,
    .refusals = refusals,
    .refusal_count = ARRAY_LEN(refusals),
    .exceptions = exceptions,
    .exception_count = ARRAY_LEN(exceptions),
};

struct transition_state booking_state(const struct booking *booking)
{
    const struct booking_clock *clock = &booking->clock;
    unsigned conditions =
        booking_is_deposit_paid(booking) ? BOOKING_NOTHING_DUE : BOOKING_SOMETHING_DUE;

    if (clock->now >= clock->arrival_day)
        conditions |= BOOKING_ARRIVAL_DAY;
    conditions |=
        clock->now >= clock->arrival_day_end ? BOOKING_AFTER_ARRIVAL : BOOKING_ARRIVAL_NOT_OVER;
    if (booking_guest_may_change_dates(booking))
        conditions |= BOOKING_CHANGE_FREE;
    if (clock->now >= clock->check_out)
        conditions |= BOOKING_CHECK_OUT_PASSED;
    return (struct transition_state){booking->status, conditions};
}

bool booking_transition_check(const struct booking *booking, enum booking_action action,
                              const struct api_caller *caller, int *to_or_null, struct fault *fault)
{
    return transition_check(&booking_machine, booking_state(booking), (int)action,
                            transition_actor(caller), to_or_null, fault);
}

/* When the status ends by itself: at the end of the hold or of the stay. FIELD_ABSENT for a claimed
 * payment, which only an action ends. */
static int64_t status_ends_at(const struct booking *booking)
{
    if (booking->status == BOOKING_PAYMENT_CLAIMED)
        return FIELD_ABSENT;
    return booking_status_expires((enum booking_status)booking->status) ? booking->expires_at
                                                                        : booking->clock.check_out;
}

/* Until when the action is allowed at the same cost: until the hold, the stay or, if the action
 * needs that, the check-in day ends. If the action depends on the policy, also at most until the
 * policy's current tier ends. The amount paid may be set at any time. */
static int64_t allowed_until(const struct booking *booking, const struct transition *row)
{
    const int64_t end = row->when == BOOKING_ARRIVAL_NOT_OVER ? booking->clock.arrival_day_end
                                                              : status_ends_at(booking);
    const bool by_tier = row->action == BOOKING_CANCEL || row->when == BOOKING_CHANGE_FREE;
    const int64_t until = by_tier ? booking_cancel_terms(booking).until : FIELD_ABSENT;

    if (row->action == BOOKING_SET_PAID)
        return FIELD_ABSENT;
    return until != FIELD_ABSENT && (end == FIELD_ABSENT || until < end) ? until : end;
}

size_t booking_allowed_actions(const struct booking *booking, const struct api_caller *caller,
                               struct transition_allowed out[TRANSITION_ACTIONS_MAX])
{
    const size_t count =
        transition_allowed(&booking_machine, booking_state(booking), transition_actor(caller), out);

    for (size_t i = 0; i < count; i++) {
        out[i].until = allowed_until(booking, out[i].row);
        if (out[i].row->action == BOOKING_CANCEL)
            out[i].cost = booking_cancel_terms(booking).fee;
    }
    return count;
}
