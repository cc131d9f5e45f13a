// SPDX-License-Identifier: MIT
/* Sends a note on several channels concurrently, so that a slow one does not delay others. */
#pragma once

#include "loop/loop.h"

#include "notify/channel.h"

enum { NOTE_SEND_MS = 20 * 1000 }; /* a channel that takes longer is cancelled */

struct note_send_options {
    struct loop *loop;
    const struct channel *channels; /* ALERT_CHANNELS items; those without `self` are
                                     * skipped */
    const struct alert_note *note;  /* NULL: a test */
    const char *server;             /* the sender's server */
    const char *public_url;         /* of the page; "" not set */
};

/* In a fiber, which waits for all. Sets `results` of each channel that has `self`. False: as
 * fiber_park(), or there is no memory; the results are unknown. */
bool note_send_run(const struct note_send_options *options,
                   struct channel_result results[ALERT_CHANNELS], struct fault *fault) MUST_CHECK;
