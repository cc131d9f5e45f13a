// SPDX-License-Identifier: MIT
#include "base/date.h"
#include "base/parse.h"
#include "base/value.h"

#include "notifications/reminder.h"
#include "support/test.h"

TEST_CASE("remind");

enum { TEXT_LEN = 16, CONFIRMED_COUNT = 6 };

/* "2026-11-30 10:00" */
static const char *wall_text(int64_t us)
{
    static char texts[4][TEXT_LEN + 1];
    static int next;
    char *text = texts[next++ % 4], day[DATE_TEXT_LEN + 1], clock[CLOCK_TEXT_LEN + 1];
    const int64_t minutes = us / US_PER_S / 60;

    date_format((int32_t)(minutes / 1440), day);
    clock_format((int32_t)(minutes % 1440), clock);
    snprintf(text, TEXT_LEN + 1, "%s %s", day, clock);
    ck_assert_int_eq(us % (60 * US_PER_S), 0);
    return text;
}

static int32_t day_of(const char *text)
{
    int32_t day = 0;

    ck_assert(date_parse(slice_of(text), &day));
    return day;
}

// clang-format off
static const struct {
    const char *why, *check_in;
    int32_t minutes;
    const char *eve, *hours, *until; /* `until` of "hours" */
    bool on_the_day;
} stays[] = {
    {"the usual", "2026-12-05", 14 * 60, "2026-12-04 10:00", "2026-12-05 11:00", "2026-12-05 14:00", true},
    {"9:00 is no night", "2026-12-05", 12 * 60, "2026-12-04 10:00", "2026-12-05 09:00", "2026-12-05 12:00", true},
    {"8:59 is, 9:00 is last", "2026-12-05", 11 * 60 + 59, "2026-12-04 10:00", "2026-12-05 09:00", "2026-12-05 11:59", true},
    {"9:00 is just before", "2026-12-05", 9 * 60 + 1, "2026-12-04 10:00", "2026-12-05 09:00", "2026-12-05 09:01", true},
    {"9:00 is not before 9:00", "2026-12-05", 9 * 60, "2026-12-04 10:00", "2026-12-04 21:30", "2026-12-04 22:00", false},
    {"in the night", "2026-12-05", 3 * 60, "2026-12-04 10:00", "2026-12-04 21:30", "2026-12-04 22:00", false},
    {"22:00 is night", "2026-12-05", 60, "2026-12-04 10:00", "2026-12-04 21:30", "2026-12-04 22:00", false},
    {"21:59 is not", "2026-12-05", 59, "2026-12-04 10:00", "2026-12-04 21:59", "2026-12-04 22:00", false},
    {"midnight", "2026-12-05", 0, "2026-12-04 10:00", "2026-12-04 21:00", "2026-12-04 22:00", false},
    {"late", "2026-12-05", 23 * 60 + 59, "2026-12-04 10:00", "2026-12-05 20:59", "2026-12-05 22:00", true},
    {"the first of a month", "2026-12-01", 14 * 60, "2026-11-30 10:00", "2026-12-01 11:00", "2026-12-01 14:00", true},
    {"the first, in the night", "2026-12-01", 2 * 60, "2026-11-30 10:00", "2026-11-30 21:30", "2026-11-30 22:00", false},
    {"the first of March", "2027-03-01", 8 * 60, "2027-02-28 10:00", "2027-02-28 21:30", "2027-02-28 22:00", false},
    {"of a leap year", "2028-03-01", 8 * 60, "2028-02-29 10:00", "2028-02-29 21:30", "2028-02-29 22:00", false},
    {"the first of a year", "2027-01-01", 14 * 60, "2026-12-31 10:00", "2027-01-01 11:00", "2027-01-01 14:00", true },
};
// clang-format on

/* From 14:00 to 12:00, without an end. */
static struct reminder_stay stay_of(const char *status, const char *check_in, const char *check_out)
{
    return (struct reminder_stay){.status = slice_of(status),
                                  .check_in = day_of(check_in),
                                  .check_out = day_of(check_out),
                                  .check_in_minutes = 14 * 60,
                                  .check_out_minutes = 12 * 60,
                                  .expires_at = FIELD_ABSENT};
}

