// SPDX-License-Identifier: MIT
/* Calendars of other channels: stays lie in the window, sorted and within the limits, and a text
 * without a calendar has none. */
#include "channels/ical_read.h"
#include "fuzz.h"

FUZZ(ICAL_ARENA_MAX)
{
    const struct ical_options options = {.time_zone = "Asia/Almaty",
                                         .from = 20788, /* 2026-12-01 */
                                         .to = 20788 + 400,
                                         .ends_inclusive = fuzz_byte(&input) % 2 == 1};
    struct ical_feed feed;

    if (!ical_read(input, &options, &arena, &feed, &fault))
        return;
    PROMISE(feed.count <= ICAL_STAYS_MAX);
    PROMISE(feed.count == 0 || feed.verdict != ICAL_NOT_A_CALENDAR);
    for (size_t i = 0; i < feed.count; i++) {
        const struct ical_stay *stay = &feed.stays[i];
        PROMISE(stay->from >= options.from && stay->from < stay->to && stay->to <= options.to);
        PROMISE(stay->uid.at != NULL && stay->uid.len <= ICAL_UID_MAX);
        PROMISE(i == 0 || feed.stays[i - 1].from <= stay->from);
    }
}
