// SPDX-License-Identifier: MIT
#include "notify/alert_text.h"

#include <stdio.h>

#include "base/text.h"

#include "i18n/i18n.h"
#include "i18n/runbook.h"
#include "telegram/text.h"

/* The buffer for a text, and the format of the text. */
struct sink {
    struct buf *out;
    bool html;
};

static void put_escaped(const struct sink *sink, struct slice text)
{
    if (sink->html)
        telegram_text_escape(sink->out, text);
    else
        buf_slice(sink->out, text);
}

/* Writes at most ALERT_PIECE_MAX bytes of `text`. Control characters become spaces, and invalid
 * UTF-8 the replacement character. */
static void put_truncated_text(const struct sink *sink, struct slice text)
{
    size_t used = 0;

    for (size_t at = 0; at < text.len;) {
        int32_t point = 0;
        const size_t len = text_decode(text, at, &point);
        const bool control = len > 0 && (point < ' ' || point == 0x7f);
        const struct slice one = len == 0  ? SLICE(TEXT_REPLACEMENT)
                                 : control ? SLICE(" ")
                                           : (struct slice){text.at + at, len};

        used += one.len;
        if (used > ALERT_PIECE_MAX) {
            buf_text(sink->out, "…");
            return;
        }
        put_escaped(sink, one);
        at += len > 0 ? len : 1;
    }
}

static void put_html_tag(const struct sink *sink, const char *tag)
{
    if (sink->html)
        buf_text(sink->out, tag);
}

static const struct {
    const char *sign;
    const char *word;
} heads[][2] = {
    [ALERT_FIRED] = {{"🟡", "Предупреждение"}, {"🔴", "Авария"}                },
    [ALERT_WORSE] = {{"🟡", "Стало хуже"},          {"🔴", "Стало хуже"}         },
    [ALERT_RECOVERED] = {{"🟢", "Снова в порядке"}, {"🟢", "Снова в порядке"}},
    [ALERT_REMINDED] = {{"🟡", "Никто не принял"}, {"🔴", "Никто не принял"}},
};

const char *const alert_event_words[] = {[ALERT_FIRED] = "fired",
                                         [ALERT_WORSE] = "worse",
                                         [ALERT_RECOVERED] = "recovered",
                                         [ALERT_REMINDED] = "reminded"};

void alert_write_id(const struct alert_story *story, char out[NOTE_ID_MAX + 1])
{
    char incident[UUID_TEXT_LEN + 1];

    if (story->note != NULL) {
        snprintf(out, NOTE_ID_MAX + 1, "%s", story->note->id);
        return;
    }
    uuid_format(&story->incident->id, incident);
    if (story->step > 0)
        snprintf(out, NOTE_ID_MAX + 1, "%s.%s-%d", incident, alert_event_words[story->event],
                 story->step);
    else
        snprintf(out, NOTE_ID_MAX + 1, "%s.%s", incident, alert_event_words[story->event]);
}

/* True for a reminder whose incident is open and not acknowledged. When this changes, the message
 * is edited to a normal alert. */
static bool is_unclaimed_reminder(const struct alert_story *story)
{
    return story->event == ALERT_REMINDED && story->incident->ended_us == 0 &&
           story->incident->acked_by[0] == '\0';
}

static enum alert_event displayed_event(const struct alert_story *story)
{
    return story->event == ALERT_REMINDED && !is_unclaimed_reminder(story) ? ALERT_FIRED
                                                                           : story->event;
}

static const char *const severities[] = {
    [SEVERITY_WARNING] = "предупреждение", [SEVERITY_CRITICAL] = "критическая"};

static void put_headline(const struct alert_story *story, const struct sink *sink)
{
    if (story->note != NULL) {
        put_truncated_text(sink, slice_of(story->note->subject));
        return;
    }
    buf_text(sink->out, heads[displayed_event(story)][story->incident->level == LEVEL_RED].word);
    buf_text(sink->out, ": ");
    put_truncated_text(sink,
                       slice_of(story->check != NULL ? i18n_title(story->check, LANGUAGE_RU)
                                                     : incident_display_name(story->incident)));
}

