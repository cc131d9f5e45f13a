// SPDX-License-Identifier: MIT
/* Changes of dates, guests or apartment on PostgreSQL. */
#include "handlers/handlers.h"
#include "stand.h"
#include "stays.h"
#include "support/test.h"

static void begin(void)
{
    stand_begin("test_booking_change");
}

TEST_CASE("change", .setup = begin, .teardown = stand_end, .timeout_s = 60);

STAND_TEST(changed_stay_is_priced_again_and_keeps_what_was_paid)
{
    const char *apartment = stand_apartment();
    struct answer booked, answer;

    stand_sql("UPDATE apartment SET prepayment_percent = 30");
    booked = stand_book(&stand_guest, apartment, 20, 2, "", "");
    ck_status(stand_act(confirm_booking, &stand_owner, booked.id, NULL), 200);
    stand_sql("UPDATE apartment SET base_price = 2000000");
    answer = stay_request_change(&stand_guest, booked.id, 21, 3, ",\"guests\":4", NULL);
    ck_status(answer, 200);
    ck_assert_str_eq(json_string_value(json_object_get(answer.json, "check_in")), stand_day(21));
    ck_assert_uint_eq(json_array_size(json_object_get(answer.json, "lines")), 3);
    answer_drop(&answer);
    ck_assert_str_eq(stand_text("SELECT concat_ws(' ', o.status, o.version, b.guests, b.total,"
                                " b.deposit, b.paid) FROM occupancy o JOIN booking b USING (id)"),
                     "confirmed 3 4 6000000 1800000 600000");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM booking_history WHERE from_status ="
                                  " to_status AND reason LIKE '%%total 20000 KZT%%'"),
                     1);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM outbox WHERE type = 'booking.changed'"), 1);
    answer = stand_book(&stand_guest8, apartment, 20, 1, "", "");
    ck_status(answer, 201);
    answer = stand_book(&stand_guest8, apartment, 23, 1, "", "");
    ck_refused(answer, 409, "nights_taken");
    answer = stand_act(confirm_booking, &stand_owner, booked.id, NULL);
    ck_status(answer, 200);
    stand_check_traces();
}

STAND_TEST(unchanged_stay_has_no_effect)
{
    const struct answer booked = stay_make_confirmed(stand_apartment(), 20, 2);
    struct answer answer;

    answer = stay_request_change(&stand_guest, booked.id, 21, 2, "", "\"2.x\"");
    answer_drop(&answer);
    ck_status(answer, 200);
    stand_sql("UPDATE apartment SET base_price = 2000000");
    answer = stay_request_change(&stand_guest, booked.id, 21, 2, "", "\"2.x\"");
    answer_drop(&answer);
    ck_status(answer, 200);
    answer = stay_request_change(NULL, booked.id, 21, 2, "", "\"2.x\"");
    answer_drop(&answer);
    ck_refused(answer, 412, "version_mismatch");
    ck_assert_int_eq(stand_number("SELECT version FROM occupancy"), 3);
    ck_assert_int_eq(stand_number("SELECT total FROM booking"), 2000000);
    stand_check_traces();
}

static const struct {
    const char *why;
    int from, nights;
    const char *more;
    int status;
    const char *code;
} rules[] = {
    {"backwards",                20, -1, "",                                                          422, "bad_range"      },
    {"too long",                 20, 31, "",                                                          422, "max_nights"     },
    {"too short",                20, 1,  "",                                                          422, "min_nights"     },
    {"yesterday",                -1, 3,  "",                                                          422, "in_the_past"    },
    {"without notice",           1,  3,  "",                                                          422, "too_late"       },
    {"after the booking window", 41, 3,  "",                                                          422, "beyond_window"  },
    {"too many guests",          20, 2,  ",\"guests\":5",                                             422, "too_many_guests"},
    {"an unknown field",         20, 2,  ",\"note\":\"x\"",                                           422, "unknown_field"  },
    {"another total",            25, 2,  ",\"expected_total\":{\"amount\":100,\"currency\":\"KZT\"}", 409,
     "total_changed"                                                                                                        },
    {"the total that was shown", 25, 2,
     ",\"expected_total\":{\"amount\":2000000,\"currency\":\"KZT\"}",                                 200, ""               },
};

