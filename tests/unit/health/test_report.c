// SPDX-License-Identifier: MIT
/* The text of the morning report, and its time. */
#include <time.h>

#include "base/text.h"

#include "report/report_text.h"
#include "support/scratch.h"
#include "unit/health/page_world.h"

/* --- time --- */

/* 2026-11-22 00:00 in Almaty, which is 5 hours ahead of UTC. */
#define DAY_S INT64_C(1795287600)

static const struct {
    const char *why, *at;
    int minute; /* of that day */
    bool due;
} times[] = {
    {"a minute before",                       "09:00", 8 * 60 + 59,  false},
    {"nine",                                  "09:00", 9 * 60,       true },
    {"the process was down at nine",          "09:00", 11 * 60 + 59, true },
    {"noon is too late",                      "09:00", 12 * 60,      false},
    {"the night before",                      "09:00", 0,            false},
    {"an evening's report ends with the day", "22:30", 23 * 60 + 59, true },
    {"not after midnight",                    "22:30", 24 * 60,      false},
    {"never",                                 "",      9 * 60,       false},
};

TEST_ROWS_WHY(report_is_due_at_its_time, times)
{
    int at;

    time_zone("Asia/Almaty");
    ck_assert(report_parse_time(row->at, &at));
    ck_assert(report_is_due(at, (DAY_S + row->minute * 60) * US_PER_S) == row->due);
}

static const struct {
    const char *why, *zone;
    int64_t now_s;
    int day;
    int64_t from_s, to_s;
} days[] = {
    {"a day",                   "Asia/Almaty",   DAY_S + 9 * 3600, 20261122, DAY_S - 86400,     DAY_S        },
    {"its first second",        "Asia/Almaty",   DAY_S,            20261122, DAY_S - 86400,     DAY_S        },
    {"the second before",       "Asia/Almaty",   DAY_S - 1,        20261121, DAY_S - 2 * 86400, DAY_S - 86400},
 /* 2026-10-25, Berlin: that day has 25 hours; 2026-03-29 has 23. 2027-01-01 is after
  * 2026-12-31. */
    {"after a day of 25 hours", "Europe/Berlin", 1792998000,       20261026, 1792879200,        1792969200   },
    {"after a day of 23 hours", "Europe/Berlin", 1774854000,       20260330, 1774738800,        1774821600   },
    {"the first day of a year", "UTC",           1798794000,       20270101, 1798675200,        1798761600   },
};

TEST_ROWS_WHY(yesterday_is_from_midnight_to_midnight, days)
{
    time_zone(row->zone);
    const struct report_day day = report_day_if_sent_at(row->now_s * US_PER_S);

    ck_assert_int_eq(day.day, row->day);
    ck_assert_msg(day.from_us == row->from_s * US_PER_S, "from %lld",
                  (long long)(day.from_us / US_PER_S));
    ck_assert_msg(day.to_us == row->to_s * US_PER_S, "to %lld", (long long)(day.to_us / US_PER_S));
}

/* --- text --- */

static struct page_world *world;
static struct uptime uptimes[CHECKS_MAX];
static struct incident incidents[40];
static struct report_story story;
static char room[REPORT_TEXT_MAX];

static void scene(enum page_scene which)
{
    world = page_world(which);
    for (size_t i = 0; i < CHECKS_MAX; i++)
        uptimes[i] = (struct uptime){1, NAN};
    world->view.now_us -= (5 * 60 + 5) * 60 * US_PER_S; /* 09:00 */
    story = (struct report_story){.view = &world->view,
                                  .day = report_day_if_sent_at(world->view.now_us),
                                  .uptimes = uptimes,
                                  .incidents = incidents,
                                  .public_url = "https://health.example/"};
}

static void read_last(size_t check, enum measure measure, double value)
{
    struct probe_result *last = &world->states[check].last;

    last->readings[last->reading_count++] = (struct reading){measure, value};
}

static const char *say(void (*how)(const struct report_story *story, struct buf *out))
{
    struct buf out = buf_over(room, sizeof room);

    how(&story, &out);
    buf_char(&out, '\0');
    ck_assert(buf_ok(&out, &fault));
    ck_assert(text_is_utf8(slice_of(room)));
    return room;
}

TEST(good_day_has_a_short_report)
{
    scene(SCENE_GREEN);
    read_last(7, MEASURE_certificate_days, 20.5);
    read_last(6, MEASURE_certificate_days, 61);
    read_last(12, MEASURE_disk_free_percent, 41);
    uptimes[1].p95_ms = 11.2F;
    uptimes[6].p95_ms = 120;
    uptimes[0].up = NAN;
    ck_assert_str_eq(say(report_write_subject), "Утро 22.11, server1: всё работает");
    ck_assert_str_eq(say(report_write_text), "Сейчас всё работает, с 19.11 14:05\n"
                                             "\n"
                                             "Вчера, 21.11\n"
                                             "Всё работало весь день\n"
                                             "Сбоев и предупреждений не было\n"
                                             "95 % проб отвечали не дольше:\n"
                                             "• Бронирование квартир: 12 мс\n"
                                             "• Сайт tapbot.kz: 120 мс\n"
                                             "\n"
                                             "Обратите внимание\n"
                                             "• Сертификат сайта: сертификату осталось дней 20,5\n"
                                             "• Диск /: свободно на диске 41 %\n"
                                             "\n"
                                             "Страница: https://health.example/\n");
}

