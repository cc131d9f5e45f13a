// SPDX-License-Identifier: MIT
/* Confirm, decline and cancel on PostgreSQL, alone and concurrently. */
#include "bookings/booking_act.h"
#include "bookings/booking_change.h"
#include "handlers/handlers.h"
#include "stand.h"
#include "stays.h"
#include "support/test.h"

static void begin(void)
{
    stand_begin("test_booking_act");
}

TEST_CASE("act", .setup = begin, .teardown = stand_end, .timeout_s = 60);

static struct answer act_if_match(http_handler *verb, const struct api_caller *caller,
                                  const char *id, const char *etag)
{
    return stand_status(&(struct ask){.handler = verb,
                                      .caller = caller,
                                      .method = HTTP_POST,
                                      .id = id,
                                      .if_match = etag,
                                      .action = true});
}

STAND_TEST(guest_confirms_if_nothing_is_due)
{
    struct answer booked = stand_book(&stand_guest, stand_apartment(), 10, 2, "", "");
    struct answer answer;

    answer = stand_act(confirm_booking, &stand_guest8, booked.id, NULL);
    ck_refused(answer, 404, "not_found");
    answer = stand_act(decline_booking, &stand_guest, booked.id, NULL);
    ck_refused(answer, 403, "forbidden");
    answer = stand_act(confirm_booking, &stand_guest, booked.id,
                       "{\"paid\":{\"amount\":100,\"currency\":\"KZT\"}}");
    ck_refused(answer, 403, "forbidden");
    answer = stand_act(confirm_booking, &stand_guest, booked.id, "{\"phone\":\"8 701 1234567\"}");
    ck_status(answer, 200);
    ck_assert_str_eq(stand_text("SELECT guest_phone FROM booking"), "+77011234567");
    ck_assert_str_eq(stay_status(booked.id), "confirmed");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM occupancy WHERE expires_at IS NULL"), 1);
    stand_check_traces();
}

STAND_TEST(owner_and_staff_confirm_with_the_amount_paid)
{
    const char *apartment = stand_apartment();
    struct answer booked, answer;

    stand_sql("UPDATE apartment SET prepayment_percent = 30");
    booked = stand_book(&stand_guest, apartment, 10, 2, "", "");
    answer = stand_act(confirm_booking, &stand_guest, booked.id, NULL);
    ck_refused(answer, 403, "payment_due");
    answer = stand_act(confirm_booking, &stand_owner, booked.id, NULL);
    ck_status(answer, 200);
    ck_assert_int_eq(stand_number("SELECT paid FROM booking"), 600000);
    booked = stand_book(&stand_guest, apartment, 20, 2, "", "");
    answer = stand_act(confirm_booking, NULL, booked.id,
                       "{\"paid\":{\"amount\":2000000,\"currency\":\"KZT\"}}");
    ck_status(answer, 200);
    ck_assert_int_eq(stand_number("SELECT paid FROM booking WHERE id = '%s'", booked.id), 2000000);
    stand_check_traces();
}

STAND_TEST(confirmation_requires_a_contact)
{
    struct answer booked = stand_book(NULL, stand_apartment(), 10, 2, "", "");
    struct answer answer;

    answer = stand_act(confirm_booking, NULL, booked.id, NULL);
    ck_refused(answer, 422, "contact_missing");
    answer = stand_act(confirm_booking, NULL, booked.id, "{\"phone\":\"12\"}");
    ck_refused(answer, 422, "bad_phone");
    answer = stand_act(confirm_booking, NULL, booked.id, "{\"reason\":\"x\"}");
    ck_refused(answer, 422, "unknown_field");
    ck_assert_str_eq(stay_status(booked.id), "held");
    answer = stand_act(confirm_booking, NULL, booked.id, "{\"phone\":\"8 701 123 45 67\"}");
    ck_status(answer, 200);
}

/* Status, version, phone, and whether the booking is pending. */
static const char *contact_of(const char *id)
{
    return stand_text("SELECT concat_ws(' ', o.status, o.version, b.guest_phone,"
                      " o.expires_at IS NOT NULL) FROM occupancy o JOIN booking b USING (id)"
                      " WHERE id = '%s'",
                      id);
}

