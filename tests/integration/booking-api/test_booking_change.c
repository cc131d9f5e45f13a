// SPDX-License-Identifier: MIT
/* Changes of dates, guests or apartment on PostgreSQL. */
#include "stays.h"

TEST_CASE("booking_change", .setup = stand_begin, .teardown = stand_finish);

FIBER_TEST(changed_stay_is_priced_again_and_keeps_what_was_paid)
{
    const char *apartment = stand_apartment();
    struct answer booked, answer;

    stand_sql("UPDATE apartment SET prepayment_percent = 30");
    booked = book(&stand_guest, apartment, 20, 2);
    ck_act(confirm_booking, &stand_owner, booked.id, NULL);
    stand_sql("UPDATE apartment SET base_price = 2000000");
    answer =
        ck_status(stay_request_change(&stand_guest, booked.id, 21, 3, ",'guests':4", NULL), 200);
    ck_text(answer.json, "check_in", stand_day(21));
    ck_count(answer.json, "lines", 3);
    ck_sql_text("confirmed 3 4 6000000 1800000 600000",
                "SELECT concat_ws(' ', o.status, o.version, b.guests, b.total,"
                " b.deposit, b.paid) FROM occupancy o JOIN booking b USING (id)");
    ck_rows(1, "booking_history WHERE from_status ="
               " to_status AND reason LIKE '%%total 20000 KZT%%'");
    ck_rows(1, "outbox WHERE type = 'booking.changed'");
    ck_book(&stand_guest8, apartment, 20, 1);
    ck_refused(book(&stand_guest8, apartment, 23, 1), 409, "nights_taken");
    ck_act(confirm_booking, &stand_owner, booked.id, NULL);
}

FIBER_TEST(unchanged_stay_has_no_effect)
{
    const struct answer booked = stay_make_confirmed(stand_apartment(), 20, 2);

    ck_status(stay_request_change(&stand_guest, booked.id, 21, 2, "", "\"2.x\""), 200);
    stand_sql("UPDATE apartment SET base_price = 2000000");
    ck_status(stay_request_change(&stand_guest, booked.id, 21, 2, "", "\"2.x\""), 200);
    ck_refused(stay_request_change(NULL, booked.id, 21, 2, "", "\"2.x\""), 412, "version_mismatch");
    ck_sql(3, "SELECT version FROM occupancy");
    ck_sql(2000000, "SELECT total FROM booking");
}

FIBER_TEST(repeated_change_of_an_overdue_hold_is_refused)
{
    const char *apartment = stand_apartment();
    const struct answer booked = book(&stand_guest, apartment, 20, 2);

    ck_status(stay_change(&stand_guest, booked.id, 21, 2, ""), 200);
    ck_status(stay_change(&stand_guest, booked.id, 21, 2, ""), 200);
    stay_make_overdue(booked.id);
    ck_refused(stay_change(&stand_guest, booked.id, 21, 2, ""), 409, "already_expired");
    ck_book(&stand_guest8, apartment, 21, 1); /* stores the expiry */
    ck_sql_text("expired", "SELECT status FROM occupancy WHERE id = '%s'", booked.id);
    ck_refused(stay_change(&stand_guest, booked.id, 21, 2, ""), 409, "already_expired");
}

FIBER_TEST(notice_and_window_apply_only_to_a_new_check_in)
{
    const struct answer booked = stay_make_confirmed(stand_apartment(), 1, 3);

    stand_sql("UPDATE apartment SET advance_notice_hours = 72, booking_window_days = 0");
    ck_status(stay_change(NULL, booked.id, 1, 4, ""), 200);
    ck_status(stay_change(NULL, booked.id, 2, 4, ""), 422);
    stand_sql("UPDATE occupancy SET check_in = check_in - 2, check_out = check_out - 2");
    ck_status(stay_change(NULL, booked.id, -1, 6, ""), 200);
    ck_act(check_in_booking, NULL, booked.id, NULL);
    ck_refused(stay_change(&stand_guest, booked.id, -1, 5, ""), 409, "already_checked_in");
    ck_refused(stay_change(NULL, booked.id, -2, 5, ""), 409, "already_checked_in");
    ck_status(stay_change(&stand_owner, booked.id, -1, 5, ""), 200);
    ck_act(check_out_booking, NULL, booked.id, NULL);
    ck_refused(stay_change(NULL, booked.id, -1, 6, ""), 409, "already_completed");
}

