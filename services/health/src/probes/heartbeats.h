// SPDX-License-Identifier: MIT
/* The last POST /v1/heartbeats/NAME of each program. In memory: monitor/ fills it from history at
 * start, and from requests. */
#pragma once

#include "base/slice.h"

#include "config/check.h"

struct heartbeat_report {
    char name[CHECK_NAME_MAX + 1];
    int64_t at_us;
    bool ok; /* the work has succeeded */
};

/* Zero it except `since_us`: no reports. */
struct heartbeats {
    int64_t since_us; /* start of health: a program that never reported is late from then on */
    struct heartbeat_report reports[CHECKS_MAX];
    size_t count;
};

/* An older report than the known one is ignored. False: the name is empty or too long, or there are
 * CHECKS_MAX others. */
bool heartbeats_note(struct heartbeats *heartbeats, struct slice name, int64_t at_us,
                     bool ok) MUST_CHECK;
/* NULL: never reported. */
const struct heartbeat_report *heartbeats_find(const struct heartbeats *heartbeats,
                                               struct slice name);
