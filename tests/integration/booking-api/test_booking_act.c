// SPDX-License-Identifier: MIT
/* Confirm, decline and cancel on PostgreSQL, alone and concurrently. */
#include "bookings/booking_change.h"
#include "stays.h"
#include "support/scratch.h"

#define PHONE ",'phone':'+77011234567'"

static struct answer act_if_match(http_handler *verb, const struct api_caller *caller,
                                  const char *id, const char *etag)
{
    return ask_action(verb, .caller = caller, .id = id, .if_match = etag);
}

TEST_CASE("booking_act", .setup = stand_begin, .teardown = stand_finish);

FIBER_TEST(guest_confirms_if_nothing_is_due)
{
    struct answer booked = book(&stand_guest, stand_apartment(), 10, 2);

    ck_refused(stand_act(confirm_booking, &stand_guest8, booked.id, NULL), 404, "not_found");
    ck_refused(stand_act(decline_booking, &stand_guest, booked.id, NULL), 403, "forbidden");
    ck_refused(stand_act(confirm_booking, &stand_guest, booked.id, "{'paid':KZT(100)}"), 403,
               "forbidden");
    ck_act(confirm_booking, &stand_guest, booked.id, "{'phone':'8 701 1234567'}");
    ck_sql_text("+77011234567", "SELECT guest_phone FROM booking");
    ck_assert_str_eq(stay_status(booked.id), "confirmed");
    ck_rows(1, "occupancy WHERE expires_at IS NULL");
}

FIBER_TEST(owner_and_staff_confirm_with_the_amount_paid)
{
    const char *apartment = stand_apartment();

    stand_sql("UPDATE apartment SET prepayment_percent = 30");
    struct answer booked = book(&stand_guest, apartment, 10, 2);
    ck_refused(stand_act(confirm_booking, &stand_guest, booked.id, NULL), 403, "payment_due");
    ck_act(confirm_booking, &stand_owner, booked.id, NULL);
    ck_sql(600000, "SELECT paid FROM booking");
    booked = book(&stand_guest, apartment, 20, 2);
    ck_act(confirm_booking, NULL, booked.id, "{'paid':KZT(2000000)}");
    ck_sql(2000000, "SELECT paid FROM booking WHERE id = '%s'", booked.id);
}

FIBER_TEST(confirmation_requires_a_contact)
{
    struct answer booked = book(NULL, stand_apartment(), 10, 2);

    ck_refused(stand_act(confirm_booking, NULL, booked.id, NULL), 422, "contact_missing");
    ck_refused(stand_act(confirm_booking, NULL, booked.id, "{'phone':'12'}"), 422, "bad_phone");
    ck_refused(stand_act(confirm_booking, NULL, booked.id, "{'reason':'x'}"), 422, "unknown_field");
    ck_assert_str_eq(stay_status(booked.id), "held");
    ck_act(confirm_booking, NULL, booked.id, "{'phone':'8 701 123 45 67'}");
}

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
    ck_act(set_booking_contact, &stand_staff, booked.id, phone);
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

FIBER_TEST(phone_of_an_expired_hold_is_refused)
{
    struct answer booked = book(&stand_guest, stand_apartment(), 10, 2);
    ck_act(set_booking_contact, &stand_guest, booked.id, "{'phone':'+77011234567'}");
    stay_make_overdue(booked.id);
    ck_refused(stand_act(set_booking_contact, &stand_guest, booked.id, "{'phone':'+77010000000'}"),
               410, "hold_expired");
}

