// SPDX-License-Identifier: MIT
#include "base/number.h"

#include "rides/ride_change.h"
#include "trips/trip_create.h"

struct action {
    struct change *change;
    const struct trip_note *note;
    const struct trip_ride_counts *counts;
};
/* Applies the effects of the action, except the status and the instant of the action. */
typedef bool effect_fn(const struct action *action, struct trip *trip, struct fault *fault);

/* Sets `first_stop`: action->note->from_stop, or, if it is absent, trip_first_delayed_stop(). */
static bool find_first_delayed_stop(const struct action *action, const struct trip *trip,
                                    size_t *first_stop, struct fault *fault)
{
    const size_t ahead = trip_first_delayed_stop(trip, action->counts->waiting_stop);
    const int64_t named = action->note->from_stop;
    struct arena *arena = action->change->arena;

    if (named != FIELD_ABSENT && named >= (int64_t)trip->stops.count)
        return fault_set_field(fault, arena, "from_stop", "stops_order",
                               "The trip has stops 0 to %lld.", (long long)trip->tariff.segments);
    if (named != FIELD_ABSENT && named < (int64_t)ahead)
        return fault_set_field(fault, arena, "from_stop", "stop_left",
                               "The trip has left that stop.");
    *first_stop = named != FIELD_ABSENT ? (size_t)named : ahead;
    return true;
}

static bool apply_delay(const struct action *action, struct trip *trip, struct fault *fault)
{
    struct change *change = action->change;
    struct trip_stop *stops = trip->stops.items;
    size_t from = 0;

    if (trip->delay_minutes + action->note->minutes > TRIP_DELAY_MAX_MINUTES)
        return fault_set_field(fault, change->arena, "minutes", "out_of_range",
                               "The delays of a trip are at most %d minutes together.",
                               TRIP_DELAY_MAX_MINUTES);
    if (!find_first_delayed_stop(action, trip, &from, fault))
        return false;
    for (size_t i = from; i < trip->stops.count; i++)
        stops[i].at += action->note->minutes * 60 * 1000000;
    trip_set_times(trip);
    trip->delay_minutes += action->note->minutes;
    trip->delayed_from = (int64_t)from;
    trip->delayed_by = action->note->minutes;
    if (trip->delay_minutes > CANCEL_DELAY_MINUTES)
        trip->free_cancel_at = number_max(trip->now, action->counts->last_agreed_at);
    return trip_check_driver_is_free(change, trip, fault) &&
           trip_encode_stored_json(trip, change->arena, fault);
}

static bool apply_finish(const struct action *action, struct trip *trip, struct fault *fault)
{
    struct change *change = action->change;
    int64_t carried;

    if (!ride_end_all_on_trip(change, &trip->id, true, CANCEL_FAULT_NONE, action->note->reason,
                              &carried, fault))
        return false;
    /* A trip without passengers does not count as experience of the driver. */
    return carried == 0 || driver_store_increment_trips_done(change->tx, &trip->driver_id, fault);
}

static bool apply_cancel(const struct action *action, struct trip *trip, struct fault *fault)
{
    struct change *change = action->change;
    const unsigned actor = transition_actor(change->caller);
    const enum cancel_by by = actor == RIDE_BY_DRIVER        ? CANCEL_BY_DRIVER
                              : actor == TRANSITION_BY_STAFF ? CANCEL_BY_STAFF
                                                             : CANCEL_BY_SYSTEM;
    int64_t carried;

    trip->fault = (int)cancel_side_at_fault_for_trip(by, action->counts->first_at, trip->now,
                                                     trip_has_closed_road(trip));
    return ride_end_all_on_trip(change, &trip->id, false, (enum cancel_fault)trip->fault,
                                action->note->reason, &carried, fault);
}

static const struct {
    effect_fn *effect; /* NULL: none */
    const char *event;
    bool moves_stops; /* the action changes the stops */
} effects[TRIP_ACTION_COUNT] = {
    [TRIP_CONFIRM] = {NULL,         "trip.confirmed", false},
    [TRIP_DELAY] = {apply_delay,  "trip.delayed",   true },
    [TRIP_START] = {NULL,         "trip.started",   false},
    [TRIP_FINISH] = {apply_finish, "trip.finished",  false},
    [TRIP_CANCEL] = {apply_cancel, "trip.cancelled", false},
};

