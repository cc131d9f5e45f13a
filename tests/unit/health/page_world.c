// SPDX-License-Identifier: MIT
#include "unit/health/page_world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/now.h"

#define NOW     (INT64_C(1795338310) * US_PER_S)
#define MINUTES (60 * US_PER_S)
#define HOURS   (60 * MINUTES)
#define DAYS    (24 * HOURS)

const char *const page_scenes[PAGE_SCENES + 1] = {"green", "red", "full", "new", NULL};

static struct page_world world;

// clang-format off
static const struct {
    const char *name, *server, *runbook, *titles[3];
    enum check_kind kind;
    bool counted, outside;
    int latency_ms;
} rows[] = {
    {"postgres", "server2", "postgres", {"PostgreSQL", "PostgreSQL", "PostgreSQL"}, CHECK_POSTGRES, true, false, 3},
    {"flats-api", "server2", "service", {"Бронирование квартир", "Flats", "Пәтер брондау"}, CHECK_SERVICE, true, true, 8},
    {"bot-gateway", "server1", "bot-gateway", {"Боты", "Bots", "Боттар"}, CHECK_SERVICE, true, true, 6},
    {"redis", "server2", "redis", {"Redis", "Redis", "Redis"}, CHECK_REDIS, true, false, 1},
    {"telegram", "server1", "telegram", {"Доставка из Telegram", "Delivery from Telegram", "Telegram-нан жеткізу"}, CHECK_TELEGRAM, true, false, 140},
    {"traefik", "server2", "traefik", {"Вход Traefik", "Traefik edge", "Traefik кірісі"}, CHECK_TRAEFIK, true, false, 4},
    {"site", "server2", "http", {"Сайт tapbot.kz", "The site tapbot.kz", "tapbot.kz сайты"}, CHECK_HTTP, true, true, 45},
    {"site-tls", "server2", "tls", {"Сертификат сайта", "Certificate of the site", "Сайт сертификаты"}, CHECK_TLS, true, false, 60},
    {"site-dns", "server1", "dns", {"Записи DNS", "DNS records", "DNS жазбалары"}, CHECK_DNS, true, false, 22},
    {"directus", "server2", "directus", {"Directus", "Directus", "Directus"}, CHECK_DIRECTUS, true, false, 31},
    {"n8n", "server1", "n8n", {"Сценарии n8n", "n8n workflows", "n8n сценарийлері"}, CHECK_N8N, true, false, 28},
    {"containers", "server2", "containers", {"Контейнеры", "Containers", "Контейнерлер"}, CHECK_CONTAINERS, true, false, 12},
    {"disk", "server2", "disk", {"Диск /", "Disk /", "/ дискісі"}, CHECK_DISK, true, false, 0},
    {"backup", "server2", "heartbeat", {"Резервная копия", "Backup", "Сақтық көшірме"}, CHECK_HEARTBEAT, true, false, 0},
    {"host-1", "server1", "host", {"Машина 1", "Machine 1", "1-машина"}, CHECK_HOST, false, false, 1},
    {"host-2", "server2", "host", {"Машина 2", "Machine 2", "2-машина"}, CHECK_HOST, false, false, 1},
};
// clang-format on
enum { ROWS = ARRAY_LEN(rows) };

/* The same numbers in every run. */
static unsigned draw(void)
{
    static unsigned state;

    state = state * 1664525U + 1013904223U;
    return state >> 16;
}

static void set_trend(struct trend *trend, size_t index, int latency_ms)
{
    trend->day = index % 5 == 3 ? 0.9931F : 1;
    trend->week = index % 5 == 3 ? 0.9979F : 1;
    trend->month = index % 3 == 1 ? 0.9996F : 1;
    trend->year = index % 2 == 1 ? NAN : 0.9998F;
    for (int day = 0; day < TREND_DAYS; day++)
        trend->days[day] = index % 4 == 3 && day < 40   ? NAN
                           : (draw() + index) % 31 == 0 ? 0.95F
                           : draw() % 23 == 0           ? 0.995F
                                                        : 1;
    for (int i = 0; i < TREND_POINTS; i++)
        trend->latency_ms[i] = latency_ms == 0 || i % 50 == 17
                                   ? NAN
                                   : (float)latency_ms * (1 + (float)(draw() % 100) / 120);
}