static struct reminder_time plan[REMINDER_KINDS];
static size_t count;

/* The reminder of this kind in the plan of the stay; NULL: none. */
static const struct reminder_time *planned(const struct reminder_stay *stay,
                                           enum reminder_kind kind)
{
    count = reminder_plan_stay(stay, plan);
    for (size_t i = 0; i < count; i++)
        if (plan[i].kind == kind)
            return &plan[i];
    return NULL;
}

TEST_ROWS_WHY(guest_is_reminded_in_the_daytime, stays)
{
    const struct reminder_stay stay = {.status = SLICE("confirmed"),
                                       .check_in = day_of(row->check_in),
                                       .check_out = day_of(row->check_in) + 1,
                                       .check_in_minutes = row->minutes,
                                       .expires_at = FIELD_ABSENT};
    const struct reminder_time *eve = planned(&stay, REMINDER_EVE);
    const struct reminder_time *hours = planned(&stay, REMINDER_HOURS);

    ck_assert_uint_eq(count, CONFIRMED_COUNT);
    ck_assert(eve != NULL && hours != NULL);
    ck_assert_str_eq(wall_text(eve->due), row->eve);
    ck_assert(!eve->on_the_day && !eve->is_instant && eve->until > eve->due);
    ck_assert_msg(strcmp(wall_text(hours->due), row->hours) == 0, "at %s", wall_text(hours->due));
    ck_assert_str_eq(wall_text(hours->until), row->until);
    ck_assert(hours->on_the_day == row->on_the_day);
}

TEST(no_reminder_comes_at_night_or_after_check_in)
{
    for (int32_t minutes = 0; minutes < 1440; minutes++) {
        struct reminder_stay stay = stay_of("confirmed", "2026-11-30", "2026-12-02");
        stay.check_in_minutes = stay.check_out_minutes = minutes;
        const int64_t to_check_out = 2 * INT64_C(1440) * 60 * US_PER_S,
                      check_in = (stay.check_in * INT64_C(1440) + minutes) * 60 * US_PER_S;
        count = reminder_plan_stay(&stay, plan);
        for (size_t i = 0; i < count; i++) {
            const int64_t of_day = plan[i].due / US_PER_S / 60 % 1440;
            ck_assert_msg(of_day >= 9 * 60 && of_day < 22 * 60, "%d", minutes);
            ck_assert(plan[i].until > plan[i].due);
            ck_assert(reminder_is_for_owner(plan[i].kind) ||
                      plan[i].until <=
                          check_in + (plan[i].kind == REMINDER_LEAVES ? to_check_out : 0));
        }
    }
}

TEST(guest_learns_how_to_get_in_when_booking_api_shows_it)
{
    struct reminder_stay stay = stay_of("confirmed", "2026-12-05", "2026-12-07");

    stay.entry_at = 5 * US_PER_S;
    const struct reminder_time *entry = planned(&stay, REMINDER_ENTRY);

    ck_assert_uint_eq(count, CONFIRMED_COUNT + 1);
    ck_assert_ptr_nonnull(entry);
    ck_assert(entry->is_instant && entry->due == stay.entry_at && entry->until == entry->due + 1);
    ck_assert(!reminder_is_for_owner(REMINDER_ENTRY) && !reminder_is_for_staff(REMINDER_ENTRY));
    stay.entry_at = FIELD_ABSENT;
    ck_assert_uint_eq(reminder_plan_stay(&stay, plan), CONFIRMED_COUNT);
    stay.status = SLICE("checked_in");
    ck_assert_ptr_null(planned(&stay, REMINDER_ENTRY));
}

