// SPDX-License-Identifier: MIT
/* A note by several channels: each tells it at the same time, so that a slow one delays no other.
 */
#pragma once

#include "loop/loop.h"

#include "notify/channel.h"

enum { NOTE_SEND_MS = 20 * 1000 }; /* a channel that takes longer is cut */

struct note_send_options {
    struct loop *loop;
    const struct channel *channels; /* ALERT_CHANNELS items; those without `say` are left out */
    const struct alert_note *note;  /* NULL: a test */
    const char *server;             /* that tells */
    const char *public_url;         /* of the page; "" unknown */
};

/* In a fiber, which waits for all. Sets all of `ends` of each channel that has `say`. False as
 * fiber_park(), or when there is no memory: nothing is known then. */
bool note_send_run(const struct note_send_options *options,
                   struct channel_result results[ALERT_CHANNELS], struct fault *fault) MUST_CHECK;
