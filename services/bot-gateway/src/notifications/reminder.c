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

static int64_t midnight_before(int64_t wall)
{
    return wall - wall % DAY;
}

/* Moves a time in the night to the next morning if that is before `end`, otherwise to the evening.
 */
static int64_t move_to_daytime(int64_t wall, int64_t end)
{
    const int64_t day = midnight_before(wall);

    if (wall >= day + MORNING && wall < day + NIGHT)
        return wall;
    const int64_t morning = wall < day + MORNING ? day + MORNING : day + DAY + MORNING;
    return morning < end ? morning : morning - DAY - MORNING + EVENING;
}

static struct reminder_time make_for_guest(enum reminder_kind kind, int64_t wall, int64_t check_in)
{
    const int64_t due = move_to_daytime(wall, check_in), night = midnight_before(due) + NIGHT;

    return (struct reminder_time){.kind = kind,
                                  .due = due,
                                  .until = check_in < night ? check_in : night,
                                  .on_the_day = midnight_before(due) == midnight_before(check_in)};
}

static bool waits_for_owner(struct slice status)
{
    return slice_is(status, "requested") || slice_is(status, "payment_claimed");
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

bool reminder_is_of_day(enum reminder_kind kind)
{
    return kind == REMINDER_ARRIVES || kind == REMINDER_DEPARTS;
}

int64_t reminder_until(enum reminder_kind kind, int64_t due, int64_t until)
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

    return later_kinds[kind] != 0 ? due + later_kinds[kind] : until;
}

bool reminder_applies(enum reminder_kind kind, struct slice status)
{
    if (kind == REMINDER_ENDS || kind == REMINDER_UNANSWERED)
        return waits_for_owner(status);
    if (kind == REMINDER_OVERDUE)
        return slice_is(status, "payment_claimed");
    if (kind == REMINDER_HOLD)
        return slice_is(status, "held");
    if (kind == REMINDER_RATE)
        return slice_is(status, "completed");
    return slice_is(status, "confirmed") ||
           ((kind == REMINDER_DEPARTS || kind == REMINDER_LEAVES) &&
            slice_is(status, "checked_in"));
}

bool reminder_any_applies(struct slice status)
{
    return reminder_applies(REMINDER_ENDS, status) || reminder_applies(REMINDER_HOLD, status) ||
           reminder_applies(REMINDER_DEPARTS, status) || reminder_applies(REMINDER_RATE, status);
}

/* A reminder of a kind that older instances of the service do not know; see reminder_until(). */
static struct reminder_time make_later_kind(enum reminder_kind kind, int64_t due)
{
    return (struct reminder_time){.kind = kind,
                                  .is_instant = kind == REMINDER_HOLD || kind == REMINDER_ENTRY,
                                  .due = due,
                                  .until = due + 1};
}

/* A reminder on the evening before `day`. */
static struct reminder_time make_for_tomorrow(enum reminder_kind kind, int32_t day)
{
    return make_later_kind(kind, (day - 1) * DAY + TOMORROW_AT);
}

static struct reminder_time make_for_check_out(const struct reminder_stay *stay)
{
    const int64_t day = stay->check_out * DAY, check_out = day + MINUTES(stay->check_out_minutes),
                  last = check_out - 1;

    return make_later_kind(REMINDER_LEAVES,
                           move_to_daytime(last < day + MORNING ? last : day + MORNING, check_out));
}

/* A reminder for staff; if `due` has passed, the reminder is due at once. */
static struct reminder_time make_for_staff(enum reminder_kind kind, int64_t due, int64_t now)
{
    struct reminder_time made = make_later_kind(kind, due > now ? due : now + 1);

    made.is_instant = true;
    return made;
}

/* Plans the reminders of a booking that waits for its guest, owner or staff; if expires_at is set,
 * it waits until then. */
static size_t plan_waiting_stay(const struct reminder_stay *stay, struct reminder_time *out)
{
    const bool ends = stay->expires_at != FIELD_ABSENT;
    size_t count = 0;

    if (slice_is(stay->status, "held")) {
        if (ends && stay->expires_at - stay->now >= HOLD_LEAST)
            out[count++] = make_later_kind(REMINDER_HOLD, stay->expires_at - HOLD_IN);
        return count;
    }
    if (ends)
        out[count++] = (struct reminder_time){.kind = REMINDER_ENDS,
                                              .is_instant = true,
                                              .due = stay->expires_at - ENDS_IN,
                                              .until = stay->expires_at};
    out[count++] = make_for_staff(REMINDER_UNANSWERED, stay->since + UNANSWERED, stay->now);
    if (ends && reminder_applies(REMINDER_OVERDUE, stay->status))
        out[count++] = make_for_staff(REMINDER_OVERDUE, stay->expires_at, stay->now);
    return count;
}

struct reminder_time reminder_plan_ride(enum reminder_kind kind, int64_t departure, int64_t now)
{
    const int64_t last = departure - ASK_LAST, asked = departure - ASK_BEFORE;
    struct reminder_time made = {.kind = kind, .until = departure};

    if (kind == REMINDER_RIDE) {
        made.due = move_to_daytime(departure - BEFORE, departure);
        return made;
    }
    made.due = move_to_daytime(asked, INT64_MAX);
    if (made.due > last || made.due <= now)
        made.due = last;
    return made;
}

bool reminder_plan_offer(int64_t departure, int64_t now, struct reminder_time *out)
{
    const int64_t day = midnight_before(now - OFFER_FROM + DAY); /* of the next morning */

    if ((now >= day - DAY + OFFER_FROM && now < day - DAY + OFFER_UNTIL) ||
        departure - now <= OFFER_SOON || departure < day + MORNING)
        return false;
    *out = make_later_kind(REMINDER_OFFER, day + OFFER_FROM);
    return true;
}

size_t reminder_plan(const struct reminder_stay *stay, struct reminder_time out[REMINDER_KINDS])
{
    const int64_t day = stay->check_in * DAY, check_in = day + MINUTES(stay->check_in_minutes);

    if (slice_is(stay->status, "held") || waits_for_owner(stay->status))
        return plan_waiting_stay(stay, out);
    if (reminder_applies(REMINDER_RATE, stay->status)) {
        out[0] = make_later_kind(REMINDER_RATE, (stay->check_out + 1) * DAY + RATE_AT);
        return 1;
    }
    if (!reminder_applies(REMINDER_DEPARTS, stay->status))
        return 0;
    out[0] = make_for_tomorrow(REMINDER_DEPARTS, stay->check_out);
    out[1] = make_for_check_out(stay);
    if (!slice_is(stay->status, "confirmed"))
        return 2;
    out[2] = make_for_guest(REMINDER_EVE, day - DAY + EVE_AT, check_in);
    out[3] = make_for_guest(REMINDER_HOURS, check_in - BEFORE, check_in);
    out[4] = (struct reminder_time){
        .kind = REMINDER_ARRIVED, .due = day + DAY + MORNING, .until = day + DAY + NIGHT};
    out[5] = make_for_tomorrow(REMINDER_ARRIVES, stay->check_in);
    if (stay->entry_at <= 0)
        return 6;
    out[6] = make_later_kind(REMINDER_ENTRY, stay->entry_at);
    return 7;
}