TEST(owner_is_asked_the_next_morning)
{
    const struct reminder_stay stay = stay_of("confirmed", "2026-12-31", "2027-01-02");
    const struct reminder_time *asked = planned(&stay, REMINDER_ARRIVED);

    ck_assert_ptr_nonnull(asked);
    ck_assert_str_eq(wall_text(asked->due), "2027-01-01 09:00");
    ck_assert_str_eq(wall_text(asked->until), "2027-01-01 22:00");
    ck_assert(reminder_is_for_owner(asked->kind) && !reminder_is_for_owner(REMINDER_HOURS));
}

TEST(guest_is_asked_to_rate_on_the_day_after)
{
    const struct reminder_stay stay = stay_of("completed", "2026-12-29", "2026-12-31");

    ck_assert_uint_eq(reminder_plan_stay(&stay, plan), 1);
    ck_assert_int_eq(plan[0].kind, REMINDER_RATE);
    ck_assert_str_eq(wall_text(plan[0].due), "2027-01-01 11:00");
    ck_assert_str_eq(wall_text(reminder_get_expiry_us(REMINDER_RATE, plan[0].due, plan[0].until)),
                     "2027-01-01 22:00");
}

/* Including New Year's Eve. */
TEST(owner_learns_the_evening_before_who_arrives_and_departs)
{
    const struct reminder_stay stay = stay_of("confirmed", "2026-12-31", "2027-01-01");
    const struct reminder_time *arrives = planned(&stay, REMINDER_ARRIVES);
    const struct reminder_time *departs = planned(&stay, REMINDER_DEPARTS);

    ck_assert_str_eq(wall_text(arrives->due), "2026-12-30 19:00");
    ck_assert_str_eq(wall_text(departs->due), "2026-12-31 19:00");
    ck_assert_str_eq(
        wall_text(reminder_get_expiry_us(REMINDER_DEPARTS, departs->due, departs->until)),
        "2026-12-31 22:00");
    ck_assert_int_eq(reminder_get_expiry_us(REMINDER_EVE, 1, 2), 2);
}

static const struct {
    int32_t check_out_minutes;
    const char *due;
} check_outs[] = {
    {12 * 60,      "2026-12-06 09:00"},
    {23 * 60 + 59, "2026-12-06 09:00"},
    {9 * 60 + 1,   "2026-12-06 09:00"},
    {9 * 60,       "2026-12-05 21:30"},
    {8 * 60,       "2026-12-05 21:30"},
    {0,            "2026-12-05 21:30"},
};

TEST_ROWS(guest_is_reminded_of_check_out_in_the_daytime, check_outs)
{
    struct reminder_stay stay = stay_of("checked_in", "2026-12-04", "2026-12-06");

    stay.check_out_minutes = row->check_out_minutes;
    const struct reminder_time *leaves = planned(&stay, REMINDER_LEAVES);

    ck_assert_ptr_nonnull(leaves);
    ck_assert_str_eq(wall_text(leaves->due), row->due);
    ck_assert(!leaves->is_instant && !reminder_is_for_owner(leaves->kind));
    ck_assert_int_eq(reminder_get_expiry_us(REMINDER_LEAVES, leaves->due, leaves->until) -
                         leaves->due,
                     30 * 60 * US_PER_S);
}

static const struct {
    int64_t left_s; /* of the hold */
    bool reminded;
} holds[] = {
    {15 * 60,    true },
    {7 * 60,     true },
    {7 * 60 - 1, false},
    {0,          false},
    {-60,        false},
};

TEST_ROWS(guest_is_reminded_of_a_hold_that_ends, holds)
{
    const int64_t now = INT64_C(1800000000) * US_PER_S, end = now + row->left_s * US_PER_S;
    const struct reminder_stay stay = {SLICE("held"), 20000, 20002, 840, 720, end, 0, now, 0};

    ck_assert_uint_eq(reminder_plan_stay(&stay, plan), row->reminded);
    if (!row->reminded)
        return;
    ck_assert(plan[0].kind == REMINDER_HOLD && plan[0].is_instant);
    ck_assert_int_eq(plan[0].due, end - 5 * 60 * US_PER_S);
    ck_assert_int_eq(reminder_get_expiry_us(REMINDER_HOLD, plan[0].due, plan[0].until), end);
}

