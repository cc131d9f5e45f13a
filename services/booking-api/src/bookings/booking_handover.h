// SPDX-License-Identifier: MIT
/* A new owner of a flat becomes the owner of its live bookings. Bookings that have ended keep
 * theirs. */
#pragma once

#include "api/change.h"

#include "flats/apartment.h"

/* Called after the locked flat was written. Each live booking gets a new version, a row of its
 * history, an event and a row of the audit. Without effect when the owner has not changed. */
bool booking_handover(struct change *change, const struct uuid *owner_before,
                      const struct apartment *flat, struct fault *fault) MUST_CHECK;
