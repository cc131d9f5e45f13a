// SPDX-License-Identifier: MIT
/* From the claimed payment to check-out, on PostgreSQL. */
#include "stays.h"

/* --- the guest says that he paid --- */

TEST_CASE("booking_stay", .setup = stand_begin, .teardown = stand_finish);

FIBER_TEST(another_receipt_of_a_claimed_payment_is_announced_and_moves_no_deadline)
{
    const char *apartment = stand_apartment();

    stand_sql("UPDATE apartment SET prepayment_percent = 30");
    struct answer booked = book(&stand_guest, apartment, 20, 2);
    ck_act(claim_booking_payment, &stand_guest, booked.id, NULL);
    const char *deadline =
        textf("%s", stand_text("SELECT coalesce(expires_at::text, '') FROM occupancy"));
    for (int i = 0; i < 2; i++)
        ck_act(claim_booking_payment, &stand_guest, booked.id, "{'receipt':'a'}");
    ck_sql(3, "SELECT version FROM occupancy WHERE id = '%s'", booked.id);
    ck_rows(2, "outbox WHERE resource_id = '%s' AND type = 'booking.payment_claimed'", booked.id);
    ck_act(claim_booking_payment, NULL, booked.id, "{'receipt':'b'}");
    ck_sql_text("b", "SELECT receipt FROM booking WHERE id = '%s'", booked.id);
    ck_sql_text(deadline, "SELECT coalesce(expires_at::text, '') FROM occupancy");
    ck_refused(stand_act(claim_booking_payment, &stand_owner, booked.id, "{'receipt':'c'}"), 403,
               "forbidden");
    ck_refused(stand_act(claim_booking_payment, &stand_guest8, booked.id, "{'receipt':'c'}"), 404,
               "not_found");
    ck_act(confirm_booking, &stand_owner, booked.id, NULL);
    ck_refused(stand_act(claim_booking_payment, &stand_guest, booked.id, "{'receipt':'c'}"), 409,
               "already_confirmed");
}

static const struct {
    const char *why;
    int percent, nights, deposit; /* after the claim of 6000 */
    const char *body;
    int paid;
} claims[] = {
    {"a longer stay",     30, 4, 1200000, NULL,                                          600000},
    {"a shorter stay",    30, 1, 300000,  NULL,                                          600000},
    {"no deposit at all", 0,  4, 0,       NULL,                                          600000},
    {"another sum came",  30, 4, 1200000, "{'paid':{'amount':700000,'currency':'KZT'}}", 700000},
};

FIBER_TEST_ROWS_WHY(confirmation_records_what_was_claimed_before_the_dates_changed, claims)
{
    const char *apartment = stand_apartment();

    stand_sql("UPDATE apartment SET prepayment_percent = 30");
    const struct answer booked = book(&stand_guest, apartment, 20, 2);
    ck_act(claim_booking_payment, &stand_guest, booked.id, NULL);
    stand_sql("UPDATE apartment SET prepayment_percent = %d", row->percent);
    ck_status(stay_change(&stand_guest, booked.id, 20, row->nights, ""), 200);
    ck_sql(row->deposit, "SELECT deposit FROM booking");
    ck_act(claim_booking_payment, &stand_guest, booked.id, "{'receipt':'again'}");
    ck_sql(600000, "SELECT claimed FROM booking");
    ck_act(confirm_booking, &stand_owner, booked.id, row->body);
    ck_sql(row->paid, "SELECT paid FROM booking");
    ck_sql(0, "SELECT claimed FROM booking");
}

/* --- arriving and leaving --- */

FIBER_TEST(check_in_is_possible_from_the_check_in_day_on)
{
    const char *apartment = stand_apartment();
    const struct answer tomorrow = stay_make_confirmed(apartment, 1, 1),
                        today = stay_make_confirmed(apartment, 0, 1);

    ck_refused(stand_act(check_in_booking, &stand_owner, tomorrow.id, NULL), 409, "too_early");
    ck_refused(stand_act(check_in_booking, &stand_guest, today.id, NULL), 403, "forbidden");
    ck_refused(stand_act(mark_booking_no_show, &stand_owner, today.id, NULL), 409, "too_early");
    ck_act(check_in_booking, &stand_owner, today.id, NULL);
    ck_assert_str_eq(stay_status(today.id), "checked_in");
    ck_act(check_in_booking, &stand_owner, today.id, NULL);
    ck_refused(stand_act(check_in_booking, NULL, today.id, NULL), 409, "already_checked_in");
    ck_refused(stand_act(cancel_booking, &stand_guest, today.id, NULL), 409, "already_checked_in");
    ck_refused(stand_act(mark_booking_no_show, NULL, today.id, NULL), 409, "already_checked_in");
}

FIBER_TEST(check_in_waits_until_the_guest_before_has_checked_out)
{
    const char *apartment = stand_apartment();
    const struct answer elsewhere = stay_make_confirmed(stand_apartment(), -1, 2),
                        before = stay_make_confirmed(apartment, -1, 1),
                        next = stay_make_confirmed(apartment, 0, 1);

    ck_act(check_in_booking, &stand_owner, elsewhere.id, NULL);
    ck_act(check_in_booking, &stand_owner, before.id, NULL);
    ck_refused(stand_act(check_in_booking, &stand_owner, next.id, NULL), 409, "occupied");
    ck_assert_str_eq(stay_status(next.id), "confirmed");
    ck_act(check_out_booking, &stand_owner, before.id, NULL);
    ck_act(check_in_booking, &stand_owner, next.id, NULL);
}

