// SPDX-License-Identifier: MIT
#include "notifications/reminder.h"

#include "base/now.h"
#include "base/value.h"

#define MINUTES(n) ((n)*INT64_C(60) * US_PER_S)
#define HOURS(n)   MINUTES((n)*INT64_C(60))
#define DAY        HOURS(24)

#define EVE_AT      HOURS(10)
#define BEFORE      HOURS(3)
#define ASK_BEFORE  HOURS(6)
#define ASK_LAST    MINUTES(90)
#define ENDS_IN     HOURS(1)
#define HOLD_IN     MINUTES(5)
#define HOLD_LEAST  MINUTES(7)
#define MORNING     HOURS(9)
#define RATE_AT     HOURS(11)
#define TOMORROW_AT HOURS(19)
#define EVENING     (HOURS(21) + MINUTES(30))
#define NIGHT       HOURS(22)
#define UNANSWERED  MINUTES(30)
#define OFFER_FROM  HOURS(7)
#define OFFER_UNTIL HOURS(23)
#define OFFER_SOON  HOURS(6)

const char *const reminder_kind_names[] = {
    "eve",     "hours",   "hold",       "entry",   "leaves", "rate", "ends",  "arrived",
    "arrives", "departs", "unanswered", "overdue", "ride",   "run",  "offer", NULL};

static int64_t round_down_to_midnight(int64_t local_us)
{
    return local_us - local_us % DAY;
}

/* Moves a time in the night to the next morning if that is before `end_us`, else to the
 * evening. */
static int64_t move_to_daytime(int64_t local_us, int64_t end_us)
{
    const int64_t day = round_down_to_midnight(local_us);

    if (local_us >= day + MORNING && local_us < day + NIGHT)
        return local_us;
    const int64_t morning = local_us < day + MORNING ? day + MORNING : day + DAY + MORNING;
    return morning < end_us ? morning : morning - DAY - MORNING + EVENING;
}

static struct reminder_time plan_guest_reminder(enum reminder_kind kind, int64_t local_us,
                                                int64_t check_in_us)
{
    const int64_t due = move_to_daytime(local_us, check_in_us),
                  night = round_down_to_midnight(due) + NIGHT;

    return (struct reminder_time){.kind = kind,
                                  .due = due,
                                  .until = check_in_us < night ? check_in_us : night,
                                  .on_the_day = round_down_to_midnight(due) ==
                                                round_down_to_midnight(check_in_us)};
}

static bool is_waiting_for_owner(struct slice booking_status)
{
    return slice_is(booking_status, "requested") || slice_is(booking_status, "payment_claimed");
}

bool reminder_is_for_owner(enum reminder_kind kind)
{
    return kind >= REMINDER_ENDS && !reminder_is_for_staff(kind) && !reminder_is_of_ride(kind);
}

bool reminder_is_for_staff(enum reminder_kind kind)
{
    return kind == REMINDER_UNANSWERED || kind == REMINDER_OVERDUE;
}

bool reminder_is_of_ride(enum reminder_kind kind)
{
    return kind == REMINDER_RIDE || kind == REMINDER_RUN || kind == REMINDER_OFFER;
}

bool reminder_lists_next_day(enum reminder_kind kind)
{
    return kind == REMINDER_ARRIVES || kind == REMINDER_DEPARTS;
}

int64_t reminder_get_expiry_us(enum reminder_kind kind, int64_t due_us, int64_t until_us)
{
    static const int64_t later_kinds[REMINDER_KINDS] = {
        [REMINDER_HOLD] = HOLD_IN,
        [REMINDER_ENTRY] = 2 * DAY,
        [REMINDER_LEAVES] = NIGHT - EVENING,
        [REMINDER_RATE] = NIGHT - RATE_AT,
        [REMINDER_ARRIVES] = NIGHT - TOMORROW_AT,
        [REMINDER_DEPARTS] = NIGHT - TOMORROW_AT,
        [REMINDER_UNANSWERED] = DAY,
        [REMINDER_OVERDUE] = DAY,
        [REMINDER_OFFER] = HOURS(12),
    };

    return later_kinds[kind] != 0 ? due_us + later_kinds[kind] : until_us;
}

bool reminder_applies(enum reminder_kind kind, struct slice booking_status)
{
    if (kind == REMINDER_ENDS || kind == REMINDER_UNANSWERED)
        return is_waiting_for_owner(booking_status);
    if (kind == REMINDER_OVERDUE)
        return slice_is(booking_status, "payment_claimed");
    if (kind == REMINDER_HOLD)
        return slice_is(booking_status, "held");
    if (kind == REMINDER_RATE)
        return slice_is(booking_status, "completed");
    return slice_is(booking_status, "confirmed") ||
           ((kind == REMINDER_DEPARTS || kind == REMINDER_LEAVES) &&
            slice_is(booking_status, "checked_in"));
}

bool reminder_any_applies(struct slice booking_status)
{
    return reminder_applies(REMINDER_ENDS, booking_status) ||
           reminder_applies(REMINDER_HOLD, booking_status) ||
           reminder_applies(REMINDER_DEPARTS, booking_status) ||
           reminder_applies(REMINDER_RATE, booking_status);
}

/* A reminder of a kind that older instances of the service do not know; see
 * reminder_get_expiry_us(). */
