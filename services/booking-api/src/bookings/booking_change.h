// SPDX-License-Identifier: MIT
/* Other dates, guests, or another apartment for a booking; another owner for those of an apartment.
 * A stay that moves is checked and priced by the rules of today; what was paid and the policy stay.
 * Both apartments are locked in the order of their ids, so that two who swap their nights cannot
 * deadlock. Nights that are taken are found before the UPDATE. */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"

/* FAULT_NOT_FOUND, FAULT_PRECONDITION (If-Match), FAULT_FORBIDDEN, FAULT_INVALID (rules, an unknown
 * apartment), FAULT_CONFLICT "already_<status>", "total_changed", "nights_taken" (with the nights),
 * "changed_meanwhile". When the stay is as wished already, `out` is the booking as it is. Text of
 * `out` is borrowed from `rows`. */
bool booking_change(struct change *change, const struct uuid *id,
                    const struct booking_change_request *request, struct db_rows *rows,
                    struct booking *out, struct fault *fault) MUST_CHECK;

/* A new owner of an apartment becomes the owner of its live bookings; those that have ended keep
 * theirs. Called after the locked apartment was written. Each live booking gets a new version, a
 * row of its history, an event and a row of the audit. Without effect when the owner has not
 * changed. */
bool booking_change_owner(struct change *change, const struct uuid *owner_before,
                          const struct apartment *apartment, struct fault *fault) MUST_CHECK;
