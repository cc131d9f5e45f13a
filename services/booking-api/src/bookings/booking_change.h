// SPDX-License-Identifier: MIT
/* A booking gets other dates, guests, or another flat. Judged and priced by today's rules; what was
 * paid and the frozen policy stay. Both flats are locked, in the order of their ids, so that two
 * who swap their nights never wait for each other in a circle; a clash is found before the write.
 */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"

/* FAULT_NOT_FOUND, FAULT_PRECONDITION (If-Match), FAULT_FORBIDDEN, FAULT_INVALID (rules, an unknown
 * flat), FAULT_CONFLICT "already_<status>", "total_changed", "nights_taken" (with the nights),
 * "changed_meanwhile". What is so already is no fault. Text of `out` is borrowed from `rows`. */
bool booking_change(struct change *change, const struct uuid *id, const struct booking_wish *wish,
                    struct db_rows *rows, struct booking *out, struct fault *fault) MUST_CHECK;