FIBER_TEST(guest_rates_a_completed_stay)
{
    const struct answer booked = stay_make_confirmed(stand_apartment(), 0, 2);
    const char *four = "{'rating':4}";

    ck_refused(stand_act(rate_booking, &stand_guest, booked.id, four), 409, "already_confirmed");
    ck_act(check_in_booking, NULL, booked.id, NULL);
    ck_act(check_out_booking, NULL, booked.id, NULL);
    ck_refused(stand_act(rate_booking, &stand_owner, booked.id, four), 403, "forbidden");
    ck_refused(stand_act(rate_booking, &stand_guest8, booked.id, four), 404, "not_found");
    ck_act(rate_booking, &stand_guest, booked.id, four);
    ck_act(rate_booking, &stand_guest, booked.id, four);
    ck_act(rate_booking, &stand_staff, booked.id, "{'rating':2}");
    ck_sql_text("completed 6 2", "SELECT concat_ws(' ', status, version, rating)"
                                 " FROM occupancy JOIN booking USING (id)");
    ck_rows(2, "outbox WHERE type = 'booking.changed'");
    ck_rows(2, "audit WHERE action = 'booking.rate'");
    stand_check_traces();
}

FIBER_TEST(request_is_accepted_then_paid_or_declined)
{
    const char *apartment = stand_apartment();

    stand_sql("UPDATE apartment SET instant_book = false, prepayment_percent = 10");
    struct answer booked = book(&stand_guest, apartment, 10, 2);
    ck_refused(stand_act(confirm_booking, &stand_guest, booked.id, NULL), 403, "forbidden");
    ck_act(confirm_booking, &stand_owner, booked.id, NULL);
    ck_assert_str_eq(stay_status(booked.id), "held");
    ck_sql(3600, "SELECT extract(epoch FROM expires_at - updated_at) FROM occupancy");
    ck_sql(0, "SELECT paid FROM booking");
    ck_refused(act_if_match(confirm_booking, &stand_staff, booked.id, booked.etag), 412,
               "version_mismatch");
    ck_act(confirm_booking, &stand_staff, booked.id, NULL);
    ck_assert_str_eq(stay_status(booked.id), "confirmed");
    ck_sql(200000, "SELECT paid FROM booking");
    booked = book(&stand_guest, apartment, 20, 2);
    ck_act(decline_booking, &stand_owner, booked.id, "{'reason':'Ремонт'}");
    ck_sql_text("Ремонт", "SELECT reason FROM booking_history WHERE to_status = 'declined'");
    ck_book(&stand_guest, apartment, 20, 2);
    stand_sql("UPDATE apartment SET prepayment_percent = 0");
    booked = book(&stand_guest, apartment, 25, 2);
    ck_act(confirm_booking, &stand_owner, booked.id, NULL);
    ck_assert_str_eq(stay_status(booked.id), "confirmed");
}

FIBER_TEST(repeated_step_has_no_effect_and_late_step_is_refused)
{
    struct answer booked = stand_book(&stand_guest, stand_apartment(), 10, 2, PHONE, "");
    struct answer first, again;

    ck_refused(act_if_match(cancel_booking, &stand_guest, booked.id, "\"9.0\""), 412,
               "version_mismatch");
    first = ck_status(act_if_match(confirm_booking, &stand_guest, booked.id, booked.etag), 200);
    again = ck_status(act_if_match(confirm_booking, &stand_guest, booked.id, booked.etag), 200);
    ck_assert_str_eq(again.etag, first.etag);
    ck_refused(stand_act(confirm_booking, &stand_owner, booked.id, NULL), 409, "already_confirmed");
    ck_act(cancel_booking, &stand_guest, booked.id, "{'reason':'Передумал'}");
    ck_act(cancel_booking, &stand_guest, booked.id, NULL);
    ck_refused(stand_act(cancel_booking, NULL, booked.id, NULL), 409, "already_cancelled");
    ck_refused(stand_act(confirm_booking, &stand_guest, booked.id, NULL), 409, "already_cancelled");
    ck_sql(3, "SELECT version FROM occupancy");
}

