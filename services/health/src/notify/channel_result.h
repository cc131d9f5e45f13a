// SPDX-License-Identifier: MIT
/* The outcome of sending one alert or note on one channel. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"

enum { CHANNEL_LOG_MS = 3600 * 1000 }; /* minimum time between two log lines about refusals */

enum channel_outcome {
    CHANNEL_SENT,
    CHANNEL_BUSY, /* the channel asks to wait */
    /* The channel cannot be reached, so no other alert can be sent on it now. */
    CHANNEL_UNREACHABLE,
    CHANNEL_REFUSED /* the channel rejects the alert and will do so until something changes */
};

struct channel_result {
    enum channel_outcome outcome;
    int64_t took_ms;
    int64_t wait_ms;    /* for CHANNEL_BUSY: time to wait before the next attempt; 0: unknown */
    bool only_this;     /* for CHANNEL_BUSY: only this alert must wait; others may be accepted */
    int64_t message_id; /* for CHANNEL_SENT: id of the message; 0: none */
    bool permanent;     /* for CHANNEL_REFUSED: the alert is given up, not retried */
    struct fault fault; /* for all outcomes except CHANNEL_SENT */
};
