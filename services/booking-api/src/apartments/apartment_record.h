// SPDX-License-Identifier: MIT
/* What every change of an apartment leaves behind. */
#pragma once

#include "api/change.h"

#include "apartments/apartment.h"

/* The apartment's JSON for this view, in the arena. */
bool apartment_record_json(const struct apartment *apartment, enum apartment_view view,
                           struct arena *arena, struct slice *json, struct fault *fault) MUST_CHECK;

/* Writes the event, which has the apartment as all may see it, and the audit. */
bool apartment_record(struct change *change, const char *event, const char *action,
                      const struct apartment *apartment, struct fault *fault) MUST_CHECK;
