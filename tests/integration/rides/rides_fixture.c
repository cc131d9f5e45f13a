// SPDX-License-Identifier: MIT
#include "rides_fixture.h"

#include <errno.h>

struct api_caller rides_driver = {.actor = RIDE_ACTOR_DRIVER};
struct api_caller rides_guest = {.actor = RIDE_ACTOR_GUEST, .actor_number = 7};
struct api_caller rides_guest8 = {.actor = RIDE_ACTOR_GUEST, .actor_number = 8};

static char driver_id[UUID_TEXT_LEN + 1];
static char car_id[UUID_TEXT_LEN + 1];

const struct service_definition *rides_definition(void)
{
    static struct db_migration_set schema;
    static struct service_definition rides = {.name = "rides",
                                              .routes = rides_routes,
                                              .route_count = RIDES_ROUTES,
                                              .sets = &schema,
                                              .set_count = 1,
                                              .again = rides_refresh_stored_answer};

    schema = rides_migrations();
    return &rides;
}

void rides_begin(void)
{
    const struct uuid car = uuid_make();

    stand_service_begin(rides_definition(), program_invocation_short_name);
    stand_staff.scopes = SCOPE_RIDE_READ | SCOPE_RIDE_WRITE | SCOPE_RIDE_ADMIN;
    rides_driver.scopes = rides_guest.scopes = rides_guest8.scopes = stand_staff.scopes;
    rides_driver.actor_id = uuid_make();
    uuid_format(&rides_driver.actor_id, driver_id);
    uuid_format(&car, car_id);
    stand_caller(&rides_driver, stand_text("SELECT 'driver:%s'", driver_id));
    stand_caller(&rides_guest, "guest:7");
    stand_caller(&rides_guest8, "guest:8");
    rides_insert_driver();
}

void rides_begin_with_test_keys(void)
{
    rides_begin();
    rides_driver.test_key = rides_guest.test_key = rides_guest8.test_key = true;
}

void rides_insert_driver(void)
{
    stand_sql(
        "INSERT INTO driver (id, tenant_id, name, phone, status, papers_until)"
        " VALUES ('%s', '%s', 'Асхат Нурланов', '+77010000001', 'active', now()::date + 3650)",
        driver_id, stand_tenant());
    stand_sql("INSERT INTO car (id, tenant_id, driver_id, make, model, color, plate, seats, doors,"
              " year) VALUES ('%s', '%s', '%s', 'Toyota', 'Camry', 'белый', '777ABC05', 4, 4,"
              " 2019)",
              car_id, stand_tenant(), driver_id);
}

const char *rides_driver_id(void)
{
    return driver_id;
}

const char *rides_car_id(void)
{
    return car_id;
}
