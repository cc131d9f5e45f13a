// SPDX-License-Identifier: MIT
/* The page of a constructed view. tests/page tests it in a browser. */

#include "base/embed.h"
#include "base/text.h"

#include "page/page.h"
#include "support/patience.h"
#include "support/scratch.h"
#include "unit/health/page_world.h"

enum { PAGE_MAX = 4 * 1024 * 1024 /* HTTP_REPLY_MAX */ };

extern const struct embed_file health_page_files[];
extern const size_t health_page_file_count;

static struct page_world *world;
static struct page_options options;
static char room[PAGE_MAX];

static void setup(void)
{
    options = (struct page_options){.language = LANGUAGE_RU,
                                    .docs_url = "https://docs.example",
                                    .token = "token-of-the-day",
                                    .zone = "Asia/Almaty"};
}

TEST_CASE("page", .setup = setup);

typedef void render_fn(const struct monitor_view *shown, const struct page_options *how,
                       struct buf *out);

static const char *rendered(render_fn *render)
{
    struct buf out = buf_over(room, sizeof room);

    render(&world->view, &options, &out);
    buf_char(&out, '\0');
    ck_assert(buf_ok(&out, &fault));
    return room;
}

static const char *page_of(enum page_scene scene)
{
    world = page_world(scene);
    return rendered(page_render);
}

static int count(const char *page, const char *part)
{
    int found = 0;

    for (const char *at = page; (at = strstr(at, part)) != NULL; at++)
        found++;
    return found;
}

/* --- the page --- */

TEST(page_shows_problem_time_and_advice)
{
    const char *page = page_of(SCENE_RED);

    ck_has(page, "<html lang=\"ru\">");
    ck_has(page, "role=\"status\"");
    ck_has(page, "<h1>Есть сбой</h1><p>с <time datetime=\"2026-11-22T08:58:10.000Z\">13:58");
    ck_has(page, "исправно проверок: 9 из 14");
    ck_has(page, "не принимает соединения");
    ck_has(page, "<code>docker compose ps -a postgres</code>");
    ck_has(page, "https://docs.example/runbook.html#postgres");
    ck_has(page, "Из-за этого задето: Бронирование квартир, Боты");
    ck_has(page, "свободно на диске 14,5 %, жёлтая граница 20 %");
    ck_has(page, "причина: PostgreSQL");
    ck_has(page, "ответственный: Айгуль");
    ck_has(page, "<strong>n8n</strong> до <time");
    ck_assert(strstr(page, "PostgreSQL <span") < strstr(page, "Диск / <span")); /* red first */
    ck_assert_int_eq(count(page, "class=\"problem "), 2);
}

TEST(runbook_file_is_named_without_docs_url)
{
    options.docs_url = NULL;
    ck_has(page_of(SCENE_RED), "Подробнее: docs/runbook.md, postgres</p>");
}

TEST(unacknowledged_incident_has_a_form)
{
    const char *page = page_of(SCENE_RED);

    ck_assert_int_eq(count(page, "<form "), 1);
    ck_has(page, "<form method=\"post\" "
                 "action=\"/incidents/01010101-0101-0101-0101-010101010101/ack?lang=ru\">");
    ck_has(page, "name=\"token\" value=\"token-of-the-day\"");
    options.language = LANGUAGE_KZ;
    ck_has(page_of(SCENE_RED), "/ack?lang=kz\">");
}

TEST(prometheus_alerts_are_problems)
{
    static struct rule_alert alerts[RULES_INCIDENTS_MAX];

    world = page_world(SCENE_GREEN);
    alerts[0] = (struct rule_alert){
        .until_us = INT64_MAX,
        .verdict = VERDICT_YELLOW,
        .incident = {.id = uuid_make(),
                     .check = "prometheus-cpuhigh-1a2b3c4d",
                     .level = LEVEL_YELLOW,
                     .trouble = TROUBLE_RULE,
                     .detail = "Процессор <занят>",
                     .command = "deploy/tapbot status",
                     .runbook = "host",
                     .reading = {.measure = MEASURES},
                     .started_us = world->view.now_us - 60 * US_PER_S}
    };
    alerts[1] = (struct rule_alert){.until_us = INT64_MAX, .verdict = VERDICT_RED};
    alerts[2] = alerts[0];
    alerts[2].verdict = VERDICT_SILENCED;
    world->view.rules = (struct rules){.alerts = alerts, .room = 3, .used = 3};
    world->view.incidents = &alerts[0].incident;
    world->view.incident_count = 1;
    const char *page = rendered(page_render);
    ck_assert_int_eq(count(page, "class=\"problem b-yellow\""), 1);
    ck_assert_int_eq(count(page, "class=\"problem "), 1);
    ck_has(page, "Процессор &lt;занят&gt;</h3><p>сработало правило Prometheus: "
                 "prometheus-cpuhigh-1a2b3c4d</p>");
    ck_has(page, "<code>deploy/tapbot status</code>");
    ck_has(page, "/runbook.html#host\"");
    ck_has(page, "/ack?lang=ru\"");
    ck_has(page, "чем мы оповещаем сразу, ещё: 1<");
    ck_lacks(rendered(page_render_public), "Процессор");
}

