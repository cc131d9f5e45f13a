// SPDX-License-Identifier: MIT
/* Texts of alerts: as e-mail and as Telegram's HTML. */
#include <time.h>

#include "base/text.h"

#include "notify/alert_text.h"
#include "support/scratch.h"
#include "telegram/text.h"

#define LONG_8   "абвгдежз"
#define LONG_64  LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8
#define LONG_512 LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_64

static char room[ALERT_TEXT_MAX];
/* 2026-11-22 14:05 in Almaty, which is 5 hours ahead of UTC. */
static const int64_t began_us = INT64_C(1795338300) * US_PER_S;
static struct check check;
static struct incident incident;
static struct alert_story story;

static void begin(void)
{
    time_zone("Asia/Almaty");
    check = (struct check){
        .name = "postgres",
        .kind = CHECK_POSTGRES,
        .server = "server2",
        .title = {"База данных", "", ""},
        .runbook = "postgres"
    };
    incident = (struct incident){.check = "postgres",
                                 .level = LEVEL_RED,
                                 .severity = SEVERITY_CRITICAL,
                                 .trouble = TROUBLE_REFUSED,
                                 .reading = {.measure = MEASURES},
                                 .started_us = began_us};
    story = (struct alert_story){.incident = &incident,
                                 .check = &check,
                                 .now_us = began_us + 125 * US_PER_S,
                                 .public_url = "https://health.example/"};
}

TEST_CASE("alert_text", .setup = begin);

static const char *say(void (*how)(const struct alert_story *story, struct buf *out))
{
    struct buf out = buf_over(room, sizeof room);

    how(&story, &out);
    buf_char(&out, '\0');
    ck_assert(buf_ok(&out, &fault));
    ck_assert(text_is_utf8(slice_of(room)));
    return room;
}

static void fits_telegram(const char *html)
{
    ck_assert_msg(telegram_text_check_html(slice_of(html), &fault), "%s in %s", fault.detail, html);
    ck_assert_uint_le(telegram_text_length(slice_of(html), TELEGRAM_HTML), TELEGRAM_TEXT_MAX);
}

TEST(alert_has_problem_time_severity_advice_and_link)
{
    ck_assert_str_eq(say(alert_write_subject), "Авария: База данных");
    ck_assert_str_eq(say(alert_write_plain_text),
                     "🔴 Авария: База данных\n"
                     "Что: не принимает соединения\n"
                     "Началось: 14:05, длится 2 мин\n"
                     "Важность: критическая, сервер: server2\n"
                     "Что делать: Посмотрите, работает ли PostgreSQL, есть ли место на диске и что "
                     "он пишет\ndocker compose ps -a postgres\n"
                     "Страница: https://health.example/\n");
    ck_assert_str_eq(say(alert_write_html),
                     "🔴 <b>Авария: База данных</b>\n"
                     "Что: не принимает соединения\n"
                     "Началось: 14:05, длится 2 мин\n"
                     "Важность: критическая, сервер: server2\n"
                     "Что делать: Посмотрите, работает ли PostgreSQL, есть ли место на диске и что "
                     "он пишет\n<pre>docker compose ps -a postgres</pre>\n"
                     "<a href=\"https://health.example/\">Страница состояния</a>\n");
    fits_telegram(room);
}

// clang-format off
static const struct {
    const char *why;
    enum alert_event event;
    enum level level;
    int64_t ended_us;
    const char *acked_by, *subject;
    const char *wanted[4];
    const char *unwanted;
} states[] = {
    {"yellow", ALERT_FIRED, LEVEL_YELLOW, 0, "", "Предупреждение: База данных",
     {"🟡 Предупреждение", "длится 2 мин"}, "Принял"},
    {"worse", ALERT_WORSE, LEVEL_RED, 0, "", "Стало хуже: База данных",
     {"🔴 Стало хуже", "Что делать"}, "Закончилось"},
    {"acknowledged", ALERT_FIRED, LEVEL_RED, 0, "telegram:7 @ann", "Авария: База данных",
     {"🔴 Авария", "Принял: telegram:7 @ann, 14:06"}, "Закончилось"},
    {"over", ALERT_RECOVERED, LEVEL_RED, began_us + 65 * US_PER_S, "", "Снова в порядке: База данных",
     {"🟢 Снова в порядке", "Закончилось: 14:06, длилось 1 мин"}, "Что делать"},
    {"a reminder", ALERT_REMINDED, LEVEL_RED, 0, "", "Никто не принял: База данных",
     {"🔴 Никто не принял", "Длится уже 2 мин, и этим никто не занимается", "Что делать"}, "Принял:"},
    {"a reminder, edited after an acknowledgement", ALERT_REMINDED, LEVEL_RED, 0, "Aigul", "Авария: База данных",
     {"🔴 Авария", "Принял: Aigul"}, "никто"},
    {"a reminder, edited after the end", ALERT_REMINDED, LEVEL_RED, began_us + 65 * US_PER_S, "", "Авария: База данных",
     {"🟢 Авария", "длилось 1 мин"}, "никто"},
    {"the first message, edited after the end", ALERT_FIRED, LEVEL_RED, began_us + 65 * US_PER_S, "", "Авария: База данных",
     {"🟢 Авария", "Закончилось: 14:06, длилось 1 мин"}, "длится"},
};
// clang-format on

