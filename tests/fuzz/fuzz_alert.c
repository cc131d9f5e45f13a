// SPDX-License-Identifier: MIT
/* Alerts: updates of the Telegram Bot API that acknowledge an alert, and the texts of alerts.
 *
 * If the first byte is 't', an update of the Bot API follows. Else its bits describe an incident,
 * and texts follow, each ending with a NUL: title, server, detail, the person who acknowledged,
 * URL. */
#include <string.h>

#include "base/text.h"

#include "fuzz.h"
#include "notify/ack_json.h"
#include "notify/alert_text.h"
#include "notify/mail.h"
#include "telegram/text.h"

enum { MAIL_LIMIT = 1 << 16 };

static void read_update(struct slice text)
{
    struct ack ack;

    if (ack_read_update(text, &arena, &ack)) {
        PROMISE(strlen(ack.who) <= INCIDENT_WHO_MAX);
        PROMISE(ack.query_id.at != NULL || !uuid_is_nil(&ack.incident));
    }
}

/* Every line of the header begins with one of the header names that we write, or with a space. */
static void check_header(struct slice mail)
{
    static const char *const names[] = {
        "From:",         "To:",      "Date:", "Message-ID:", "Subject:", "Auto-Submitted:",
        "MIME-Version:", "Content-", " "};

    for (;;) {
        const struct slice line = slice_cut(&mail, '\n');
        bool known = false;

        PROMISE(line.len > 0 && line.at[line.len - 1] == '\r');
        if (line.len == 1)
            return;
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            known = known || slice_starts(line, slice_of(names[i]));
        PROMISE(known && line.len <= 77);
    }
}

static void check_mail(const struct alert_story *story)
{
    static const char to[][MAIL_ADDRESS_MAX + 1] = {"a@b.kz"};
    struct buf subject, body, out;

    buf_init(&subject, ALERT_SUBJECT_MAX);
    buf_init(&body, ALERT_TEXT_MAX);
    buf_init(&out, MAIL_LIMIT);
    alert_write_subject(story, &subject);
    alert_write_plain_text(story, &body);
    mail_write(&(const struct mail){.from = "h@t.kz",
                                    .to = to,
                                    .to_count = 1,
                                    .subject = buf_as_slice(&subject),
                                    .body = buf_as_slice(&body),
                                    .at_us = story->now_us,
                                    .id = "1"},
               &out);
    PROMISE(!subject.failed && !body.failed && !out.failed);
    check_header(buf_as_slice(&out));
    buf_finish(&subject);
    buf_finish(&body);
    buf_finish(&out);
}

static void say(unsigned bits, struct slice texts)
{
    const char *parts[5];
    struct incident incident = {.level = (bits & 1) != 0 ? LEVEL_RED : LEVEL_YELLOW,
                                .severity = (bits & 2) != 0 ? SEVERITY_CRITICAL : SEVERITY_WARNING,
                                .trouble = (enum probe_trouble)(bits % TROUBLES),
                                .reading = {.measure = (enum measure)(bits % (MEASURES + 1))},
                                .started_us = 1,
                                .ended_us = (bits & 4) != 0 ? 99 : 0};

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        const struct slice part = slice_cut(&texts, '\0');
        parts[i] = part.at != NULL ? arena_copy(&arena, part).at : "";
    }
    const struct check check = {
        .name = "a", .title = {parts[0], "", ""},
             .server = parts[1], .runbook = "postgres"
    };
    strncpy(incident.detail, parts[2], sizeof incident.detail - 1);
    strncpy(incident.acked_by, parts[3], sizeof incident.acked_by - 1);
    const struct alert_story story = {.incident = &incident,
                                      .check = (bits & 8) != 0 ? &check : NULL,
                                      .event = (enum alert_event)(bits % 3),
                                      .now_us = 1000,
                                      .public_url = parts[4]};
    struct buf out;
    buf_init(&out, ALERT_TEXT_MAX);
    alert_write_html(&story, &out);
    PROMISE(!out.failed && text_is_utf8(buf_as_slice(&out)));
    PROMISE(telegram_text_check_html(buf_as_slice(&out), &fault));
    PROMISE(telegram_text_length(buf_as_slice(&out), TELEGRAM_HTML) <= TELEGRAM_TEXT_MAX);
    buf_finish(&out);
    check_mail(&story);
}

FUZZ(1 << 20)
{
    const uint8_t first = fuzz_byte(&input);

    if (first == 't')
        read_update(input);
    else
        say(first, input);
}
