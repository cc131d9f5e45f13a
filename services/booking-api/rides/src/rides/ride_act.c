// SPDX-License-Identifier: MIT
#include "base/number.h"

#include "rides/delivery.h"
#include "rides/ride_change.h"

bool ride_record_step(struct change *change, const struct ride *ride, int status_before,
                      const char *audit_action, struct slice reason, struct fault *fault)
{
    static const struct step_table rides = {"ride", ride_status_names, &ride_step_statement,
                                            &ride_event_fields};
    const bool is_settled = strcmp(audit_action, ride_machine.actions[RIDE_SETTLE].audit) == 0;
    const struct step_record step = {.id = &ride->id,
                                     .version = ride->version,
                                     .from = status_before,
                                     .to = ride->status,
                                     .event = is_settled ? "ride.settled" : NULL,
                                     .audit = audit_action,
                                     .reason = reason,
                                     .fee = ride->fee,
                                     .refund = ride->refund};

    return step_record(change, &rides, &step, ride, fault);
}

bool ride_check_action(const struct change *change, const struct ride *ride,
                       enum ride_action action, int *to_or_null, struct fault *fault)
{
    return transition_check(&ride_machine, ride_state(ride), (int)action,
                            transition_actor(change->caller), to_or_null, fault);
}

bool ride_lock_for_action(struct change *change, const struct uuid *id, enum ride_action action,
                          struct ride *out, struct fault *fault)
{
    return ride_store_lock(change, id, out, NULL, fault) &&
           change_if_match(change, out->version, fault) &&
           ride_check_action(change, out, action, NULL, fault);
}

bool ride_edit(struct change *change, struct ride *ride, struct fault *fault)
{
    return ride_store_update_price_and_note(change->tx, ride, fault) &&
           ride_record_step(change, ride, ride->status, ride_machine.actions[RIDE_EDIT].audit,
                            SLICE_NONE, fault);
}

/* --- actions --- */

struct action {
    struct change *change;
    const struct ride_note *note;
    int to;              /* the resulting status */
    enum cancel_end how; /* used by end_with_cancel_terms() only */
};
/* Applies the effects of the action on the ride and its trip, except status and ended_at. */
typedef bool effect_fn(const struct action *action, struct ride *ride, struct fault *fault);

static bool refuse_after_departure(struct fault *fault)
{
    return fault_set(fault, FAULT_GONE, "hold_expired", "The departure is over.");
}

/* When the ride counts as agreed that is confirmed now. If the driver or staff confirm it and the
 * passenger has not agreed since the trip was changed, it is the time of that change, so that the
 * passenger keeps the right to cancel freely. A passenger agrees by ordering a ride on the trip, by
 * accepting an offer and by a claim; a seat from the waiting list and a first confirm of the driver
 * change the ride without the passenger. */
static int64_t find_agreement(const struct ride *ride, const struct api_caller *caller)
{
    const int64_t changed = ride->trip_free_cancel_at;
    const bool is_by_offer = ride->preferences.depart_from != FIELD_ABSENT;
    const int64_t by_passenger =
        is_by_offer || ride->status == RIDE_PAYMENT_CLAIMED ? ride->status_since : ride->created_at;

    return caller->actor != RIDE_ACTOR_GUEST && changed != FIELD_ABSENT && changed >= by_passenger
               ? number_min(changed, ride->now)
               : ride->now;
}

static bool apply_confirm(const struct action *action, struct ride *ride, struct fault *fault)
{
    const struct ride_note *note = action->note;
    struct change *change = action->change;

    if (note->paid != FIELD_ABSENT && change->caller->actor == RIDE_ACTOR_GUEST)
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden",
                         "Only the driver or staff record payments.");
    if (note->phone.at != NULL && ride->passenger.phone.at != NULL &&
        change->caller->actor == RIDE_ACTOR_DRIVER)
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden",
                         "The ride has a phone, which only the passenger or staff change.");
    if (ride_is_too_late_to_confirm(ride, change->caller))
        return refuse_after_departure(fault);
    if (note->phone.at != NULL)
        ride->passenger.phone = note->phone;
    if (ride->passenger.phone.at == NULL && ride->passenger.telegram_id == FIELD_ABSENT)
        return fault_set_field(fault, change->arena, "phone", "contact_missing",
                               "A phone or Telegram account of the passenger is needed.");
    if (!ride_check_unpaid(change->caller, ride, ride->unpaid_rides, fault))
        return false;
    if (action->to == RIDE_CONFIRMED) {
        if (note->paid == FIELD_ABSENT && ride->paid < ride->deposit)
            ride->paid = ride->deposit;
        ride->agreed_at = find_agreement(ride, change->caller);
        ride->expires_at = FIELD_ABSENT;
    } else {
        ride->expires_at = ride_hold_until(ride->now, RIDE_ACCEPTED_HOLD_S, ride->depart_at);
    }
    return true;
}