static void set_check(size_t i)
{
    const size_t row = i % ROWS;
    const int latency_ms = rows[row].latency_ms;

    world.checks[i] = (struct check){.kind = rows[row].kind,
                                     .target = "",
                                     .server = rows[row].server,
                                     .interval_ms = 10000,
                                     .timeout_ms = 5000,
                                     .severity = SEVERITY_CRITICAL,
                                     .counted = rows[row].counted,
                                     .outside = rows[row].outside,
                                     .runbook = rows[row].runbook};
    memcpy(world.checks[i].title, rows[row].titles, sizeof world.checks[i].title);
    snprintf(world.checks[i].name, sizeof world.checks[i].name, i < ROWS ? "%.40s" : "%.40s-%zu",
             rows[row].name, i);
    world.states[i] = (struct verdict_state){.level = LEVEL_GREEN,
                                             .since_us = NOW - 3 * DAYS,
                                             .probed_us = NOW - 4 * US_PER_S,
                                             .last = {.took_us = latency_ms * US_PER_MS + 300}};
    if (rows[row].kind == CHECK_HEARTBEAT)
        world.states[i].last = (struct probe_result){
            .readings = {{MEASURE_heartbeat_age_s, 3 * 86400},
                         {MEASURE_heartbeat_took_s, 372},
                         {MEASURE_heartbeat_loss_s, 125}},
            .reading_count = 3,
            .began_us = NOW
        };
    world.verdicts[i] =
        (struct check_verdict){.verdict = VERDICT_GREEN, .cause = i, .since_us = NOW - 3 * DAYS};
    set_trend(&world.trends[i], i, latency_ms);
}

static void set_bad(size_t i, enum verdict verdict, size_t cause, enum probe_trouble trouble,
                    int64_t ago_us)
{
    world.states[i].level = verdict == VERDICT_YELLOW ? LEVEL_YELLOW : LEVEL_RED;
    world.states[i].present.trouble = trouble;
    world.verdicts[i] =
        (struct check_verdict){.verdict = verdict, .cause = cause, .since_us = NOW - ago_us};
}

static void set_incident(size_t i, size_t check, int64_t started_us, int64_t ended_us)
{
    world.incidents[i] = (struct incident){
        .level = i % 3 == 2 ? LEVEL_YELLOW : LEVEL_RED,
        .trouble = (enum probe_trouble)(1 + i % (TROUBLES - 1)),
        .reading = {MEASURES, 0},
        .started_us = started_us,
        .ended_us = ended_us
    };
    memset(world.incidents[i].id.bytes, (int)i + 1, sizeof world.incidents[i].id.bytes);
    memcpy(world.incidents[i].check, world.checks[check].name, sizeof world.incidents[i].check);
    if (i % 2 == 1) {
        snprintf(world.incidents[i].acked_by, sizeof world.incidents[i].acked_by, "Айгуль");
        world.incidents[i].acked_us = started_us + MINUTES;
    }
}

static void set_silence(size_t i, const char *match)
{
    world.silences[i] =
        (struct silence){.since_us = NOW - HOURS, .until_us = NOW + (int64_t)(i + 2) * HOURS};
    snprintf(world.silences[i].match, sizeof world.silences[i].match, "%s", match);
    snprintf(world.silences[i].reason, sizeof world.silences[i].reason, "меняем версию");
    snprintf(world.silences[i].who, sizeof world.silences[i].who, "Данияр");
}

