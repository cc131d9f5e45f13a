// SPDX-License-Identifier: MIT
/* Runs the self-check every five minutes, for the metric selfcheck_broken, which health watches. */
#pragma once

#include "api/service.h"

struct selfcheck_watch;

/* Returns new. `sweep_ms` is the sweeper's interval. */
struct selfcheck_watch *selfcheck_watch_start(struct service *service, int64_t sweep_ms,
                                              struct fault *fault);
void selfcheck_watch_stop(struct selfcheck_watch *watch); /* takes NULL */
/* One run. `data` is the watch. */
bool selfcheck_watch_run(void *data, struct fault *fault);
