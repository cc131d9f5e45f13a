// SPDX-License-Identifier: MIT
/* Answers replayed for an Idempotency-Key equal the first answer, except contacts, which follow the
 * current visibility. */
#include "handlers/ride_handlers.h"
#include "requests.h"

/* Sends the same request each time. */
static struct answer confirm(const struct api_caller *caller, const char *id)
{
    struct answer answer =
        ck_status(ask_action(confirm_ride, .caller = caller, .id = id, .key = "again"), 200);

    ck_text(answer.json, "status", "confirmed");
    return answer;
}

static void ck_contacts(const struct api_caller *caller, const char *id, bool shown)
{
    struct answer answer = confirm(caller, id);

    ck_assert(answer.replayed);
    if (caller != &rides_guest) { /* own contacts are always visible */
        ck_assert(shown == (text_at(answer.json, "passenger.phone") != NULL));
        ck_assert(shown == (text_at(answer.json, "recipient.phone") != NULL));
        ck_text(answer.json, "passenger.name", shown ? "Айгуль Серикова" : "Айгуль");
    }
    if (caller != &rides_driver) {
        ck_assert(shown == (text_at(answer.json, "driver.phone") != NULL));
        ck_assert(shown == (text_at(answer.json, "car.plate") != NULL));
        ck_text(answer.json, "driver.name", shown ? "Асхат Нурланов" : "Асхат");
    }
}

static struct answer send_parcel(void)
{
    publish_trip(30, ",'instant_book':false,'parcel_prices':{'small':KZT(100000)}");
    struct answer made =
        ck_status(order_ride(&rides_guest, 0, 1, ",'phone':'+77017654321'",
                             ",'kind':'parcel','parcel':{'size':'small',"
                             "'recipient':{'name':'Болат Ахметов','phone':'+77017654322'}}"),
                  201);
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

TEST_CASE("rides_replay", .setup = rides_begin, .teardown = stand_end);

FIBER_TEST_ROWS(replayed_answer_shows_phones_to_driver_while_agreed, later)
{
    const struct answer made = send_parcel();

    struct answer first = confirm(&rides_driver, made.id);
    ck_assert(!first.replayed);
    ck_text(first.json, "passenger.phone", "+77017654321");
    stand_sql("%s", row->sql);
    ck_contacts(&rides_driver, made.id, row->shown);
}

FIBER_TEST_ROWS(replayed_answer_shows_phone_and_plate_to_passenger_while_agreed, later)
{
    publish_trip(30, "");
    const struct answer made = order_ride(&rides_guest, 0, 1, "", "");
    struct answer first = confirm(&rides_guest, made.id);
    ck_assert(!first.replayed);
    ck_text(first.json, "car.plate", "777ABC05");
    stand_sql("%s", row->sql);
    ck_contacts(&rides_guest, made.id, row->shown);
}

FIBER_TEST(replayed_answer_shows_contacts_to_staff_until_blanked)
{
    const struct answer made = send_parcel();

    confirm(NULL, made.id);
    stand_sql("UPDATE ride SET status = 'completed', ended_at = now() - interval '179 days'");
    ck_contacts(NULL, made.id, true);
    stand_sql("UPDATE ride SET ended_at = now() - interval '181 days'");
    ck_contacts(NULL, made.id, false);
}

/* All members except people equal the first answer. */
FIBER_TEST(replayed_answer_keeps_other_members)
{
    const struct answer made = send_parcel();
    struct answer first = confirm(&rides_driver, made.id);
    struct answer again = confirm(&rides_driver, made.id);

    ck_assert(again.replayed);
    ck_assert(json_equal(first.json, again.json));
    ck_status(post_action(cancel_ride, &rides_guest, made.id, NULL), 200);
    again = confirm(&rides_driver, made.id);
    ck_number(again.json, "version", number_at(first.json, "version"));
    static const char *const people[] = {"driver", "car", "passenger", "recipient"};
    for (size_t i = 0; i < ARRAY_LEN(people); i++) {
        json_object_del(first.json, people[i]);
        json_object_del(again.json, people[i]);
    }
    ck_assert(json_equal(first.json, again.json));
}

/* Readers who lost access, and rides that hide their contacts. */
FIBER_TEST(replayed_answer_hides_contacts_from_former_party)
{
    publish_trip(30, "");
    const struct answer made = order_ride(&rides_guest, 0, 1, ",'phone':'+77017654321'", "");
    confirm(&rides_guest, made.id);
    stand_sql("UPDATE ride SET passenger_name = 'erased', passenger_telegram_id = NULL,"
              " status = 'completed', ended_at = now()");
    struct answer again = confirm(&rides_guest, made.id);
    ck_assert_ptr_null(text_at(again.json, "driver.phone"));
    ck_assert_ptr_null(text_at(again.json, "car.plate"));
    ck_assert_ptr_null(text_at(again.json, "passenger.phone"));
    ck_text(again.json, "passenger.name", "erased");
}

/* Like the answer to a payment: the ride is nested, with members after it. */
FIBER_TEST(replayed_answer_updates_nested_ride)
{
    const struct answer made = send_parcel();

    confirm(&rides_driver, made.id);
    stand_sql("UPDATE idempotency SET body = '{\"status\":\"confirmed\",\"ride\":' || body || ',"
              "\"amount\":1}'");
    for (int i = 0; i < 2; i++) {
        struct answer again = confirm(&rides_driver, made.id);
        const json_t *ride = json_object_get(again.json, "ride");
        const json_t *passenger = json_object_get(ride, "passenger");
        const char *phone = text_at(passenger, "phone");
        ck_assert(i == 0 ? phone != NULL : phone == NULL);
        ck_text(ride, "id", made.id);
        ck_number(again.json, "amount", 1);
        stand_sql("UPDATE ride SET status = 'cancelled', ended_at = now()");
    }
}
