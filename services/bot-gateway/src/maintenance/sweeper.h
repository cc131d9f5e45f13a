// SPDX-License-Identifier: MIT
/* Forgets what is old, of every table that would only grow: rows of the table in sweeper.c. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"

/* Every minute, the first time at once. Returns new; ended by periodic_stop(). */
struct periodic *sweeper_start(struct service *service, struct fault *fault) MUST_CHECK;
