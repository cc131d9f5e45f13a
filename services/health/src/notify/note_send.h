// SPDX-License-Identifier: MIT
/* Sends a note on several channels concurrently, so that a slow channel does not delay others. */
#pragma once

#include "loop/loop.h"

#include "notify/channel.h"

enum { NOTE_SEND_MS = 20 * 1000 }; /* time after which a send on a channel is cancelled */

/* Must run in a fiber, which waits for all channels. Sends on the channels whose `self` is not
 * NULL, except `excluded` (bit n for channel n), and sets their `results`. False: a fault of
 * fiber_park(), or there is no memory; `results` is not set. */
bool note_send_to_channels(struct loop *loop, const struct channel channels[ALERT_CHANNELS],
                           unsigned excluded, const struct alert_note *note,
                           struct channel_result results[ALERT_CHANNELS],
                           struct fault *fault) MUST_CHECK;