static void scene_red(struct monitor_view *view)
{
    static const struct limit room = {MEASURE_disk_free_percent, 20, 10};

    set_bad(0, VERDICT_RED, 0, TROUBLE_REFUSED, 7 * MINUTES);
    set_bad(1, VERDICT_AFFECTED, 0, TROUBLE_NOT_READY, 7 * MINUTES);
    set_bad(2, VERDICT_AFFECTED, 0, TROUBLE_NOT_READY, 7 * MINUTES);
    set_bad(10, VERDICT_SILENCED, 10, TROUBLE_TIMEOUT, 2 * HOURS);
    set_bad(12, VERDICT_YELLOW, 12, TROUBLE_NONE, 5 * HOURS);
    world.checks[12].limits[0] = room;
    world.checks[12].limit_count = 1;
    world.states[12].present.readings[0] = (struct reading){MEASURE_disk_free_percent, 14.5};
    world.states[12].present.reading_count = 1;
    set_incident(0, 0, NOW - 7 * MINUTES, 0);
    set_incident(1, 12, NOW - 5 * HOURS, 0);
    world.incidents[0].trouble = TROUBLE_REFUSED;
    world.incidents[1].level = LEVEL_YELLOW;
    world.incidents[1].trouble = TROUBLE_NONE;
    world.incidents[1].reading = world.states[12].present.readings[0];
    for (size_t i = 2; i < 14; i++)
        set_incident(i, i % ROWS, NOW - (int64_t)i * 3 * DAYS,
                     NOW - (int64_t)i * 3 * DAYS + (int64_t)i * (int64_t)i * MINUTES);
    view->incident_count = 14;
    set_silence(0, "n8n");
    view->silence_count = 1;
    view->overall = VERDICT_RED;
    view->overall_since_us = NOW - 7 * MINUTES;
}

static void scene_full(struct monitor_view *view)
{
    for (size_t i = 0; i < CHECKS_MAX; i++) {
        set_bad(i, VERDICT_RED, i, TROUBLE_STATUS, 2 * HOURS);
        memset(world.states[i].present.detail, '<', sizeof world.states[i].present.detail - 1);
        world.checks[i].counted = true;
        for (int day = 0; day < TREND_DAYS; day++)
            world.trends[i].days[day] = day % 2 == 0 ? 1 : 0.5F;
    }
    for (size_t i = 0; i < PAGE_INCIDENTS; i++)
        set_incident(i, i, NOW - 2 * HOURS, i % 2 == 0 ? 0 : NOW);
    for (size_t i = 0; i < SILENCES_MAX; i++) {
        set_silence(i, "*");
        memset(world.silences[i].reason, '"', sizeof world.silences[i].reason - 1);
    }
    view->incident_count = PAGE_INCIDENTS;
    view->silence_count = SILENCES_MAX;
    view->overall = VERDICT_RED;
    view->maintenance = true;
    view->maintenance_until_us = NOW + HOURS;
    view->history_gap_us = NOW - HOURS;
    view->alert_bot_shared = true;
}

static void scene_new(struct monitor_view *view)
{
    memset(world.states, 0, sizeof world.states);
    memset(world.verdicts, 0, sizeof world.verdicts);
    for (size_t i = 0; i < world.plan.count; i++) {
        struct trend *trend = &world.trends[i];
        trend->day = trend->week = trend->month = trend->year = NAN;
        for (int day = 0; day < TREND_DAYS; day++)
            trend->days[day] = NAN;
        for (int k = 0; k < TREND_POINTS; k++)
            trend->latency_ms[k] = NAN;
    }
    view->overall = VERDICT_UNKNOWN;
    view->overall_since_us = 0;
}

struct page_world *page_world(enum page_scene scene)
{
    struct monitor_view *view = &world.view;

    setenv("TZ", "<+05>-5", 1);
    tzset();
    world.plan = (struct plan){.checks = world.checks,
                               .count = scene == SCENE_FULL ? CHECKS_MAX : ROWS,
                               .servers = "server1,server2",
                               .server = "server1"};
    for (size_t i = 0; i < CHECKS_MAX; i++)
        set_check(i);
    *view = (struct monitor_view){.plan = &world.plan,
                                  .states = world.states,
                                  .verdicts = world.verdicts,
                                  .trends = world.trends,
                                  .incidents = world.incidents,
                                  .silences = world.silences,
                                  .overall = VERDICT_GREEN,
                                  .overall_since_us = NOW - 3 * DAYS,
                                  .now_us = NOW};
    if (scene == SCENE_RED)
        scene_red(view);
    else if (scene == SCENE_FULL)
        scene_full(view);
    else if (scene == SCENE_NEW)
        scene_new(view);
    return &world;
}