static void set_incident(size_t i, size_t check, enum level level, int64_t from_us, int64_t to_us,
                         const char *who)
{
    incidents[i] = (struct incident){.level = level, .started_us = from_us, .ended_us = to_us};
    memcpy(incidents[i].check, world->checks[check].name, sizeof incidents[i].check);
    strcpy(incidents[i].acked_by, who);
}

TEST(bad_day_has_failures_durations_and_acks)
{
    const int64_t hour_us = 3600 * US_PER_S;

    scene(SCENE_RED);
    world->view.overall_since_us = story.day.to_us - hour_us;
    read_last(5, MEASURE_error_percent, 0.25);
    uptimes[0].up = 0.9931F;
    uptimes[1].up = 0.999999F;
    set_incident(0, 0, LEVEL_RED, story.day.to_us - hour_us, 0, "");
    set_incident(1, 12, LEVEL_YELLOW, story.day.from_us + hour_us, story.day.from_us + 3 * hour_us,
                 "telegram:7 @ann");
    set_incident(2, 1, LEVEL_RED, story.day.from_us - 2 * hour_us, story.day.from_us + hour_us, "");
    strcpy(incidents[2].check, "gone");
    story.incident_count = 3;
    story.missed = 120;
    ck_assert_str_eq(say(report_write_subject), "Утро 22.11, server1: есть сбой");
    ck_assert_str_eq(say(report_write_text),
                     "Сейчас есть сбой, с 21.11 23:00\n"
                     "• PostgreSQL: не работает\n"
                     "• Бронирование квартир: следствие другой проблемы\n"
                     "• Боты: следствие другой проблемы\n"
                     "• Сценарии n8n: сбой, без оповещений\n"
                     "• Диск /: посмотрите сегодня\n"
                     "\n"
                     "Вчера, 21.11\n"
                     "Были перебои:\n"
                     "• PostgreSQL: 99,31 %\n"
                     "• Бронирование квартир: 99,99 %\n"
                     "Сбоев и предупреждений: 3\n"
                     "• PostgreSQL: сбой с 23:00, длится уже 10 ч, никто не принял\n"
                     "• Диск /: предупреждение с 01:00, длилось 2 ч, принял telegram:7 @ann\n"
                     "• gone: сбой с 20.11 22:00, длилось 3 ч, никто не принял\n"
                     "История пропустила замеров: 120\n"
                     "\n"
                     "Обратите внимание\n"
                     "• Вход Traefik: ответов с ошибкой 0,2 %\n"
                     "\n"
                     "Не оповещаем\n"
                     "• n8n до 16:05, меняем версию\n"
                     "\n"
                     "Страница: https://health.example/\n");
}

TEST(prometheus_alerts_are_reported_by_their_text)
{
    struct rule_alert alerts[3] = {0};

    scene(SCENE_GREEN);
    world->view.overall = VERDICT_RED;
    world->view.rules = (struct rules){.alerts = alerts, .room = COUNT(alerts), .used = 3};
    incidents[0] = (struct incident){.check = "prometheus-diskslow-1a2b3c4d",
                                     .level = LEVEL_RED,
                                     .trouble = TROUBLE_RULE,
                                     .detail = "Диск отвечает медленно",
                                     .started_us = story.day.to_us - 3600 * US_PER_S};
    story.incident_count = 1;
    for (size_t i = 0; i < COUNT(alerts); i++)
        alerts[i] = (struct rule_alert){
            .incident = incidents[0], .until_us = INT64_MAX, .verdict = VERDICT_RED};
    alerts[1].until_us = 0; /* a free slot */
    alerts[2].verdict = VERDICT_GREEN;
    const char *text = say(report_write_text);
    ck_has(text, "с 19.11 14:05\n• Диск отвечает медленно: не работает\n\n");
    ck_has(text, "\n• Диск отвечает медленно: сбой с 23:00, длится уже 10 ч, никто не принял\n");
    ck_lacks(text, "prometheus-");
}

TEST(day_without_history_is_reported_as_unknown)
{
    scene(SCENE_NEW);
    story.uptimes = NULL;
    story.public_url = "";
    ck_assert_str_eq(say(report_write_subject), "Утро 22.11, server1: ещё проверяем");
    ck_assert_str_eq(say(report_write_text),
                     "Сейчас ещё проверяем\n"
                     "\n"
                     "Вчера, 21.11\n"
                     "Сколько что работало, неизвестно: история недоступна\n"
                     "Сбоев и предупреждений не было\n");
}

TEST(longest_report_fits)
{
    scene(SCENE_FULL);
    for (size_t i = 0; i < CHECKS_MAX; i++) {
        uptimes[i] = (struct uptime){0.5F, 10};
        memset(world->checks[i].name, 'n', CHECK_NAME_MAX);
    }
    for (size_t i = 0; i < COUNT(incidents); i++)
        set_incident(i, i, LEVEL_RED, story.day.from_us, 0, "Aigul\r\nBcc: x@y");
    story.incident_count = COUNT(incidents);
    const char *text = say(report_write_text);

    ck_assert_uint_lt(strlen(text), REPORT_TEXT_MAX / 2);
    ck_assert_ptr_null(strchr(text, '\r'));
    ck_lacks(text, "\nBcc");
    ck_has(text, "• и ещё 30\n");
    ck_has(text, "• и ещё 54\n");
    ck_assert_ptr_null(strpbrk(say(report_write_subject), "\r\n"));
}
