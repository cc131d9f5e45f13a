// SPDX-License-Identifier: MIT
/* The configured channels, each in a file of its own. */
#pragma once

#include <stdio.h>

#include "notify/channel.h"

/* True if channels_open() can use the variables. Otherwise prints every mistake to `errors` on a
 * line of its own, without the value. */
bool channels_check_config(const struct health_config *config, FILE *errors);
/* Creates tools->web and opens the configured channels in `out`, which must be zeroed. Call
 * channels_close() also after a failure. Fails with FAULT_INVALID if a variable cannot be used; the
 * fault names it. */
bool channels_open(struct channel_tools *tools, struct channel out[ALERT_CHANNELS],
                   struct fault *fault) MUST_CHECK;
/* Must not be called in a fiber. Calls of channels in progress are cancelled. */
void channels_close(struct channel_tools *tools, struct channel channels[ALERT_CHANNELS]);
