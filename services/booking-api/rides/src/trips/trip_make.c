// SPDX-License-Identifier: MIT
#include "trips/trip_make.h"

#include "drivers/car_store.h"
#include "drivers/driver_store.h"
#include "ride_callers.h"
#include "trips/trip_bounds.h"
#include "trips/trip_store.h"
#include "trips/trips_json.h"

/* Passengers publish nothing, a driver his own trips, staff anybody's. */
static bool claim(struct change *change, struct trip *trip, struct fault *fault)
{
    const struct api_caller *caller = change->caller;

    if (caller->actor == RIDE_ACTOR_DRIVER) {
        if (!uuid_is_nil(&trip->driver_id) && !uuid_equal(&trip->driver_id, &caller->actor_id))
            return fault_set(fault, FAULT_FORBIDDEN, "forbidden",
                             "A driver publishes his own trips.");
        trip->driver_id = caller->actor_id;
        return true;
    }
    if (!api_caller_is_staff(caller))
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden", "Drivers and staff publish trips.");
    if (uuid_is_nil(&trip->driver_id))
        return fault_set_field(fault, change->arena, "driver_id", "required", "Whose trip it is.");
    return true;
}

bool trip_lock_driver(struct change *change, struct trip *trip, struct fault *fault)
{
    struct driver driver;

    if (!driver_store_lock(change->tx, &change->caller->tenant_id, &trip->driver_id, change->arena,
                           &driver, fault))
        return fault->kind == FAULT_NOT_FOUND
                   ? fault_set_field(fault, change->arena, "driver_id", "unknown_driver",
                                     "There is no such driver.")
                   : false;
    trip->driver_name = driver.name;
    trip->rating_sum = driver.rating_sum;
    trip->rating_count = driver.rating_count;
    trip->trips_done = driver.trips_done;
    return driver_may_drive(driver.status, driver.papers_until, trip_local_day(trip->arrives_at),
                            fault);
}

bool trip_find_car(struct change *change, struct trip *trip, struct db_rows *rows,
                   int64_t *car_seats, struct fault *fault)
{
    struct car car;

    if (!car_store_find(change->tx, &trip->driver_id, &trip->car_id, rows, &car, fault))
        return fault->kind == FAULT_NOT_FOUND
                   ? fault_set_field(fault, change->arena, "car_id", "unknown_car",
                                     "The driver has no such car.")
                   : false;
    trip->car_make = car.make;
    trip->car_model = car.model;
    trip->car_color = car.color;
    *car_seats = car.seats;
    return db_rows_keep(rows, change->arena, fault);
}

static bool judge(struct change *change, const struct trip *trip, int64_t car_seats,
                  struct fault *fault)
{
    struct fault_list problems;

    fault_list_init(&problems, change->arena);
    trip_judge_start(trip, change->now_us, change->caller->test_key, &problems);
    trip_judge_seats(trip, car_seats, &problems);
    return fault_list_ok(&problems, fault);
}

/* The driver is locked: nobody gives him another trip meanwhile. */
static bool driver_is_free(struct change *change, const struct trip *trip, struct fault *fault)
{
    struct trip_rivals rivals;

    if (!trip_store_rivals(change->tx, trip, &rivals, fault))
        return false;
    if (!uuid_is_nil(&rivals.busy))
        return trip_refuse_busy(change->arena, &rivals.busy, fault);
    if (rivals.live >= TRIPS_LIVE_MAX)
        return fault_set(fault, FAULT_CONFLICT, "too_many_trips",
                         "A driver has at most %d trips ahead.", TRIPS_LIVE_MAX);
    return true;
}

/* Nothing is sold of it. */
static bool empty_loads(struct change *change, struct trip *trip, struct fault *fault)
{
    int64_t *none = arena_alloc(change->arena, FARE_SEGMENTS_MAX * sizeof *none);

    if (none == NULL)
        return arena_fault(fault);
    memset(none, 0, FARE_SEGMENTS_MAX * sizeof *none);
    trip->seat_load = trip->cargo_load = trip->child_load =
        (struct field_ints){none, (size_t)trip->tariff.segments};
    return true;
}

static bool make(struct change *change, const struct trip *draft, bool agreed, struct trip *out,
                 struct fault *fault)
{
    auto_rows struct db_rows rows = {0}, warnings = {0};
    struct trip trip = *draft;
    int64_t car_seats;

    trip.id = uuid_make();
    trip.tenant_id = change->caller->tenant_id;
    trip.status = TRIP_SCHEDULED;
    trip_settle(&trip);
    if ((!agreed && !claim(change, &trip, fault)) || !trip_lock_driver(change, &trip, fault) ||
        !trip_find_car(change, &trip, &rows, &car_seats, fault) ||
        (!agreed &&
         (!judge(change, &trip, car_seats, fault) || !trip_bounds_check(change, &trip, fault))) ||
        !driver_is_free(change, &trip, fault) || !trip_texts(&trip, change->arena, fault) ||
        !trip_store_insert(change->tx, &trip, fault) || !empty_loads(change, &trip, fault) ||
        !trip_store_read_warnings(change->tx, &trip, &warnings, fault) ||
        !db_rows_keep(&warnings, change->arena, fault) ||
        !trip_record(change, &trip, -1, "trip.scheduled", "trip.create", (struct slice){0}, fault))
        return false;
    *out = trip;
    return true;
}

bool trip_make(struct change *change, const struct trip *draft, struct trip *out,
               struct fault *fault)
{
    return make(change, draft, false, out, fault);
}

bool trip_make_agreed(struct change *change, const struct trip *draft, struct trip *out,
                      struct fault *fault)
{
    return make(change, draft, true, out, fault);
}
