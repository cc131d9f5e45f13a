// SPDX-License-Identifier: MIT
#include "api/change.h"
#include "base/auto.h"

#include "rides/ride_change.h"
#include "trips/trip_create.h"
#include "trips/trips_json.h"

enum { RIDE_ALTERNATIVES_MAX = 3, ALTERNATIVES_BYTES = 8192 };

/* Fills in and checks the passenger's account. Passengers order for their own account. Drivers may
 * not name an account, because its owner has not asked for the ride. */
static bool check_caller_and_set_account(struct change *change, struct ride_draft *draft,
                                         struct fault *fault)
{
    const struct api_caller *caller = change->caller;

    if (draft->hold_seconds != FIELD_ABSENT && !caller->test_key)
        return fault_set_field(fault, change->arena, "hold_seconds", "unknown_field",
                               "For keys of tests only.");
    if (draft->wait && caller->actor == RIDE_ACTOR_DRIVER)
        return fault_set_field(fault, change->arena, "wait", "unknown_field",
                               "Passengers and staff wait.");
    if (caller->actor == RIDE_ACTOR_GUEST)
        return api_caller_own_number(caller, &draft->passenger.telegram_id) ||
               fault_set(fault, FAULT_FORBIDDEN, "forbidden", "That is another passenger.");
    if (caller->actor == RIDE_ACTOR_DRIVER && !uuid_is_nil(&draft->trip_id)) {
        if (draft->passenger.telegram_id != FIELD_ABSENT)
            return fault_set_field(fault, change->arena, "passenger/telegram_id", "unknown_field",
                                   "A driver names his passenger and a phone.");
        return draft->passenger.phone.at != NULL ||
               fault_set_field(fault, change->arena, "passenger/phone", "contact_missing",
                               "A phone of the passenger is needed.");
    }
    return api_check_staff(caller, fault);
}

static bool refuse_unknown_trip(struct change *change, struct fault *fault)
{
    return fault_set_field(fault, change->arena, "trip_id", "unknown_trip",
                           "There is no such trip.");
}

/* Reads the trip, whose load is locked, with its current free capacity. */
static bool find_trip_for_caller(struct change *change, const struct ride_draft *draft,
                                 struct trip *trip, struct fault *fault)
{
    const struct api_caller *caller = change->caller;
    struct ride_pair pair;

    if (!trip_find_and_decode(change->tx, change->arena, &caller->tenant_id, &draft->trip_id, trip,
                              fault))
        return fault->kind == FAULT_NOT_FOUND ? refuse_unknown_trip(change, fault) : false;
    if (!ride_pair_find(change->tx, &caller->tenant_id, &trip->driver_id,
                        draft->passenger.telegram_id, &pair, fault))
        return false;
    if (pair.is_excluded || (caller->actor == RIDE_ACTOR_GUEST && trip->driver_blocked) ||
        (caller->actor == RIDE_ACTOR_DRIVER && !uuid_equal(&trip->driver_id, &caller->actor_id)))
        return refuse_unknown_trip(change, fault);
    return !pair.is_one_person || ride_refuse_own_trip(fault);
}

/* Checks that the trip can be booked from the stop: a stop that a started trip has left cannot,
 * except with a test key. */
static bool check_is_bookable(struct change *change, const struct trip *trip,
                              const struct ride_draft *draft, struct fault *fault)
{
    const struct trip_stop *stops = trip->stops.items;

    if (draft->order.to_stop > trip->tariff.segments)
        return fault_set_field(fault, change->arena, "to_stop", "stops_order",
                               "The trip has stops 0 to %lld.", (long long)trip->tariff.segments);
    if (draft->order.kind == FARE_WHOLE_CAR && draft->order.seats > trip->seats)
        return fault_set_field(fault, change->arena, "seats", "too_many_seats", "The car has %lld.",
                               (long long)trip->seats);
    if ((trip->status != TRIP_SCHEDULED && trip->status != TRIP_STARTED) ||
        (stops[draft->order.from_stop].at < trip->now && !change->caller->test_key))
        return fault_set_field(fault, change->arena, "from_stop", "not_bookable",
                               "The trip has left that stop, or does not take place.");
    if (trip->driver_blocked)
        return fault_set(fault, FAULT_CONFLICT, "driver_blocked", "The driver is blocked.");
    return true;
}

