// SPDX-License-Identifier: MIT
#include "offers.h"

#include "handlers/ride_handlers.h"

struct offer_driver offer_drivers[OFFER_DRIVERS];

void offer_add_drivers(int count)
{
    for (int i = 0; i < count; i++) {
        struct offer_driver *one = &offer_drivers[i];
        const struct uuid car = uuid_make();

        one->caller = rides_driver;
        one->caller.actor_id = uuid_make();
        uuid_format(&one->caller.actor_id, one->id);
        uuid_format(&car, one->car);
        snprintf(one->text, sizeof one->text, "%s", stand_text("SELECT 'driver:%s'", one->id));
        one->caller.actor_text = slice_of(one->text);
        stand_sql(
            "WITH hired AS (INSERT INTO driver (id, tenant_id, name, phone, status, papers_until)"
            " VALUES ('%s', '%s', 'Ерлан Ахметов', '+7701100%04d', 'active', now()::date + 3650)"
            " RETURNING id, tenant_id) INSERT INTO car (id, tenant_id, driver_id, make, model,"
            " color, plate, seats, doors, year) SELECT '%s', tenant_id, id, 'Kia', 'K5', 'серый',"
            " '%03dAAA07', 3, 4, 2020 FROM hired",
            one->id, stand_tenant(), i, one->car, i + 100);
    }
}

void offer_open_ride(char into[40], const struct api_caller *caller, double hours, const char *more)
{
    struct answer made = ck_status(order_open_ride(caller, hours, more), 201);

    snprintf(into, 40, "%s", made.id);
}

struct answer offer_post(const struct api_caller *driver, const char *ride, int tenge,
                         const char *more)
{
    return ask_post(post_offer, .caller = driver, .id = ride,
                    .body = textf("{'price':KZT(%d00)%s}", tenge, more));
}

struct answer offer_on_trip(const char *ride, int tenge)
{
    return offer_post(&rides_driver, ride, tenge, textf(",'trip_id':'%s'", last_trip));
}

struct answer offer_with_car(const struct offer_driver *driver, const char *ride, int tenge,
                             double hours, const char *more)
{
    return offer_post(
        &driver->caller, ride, tenge,
        textf(",'car_id':'%s','depart_at':'%s'%s", driver->car, time_in(hours), more));
}

struct answer offer_action(http_handler *verb, const struct api_caller *caller, const char *ride,
                           const char *id)
{
    return ask_action(verb, .caller = caller, .id = ride, .second_id = id);
}

void ck_offer(const struct answer *made, const char *status)
{
    ck_sql_text(status, "SELECT status FROM offer WHERE id = '%s'", made->id);
}
