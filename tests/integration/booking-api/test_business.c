// SPDX-License-Identifier: MIT
/* The figures of the business that health watches, at given times. */
#include "maintenance/business.h"
#include "stand.h"
#include "support/metric_of.h"

/* `when` is an SQL expression. */
static struct business business_at(const char *when)
{
    struct business business = {-1, -1, -1, -1, -1};
    const int64_t now_us =
        stand_number("SELECT (extract(epoch FROM (%s)) * 1000000)::bigint", when);

    ck_ok(business_store_compute_figures(stand_db(), now_us, &business, &fault));
    return business;
}

// clang-format off
static const struct {
    const char *why;
    int count;
    const char *every, *last; /* times of the bookings in Almaty */
    const char *now;
    int silent;
} silences[] = {
    {"a new installation",                0, "1 hour",  "2026-03-02 12:00", "2026-03-20 12:00", 0},
    {"too few to know what is usual",     7, "1 hour",  "2026-03-02 12:00", "2026-06-01 12:00", 0},
    {"older than four weeks is too old",  9, "5 days",  "2026-03-02 12:00", "2026-06-01 12:00", 0},
    {"over 10 a day: not yet 6 hours",   71, "2 hours", "2026-03-02 12:00", "2026-03-02 17:59", 0},
    {"over 10 a day: 6 hours",           71, "2 hours", "2026-03-02 12:00", "2026-03-02 18:00", 6},
    {"a night does not count",           71, "2 hours", "2026-03-02 21:00", "2026-03-03 09:00", 0},
    {"but the evening before it does",   71, "2 hours", "2026-03-02 21:00", "2026-03-03 13:59", 0},
    {"and the morning after it",         71, "2 hours", "2026-03-02 21:00", "2026-03-03 14:00", 17},
    {"it does not end at night",         71, "2 hours", "2026-03-02 12:00", "2026-03-03 03:00", 15},
    {"a booking at night",               71, "2 hours", "2026-03-02 02:00", "2026-03-02 15:00", 13},
    {"10 a day are not over 10",         70, "2 hours", "2026-03-02 12:00", "2026-03-02 18:00", 0},
    {"3 a day: not yet 2 days",          84, "8 hours", "2026-03-02 12:00", "2026-03-04 11:59", 0},
    {"3 a day: 2 days",                  84, "8 hours", "2026-03-02 12:00", "2026-03-04 12:00", 48},
    {"1 a day: not yet 6 days",          28, "1 day",   "2026-03-02 12:00", "2026-03-08 11:59", 0},
    {"1 a day: 6 days",                  28, "1 day",   "2026-03-02 12:00", "2026-03-08 12:00", 144},
    {"more than are read: 2 days",      120, "3 hours", "2026-03-02 12:00", "2026-03-04 12:00", 48},
    {"it goes on until the next one",    28, "1 day",   "2026-03-02 12:00", "2026-05-02 12:00", 61 * 24},
    {"the clock was set back",           28, "1 day",   "2026-03-02 12:00", "2026-03-02 11:00", 0},
};
// clang-format on

