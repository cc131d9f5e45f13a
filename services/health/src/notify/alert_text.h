// SPDX-License-Identifier: MIT
/* The text of an alert, in Russian: what is wrong, since when, how bad, what to do, the first
 * command to run, and the link. Pure, except that times are in the time zone of the process
 * (i18n_put_time()).
 *
 * A text shows the current incident, with its acknowledgement and end, so the same functions write
 * a message and its later edits. */
#pragma once

#include "base/buf.h"

#include "config/check.h"
#include "storage/history.h"

enum {
    /* Bytes of a title, a sentence, a command or a link; longer ones are cut. */
    ALERT_PIECE_MAX = 400,
    ALERT_SUBJECT_MAX = 600,
    /* Bytes; a text has far fewer of Telegram's units than its maximum, 4,096. */
    ALERT_TEXT_MAX = 16 * 1024
};

enum { NOTE_ID_MAX = 63 };

/* A message that is not about an incident: a report, or a test. */
struct alert_note {
    /* Unique for each note: its kind in lower case, then '.' or '-', then letters, digits, '-' and
     * '.'; at most NOTE_ID_MAX bytes. Example: "report.2026-11-22". */
    const char *id;
    const char *subject; /* one line */
    const char *text;    /* plain, several lines */
};

/* The subject of a message: an incident, or a note. */
struct alert_story {
    const struct alert_note *note; /* NULL: the incident; else all other members are unset */
    const struct incident *incident;
    const struct check *check; /* NULL: the check is no longer in the plan */
    enum alert_event event;
    int step; /* number of a reminder, as in struct alert */
    int64_t now_us;
    const char *public_url; /* URL of the status page; "": not set */
};

/* Names of enum alert_event for programs: "fired". */
extern const char *const alert_event_words[];
/* Writes the id of the message in other systems: that of the note, or "<incident>.fired", the same
 * in each attempt. */
void alert_write_id(const struct alert_story *story, char out[NOTE_ID_MAX + 1]);

/* Writes one line: "Авария: PostgreSQL". */
void alert_write_subject(const struct alert_story *story, struct buf *out);
/* Writes several lines, each with its line end. For a note: subject and text, cut to Telegram's
 * maximum. */
void alert_write_plain(const struct alert_story *story, struct buf *out);
/* Writes the text of alert_write_plain() in Telegram's HTML. */
void alert_write_html(const struct alert_story *story, struct buf *out);

/* Writes one line for an SMS of two segments: 134 characters of UCS-2 (3GPP TS 23.040, 9.2.3.24.1:
 * 67 each), cut between characters. It says what is wrong, since when, and where. */
enum { ALERT_LINE_UNITS = 134, ALERT_LINE_MAX = 3 * ALERT_LINE_UNITS };
void alert_write_line(const struct alert_story *story, struct buf *out);