void alert_write_subject(const struct alert_story *story, struct buf *out)
{
    const struct sink sink = {.out = out};

    put_headline(story, &sink);
}

/* --- lines --- */

static void put_problem(const struct alert_story *story, const struct sink *sink)
{
    char room[2 * ALERT_PIECE_MAX];
    struct buf words = buf_over(room, sizeof room);
    const struct probe_result why = incident_why(story->incident);

    i18n_put_problem(story->check, &why, LANGUAGE_RU, &words);
    put_truncated_text(sink, buf_as_slice(&words));
}

static void put_start_and_duration(const struct alert_story *story, const struct sink *sink)
{
    const struct incident *incident = story->incident;

    buf_text(sink->out, "Началось: ");
    i18n_put_time(incident->started_us, story->now_us, sink->out);
    if (incident->ended_us != 0) {
        buf_text(sink->out, "\nЗакончилось: ");
        i18n_put_time(incident->ended_us, story->now_us, sink->out);
        buf_text(sink->out, ", длилось ");
        i18n_put_duration(incident->ended_us - incident->started_us, LANGUAGE_RU, sink->out);
    } else {
        buf_text(sink->out, ", длится ");
        i18n_put_duration(story->now_us - incident->started_us, LANGUAGE_RU, sink->out);
    }
    buf_char(sink->out, '\n');
}

static void put_severity_and_server(const struct alert_story *story, const struct sink *sink)
{
    buf_text(sink->out, "Важность: ");
    buf_text(sink->out, severities[story->incident->severity]);
    if (story->check != NULL && story->check->server[0] != '\0') {
        buf_text(sink->out, ", сервер: ");
        put_truncated_text(sink, slice_of(story->check->server));
    }
    buf_char(sink->out, '\n');
}

static void put_command(struct slice command, const struct sink *sink)
{
    if (command.len == 0)
        return;
    put_html_tag(sink, "<pre>");
    put_truncated_text(sink, command);
    put_html_tag(sink, "</pre>");
    buf_char(sink->out, '\n');
}

static void put_advice(const struct alert_story *story, const struct sink *sink)
{
    const struct runbook *runbook =
        story->check != NULL ? runbook_of(story->check) : runbook_find(story->incident->runbook);
    char room[ALERT_PIECE_MAX];
    struct buf command = buf_over(room, sizeof room);

    if (runbook != NULL) {
        buf_text(sink->out, "Что делать: ");
        put_truncated_text(sink, slice_of(runbook->advice[LANGUAGE_RU]));
        buf_char(sink->out, '\n');
    }
    if (story->check == NULL) {
        put_command(slice_of(story->incident->command), sink);
        return;
    }
    runbook_write_command(story->check, 0, &command);
    if (!command.failed)
        put_command(buf_as_slice(&command), sink);
}

static void put_unclaimed_hint(const struct alert_story *story, const struct sink *sink)
{
    buf_text(sink->out, "Длится уже ");
    i18n_put_duration(story->now_us - story->incident->started_us, LANGUAGE_RU, sink->out);
    buf_text(sink->out, ", и этим никто не занимается. Если берёте на себя, нажмите «Принял» в "
                        "Telegram или «Вижу, занимаюсь» на странице\n");
}

static void put_acknowledgement(const struct alert_story *story, const struct sink *sink)
{
    buf_text(sink->out, "Принял: ");
    put_truncated_text(sink, slice_of(story->incident->acked_by));
    buf_text(sink->out, ", ");
    i18n_put_time(story->incident->acked_us, story->now_us, sink->out);
    buf_char(sink->out, '\n');
}

static void put_page_link(const struct alert_story *story, const struct sink *sink)
{
    const struct slice url = slice_of(story->public_url);

    if (url.len == 0 || url.len > ALERT_PIECE_MAX)
        return;
    if (!sink->html) {
        buf_text(sink->out, "Страница: ");
        put_truncated_text(sink, url);
        buf_char(sink->out, '\n');
        return;
    }
    buf_text(sink->out, "<a href=\"");
    put_truncated_text(sink, url);
    buf_text(sink->out, "\">Страница состояния</a>\n");
}

