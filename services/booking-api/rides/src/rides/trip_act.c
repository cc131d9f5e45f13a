// SPDX-License-Identifier: MIT
#include "rides/trip_act.h"

#include "drivers/driver_store.h"
#include "ride_callers.h"
#include "rides/driver_faults.h"
#include "rides/ride_store.h"
#include "rides/trip_rides.h"
#include "trips/trip_make.h"
#include "trips/trip_store.h"

/* An action that is allowed, on a trip that is locked. */
struct action {
    struct change *change;
    const struct trip_note *note;
    const struct trip_tally *tally;
};
/* Does to the trip what the action does beside the status. */
typedef bool effect_fn(const struct action *action, struct trip *trip, struct fault *fault);

static bool confirm(const struct action *action, struct trip *trip, struct fault *fault)
{
    (void)action;
    (void)fault;
    trip->confirmed_at = trip->now;
    return true;
}

static bool start(const struct action *action, struct trip *trip, struct fault *fault)
{
    (void)action;
    (void)fault;
    trip->started_at = trip->now;
    return true;
}

/* The stop from which a delay counts: the first ahead, or the one that is named. */
static bool delay_from(const struct action *action, const struct trip *trip, const int64_t *at,
                       size_t *from, struct fault *fault)
{
    const size_t ahead =
        trip_delay_from((enum trip_status)trip->status, at, trip->stops.count, trip->now);
    const int64_t named = action->note->from_stop;
    struct arena *arena = action->change->arena;

    if (named != FIELD_ABSENT && named >= (int64_t)trip->stops.count)
        return fault_set_field(fault, arena, "from_stop", "stops_order",
                               "The trip has stops 0 to %lld.", (long long)trip->tariff.segments);
    if (named != FIELD_ABSENT && named < (int64_t)ahead)
        return fault_set_field(fault, arena, "from_stop", "stop_left",
                               "The trip has left that stop.");
    *from = named != FIELD_ABSENT ? (size_t)named : ahead;
    return true;
}

static bool delay(const struct action *action, struct trip *trip, struct fault *fault)
{
    struct change *change = action->change;
    struct trip_stop *stops = trip->stops.items;
    const size_t count = trip->stops.count;
    int64_t at[TRIP_STOPS_MAX];
    struct trip_rivals rivals;
    size_t from;

    for (size_t i = 0; i < count; i++)
        at[i] = stops[i].at;
    if (!delay_from(action, trip, at, &from, fault))
        return false;
    trip_delay(at, count, from, action->note->minutes);
    for (size_t i = 0; i < count; i++)
        stops[i].at = at[i];
    trip_set_times(trip);
    trip->delay_minutes += action->note->minutes;
    if (trip->delay_minutes > CANCEL_DELAY_MINUTES)
        trip->free_cancel_at = trip->now;
    if (!trip_store_rivals(change->tx, trip, &rivals, fault))
        return false;
    if (!uuid_is_nil(&rivals.busy))
        return trip_refuse_busy(change->arena, &rivals.busy, fault);
    return trip_texts(trip, change->arena, fault);
}

static bool finish(const struct action *action, struct trip *trip, struct fault *fault)
{
    struct change *change = action->change;
    int64_t carried;

    trip->ended_at = trip->now;
    if (!ride_store_expire_on(change->tx, &trip->id, fault) ||
        !trip_rides_end(change, &trip->id, TRIP_RIDES_FINISH, CANCEL_FAULT_NONE,
                        action->note->reason, &carried, fault))
        return false;
    /* A trip that carried nobody tells nobody how reliable the driver is. */
    return carried == 0 || driver_store_count_trip(change->tx, &trip->driver_id, fault);
}

static bool cancel(const struct action *action, struct trip *trip, struct fault *fault)
{
    struct change *change = action->change;
    const unsigned who = move_who(change->caller);
    const enum cancel_by by = who == MOVE_BY_DRIVER  ? CANCEL_BY_DRIVER
                              : who == MOVE_BY_STAFF ? CANCEL_BY_STAFF
                                                     : CANCEL_BY_SYSTEM;
    int64_t carried;

    trip->ended_at = trip->now;
    trip->fault =
        (int)cancel_trip_fault(by, action->tally->first_at, trip->now, trip_is_closed(trip));
    return ride_store_expire_on(change->tx, &trip->id, fault) &&
           trip_rides_end(change, &trip->id, TRIP_RIDES_CANCEL, (enum cancel_fault)trip->fault,
                          action->note->reason, &carried, fault);
}