TEST_CASE("business", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST_ROWS_WHY(silence_is_reported_if_it_is_unusual, silences)
{
    stand_apartment();
    stand_sql("INSERT INTO occupancy (id, tenant_id, apartment_id, kind, status, check_in,"
              " check_out, created_at)"
              " SELECT ('018f0000-0000-7000-8000-' || lpad(number::text, 12, '0'))::uuid,"
              " tenant_id, id, 'booking', 'expired', date '2026-01-01', date '2026-01-02',"
              " timestamp '%s' AT TIME ZONE 'Asia/Almaty' - (%d - number) * interval '%s'"
              " FROM apartment, generate_series(1, %d) AS number",
              row->last, row->count, row->every, row->count);
    stand_sql("INSERT INTO booking (id, tenant_id, code, apartment_id, owner_id, guest_name,"
              " guests, lines, total, deposit, created_at)"
              " SELECT o.id, o.tenant_id, 'TEST' || right(o.id::text, 4), a.id, a.owner_id, 'Test',"
              " 1, '[]', 0, 0, o.created_at"
              " FROM occupancy o JOIN apartment a ON a.id = o.apartment_id");
    const char *now = textf("timestamp '%s' AT TIME ZONE 'Asia/Almaty'", row->now);
    ck_assert_int_eq(business_at(now).bookings_silent, row->silent);
}

FIBER_TEST(claim_waits_after_three_hours_until_it_is_answered)
{
    const char *apartment = stand_apartment();

    stand_sql("UPDATE apartment SET prepayment_percent = 30");
    struct answer booked = ck_book(&stand_guest, apartment, 20, 2);
    ck_assert_int_eq(business_at("now() + interval '1 day'").claims_waiting, 0);
    ck_act(claim_booking_payment, &stand_guest, booked.id, NULL);
    ck_assert_int_eq(business_at("now() + interval '2 hours 59 minutes'").claims_waiting, 0);
    ck_assert_int_eq(business_at("now() + interval '3 hours'").claims_waiting, 1);
    ck_assert_int_eq(business_at("now() + interval '1 month'").claims_waiting, 1);
    ck_act(confirm_booking, &stand_owner, booked.id, NULL);
    ck_assert_int_eq(business_at("now() + interval '1 month'").claims_waiting, 0);
}

FIBER_TEST(owner_with_an_apartment_is_unbound_a_day_after_creation)
{
    ck_assert_int_eq(business_at("now() + interval '2 days'").owner_unbound, 0);
    stand_apartment();
    stand_apartment();
    ck_assert_int_eq(business_at("now() + interval '23 hours'").owner_unbound, 0);
    ck_assert_int_eq(business_at("now() + interval '1 day'").owner_unbound, 1);
    stand_sql("UPDATE apartment SET is_active = false");
    ck_assert_int_eq(business_at("now() + interval '2 days'").owner_unbound, 0);
    stand_sql("UPDATE apartment SET is_active = true");
    stand_sql("UPDATE owner SET telegram_id = 700000001");
    ck_assert_int_eq(business_at("now() + interval '2 days'").owner_unbound, 0);
}

FIBER_TEST(calendar_fails_while_it_is_suspect_or_stale)
{
    const char *apartment = stand_apartment();

    stand_sql(
        "INSERT INTO channel_feed (id, tenant_id, apartment_id, url, host, channel, verdict,"
        " stale_at, due_at)"
        " SELECT gen_random_uuid(), tenant_id, id, 'https://a.b/' || verdict, 'a.b', 'airbnb',"
        " verdict, now() + interval '1 hour', now()"
        " FROM apartment, unnest(ARRAY['ok', 'failing', 'suspect']) AS verdict"
        " WHERE id = '%s'",
        apartment);
    ck_assert_int_eq(business_at("now()").calendars_failing, 1);
    ck_assert_int_eq(business_at("now() + interval '1 hour'").calendars_failing, 3);
    stand_sql("UPDATE channel_feed SET url = NULL, deleted_at = now() WHERE verdict = 'suspect'");
    ck_assert_int_eq(business_at("now()").calendars_failing, 0);
    ck_assert_int_eq(business_at("now() + interval '1 hour'").calendars_failing, 2);
    stand_sql("UPDATE apartment SET is_active = false");
    ck_assert_int_eq(business_at("now() + interval '1 hour'").calendars_failing, 0);
}

FIBER_TEST(open_conflict_waits_for_a_decision)
{
    const char *apartment = stand_apartment();
    struct answer booked = ck_book(&stand_guest, apartment, 20, 2);

    stand_sql(
        "INSERT INTO channel_feed (id, tenant_id, apartment_id, url, host, channel, stale_at,"
        " due_at)"
        " SELECT gen_random_uuid(), tenant_id, id, 'https://a.b/', 'a.b', 'airbnb', now(), now()"
        " FROM apartment");
    stand_sql("INSERT INTO calendar_conflict (id, tenant_id, apartment_id, feed_id, occupancy_id,"
              " kind, check_in, check_out)"
              " SELECT gen_random_uuid(), f.tenant_id, f.apartment_id, f.id, '%s', 'booking',"
              " '2027-01-01', '2027-01-02' FROM channel_feed f",
              booked.id);
    ck_assert_int_eq(business_at("now()").conflicts_open, 1);
    stand_sql("UPDATE calendar_conflict SET status = 'kept_ours'");
    ck_assert_int_eq(business_at("now()").conflicts_open, 0);
}

FIBER_TEST(watch_sets_the_metrics)
{
    struct business_watch watch = {0};

    stand_apartment();
    stand_sql("UPDATE owner SET created_at = now() - interval '2 days'");
    business_watch_start(&watch, stand_service());
    ck_assert_double_nan(metric_of("owner_unbound"));
    stand_until(metric_of("owner_unbound") == 1, "the metric is not set");
    ck_assert_double_eq(metric_of("claims_waiting"), 0);
    ck_assert_double_eq(metric_of("bookings_silent"), 0);
    ck_assert_double_eq(metric_of("calendars_failing"), 0);
    ck_assert_double_eq(metric_of("conflicts_open"), 0);
    business_watch_stop(&watch);
    ck_assert_double_eq(metric_or("owner_unbound", -1), -1);
}
