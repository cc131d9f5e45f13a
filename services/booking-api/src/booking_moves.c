// SPDX-License-Identifier: MIT
/* The state machine of a booking as a table. It decides what passes and what allowed_actions shows,
 * so the two cannot differ. */
#include "booking.h"

#define TEXT(literal)                                                                              \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

enum {
    GUEST = BOOKING_BY_GUEST,
    OWNER = BOOKING_BY_OWNER,
    STAFF = BOOKING_BY_STAFF,
    SYSTEM = BOOKING_BY_SYSTEM
};

// clang-format off
const struct booking_action_name booking_action_names[BOOKING_ACTION_COUNT] = {
    [BOOKING_CONFIRM] = {"confirm", {TEXT("Подтвердить"), TEXT("Растау"), TEXT("Confirm")}},
    [BOOKING_DECLINE] = {"decline", {TEXT("Отклонить"), TEXT("Қабылдамау"), TEXT("Decline")}},
    [BOOKING_CANCEL]  = {"cancel",  {TEXT("Отменить бронь"), TEXT("Броньды болдырмау"), TEXT("Cancel the booking")}},
    [BOOKING_EXPIRE]  = {"expire",  {TEXT("Истекла"), TEXT("Мерзімі өтті"), TEXT("Expired")}},
};

/* action, from, to, who, when */
const struct booking_move booking_moves[] = {
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

    {BOOKING_EXPIRE,  BOOKING_HELD,            BOOKING_EXPIRED,   SYSTEM,                BOOKING_ALWAYS       },
    {BOOKING_EXPIRE,  BOOKING_REQUESTED,       BOOKING_EXPIRED,   SYSTEM,                BOOKING_ALWAYS       },
    {BOOKING_EXPIRE,  BOOKING_PAYMENT_CLAIMED, BOOKING_EXPIRED,   SYSTEM,                BOOKING_ALWAYS       },
};
// clang-format on
const size_t booking_move_count = sizeof booking_moves / sizeof booking_moves[0];

/* Codes of 409 by the status a booking has moved on to. */
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

unsigned booking_who(const struct api_caller *caller)
{
    switch (caller->actor) {
    case ACTOR_GUEST:
        return GUEST;
    case ACTOR_OWNER:
        return OWNER;
    case ACTOR_CLIENT:
    case ACTOR_STAFF:
        return STAFF;
    case ACTOR_SYSTEM:
        return SYSTEM;
    }
    return 0;
}

static bool holds(const struct booking *booking, enum booking_when when)
{
    if (when == BOOKING_ALWAYS)
        return true;
    return booking_nothing_due(booking) == (when == BOOKING_NOTHING_DUE);
}

const struct booking_move *booking_move_find(const struct booking *booking,
                                             enum booking_action action, unsigned who)
{
    for (size_t i = 0; i < booking_move_count; i++) {
        const struct booking_move *move = &booking_moves[i];
        if (move->action == action && (int)move->from == booking->status &&
            (move->who & who) != 0 && holds(booking, move->when))
            return move;
    }
    return NULL;
}

static bool may_ever(enum booking_action action, unsigned who)
{
    for (size_t i = 0; i < booking_move_count; i++) {
        if (booking_moves[i].action == action && (booking_moves[i].who & who) != 0)
            return true;
    }
    return false;
}

/* Is some row of this action left, whoever takes it? */
static bool is_open(const struct booking *booking, enum booking_action action)
{
    for (size_t i = 0; i < booking_move_count; i++) {
        if (booking_moves[i].action == action && (int)booking_moves[i].from == booking->status)
            return true;
    }
    return false;
}

bool booking_repeats(const struct booking *booking, const struct booking_step *last,
                     enum booking_action action, const struct api_caller *caller)
{
    if (last->to != booking->status || !slice_equal(last->actor, caller->actor_text) ||
        booking_move_find(booking, action, booking_who(caller)) != NULL)
        return false;
    for (size_t i = 0; i < booking_move_count; i++) {
        const struct booking_move *move = &booking_moves[i];
        if (move->action == action && (int)move->from == last->from && (int)move->to == last->to)
            return true;
    }
    return false;
}

static bool refuse(const struct booking *booking, enum booking_action action, unsigned who,
                   struct fault *fault)
{
    const char *verb = booking_action_names[action].verb;

    if (!may_ever(action, who))
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden", "This actor may not %s a booking.",
                         verb);
    if (booking->status == BOOKING_EXPIRED && action == BOOKING_CONFIRM)
        return fault_set(fault, FAULT_GONE, "hold_expired", "The time to confirm it ran out.");
    if (!is_open(booking, action))
        return fault_set(fault, FAULT_CONFLICT, already_codes[booking->status],
                         "The booking is %s.", booking_status_names[booking->status]);
    if (action == BOOKING_CONFIRM && booking->status == BOOKING_HELD)
        return fault_set(fault, FAULT_FORBIDDEN, "payment_due",
                         "Owner or staff confirm it once the deposit is paid.");
    return fault_set(fault, FAULT_FORBIDDEN, "forbidden",
                     "This actor may not %s a booking that is %s.", verb,
                     booking_status_names[booking->status]);
}

bool booking_move_judge(const struct booking *booking, enum booking_action action,
                        const struct api_caller *caller, const struct booking_move **move,
                        struct fault *fault)
{
    const unsigned who = booking_who(caller);
    const struct booking_move *found = booking_move_find(booking, action, who);

    if (found == NULL)
        return refuse(booking, action, who, fault);
    *move = found;
    return true;
}

size_t booking_allowed_actions(const struct booking *booking, const struct api_caller *caller,
                               struct booking_allowed out[BOOKING_ACTION_COUNT])
{
    size_t count = 0;

    for (int action = 0; action < BOOKING_ACTION_COUNT; action++) {
        if (action == BOOKING_EXPIRE ||
            booking_move_find(booking, (enum booking_action)action, booking_who(caller)) == NULL)
            continue;
        out[count++] = (struct booking_allowed){
            .verb = slice_of(booking_action_names[action].verb),
            .until = booking->expires_at,
            .label = booking_action_names[action].label,
        };
    }
    return count;
}
