// SPDX-License-Identifier: MIT
/* The last POST /v1/heartbeats/NAME of each program, in memory: monitor/ adds those of the history
 * at start, and those of requests. */
#pragma once

#include "base/slice.h"

#include "config/check.h"

struct heartbeat_report {
    char name[CHECK_NAME_MAX + 1];
    int64_t at_us;
    bool ok; /* the program reported success */
};

/* Zeroed except `since_us`: no reports. */
struct heartbeats {
    int64_t since_us; /* start of health: a program that has never reported is late from then on */
    struct heartbeat_report reports[CHECKS_MAX];
    size_t count;
};

/* Adds a report, unless a later one is known. False: the name is empty or too long, or there are
 * already CHECKS_MAX other names. */
bool heartbeats_add(struct heartbeats *heartbeats, struct slice name, int64_t at_us,
                    bool ok) MUST_CHECK;
/* The last report of this name; NULL if there is none. */
const struct heartbeat_report *heartbeats_find(const struct heartbeats *heartbeats,
                                               struct slice name);
