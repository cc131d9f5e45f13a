// SPDX-License-Identifier: MIT
/* The configured channels, each in a file of its own. */
#pragma once

#include <stdio.h>

#include "notify/channel.h"

/* True if channels_open() could use the variables. Otherwise every mistake is printed to `errors`
 * on a line of its own, without the value. */
bool channels_check(const struct health_config *config, FILE *errors);
/* Opens the channels in zeroed `out`, and the tools' `web`. False: FAULT_INVALID names the bad
 * variable; channels_close() must be called nevertheless. */
bool channels_open(struct channel_tools *tools, struct channel out[ALERT_CHANNELS],
                   struct fault *fault) MUST_CHECK;
/* Must not be called in a fiber. Calls in progress are cancelled. */
void channels_close(struct channel_tools *tools, struct channel channels[ALERT_CHANNELS]);
