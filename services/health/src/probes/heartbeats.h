// SPDX-License-Identifier: MIT
/* When each program that reports by POST /v1/heartbeats/NAME has last done so. In memory: watch/
 * fills it from history at start, and with what comes. */
#pragma once

#include "base/slice.h"

#include "config/check.h"

struct heartbeat_report {
    char name[CHECK_NAME_MAX + 1];
    int64_t at_us;
    bool ok; /* it said that its work has succeeded */
};

/* Zeroed but for `since_us`: nobody has reported. */
struct heartbeats {
    int64_t since_us; /* when health began to listen: who never came is late from then on */
    struct heartbeat_report reports[CHECKS_MAX];
    size_t count;
};

/* An older report than the one that is known changes nothing. False: the name is too long or empty,
 * or there are CHECKS_MAX others. */
bool heartbeats_note(struct heartbeats *heartbeats, struct slice name, int64_t at_us,
                     bool ok) MUST_CHECK;
/* NULL: it never came. */
const struct heartbeat_report *heartbeats_find(const struct heartbeats *heartbeats,
                                               struct slice name);