bool ride_refuse_own_trip(struct fault *fault)
{
    return fault_set(fault, FAULT_CONFLICT, "own_trip", "The driver is the passenger.");
}

bool ride_refuse_conflict(struct change *change, const char *code, const struct uuid *ride_id,
                          struct fault *fault)
{
    char id[UUID_TEXT_LEN + 1];

    uuid_format(ride_id, id);
    fault_set(fault, FAULT_CONFLICT, code, "The passenger has such a ride; for_other passes.");
    return fault_set_members(fault, arena_printf(change->arena, "\"ride_id\":\"%s\"", id));
}

bool ride_check_unpaid(const struct api_caller *caller, const struct ride *ride, int64_t unpaid,
                       struct fault *fault)
{
    return caller->actor != RIDE_ACTOR_GUEST || ride->deposit > 0 || unpaid < RIDE_UNPAID_MAX ||
           fault_set(fault, FAULT_CONFLICT, "too_many_unpaid",
                     "The passenger has %d confirmed rides without any payment.", RIDE_UNPAID_MAX);
}

static bool check_limits_and_conflicts(struct change *change, const struct ride_draft *draft,
                                       const struct ride *ride,
                                       const struct ride_conflicts *conflicts, struct fault *fault)
{
    if (change->caller->actor == RIDE_ACTOR_DRIVER)
        return true; /* a driver must not learn of the passenger's other rides */
    if (change->caller->actor == RIDE_ACTOR_GUEST && conflicts->faults >= CANCEL_FAULTS_MAX)
        return fault_set(fault, FAULT_FORBIDDEN, "restricted",
                         "After repeated no-shows or late cancellations staff must help.");
    if (!ride_check_unpaid(change->caller, ride, conflicts->unpaid, fault))
        return false;
    if (conflicts->waiting >= RIDE_HOLDS_MAX)
        return fault_set(fault, FAULT_CONFLICT, "too_many_rides",
                         "This passenger waits for %d rides already.", RIDE_HOLDS_MAX);
    if (!draft->for_other && !uuid_is_nil(&conflicts->duplicate))
        return ride_refuse_conflict(change, "duplicate_ride", &conflicts->duplicate, fault);
    if (!draft->for_other && !uuid_is_nil(&conflicts->overlapping))
        return ride_refuse_conflict(change, "overlapping_ride", &conflicts->overlapping, fault);
    return true;
}

static void set_status_and_deadline(const struct change *change, const struct trip *trip,
                                    const struct ride_draft *draft, struct ride *ride)
{
    const int64_t seconds = draft->hold_seconds != FIELD_ABSENT   ? draft->hold_seconds
                            : draft->hold_minutes != FIELD_ABSENT ? draft->hold_minutes * 60
                                                                  : RIDE_HOLD_S;

    if (change->caller->actor == RIDE_ACTOR_DRIVER) {
        ride->status = RIDE_CONFIRMED;
        ride->agreed_at = ride->now;
    } else if (trip->instant_book) {
        ride->status = RIDE_HELD;
        ride->expires_at = ride_hold_until(ride->now, seconds, ride->depart_at);
    } else {
        ride->status = RIDE_REQUESTED;
        ride->expires_at = ride_request_until(ride->now, ride->depart_at);
    }
}

static bool set_price(struct change *change, const struct trip *trip,
                      const struct ride_draft *draft, struct ride *ride, struct fault *fault)
{
    struct fare fare;

    if (!fare_compute_price(&trip->tariff, &draft->order, &fare, fault))
        return fault_set_field(fault, change->arena,
                               draft->order.kind == FARE_PARCEL ? "parcel/size" : "kind",
                               fault->code, "%s", fault->detail);
    if (draft->expected_total != FIELD_ABSENT && draft->expected_total != fare.total) {
        fault_set(fault, FAULT_CONFLICT, "total_changed", "The ride costs another total now.");
        return fault_set_members(
            fault, arena_printf(change->arena, "\"total\":{\"amount\":%lld,\"currency\":\"KZT\"}",
                                (long long)fare.total));
    }
    ride->total = fare.total;
    ride->deposit = fare.deposit;
    return ride_encode_fare_lines(&fare, change->arena, &ride->lines, fault);
}

/* The ride that the draft describes, still without trip, price and deadline. */
static struct ride ride_from_draft(const struct change *change, const struct ride_draft *draft)
{
    const struct fare_order *order = &draft->order;

