// SPDX-License-Identifier: MIT
/* The last report of a job that a check of the kind heartbeat waits for. */
#pragma once

#include "config/check.h"

struct heartbeat {
    char name[CHECK_NAME_MAX + 1]; /* of its check */
    int64_t at_us;                 /* when it was received; 0: never */
    bool ok;                       /* the job has succeeded */
    int64_t took_s,
        loss_s; /* how long it took, the data that a loss would cost; -1: not reported */
};
