// SPDX-License-Identifier: MIT
#include "offers.h"

#include "handlers/ride_handlers.h"

struct offer_driver offer_drivers[OFFER_DRIVERS];

void offer_add_drivers(int count)
{
    char tenant[UUID_TEXT_LEN + 1];

    uuid_format(&stand_staff.tenant_id, tenant);
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
            one->id, tenant, i, one->car, i + 100);
    }
}

void offer_open_ride(char into[40], const struct api_caller *caller, double hours, const char *more)
{
    struct answer made = order_open_ride(caller, hours, more);

    ck_status(made, 201);
    snprintf(into, 40, "%s", made.id);
    answer_drop(&made);
}

struct answer offer_post(const struct api_caller *driver, const char *ride, int tenge,
                         const char *more)
{
    char body[512];

    snprintf(body, sizeof body, "{\"price\":{\"amount\":%d00,\"currency\":\"KZT\"}%s}", tenge,
             more);
    return stand_status(&(struct ask){
        .handler = post_offer, .caller = driver, .method = HTTP_POST, .id = ride, .body = body});
}

struct answer offer_on_trip(const char *ride, int tenge)
{
    char with[64];

    snprintf(with, sizeof with, ",\"trip_id\":\"%s\"", last_trip);
    return offer_post(&rides_driver, ride, tenge, with);
}

struct answer offer_with_car(const struct offer_driver *driver, const char *ride, int tenge,
                             double hours, const char *more)
{
    char with[256];

    snprintf(with, sizeof with, ",\"car_id\":\"%s\",\"depart_at\":\"%s\"%s", driver->car,
             time_in(hours), more);
    return offer_post(&driver->caller, ride, tenge, with);
}

struct answer offer_action(http_handler *verb, const struct api_caller *caller, const char *ride,
                           const char *id)
{
    return stand_status(&(struct ask){.handler = verb,
                                      .caller = caller,
                                      .method = HTTP_POST,
                                      .id = ride,
                                      .second_id = id,
                                      .action = true});
}

void ck_offer(const struct answer *made, const char *status)
{
    ck_assert_str_eq(stand_text("SELECT status FROM offer WHERE id = '%s'", made->id), status);
}
