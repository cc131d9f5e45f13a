// SPDX-License-Identifier: MIT
/* A booking is made. In this order, because each step needs the one before: lock the guest, lock
 * the flat, judge its rules and compute the price, take the nights. The nights themselves are
 * guarded by the exclusion constraint; the locks only keep writers from running into deadlocks on
 * it. Two round trips; with those of api_change() four. */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"

/* FAULT_INVALID with the rules that are broken, FAULT_CONFLICT "nights_taken" (with the nights) or
 * "too_many_holds", FAULT_FORBIDDEN. Text of `out` lives in the arena. */
bool booking_place(struct change *change, const struct booking_draft *draft, struct booking *out,
                   struct fault *fault) MUST_CHECK;
