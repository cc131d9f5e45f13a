// SPDX-License-Identifier: MIT
/* Confirmations, contacts and stays without a payment on PostgreSQL; concurrent actions. */
#include "stays.h"

TEST_CASE("booking_act", .setup = stand_begin, .teardown = stand_finish);

/* Status, version, phone, and whether the booking is pending. */
static const char *contact_of(const char *id)
{
    return stand_text("SELECT concat_ws(' ', o.status, o.version, b.guest_phone,"
                      " o.expires_at IS NOT NULL) FROM occupancy o JOIN booking b USING (id)"
                      " WHERE id = '%s'",
                      id);
}

FIBER_TEST(phone_can_be_set_and_corrected_while_the_booking_is_live)
{
    const char *phone = "{'phone':'8 701 123 45 67'}";
    struct answer booked = book(&stand_guest, stand_apartment(), 10, 2);

    ck_refused(stand_act(set_booking_contact, &stand_owner, booked.id, phone), 403, "forbidden");
    ck_refused(stand_act(set_booking_contact, &stand_guest8, booked.id, phone), 404, "not_found");
    ck_refused(stand_act(set_booking_contact, &stand_guest, booked.id, "{}"), 422, "required");
    ck_assert_str_eq(contact_of(booked.id), "held 1 t");
    ck_act(set_booking_contact, &stand_guest, booked.id, phone);
    ck_assert_str_eq(contact_of(booked.id), "held 2 +77011234567 t");
    ck_act(set_booking_contact, &stand_guest, booked.id, phone);
    ck_assert_str_eq(contact_of(booked.id), "held 2 +77011234567 t");
    ck_act(confirm_booking, &stand_guest, booked.id, NULL);
    ck_act(set_booking_contact, &stand_staff, booked.id, "{'phone':'+77010000000'}");
    ck_assert_str_eq(contact_of(booked.id), "confirmed 4 +77010000000 f");
    ck_rows(2, "outbox WHERE type = 'booking.changed'");
    ck_rows(2, "audit WHERE action = 'booking.contact'");
    ck_rows(0, "booking_history h, outbox o, audit a"
               " WHERE concat(h, o, a) LIKE '%%+7701%%'");
    stand_check_traces();
    ck_act(cancel_booking, &stand_guest, booked.id, NULL);
    ck_refused(stand_act(set_booking_contact, &stand_guest, booked.id, phone), 409,
               "already_cancelled");
}

FIBER_TEST(phone_is_verified_once_the_guest_shares_it_or_staff_give_it)
{
    static const struct {
        const struct api_caller *caller;
        const char *body, *result; /* version, whether verified */
    } steps[] = {
        {&stand_guest, "{'phone':'+77010000001'}",                        "2 f"},
        {&stand_guest, "{'phone':'+77010000001'}",                        "2 f"},
        {&stand_guest, "{'phone':'+77010000001','phone_verified':true}",  "3 t"},
        {&stand_guest, "{'phone':'+77010000001'}",                        "3 t"},
        {&stand_guest, "{'phone':'+77010000002'}",                        "4 f"},
        {&stand_staff, "{'phone':'+77010000002'}",                        "5 t"},
        {&stand_staff, "{'phone':'+77010000003','phone_verified':false}", "6 f"},
        {NULL,         "{'phone':'+77010000003'}",                        "7 t"},
    };
    struct answer booked = book(&stand_guest, stand_apartment(), 10, 2);

    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        ck_act(set_booking_contact, steps[i].caller, booked.id, steps[i].body);
        ck_sql_text(steps[i].result, "SELECT concat_ws(' ', o.version, b.guest_phone_verified)"
                                     " FROM occupancy o JOIN booking b USING (id)");
    }
    ck_act(confirm_booking, &stand_guest, booked.id, "{'phone':'+77010000004'}");
    ck_rows(1, "booking WHERE guest_phone = '+77010000004' AND NOT guest_phone_verified");
}

/* A double tap on "accept": the second one must not record a payment. */
FIBER_TEST(repeated_confirmation_without_amount_records_no_money)
{
    const char *apartment = stand_apartment();
    struct answer booked, first, again;

    stand_sql("UPDATE apartment SET instant_book = false, prepayment_percent = 10");
    booked = book(&stand_guest, apartment, 10, 2);
    first = ck_act(confirm_booking, &stand_owner, booked.id, NULL);
    again = ck_status(ask_action(confirm_booking, .caller = &stand_owner, .id = booked.id,
                                 .if_match = booked.etag),
                      200);
    ck_assert_str_eq(again.etag, first.etag);
    ck_act(confirm_booking, &stand_owner, booked.id, "{}");
    ck_assert_str_eq(stay_status(booked.id), "held");
    ck_sql(0, "SELECT paid FROM booking");
    ck_act(confirm_booking, &stand_owner, booked.id, "{'paid':KZT(150000)}");
    ck_assert_str_eq(stay_status(booked.id), "confirmed");
    ck_sql(150000, "SELECT paid FROM booking");
    ck_act(confirm_booking, &stand_owner, booked.id, NULL);
    ck_sql(150000, "SELECT paid FROM booking");
    ck_refused(stand_act(confirm_booking, &stand_owner, booked.id, "{'paid':KZT(150000)}"), 409,
               "already_confirmed");
    ck_sql(3, "SELECT version FROM occupancy");
}

