// SPDX-License-Identifier: MIT
/* Deletes old rows; sweeper.c has the table of what is deleted. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"

enum { SWEEPER_BATCH = 500 }; /* rows of a transaction */

/* Deletes every `every_ms`, the first time at once, until periodic_stop(). */
void sweeper_start(struct periodic *sweeper, struct service *service, int64_t every_ms);
