// SPDX-License-Identifier: MIT
/* Writes an apartment's calendar for other channels (iCalendar, RFC 5545). Pure.
 *
 * Each stay, block or night of a feed is an all-day event; its buffer belongs to it. DTEND is the
 * day after the last night. UID is the row's id, so that a change is a change and not another
 * event; SEQUENCE is the row's version and DTSTAMP the time of its last change, so that the same
 * calendar has the same bytes and ETag. Lines end with CRLF and are folded at 75 octets between
 * characters. */
#pragma once

#include "base/buf.h"
#include "base/uuid.h"

/* The end of each UID; a feed that contains it returns our own events. Never change it. */
#define ICAL_UID_DOMAIN "@calendars.tapbot.kz"

struct ical_entry {
    struct uuid id;
    int32_t from, to; /* nights from .. to - 1 */
    bool is_stay;     /* of a guest of ours; else a block, a buffer or another channel's nights */
    int64_t version;
    int64_t changed_at; /* microseconds UTC */
};

void ical_write_begin(struct buf *out, struct slice calendar_name);
void ical_write_entry(struct buf *out, const struct ical_entry *entry);
void ical_write_end(struct buf *out);

/* Whether the UID is of an event that ical_write_entry() wrote. */
bool ical_uid_is_ours(struct slice uid);
