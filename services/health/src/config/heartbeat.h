// SPDX-License-Identifier: MIT
/* The last report of a job that a check of the kind heartbeat waits for. */
#pragma once

#include "config/check.h"

/* A report of success without figures. */
#define HEARTBEAT_OK(at)                                                                           \
    {                                                                                              \
        .at_us = (at), .ok = true, .took_s = -1, .loss_s = -1, .due = -1, .oldest_s = -1           \
    }

struct heartbeat {
    char name[CHECK_NAME_MAX + 1]; /* of its check */
    int64_t at_us;                 /* when it was received; 0: never */
    bool ok;                       /* the job has succeeded */
    /* How long it took, the data that a loss would cost; -1: not reported. */
    int64_t took_s, loss_s;
    /* How many things wait for people, and the age of the oldest; -1: not reported. */
    int64_t due, oldest_s;
};
