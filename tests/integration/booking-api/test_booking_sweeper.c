// SPDX-License-Identifier: MIT
/* Expiry and completion on PostgreSQL: by one sweeper, by many, and concurrently with actions. */
#include "bookings/booking_change.h"
#include "maintenance/sweeper.h"
#include "stays.h"
#include "support/scratch.h"

/* --- waiting ends --- */

struct sweep {
    bool (*batch)(struct change *change, int64_t *ended, struct fault *why);
    int64_t ended;
};

static bool sweep_batch(struct change *change, void *arg, struct fault *why)
{
    struct sweep *sweep = arg;
    int64_t ended = 0;

    if (!sweep->batch(change, &ended, why))
        return false;
    sweep->ended += ended;
    return true;
}

static void sweep_once(void *data)
{
    const struct uuid nobody = {0};

    ck_ok(api_task(stand_changes(), &nobody, sweep_batch, data, &fault));
}

static void sweep_at_once(struct sweep *sweep)
{
    for (int i = 0; i < 4; i++)
        stand_go(sweep_once, sweep);
    stand_join();
}

enum { OUTDATED = BOOKING_EXPIRE_BATCH + 10, LIVE = 5 };

static void make_outdated(void)
{
    const char *apartment = stand_apartment();

    stand_sql("UPDATE apartment SET max_nights = 1");
    for (int i = 0; i < OUTDATED + LIVE; i++)
        ck_book(NULL, apartment, i, 1);
    stand_sql("UPDATE occupancy SET expires_at = now() - interval '1 second' WHERE check_in < '%s'",
              stand_day(OUTDATED));
}

TEST_CASE("booking_sweeper", .setup = stand_begin, .teardown = stand_finish);

FIBER_TEST(sweeper_expires_overdue_bookings_in_batches_with_records)
{
    struct sweep sweep = {booking_expire_holds_batch, 0};

    make_outdated();
    sweep_once(&sweep);
    ck_assert_int_eq(sweep.ended, BOOKING_EXPIRE_BATCH);
    sweep_once(&sweep);
    ck_assert_int_eq(sweep.ended, OUTDATED);
    sweep_once(&sweep);
    ck_assert_int_eq(sweep.ended, OUTDATED);
    ck_rows(LIVE, "occupancy WHERE status = 'held'");
    ck_rows(OUTDATED, "booking_history WHERE from_status = 'held' AND actor = 'system'");
}

FIBER_TEST(concurrent_sweepers_record_each_expiry_once)
{
    struct sweep sweep = {booking_expire_holds_batch, 0};

    make_outdated();
    sweep_at_once(&sweep);
    ck_assert_int_eq(sweep.ended,
                     stand_number("SELECT count(*) FROM occupancy WHERE status = 'expired'"));
}

FIBER_TEST(stopped_sweeper_leaves_nothing_half_done)
{
    make_outdated();
    for (int ms = 0; ms < 6; ms++) {
        struct periodic sweeper;
        sweeper_start(&sweeper, stand_app()->service, 1);
        stand_sleep(1 + ms);
        periodic_stop(&sweeper);
    }
    stand_sleep(200);
}

/* --- check-out time comes --- */

FIBER_TEST(live_stays_complete_at_check_out_time)
{
    const char *apartment = stand_apartment(), *west = stand_apartment();
    struct sweep complete = {booking_complete_stays_batch, 0};

    struct answer over = stay_make_confirmed(apartment, -3, 2);
    struct answer inside = stay_make_confirmed(apartment, 10, 2);
    stay_shift(inside.id, 17);
    ck_act(check_in_booking, NULL, inside.id, NULL);
    struct answer now = stay_make_confirmed(apartment, 0, 2);
    struct answer far = stay_make_confirmed(west, -1, 2);
    struct answer held = book(&stand_guest8, apartment, 20, 1);
    stay_shift(held.id, 30);
    stand_sql("UPDATE apartment SET timezone = 'Pacific/Niue', check_out_time = '23:59'"
              " WHERE id = '%s'",
              west);
    sweep_once(&complete);
    ck_assert_int_eq(complete.ended, 2);
    ck_assert_str_eq(stay_status(over.id), "completed");
    ck_assert_str_eq(stay_status(inside.id), "completed");
    ck_assert_str_eq(stay_status(now.id), "confirmed");
    ck_assert_str_eq(stay_status(far.id), "confirmed");
    ck_assert_str_eq(stay_status(held.id), "held");
    ck_rows(2, "booking_history WHERE to_status = 'completed' AND actor = 'system'");
    ck_rows(2, "outbox WHERE type = 'booking.completed'");
    sweep_once(&complete);
    ck_assert_int_eq(complete.ended, 2);
}

