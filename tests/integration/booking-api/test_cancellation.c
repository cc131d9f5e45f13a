// SPDX-License-Identifier: MIT
/* The cost of a cancellation on PostgreSQL: tier deadlines in the apartment's time zone, the
 * preview, and refusal of an outdated one. */

#include "stand.h"

static void check_paid_out(long long fee, long long refund)
{
    ck_sql(fee, "SELECT fee FROM booking");
    ck_sql(refund, "SELECT refund FROM booking");
}

/* The first tier's deadline as GET returns it. */
// clang-format off
static const struct {
    const char *why;
    const char *policy, *zone, *check_in, *time;
    const char *deadline;
} deadlines[] = {
    {"an ordinary day", "moderate", "Asia/Almaty", "2026-06-20", "14:00", "2026-06-15T09:00:00.000Z"},
    {"flexible: one date earlier", "flexible", "Asia/Almaty", "2026-06-20", "14:00", "2026-06-19T09:00:00.000Z"},
    {"strict: seven", "strict", "Asia/Almaty", "2026-06-20", "14:00", "2026-06-13T09:00:00.000Z"},
    {"row 17: before the change to +05 it was +06", "moderate", "Asia/Almaty", "2024-03-05", "14:00", "2024-02-29T08:00:00.000Z"},
    {"row 17: the day of the change", "flexible", "Asia/Almaty", "2024-03-02", "14:00", "2024-03-01T09:00:00.000Z"},
    {"row 17: a leap day", "flexible", "Asia/Almaty", "2028-03-01", "14:00", "2028-02-29T09:00:00.000Z"},
    {"row 17: over the year's end", "moderate", "Asia/Almaty", "2027-01-03", "14:00", "2026-12-29T09:00:00.000Z"},
    {"row 17: check-in at midnight", "flexible", "Asia/Almaty", "2026-06-20", "00:00", "2026-06-18T19:00:00.000Z"},
    {"the west of the country", "moderate", "Asia/Aqtobe", "2026-06-20", "14:00", "2026-06-15T09:00:00.000Z"},
    {"a zone with summer time: the same wall clock", "moderate", "Europe/Berlin", "2026-04-01", "14:00", "2026-03-27T13:00:00.000Z"},
    {"and on the day of its change", "flexible", "Europe/Berlin", "2026-03-30", "14:00", "2026-03-29T12:00:00.000Z"},
};
// clang-format on

TEST_CASE("cancellation", .setup = stand_begin, .teardown = stand_finish);

FIBER_TEST_ROWS_WHY(tier_deadline_keeps_its_wall_clock_time_in_the_agreed_zone, deadlines)
{
    const char *apartment = stand_apartment();

    stand_sql("UPDATE apartment SET cancellation_policy = '%s', timezone = '%s',"
              " check_in_time = '%s'",
              row->policy, row->zone, row->time);
    struct answer booked = ck_book(NULL, apartment, 30, 2);
    stand_sql("UPDATE occupancy SET check_in = '%s', check_out = date '%s' + 2,"
              " created_at = '2020-01-01'",
              row->check_in, row->check_in);
    stand_sql("UPDATE apartment SET timezone = 'UTC', check_in_time = '01:00'");
    struct answer answer = ck_status(ask_get(get_booking, .id = booked.id), 200);
    const json_t *tier = value_at(answer.json, "cancellation.tiers.0");
    ck_assert_str_eq(text_at(tier, "until"), row->deadline);
}

/* Paid 33,000 including cleaning of 5,000; check-in in five days, so the deadline is today. */
static const char *worked_example(void)
{
    const char *apartment = stand_apartment();

    stand_sql("UPDATE apartment SET base_price = 1400000, cleaning_fee = 500000");
    struct answer booked = ck_book(&stand_guest, apartment, 5, 2);
    ck_sql(3300000, "SELECT total FROM booking");
    booked = ck_act(confirm_booking, NULL, booked.id, "{'paid':KZT(3300000)}");
    stand_sql("UPDATE occupancy SET created_at = '2020-01-01'");
    return textf("%s", booked.id);
}

static const json_t *action(const struct answer *answer, const char *name)
{
    size_t i;
    json_t *listed;

    json_array_foreach(value_at(answer->json, "allowed_actions"), i, listed)
    {
        if (strcmp(text_at(listed, "action"), name) == 0)
            return listed;
    }
    return NULL;
}

static void preview_is(const char *id, long long fee, bool open)
{
    struct answer preview = ask_get(get_booking_cancel_preview, .caller = &stand_guest, .id = id);
    struct answer booking = ask_get(get_booking, .caller = &stand_guest, .id = id);

    ck_status(preview, 200);
    ck_number(preview.json, "fee.amount", fee);
    ck_number(preview.json, "refund.amount", 3300000 - fee);
    ck_text(preview.json, "policy", "moderate");
    ck_assert_int_eq(json_is_null(value_at(preview.json, "until")), open);
    ck_assert_int_eq(number_at(json_object_get(action(&booking, "cancel"), "cost"), "amount"), fee);
    if (!open)
        ck_assert(json_equal(value_at(preview.json, "until"),
                             json_object_get(action(&booking, "cancel"), "until")));
    ck_assert_int_eq(action(&booking, "change-dates") != NULL, !open);
}