STAND_TEST(new_dates_follow_current_rules)
{
    const struct answer booked = stay_make_confirmed(stand_apartment(), 20, 3);

    stand_sql("UPDATE apartment SET min_nights = 2, advance_notice_hours = 72,"
              " booking_window_days = 40");
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        const struct answer answer =
            stay_change(NULL, booked.id, rules[i].from, rules[i].nights, rules[i].more);
        ck_assert_msg(answer.status == rules[i].status && strcmp(answer.code, rules[i].code) == 0,
                      "%s: %d %s", rules[i].why, answer.status, answer.code);
    }
    ck_assert_int_eq(stand_number("SELECT version FROM occupancy"), 3);
}

STAND_TEST(notice_and_window_apply_only_to_a_new_check_in)
{
    const struct answer booked = stay_make_confirmed(stand_apartment(), 1, 3);
    struct answer answer;

    stand_sql("UPDATE apartment SET advance_notice_hours = 72, booking_window_days = 0");
    answer = stay_change(NULL, booked.id, 1, 4, "");
    ck_status(answer, 200);
    answer = stay_change(NULL, booked.id, 2, 4, "");
    ck_status(answer, 422);
    stand_sql("UPDATE occupancy SET check_in = check_in - 2, check_out = check_out - 2");
    answer = stay_change(NULL, booked.id, -1, 6, "");
    ck_status(answer, 200);
    ck_status(stand_act(check_in_booking, NULL, booked.id, NULL), 200);
    answer = stay_change(&stand_guest, booked.id, -1, 5, "");
    ck_refused(answer, 403, "forbidden");
    answer = stay_change(NULL, booked.id, -2, 5, "");
    ck_refused(answer, 409, "already_checked_in");
    answer = stay_change(&stand_owner, booked.id, -1, 5, "");
    ck_status(answer, 200);
    ck_status(stand_act(check_out_booking, NULL, booked.id, NULL), 200);
    answer = stay_change(NULL, booked.id, -1, 6, "");
    ck_refused(answer, 409, "already_completed");
    stand_check_traces();
}

STAND_TEST(taken_nights_are_named_and_the_buffer_is_unchanged)
{
    const char *apartment = stand_apartment();
    struct answer booked, other, answer;

    booked = stay_make_confirmed(apartment, 20, 2);
    stand_sql("UPDATE apartment SET buffer_days = 3");
    other = stay_make_confirmed(apartment, 25, 2);
    answer = stay_request_change(NULL, booked.id, 21, 5, "", NULL);
    ck_refused(answer, 409, "nights_taken");
    const json_t *nights = json_object_get(answer.json, "nights");
    ck_assert_uint_eq(json_array_size(nights), 1);
    ck_assert_str_eq(json_string_value(json_array_get(nights, 0)), stand_day(25));
    answer_drop(&answer);
    answer = stay_change(NULL, booked.id, 29, 2, "");
    ck_refused(answer, 409, "nights_taken");
    answer = stay_change(NULL, other.id, 20, 1, "");
    ck_refused(answer, 409, "nights_taken");
    answer = stay_change(NULL, other.id, 22, 2, "");
    ck_status(answer, 200);
    answer = stay_change(NULL, booked.id, 18, 3, "");
    ck_status(answer, 200);
    /* It ends on the day on which the other one begins. */
    answer = stay_change(NULL, booked.id, 20, 2, "");
    ck_status(answer, 200);
    ck_assert_int_eq(stand_number("SELECT buffer_days FROM occupancy WHERE id = '%s'", booked.id),
                     0);
    ck_assert_int_eq(stand_number("SELECT buffer_days FROM occupancy WHERE id = '%s'", other.id),
                     3);
    answer = stand_book(&stand_guest8, apartment, 40, 2, "", "");
    stand_sql("UPDATE occupancy SET expires_at = now() - interval '1 second' WHERE id = '%s'",
              answer.id);
    answer = stay_change(NULL, booked.id, 39, 2, "");
    ck_status(answer, 200);
    stand_check_traces();
}

