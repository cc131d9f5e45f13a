// SPDX-License-Identifier: MIT
/* Records a change of an apartment: event and audit row. */
#pragma once

#include "api/change.h"

#include "apartments/apartment.h"

/* Writes the event `event`, with APARTMENT_PUBLIC as its data, and an audit row. */
bool apartment_record_change(struct change *change, const char *event, const char *audit_action,
                             const struct apartment *apartment, struct fault *fault) MUST_CHECK;
