// SPDX-License-Identifier: MIT
/* When an alert that a channel could not deliver is tried again. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"

/* What became of sending one. */
enum channel_outcome {
    CHANNEL_TOLD,
    CHANNEL_BUSY,   /* it asks to wait */
    CHANNEL_AWAY,   /* it cannot be reached, so nothing else goes out by it now either */
    CHANNEL_REFUSED /* it answers, and says no: another try alone does not help */
};

struct channel_end {
    enum channel_outcome outcome;
    int64_t took_ms;
    int64_t wait_ms;    /* of BUSY */
    bool alone;         /* of BUSY: it asks that of this one, and may take others */
    int64_t message_id; /* of TOLD; 0: it has none */
    bool for_good;      /* of REFUSED: no other try helps */
    struct fault fault; /* of all but TOLD */
};

enum {
    PACE_TRIES_MAX = 33, /* about a day, where each fails at once */
    PACE_REFUSED_MS = 60 * 1000
};

struct pace {
    bool over;        /* it is not tried again */
    bool also;        /* it goes to the other channel too */
    int64_t pause_ms; /* until the next try */
};

/* Behind a try that was not TOLD, before which there were `tries`. `limit_ms`: the longest that a
 * try takes. `also`: at once where the channel refuses, or where the next try may end later than
 * `fallback_ms` after the first began, else after the second try. */
struct pace pace_of(int tries, const struct channel_end *end, int64_t limit_ms,
                    int64_t fallback_ms);