FIBER_TEST(rules_of_nights_apply_only_to_new_dates)
{
    const char *apartment = stand_apartment();
    const struct answer booked = stay_make_confirmed(apartment, 20, 2);

    stand_sql("UPDATE apartment SET min_nights = 3, max_nights = 4");
    ck_status(ask_put(put_rates, .id = apartment,
                      .body = textf("{'items':[{'from':'%s','to':'%s','closed_to_arrival':true,"
                                    "'closed_to_departure':true}]}",
                                    stand_day(15), stand_day(30))),
              200);
    ck_status(stay_change(&stand_guest, booked.id, 20, 2, ",'guests':1"), 200);
    ck_sql(1, "SELECT guests FROM booking");
    ck_refused(stay_change(NULL, booked.id, 20, 2, ",'guests':9"), 422, "too_many_guests");
    ck_refused(stay_change(NULL, booked.id, 20, 1, ""), 422, "invalid");
    stand_sql("UPDATE apartment SET rates = '[]'");
    ck_refused(stay_change(NULL, booked.id, 21, 2, ""), 422, "min_nights");
    ck_refused(stay_change(NULL, booked.id, 20, 5, ""), 422, "max_nights");
    stand_sql("UPDATE apartment SET min_nights = 1, max_nights = 1");
    ck_status(stay_change(NULL, booked.id, 20, 2, ",'guests':2"), 200);
}

FIBER_TEST(taken_nights_are_named_and_the_buffer_is_unchanged)
{
    const char *apartment = stand_apartment();
    struct answer booked, other, answer;

    booked = stay_make_confirmed(apartment, 20, 2);
    stand_sql("UPDATE apartment SET buffer_days = 3");
    other = stay_make_confirmed(apartment, 25, 2);
    answer = ck_refused(stay_request_change(NULL, booked.id, 21, 5, "", NULL), 409, "nights_taken");
    ck_count(answer.json, "nights", 1);
    ck_text(answer.json, "nights.0", stand_day(25));
    ck_refused(stay_change(NULL, booked.id, 29, 2, ""), 409, "nights_taken");
    ck_refused(stay_change(NULL, other.id, 20, 1, ""), 409, "nights_taken");
    ck_status(stay_change(NULL, other.id, 22, 2, ""), 200);
    ck_status(stay_change(NULL, booked.id, 18, 3, ""), 200);
    /* It ends on the day on which the other one begins. */
    ck_status(stay_change(NULL, booked.id, 20, 2, ""), 200);
    ck_sql(0, "SELECT buffer_days FROM occupancy WHERE id = '%s'", booked.id);
    ck_sql(3, "SELECT buffer_days FROM occupancy WHERE id = '%s'", other.id);
    answer = book(&stand_guest8, apartment, 40, 2);
    stand_sql("UPDATE occupancy SET expires_at = now() - interval '1 second' WHERE id = '%s'",
              answer.id);
    ck_status(stay_change(NULL, booked.id, 39, 2, ""), 200);
}