FIBER_TEST(buffer_of_a_completed_stay_remains_occupied)
{
    const char *apartment = stand_apartment(), *plain = stand_apartment();
    struct sweep complete = {booking_complete_stays_batch, 0};

    stand_sql("UPDATE apartment SET check_out_time = '00:00', buffer_days = 1 WHERE id = '%s'",
              apartment);
    stand_sql("UPDATE apartment SET check_out_time = '00:00' WHERE id = '%s'", plain);
    stay_make_confirmed(apartment, -2, 2);
    stay_make_confirmed(plain, -2, 2);
    sweep_once(&complete);
    ck_assert_int_eq(complete.ended, 2);
    ck_rows(1, "occupancy WHERE kind = 'buffer'");
    struct answer calendar = ck_status(ask_get(get_calendar, .id = apartment), 200);
    ck_text(calendar.json, "days.0.status", "buffer");
    ck_text(calendar.json, "days.1.status", "free");
    ck_refused(book(&stand_guest8, apartment, 0, 1), 409, "nights_taken");
    ck_book(&stand_guest8, apartment, 1, 1);
    ck_book(&stand_guest8, plain, 0, 1);
}

static struct answer claim_overdue(const char *apartment, int from)
{
    const struct answer booked = ck_book(&stand_guest, apartment, from, 1);

    ck_act(claim_booking_payment, &stand_guest, booked.id, NULL);
    stay_make_overdue(booked.id);
    return booked;
}

FIBER_TEST(overdue_claim_occupies_its_nights_until_a_person_decides)
{
    const char *apartment = stand_apartment();
    struct sweep sweep = {booking_expire_holds_batch, 0};
    struct sweep complete = {booking_complete_stays_batch, 0};

    stand_sql("UPDATE apartment SET prepayment_percent = 30");
    struct answer paid = claim_overdue(apartment, 10);
    struct answer unpaid = claim_overdue(apartment, 11);
    struct answer other = claim_overdue(apartment, 12);
    ck_refused(book(&stand_guest8, apartment, 10, 3), 409, "nights_taken");
    ck_refused(book(&stand_guest, apartment, 20, 1), 409, "too_many_holds");
    stay_shift(paid.id, 30);
    sweep_once(&sweep);
    sweep_once(&complete);
    ck_assert_int_eq(sweep.ended + complete.ended, 0);
    ck_act(confirm_booking, &stand_owner, paid.id, NULL);
    ck_act(cancel_booking, &stand_owner, unpaid.id, NULL);
    ck_act(cancel_booking, &stand_guest, other.id, NULL);
    ck_rows(0, "booking_history WHERE to_status = 'expired'");
}

FIBER_TEST(part_payment_of_an_expired_hold_is_due_back)
{
    const char *apartment = stand_apartment();
    struct sweep sweep = {booking_expire_holds_batch, 0};

    stand_sql("UPDATE apartment SET prepayment_percent = 30, instant_book = false");
    const struct answer booked = ck_book(&stand_guest, apartment, 10, 3);
    ck_act(confirm_booking, &stand_owner, booked.id, "{'paid':{'amount':500000,'currency':'KZT'}}");
    ck_assert_str_eq(stay_status(booked.id), "held");
    stay_make_overdue(booked.id);
    sweep_once(&sweep);
    ck_assert_int_eq(sweep.ended, 1);
    const struct answer expired = ck_status(ask_get(get_booking, .id = booked.id), 200);
    ck_text(expired.json, "status", "expired");
    ck_number(expired.json, "refund_due.amount", 500000);
}

