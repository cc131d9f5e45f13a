// SPDX-License-Identifier: MIT
/* What is told from memory while history is stuck. Pure. */
#pragma once

#include "history/history.h"

/* The oldest make room. There is room for the begin of each incident that can last, of checks and
 * rules: one that had to go would be told again. */
enum { URGENT_MAX = 512 };

struct urgent {
    struct incident incident;
    enum alert_event event;
    unsigned left; /* channels that have yet to tell it */
};

/* Zeroed: empty. */
struct urgents {
    struct urgent all[URGENT_MAX];
    size_t next;
};

/* Known already: nothing. Of a recovery those channels are left out that have not told the
 * beginning, and they need not tell it any more. */
void urgents_add(struct urgents *urgents, const struct incident *incident, enum alert_event event,
                 unsigned channels);
/* NULL: not known. Borrowed until the next urgents_add(). */
struct urgent *urgents_find(struct urgents *urgents, const struct uuid *incident,
                            enum alert_event event);
/* The one that was added as number `index` of those that are known, from 0 to URGENT_MAX - 1. */
struct urgent *urgents_at(struct urgents *urgents, size_t index);
