// SPDX-License-Identifier: MIT
/* The erasure of a driver on a real PostgreSQL: personal data goes, amounts stay. */
#include "handlers/ride_handlers.h"
#include "requests.h"

static struct answer erase(const struct api_caller *caller)
{
    return ask_delete(delete_driver, .caller = caller, .id = rides_driver_id());
}

/* Counts the rows of the schema that contain the word. */
static long long rows_with(const char *word)
{
    return (long long)stand_number(
        "SELECT sum((xpath('/row/n/text()', query_to_xml(format("
        "'SELECT count(*) AS n FROM %%I.%%I x WHERE x::text LIKE %%L', schemaname, tablename, "
        "'%%%%%s%%%%'),"
        " false, true, '')))[1]::text::bigint) FROM pg_tables WHERE schemaname = current_schema()",
        word);
}

TEST_CASE("rides_driver_erase", .setup = rides_begin, .teardown = stand_end);

FIBER_TEST(erased_driver_leaves_only_money)
{
    const struct api_caller *staff = NULL;
    /* None of them can occur in an id or a time by chance: the four digits are quoted. */
    static const char *const words[] = {"Тайный",   "+77010001122", "700700700700", "909AAA09",
                                        "\"0911\"", "Устал",        "грубил"};

    stand_sql("UPDATE driver SET name = 'Тайный Водитель', phone = '+77010001122',"
              " telegram_id = 700700700700, payment_info = 'Тайный счёт', documents = '[{\"kind\": "
              "\"licence\","
              " \"last4\": \"0911\"}]'");
    stand_sql("UPDATE car SET plate = '909AAA09'");
    publish_trip(30, ",'note':'Тайный рейс'");
    const struct answer made =
        ck_status(order_ride(&rides_guest, 0, 2, ",'phone':'+77017654321'", ""), 201);
    ck_status(ask_action(confirm_ride, .caller = &rides_driver, .id = made.id,
                         .body = "{'paid':KZT(100000)}", .key = "confirm-1"),
              200);
    ck_status(ask_action(delay_trip, .caller = &rides_driver, .id = last_trip,
                         .body = "{'minutes':5}", .key = "delay-1"),
              200);
    ck_rows(1, "idempotency WHERE body LIKE '%%Тайный рейс%%'");
    ck_assert_int_gt(rows_with("Тайный"), 2);
    ck_assert_int_gt(rows_with("\"0911\""), 0);
    ck_refused(erase(staff), 409, "has_live_trips");
    ck_refused(erase(&rides_driver), 403, "forbidden");
    ck_refused(erase(&stand_other), 404, "not_found");
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, "{'reason':'Устал'}"), 200);
    stand_sql(
        "INSERT INTO complaint (id, tenant_id, ride_id, side, number, about, text)"
        " SELECT gen_random_uuid(), tenant_id, id, 'driver', 1, 'behaviour', 'грубил' FROM ride");
    stand_sql(
        "INSERT INTO idempotency (id, client_id, key, fingerprint, status, location, body)"
        " SELECT gen_random_uuid(), gen_random_uuid(), 'c', sha256(''), 201, '/v1/rides/' || id"
        " || '/complaints/' || id, '{\"id\":\"' || gen_random_uuid() ||"
        " '\",\"side\":\"driver\",\"about\":\"behaviour\",\"text\":\"грубил\"}' FROM ride");
    ck_status(erase(staff), 204);
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        ck_assert_msg(rows_with(words[i]) == 0, "%s", words[i]);
    /* The erasure of the passenger finds the stored answer by its beginning. */
    ck_rows(1, "idempotency WHERE body LIKE '{\"id\":\"%%' AND body LIKE '%%+77017654321%%'");
    ck_sql_text("100000 100000 cancelled", "SELECT concat_ws(' ', paid, refund, status) FROM ride");
    ck_refused(erase(staff), 404, "not_found");
    ck_refused(ask_get(get_driver, .id = rides_driver_id()), 404, "not_found");
    struct answer list = ask_get(get_drivers);
    ck_count(list.json, "items", 0);
    struct answer ride = ck_status(view_ride(&rides_guest, made.id), 200);
    ck_text(ride.json, "driver.name", "erased");
}

/* A version without payment_info, which runs after a rollback, erases the driver. */
FIBER_TEST(older_version_erases_payment_info)
{
    stand_sql("UPDATE driver SET payment_info = 'Kaspi'");
    stand_sql("UPDATE driver SET name = 'erased', phone = NULL, telegram_id = NULL,"
              " documents = '[]', papers_until = NULL, status = 'blocked', blanked_at = now()");
    ck_rows(1, "driver WHERE name = 'erased' AND payment_info IS NULL");
}

FIBER_TEST(erased_driver_offers_are_withdrawn)
{
    struct answer preferences = ck_status(order_open_ride(&rides_guest, 30, ""), 201);
    const struct answer offer =
        ck_status(post_action(post_offer, &rides_driver, preferences.id,
                              textf("{'price':KZT(800000),'car_id':'%s','depart_at':'%s'}",
                                    rides_car_id(), time_in(32))),
                  201);

    ck_status(erase(NULL), 204);
    ck_sql_text("withdrawn", "SELECT status FROM offer");
    ck_rows(1, "outbox WHERE type = 'offer.withdrawn'");
    ck_refused(ask_action(accept_offer, .caller = &rides_guest, .id = preferences.id,
                          .second_id = offer.id),
               409, "already_withdrawn");
}
