// SPDX-License-Identifier: MIT
/* A month of reminders: two instances, one of which is killed again and again. */

#include "deals.h"

enum { COPIES = 2, LINES_MAX = 64, LINE_LEN = 60, STEP_S = 30 * 60 };

#define BEGINS "2027-02-25T00:00:00Z"
#define ENDS   "2027-04-02T00:00:00Z"

/* check-in, time, zone, first status, expiry */
static const struct stay {
    const char *check_in, *time, *zone, *status, *expires_at;
} stays[] = {
    {"2027-03-01", "14:00", "Asia/Almaty",   "confirmed",       NULL                  }, /* 0: a usual one */
    {"2027-03-31", "02:00", "Europe/Moscow", "confirmed",       NULL                  }, /* 1: check-in at night */
    {"2027-03-10", "09:00", "Asia/Almaty",   "confirmed",       NULL                  }, /* 2: is cancelled */
    {"2027-03-15", "14:00", "Asia/Almaty",   "confirmed",       NULL                  }, /* 3: dates are changed */
    {"2027-03-25", "14:00", "Asia/Almaty",   "requested",
     "2027-03-05T12:00:00Z"                                                           }, /* 4: the owner does not answer */
    {"2027-03-25", "14:00", "Asia/Almaty",   "requested",
     "2027-03-06T12:00:00Z"                                                           }, /* 5: is declined */
    {"2027-03-12", "14:00", "Asia/Almaty",   "held",            NULL                  }, /* 6: is confirmed on the day */
    {"2027-03-12", "12:00", "Asia/Tokyo",    "confirmed",       NULL                  }, /* 7: in another zone */
    {"2027-03-20", "14:00", "Asia/Almaty",   "held",            "2027-03-08T12:05:00Z"}, /* 8: never confirmed */
    {"2027-03-27", "14:00", "Asia/Almaty",   "payment_claimed",
     "2027-03-07T12:00:00Z"                                                           }, /* 9: nobody checks the payment */
};
enum { STAYS = ARRAY_LEN(stays) };

static const struct act {
    const char *at;
    int stay;
    const char *status, *actor, *check_in;
} acts[] = {
    {"2027-03-05T12:00:00Z", 4, "expired",    "system",  NULL        },
    {"2027-03-06T10:00:00Z", 5, "declined",   "owner:1", NULL        },
    {"2027-03-09T06:00:00Z", 2, "cancelled",  "guest:2", NULL        },
    {"2027-03-10T06:00:00Z", 3, "confirmed",  "owner:1", "2027-03-20"},
    {"2027-03-12T07:00:00Z", 6, "confirmed",  "guest:6", NULL        },
    {"2027-03-12T10:00:00Z", 6, "checked_in", "owner:1", NULL        },
    {"2027-03-12T11:00:00Z", 7, "checked_in", "owner:1", NULL        },
    {"2027-03-14T07:00:00Z", 6, "completed",  "system",  NULL        },
};
enum { ACTS = ARRAY_LEN(acts) };

