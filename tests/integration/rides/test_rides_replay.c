// SPDX-License-Identifier: MIT
/* Answers replayed for an Idempotency-Key equal the first answer, except contacts, which follow the
 * current visibility. */
#include "handlers/ride_handlers.h"
#include "requests.h"
#include "support/test.h"

static void begin(void)
{
    rides_begin("test_rides_replay");
}

TEST_CASE("rides_replay", .setup = begin, .teardown = stand_end, .timeout_s = 60);

/* Sends the same request each time. */
static struct answer confirm(const struct api_caller *caller, const char *id)
{
    struct answer answer = stand_ask(&(struct ask){.handler = confirm_ride,
                                                   .caller = caller,
                                                   .method = HTTP_POST,
                                                   .id = id,
                                                   .action = true,
                                                   .key = "again"});

    ck_status(answer, 200);
    ck_assert_str_eq(json_string_value(json_object_get(answer.json, "status")), "confirmed");
    return answer;
}

static void ck_contacts(const struct api_caller *caller, const char *id, bool shown)
{
    struct answer answer = confirm(caller, id);

    ck_assert(answer.replayed);
    if (caller != &rides_guest) { /* own contacts are always visible */
        ck_assert(shown == (answer_text(&answer, "passenger", "phone") != NULL));
        ck_assert(shown == (answer_text(&answer, "recipient", "phone") != NULL));
        ck_assert_str_eq(answer_text(&answer, "passenger", "name"),
                         shown ? "Айгуль Серикова" : "Айгуль");
    }
    if (caller != &rides_driver) {
        ck_assert(shown == (answer_text(&answer, "driver", "phone") != NULL));
        ck_assert(shown == (answer_text(&answer, "car", "plate") != NULL));
        ck_assert_str_eq(answer_text(&answer, "driver", "name"),
                         shown ? "Асхат Нурланов" : "Асхат");
    }
    answer_drop(&answer);
}

static struct answer send_parcel(void)
{
    publish_trip(30, ",\"instant_book\":false,\"parcel_prices\":{\"small\":{\"amount\":100000,"
                     "\"currency\":\"KZT\"}}");
    struct answer made = order_ride_status(
        &rides_guest, 0, 1, ",\"phone\":\"+77017654321\"",
        ",\"kind\":\"parcel\",\"parcel\":{\"size\":\"small\",\"recipient\":{\"name\":\"Болат "
        "Ахметов\",\"phone\":\"+77017654322\"}}");
    ck_status(made, 201);
    stand_sql("UPDATE ride SET passenger_name = 'Айгуль Серикова'");
    return made;
}

static const struct {
    const char *sql;
    bool shown;
} later[] = {
    {"SELECT",                                                                       true },
    {"UPDATE ride SET status = 'boarded'",                                           true },
    {"UPDATE ride SET status = 'completed', ended_at = now() - interval '23 hours'", true },
    {"UPDATE ride SET status = 'completed', ended_at = now() - interval '25 hours'", false},
    {"UPDATE ride SET status = 'cancelled', ended_at = now()",                       false},
    {"UPDATE ride SET status = 'no_show', ended_at = now()",                         false},
};

static void driver_body(void *data)
{
    const int i = *(const int *)data;
    const struct answer made = send_parcel();

    struct answer first = confirm(&rides_driver, made.id);
    ck_assert(!first.replayed);
    ck_assert_str_eq(answer_text(&first, "passenger", "phone"), "+77017654321");
    stand_sql("%s", later[i].sql);
    ck_contacts(&rides_driver, made.id, later[i].shown);
    answer_drop(&first);
}

TEST_ROWS(replayed_answer_shows_phones_to_driver_while_agreed, later)
{
    int i = _i;

    stand_run(driver_body, &i);
}

