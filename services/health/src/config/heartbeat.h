// SPDX-License-Identifier: MIT
/* A heartbeat: the report of a job that it has run. A check of the kind heartbeat expects it. */
#pragma once

#include "config/check.h"

/* A report of success at `at` (wall clock, microseconds) without figures. */
#define HEARTBEAT_OK(at)                                                                           \
    {                                                                                              \
        .at_us = (at), .ok = true, .took_s = -1, .loss_s = -1, .due = -1, .oldest_s = -1           \
    }

struct heartbeat {
    char name[CHECK_NAME_MAX + 1]; /* name of its check */
    int64_t at_us; /* the time of the job, or when the report was received; 0: never */
    bool ok;       /* the job has succeeded */
    /* Figures of the job; -1: not reported. */
    int64_t took_s;   /* its duration */
    int64_t loss_s;   /* age of the data that a failure now would lose */
    int64_t due;      /* number of items that staff must renew, such as secrets */
    int64_t oldest_s; /* age of the oldest item */
};