/* Sorted by time, then by stay; the recipient is last. -1: of all stays of the owner. */
static const char *const wanted[] = {
    "2027-02-25T00:30:00.000Z 4 unanswered -100", /* staff */
    "2027-02-25T00:30:00.000Z 5 unanswered -100",
    "2027-02-25T00:30:00.000Z 9 unanswered -100",
    "2027-02-28T05:00:00.000Z 0 eve 10",       /* 10:00 in Almaty */
    "2027-02-28T14:00:00.000Z -1 evening 500", /* 19:00, the owner */
    "2027-03-01T06:00:00.000Z 0 hours 10",     /* 11:00 */
    "2027-03-02T04:00:00.000Z 0 arrived 500",  /* 9:00, the owner */
    "2027-03-02T14:00:00.000Z -1 evening 500",
    "2027-03-03T04:00:00.000Z 0 leaves 10", /* 9:00 */
    "2027-03-05T11:00:00.000Z 4 ends 500",
    "2027-03-07T11:00:00.000Z 9 ends 500",
    "2027-03-07T12:00:00.000Z 9 overdue -100",
    "2027-03-08T12:00:00.000Z 8 hold 18",
    "2027-03-09T05:00:00.000Z 2 eve 12",
    "2027-03-11T01:00:00.000Z 7 eve 17", /* 10:00 in Tokyo */
    "2027-03-11T10:00:00.000Z -1 evening 500",
    "2027-03-12T00:00:00.000Z 7 hours 17",     /* 9:00 */
    "2027-03-13T10:00:00.000Z -1 evening 500", /* of 6 and 7 */
    "2027-03-14T00:00:00.000Z 7 leaves 17",
    "2027-03-14T04:00:00.000Z 6 leaves 16",
    "2027-03-15T06:00:00.000Z 6 rate 16", /* 11:00 */
    "2027-03-19T05:00:00.000Z 3 eve 13",
    "2027-03-19T14:00:00.000Z -1 evening 500",
    "2027-03-20T06:00:00.000Z 3 hours 13",
    "2027-03-21T04:00:00.000Z 3 arrived 500",
    "2027-03-21T14:00:00.000Z -1 evening 500",
    "2027-03-22T04:00:00.000Z 3 leaves 13",
    "2027-03-30T07:00:00.000Z 1 eve 11", /* 10:00 in Moscow */
    "2027-03-30T16:00:00.000Z -1 evening 500",
    "2027-03-30T18:30:00.000Z 1 hours 11", /* 21:30 */
    "2027-04-01T06:00:00.000Z 1 arrived 500",
    "2027-04-01T16:00:00.000Z -1 evening 500",
};
enum { WANTED = ARRAY_LEN(wanted) };

static char lines[LINES_MAX][LINE_LEN];
static int line_count;
static struct notifier *copies[COPIES];

static void begin(void)
{
    deals_begin();
    line_count = 0;
}

TEST_CASE("reminders", .setup = begin, .teardown = sends_finish, .timeout_s = 200);

/* --- the month --- */

static bool act(void)
{
    bool any = false;

    for (int i = 0; i < ACTS; i++) {
        if (deals_time(acts[i].at) != deals_now_us)
            continue;
        struct deal *deal = &deals[acts[i].stay];
        deal->expires_at = 0;
        if (acts[i].check_in != NULL)
            deal->check_in = acts[i].check_in;
        deal_step(deal, acts[i].status, acts[i].actor, acts[i].check_in);
        any = true;
    }
    return any;
}

static long long due(void)
{
    return stand_number("SELECT count(*) FROM reminder WHERE done_at IS NULL"
                        " AND try_at <= to_timestamp(%lld)",
                        (long long)(deals_now_us / US_PER_S));
}

static int number_of(const char *booking)
{
    for (int i = 0; i < deals_count; i++)
        if (strcmp(sends_id(&deals[i].id), booking) == 0)
            return i;
    return -1;
}

/* Collects the messages since the last call, with the time of the test. */
static void collect(void)
{
    static char seen[] = "seen"; /* marks rows as collected */
    char now[NOW_RFC3339_LEN + 1];

    now_format_rfc3339(deals_now_us, now);
    while (stand_number("SELECT count(*) FROM sending WHERE dedupe_key LIKE 'remind:%%'"
                        " AND moved_by IS DISTINCT FROM '%s'",
                        seen) > 0) {
        const char *row = stand_text("UPDATE sending SET moved_by = '%s' WHERE id ="
                                     " (SELECT id FROM sending WHERE dedupe_key LIKE 'remind:%%'"
                                     "  AND moved_by IS DISTINCT FROM '%s'"
                                     "  ORDER BY dedupe_key LIMIT 1) RETURNING"
                                     " split_part(dedupe_key, ':', 2) || ' '"
                                     " || split_part(dedupe_key, ':', 3) || ' ' || chat_id",
                                     seen, seen);
        ck_assert_int_lt(line_count, LINES_MAX);
        snprintf(lines[line_count++], LINE_LEN, "%s %d %s", now,
                 number_of(textf("%.*s", UUID_TEXT_LEN, row)), row + UUID_TEXT_LEN + 1);
    }
}

