// SPDX-License-Identifier: MIT
/* A quote is made, or refused with what could be had instead. */
#pragma once

#include "bookings/quote.h"

/* A quote for what the draft asks. FAULT_INVALID "unknown_apartment", or "not_available" with
 * `nights` (why not) and `alternatives`. */
bool quote_make(struct change *change, const struct booking_draft *draft, struct quote *out,
                struct fault *fault) MUST_CHECK;
