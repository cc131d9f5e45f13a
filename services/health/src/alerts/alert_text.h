// SPDX-License-Identifier: MIT
/* What an alert says, in Russian: what is wrong, since when, how bad, what to do, the first command
 * to run, and the link. Pure, but for the zone of the process, in which words_time() tells times.
 *
 * The incident is told as it is now: with who has acknowledged it, and when it ended. So the same
 * functions make a message and its edits. */
#pragma once

#include "base/buf.h"

#include "checks/check.h"
#include "history/history.h"

enum {
    ALERT_PIECE_MAX = 400, /* bytes that are kept of a title, a sentence, a command, a link */
    ALERT_SUBJECT_MAX = 600,
    ALERT_TEXT_MAX = 16 * 1024 /* bytes; as Telegram counts, a text is far below its 4,096 */
};

struct alert_story {
    const struct incident *incident;
    const struct check *check; /* NULL: no longer in the plan */
    enum alert_event event;
    int64_t now_us;
    const char *public_url; /* of the page; "" unknown */
};

/* One line: "Авария: PostgreSQL". */
void alert_subject(const struct alert_story *story, struct buf *out);
/* Several lines, each with its end. */
void alert_plain(const struct alert_story *story, struct buf *out);
/* The same in Telegram's HTML. */
void alert_html(const struct alert_story *story, struct buf *out);