static void put_incident_text(const struct alert_story *story, const struct sink *sink)
{
    const bool over = story->incident->ended_us != 0;
    const bool red = story->incident->level == LEVEL_RED;

    buf_text(sink->out, heads[over ? ALERT_RECOVERED : displayed_event(story)][red].sign);
    buf_char(sink->out, ' ');
    put_html_tag(sink, "<b>");
    put_headline(story, sink);
    put_html_tag(sink, "</b>");
    buf_char(sink->out, '\n');
    buf_text(sink->out, "Что: ");
    put_problem(story, sink);
    buf_char(sink->out, '\n');
    put_start_and_duration(story, sink);
    if (!over) {
        put_severity_and_server(story, sink);
        put_advice(story, sink);
    }
    if (is_unclaimed_reminder(story))
        put_unclaimed_hint(story, sink);
    if (story->incident->acked_by[0] != '\0')
        put_acknowledgement(story, sink);
    put_page_link(story, sink);
}

/* Maximum of a note's text in Telegram's units. The subject before it has at most ALERT_PIECE_MAX
 * bytes, and a byte is at most one unit. */
enum { NOTE_UNITS_MAX = TELEGRAM_TEXT_MAX - ALERT_PIECE_MAX - 8 };

static void put_note_text(const struct alert_story *story, const struct sink *sink)
{
    const struct slice text = slice_of(story->note->text);
    const size_t len = telegram_text_cut(text, NOTE_UNITS_MAX);

    put_html_tag(sink, "<b>");
    put_headline(story, sink);
    put_html_tag(sink, "</b>");
    buf_char(sink->out, '\n');
    put_escaped(sink, (struct slice){text.at, len});
    if (len < text.len)
        buf_text(sink->out, "…");
}

void alert_write_plain_text(const struct alert_story *story, struct buf *out)
{
    (story->note != NULL ? put_note_text : put_incident_text)(story,
                                                              &(const struct sink){.out = out});
}

void alert_write_html(const struct alert_story *story, struct buf *out)
{
    (story->note != NULL ? put_note_text : put_incident_text)(
        story, &(const struct sink){.out = out, .html = true});
}

/* --- single lines --- */

/* Writes the content of `room`, truncated to ALERT_LINE_UNITS. */
static void put_truncated_line(const struct buf *room, struct buf *out)
{
    const struct slice text = buf_as_slice(room);

    if (telegram_text_length(text, TELEGRAM_PLAIN) <= ALERT_LINE_UNITS) {
        buf_slice(out, text);
        return;
    }
    buf_append(out, text.at, telegram_text_cut(text, ALERT_LINE_UNITS - 1));
    buf_text(out, "…");
}

static void put_rest_of_incident_line(const struct alert_story *story, const struct sink *sink)
{
    const struct incident *incident = story->incident;

    if (story->check != NULL && story->check->server[0] != '\0') {
        buf_text(sink->out, " (");
        put_truncated_text(sink, slice_of(story->check->server));
        buf_char(sink->out, ')');
    }
    if (incident->ended_us != 0) {
        buf_text(sink->out, ", длилось ");
        i18n_put_duration(incident->ended_us - incident->started_us, LANGUAGE_RU, sink->out);
    } else {
        buf_text(sink->out, " с ");
        i18n_put_time(incident->started_us, story->now_us, sink->out);
        buf_text(sink->out, ": ");
        put_problem(story, sink);
    }
}

void alert_write_sms_line(const struct alert_story *story, struct buf *out)
{
    char room[4 * ALERT_PIECE_MAX];
    struct buf line = buf_over(room, sizeof room);
    const struct sink sink = {.out = &line};

    put_headline(story, &sink);
    if (story->note != NULL) {
        buf_text(&line, ": ");
        put_truncated_text(&sink, slice_of(story->note->text));
    } else {
        put_rest_of_incident_line(story, &sink);
    }
    put_truncated_line(&line, out);
}
