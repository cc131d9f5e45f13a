// SPDX-License-Identifier: MIT
/* Records a change of an apartment: event and audit row. */
#pragma once

#include "api/change.h"

#include "apartments/apartment.h"

/* Writes the event, with the public view as its data, and the audit row. */
bool apartment_record(struct change *change, const char *event, const char *action,
                      const struct apartment *apartment, struct fault *fault) MUST_CHECK;