/* Confirms a hold of a new apartment as the guest, with the phone. */
static struct answer confirm_new(int day)
{
    struct answer booked = ck_book(&stand_guest, stand_apartment(), day, 2);

    return stand_act(confirm_booking, &stand_guest, booked.id, "{'phone':'+77011234567'}");
}

FIBER_TEST(guest_has_two_stays_ahead_without_a_payment)
{
    struct answer first = ck_status(confirm_new(10), 200);
    struct answer second = ck_status(confirm_new(10), 200);
    struct answer held =
        ck_status(stand_book(NULL, stand_apartment(), 10, 2, ",'telegram_id':7", ""), 201);

    ck_refused(book(&stand_guest, stand_apartment(), 20, 2), 409, "too_many_unpaid");
    ck_refused(stand_act(confirm_booking, &stand_guest, held.id, "{'phone':'+77011234567'}"), 409,
               "too_many_unpaid");
    ck_assert_str_eq(stay_status(held.id), "held");
    ck_act(confirm_booking, &stand_owner, held.id, NULL);
    ck_act(cancel_booking, &stand_guest, held.id, NULL);
    ck_act(cancel_booking, &stand_guest, first.id, NULL);
    ck_status(confirm_new(20), 200);
    stand_sql("UPDATE booking SET paid = 100 WHERE id = '%s'", second.id);
    ck_status(confirm_new(30), 200);
    ck_refused(book(&stand_guest, stand_apartment(), 40, 2), 409, "too_many_unpaid");
    stand_sql("UPDATE occupancy SET check_in = check_in - 31, check_out = check_out - 31"
              " WHERE status = 'confirmed' AND check_in = '%s'",
              stand_day(30));
    ck_status(confirm_new(40), 200);
}

FIBER_TEST(unpaid_stays_with_a_typed_phone_do_not_limit_its_owner)
{
    for (int i = 0; i < 2; i++) {
        struct answer held = ck_book(&stand_guest8, stand_apartment(), 10, 2);
        ck_act(confirm_booking, &stand_guest8, held.id, "{'phone':'+77011234567'}");
    }
    ck_refused(book(&stand_guest8, stand_apartment(), 20, 2), 409, "too_many_unpaid");
    struct answer own = ck_book(&stand_guest, stand_apartment(), 10, 2);
    ck_act(confirm_booking, &stand_guest, own.id, "{'phone':'+77011234567','phone_verified':true}");
}

FIBER_TEST(guest_with_unpaid_stays_books_what_needs_a_deposit_or_an_answer)
{
    ck_status(confirm_new(10), 200);
    ck_status(confirm_new(10), 200);
    const char *apartment = stand_apartment();
    stand_sql("UPDATE apartment SET prepayment_percent = 30 WHERE id = '%s'", apartment);
    ck_book(&stand_guest, apartment, 10, 2);
    apartment = stand_apartment();
    stand_sql("UPDATE apartment SET instant_book = false WHERE id = '%s'", apartment);
    ck_book(&stand_guest, apartment, 10, 2);
}

FIBER_TEST(tenant_decides_how_many_stays_without_a_payment_a_guest_has)
{
    stand_sql("INSERT INTO tenant_settings VALUES ('0198a000-0000-7000-8000-000000000001', 0),"
              " ('%s', 1)",
              stand_tenant());
    ck_status(confirm_new(10), 200);
    ck_refused(book(&stand_guest, stand_apartment(), 20, 2), 409, "too_many_unpaid");
    stand_sql("UPDATE tenant_settings SET unpaid_stays_max = 3");
    ck_status(confirm_new(20), 200);
}

/* --- races on one booking --- */

static struct race {
    char id[40];
    int next;
} race;

static void confirm_or_cancel(void *data)
{
    const int i = race.next++;
    const struct answer answer = stand_act(i % 2 == 0 ? confirm_booking : cancel_booking,
                                           i % 3 == 0 ? &stand_owner : &stand_guest, race.id, NULL);

    ck_assert_msg(answer.status == 200 || answer.status == 409, "%d %s", answer.status,
                  answer.code);
}

FIBER_TEST(concurrent_actions_take_each_step_once)
{
    const struct answer booked = book(&stand_guest, stand_apartment(), 10, 1);

    race = (struct race){0};
    memcpy(race.id, booked.id, sizeof booked.id);
    stand_race(20, confirm_or_cancel);
    ck_assert_str_eq(stay_status(race.id), "cancelled");
    ck_assert_int_le(stand_number("SELECT max(version) FROM booking_history"), 3);
}