static bool apply_claim_payment(const struct action *action, struct ride *ride, struct fault *fault)
{
    if (ride_is_too_late_to_confirm(ride, action->change->caller))
        return refuse_after_departure(fault);
    if (action->note->phone.at != NULL)
        ride->passenger.phone = action->note->phone;
    ride->expires_at = ride_hold_until(ride->now, RIDE_CLAIM_S, ride->depart_at);
    return true;
}

static bool apply_board(const struct action *action, struct ride *ride, struct fault *fault)
{
    if (ride->trip_status == TRIP_SCHEDULED && !trip_start(action->change, &ride->trip_id, fault))
        return false;
    ride->trip_status = TRIP_STARTED;
    return true;
}

static bool record_wrong_code(struct change *change, struct ride *ride, struct fault *fault)
{
    ride->delivery_tries++;
    return ride_store_update(change->tx, ride, ride->status, fault) &&
           ride_record_step(change, ride, ride->status, "ride.wrong_code", SLICE_NONE, fault);
}

static bool apply_deliver(const struct action *action, struct ride *ride, struct fault *fault)
{
    struct change *change = action->change;
    /* A dry run counts no try, so it must not tell whether the code is right. */
    const struct slice given = change->dry_run ? ride->delivery_code : action->note->delivery_code;

    if (delivery_code_is_right(ride->delivery_code, given, transition_actor(change->caller))) {
        ride->delivered = true;
        return true;
    }
    return record_wrong_code(change, ride, fault) &&
           fault_set_field(fault, change->arena, "delivery_code", "wrong_code",
                           "The code is wrong.");
}

/* Ends a ride that does not take place: sets fee, refund and fault. */
static bool end_with_cancel_terms(const struct action *action, struct ride *ride,
                                  struct fault *fault)
{
    const struct ride_note *note = action->note;
    struct cancel_case end = ride_build_cancel_case(ride, action->change->caller);

    end.end = action->how;
    const struct cancel_terms terms = cancel_compute_terms(&end);
    const int side = (int)cancel_side_at_fault(&end);
    if (note->expected_refund != FIELD_ABSENT && note->expected_refund != terms.refund)
        return fault_set(fault, FAULT_CONFLICT, "refund_changed",
                         "Not what would be refunded now.");
    if (note->expected_fault >= 0 && note->expected_fault != side)
        return fault_set(fault, FAULT_CONFLICT, "fault_changed", "Another side is at fault now.");
    ride->fee = terms.kept;
    ride->refund = terms.refund;
    ride->fault = side;
    ride->expires_at = FIELD_ABSENT;
    return true;
}

/* Sets amounts and fault as staff have decided, in place of those that the rules computed. */
static bool apply_settle(const struct action *action, struct ride *ride, struct fault *fault)
{
    const struct ride_note *note = action->note;

    if (note->refund > ride->paid)
        return fault_set_field(fault, action->change->arena, "refund", "more_than_paid",
                               "At most what was paid goes back.");
    if (ride->paid - note->refund > ride->total)
        return fault_set_field(fault, action->change->arena, "refund", "out_of_range",
                               "At most the price of the ride is kept.");
    ride->fault = note->fault;
    ride->refund = note->refund;
    ride->fee = ride->paid - ride->refund;
    return true;
}

static const struct {
    effect_fn *effect; /* NULL: none */
    bool locks_driver; /* the driver may be at fault, or the trip starts */
    enum cancel_end how;
} effects[RIDE_ACTION_COUNT] = {
    [RIDE_CONFIRM] = {apply_confirm,         false, 0                    },
    [RIDE_DECLINE] = {end_with_cancel_terms, false, CANCEL_CANCELLED     },
    [RIDE_CLAIM_PAYMENT] = {apply_claim_payment,   false, 0                    },
    [RIDE_BOARD] = {apply_board,           true,  0                    },
    [RIDE_DROP] = {NULL,                  false, 0                    },
    [RIDE_DELIVER] = {apply_deliver,         false, 0                    },
    [RIDE_MARK_NO_SHOW] = {end_with_cancel_terms, false, CANCEL_NO_SHOW       },
    [RIDE_DRIVER_NO_SHOW] = {end_with_cancel_terms, true,  CANCEL_DRIVER_NO_SHOW},
    [RIDE_CANCEL] = {end_with_cancel_terms, true,  CANCEL_CANCELLED     },
    [RIDE_SETTLE] = {apply_settle,          true,  0                    },
};

