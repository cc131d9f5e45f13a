// SPDX-License-Identifier: MIT
/* Changes of apartments past the API, in Directus or psql: a trigger has written the audit row and
 * noted the apartment; this task writes the event apartment.updated, as PATCH does. Any number of
 * instances run it. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"

enum { EDITS_EVERY_MS = 250 };

void edits_start(struct periodic *edits, struct service *service);
/* One run. `data` is the struct service. */
bool edits_run(void *data, struct fault *fault);
