// SPDX-License-Identifier: MIT
/* The state machine of a booking: decides which actions succeed and are in allowed_actions. */
#include "bookings/booking.h"

enum {
    GUEST = BOOKING_BY_GUEST,
    OWNER = BOOKING_BY_OWNER,
    STAFF = BOOKING_BY_STAFF,
    SYSTEM = BOOKING_BY_SYSTEM
};

// clang-format off
const struct booking_action_name booking_action_names[BOOKING_ACTION_COUNT] = {
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
    [BOOKING_EXPIRE]  = {"expire", "booking.expire", {TEXTS_LITERAL("Истекла"), TEXTS_LITERAL("Мерзімі өтті"), TEXTS_LITERAL("Expired")}},
    [BOOKING_COMPLETE] = {"complete", "booking.complete", {TEXTS_LITERAL("Завершена"), TEXTS_LITERAL("Аяқталды"), TEXTS_LITERAL("Completed")}},
    [BOOKING_RECEIPT] = {.verb = "claim-payment", .audit = "booking.receipt"},
};

/* action, from, to, actors, condition */
const struct booking_transition booking_transitions[] = {
    {BOOKING_CONFIRM, BOOKING_HELD,            BOOKING_CONFIRMED, GUEST,                 BOOKING_NOTHING_DUE  },
    {BOOKING_CONFIRM, BOOKING_HELD,            BOOKING_CONFIRMED, OWNER | STAFF,         BOOKING_ALWAYS       },
    {BOOKING_CONFIRM, BOOKING_REQUESTED,       BOOKING_CONFIRMED, OWNER | STAFF,         BOOKING_NOTHING_DUE  },
    {BOOKING_CONFIRM, BOOKING_REQUESTED,       BOOKING_HELD,      OWNER | STAFF,         BOOKING_SOMETHING_DUE},
    {BOOKING_CONFIRM, BOOKING_PAYMENT_CLAIMED, BOOKING_CONFIRMED, OWNER | STAFF,         BOOKING_ALWAYS       },

    {BOOKING_DECLINE, BOOKING_REQUESTED,       BOOKING_DECLINED,  OWNER | STAFF,         BOOKING_ALWAYS       },

    {BOOKING_CANCEL,  BOOKING_HELD,            BOOKING_CANCELLED, GUEST | OWNER | STAFF, BOOKING_ALWAYS       },
    {BOOKING_CANCEL,  BOOKING_REQUESTED,       BOOKING_CANCELLED, GUEST | OWNER | STAFF, BOOKING_ALWAYS       },
    {BOOKING_CANCEL,  BOOKING_PAYMENT_CLAIMED, BOOKING_CANCELLED, GUEST | OWNER | STAFF, BOOKING_ALWAYS       },
    {BOOKING_CANCEL,  BOOKING_CONFIRMED,       BOOKING_CANCELLED, GUEST | OWNER | STAFF, BOOKING_ALWAYS       },

    {BOOKING_CLAIM_PAYMENT, BOOKING_HELD,      BOOKING_PAYMENT_CLAIMED, GUEST | STAFF,   BOOKING_SOMETHING_DUE},
    {BOOKING_RECEIPT, BOOKING_PAYMENT_CLAIMED, BOOKING_PAYMENT_CLAIMED, GUEST | STAFF,   BOOKING_ALWAYS       },

    {BOOKING_CHECK_IN,      BOOKING_CONFIRMED,  BOOKING_CHECKED_IN, OWNER | STAFF, BOOKING_ARRIVAL_DAY  },
    {BOOKING_CHECK_OUT,     BOOKING_CHECKED_IN, BOOKING_COMPLETED,  OWNER | STAFF, BOOKING_ALWAYS       },
    {BOOKING_MARK_NO_SHOW,  BOOKING_CONFIRMED,  BOOKING_NO_SHOW,    OWNER | STAFF, BOOKING_AFTER_ARRIVAL},

    {BOOKING_CHANGE_DATES, BOOKING_HELD,            BOOKING_HELD,            GUEST,         BOOKING_CHANGE_FREE},
    {BOOKING_CHANGE_DATES, BOOKING_REQUESTED,       BOOKING_REQUESTED,       GUEST,         BOOKING_CHANGE_FREE},
    {BOOKING_CHANGE_DATES, BOOKING_PAYMENT_CLAIMED, BOOKING_PAYMENT_CLAIMED, GUEST,         BOOKING_CHANGE_FREE},
    {BOOKING_CHANGE_DATES, BOOKING_CONFIRMED,       BOOKING_CONFIRMED,       GUEST,         BOOKING_CHANGE_FREE},
    {BOOKING_CHANGE_DATES, BOOKING_HELD,            BOOKING_HELD,            OWNER | STAFF, BOOKING_ALWAYS     },
    {BOOKING_CHANGE_DATES, BOOKING_REQUESTED,       BOOKING_REQUESTED,       OWNER | STAFF, BOOKING_ALWAYS     },
    {BOOKING_CHANGE_DATES, BOOKING_PAYMENT_CLAIMED, BOOKING_PAYMENT_CLAIMED, OWNER | STAFF, BOOKING_ALWAYS     },
    {BOOKING_CHANGE_DATES, BOOKING_CONFIRMED,       BOOKING_CONFIRMED,       OWNER | STAFF, BOOKING_ALWAYS     },
    {BOOKING_CHANGE_DATES, BOOKING_CHECKED_IN,      BOOKING_CHECKED_IN,      OWNER | STAFF, BOOKING_ALWAYS     },

    {BOOKING_CONTACT, BOOKING_HELD,            BOOKING_HELD,            GUEST | STAFF,         BOOKING_ALWAYS       },
    {BOOKING_CONTACT, BOOKING_REQUESTED,       BOOKING_REQUESTED,       GUEST | STAFF,         BOOKING_ALWAYS       },
    {BOOKING_CONTACT, BOOKING_PAYMENT_CLAIMED, BOOKING_PAYMENT_CLAIMED, GUEST | STAFF,         BOOKING_ALWAYS       },
    {BOOKING_CONTACT, BOOKING_CONFIRMED,       BOOKING_CONFIRMED,       GUEST | STAFF,         BOOKING_ALWAYS       },
    {BOOKING_CONTACT, BOOKING_CHECKED_IN,      BOOKING_CHECKED_IN,      GUEST | STAFF,         BOOKING_ALWAYS       },

    {BOOKING_RATE,    BOOKING_COMPLETED,       BOOKING_COMPLETED,       GUEST | STAFF,         BOOKING_ALWAYS       },

    {BOOKING_EXPIRE,  BOOKING_HELD,            BOOKING_EXPIRED,   SYSTEM,                BOOKING_ALWAYS       },
    {BOOKING_EXPIRE,  BOOKING_REQUESTED,       BOOKING_EXPIRED,   SYSTEM,                BOOKING_ALWAYS       },

    {BOOKING_COMPLETE, BOOKING_CONFIRMED,      BOOKING_COMPLETED, SYSTEM,                BOOKING_CHECK_OUT_PASSED},
    {BOOKING_COMPLETE, BOOKING_CHECKED_IN,     BOOKING_COMPLETED, SYSTEM,                BOOKING_CHECK_OUT_PASSED},
};
// clang-format on
const size_t booking_transition_count = ARRAY_LEN(booking_transitions);