FIBER_TEST(concurrent_sweepers_complete_each_stay_once)
{
    struct sweep complete = {booking_complete_stays_batch, 0};
    const char *apartment = stand_apartment();

    for (int i = 0; i < 12; i++)
        stay_shift(stay_make_confirmed(apartment, i, 1).id, 30);
    sweep_at_once(&complete);
    ck_assert_int_eq(complete.ended, 12);
}

FIBER_TEST(sweeper_completes_stays_and_deletes_old_quotes)
{
    struct periodic sweeper;

    stay_make_confirmed(stand_apartment(), -3, 2);
    stand_sql(
        "INSERT INTO quote (id, tenant_id, apartment_id, check_in, check_out, guests, lines,"
        " total, deposit, cleaning, first_night, policy, policy_text, check_in_time, timezone,"
        " expires_at) SELECT b.id, b.tenant_id, b.apartment_id, o.check_in, o.check_out, b.guests,"
        " b.lines, b.total, b.deposit, b.cleaning, b.first_night, b.policy, b.policy_text,"
        " b.check_in_time, b.timezone, now() - interval '25 hours' FROM booking b JOIN occupancy o "
        "USING (id)");
    sweeper_start(&sweeper, stand_app()->service, 10);
    wait_for("EXISTS (SELECT FROM occupancy WHERE status = 'completed')");
    wait_for("NOT EXISTS (SELECT FROM quote)");
    periodic_stop(&sweeper);
}

/* --- races with those who act --- */

enum { PAIRS = 12 };

/* An action on a booking that is about to expire. */
struct rival {
    http_handler *verb;
    const struct api_caller *caller;
    const char *body;
    const char *guest;  /* who owns the bookings */
    const char *status; /* status if the action wins */
};

static struct race {
    const struct rival *rival;
    char ids[PAIRS][40];
    int won, gone, next;
    struct sweep sweep;
} race;

static void act_one(void *data)
{
    const struct rival *rival = race.rival;
    const struct answer answer =
        stand_act(rival->verb, rival->caller, race.ids[race.next++], rival->body);

    race.won += answer.status == 200;
    race.gone += answer.status == 410;
    ck_assert_msg(answer.status == 200 || answer.status == 410, "%d %s", answer.status,
                  answer.code);
}

/* The bookings expire while both transactions run. */
static const struct rival rivals[] = {
    {.verb = confirm_booking,
     .caller = &stand_owner,
     .body = "{}",
     .guest = ",'phone':'+77011234567'",
     .status = "confirmed"},
    {.verb = claim_booking_payment,   .guest = "", .status = "payment_claimed"},
};

FIBER_TEST_ROWS(expiry_and_confirmation_or_claim_have_one_winner, rivals)
{
    const char *apartment = stand_apartment();

    race = (struct race){.rival = row, .sweep.batch = booking_expire_holds_batch};
    if (race.rival->verb == claim_booking_payment)
        stand_sql("UPDATE apartment SET prepayment_percent = 30");
    for (int i = 0; i < PAIRS; i++) {
        const struct answer booked =
            ck_status(stand_book(NULL, apartment, 10 + i, 1, race.rival->guest, ""), 201);
        memcpy(race.ids[i], booked.id, sizeof booked.id);
        /* A guest may have only few holds. */
        stand_sql("UPDATE booking SET guest_phone = '+7701000%04d' WHERE guest_phone IS NOT NULL",
                  i);
    }
    stand_sql("UPDATE occupancy SET expires_at = clock_timestamp() + interval '1 ms' *"
              " (check_in - '%s') * 3",
              stand_day(10));
    for (int i = 0; i < PAIRS; i++) {
        stand_go(act_one, NULL);
        stand_go(sweep_once, &race.sweep);
    }
    stand_join();
    ck_assert_int_eq(race.won + race.gone, PAIRS);
    ck_rows(race.won, "occupancy WHERE status = '%s'", row->status);
    ck_rows(race.sweep.ended, "occupancy WHERE status = 'expired'");
    ck_rows(0, "booking_history WHERE version > 2");
}