static const struct {
    effect_fn *effect;
    const char *event;
    bool moves; /* the stops */
} effects[TRIP_ACTION_COUNT] = {
    [TRIP_CONFIRM] = {confirm, "trip.confirmed", false},
    [TRIP_DELAY] = {delay,   "trip.delayed",   true },
    [TRIP_START] = {start,   "trip.started",   false},
    [TRIP_FINISH] = {finish,  "trip.finished",  false},
    [TRIP_CANCEL] = {cancel,  "trip.cancelled", false},
};

/* Takes a step that is allowed. */
static bool take(const struct action *action, enum trip_action what, int to, struct trip *trip,
                 struct fault *fault)
{
    struct change *change = action->change;
    const int from = trip->status;

    if (!effects[what].effect(action, trip, fault))
        return false;
    trip->status = to;
    return trip_store_update(change->tx, trip, effects[what].moves, fault) &&
           trip_record(change, trip, from, effects[what].event, trip_machine.actions[what].audit,
                       action->note->reason, fault) &&
           (trip->fault != CANCEL_FAULT_DRIVER ||
            driver_faults_judge(change, &trip->driver_id, trip->now, fault));
}

bool trip_lock(struct change *change, const struct uuid *id, struct db_rows *rows,
               struct trip *trip, struct trip_step *last, struct trip_tally *tally,
               struct fault *fault)
{
    const unsigned who = move_who(change->caller);

    if ((who & (MOVE_BY_DRIVER | MOVE_BY_STAFF | MOVE_BY_SYSTEM)) == 0)
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden", "Trips are their drivers' business.");
    if (!trip_store_lock(change->tx, change->caller, id, rows, trip, last, fault) ||
        !trip_read_texts(trip, change->arena, fault) || !trip_tally(change->tx, id, tally, fault))
        return false;
    trip->confirmed_rides = tally->confirmed;
    return true;
}

bool trip_read_again(struct change *change, const struct trip *trip, struct db_rows *rows,
                     struct trip *out, struct fault *fault)
{
    struct trip_tally tally;

    if (!trip_store_find(change->tx, &trip->tenant_id, &trip->id, rows, out, fault) ||
        !trip_read_texts(out, change->arena, fault) ||
        !trip_tally(change->tx, &trip->id, &tally, fault))
        return false;
    out->confirmed_rides = tally.confirmed;
    return true;
}

bool trip_act(struct change *change, const struct uuid *id, enum trip_action action,
              const struct trip_note *note, struct db_rows *rows, struct trip *out,
              struct fault *fault)
{
    const unsigned who = move_who(change->caller);
    auto_rows struct db_rows locked = {0};
    const struct move *move;
    struct trip_tally tally;
    struct trip_step last;
    struct trip trip;

    if (!trip_lock(change, id, &locked, &trip, &last, &tally, fault))
        return false;
    const int from = trip.status;
    const struct trip_moment moment = trip_moment_of(&trip);
    /* A second tap changes nothing, even with an old If-Match. */
    const bool repeated = last.to == from && slice_equal(last.actor, change->caller->actor_text) &&
                          last.from != last.to &&
                          move_leads(&trip_machine, (int)action, last.from, last.to);

    if (!repeated) {
        const struct action allowed = {change, note, &tally};
        if (!change_if_match(change, trip.version, fault) ||
            !move_judge(&trip_machine, trip_state(&moment), (int)action, who, &move, fault) ||
            !take(&allowed, action, move->to, &trip, fault))
            return false;
    }
    return trip_read_again(change, &trip, rows, out, fault);
}

bool trip_start(struct change *change, const struct uuid *id, struct fault *fault)
{
    const struct trip_note note = {.minutes = FIELD_ABSENT, .from_stop = FIELD_ABSENT};
    auto_rows struct db_rows locked = {0};
    const struct move *move;
    struct trip_tally tally;
    struct trip_step last;
    struct trip trip;

    if (!trip_lock(change, id, &locked, &trip, &last, &tally, fault))
        return false;
    const struct action allowed = {change, &note, &tally};
    const struct trip_moment moment = trip_moment_of(&trip);
    return move_judge(&trip_machine, trip_state(&moment), TRIP_START, move_who(change->caller),
                      &move, fault) &&
           take(&allowed, TRIP_START, move->to, &trip, fault);
}