static struct reminder_time make_reminder_of_newer_kind(enum reminder_kind kind, int64_t due_us)
{
    return (struct reminder_time){.kind = kind,
                                  .is_instant = kind == REMINDER_HOLD || kind == REMINDER_ENTRY,
                                  .due = due_us,
                                  .until = due_us + 1};
}

static struct reminder_time plan_reminder_on_evening_before(enum reminder_kind kind, int32_t day)
{
    return make_reminder_of_newer_kind(kind, (day - 1) * DAY + TOMORROW_AT);
}

static struct reminder_time plan_reminder_on_check_out_day(const struct reminder_stay *stay)
{
    const int64_t day = stay->check_out * DAY, check_out = day + MINUTES(stay->check_out_minutes),
                  last = check_out - 1;

    return make_reminder_of_newer_kind(
        REMINDER_LEAVES, move_to_daytime(last < day + MORNING ? last : day + MORNING, check_out));
}

/* A reminder for staff; if `due_us` has passed, the reminder is due at once. */
static struct reminder_time plan_staff_reminder(enum reminder_kind kind, int64_t due_us,
                                                int64_t now_us)
{
    struct reminder_time made =
        make_reminder_of_newer_kind(kind, due_us > now_us ? due_us : now_us + 1);

    made.is_instant = true;
    return made;
}

/* Plans the reminders of a booking that waits for its guest, owner or staff; if expires_at is set,
 * it waits until then. */
static size_t plan_reminders_of_waiting_booking(const struct reminder_stay *stay,
                                                struct reminder_time *out)
{
    const bool ends = stay->expires_at != FIELD_ABSENT;
    size_t count = 0;

    if (slice_is(stay->status, "held")) {
        if (ends && stay->expires_at - stay->now >= HOLD_LEAST)
            out[count++] = make_reminder_of_newer_kind(REMINDER_HOLD, stay->expires_at - HOLD_IN);
        return count;
    }
    if (ends)
        out[count++] = (struct reminder_time){.kind = REMINDER_ENDS,
                                              .is_instant = true,
                                              .due = stay->expires_at - ENDS_IN,
                                              .until = stay->expires_at};
    out[count++] = plan_staff_reminder(REMINDER_UNANSWERED, stay->since + UNANSWERED, stay->now);
    if (ends && reminder_applies(REMINDER_OVERDUE, stay->status))
        out[count++] = plan_staff_reminder(REMINDER_OVERDUE, stay->expires_at, stay->now);
    return count;
}

struct reminder_time reminder_plan_ride_or_trip(enum reminder_kind kind, int64_t departure_us,
                                                int64_t now_us)
{
    const int64_t last = departure_us - ASK_LAST, asked = departure_us - ASK_BEFORE;
    struct reminder_time made = {.kind = kind, .until = departure_us};

    if (kind == REMINDER_RIDE) {
        made.due = move_to_daytime(departure_us - BEFORE, departure_us);
        return made;
    }
    made.due = move_to_daytime(asked, INT64_MAX);
    if (made.due > last || made.due <= now_us)
        made.due = last;
    return made;
}

bool reminder_plan_offer_if_night(int64_t departure_us, int64_t now_us, struct reminder_time *out)
{
    const int64_t day = round_down_to_midnight(now_us - OFFER_FROM + DAY); /* of the next morning */

    if ((now_us >= day - DAY + OFFER_FROM && now_us < day - DAY + OFFER_UNTIL) ||
        departure_us - now_us <= OFFER_SOON || departure_us < day + MORNING)
        return false;
    *out = make_reminder_of_newer_kind(REMINDER_OFFER, day + OFFER_FROM);
    return true;
}

size_t reminder_plan_stay(const struct reminder_stay *stay,
                          struct reminder_time out[REMINDER_KINDS])
{
    const int64_t day = stay->check_in * DAY, check_in = day + MINUTES(stay->check_in_minutes);

    if (slice_is(stay->status, "held") || is_waiting_for_owner(stay->status))
        return plan_reminders_of_waiting_booking(stay, out);
    if (reminder_applies(REMINDER_RATE, stay->status)) {
        out[0] = make_reminder_of_newer_kind(REMINDER_RATE, (stay->check_out + 1) * DAY + RATE_AT);
        return 1;
    }
    if (!reminder_applies(REMINDER_DEPARTS, stay->status))
        return 0;
    out[0] = plan_reminder_on_evening_before(REMINDER_DEPARTS, stay->check_out);
    out[1] = plan_reminder_on_check_out_day(stay);
    if (!slice_is(stay->status, "confirmed"))
        return 2;
    out[2] = plan_guest_reminder(REMINDER_EVE, day - DAY + EVE_AT, check_in);
    out[3] = plan_guest_reminder(REMINDER_HOURS, check_in - BEFORE, check_in);
    out[4] = (struct reminder_time){
        .kind = REMINDER_ARRIVED, .due = day + DAY + MORNING, .until = day + DAY + NIGHT};
    out[5] = plan_reminder_on_evening_before(REMINDER_ARRIVES, stay->check_in);
    if (stay->entry_at <= 0)
        return 6;
    out[6] = make_reminder_of_newer_kind(REMINDER_ENTRY, stay->entry_at);
    return 7;
}