TEST(all_green_page_has_no_actions)
{
    const char *page = page_of(SCENE_GREEN);

    ck_has(page, "<h1>Всё работает</h1>");
    ck_has(page, "уже 3 дня, исправно проверок: 14 из 14");
    ck_has(page, "Сбоев не было.");
    ck_lacks(page, "id=\"problems\"");
    ck_lacks(page, "<form");
}

static const struct {
    const char *why;
    int64_t ago_us;
    const char *shown;
} counted[] = {
    {"an hour",                    3600 * US_PER_S,            "<span>с 13:05 99,98 %</span> </p>"},
    {"three days",                 75 * 3600 * US_PER_S,
     "<span>сутки 100 %</span> <span>с 19.11 99,98 %</span> </p>"                            },
    {"known for more than a year", 370 * 24 * 3600 * US_PER_S,
     "<span>месяц 100 %</span> <span>год 99,98 %</span> </p>"                              },
};

TEST_ROWS_WHY(uptime_share_matches_its_span, counted)
{
    world = page_world(SCENE_GREEN);
    for (size_t i = 0; i < world->plan.count; i++) {
        struct trend *trend = &world->trends[i];
        trend->since_us = world->view.now_us - row->ago_us;
        trend->day = trend->week = trend->month = 1;
        trend->year = 0.9998F;
    }
    ck_has(rendered(page_render), row->shown);
    ck_part(room, "год", _i == 2);
}

TEST(peer_alerts_and_peer_failure_are_shown)
{
    world = page_world(SCENE_RED);
    world->plan.peer = "server1";
    ck_lacks(rendered(page_render), "Об этом оповещает");
    world->view.alerted_by_peer = &world->checks[0];
    ck_has(rendered(page_render), "<p>Об этом оповещает server1</p>");
    world->verdicts[8] =
        (struct check_verdict){.verdict = VERDICT_UNKNOWN, .cause = 12}; /* at server1 */
    ck_has(rendered(page_render), "<p class=\"reason\">причина: Диск /</p>");
}

TEST(problem_of_peer_is_alerted_by_peer)
{
    world = page_world(SCENE_GREEN);
    world->plan.peer = "server1";
    world->states[8].level = LEVEL_RED;
    world->verdicts[8].verdict = VERDICT_RED;
    const char *page = rendered(page_render);

    ck_has(page, "<p>Об этом оповещает server1</p>");
    ck_lacks(page, "<form");
}

enum { BACKUP = 13 }; /* its index in the view */

// clang-format off
static const struct {
    const char *why, *shown;
    struct reading readings[3];
    size_t count;
} reports[] = {
    {"a recent report", ">3 мин назад</span>", {{MEASURE_heartbeat_age_s, 176}}, 1},
    {"an older one, with its figures", ">19.11 14:05, 6 мин 12 с, потеря 2 мин</span>", {{MEASURE_heartbeat_age_s, 259196}, {MEASURE_heartbeat_took_s, 372}, {MEASURE_heartbeat_loss_s, 120}}, 3},
    {"seconds alone", ">4 с назад, 59 с, потеря 1 мин 1 с</span>", {{MEASURE_heartbeat_age_s, 0}, {MEASURE_heartbeat_took_s, 59}, {MEASURE_heartbeat_loss_s, 61}}, 3},
    {"what is due", ">4 с назад, пора обновить 0, самому старому 40 дней</span>", {{MEASURE_heartbeat_age_s, 0}, {MEASURE_heartbeat_due, 0}, {MEASURE_heartbeat_oldest_s, 40 * 86400}}, 3},
};
// clang-format on

TEST_ROWS_WHY(heartbeat_shows_its_last_report, reports)
{
    world = page_world(SCENE_GREEN);
    struct probe_result *last = &world->states[BACKUP].last;
    last->began_us = world->view.now_us - 4 * US_PER_S;
    memcpy(last->readings, row->readings, sizeof row->readings);
    last->reading_count = row->count;
    ck_has(rendered(page_render), row->shown);
}