STAND_TEST(phone_can_be_set_and_corrected_while_the_booking_is_live)
{
    const char *phone = "{\"phone\":\"8 701 123 45 67\"}";
    struct answer booked = stand_book(&stand_guest, stand_apartment(), 10, 2, "", "");
    struct answer answer;

    answer = stand_act(set_booking_contact, &stand_owner, booked.id, phone);
    ck_refused(answer, 403, "forbidden");
    answer = stand_act(set_booking_contact, &stand_guest8, booked.id, phone);
    ck_refused(answer, 404, "not_found");
    answer = stand_act(set_booking_contact, &stand_guest, booked.id, "{}");
    ck_refused(answer, 422, "required");
    ck_assert_str_eq(contact_of(booked.id), "held 1 t");
    answer = stand_act(set_booking_contact, &stand_guest, booked.id, phone);
    ck_status(answer, 200);
    ck_assert_str_eq(contact_of(booked.id), "held 2 +77011234567 t");
    answer = stand_act(set_booking_contact, &stand_staff, booked.id, phone);
    ck_status(answer, 200);
    ck_assert_str_eq(contact_of(booked.id), "held 2 +77011234567 t");
    answer = stand_act(confirm_booking, &stand_guest, booked.id, NULL);
    ck_status(answer, 200);
    answer =
        stand_act(set_booking_contact, &stand_staff, booked.id, "{\"phone\":\"+77010000000\"}");
    ck_status(answer, 200);
    ck_assert_str_eq(contact_of(booked.id), "confirmed 4 +77010000000 f");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM outbox WHERE type = 'booking.changed'"), 2);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM audit WHERE action = 'booking.contact'"),
                     2);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM booking_history h, outbox o, audit a"
                                  " WHERE concat(h, o, a) LIKE '%%+7701%%'"),
                     0);
    stand_check_traces();
    answer = stand_act(cancel_booking, &stand_guest, booked.id, NULL);
    ck_status(answer, 200);
    answer = stand_act(set_booking_contact, &stand_guest, booked.id, phone);
    ck_refused(answer, 409, "already_cancelled");
}

STAND_TEST(phone_of_an_expired_hold_is_refused)
{
    struct answer booked, answer;

    booked = stand_book(&stand_guest, stand_apartment(), 10, 2, "", "");
    answer =
        stand_act(set_booking_contact, &stand_guest, booked.id, "{\"phone\":\"+77011234567\"}");
    ck_status(answer, 200);
    stay_make_overdue(booked.id);
    answer =
        stand_act(set_booking_contact, &stand_guest, booked.id, "{\"phone\":\"+77010000000\"}");
    ck_refused(answer, 410, "hold_expired");
}

STAND_TEST(request_is_accepted_then_paid_or_declined)
{
    const char *apartment = stand_apartment();
    struct answer booked, answer;

    stand_sql("UPDATE apartment SET instant_book = false, prepayment_percent = 10");
    booked = stand_book(&stand_guest, apartment, 10, 2, "", "");
    answer = stand_act(confirm_booking, &stand_guest, booked.id, NULL);
    ck_refused(answer, 403, "forbidden");
    answer = stand_act(confirm_booking, &stand_owner, booked.id, NULL);
    ck_status(answer, 200);
    ck_assert_str_eq(stay_status(booked.id), "held");
    ck_assert_int_eq(stand_number("SELECT extract(epoch FROM expires_at - updated_at)"
                                  " FROM occupancy"),
                     3600);
    ck_assert_int_eq(stand_number("SELECT paid FROM booking"), 0);
    answer = act_if_match(confirm_booking, &stand_staff, booked.id, booked.etag);
    ck_refused(answer, 412, "version_mismatch");
    answer = stand_act(confirm_booking, &stand_staff, booked.id, NULL);
    ck_status(answer, 200);
    ck_assert_str_eq(stay_status(booked.id), "confirmed");
    ck_assert_int_eq(stand_number("SELECT paid FROM booking"), 200000);
    booked = stand_book(&stand_guest, apartment, 20, 2, "", "");
    answer = stand_act(decline_booking, &stand_owner, booked.id, "{\"reason\":\"Ремонт\"}");
    ck_status(answer, 200);
    ck_assert_str_eq(stand_text("SELECT reason FROM booking_history WHERE to_status = 'declined'"),
                     "Ремонт");
    answer = stand_book(&stand_guest, apartment, 20, 2, "", "");
    ck_status(answer, 201);
    stand_sql("UPDATE apartment SET prepayment_percent = 0");
    booked = stand_book(&stand_guest, apartment, 25, 2, "", "");
    answer = stand_act(confirm_booking, &stand_owner, booked.id, NULL);
    ck_status(answer, 200);
    ck_assert_str_eq(stay_status(booked.id), "confirmed");
    stand_check_traces();
}

STAND_TEST(repeated_step_has_no_effect_and_late_step_is_refused)
{
    struct answer booked = stand_book(&stand_guest, stand_apartment(), 10, 2, "", "");
    struct answer first, again, answer;

    answer = act_if_match(cancel_booking, &stand_guest, booked.id, "\"9.0\"");
    ck_refused(answer, 412, "version_mismatch");
    first = act_if_match(confirm_booking, &stand_guest, booked.id, booked.etag);
    ck_status(first, 200);
    again = act_if_match(confirm_booking, &stand_guest, booked.id, booked.etag);
    ck_status(again, 200);
    ck_assert_str_eq(again.etag, first.etag);
    answer = stand_act(confirm_booking, &stand_owner, booked.id, NULL);
    ck_refused(answer, 409, "already_confirmed");
    first = stand_act(cancel_booking, &stand_guest, booked.id, "{\"reason\":\"Передумал\"}");
    ck_status(first, 200);
    again = stand_act(cancel_booking, &stand_guest, booked.id, NULL);
    ck_status(again, 200);
    answer = stand_act(cancel_booking, NULL, booked.id, NULL);
    ck_refused(answer, 409, "already_cancelled");
    answer = stand_act(confirm_booking, &stand_guest, booked.id, NULL);
    ck_refused(answer, 409, "already_cancelled");
    ck_assert_int_eq(stand_number("SELECT version FROM occupancy"), 3);
    stand_check_traces();
}

