// SPDX-License-Identifier: MIT
/* When people are reminded of a booking. Pure.
 *
 * Times of a stay are those of a clock on the flat's wall, as microseconds: what the clock shows,
 * read as if it were UTC. The database, which knows time zones, makes instants of them
 * (notification_store.h). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* In the order of reminder_kind_names. */
enum reminder_kind {
    REMINDER_EVE,   /* the guest: at 10:00 of the day before check-in */
    REMINDER_HOURS, /* the guest: 3 h before check-in */
    REMINDER_ENDS,  /* the owner: 1 h before a request, or a claimed payment, has waited too long */
    REMINDER_ARRIVED, /* the owner: at 9:00 of the day after check-in: did the guest come? */
    REMINDER_KINDS
};
extern const char *const reminder_kind_names[]; /* NULL-terminated */

/* What it depends on. */
struct reminder_stay {
    struct slice status;      /* of booking-api */
    int32_t check_in;         /* day number */
    int32_t check_in_minutes; /* after midnight */
    int64_t expires_at;       /* an instant; FIELD_ABSENT: nobody is waited for */
};

struct reminder_time {
    enum reminder_kind kind;
    bool is_instant; /* the two times are microseconds UTC, not of the wall's clock */
    int64_t due;
    int64_t until;   /* from then on it is of no use; after `due` */
    bool on_the_day; /* of check-in */
};

/* The reminders of a stay as it is now, those whose time has passed too. How many.
 *
 * The guest sleeps from 22:00 (which is night) to 9:00 (which is not). A time in the night moves to
 * the 21:30 before or to 9:00, whichever is the last before check-in. */
size_t reminder_plan(const struct reminder_stay *stay, struct reminder_time out[REMINDER_KINDS]);

/* Has a stay reminders at all, in this status? */
bool reminder_has(struct slice status);

/* Does the reminder still say what is the case, in this status? */
bool reminder_is_of(enum reminder_kind kind, struct slice status);

bool reminder_is_for_owner(enum reminder_kind kind);