STAND_TEST(owner_and_staff_move_a_stay_to_another_apartment)
{
    const char *here = stand_apartment(), *there = stand_apartment();
    struct answer booked = stay_make_confirmed(here, 20, 2), answer;

    stand_sql("UPDATE apartment SET base_price = 3000000 WHERE id = '%s'", there);
    answer = stay_change(&stand_guest, booked.id, 20, 2, stay_to_apartment(there));
    ck_refused(answer, 403, "forbidden");
    answer = stay_change(NULL, booked.id, 20, 2,
                         stay_to_apartment("018f0000-0000-7000-8000-000000000000"));
    ck_refused(answer, 422, "unknown_apartment");
    answer = stay_change(&stand_owner, booked.id, 20, 2, stay_to_apartment(there));
    ck_status(answer, 200);
    ck_assert_int_eq(stand_number("SELECT total FROM booking WHERE apartment_id = '%s'", there),
                     6000000);
    ck_assert_int_eq(
        stand_number("SELECT count(*) FROM occupancy WHERE apartment_id = '%s'", there), 1);
    answer = stand_book(&stand_guest8, here, 20, 2, "", "");
    ck_status(answer, 201);
    answer = stay_change(NULL, booked.id, 20, 2, stay_to_apartment(here));
    ck_refused(answer, 409, "nights_taken");
    stand_sql("INSERT INTO owner (id, tenant_id, name) SELECT gen_random_uuid(), tenant_id, 'Б'"
              " FROM owner LIMIT 1");
    stand_sql("UPDATE apartment SET owner_id = (SELECT id FROM owner WHERE name = 'Б')"
              " WHERE id = '%s'",
              here);
    answer = stay_change(&stand_owner, booked.id, 25, 2, stay_to_apartment(here));
    ck_refused(answer, 422, "unknown_apartment");
    answer = stay_change(NULL, booked.id, 25, 2, stay_to_apartment(here));
    ck_status(answer, 200);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM booking b JOIN owner w ON w.id = b.owner_id"
                                  " WHERE b.id = '%s' AND w.name = 'Б'",
                                  booked.id),
                     1);
    answer = stay_change(&stand_owner, booked.id, 26, 2, "");
    ck_refused(answer, 404, "not_found");
    stand_check_traces();
}

static bool lists_change(const struct api_caller *caller, const char *id)
{
    struct answer answer =
        stand_ask(&(struct ask){.handler = get_booking, .caller = caller, .id = id});
    bool found = false;
    size_t i;
    json_t *listed;

    ck_status(answer, 200);
    json_array_foreach(json_object_get(answer.json, "allowed_actions"), i, listed)
    {
        found = found ||
                strcmp(json_string_value(json_object_get(listed, "action")), "change-dates") == 0;
    }
    answer_drop(&answer);
    return found;
}

STAND_TEST(inactive_apartment_allows_changes_by_owner_and_staff_only)
{
    const char *here = stand_apartment(), *there = stand_apartment();
    const struct answer booked = stay_make_confirmed(here, 20, 2);
    struct answer answer;

    ck_assert(lists_change(&stand_guest, booked.id));
    stand_sql("UPDATE apartment SET is_active = false");
    ck_assert(!lists_change(&stand_guest, booked.id));
    answer = stay_change(&stand_guest, booked.id, 21, 2, "");
    ck_refused(answer, 403, "forbidden");
    ck_assert(lists_change(&stand_owner, booked.id));
    answer = stay_change(&stand_owner, booked.id, 21, 2, "");
    ck_status(answer, 200);
    ck_assert(lists_change(NULL, booked.id));
    answer = stay_change(NULL, booked.id, 22, 2, "");
    ck_status(answer, 200);
    answer = stay_change(NULL, booked.id, 22, 2, stay_to_apartment(there));
    ck_refused(answer, 422, "not_bookable");
    stand_sql("UPDATE apartment SET is_active = true WHERE id = '%s'", there);
    answer = stay_change(NULL, booked.id, 22, 2, stay_to_apartment(there));
    ck_status(answer, 200);
    ck_assert(lists_change(&stand_guest, booked.id));
    stand_check_traces();
}

STAND_TEST(pending_booking_still_expires_after_a_change)
{
    const char *apartment = stand_apartment();
    struct answer held, requested, answer;

    held = stand_book(&stand_guest, apartment, 20, 2, "", "");
    stand_sql("UPDATE apartment SET instant_book = false");
    requested = stand_book(&stand_guest, apartment, 30, 2, "", "");
    answer = stay_change(&stand_guest, held.id, 22, 2, "");
    ck_status(answer, 200);
    ck_assert_int_le(stand_number("SELECT extract(epoch FROM expires_at - created_at)"
                                  " FROM occupancy WHERE id = '%s'",
                                  held.id),
                     15 * 60);
    stand_sql("UPDATE occupancy SET expires_at = now() + interval '3 days' WHERE id = '%s'",
              requested.id);
    answer = stay_change(NULL, requested.id, 0, 2, "");
    ck_status(answer, 200);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM occupancy WHERE id = '%s' AND expires_at ="
                                  " (check_in + 1)::timestamp AT TIME ZONE 'Asia/Almaty'",
                                  requested.id),
                     1);
    stand_sql("UPDATE occupancy SET expires_at = now() - interval '1 second'");
    answer = stay_change(&stand_guest, held.id, 24, 2, "");
    ck_refused(answer, 409, "already_expired");
    stand_check_traces();
}
