// SPDX-License-Identifier: MIT
/* The background task that forgets updates that are done and old. Without it the table only grows.
 */
#pragma once

#include "api/periodic.h"
#include "api/service.h"

/* Runs until periodic_stop(). */
struct periodic *update_sweeper_start(struct service *service, struct fault *fault);