static const struct {
    const char *status;
    bool waits; /* for an answer of the owner */
    size_t count;
} statuses[] = {
    {"held",            false, 1              },
    {"requested",       true,  2              },
    {"payment_claimed", true,  3              },
    {"confirmed",       false, CONFIRMED_COUNT},
    {"checked_in",      false, 2              },
    {"completed",       false, 1              },
    {"expired",         false, 0              },
    {"declined",        false, 0              },
    {"cancelled",       false, 0              },
    {"no_show",         false, 0              },
};

TEST_ROWS(only_waiting_or_current_stays_have_reminders, statuses)
{
    const struct slice status = slice_of(row->status);
    const struct reminder_stay stay = {status, 20000, 20002, 840, 720, 9000 * US_PER_S, 0, 0, 0};
    const struct reminder_stay endless = {status, 20000, 20002, 840, 720, FIELD_ABSENT, 0, 0, 0};
    const bool held = slice_is(stay.status, "held"), ends = held || row->waits,
               completed = slice_is(stay.status, "completed");

    ck_assert_uint_eq(reminder_plan_stay(&stay, plan), row->count);
    ck_assert_int_eq(reminder_any_applies(stay.status), row->count > 0);
    if (row->waits) {
        ck_assert(plan[0].kind == REMINDER_ENDS && plan[0].is_instant);
        ck_assert_int_eq(plan[0].due, 5400 * US_PER_S);
        ck_assert_int_eq(plan[0].until, 9000 * US_PER_S);
    }
    ck_assert_uint_eq(reminder_plan_stay(&endless, plan), row->waits ? 1 : held ? 0 : row->count);
    for (enum reminder_kind kind = 0; kind < REMINDER_KINDS; kind++)
        ck_assert_int_eq(reminder_applies(kind, status),
                         kind == REMINDER_ENDS || kind == REMINDER_UNANSWERED ? row->waits
                         : kind == REMINDER_OVERDUE ? slice_is(status, "payment_claimed")
                         : kind == REMINDER_HOLD    ? held
                         : kind == REMINDER_RATE    ? completed
                         : kind == REMINDER_DEPARTS || kind == REMINDER_LEAVES
                             ? !ends && !completed && row->count > 0
                             : row->count == CONFIRMED_COUNT);
}

static const struct {
    const char *why;
    int64_t now, unanswered, overdue; /* minutes */
} waits[] = {
    {"in time",              10,  40,  120},
    {"half an hour is over", 41,  41,  120},
    {"the deadline is over", 130, 130, 130},
};

/* A claim of minute 10, which should be decided by minute 120. A late reminder is due at once. */
TEST_ROWS_WHY(staff_are_reminded_of_what_waits, waits)
{
    const int64_t minute = 60 * US_PER_S;
    const struct reminder_stay stay = {
        SLICE("payment_claimed"), 20000, 20002, 840, 720, 120 * minute, 10 * minute,
        row->now * minute,        0};
    const struct reminder_time *unanswered = planned(&stay, REMINDER_UNANSWERED);
    const struct reminder_time *overdue = planned(&stay, REMINDER_OVERDUE);

    ck_assert(unanswered->is_instant && overdue->is_instant);
    ck_assert(unanswered->due / minute == row->unanswered && unanswered->due > stay.now);
    ck_assert(overdue->due / minute == row->overdue && overdue->due > stay.now);
    ck_assert_int_eq(unanswered->until, unanswered->due + 1);
    ck_assert_int_eq(reminder_get_expiry_us(REMINDER_OVERDUE, 7, 8), 7 + 24 * 60 * minute);
    ck_assert(reminder_is_for_staff(unanswered->kind) && !reminder_is_for_owner(unanswered->kind));
}

