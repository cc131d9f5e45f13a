// SPDX-License-Identifier: MIT
#include "trips/trip_create.h"

#include "api/steps.h"

#include "trips/trip_store.h"
#include "trips/trips_json.h"

bool trip_find_and_decode(struct db *db, struct arena *arena, const struct uuid *tenant_id,
                          const struct uuid *id, struct trip *out, struct fault *fault)
{
    return trip_store_find(db, tenant_id, id, arena, out, fault) &&
           trip_decode_stored_json(out, arena, fault);
}

/* Sets the driver. Drivers publish their own trips, staff those of any driver, passengers none. */
static bool check_caller_and_set_driver(struct change *change, struct trip *trip,
                                        struct fault *fault)
{
    const struct api_caller *caller = change->caller;

    if (caller->actor == RIDE_ACTOR_DRIVER)
        return api_caller_own_id(caller, &trip->driver_id) ||
               fault_set(fault, FAULT_FORBIDDEN, "forbidden", "A driver publishes his own trips.");
    if (!api_caller_is_staff(caller))
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden", "Drivers and staff publish trips.");
    if (uuid_is_nil(&trip->driver_id))
        return fault_set_field(fault, change->arena, "driver_id", "required", "Whose trip it is.");
    return true;
}

bool trip_lock_and_check_driver(struct change *change, struct trip *trip, struct fault *fault)
{
    struct driver driver;

    if (!driver_store_lock(change, &trip->driver_id, &driver, fault))
        return fault->kind == FAULT_NOT_FOUND
                   ? fault_set_field(fault, change->arena, "driver_id", "unknown_driver",
                                     "There is no such driver.")
                   : false;
    trip->driver = (struct driver_view){
        .name = driver.name, .rating = driver.rating, .trips_done = driver.trips_done};
    return driver_may_drive(driver.status, driver.papers_until, trip_local_day(trip->arrives_at),
                            fault);
}

bool trip_find_car(struct change *change, struct trip *trip, int64_t *car_seats,
                   struct fault *fault)
{
    struct car car;

    if (!car_store_find(change->tx, &trip->driver_id, &trip->car_id, change->arena, &car, fault))
        return fault->kind == FAULT_NOT_FOUND
                   ? fault_set_field(fault, change->arena, "car_id", "unknown_car",
                                     "The driver has no such car.")
                   : false;
    trip->car = (struct car_view){.make = car.make, .model = car.model, .color = car.color};
    *car_seats = car.seats;
    return true;
}

static bool check_departure_and_seats(struct change *change, const struct trip *trip,
                                      int64_t car_seats, struct fault *fault)
{
    struct fault_list problems;

    fault_list_init(&problems, change->arena);
    trip_departure_check(trip, change->now_us, change->caller->test_key, &problems);
    trip_seats_check(trip, car_seats, &problems);
    return fault_list_ok(&problems, fault);
}

/* Checks that the locked driver has no other trip at the time of `trip`, and fewer than
 * `live_trips_max` scheduled and started trips. */
static bool check_other_trips_of_driver(struct change *change, const struct trip *trip,
                                        int64_t live_trips_max, struct fault *fault)
{
    char id[UUID_TEXT_LEN + 1];
    struct uuid busy;
    int64_t live;

    if (!trip_store_find_other_trips(change->tx, trip, &live, &busy, fault))
        return false;
    if (uuid_is_nil(&busy))
        return live < live_trips_max ||
               fault_set(fault, FAULT_CONFLICT, "too_many_trips",
                         "A driver has at most %d trips ahead.", TRIPS_LIVE_MAX);
    uuid_format(&busy, id);
    fault_set(fault, FAULT_CONFLICT, "driver_busy", "The driver has another trip at that time.");
    return fault_set_members(fault, arena_printf(change->arena, "\"trip_id\":\"%s\"", id));
}

bool trip_check_driver_is_free(struct change *change, const struct trip *trip, struct fault *fault)
{
    return check_other_trips_of_driver(change, trip, INT64_MAX, fault);
}

static bool set_empty_loads(struct change *change, struct trip *trip, struct fault *fault)
{
    int64_t *none = arena_alloc(change->arena, FARE_SEGMENTS_MAX * sizeof *none);

    if (none == NULL)
        return arena_fault(fault);
    memset(none, 0, FARE_SEGMENTS_MAX * sizeof *none);
    trip->seat_load = trip->cargo_load = trip->child_load =
        (struct field_ints){none, (size_t)trip->tariff.segments};
    return true;
}

bool trip_create(struct change *change, const struct trip *draft, bool agreed_with_passenger,
                 struct trip *out, struct fault *fault)
{
    struct trip trip = *draft;
    int64_t car_seats;

    trip.id = uuid_make();
    trip.tenant_id = change->caller->tenant_id;
    trip.status = TRIP_SCHEDULED;
    trip_set_times_and_tariff(&trip);
    if ((!agreed_with_passenger && !check_caller_and_set_driver(change, &trip, fault)) ||
        !trip_lock_and_check_driver(change, &trip, fault) ||
        !trip_find_car(change, &trip, &car_seats, fault) ||
        (!agreed_with_passenger && (!check_departure_and_seats(change, &trip, car_seats, fault) ||
                                    !trip_price_bounds_check(change, &trip, fault))) ||
        !check_other_trips_of_driver(change, &trip, TRIPS_LIVE_MAX, fault) ||
        !trip_encode_stored_json(&trip, change->arena, fault) ||
        !trip_store_insert(change->tx, &trip, fault) || !set_empty_loads(change, &trip, fault) ||
        !trip_store_read_warnings(change->tx, change->arena, &trip, fault) ||
        !trip_record_step(change, &trip, -1, "trip.scheduled", "trip.create", SLICE_NONE, fault))
        return false;
    *out = trip;
    return true;
}

bool trip_record_step(struct change *change, const struct trip *trip, int status_before,
                      const char *event, const char *audit_action, struct slice reason,
                      struct fault *fault)
{
    static const struct step_table trips = {"trip", trip_status_names, &trip_step_statement,
                                            &trip_event_fields};
    const struct step_record step = {.id = &trip->id,
                                     .version = trip->version,
                                     .from = status_before,
                                     .to = trip->status,
                                     .event = event,
                                     .audit = audit_action,
                                     .reason = reason};

    return step_record(change, &trips, &step, trip, fault);
}
