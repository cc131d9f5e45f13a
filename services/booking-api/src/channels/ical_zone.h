// SPDX-License-Identifier: MIT
/* The time zones that a feed names, as libical's. Internal to ical_read.c. */
#pragma once

#include <libical/ical.h>

#include "base/arena.h"

enum {
    ICAL_ZONES_MAX = 32,        /* different zones of a feed; further ones count as unknown */
    ICAL_ZONE_LINES_MAX = 1000, /* lines of a VTIMEZONE; a longer one counts as unknown */
    ICAL_TZID_MAX = 128         /* bytes with NUL; a longer name counts as unknown */
};

struct ical_zones {
    struct {
        char name[ICAL_TZID_MAX];
        icaltimezone *zone; /* owned; NULL: unknown */
    } known[ICAL_ZONES_MAX];
    size_t count;
};

/* A row of the table of Windows names (ical_zone_windows.c). */
struct ical_windows_zone {
    const char *windows; /* "Russian Standard Time" */
    const char *tzdata;  /* "Europe/Moscow" */
};
extern const struct ical_windows_zone ical_windows_zones[];
extern const size_t ical_windows_zone_count;

/* The zone in known[0] is the apartment's; if tzdata has no such zone, it is UTC. */
void ical_zones_init(struct ical_zones *zones, const char *apartments_zone);
void ical_zones_finish(struct ical_zones *zones);

/* Borrowed until ical_zones_finish(). If the name is unknown, returns the apartment's zone. */
icaltimezone *ical_zones_find(struct ical_zones *zones, const char *name);

/* Whether a VTIMEZONE of this name counts: tzdata has no such zone, and there was no VTIMEZONE of
 * this name before. */
bool ical_zones_needs(struct ical_zones *zones, struct slice name);

/* Adds a VTIMEZONE, which it takes; NULL is ignored. */
void ical_zones_add(struct ical_zones *zones, struct slice name, icalcomponent *vtimezone);
