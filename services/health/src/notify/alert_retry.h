// SPDX-License-Identifier: MIT
/* When an alert that a channel could not deliver is tried again. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"

/* What became of sending one. */
enum channel_outcome {
    CHANNEL_SENT,
    CHANNEL_BUSY,        /* it asks to wait */
    CHANNEL_UNREACHABLE, /* it cannot be reached, so nothing else goes out by it now either */
    CHANNEL_REFUSED      /* it answers, and says no: another try alone does not help */
};

struct channel_result {
    enum channel_outcome outcome;
    int64_t took_ms;
    int64_t wait_ms;    /* of BUSY */
    bool only_this;     /* of BUSY: it asks that of this one, and may take others */
    int64_t message_id; /* of TOLD; 0: it has none */
    bool permanent;     /* of REFUSED: no other try helps */
    struct fault fault; /* of all but TOLD */
};

enum {
    ALERT_RETRY_TRIES_MAX = 33, /* about a day, where each fails at once */
    ALERT_RETRY_REFUSED_MS = 60 * 1000
};

struct alert_retry {
    bool give_up;     /* it is not tried again */
    bool fall_back;   /* it goes to the other channel too */
    int64_t pause_ms; /* until the next try */
};

/* Behind a try that was not TOLD, before which there were `tries`. `limit_ms`: the longest that a
 * try takes. `also`: at once where the channel refuses, or where the next try may end later than
 * `fallback_ms` after the first began, else after the second try. */
struct alert_retry alert_retry_of(int tries, const struct channel_result *result, int64_t limit_ms,
                                  int64_t fallback_ms);
