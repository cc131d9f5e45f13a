// SPDX-License-Identifier: MIT
/* Forgets what was said long ago. */
#pragma once

#include "api/service.h"

/* Every minute, the first time at once. Ends by periodic_stop(). */
struct periodic *history_sweeper_start(struct service *service, struct fault *fault);
