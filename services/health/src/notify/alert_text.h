// SPDX-License-Identifier: MIT
/* What an alert says, in Russian: what is wrong, since when, how bad, what to do, the first command
 * to run, and the link. Pure, but for the zone of the process, in which i18n_time() tells times.
 *
 * The incident is told as it is now: with who has acknowledged it, and when it ended. So the same
 * functions make a message and its edits. */
#pragma once

#include "base/buf.h"

#include "config/check.h"
#include "storage/history.h"

enum {
    ALERT_PIECE_MAX = 400, /* bytes that are kept of a title, a sentence, a command, a link */
    ALERT_SUBJECT_MAX = 600,
    ALERT_TEXT_MAX = 16 * 1024 /* bytes; as Telegram counts, a text is far below its 4,096 */
};

struct alert_story {
    const struct incident *incident;
    const struct check *check; /* NULL: no longer in the plan */
    enum alert_event event;
    int step; /* of struct alert */
    int64_t now_us;
    const char *public_url; /* of the page; "" unknown */
};

enum { NOTE_ID_MAX = 63 };

/* What is told beside incidents: a report, a test. */
struct alert_note {
    /* Another note has another: its kind in small letters, then '.' or '-', then letters, digits,
     * '-' and '.'; at most NOTE_ID_MAX. "report.2026-11-22" */
    const char *id;
    const char *subject; /* one line */
    const char *text;    /* plain, several lines */
};

/* Of enum alert_event, for programs: "fired". */
extern const char *const alert_event_words[];
/* What an alert is called at others: "<incident>.fired". The same on each try. */
void alert_id(const struct alert_story *story, char out[NOTE_ID_MAX + 1]);

/* One line: "Авария: PostgreSQL". */
void alert_subject(const struct alert_story *story, struct buf *out);
/* Several lines, each with its end. */
void alert_plain(const struct alert_story *story, struct buf *out);
/* The same in Telegram's HTML. */
void alert_html(const struct alert_story *story, struct buf *out);

/* What fits an SMS of two segments: 134 characters of UCS-2 (3GPP TS 23.040, 9.2.3.24.1: 67 each),
 * cut between characters. One line: what, since when or how long, the server. */
enum { ALERT_LINE_UNITS = 134, ALERT_LINE_MAX = 3 * ALERT_LINE_UNITS };
void alert_line(const struct alert_story *story, struct buf *out);
void note_line(const struct alert_note *note, struct buf *out);

/* The subject and the text, cut to what a message of Telegram takes: as plain text, and in
 * Telegram's HTML. */
void note_plain(const struct alert_note *note, struct buf *out);
void note_html(const struct alert_note *note, struct buf *out);