FIBER_TEST(check_in_day_follows_the_apartments_time_zone)
{
    const char *apartment = stand_apartment();
    const struct answer booked = stay_make_confirmed(apartment, 1, 2);

    stand_sql("UPDATE apartment SET timezone = 'Pacific/Kiritimati'");
    stand_sql("UPDATE occupancy SET check_in = (now() AT TIME ZONE 'Pacific/Kiritimati')::date,"
              " check_out = (now() AT TIME ZONE 'Pacific/Kiritimati')::date + 2");
    ck_act(check_in_booking, NULL, booked.id, NULL);
    stand_sql("UPDATE apartment SET timezone = 'Pacific/Niue'");
    stand_sql("UPDATE occupancy SET status = 'confirmed',"
              " check_in = (now() AT TIME ZONE 'Pacific/Niue')::date + 1,"
              " check_out = (now() AT TIME ZONE 'Pacific/Niue')::date + 2");
    ck_refused(stand_act(check_in_booking, NULL, booked.id, NULL), 409, "too_early");
}

FIBER_TEST(early_check_out_frees_the_remaining_nights_but_the_buffer)
{
    const char *apartment = stand_apartment();

    stand_sql("UPDATE apartment SET buffer_days = 1, check_out_time = '23:59'");
    struct answer booked = stay_make_confirmed(apartment, -2, 6);
    ck_refused(stand_act(check_out_booking, &stand_owner, booked.id, NULL), 409,
               "already_confirmed");
    ck_act(check_in_booking, &stand_owner, booked.id, NULL);
    ck_refused(book(&stand_guest8, apartment, 1, 2), 409, "nights_taken");
    ck_refused(stand_act(check_out_booking, &stand_guest, booked.id, NULL), 403, "forbidden");
    ck_act(check_out_booking, &stand_owner, booked.id, NULL);
    ck_assert_str_eq(stay_status(booked.id), "completed");
    ck_sql_text(stand_day(0), "SELECT check_out FROM occupancy WHERE id = '%s'", booked.id);
    ck_act(check_out_booking, &stand_owner, booked.id, NULL);
    ck_refused(book(&stand_guest8, apartment, 0, 1), 409, "nights_taken");
    ck_book(&stand_guest8, apartment, 1, 2);
    ck_rows(1, "occupancy WHERE kind = 'buffer'");
}

FIBER_TEST(no_show_after_the_check_in_day_frees_the_remaining_nights)
{
    const char *apartment = stand_apartment();
    const struct answer booked = stay_make_confirmed(apartment, -1, 4);

    ck_refused(stand_act(mark_booking_no_show, &stand_guest, booked.id, NULL), 403, "forbidden");
    ck_act(mark_booking_no_show, &stand_owner, booked.id, "{'reason':'Не приехал'}");
    ck_assert_str_eq(stay_status(booked.id), "no_show");
    ck_book(&stand_guest8, apartment, 0, 2);
}

/* --- races --- */

enum { PAIRS = 12 };

static struct race {
    char ids[PAIRS][40];
    int next, in, cancelled, refused;
} race;

static void check_in_one(void *data)
{
    const struct answer answer = stand_act(check_in_booking, &stand_owner, data, NULL);

    race.in += answer.status == 200;
    race.refused += answer.status == 409;
    if (answer.status != 200)
        ck_refused(answer, 409, "already_cancelled");
}

static void cancel_one(void *data)
{
    const struct answer answer = stand_act(cancel_booking, &stand_guest, data, NULL);

    race.cancelled += answer.status == 200;
    race.refused += answer.status == 409;
    if (answer.status != 200)
        ck_refused(answer, 409, "already_checked_in");
}

FIBER_TEST(cancellation_and_check_in_have_one_winner)
{
    race = (struct race){0};
    for (int i = 0; i < PAIRS; i++) {
        const struct answer booked = stay_make_confirmed(stand_apartment(), 0, 1);
        memcpy(race.ids[i], booked.id, sizeof booked.id);
    }
    for (int i = 0; i < PAIRS; i++) {
        stand_go(i % 2 == 0 ? check_in_one : cancel_one, race.ids[i]);
        stand_go(i % 2 == 0 ? cancel_one : check_in_one, race.ids[i]);
    }
    stand_join();
    ck_assert_int_eq(race.in + race.cancelled, PAIRS);
    ck_assert_int_eq(race.refused, PAIRS);
    ck_rows(race.in, "occupancy WHERE status = 'checked_in'");
    ck_sql(3, "SELECT max(version) FROM occupancy");
}

static void agree_one(void *data)
{
    const bool owner = race.next++ % 2 == 0;
    const struct answer answer = ask_action(race.next % 3 == 0 ? decline_booking : confirm_booking,
                                            .caller = owner ? &stand_owner : &stand_staff,
                                            .id = data, .if_match = "\"1.x\"");

    race.in += answer.status == 200;
    race.refused += answer.status == 412;
    ck_assert_msg(answer.status == 200 || answer.status == 412, "%d %s", answer.status,
                  answer.code);
}

FIBER_TEST(answers_to_one_request_by_version_have_one_winner)
{
    const char *apartment = stand_apartment();

    race = (struct race){0};
    stand_sql("UPDATE apartment SET instant_book = false");
    for (int i = 0; i < PAIRS; i++) {
        const struct answer booked =
            ck_status(stand_book(NULL, apartment, 10 + i, 1, ",'phone':'+77011234567'", ""), 201);
        memcpy(race.ids[i], booked.id, sizeof booked.id);
        stand_sql("UPDATE booking SET guest_phone = '+7701000%04d'", i);
    }
    for (int i = 0; i < 2 * PAIRS; i++)
        stand_go(agree_one, race.ids[i / 2]);
    stand_join();
    ck_assert_int_eq(race.in, PAIRS);
    ck_assert_int_eq(race.refused, PAIRS);
    ck_sql(2, "SELECT max(version) FROM occupancy");
}