static void move_to(int64_t now_us, int *restarts)
{
    deals_now_us = now_us;
    if (act())
        deals_wait();
    if (due() == 0)
        return;
    /* Kills one instance during its work. */
    const int n = (*restarts)++;
    stand_sleep(n % 5);
    deals_kill(copies[n % COPIES]);
    copies[n % COPIES] = deals_follow();
    for (int waited = 0; due() > 0; waited++) {
        ck_assert_int_lt(waited, 12000);
        stand_sleep(5);
    }
    collect();
}

FIBER_TEST(each_reminder_comes_once_at_its_local_time)
{
    int restarts = 0;

    deals_now_us = deals_time(BEGINS);
    deal_person(DEAL_OWNER, "ru");
    deal_staff_chat(-100);
    for (int i = 0; i < COPIES; i++)
        copies[i] = deals_follow();
    deals_wait();
    for (int i = 0; i < STAYS; i++) {
        struct deal *deal = deal_make(10 + i, stays[i].status, "guest:x");
        deal_person(10 + i, "ru");
        deal->check_in = stays[i].check_in;
        deal->check_in_time = stays[i].time;
        deal->zone = stays[i].zone;
        if (stays[i].expires_at != NULL)
            deal->expires_at = deals_time(stays[i].expires_at);
    }
    deals_wait();
    deals_delay_ms = 1;
    while (deals_now_us < deals_time(ENDS))
        move_to(deals_now_us + STEP_S * US_PER_S, &restarts);
    for (int i = 0; i < line_count || i < WANTED; i++) {
        ck_assert_msg(i < line_count, "%s is missing", wanted[i]);
        ck_assert_msg(i < WANTED, "%s is too much", lines[i]);
        ck_assert_str_eq(lines[i], wanted[i]);
    }
    ck_assert_int_ge(restarts, WANTED - 2); /* the first three come at once */
    ck_rows(1, "sending WHERE chat_id = 10"
               " AND payload::text LIKE '%%Ключ под ковриком%%'");
    ck_rows(3, "sending WHERE chat_id = 500"
               " AND payload::text LIKE '%%go.0.deal_in.%%'"
               " AND payload::text LIKE '%%go.0.deal_absent.%%'");
    ck_rows(1, "sending WHERE dedupe_key LIKE '%%:evening:%%'"
               " AND payload::text LIKE '%%Заезжают: 0%%Выезжают: 2%%выезд%%'");
}

/* --- reminders that are not sent --- */

static const struct {
    const char *why, *status;
    int64_t late_s; /* delay after the due time until the service is back */
    int said;
} lates[] = {
    {"in time",                     "confirmed", 0,         1},
    {"late, but of use",            "confirmed", 2 * 3600,  1},
    {"in the night",                "confirmed", 13 * 3600, 0},
    {"cancelled, the event unread", "cancelled", 0,         0},
};

static void begin_with_a_guest(void)
{
    deals_now_us = deals_time(BEGINS);
    deal_person(10, "ru");
    copies[0] = deals_follow();
    deals_wait();
}

FIBER_TEST_ROWS_WHY(expired_reminder_is_not_sent, lates)
{
    const int64_t due_us = deals_time("2027-03-04T05:00:00Z");

    begin_with_a_guest();
    struct deal *deal = deal_make(10, "confirmed", "guest:10");
    deals_wait();
    stand_stop(copies[0]);
    ck_rows(6, "reminder");
    deal->status = row->status;
    deals_now_us = due_us + row->late_s * US_PER_S;
    stand_sql("UPDATE booking_feed SET leased_until = now()");
    copies[0] = deals_follow();
    wait_for("SELECT done_at IS NOT NULL FROM reminder WHERE kind = 'eve'");
    ck_assert(stand_number("SELECT count(*) FROM sending") == row->said);
}

