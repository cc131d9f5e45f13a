// SPDX-License-Identifier: MIT
/* The cars of a driver, for the driver and staff. */
#include "api/change_by_id.h"

#include "drivers/drivers_json.h"
#include "handlers/ride_handlers.h"

/* Locks the driver whose id is in the URL, so that concurrent requests cannot exceed CARS_MAX. */
static bool check_access_and_lock_driver(struct change *change, const struct uuid *driver_id,
                                         struct fault *fault)
{
    struct driver driver;

    return handler_check_driver_access(change->caller, driver_id, fault) &&
           driver_store_lock(change, driver_id, &driver, fault);
}

static bool normalize_plate(struct change *change, struct car *car, struct fault *fault)
{
    char plate[CAR_PLATE_MAX + 1];

    if (!car_plate_normalize(car->plate, plate))
        return fault_set(fault, FAULT_INTERNAL, "bad_plate", "The plate was valid before.");
    return arena_keep(change->arena, slice_of(plate), &car->plate, fault);
}

static bool create_car(struct change *change, void *arg, struct http_response *res,
                       struct fault *fault)
{
    const struct asked *asked = arg;
    struct car car;

    fields_clear(&car_fields, &car);
    if (!http_request_decode(change->req, &car_fields, false, &car, NULL, fault) ||
        !normalize_plate(change, &car, fault) ||
        !check_access_and_lock_driver(change, &asked->id, fault))
        return false;
    car.id = uuid_make();
    car.tenant_id = change->caller->tenant_id;
    car.driver_id = asked->id;
    if (!car_store_insert(change->tx, &car, fault))
        return false;
    change_audit(change, "car.create", "car", &car.id, car.version);
    fields_encode(&car_shown_fields, &car, false, &res->body);
    return change_reply_created(change, res, &car.id, car.version, fault);
}

CHANGE_BY_ID(post_car, create_car)

static bool retire_car(struct change *change, void *arg, struct http_response *res,
                       struct fault *fault)
{
    const struct asked *asked = arg;
    struct uuid id;
    struct car car;

    if (!http_request_uuid(change->req, 1, &id, fault) ||
        !check_access_and_lock_driver(change, &asked->id, fault) ||
        !car_store_find(change->tx, &asked->id, &id, change->arena, &car, fault) ||
        !change_if_match(change, car.version, fault) || !car_store_retire(change->tx, &car, fault))
        return false;
    change_audit(change, "car.delete", "car", &car.id, car.version);
    return change_reply_deleted(change, res, &car.id);
}

CHANGE_BY_ID(delete_car, retire_car)

static enum http_status list_cars(struct reading *reading, struct http_response *res)
{
    static const struct list cars = {.statement = &car_list_statement, .fields = &car_shown_fields};
    const struct api_caller *caller = reading->caller;

    if (!handler_check_driver_access(caller, &reading->id, &reading->fault) ||
        !driver_store_check_exists(reading->db, &caller->tenant_id, &reading->id, &reading->fault))
        return read_refuse(reading, res);
    return list_reply_whole(reading->req, res, reading->db, &cars,
                            DB_VALUES(db_uuid(&reading->id), db_int(CARS_MAX)));
}

READ_BY_ID(get_cars, list_cars)