TEST(awaited_heartbeat_names_its_command)
{
    world = page_world(SCENE_GREEN);
    world->checks[BACKUP].optional = true;
    world->verdicts[BACKUP].verdict = VERDICT_UNKNOWN;
    world->states[BACKUP] = (struct verdict_state){0};
    const char *page = rendered(page_render);
    ck_has(page, "<p class=\"reason\">сигнала ещё не было: <code>deploy/tapbot backup</code></p>");
    world->states[BACKUP].last.reading_count = 1;
    ck_has(rendered(page_render), "<p class=\"reason\">не прислал сигнал вовремя: <code>");
    ck_has(page, "исправно проверок: 13 из 13");
    ck_lacks(page, "class=\"problem ");
}

TEST(uncounted_checks_are_listed_apart)
{
    world = page_world(SCENE_GREEN);
    world->verdicts[14].verdict = VERDICT_RED;
    const char *page = rendered(page_render);

    ck_has(page, "<h2 id=\"apart\">Для сведения");
    ck_assert(strstr(page, "id=\"apart\"") < strstr(page, "Машина 1"));
    ck_lacks(page, "id=\"problems\"");
    ck_has(page, "исправно проверок: 14 из 14");
}

TEST(notices_are_shown)
{
    world = page_world(SCENE_GREEN);
    world->view.alert_bot_shared = true;
    world->view.maintenance = true;
    world->view.maintenance_until_us = world->view.now_us + 3600 * US_PER_S;
    world->view.history_gap_us = world->view.now_us - 60 * US_PER_S;
    const char *page = rendered(page_render);

    ck_has(page, "Идут работы, оповещений нет, до <time");
    ck_has(page, "История не записывается с <time");
    ck_has(page, "у каждого сервера должен быть свой бот");
}

TEST(missed_samples_are_shown)
{
    static struct missed missed[2];

    world = page_world(SCENE_GREEN);
    missed[0] = (struct missed){.from_us = world->view.now_us - 7200 * US_PER_S,
                                .to_us = world->view.now_us - 3600 * US_PER_S,
                                .samples = 1234};
    missed[1] = missed[0];
    world->view.missed = missed;
    world->view.missed_count = 2;
    const char *page = rendered(page_render);

    ck_assert_int_eq(count(page, "История не записана с <time datetime="), 2);
    ck_has(page, "</time>, проверок: 1234</p>");
    ck_lacks(rendered(page_render_public), "1234");
}

TEST_LOOP(each_language_has_its_texts, 0, 3)
{
    static const char *const wanted[] = {"<html lang=\"ru\">", "<html lang=\"en\">",
                                         "<html lang=\"kk\">"};
    static const char *const shown_texts[] = {"Что не так", "What is wrong", "Не бұзылды"};

    options.language = (enum language)_i;
    const char *page = page_of(SCENE_RED);
    for (int i = 0; i < 3; i++) {
        ck_part(page, wanted[i], i == _i);
        ck_part(page, shown_texts[i], i == _i);
    }
    ck_assert_int_eq(count(page, "aria-current"), 1);
    ck_lacks(page, "(null)");
}

/* --- foreign texts --- */

static const char evil[] = "<script>x</script>'\"&\xd0";

TEST_LOOP(shown_texts_are_escaped, 0, 2)
{
    static render_fn *const renders[] = {page_render, page_render_public};

    world = page_world(SCENE_RED);
    struct check *check = &world->checks[0];
    struct incident *incident = &world->incidents[1];
    struct silence *silence = &world->silences[0];
    check->title[0] = check->title[1] = check->title[2] = evil;
    check->server = evil;
    check->runbook = "service";
    snprintf(check->name, sizeof check->name, "%s", evil);
    snprintf(world->states[0].present.detail, PROBE_DETAIL_MAX, "%s", evil);
    snprintf(incident->check, sizeof incident->check, "%s", evil);
    snprintf(incident->detail, sizeof incident->detail, "%s", evil);
    snprintf(incident->acked_by, sizeof incident->acked_by, "%s", evil);
    incident[1] = incident[0];
    incident[1].check[0] = 'x'; /* of no check */
    snprintf(silence->match, sizeof silence->match, "%s", evil);
    snprintf(silence->reason, sizeof silence->reason, "%s", evil);
    snprintf(silence->who, sizeof silence->who, "%s", evil);
    options.token = options.zone = options.docs_url = evil;
    world->checks[0].outside = true;
    const char *page = rendered(renders[_i]);
    ck_assert_int_eq(count(page, "<script"), 1); /* page.js */
    ck_lacks(page, "</script>'");
    ck_assert_int_ge(count(page, "&lt;script&gt;x&lt;/script&gt;&#39;&quot;&amp;" TEXT_REPLACEMENT),
                     _i == 0 ? 14 : 2);
    ck_assert(text_is_utf8(slice_of(page)));
}

