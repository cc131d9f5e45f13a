// SPDX-License-Identifier: MIT
/* Reads a calendar of another channel (iCalendar, RFC 5545) as nights of an apartment. Pure: bytes
 * in, plain values out. libical parses properties, times, time zones and recurrence rules
 * (ical_event.c, ical_zone.c); ical_lines.c finds components and judges whether the text is
 * complete.
 *
 * What holds nights, where channels differ from each other and from the RFC:
 * - An all-day event holds the dates DTSTART .. DTEND - 1. Without DTEND, with DTEND equal to
 * DTSTART or before it, it holds one night. A date is read with and without VALUE=DATE.
 * - A timed event holds the nights from the apartment's local date of its start to before that of
 *   its end; none if both are one date. Without DTEND and DURATION it has no length, so none.
 * - If DTSTART or DTEND is a date and the other a time, the event holds at least one night.
 * - With `ends_inclusive` the date of DTEND is the last night. DURATION is not affected.
 * - STATUS:CANCELLED and TRANSP:TRANSPARENT hold nothing; STATUS:TENTATIVE holds.
 * - TZID: a name of tzdata, also with a vendor's prefix ("/citadel.org/20210210_1/Asia/Almaty"),
 *   counts by the system's tzdata, not by the VTIMEZONE that the channel wrote, which may be older.
 *   Any other name counts by the VTIMEZONE of that name, else as a Windows name by CLDR. An unknown
 *   name and a floating time mean the apartment's time zone.
 * - RRULE, RDATE, EXDATE and RECURRENCE-ID are applied within the window.
 * - Of events with the same UID only those of the highest SEQUENCE count; if SEQUENCE is equal, all
 *   count, because some channels give every event the same UID.
 *
 * The text may have a BOM, lines that end in LF or CR alone, blank lines, folds inside a letter,
 * lower-case names, and several calendars. Properties that cannot be read are ignored, and so is an
 * event without a readable DTSTART, which makes the feed incomplete. ical_feed.h has the types. */
#pragma once

#include "base/arena.h"
#include "loop/work.h"

#include "channels/ical_feed.h"

/* Reads `bytes`. Everything that `out` points to is in the arena, which needs up to
 * ICAL_ARENA_MAX bytes. Takes up to some 100 ms for a large feed, so in a service call
 * ical_read_in_pool(). May run in several threads at once. False with arena_fault() if the arena is
 * full. */
bool ical_read(struct slice bytes, const struct ical_options *options, struct arena *arena,
               struct ical_feed *out, struct fault *fault) MUST_CHECK;

/* Calls ical_read() in the work pool. Must run in a fiber; `bytes` is copied. False also with the
 * faults of work_run(). */
bool ical_read_in_pool(struct work *work, struct slice bytes, const struct ical_options *options,
                       struct arena *arena, struct ical_feed *out, struct fault *fault) MUST_CHECK;
