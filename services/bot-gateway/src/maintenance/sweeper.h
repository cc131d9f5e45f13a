// SPDX-License-Identifier: MIT
/* Deletes old rows of the tables that its table in sweeper.c lists. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"

/* Every minute, the first time at once. Returns new; ended by periodic_stop(). */
struct periodic *sweeper_start(struct service *service, struct fault *fault) MUST_CHECK;