/* --- the public page --- */

TEST(public_page_has_only_titles_and_verdicts)
{
    world = page_world(SCENE_RED);
    const char *page = rendered(page_render_public);

    ck_has(page, "<h1>Есть сбой</h1>");
    ck_assert_int_eq(count(page, "class=\"check\""), 3);
    ck_has(page, "Бронирование квартир</h2><span class=\"state v-red\">не работает");
    ck_has(page, "Сайт tapbot.kz</h2><span class=\"state v-green\">работает");
    ck_lacks(page, "PostgreSQL");
    ck_lacks(page, "server");
    ck_lacks(page, "docker");
    ck_lacks(page, "Айгуль");
    ck_lacks(page, "задето");
    ck_lacks(page, "<form");
}

TEST(unknown_check_is_not_green_in_public)
{
    world = page_world(SCENE_GREEN);
    world->verdicts[1].verdict = VERDICT_UNKNOWN; /* flats-api */
    ck_has(rendered(page_render_public), "<h1>Ещё проверяем</h1>");
    world->verdicts[2].verdict = VERDICT_YELLOW;
    ck_has(rendered(page_render_public), "<h1>Работает, есть замечания</h1>");
    world = page_world(SCENE_GREEN);
    world->verdicts[1].verdict = VERDICT_UNKNOWN;
    world->plan.servers = "server1"; /* another instance runs flats-api */
    ck_has(rendered(page_render_public), "<h1>Всё работает</h1>");
}

TEST(public_page_hides_internal_checks)
{
    world = page_world(SCENE_RED);
    world->verdicts[1].verdict = world->verdicts[2].verdict = VERDICT_GREEN;
    ck_has(rendered(page_render_public), "<h1>Всё работает</h1>");

    world->verdicts[1].verdict = VERDICT_SILENCED;
    world->states[1].level = LEVEL_YELLOW;
    ck_has(rendered(page_render_public), "<h1>Работает, есть замечания</h1>");

    for (size_t i = 0; i < world->plan.count; i++)
        world->checks[i].outside = false;
    ck_has(rendered(page_render_public), "Здесь пока ничего не показано.");
}

static const struct {
    enum verdict overall;
    const char *title, *colour;
} badges[] = {
    {VERDICT_GREEN,   "<title id=\"t\">tapbot | работает</title>",            "#0b6e3a"},
    {VERDICT_YELLOW,  "<title id=\"t\">tapbot | есть замечания</title>", "#8a5a00"},
    {VERDICT_RED,     "<title id=\"t\">tapbot | сбой</title>",                    "#b3261e"},
    {VERDICT_UNKNOWN, "<title id=\"t\">tapbot | проверяется</title>",      "#5c6370"},
};

TEST_ROWS(badge_has_a_word_and_a_colour, badges)
{
    world = page_world(SCENE_GREEN);
    world->view.overall = row->overall;
    page_render_badge(&world->view, LANGUAGE_RU, &scratch);
    const char *badge = scratch_text();
    ck_has(badge, row->title);
    ck_has(badge, row->colour);
}

/* --- sizes --- */

TEST(maximum_number_of_checks_fits_the_answer)
{
    const size_t most = strlen(page_of(SCENE_FULL));

    ck_assert_uint_lt(most, PAGE_MAX / 2);
}

TEST(page_of_sixty_checks_is_small_and_fast)
{
    enum { CHECKS = 60, ROUNDS = 50 };
    int64_t best_ns = INT64_MAX;

    world = page_world(SCENE_RED);
    world->plan.count = CHECKS;
    for (int i = 0; i < ROUNDS; i++) {
        const int64_t began = now_mono_ns();
        const size_t len = strlen(rendered(page_render));
        const int64_t took = now_mono_ns() - began;
        ck_assert_uint_lt(len, 150 * 1000);
        best_ns = took < best_ns ? took : best_ns;
    }
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    ck_assert_msg(!is_timed() || best_ns < 2 * NS_PER_MS, "%lld us", (long long)(best_ns / 1000));
#endif
}

TEST(program_contains_files_of_the_page)
{
    ck_assert_uint_eq(health_page_file_count, 2);
    for (size_t i = 0; i < health_page_file_count; i++)
        ck_has(page_of(SCENE_RED), health_page_files[i].name);
    ck_lacks(page_of(SCENE_RED), " style=");
}
