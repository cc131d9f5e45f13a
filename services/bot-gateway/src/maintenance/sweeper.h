// SPDX-License-Identifier: MIT
/* Deletes old rows of the tables that its table in sweeper.c lists. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"

enum { SWEEPER_BATCH = 500 }; /* rows of a transaction */

/* Every minute, the first time at once, until periodic_stop(). */
void sweeper_start(struct periodic *sweeper, struct service *service);
