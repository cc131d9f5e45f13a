// SPDX-License-Identifier: MIT
/* An answer that is sent again for its Idempotency-Key is the first one, but for people: of them it
 * shows what its reader may see now. */
#include "asks.h"
#include "handlers/ride_handlers.h"

static void begin(void)
{
    stand_begin("test_rides_replay");
}

/* The same request each time. */
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
    if (caller != &stand_guest) { /* what one gave himself he is shown */
        ck_assert(shown == (stand_word(&answer, "passenger", "phone") != NULL));
        ck_assert(shown == (stand_word(&answer, "recipient", "phone") != NULL));
        ck_assert_str_eq(stand_word(&answer, "passenger", "name"),
                         shown ? "Айгуль Серикова" : "Айгуль");
    }
    if (caller != &stand_driver) {
        ck_assert(shown == (stand_word(&answer, "driver", "phone") != NULL));
        ck_assert(shown == (stand_word(&answer, "car", "plate") != NULL));
        ck_assert_str_eq(stand_word(&answer, "driver", "name"), shown ? "Асхат Нурланов" : "Асхат");
    }
    answer_drop(&answer);
}

static struct answer send_parcel(void)
{
    stand_publish(30, ",\"instant_book\":false,\"parcel_prices\":{\"small\":{\"amount\":100000,"
                      "\"currency\":\"KZT\"}}");
    struct answer made = stand_take_status(
        &stand_guest, 0, 1, ",\"phone\":\"+77017654321\"",
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

    struct answer first = confirm(&stand_driver, made.id);
    ck_assert(!first.replayed);
    ck_assert_str_eq(stand_word(&first, "passenger", "phone"), "+77017654321");
    stand_sql("%s", later[i].sql);
    ck_contacts(&stand_driver, made.id, later[i].shown);
    answer_drop(&first);
}

START_TEST(a_driver_is_shown_phones_again_while_he_needs_them)
{
    int i = _i;

    stand_run(driver_body, &i);
}
END_TEST

static void guest_body(void *data)
{
    const int i = *(const int *)data;

    stand_publish(30, "");
    const struct answer made = stand_take_status(&stand_guest, 0, 1, "", "");
    struct answer first = confirm(&stand_guest, made.id);
    ck_assert(!first.replayed);
    ck_assert_str_eq(stand_word(&first, "car", "plate"), "777ABC05");
    stand_sql("%s", later[i].sql);
    ck_contacts(&stand_guest, made.id, later[i].shown);
    answer_drop(&first);
}

START_TEST(a_passenger_is_shown_phone_and_plate_again_while_he_needs_them)
{
    int i = _i;

    stand_run(guest_body, &i);
}
END_TEST

static void staff_body(void *data)
{
    const struct answer made = send_parcel();

    (void)data;
    struct answer first = confirm(NULL, made.id);
    stand_sql("UPDATE ride SET status = 'completed', ended_at = now() - interval '179 days'");
    ck_contacts(NULL, made.id, true);
    stand_sql("UPDATE ride SET ended_at = now() - interval '181 days'");
    ck_contacts(NULL, made.id, false);
    answer_drop(&first);
}

START_TEST(staff_are_shown_contacts_again_until_they_are_blanked)
{
    stand_run(staff_body, NULL);
}
END_TEST

/* All but people is as it was said first. */
static void same_body(void *data)
{
    (void)data;
    const struct answer made = send_parcel();
    struct answer first = confirm(&stand_driver, made.id);
    struct answer again = confirm(&stand_driver, made.id);
    ck_assert(again.replayed);
    ck_assert(json_equal(first.json, again.json));
    answer_drop(&again);
    ck_status(stand_act(cancel_ride, &stand_guest, made.id, NULL), 200);
    again = confirm(&stand_driver, made.id);
    ck_assert_int_eq(json_integer_value(json_object_get(again.json, "version")),
                     json_integer_value(json_object_get(first.json, "version")));
    static const char *const people[] = {"driver", "car", "passenger", "recipient"};
    for (size_t i = 0; i < sizeof people / sizeof people[0]; i++) {
        json_object_del(first.json, people[i]);
        json_object_del(again.json, people[i]);
    }
    ck_assert(json_equal(first.json, again.json));
    answer_drop(&first);
    answer_drop(&again);
}

START_TEST(the_rest_is_what_was_said_first)
{
    stand_run(same_body, NULL);
}
END_TEST

/* Whose ride it is no more, and of what there is no more to see. */
static void gone_body(void *data)
{
    (void)data;
    stand_publish(30, "");
    const struct answer made =
        stand_take_status(&stand_guest, 0, 1, ",\"phone\":\"+77017654321\"", "");
    struct answer first = confirm(&stand_guest, made.id);
    stand_sql("UPDATE ride SET passenger_name = 'erased', passenger_telegram_id = NULL,"
              " status = 'completed', ended_at = now()");
    struct answer again = confirm(&stand_guest, made.id);
    ck_assert_ptr_null(stand_word(&again, "driver", "phone"));
    ck_assert_ptr_null(stand_word(&again, "car", "plate"));
    ck_assert_ptr_null(stand_word(&again, "passenger", "phone"));
    ck_assert_str_eq(stand_word(&again, "passenger", "name"), "erased");
    answer_drop(&again);
    answer_drop(&first);
}

START_TEST(whose_ride_it_is_no_more_is_shown_nobody)
{
    stand_run(gone_body, NULL);
}
END_TEST

/* As a payment is answered: with the ride inside, and members behind it. */
static void inside_body(void *data)
{
    (void)data;
    const struct answer made = send_parcel();
    struct answer first = confirm(&stand_driver, made.id);
    stand_sql("UPDATE idempotency SET body ="
              " '{\"status\":\"confirmed\",\"ride\":' || body || ',\"amount\":1}'");
    for (int i = 0; i < 2; i++) {
        struct answer again = confirm(&stand_driver, made.id);
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

START_TEST(a_ride_inside_of_another_answer_likewise)
{
    stand_run(inside_body, NULL);
}
END_TEST

int main(void)
{
    enum { LATER = sizeof later / sizeof later[0] };
    Suite *suite = suite_create("rides_replay");
    TCase *tests = tcase_create("rides_replay");

    tcase_add_checked_fixture(tests, begin, stand_end);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_driver_is_shown_phones_again_while_he_needs_them, 0, LATER);
    tcase_add_loop_test(tests, a_passenger_is_shown_phone_and_plate_again_while_he_needs_them, 0,
                        LATER);
    tcase_add_test(tests, staff_are_shown_contacts_again_until_they_are_blanked);
    tcase_add_test(tests, the_rest_is_what_was_said_first);
    tcase_add_test(tests, whose_ride_it_is_no_more_is_shown_nobody);
    tcase_add_test(tests, a_ride_inside_of_another_answer_likewise);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
