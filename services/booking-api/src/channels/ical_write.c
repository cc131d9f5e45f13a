// SPDX-License-Identifier: MIT
#include "channels/ical_write.h"

#include <inttypes.h>

#include "base/date.h"
#include "base/now.h"

enum { LINE_OCTETS_MAX = 75 /* RFC 5545, 3.1, without CRLF */ };

/* Writes a line that may be too long or not ASCII. */
static void write_folded(struct buf *out, struct slice line)
{
    size_t room = LINE_OCTETS_MAX;

    while (line.len > room) {
        const size_t part = slice_prefix_len(line, room);
        buf_append(out, line.at, part);
        buf_text(out, "\r\n ");
        line = slice_from(line, part);
        room = LINE_OCTETS_MAX - 1; /* the space counts */
    }
    buf_slice(out, line);
    buf_text(out, "\r\n");
}

/* Escapes a TEXT (RFC 5545, 3.3.11). */
static void append_text(struct buf *line, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.at[i];
        if (c == '\n') {
            buf_text(line, "\\n");
        } else if ((unsigned char)c >= 0x20 && c != 0x7f) {
            if (c == '\\' || c == ';' || c == ',')
                buf_char(line, '\\');
            buf_char(line, c);
        }
    }
}

void ical_write_begin(struct buf *out, struct slice calendar_name)
{
    char memory[2048];
    struct buf name = buf_over(memory, sizeof memory);

    buf_text(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tapbot.kz//calendars 1.0//EN\r\n"
                  "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"
                  "REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\nX-PUBLISHED-TTL:PT15M\r\n");
    buf_text(&name, "X-WR-CALNAME:");
    append_text(&name, calendar_name);
    if (!name.failed)
        write_folded(out, buf_as_slice(&name));
}

static void write_date(struct buf *out, const char *name, int32_t day)
{
    const struct date_civil date = date_to_civil(day);

    buf_printf(out, "%s;VALUE=DATE:%04d%02d%02d\r\n", name, date.year, date.month, date.day);
}

void ical_write_entry(struct buf *out, const struct ical_entry *entry)
{
    char id[UUID_TEXT_LEN + 1];
    char at[NOW_RFC3339_LEN + 1];

    uuid_format(&entry->id, id);
    now_format_rfc3339(entry->changed_at, at);
    buf_printf(out, "BEGIN:VEVENT\r\nUID:%s" ICAL_UID_DOMAIN "\r\n", id);
    /* 2026-12-01T10:20:30.123456Z as 20261201T102030Z */
    buf_printf(out, "DTSTAMP:%.4s%.2s%.2sT%.2s%.2s%.2sZ\r\n", at, at + 5, at + 8, at + 11, at + 14,
               at + 17);
    write_date(out, "DTSTART", entry->from);
    write_date(out, "DTEND", entry->to);
    buf_printf(out, "SEQUENCE:%" PRId64 "\r\n", entry->version);
    buf_text(out, entry->is_stay ? "SUMMARY:Reserved\r\n" : "SUMMARY:Not available\r\n");
    buf_text(out, "TRANSP:OPAQUE\r\nEND:VEVENT\r\n");
}

void ical_write_end(struct buf *out)
{
    buf_text(out, "END:VCALENDAR\r\n");
}

bool ical_uid_is_ours(struct slice uid)
{
    static const struct slice domain = {ICAL_UID_DOMAIN, sizeof ICAL_UID_DOMAIN - 1};

    return uid.len >= domain.len && slice_equal(slice_from(uid, uid.len - domain.len), domain);
}
