// SPDX-License-Identifier: MIT
#include "stand.h"

struct api_caller stand_driver = {.actor = RIDE_ACTOR_DRIVER};
struct api_caller stand_guest = {.actor = RIDE_ACTOR_GUEST, .actor_number = 7};
struct api_caller stand_guest8 = {.actor = RIDE_ACTOR_GUEST, .actor_number = 8};

static char driver_id[UUID_TEXT_LEN + 1];
static char car_id[UUID_TEXT_LEN + 1];

const struct service_definition *stand_definition(void)
{
    static struct db_migration_set schema;
    static struct service_definition rides = {.name = "rides",
                                              .routes = rides_routes,
                                              .route_count = RIDES_ROUTES,
                                              .sets = &schema,
                                              .set_count = 1,
                                              .again = rides_again};

    schema = rides_migrations();
    return &rides;
}

void stand_begin(const char *schema)
{
    const struct uuid car = uuid_make();

    stand_service_begin(stand_definition(), schema);
    stand_staff.scopes = SCOPE_RIDE_READ | SCOPE_RIDE_WRITE | SCOPE_RIDE_ADMIN;
    stand_driver.scopes = stand_guest.scopes = stand_guest8.scopes = stand_staff.scopes;
    stand_driver.actor_id = uuid_make();
    uuid_format(&stand_driver.actor_id, driver_id);
    uuid_format(&car, car_id);
    stand_caller(&stand_driver, stand_text("SELECT 'driver:%s'", driver_id));
    stand_caller(&stand_guest, "guest:7");
    stand_caller(&stand_guest8, "guest:8");
    stand_people();
}

void stand_people(void)
{
    char tenant[UUID_TEXT_LEN + 1];

    uuid_format(&stand_staff.tenant_id, tenant);
    stand_sql("INSERT INTO driver (id, tenant_id, name, phone, status, papers_until)"
              " VALUES ('%s', '%s', 'Асхат Нурланов', '+77010000001', 'active',"
              " now()::date + 3650)",
              driver_id, tenant);
    stand_sql("INSERT INTO car (id, tenant_id, driver_id, make, model, color, plate, seats, doors,"
              " year) VALUES ('%s', '%s', '%s', 'Toyota', 'Camry', 'белый', '777ABC05', 4, 4,"
              " 2019)",
              car_id, tenant, driver_id);
}

const char *stand_driver_id(void)
{
    return driver_id;
}

const char *stand_car_id(void)
{
    return car_id;
}
