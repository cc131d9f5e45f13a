// SPDX-License-Identifier: MIT
/* Runs the self-check every five minutes and sets the metric selfcheck_broken, which health
 * reads. */
#pragma once

#include "api/service.h"

struct selfcheck_watch;

/* `sweep_ms` is the sweeper's interval. Returns a new watch; NULL: out of memory. */
struct selfcheck_watch *selfcheck_watch_start(struct service *service, int64_t sweep_ms,
                                              struct fault *fault);
void selfcheck_watch_stop(struct selfcheck_watch *watch); /* takes NULL */
/* Runs the self-check once. `data` is a struct selfcheck_watch. */
bool selfcheck_watch_run(void *data, struct fault *fault);
