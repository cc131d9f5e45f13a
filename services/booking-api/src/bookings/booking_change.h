// SPDX-License-Identifier: MIT
/* Changes the dates, guests or apartment of a booking, and the owner of all live bookings of an
 * apartment. A changed stay is checked and priced by current rules; the amount paid and the policy
 * stay. Both apartments are locked in the order of their ids, so that two clients that swap nights
 * cannot deadlock. Conflicts are looked up before the UPDATE, to name the nights. */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"

/* Changes the stay of a booking. FAULT_NOT_FOUND, FAULT_PRECONDITION (If-Match), FAULT_FORBIDDEN,
 * FAULT_INVALID (rules, an unknown apartment), FAULT_CONFLICT "already_<status>", "total_changed",
 * "nights_taken" (with the nights), "changed_meanwhile". If the stay already matches the request,
 * `out` is the unchanged booking. Text of `out` is borrowed from `rows`. */
bool booking_change(struct change *change, const struct uuid *id,
                    const struct booking_change_body *body, struct db_rows *rows,
                    struct booking *out, struct fault *fault) MUST_CHECK;

/* Gives the live bookings of an apartment to its new owner; ended bookings keep their owner. Call
 * it after writing the locked apartment. Each booking gets a new version, a history row, an event
 * and an audit row. No effect if the owner is unchanged. */
bool booking_change_owner(struct change *change, const struct uuid *owner_before,
                          const struct apartment *apartment, struct fault *fault) MUST_CHECK;