TEST_ROWS_WHY(text_shows_current_incident, states)
{
    story.event = row->event;
    incident.level = row->level;
    incident.ended_us = row->ended_us;
    incident.acked_us = began_us + 70 * US_PER_S;
    strcpy(incident.acked_by, row->acked_by);
    ck_assert_str_eq(say(alert_write_subject), row->subject);
    for (int how = 0; how < 2; how++) {
        const char *text = say(how == 0 ? alert_write_plain_text : alert_write_html);
        for (int i = 0; row->wanted[i] != NULL; i++)
            if (how == 0)
                ck_has(text, row->wanted[i]);
        ck_lacks(text, row->unwanted);
    }
    fits_telegram(room);
}

TEST(prometheus_alert_has_text_of_its_rule)
{
    story.check = NULL;
    incident.trouble = TROUBLE_RULE;
    strcpy(incident.check, "prometheus-apiburnfast-1a2b3c4d");
    strcpy(incident.detail, "notes-api: бюджет ошибок месяца сгорит за 2 дня");
    strcpy(incident.command, "deploy/tapbot logs notes-api --level error --since 15m");
    strcpy(incident.runbook, "service");
    ck_assert_str_eq(
        say(alert_write_plain_text),
        "🔴 Авария: notes-api: бюджет ошибок месяца сгорит за 2 дня\n"
        "Что: сработало правило Prometheus: prometheus-apiburnfast-1a2b3c4d\n"
        "Началось: 14:05, длится 2 мин\n"
        "Важность: критическая\n"
        "Что делать: Посмотрите, работает ли контейнер этой программы и что она пишет\n"
        "deploy/tapbot logs notes-api --level error --since 15m\n"
        "Страница: https://health.example/\n");
    fits_telegram(say(alert_write_html));
    incident.runbook[0] = incident.command[0] = '\0';
    ck_lacks(say(alert_write_plain_text), "Что делать");
}

TEST(removed_check_is_shown_by_name)
{
    story.check = NULL;
    ck_assert_str_eq(say(alert_write_subject), "Авария: postgres");
    ck_lacks(say(alert_write_plain_text), "Что делать");
    fits_telegram(say(alert_write_html));
}

TEST(foreign_texts_are_escaped_cut_and_on_one_line)
{
    check.title[0] = "<b>\"A&B\"</i>\r\nBcc: x@y\x01 " LONG_512;
    strcpy(incident.detail, "<script> \xff\n next");
    strcpy(incident.acked_by, "<a> & \xd0");
    fits_telegram(say(alert_write_html));
    ck_has(room, "&lt;b&gt;&quot;A&amp;B&quot;");
    ck_lacks(room, "<script>");
    const char *subject = say(alert_write_subject);
    ck_assert_ptr_null(strpbrk(subject, "\r\n"));
    ck_has(subject, "…");
    ck_assert_uint_lt(strlen(subject), ALERT_SUBJECT_MAX);
}

TEST(invalid_bytes_stay_within_the_limit)
{
    static char broken[2 * ALERT_PIECE_MAX];

    memset(broken, 0xff, sizeof broken - 1);
    check.title[0] = broken;
    ck_assert_uint_lt(strlen(say(alert_write_subject)), ALERT_SUBJECT_MAX);
}