FIBER_TEST(cancellation_with_an_outdated_preview_is_refused)
{
    const char *id = worked_example();

    stand_sql("UPDATE booking SET check_in_time = '23:59:59.999'");
    preview_is(id, 0, false);
    stand_sql("UPDATE booking SET check_in_time = '00:00'");
    ck_refused(stand_act(cancel_booking, &stand_guest, id, "{'expected_refund':KZT(3300000)}"), 409,
               "refund_changed");
    ck_sql_text("confirmed", "SELECT status FROM occupancy");
    preview_is(id, 1400000, true);
    ck_act(cancel_booking, &stand_guest, id, "{'expected_refund':KZT(1900000)}");
    check_paid_out(1400000, 1900000);
    ck_sql(1900000, "SELECT refund FROM booking_history WHERE to_status = 'cancelled'");
    ck_sql(1400000, "SELECT (data #>> '{fee,amount}')::bigint FROM outbox"
                    " WHERE type = 'booking.cancelled'");
    ck_rows(0, "outbox WHERE type <> 'booking.cancelled' AND data ? 'fee'");
}

struct race {
    const char *id;
    const struct api_caller *caller;
    struct answer answer;
};

static void race_one(void *data)
{
    struct race *race = data;

    race->answer = stand_act(cancel_booking, race->caller, race->id, NULL);
}

FIBER_TEST(concurrent_cancellations_compute_the_refund_once)
{
    static struct race races[4];
    const char *id = worked_example();
    const struct api_caller *callers[] = {&stand_guest, &stand_owner, NULL, &stand_guest};
    int won = 0;

    stand_sql("UPDATE booking SET check_in_time = '00:00'");
    for (size_t i = 0; i < 4; i++) {
        races[i] = (struct race){.id = id, .caller = callers[i]};
        stand_go(race_one, &races[i]);
    }
    for (size_t i = 0; i < 4; i++)
        stand_until(races[i].answer.status != 0, "%zu is answered", i);
    for (size_t i = 0; i < 4; i++) {
        if (races[i].answer.status == 200)
            won++;
        else
            ck_refused(races[i].answer, 409, "already_cancelled");
    }
    ck_assert_int_ge(won, 1);
    ck_assert_int_le(won, 2); /* the same guest twice: the second has no effect */
    ck_rows(1, "booking_history WHERE refund IS NOT NULL");
    ck_sql(1900000, "SELECT refund FROM booking");
}

/* A strict stay of three nights, fully paid (30,000), that starts in three days, so nothing would
 * be refunded. Then it is shortened by two nights. */
static const char *overpaid(void)
{
    const char *apartment = stand_apartment();
    struct answer booked, answer;

    stand_sql("UPDATE apartment SET prepayment_percent = 100, cancellation_policy = 'strict'");
    booked = ck_status(stand_book(NULL, apartment, 3, 3, ",'phone':'+77010000111'", ""), 201);
    ck_act(confirm_booking, NULL, booked.id, NULL);
    const char *body = textf("{'check_in':'%s','check_out':'%s'}", stand_day(3), stand_day(4));
    answer = ck_status(ask_action(change_booking_dates, .id = booked.id, .body = body), 200);
    ck_number(answer.json, "total.amount", 1000000);
    ck_number(answer.json, "refund_due.amount", 2000000);
    return textf("%s", booked.id);
}

FIBER_TEST(overpayment_is_refunded_completely)
{
    const char *id = overpaid();
    struct answer answer = ask_get(get_booking_cancel_preview, .id = id);

    ck_number(answer.json, "fee.amount", 1000000);
    ck_number(answer.json, "refund.amount", 2000000);
    ck_act(cancel_booking, NULL, id, NULL);
    check_paid_out(1000000, 2000000);
}

FIBER_TEST(no_show_fee_is_at_most_the_total)
{
    const char *id = overpaid();

    stand_sql("UPDATE occupancy SET check_in = check_in - 5, check_out = check_out - 3");
    ck_act(mark_booking_no_show, NULL, id, NULL);
    check_paid_out(1000000, 2000000);
}

FIBER_TEST(booking_without_a_policy_gets_its_apartments)
{
    struct answer booked = book(NULL, stand_apartment(), 30, 2);

    stand_sql("UPDATE booking SET lines = '[{\"kind\":\"night\",\"date\":\"2026-12-01\",\"amount\":"
              "{\"amount\":1000000}},{\"kind\":\"night\",\"date\":\"2026-12-02\",\"amount\":"
              "{\"amount\":1100000}},{\"kind\":\"extra_guest\",\"amount\":{\"amount\":400000}},"
              "{\"kind\":\"cleaning\",\"amount\":{\"amount\":500000}}]', policy = NULL,"
              " cleaning = NULL, first_night = NULL, timezone = NULL, check_in_time = NULL");
    ck_sql_text("moderate", "SELECT policy ->> 'policy' FROM booking");
    ck_sql_text("Asia/Almaty14:00:00", "SELECT timezone || check_in_time FROM booking");
    ck_sql(500000, "SELECT cleaning FROM booking");
    ck_sql(1200000, "SELECT first_night FROM booking");
    ck_status(booked, 201);
}