    return (struct ride){
        .id = uuid_make(),
        .tenant_id = change->caller->tenant_id,
        .kind = order->kind,
        .status = RIDE_OPEN,
        .from_stop = order->from_stop,
        .to_stop = order->to_stop,
        .from_place = draft->from,
        .to_place = draft->to,
        .seats = order->seats,
        .child_seats = order->child_seats,
        .luggage = order->luggage,
        .parcel_size = order->size,
        .recipient = draft->recipient,
        .passenger = draft->passenger,
        .for_other = draft->for_other,
        .note = draft->note,
        .fee = FIELD_ABSENT,
        .refund = FIELD_ABSENT,
        .fault = -1,
        .agreed_at = FIELD_ABSENT,
        .ended_at = FIELD_ABSENT,
        .expires_at = FIELD_ABSENT,
        .depart_at = FIELD_ABSENT,
        .arrive_at = FIELD_ABSENT,
        .now = change->now_us,
    };
}

static void fill_ride_from_trip(const struct change *change, const struct trip *trip,
                                const struct ride_draft *draft, struct ride *ride)
{
    const struct trip_stop *stops = trip->stops.items;

    ride->trip_id = trip->id;
    ride->preferences = (struct ride_preferences){FIELD_ABSENT, FIELD_ABSENT, FIELD_ABSENT, false};
    ride->from_place = stops[ride->from_stop].place;
    ride->to_place = stops[ride->to_stop].place;
    ride->policy = trip->policy;
    ride->depart_at = stops[ride->from_stop].at;
    ride->arrive_at = stops[ride->to_stop].at;
    ride->now = trip->now;
    set_status_and_deadline(change, trip, draft, ride);
    ride_set_loads(ride, trip, &draft->order);
}

/* Puts the ride on the waiting list of the trip. `waits` is false if the ride would not fit the
 * empty trip, or if the deadline of the list is past. FAULT_CONFLICT "waitlist_full". */
static bool try_join_waitlist(struct change *change, const struct trip *trip, struct ride *ride,
                              bool *waits, struct fault *fault)
{
    const int64_t none[FARE_SEGMENTS_MAX] = {0};
    const struct field_ints empty = {none, (size_t)trip->tariff.segments};
    struct trip fresh = *trip;
    struct ride_shortage shortage;
    struct fault never;
    int64_t count;

    fresh.seat_load = fresh.cargo_load = fresh.child_load = empty;
    *waits = ride_has_room(&fresh, ride, &shortage, &never) &&
             ride_waitlist_find_deadline(ride->now, ride->depart_at, &ride->expires_at);
    if (!*waits)
        return true;
    if (!ride_waitlist_store_count(change->tx, &trip->id, &count, fault))
        return false;
    if (count >= RIDE_WAITLIST_MAX)
        return fault_set(fault, FAULT_CONFLICT, "waitlist_full",
                         "%d rides wait for this trip already.", RIDE_WAITLIST_MAX);
    ride->status = RIDE_OPEN;
    return true;
}

struct trip_query ride_build_trip_query(const struct ride *ride)
{
    return (struct trip_query){
        .from = ride->from_place,
        .to = ride->to_place,
        .seats = ride->seats,
        .child_seats = ride->child_seats,
        .kind = ride->kind,
        .size = ride->parcel_size,
        .max_price = FIELD_ABSENT,
        .instant = -1,
        .full = -1,
        .bookable = true,
        .guest = ride->passenger.telegram_id,
    };
}

static bool add_alternative_trips(struct change *change, const struct ride *ride,
                                  struct fault *fault)
{
    const struct fault refused = *fault;
    auto_rows struct db_rows rows = {0};
    AUTO(buf_finish) struct buf json = BUF(ALTERNATIVES_BYTES);
    struct trip_query query = ride_build_trip_query(ride);
    struct slice found;

