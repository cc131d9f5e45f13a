// SPDX-License-Identifier: MIT
/* Other dates, guests, or another flat for a booking. The stay is checked and priced by the rules
 * of today; what was paid and the policy stay. Both flats are locked in the order of their ids, so
 * that two who swap their nights cannot deadlock. Nights that are taken are found before the
 * UPDATE. */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"

/* FAULT_NOT_FOUND, FAULT_PRECONDITION (If-Match), FAULT_FORBIDDEN, FAULT_INVALID (rules, an unknown
 * flat), FAULT_CONFLICT "already_<status>", "total_changed", "nights_taken" (with the nights),
 * "changed_meanwhile". When the stay is as wished already, `out` is the booking as it is. Text of
 * `out` is borrowed from `rows`. */
bool booking_change(struct change *change, const struct uuid *id, const struct booking_wish *wish,
                    struct db_rows *rows, struct booking *out, struct fault *fault) MUST_CHECK;
