// SPDX-License-Identifier: MIT
/* A flat that gets another owner takes its live bookings along; ended ones stay with who had them.
 */
#pragma once

#include "api/change.h"

#include "flats/apartment.h"

/* After the locked flat was written. Each booking that goes along gets a new version, a row of its
 * history, an event and a row of the audit. Nothing where the owner is who he was before. */
bool booking_handover(struct change *change, const struct uuid *owner_before,
                      const struct apartment *flat, struct fault *fault) MUST_CHECK;