/* Codes of 409, by the booking's current status. */
static const char *const already_codes[BOOKING_STATUS_COUNT] = {
    [BOOKING_HELD] = "already_held",
    [BOOKING_REQUESTED] = "already_requested",
    [BOOKING_PAYMENT_CLAIMED] = "already_payment_claimed",
    [BOOKING_CONFIRMED] = "already_confirmed",
    [BOOKING_CHECKED_IN] = "already_checked_in",
    [BOOKING_COMPLETED] = "already_completed",
    [BOOKING_EXPIRED] = "already_expired",
    [BOOKING_DECLINED] = "already_declined",
    [BOOKING_CANCELLED] = "already_cancelled",
    [BOOKING_NO_SHOW] = "already_no_show",
};

unsigned booking_actor_bits(const struct api_caller *caller)
{
    static const unsigned actors[] = {
        [ACTOR_GUEST] = GUEST, [ACTOR_OWNER] = OWNER,   [ACTOR_CLIENT] = STAFF,
        [ACTOR_STAFF] = STAFF, [ACTOR_SYSTEM] = SYSTEM,
    };

    return (size_t)caller->actor < ARRAY_LEN(actors) ? actors[caller->actor] : 0;
}

static bool condition_holds(const struct booking *booking, enum booking_condition condition)
{
    const struct booking_clock *clock = &booking->clock;

    switch (condition) {
    case BOOKING_ALWAYS:
        return true;
    case BOOKING_NOTHING_DUE:
        return booking_nothing_due(booking);
    case BOOKING_SOMETHING_DUE:
        return !booking_nothing_due(booking);
    case BOOKING_ARRIVAL_DAY:
        return clock->now >= clock->arrival_day;
    case BOOKING_AFTER_ARRIVAL:
        return clock->now >= clock->arrival_day_end;
    case BOOKING_CHANGE_FREE:
        return booking_change_allowed(booking);
    case BOOKING_CHECK_OUT_PASSED:
        return clock->now >= clock->check_out;
    }
    return false;
}

enum { ANY_STATUS = -1, ANYBODY = GUEST | OWNER | STAFF | SYSTEM };

/* Returns the first row for this action, status and one of these actors, or NULL. With `booking`,
 * the row's condition must hold for it. */
static const struct booking_transition *find_row(enum booking_action action, int from,
                                                 unsigned actors, const struct booking *booking)
{
    for (size_t i = 0; i < booking_transition_count; i++) {
        const struct booking_transition *row = &booking_transitions[i];
        if (row->action == action && (from == ANY_STATUS || (int)row->from == from) &&
            (row->actors & actors) != 0 &&
            (booking == NULL || condition_holds(booking, row->condition)))
            return row;
    }
    return NULL;
}