    query.date = trip_local_day(ride->depart_at);
    trip_query_set_window(&query, ride->now);
    if (!trip_search_nearest(change->tx, &ride->tenant_id, &query, ride->depart_at,
                             RIDE_ALTERNATIVES_MAX, &rows, fault))
        return false;
    buf_text(&json, "\"alternatives\":[");
    for (int i = 0; i < rows.count && i < RIDE_ALTERNATIVES_MAX; i++) {
        list_separator(&json, (size_t)i);
        trip_found_encode(&rows, i, &query, &json, &(struct list_cursor){0});
    }
    buf_char(&json, ']');
    if (!buf_keep(&json, change->arena, &found, fault))
        return false;
    *fault = refused;
    return fault_set_members(fault, arena_printf(change->arena, "%.*s,%.*s",
                                                 SLICE_ARG(refused.members), SLICE_ARG(found)));
}

/* Finds free capacity for the ride, or puts it on the waiting list. */
static bool check_room_or_join_waitlist(struct change *change, const struct trip *trip,
                                        const struct ride_draft *draft, struct ride *ride,
                                        struct fault *fault)
{
    struct ride_shortage shortage;
    struct fault full;
    bool waits = false;

    if (ride_has_room(trip, ride, &shortage, &full))
        return true;
    if (draft->wait && !try_join_waitlist(change, trip, ride, &waits, fault))
        return false;
    if (waits)
        return true;
    *fault = full;
    (void)ride_add_full_segments(&shortage, change->arena, fault);
    return strcmp(fault->code, "seats_taken") == 0 ? add_alternative_trips(change, ride, fault)
                                                   : false;
}

/* Completes an open ride without a trip. Its price is the preferred price, if there is one. */
static bool compose_open_ride(struct change *change, const struct ride_draft *draft,
                              struct ride *ride, struct fault *fault)
{
    struct fault_list problems;

    ride->preferences = draft->preferences;
    ride->lines = SLICE("[]");
    ride->policy = CANCEL_MODERATE; /* until a trip is assigned */
    ride->expires_at = draft->preferences.depart_to;
    fault_list_init(&problems, change->arena);
    ride_window_check(&draft->preferences, ride->now, &problems);
    if (draft->passenger.phone.at == NULL && draft->passenger.telegram_id == FIELD_ABSENT)
        fault_list_add(&problems, "passenger", "contact_missing",
                       "A phone or Telegram account of the passenger is needed.");
    return fault_list_ok(&problems, fault);
}

/* Completes a ride on a trip. */
static bool compose_ride_on_trip(struct change *change, const struct ride_draft *draft,
                                 struct ride *ride, struct trip *trip, struct fault *fault)
{
    if (!find_trip_for_caller(change, draft, trip, fault) ||
        !check_is_bookable(change, trip, draft, fault))
        return false;
    fill_ride_from_trip(change, trip, draft, ride);
    return set_price(change, trip, draft, ride, fault);
}

bool ride_create(struct change *change, const struct ride_draft *asked, struct ride *out,
                 bool *keeps_held, struct fault *fault)
{
    auto_rows struct db_rows waiting = {0};
    struct ride_draft draft = *asked;
    struct ride_conflicts conflicts;
    struct trip trip;
    struct ride ride;

    const bool on_trip = !uuid_is_nil(&draft.trip_id);
    size_t held = 0;

    *keeps_held = false;
    draft.order.seats = ride_seats_of_order(&draft.order);
    if (!check_caller_and_set_account(change, &draft, fault))
        return false;
    ride = ride_from_draft(change, &draft);
    if (!ride_store_lock_for_create(change, &draft, &conflicts, &waiting, fault))
        return fault->kind == FAULT_NOT_FOUND ? refuse_unknown_trip(change, fault) : false;
    /* Freed seats go to waiting rides first, and stay theirs if this ride is refused. */
    if (!ride_waitlist_assign_seats_to_fitting(change, &waiting, &held, fault))
        return false;
    if (!(on_trip ? compose_ride_on_trip(change, &draft, &ride, &trip, fault)
                  : compose_open_ride(change, &draft, &ride, fault)) ||
        !check_limits_and_conflicts(change, &draft, &ride, &conflicts, fault) ||
        (on_trip && !check_room_or_join_waitlist(change, &trip, &draft, &ride, fault))) {
        *keeps_held = held > 0 && fault->kind != FAULT_UNAVAILABLE && fault->kind != FAULT_INTERNAL;
        return false;
    }
    if (!ride_store_insert(change->tx, change->arena, &ride, fault) ||
        !ride_record_step(change, &ride, -1, "ride.create", SLICE_NONE, fault))
        return false;
    return ride_store_find(change->tx, &ride.tenant_id, &ride.id, change->arena, out, fault);
}