TEST(longest_text_fits_a_message)
{
    static char quotes[2 * ALERT_PIECE_MAX];

    memset(quotes, '"', sizeof quotes - 1);
    check.title[0] = check.server = quotes;
    story.public_url = "https://health.example/";
    fits_telegram(say(alert_write_html));
    check.title[0] = check.server = LONG_512 LONG_512 LONG_512;
    story.public_url = "https://health.example/" LONG_512;
    memset(incident.detail, '<', sizeof incident.detail - 1);
    memset(incident.acked_by, '&', sizeof incident.acked_by - 1);
    fits_telegram(say(alert_write_html));
    ck_lacks(say(alert_write_html), "href");
}

// clang-format off
static const struct {
    const char *why;
    enum alert_event event;
    const char *title, *server;
    int64_t ended_us;
    const char *line;
} lines[] = {
    {"fired",     ALERT_FIRED,     "База данных", "server2", 0, "Авария: База данных (server2) с 14:05: не принимает соединения"},
    {"worse",     ALERT_WORSE,     "База данных", "",        0, "Стало хуже: База данных с 14:05: не принимает соединения"},
    {"recovered", ALERT_RECOVERED, "База данных", "server2", began_us + 65 * US_PER_S, "Снова в порядке: База данных (server2), длилось 1 мин"},
    {"several lines are joined", ALERT_FIRED, "a\nb", "",       0, "Авария: a b с 14:05: не принимает соединения"},
    {"a long one is cut between characters", ALERT_FIRED, LONG_64 LONG_64, "", 0, "Авария: " LONG_64 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 "абвгд…"},
    {"a character beyond UCS-2 counts twice and is not split", ALERT_FIRED, "😀😀😀😀" LONG_64 LONG_64, "", 0,
     "Авария: 😀😀😀😀" LONG_64 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 "абвгд…"},
};
// clang-format on

TEST_ROWS_WHY(line_fits_two_segments, lines)
{
    story.event = row->event;
    check.title[0] = row->title;
    check.server = row->server;
    incident.ended_us = row->ended_us;
    ck_assert_str_eq(say(alert_write_sms_line), row->line);
    ck_assert_uint_le(telegram_text_length(slice_of(room), TELEGRAM_PLAIN), ALERT_LINE_UNITS);
    ck_assert_uint_le(strlen(room), ALERT_LINE_MAX);
}

static const char *put_note(void (*how)(const struct alert_story *story, struct buf *out),
                            const char *subject, const char *text)
{
    const struct alert_note note = {.id = "1", .subject = subject, .text = text};

    story = (struct alert_story){.note = &note};
    return say(how);
}

TEST(note_is_escaped)
{
    ck_assert_str_eq(put_note(alert_write_html, "Отчёт <1>", "a & b\n<i>c</i>"),
                     "<b>Отчёт &lt;1&gt;</b>\na &amp; b\n&lt;i&gt;c&lt;/i&gt;");
    ck_assert_str_eq(put_note(alert_write_plain_text, "Отчёт <1>", "a & b\n"),
                     "Отчёт <1>\na & b\n");
}

TEST(note_has_a_one_line_form)
{
    ck_assert_str_eq(put_note(alert_write_sms_line, "Проверка связи", "раз\nдва\n"),
                     "Проверка связи: раз два ");
    ck_assert_uint_eq(telegram_text_length(slice_of(put_note(alert_write_sms_line, "A", LONG_512)),
                                           TELEGRAM_PLAIN),
                      ALERT_LINE_UNITS);
}

TEST(id_is_the_same_in_each_attempt)
{
    char id[NOTE_ID_MAX + 1];

    ck_assert(uuid_parse(SLICE("018f0002-0000-7000-8000-000000000001"), &incident.id));
    story.event = ALERT_WORSE;
    alert_write_id(&story, id);
    ck_assert_str_eq(id, "018f0002-0000-7000-8000-000000000001.worse");
    story.step = 100;
    alert_write_id(&story, id);
    ck_assert_str_eq(id, "018f0002-0000-7000-8000-000000000001.worse-100");
}

TEST(longest_note_fits_a_message)
{
    static char text[8 * 1024];

    memset(text, '<', sizeof text - 1);
    fits_telegram(put_note(alert_write_html, LONG_512 LONG_512, text));
    ck_has(room, "&lt;…");
    memset(text, '.', sizeof text - 1);
    fits_telegram(put_note(alert_write_html, LONG_512, text));
    ck_assert_uint_gt(strlen(room), TELEGRAM_TEXT_MAX - ALERT_PIECE_MAX);
}