FIBER_TEST(owner_and_staff_move_a_stay_to_another_apartment)
{
    const char *here = stand_apartment(), *there = stand_apartment();
    struct answer booked = stay_make_confirmed(here, 20, 2);

    stand_sql("UPDATE apartment SET base_price = 3000000 WHERE id = '%s'", there);
    ck_refused(stay_change(&stand_guest, booked.id, 20, 2, stay_to_apartment(there)), 403,
               "forbidden");
    ck_refused(stay_change(NULL, booked.id, 20, 2,
                           stay_to_apartment("018f0000-0000-7000-8000-000000000000")),
               422, "unknown_apartment");
    ck_status(stay_change(&stand_owner, booked.id, 20, 2, stay_to_apartment(there)), 200);
    ck_sql(6000000, "SELECT total FROM booking WHERE apartment_id = '%s'", there);
    ck_rows(1, "occupancy WHERE apartment_id = '%s'", there);
    ck_book(&stand_guest8, here, 20, 2);
    ck_refused(stay_change(NULL, booked.id, 20, 2, stay_to_apartment(here)), 409, "nights_taken");
    stand_sql("INSERT INTO owner (id, tenant_id, name) SELECT gen_random_uuid(), tenant_id, 'Б'"
              " FROM owner LIMIT 1");
    stand_sql("UPDATE apartment SET owner_id = (SELECT id FROM owner WHERE name = 'Б')"
              " WHERE id = '%s'",
              here);
    ck_refused(stay_change(&stand_owner, booked.id, 25, 2, stay_to_apartment(here)), 422,
               "unknown_apartment");
    ck_status(stay_change(NULL, booked.id, 25, 2, stay_to_apartment(here)), 200);
    ck_rows(1,
            "booking b JOIN owner w ON w.id = b.owner_id"
            " WHERE b.id = '%s' AND w.name = 'Б'",
            booked.id);
    ck_rows(1, "outbox WHERE resource_id = '%s' AND data ? 'former_owner_id'", booked.id);
    ck_rows(1,
            "outbox e JOIN owner w ON w.id::text = e.data ->> 'former_owner_id'"
            " WHERE e.resource_id = '%s' AND e.type = 'booking.changed' AND w.name <> 'Б'",
            booked.id);
    ck_refused(stay_change(&stand_owner, booked.id, 26, 2, ""), 404, "not_found");
}

static bool lists_change(const struct api_caller *caller, const char *id)
{
    struct answer answer = ask_get(get_booking, .caller = caller, .id = id);
    bool found = false;
    size_t i;
    json_t *listed;

    ck_status(answer, 200);
    json_array_foreach(json_object_get(answer.json, "allowed_actions"), i, listed)
    {
        found = found || strcmp(text_at(listed, "action"), "change-dates") == 0;
    }
    return found;
}

FIBER_TEST(inactive_apartment_allows_changes_by_owner_and_staff_only)
{
    const char *here = stand_apartment(), *there = stand_apartment();
    const struct answer booked = stay_make_confirmed(here, 20, 2);

    ck_assert(lists_change(&stand_guest, booked.id));
    stand_sql("UPDATE apartment SET is_active = false");
    ck_assert(!lists_change(&stand_guest, booked.id));
    ck_refused(stay_change(&stand_guest, booked.id, 21, 2, ""), 409, "change_not_free");
    ck_assert(lists_change(&stand_owner, booked.id));
    ck_status(stay_change(&stand_owner, booked.id, 21, 2, ""), 200);
    ck_assert(lists_change(NULL, booked.id));
    ck_status(stay_change(NULL, booked.id, 22, 2, ""), 200);
    ck_refused(stay_change(NULL, booked.id, 22, 2, stay_to_apartment(there)), 422, "not_bookable");
    stand_sql("UPDATE apartment SET is_active = true WHERE id = '%s'", there);
    ck_status(stay_change(NULL, booked.id, 22, 2, stay_to_apartment(there)), 200);
    ck_assert(lists_change(&stand_guest, booked.id));
}

FIBER_TEST(pending_booking_still_expires_after_a_change)
{
    const char *apartment = stand_apartment();

    struct answer held = book(&stand_guest, apartment, 20, 2);
    stand_sql("UPDATE apartment SET instant_book = false");
    struct answer requested = book(&stand_guest, apartment, 30, 2);
    ck_status(stay_change(&stand_guest, held.id, 22, 2, ""), 200);
    ck_assert_int_le(stand_number("SELECT extract(epoch FROM expires_at - created_at)"
                                  " FROM occupancy WHERE id = '%s'",
                                  held.id),
                     15 * 60);
    stand_sql("UPDATE occupancy SET expires_at = now() + interval '3 days' WHERE id = '%s'",
              requested.id);
    ck_status(stay_change(NULL, requested.id, 0, 2, ""), 200);
    ck_rows(1,
            "occupancy WHERE id = '%s' AND expires_at ="
            " (check_in + 1)::timestamp AT TIME ZONE 'Asia/Almaty'",
            requested.id);
    stand_sql("UPDATE occupancy SET expires_at = now() - interval '1 second'");
    ck_refused(stay_change(&stand_guest, held.id, 24, 2, ""), 409, "already_expired");
}
