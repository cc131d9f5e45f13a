// SPDX-License-Identifier: MIT
/* The erasure of a driver on a real PostgreSQL: personal data goes, amounts stay. */
#include "handlers/ride_handlers.h"
#include "requests.h"
#include "support/test.h"

static void begin(void)
{
    rides_begin("test_rides_driver_erase");
}

TEST_CASE("erase", .setup = begin, .teardown = stand_end);

static struct answer erase(const struct api_caller *caller)
{
    return stand_status(&(struct ask){.handler = delete_driver,
                                      .caller = caller,
                                      .method = HTTP_DELETE,
                                      .id = rides_driver_id()});
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

STAND_TEST(erased_driver_leaves_only_money)
{
    const struct api_caller *staff = NULL;
    /* None of them can occur in an id or a time by chance: the four digits are quoted. */
    static const char *const words[] = {"Тайный",   "+77010001122", "700700700700", "909AAA09",
                                        "\"0911\"", "Устал",        "грубил"};

    stand_sql("UPDATE driver SET name = 'Тайный Водитель', phone = '+77010001122',"
              " telegram_id = 700700700700,"
              " documents = '[{\"kind\": \"licence\", \"last4\": \"0911\"}]'");
    stand_sql("UPDATE car SET plate = '909AAA09'");
    publish_trip(30, ",\"note\":\"Тайный рейс\"");
    const struct answer made =
        order_ride_status(&rides_guest, 0, 2, ",\"phone\":\"+77017654321\"", "");
    ck_status(made, 201);
    ck_status(
        stand_status(&(struct ask){.handler = confirm_ride,
                                   .caller = &rides_driver,
                                   .method = HTTP_POST,
                                   .id = made.id,
                                   .body = "{\"paid\":{\"amount\":100000,\"currency\":\"KZT\"}}",
                                   .key = "confirm-1",
                                   .action = true}),
        200);
    ck_assert_int_gt(rows_with("Тайный"), 2);
    ck_assert_int_gt(rows_with("\"0911\""), 0);
    ck_refused(erase(staff), 409, "has_live_trips");
    ck_refused(erase(&rides_driver), 403, "forbidden");
    ck_refused(erase(&stand_other), 404, "not_found");
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, "{\"reason\":\"Устал\"}"), 200);
    stand_sql(
        "INSERT INTO complaint (id, tenant_id, ride_id, side, number, about, text)"
        " SELECT gen_random_uuid(), tenant_id, id, 'driver', 1, 'behaviour', 'грубил' FROM ride");
    ck_status(erase(staff), 204);
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        ck_assert_msg(rows_with(words[i]) == 0, "%s", words[i]);
    ck_assert_str_eq(stand_text("SELECT concat_ws(' ', paid, refund, status) FROM ride"),
                     "100000 100000 cancelled");
    ck_refused(erase(staff), 404, "not_found");
    ck_refused(stand_status(&(struct ask){.handler = get_driver, .id = rides_driver_id()}), 404,
               "not_found");
    struct answer list = stand_ask(&(struct ask){.handler = get_drivers});
    ck_assert_uint_eq(json_array_size(json_object_get(list.json, "items")), 0);
    struct answer ride = view_ride(&rides_guest, made.id);
    ck_status(ride, 200);
    ck_assert_str_eq(answer_text(&ride, "driver", "name"), "erased");
    answer_drop(&list);
    answer_drop(&ride);
}

STAND_TEST(erased_driver_offers_are_withdrawn)
{
    struct answer preferences = order_open_ride(&rides_guest, 30, "");
    char body[512];

    ck_status(preferences, 201);
    snprintf(body, sizeof body,
             "{\"price\":{\"amount\":800000,\"currency\":\"KZT\"},\"car_id\":\"%s\",\"depart_at\":"
             "\"%s\"}",
             rides_car_id(), time_in(32));
    ck_status(post_action(post_offer, &rides_driver, preferences.id, body), 201);
    ck_status(erase(NULL), 204);
    ck_assert_str_eq(stand_text("SELECT status FROM offer"), "withdrawn");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM outbox WHERE type = 'offer.withdrawn'"), 1);
    answer_drop(&preferences);
}