static void set_instant(enum trip_action action, struct trip *trip)
{
    if (action == TRIP_CONFIRM)
        trip->confirmed_at = trip->now;
    else if (action == TRIP_START)
        trip->started_at = trip->now;
    else if (action != TRIP_DELAY)
        trip->ended_at = trip->now;
}

static bool apply_and_store_action(const struct action *action, enum trip_action trip_action,
                                   int status_after, struct trip *trip, struct fault *fault)
{
    struct change *change = action->change;
    const int from = trip->status;

    set_instant(trip_action, trip);
    if (effects[trip_action].effect != NULL && !effects[trip_action].effect(action, trip, fault))
        return false;
    trip->status = status_after;
    /* A delay moves deadlines. It may also admit waiting rides: a trip whose road is closed takes
     * no rides, and at the new time the road may be open. */
    if (!trip_store_update(change->tx, trip, effects[trip_action].moves_stops, fault))
        return false;
    if (effects[trip_action].moves_stops &&
        (!ride_waitlist_store_extend_deadlines(change->tx, &trip->id, fault) ||
         !ride_waitlist_hold_free_seats(change, &trip->id, fault)))
        return false;
    if (!trip_record_step(change, trip, from, effects[trip_action].event,
                          trip_machine.actions[trip_action].audit, action->note->reason, fault))
        return false;
    return trip->fault != CANCEL_FAULT_DRIVER ||
           driver_suspend_for_faults(change, &trip->driver_id, fault);
}

bool trip_lock(struct change *change, const struct uuid *id, struct trip *trip,
               struct step_last *last_or_null, struct trip_ride_counts *counts, struct fault *fault)
{
    const unsigned actor = transition_actor(change->caller);

    if ((actor & (RIDE_BY_DRIVER | TRANSITION_BY_STAFF | TRANSITION_BY_SYSTEM)) == 0)
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden",
                         "Only the driver or staff may change a trip.");
    return trip_store_lock(change, id, trip, last_or_null, fault) &&
           trip_decode_stored_json(trip, change->arena, fault) &&
           ride_count_on_trip(change->tx, trip, counts, fault);
}

bool trip_reload(struct change *change, const struct trip *trip, struct trip *out,
                 struct fault *fault)
{
    struct trip_ride_counts counts;

    return trip_find_and_decode(change->tx, change->arena, &trip->tenant_id, &trip->id, out,
                                fault) &&
           ride_count_on_trip(change->tx, out, &counts, fault);
}

/* Checks that the actor may take the action, and applies it. */
static bool check_and_apply_action(struct change *change, enum trip_action trip_action,
                                   const struct trip_note *note,
                                   const struct trip_ride_counts *counts, struct trip *trip,
                                   struct fault *fault)
{
    const struct action action = {change, note, counts};
    int to;

    return transition_check(&trip_machine, trip_state(trip), (int)trip_action,
                            transition_actor(change->caller), &to, fault) &&
           apply_and_store_action(&action, trip_action, to, trip, fault);
}

bool trip_act(struct change *change, const struct uuid *id, enum trip_action action,
              const struct trip_note *note, struct trip *out, struct fault *fault)
{
    struct trip_ride_counts counts;
    struct step_last last;
    struct trip trip;

    if (!trip_lock(change, id, &trip, &last, &counts, fault))
        return false;
    /* A repeated start, finish or cancel has no further effect, even with an old If-Match. */
    if (!transition_repeats(&trip_machine, &last, trip.status, (int)action,
                            change->caller->actor_text) &&
        (!change_if_match(change, trip.version, fault) ||
         !check_and_apply_action(change, action, note, &counts, &trip, fault)))
        return false;
    return trip_reload(change, &trip, out, fault);
}

bool trip_start(struct change *change, const struct uuid *id, struct fault *fault)
{
    const struct trip_note note = {.minutes = FIELD_ABSENT, .from_stop = FIELD_ABSENT};
    struct trip_ride_counts counts;
    struct trip trip;

    return trip_lock(change, id, &trip, NULL, &counts, fault) &&
           check_and_apply_action(change, TRIP_START, &note, &counts, &trip, fault);
}