static void guest_body(void *data)
{
    const int i = *(const int *)data;

    publish_trip(30, "");
    const struct answer made = order_ride_status(&rides_guest, 0, 1, "", "");
    struct answer first = confirm(&rides_guest, made.id);
    ck_assert(!first.replayed);
    ck_assert_str_eq(answer_text(&first, "car", "plate"), "777ABC05");
    stand_sql("%s", later[i].sql);
    ck_contacts(&rides_guest, made.id, later[i].shown);
    answer_drop(&first);
}

TEST_ROWS(replayed_answer_shows_phone_and_plate_to_passenger_while_agreed, later)
{
    int i = _i;

    stand_run(guest_body, &i);
}

STAND_TEST(replayed_answer_shows_contacts_to_staff_until_blanked)
{
    const struct answer made = send_parcel();

    struct answer first = confirm(NULL, made.id);
    stand_sql("UPDATE ride SET status = 'completed', ended_at = now() - interval '179 days'");
    ck_contacts(NULL, made.id, true);
    stand_sql("UPDATE ride SET ended_at = now() - interval '181 days'");
    ck_contacts(NULL, made.id, false);
    answer_drop(&first);
}

/* All members except people equal the first answer. */
STAND_TEST(replayed_answer_keeps_other_members)
{
    const struct answer made = send_parcel();
    struct answer first = confirm(&rides_driver, made.id);
    struct answer again = confirm(&rides_driver, made.id);
    ck_assert(again.replayed);
    ck_assert(json_equal(first.json, again.json));
    answer_drop(&again);
    ck_status(post_action(cancel_ride, &rides_guest, made.id, NULL), 200);
    again = confirm(&rides_driver, made.id);
    ck_assert_int_eq(json_integer_value(json_object_get(again.json, "version")),
                     json_integer_value(json_object_get(first.json, "version")));
    static const char *const people[] = {"driver", "car", "passenger", "recipient"};
    for (size_t i = 0; i < ARRAY_LEN(people); i++) {
        json_object_del(first.json, people[i]);
        json_object_del(again.json, people[i]);
    }
    ck_assert(json_equal(first.json, again.json));
    answer_drop(&first);
    answer_drop(&again);
}

/* Readers who lost access, and rides that hide their contacts. */
STAND_TEST(replayed_answer_hides_contacts_from_former_party)
{
    publish_trip(30, "");
    const struct answer made =
        order_ride_status(&rides_guest, 0, 1, ",\"phone\":\"+77017654321\"", "");
    struct answer first = confirm(&rides_guest, made.id);
    stand_sql("UPDATE ride SET passenger_name = 'erased', passenger_telegram_id = NULL,"
              " status = 'completed', ended_at = now()");
    struct answer again = confirm(&rides_guest, made.id);
    ck_assert_ptr_null(answer_text(&again, "driver", "phone"));
    ck_assert_ptr_null(answer_text(&again, "car", "plate"));
    ck_assert_ptr_null(answer_text(&again, "passenger", "phone"));
    ck_assert_str_eq(answer_text(&again, "passenger", "name"), "erased");
    answer_drop(&again);
    answer_drop(&first);
}

/* Like the answer to a payment: the ride is nested, with members after it. */
STAND_TEST(replayed_answer_updates_nested_ride)
{
    const struct answer made = send_parcel();
    struct answer first = confirm(&rides_driver, made.id);
    stand_sql("UPDATE idempotency SET body ="
              " '{\"status\":\"confirmed\",\"ride\":' || body || ',\"amount\":1}'");
    for (int i = 0; i < 2; i++) {
        struct answer again = confirm(&rides_driver, made.id);
        const json_t *ride = json_object_get(again.json, "ride");
        const json_t *passenger = json_object_get(ride, "passenger");
        const char *phone = json_string_value(json_object_get(passenger, "phone"));
        ck_assert(i == 0 ? phone != NULL : phone == NULL);
        ck_assert_str_eq(json_string_value(json_object_get(ride, "id")), made.id);
        ck_assert_int_eq(json_integer_value(json_object_get(again.json, "amount")), 1);
        answer_drop(&again);
        stand_sql("UPDATE ride SET status = 'cancelled', ended_at = now()");
    }
    answer_drop(&first);
}