// clang-format off
/* departure, now; when the passenger and the driver are reminded */
static const struct {
    const char *why, *departure, *now, *ride, *run;
} departures[] = {
    {"in the evening",               "2026-12-05 18:30", "2026-12-04 12:00", "2026-12-05 15:30", "2026-12-05 12:30"},
    {"in the morning",               "2026-12-05 08:00", "2026-12-04 12:00", "2026-12-04 21:30", "2026-12-05 06:30"},
    {"at noon",                      "2026-12-05 12:00", "2026-12-04 12:00", "2026-12-05 09:00", "2026-12-05 09:00"},
    {"at night",                     "2026-12-06 03:00", "2026-12-04 12:00", "2026-12-05 21:30", "2026-12-05 21:00"},
    {"before dawn",                  "2026-12-06 04:00", "2026-12-04 12:00", "2026-12-05 21:30", "2026-12-06 02:30"},
    {"published late",               "2026-12-05 18:30", "2026-12-05 12:30", "2026-12-05 15:30", "2026-12-05 17:00"},
    {"published late, in the night", "2026-12-05 12:00", "2026-12-05 09:30", "2026-12-05 09:00", "2026-12-05 10:30"},
};
// clang-format on

static int64_t wall_of(const char *text)
{
    char day[DATE_TEXT_LEN + 1];
    int minutes = 0;

    snprintf(day, sizeof day, "%s", text);
    ck_assert(parse_time_of_day(slice_of(text + DATE_TEXT_LEN + 1), &minutes));
    return (day_of(day) * INT64_C(1440) + minutes) * 60 * US_PER_S;
}

TEST_ROWS_WHY(passenger_and_driver_are_reminded_of_a_departure, departures)
{
    const int64_t departure = wall_of(row->departure), now = wall_of(row->now);
    const struct reminder_time ride = reminder_plan_ride_or_trip(REMINDER_RIDE, departure, now),
                               run = reminder_plan_ride_or_trip(REMINDER_RUN, departure, now);

    ck_assert_str_eq(wall_text(ride.due), row->ride);
    ck_assert_str_eq(wall_text(run.due), row->run);
    ck_assert(reminder_get_expiry_us(REMINDER_RIDE, ride.due, ride.until) == departure);
    ck_assert(reminder_get_expiry_us(REMINDER_RUN, run.due, run.until) == departure);
    ck_assert(!ride.is_instant && !run.is_instant);
    ck_assert(reminder_is_of_ride(ride.kind) && reminder_is_of_ride(run.kind));
    ck_assert(!reminder_is_for_owner(ride.kind) && !reminder_is_for_owner(run.kind));
}

static const struct {
    const char *why, *now, *departure, *due; /* "": at once */
} offers[] = {
    {"the last minute of the day",        "2026-12-04 22:59", "2026-12-05 12:00", ""                },
    {"the night begins",                  "2026-12-04 23:00", "2026-12-05 12:00", "2026-12-05 07:00"},
    {"after midnight",                    "2026-12-05 06:59", "2026-12-06 12:00", "2026-12-05 07:00"},
    {"the morning",                       "2026-12-05 07:00", "2026-12-06 12:00", ""                },
    {"within 6 h",                        "2026-12-05 06:00", "2026-12-05 12:00", ""                },
    {"later",                             "2026-12-05 06:00", "2026-12-05 12:01", "2026-12-05 07:00"},
    {"too early for an offer at 7:00",    "2026-12-04 23:30", "2026-12-05 08:59", ""                },
    {"early enough for an offer at 7:00", "2026-12-04 23:30", "2026-12-05 09:00",
     "2026-12-05 07:00"                                                                             },
    {"it has left",                       "2026-12-05 02:00", "2026-12-05 01:00", ""                },
};

TEST_ROWS(ride_is_offered_at_once_or_in_the_morning, offers)
{
    struct reminder_time made;
    const bool is_planned =
        reminder_plan_offer_if_night(wall_of(row->departure), wall_of(row->now), &made);

    ck_assert_msg(strcmp(is_planned ? wall_text(made.due) : "", row->due) == 0, "%s: %s", row->why,
                  is_planned ? wall_text(made.due) : "at once");
    ck_assert(!is_planned || (made.kind == REMINDER_OFFER && !made.is_instant &&
                              reminder_get_expiry_us(made.kind, made.due, made.until) > made.due));
}