/* May this action have ended the ride, and not another one from and to the same statuses? A trip
 * completes its rides as RIDE_DROP and RIDE_DELIVER do; RIDE_CANCEL and RIDE_DRIVER_NO_SHOW differ
 * in the fault, except under a closed road. */
static bool may_have_ended(const struct api_caller *caller, enum ride_action action,
                           const struct ride *ride)
{
    const bool driver_at_fault = ride->fault == CANCEL_FAULT_DRIVER;

    switch (action) {
    case RIDE_DROP:
        return ride->kind != FARE_PARCEL;
    case RIDE_DELIVER:
        return ride->delivered;
    case RIDE_CANCEL:
        return !driver_at_fault || caller->actor == RIDE_ACTOR_DRIVER;
    case RIDE_DRIVER_NO_SHOW:
        return driver_at_fault || ride->road_closed;
    default:
        return true;
    }
}

/* Have staff settled the ride last in the same way? Another result or reason is a next step. */
static bool repeats_settlement(const struct ride_note *note, const struct ride *ride)
{
    return ride->settled && note->fault == ride->fault && note->refund == ride->refund &&
           (note->paid == FIELD_ABSENT || note->paid == ride->paid) &&
           slice_equal(note->reason, ride->settled_reason);
}

/* Is the action a repetition, which has no further effect? Not if it is also a valid next step. A
 * repeated confirm is a next step only with an amount, so that a double tap on "confirm" of a
 * request records no payment. */
static bool is_repetition(const struct api_caller *caller, enum ride_action action,
                          const struct ride_note *note, const struct step_last *last,
                          const struct ride *ride)
{
    const bool may_act = transition_find(&ride_machine, ride_state(ride), (int)action,
                                         transition_actor(caller)) != NULL;

    if (action == RIDE_SETTLE)
        return may_act && repeats_settlement(note, ride);
    if (note->paid != FIELD_ABSENT || !may_have_ended(caller, action, ride) ||
        !transition_repeats(&ride_machine, last, ride->status, (int)action, caller->actor_text))
        return false;
    return action == RIDE_CONFIRM || !may_act;
}

/* Stores the end of an overdue ride, which reads as expired before the sweeper ends it, and reads
 * the ride again. */
static bool end_if_overdue(struct change *change, struct ride *ride, struct fault *fault)
{
    const struct uuid id = ride->id;
    char text[UUID_TEXT_LEN + 1];

    if (ride->status != RIDE_EXPIRED || ride->ended_at != FIELD_ABSENT)
        return true;
    uuid_format(&id, text);
    const struct slice ids = arena_printf(change->arena, "{%s}", text);
    if (ids.at == NULL)
        return arena_fault(fault);
    return (!ride_has_trip(ride) || ride_waitlist_hold_free_seats(change, &ride->trip_id, fault)) &&
           ride_end_waiting(change, ids, fault) && ride_store_lock(change, &id, ride, NULL, fault);
}

bool ride_act(struct change *change, const struct uuid *id, enum ride_action action,
              const struct ride_note *note, struct ride *out, struct fault *fault)
{
    struct step_last last;
    struct ride ride;
    int to;

    if ((effects[action].locks_driver && !ride_store_lock_driver(change, id, fault)) ||
        !ride_store_lock(change, id, &ride, &last, fault))
        return false;
    if (is_repetition(change->caller, action, note, &last, &ride)) {
        *out = ride;
        return true;
    }
    if (!change_if_match(change, ride.version, fault) ||
        (action == RIDE_SETTLE && !end_if_overdue(change, &ride, fault)))
        return false;
    /* The payment is recorded even if it does not cover the deposit. */
    if (note->paid != FIELD_ABSENT)
        ride.paid = note->paid;
    const int from = ride.status;

    if (!ride_check_action(change, &ride, action, &to, fault))
        return false;
    const struct action allowed = {change, note, to, effects[action].how};
    if (effects[action].effect != NULL && !effects[action].effect(&allowed, &ride, fault))
        return false;
    ride.status = to;
    if (!ride_status_ended(from) && ride_status_ended(to))
        ride.ended_at = ride.now;
    if (!ride_store_update(change->tx, &ride, from, fault) ||
        (from == RIDE_OPEN && !ride_has_trip(&ride) &&
         !offer_store_close_all(change, &ride.id, NULL, fault)) ||
        (ride_status_takes_seats(from) && !ride_status_takes_seats(ride.status) &&
         !ride_waitlist_hold_free_seats(change, &ride.trip_id, fault)) ||
        !ride_record_step(change, &ride, from, ride_machine.actions[action].audit, note->reason,
                          fault) ||
        (ride.fault == CANCEL_FAULT_DRIVER &&
         !driver_suspend_for_faults(change, &ride.driver_id, fault)))
        return false;
    *out = ride;
    return true;
}