/* A double tap on "accept": the second one must not record a payment. */
FIBER_TEST(repeated_confirmation_without_amount_records_no_money)
{
    const char *apartment = stand_apartment();
    struct answer booked, first, again;

    stand_sql("UPDATE apartment SET instant_book = false, prepayment_percent = 10");
    booked = book(&stand_guest, apartment, 10, 2);
    first = ck_act(confirm_booking, &stand_owner, booked.id, NULL);
    again = ck_status(act_if_match(confirm_booking, &stand_owner, booked.id, booked.etag), 200);
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

FIBER_TEST(account_is_not_enough_where_a_phone_is_required)
{
    struct answer first = book(&stand_guest, stand_apartment(), 10, 2);
    struct answer second = book(&stand_guest, stand_apartment(), 10, 2);

    ck_refused(stand_act(confirm_booking, &stand_guest, first.id, "{'phone_required':true}"), 422,
               "contact_missing");
    ck_assert_str_eq(stay_status(first.id), "held");
    ck_act(confirm_booking, &stand_guest, first.id,
           "{'phone_required':true,'phone':'+77011234567'}");
    ck_act(confirm_booking, &stand_guest, second.id, NULL);
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

FIBER_TEST(dry_run_shows_the_step_and_changes_nothing)
{
    struct answer booked = book(&stand_guest, stand_apartment(), 10, 2);
    struct ask ask = {.handler = cancel_booking,
                      .method = HTTP_POST,
                      .id = booked.id,
                      .params = "dry_run=true",
                      .action = true};
    struct answer would = ck_status(stand_ask(&ask), 200);
    ck_text(would.json, "would.status", "cancelled");
    ck_assert_str_eq(stay_status(booked.id), "held");
}

FIBER_TEST(overdue_hold_cannot_be_confirmed_without_a_sweeper)
{
    struct answer booked = book(&stand_guest, stand_apartment(), 10, 2);

    stay_make_overdue(booked.id);
    ck_refused(stand_act(confirm_booking, &stand_guest, booked.id, NULL), 410, "hold_expired");
    ck_refused(stand_act(cancel_booking, &stand_guest, booked.id, NULL), 409, "already_expired");
    ck_refused(stand_act(decline_booking, NULL, booked.id, NULL), 409, "already_expired");
    ck_assert_str_eq(stay_status(booked.id), "held");
}

/* --- by our own work, without a request --- */

struct task {
    struct uuid id;
    const struct api_caller *caller; /* NULL: the system */
    bool changes;                    /* change of dates; otherwise cancellation */
    struct fault fault;
};

static bool errand_run(struct change *change, void *arg, struct fault *why)
{
    auto_rows struct db_rows rows = {0};
    const struct booking_change_body wish = {.check_in = 40000,
                                             .check_out = 40002,
                                             .guests = FIELD_ABSENT,
                                             .expected_total = FIELD_ABSENT};
    const struct task *task = arg;
    const struct booking_action_body note = {.paid = FIELD_ABSENT, .expected_refund = FIELD_ABSENT};
    struct booking booking;

    if (task->caller != NULL)
        change->caller = task->caller;
    return task->changes
               ? booking_change_stay(change, &task->id, &wish, &rows, &booking, why)
               : booking_act(change, &task->id, BOOKING_CANCEL, &note, &rows, &booking, why);
}

static bool run_task(struct task *task)
{
    return api_task(stand_changes(), &stand_staff.tenant_id, &arena, errand_run, task,
                    &task->fault);
}

FIBER_TEST(task_acts_on_a_booking_without_a_request)
{
    const struct answer booked = book(&stand_guest, stand_apartment(), 10, 2);
    struct task task = {.caller = NULL};

    ck_assert(uuid_parse(slice_of(booked.id), &task.id));
    ck_assert(!run_task(&task));
    ck_assert_str_eq(task.fault.code, "forbidden");
    task.changes = true;
    ck_assert(!run_task(&task));
    ck_assert_str_eq(task.fault.code, "forbidden");
    task = (struct task){.id = task.id, .caller = &stand_owner};
    ck_assert(run_task(&task));
    ck_assert_str_eq(stay_status(booked.id), "cancelled");
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