/* A double tap on "accept": the second one must not record a payment. */
STAND_TEST(repeated_confirmation_without_amount_records_no_money)
{
    const char *apartment = stand_apartment();
    struct answer booked, first, again, answer;

    stand_sql("UPDATE apartment SET instant_book = false, prepayment_percent = 10");
    booked = stand_book(&stand_guest, apartment, 10, 2, "", "");
    first = stand_act(confirm_booking, &stand_owner, booked.id, NULL);
    ck_status(first, 200);
    again = act_if_match(confirm_booking, &stand_owner, booked.id, booked.etag);
    ck_status(again, 200);
    ck_assert_str_eq(again.etag, first.etag);
    ck_status(stand_act(confirm_booking, &stand_owner, booked.id, "{}"), 200);
    ck_assert_str_eq(stay_status(booked.id), "held");
    ck_assert_int_eq(stand_number("SELECT paid FROM booking"), 0);
    answer = stand_act(confirm_booking, &stand_owner, booked.id,
                       "{\"paid\":{\"amount\":150000,\"currency\":\"KZT\"}}");
    ck_status(answer, 200);
    ck_assert_str_eq(stay_status(booked.id), "confirmed");
    ck_assert_int_eq(stand_number("SELECT paid FROM booking"), 150000);
    ck_status(stand_act(confirm_booking, &stand_owner, booked.id, NULL), 200);
    ck_assert_int_eq(stand_number("SELECT paid FROM booking"), 150000);
    answer = stand_act(confirm_booking, &stand_owner, booked.id,
                       "{\"paid\":{\"amount\":150000,\"currency\":\"KZT\"}}");
    ck_refused(answer, 409, "already_confirmed");
    ck_assert_int_eq(stand_number("SELECT version FROM occupancy"), 3);
}

STAND_TEST(dry_run_shows_the_step_and_changes_nothing)
{
    struct answer booked = stand_book(&stand_guest, stand_apartment(), 10, 2, "", "");
    struct ask ask = {.handler = cancel_booking,
                      .method = HTTP_POST,
                      .id = booked.id,
                      .query = {{"dry_run", "true"}},
                      .action = true};
    struct answer would = stand_ask(&ask);

    ck_status(would, 200);
    ck_assert_str_eq(
        json_string_value(json_object_get(json_object_get(would.json, "would"), "status")),
        "cancelled");
    answer_drop(&would);
    ck_assert_str_eq(stay_status(booked.id), "held");
    stand_check_traces();
}

STAND_TEST(overdue_hold_cannot_be_confirmed_without_a_sweeper)
{
    struct answer booked = stand_book(&stand_guest, stand_apartment(), 10, 2, "", "");
    struct answer answer;

    stay_make_overdue(booked.id);
    answer = stand_act(confirm_booking, &stand_guest, booked.id, NULL);
    ck_refused(answer, 410, "hold_expired");
    answer = stand_act(cancel_booking, &stand_guest, booked.id, NULL);
    ck_refused(answer, 409, "already_expired");
    answer = stand_act(decline_booking, NULL, booked.id, NULL);
    ck_refused(answer, 409, "already_expired");
    ck_assert_str_eq(stay_status(booked.id), "held");
}

/* --- by our own work, without a request --- */

struct task {
    struct uuid id;
    const struct api_caller *caller; /* NULL: the system */
    bool changes;                    /* change of dates; otherwise cancellation */
    struct fault fault;
};

static bool errand_run(struct change *change, void *arg, struct fault *fault)
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
               ? booking_change(change, &task->id, &wish, &rows, &booking, fault)
               : booking_act(change, &task->id, BOOKING_CANCEL, &note, &rows, &booking, fault);
}

static bool run_task(struct task *task)
{
    struct arena arena;
    bool done;

    arena_init(&arena, 1 << 20);
    done =
        api_task(stand_changes(), &stand_staff.tenant_id, &arena, errand_run, task, &task->fault);
    arena_finish(&arena);
    return done;
}

STAND_TEST(task_acts_on_a_booking_without_a_request)
{
    const struct answer booked = stand_book(&stand_guest, stand_apartment(), 10, 2, "", "");
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
    stand_check_traces();
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

    (void)data;
    ck_assert_msg(answer.status == 200 || answer.status == 409, "%d %s", answer.status,
                  answer.code);
}

static void crowd_body(void *data)
{
    const struct answer booked = stand_book(&stand_guest, stand_apartment(), 10, 1, "", "");

    (void)data;
    race = (struct race){0};
    memcpy(race.id, booked.id, sizeof booked.id);
    for (int i = 0; i < 20; i++)
        stand_go(confirm_or_cancel, NULL);
}

TEST(concurrent_actions_take_each_step_once)
{
    stand_run(crowd_body, NULL);
    ck_assert_str_eq(stay_status(race.id), "cancelled");
    ck_assert_int_le(stand_number("SELECT max(version) FROM booking_history"), 3);
    stand_check_traces();
}
