// SPDX-License-Identifier: MIT
/* Sends a note on several channels concurrently, so that a slow one does not delay others. */
#pragma once

#include "loop/loop.h"

#include "notify/channel.h"

enum { NOTE_SEND_MS = 20 * 1000 }; /* a channel that takes longer is cancelled */

/* Must run in a fiber, which waits for all channels. Sets `results` of each channel that has
 * `self`. False: a fault of fiber_park(), or there is no memory; the results are then unknown. */
bool note_send_run(struct loop *loop, const struct channel channels[ALERT_CHANNELS],
                   const struct alert_note *note, struct channel_result results[ALERT_CHANNELS],
                   struct fault *fault) MUST_CHECK;