const struct booking_transition *
booking_transition_find(const struct booking *booking, enum booking_action action, unsigned actors)
{
    return find_row(action, booking->status, actors, booking);
}

bool booking_repeats(const struct booking *booking, const struct booking_step *last,
                     enum booking_action action, const struct api_caller *caller)
{
    if (last->to != booking->status || !slice_equal(last->actor, caller->actor_text))
        return false;
    for (size_t i = 0; i < booking_transition_count; i++) {
        const struct booking_transition *row = &booking_transitions[i];
        if (row->action == action && (int)row->from == last->from && (int)row->to == last->to)
            return true;
    }
    return false;
}

/* The refusal for each condition that does not hold. */
static const struct {
    enum fault_kind kind;
    const char *code;
    const char *detail;
} refusals[] = {
    [BOOKING_ALWAYS] = {FAULT_FORBIDDEN, "forbidden",   "This actor may not do that."    },
    [BOOKING_NOTHING_DUE] = {FAULT_FORBIDDEN, "payment_due",
                        "Owner or staff confirm it once the deposit is paid."            },
    [BOOKING_SOMETHING_DUE] = {FAULT_CONFLICT,  "nothing_due", "Nothing is due before arrival." },
    [BOOKING_ARRIVAL_DAY] = {FAULT_CONFLICT,  "too_early",   "The check-in day has not begun."},
    [BOOKING_AFTER_ARRIVAL] = {FAULT_CONFLICT,  "too_early",   "The check-in day has not ended."},
    [BOOKING_CHANGE_FREE] = {FAULT_FORBIDDEN, "forbidden",
                        "Only owner or staff change this stay now."                      },
    [BOOKING_CHECK_OUT_PASSED] = {FAULT_CONFLICT,  "too_early",   "The stay has not ended."        },
};

static bool refuse(const struct booking *booking, enum booking_action action, unsigned actors,
                   struct fault *fault)
{
    const char *verb = booking_action_names[action].verb;
    const struct booking_transition *blocked = find_row(action, booking->status, actors, NULL);

    if (find_row(action, ANY_STATUS, actors, NULL) == NULL)
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden",
                         "This actor may not take the action %s.", verb);
    if (booking->status == BOOKING_EXPIRED &&
        (action == BOOKING_CONFIRM || action == BOOKING_CLAIM_PAYMENT || action == BOOKING_CONTACT))
        return fault_set(fault, FAULT_GONE, "hold_expired", "The booking has expired.");
    if (find_row(action, booking->status, ANYBODY, NULL) == NULL)
        return fault_set(fault, FAULT_CONFLICT, already_codes[booking->status],
                         "The booking is %s.", booking_status_names[booking->status]);
    if (blocked != NULL)
        return fault_set(fault, refusals[blocked->condition].kind,
                         refusals[blocked->condition].code, "%s",
                         refusals[blocked->condition].detail);
    return fault_set(fault, FAULT_FORBIDDEN, "forbidden",
                     "This actor may not take the action %s while the booking is %s.", verb,
                     booking_status_names[booking->status]);
}

bool booking_transition_check(const struct booking *booking, enum booking_action action,
                              const struct api_caller *caller,
                              const struct booking_transition **row, struct fault *fault)
{
    const unsigned actors = booking_actor_bits(caller);
    const struct booking_transition *found = booking_transition_find(booking, action, actors);

    if (found == NULL)
        return refuse(booking, action, actors, fault);
    *row = found;
    return true;
}

/* The end of the hold or the stay. A claimed payment has none: it ends by an action only. */
static int64_t status_end(const struct booking *booking)
{
    if (booking->status == BOOKING_PAYMENT_CLAIMED)
        return FIELD_ABSENT;
    return booking_status_expires((enum booking_status)booking->status) ? booking->expires_at
                                                                        : booking->clock.check_out;
}

/* When a listed action ends or its cost changes: the end of the hold, the stay or the tier. */
static int64_t allowed_until(const struct booking *booking, const struct booking_transition *row)
{
    const int64_t end = status_end(booking);
    const bool by_tier = row->action == BOOKING_CANCEL || row->condition == BOOKING_CHANGE_FREE;
    const int64_t until = by_tier ? booking_cancel_terms(booking).until : FIELD_ABSENT;

    return until != FIELD_ABSENT && (end == FIELD_ABSENT || until < end) ? until : end;
}

size_t booking_allowed_actions(const struct booking *booking, const struct api_caller *caller,
                               struct booking_allowed out[BOOKING_ACTION_COUNT])
{
    size_t count = 0;

    for (int action = 0; action < BOOKING_ACTION_COUNT; action++) {
        const struct booking_transition *row = booking_transition_find(
            booking, (enum booking_action)action, booking_actor_bits(caller));
        if (row == NULL || booking_action_names[action].label.ru.at == NULL)
            continue;
        out[count++] = (struct booking_allowed){
            .verb = slice_of(booking_action_names[action].verb),
            .until = allowed_until(booking, row),
            .cost = action == BOOKING_CANCEL ? booking_cancel_terms(booking).fee : FIELD_ABSENT,
            .label = booking_action_names[action].label,
        };
    }
    return count;
}
