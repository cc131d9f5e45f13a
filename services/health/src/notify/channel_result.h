// SPDX-License-Identifier: MIT
/* The outcome of sending one alert or note on one channel. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"

enum { CHANNEL_LOG_MS = 3600 * 1000 }; /* between two log lines about refusals */

enum channel_outcome {
    CHANNEL_SENT,
    CHANNEL_BUSY,        /* it asks to wait */
    CHANNEL_UNREACHABLE, /* it cannot be reached, so no other alert can be sent on it now either */
    CHANNEL_REFUSED      /* it rejects the alert: another attempt alone does not help */
};

struct channel_result {
    enum channel_outcome outcome;
    int64_t took_ms;
    int64_t wait_ms;    /* of BUSY */
    bool only_this;     /* of BUSY: it concerns only this alert, others may be accepted */
    int64_t message_id; /* of SENT; 0: none */
    bool permanent;     /* of REFUSED: no other attempt helps */
    struct fault fault; /* of all but SENT */
};
