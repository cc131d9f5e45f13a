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
    /* Bytes of a title, a sentence, a command or a link; longer ones are truncated. */
    ALERT_PIECE_MAX = 400,
    ALERT_SUBJECT_MAX = 600,
    /* Bytes of a text. In Telegram's units a text is far shorter than the maximum there, 4,096. */
    ALERT_TEXT_MAX = 16 * 1024
};

enum { NOTE_ID_MAX = 63 };

/* A message that is not about an incident: a report, or a test. */
struct alert_note {
    /* Unique for each note, at most NOTE_ID_MAX bytes: the kind of the note in lower case, then '.'
     * or '-', then letters, digits, '-' and '.'. Example: "report.2026-11-22". */
    const char *id;
    const char *subject; /* one line */
    const char *text;    /* plain, several lines */
};

/* What a message is about: an event of an incident, or a note. */
struct alert_story {
    /* NULL: the story is about an incident. Otherwise all other members are unset. */
    const struct alert_note *note;
    const struct incident *incident;
    const struct check *check; /* NULL: the check is no longer in the plan */
    enum alert_event event;
    int step; /* as in struct alert */
    int64_t now_us;
    const char *public_url; /* URL of the status page; "": not set */
};

/* Names of enum alert_event for programs: "fired". */
extern const char *const alert_event_words[];
/* Writes the id by which other systems recognise a repeated message: note->id, or the id of the
 * incident and the event, such as "<uuid>.fired". It is the same in each attempt. */
void alert_write_id(const struct alert_story *story, char out[NOTE_ID_MAX + 1]);

/* Writes one line: "Авария: PostgreSQL". */
void alert_write_subject(const struct alert_story *story, struct buf *out);
/* Writes the text as several lines, each with its line end. If story->note is set: its subject and
 * text, truncated to Telegram's maximum. */
void alert_write_plain_text(const struct alert_story *story, struct buf *out);
/* Writes the text of alert_write_plain_text() in Telegram's HTML. */
void alert_write_html(const struct alert_story *story, struct buf *out);

/* Maximum of a line in UCS-2 characters (an SMS of two segments with 67 each, 3GPP TS 23.040,
 * 9.2.3.24.1) and in bytes of UTF-8. */
enum { ALERT_LINE_UNITS = 134, ALERT_LINE_MAX = 3 * ALERT_LINE_UNITS };
/* Writes one line for an SMS, truncated between characters: what is wrong, where, since when. */
void alert_write_sms_line(const struct alert_story *story, struct buf *out);