FIBER_TEST(failed_reminder_is_retried)
{
    begin_with_a_guest();
    deals_broken = deal_make(10, "held", "guest:10");
    struct deal *deal = deal_make(10, "confirmed", "guest:10");
    deals_wait();
    deals_broken = deal;
    deals_now_us = deals_time("2027-03-04T05:00:00Z");
    wait_for("SELECT try_at > due_at FROM reminder WHERE kind = 'eve'");
    deals_broken = NULL;
    deals_now_us += 61 * US_PER_S;
    wait_for("SELECT done_at IS NOT NULL FROM reminder WHERE kind = 'eve'");
    ck_rows(1, "sending");
}

FIBER_TEST(reminder_waits_for_booking_api)
{
    begin_with_a_guest();
    (void)deal_make(10, "confirmed", "guest:10");
    deals_wait();
    deals_away = true;
    deals_now_us = deals_time("2027-03-04T05:00:00Z");
    stand_sleep(100);
    ck_rows(0, "sending");
    ck_assert_int_eq(due(), 1);
    deals_away = false;
    wait_for("SELECT done_at IS NOT NULL FROM reminder WHERE kind = 'eve'");
    ck_rows(1, "sending");
}

/* The door code is that of the guest's view: booking-api decides who sees it, and from when on. */
FIBER_TEST(how_to_get_in_comes_at_its_time_and_with_a_phone)
{
    deals_now_us = deals_time(BEGINS);
    copies[0] = deals_follow();
    deals_wait();
    for (int guest = 10; guest <= 12; guest++) {
        deal_person(guest, "ru");
        struct deal *deal = deal_make(guest, "confirmed", "guest:x");
        deal->entry_at = deals_time("2027-03-04T09:00:00Z");
        deal->needs_phone = guest == 11;
    }
    deals_wait();
    deals[2].entry_at += 3600 * US_PER_S;
    deals_now_us = deals_time("2027-03-04T09:00:00Z");
    wait_for("SELECT count(done_at) = 2 AND count(*) = 3 AND bool_or(try_at > due_at)"
             " FROM reminder WHERE kind = 'entry'");
    ck_rows(1, "sending WHERE dedupe_key LIKE '%%:entry:%%' AND chat_id = 10"
               " AND payload::text LIKE '%%Скоро заезд%%Ключ под ковриком%%'");
    ck_rows(1, "sending WHERE dedupe_key LIKE '%%:entry:%%' AND chat_id = 11"
               " AND payload::text LIKE '%%номер телефона%%'");
    deals_now_us += 3660 * US_PER_S;
    wait_for("SELECT bool_and(done_at IS NOT NULL) FROM reminder WHERE kind = 'entry'");
    ck_rows(1, "sending WHERE chat_id = 12 AND payload::text LIKE '%%Ключ под ковриком%%'");
    ck_rows(0, "sending WHERE chat_id = 11 AND payload::text LIKE '%%Ключ%%'");
}

FIBER_TEST(reminder_of_the_day_shows_no_more_than_the_guest_may_see)
{
    begin_with_a_guest();
    deal_make(10, "confirmed", "guest:10")->needs_phone = true;
    deals_wait();
    deals_now_us = deals_time("2027-03-05T06:00:00Z");
    wait_for("SELECT done_at IS NOT NULL FROM reminder WHERE kind = 'hours'");
    ck_rows(1, "sending WHERE payload::text LIKE '%%Ждём вас сегодня%%'");
    ck_rows(0, "sending WHERE payload::text LIKE '%%Ключ%%'");
}
