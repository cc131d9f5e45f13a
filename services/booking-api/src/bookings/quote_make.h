// SPDX-License-Identifier: MIT
/* Makes a quote, or refuses it with alternatives. */
#pragma once

#include "bookings/quote.h"

/* FAULT_INVALID "unknown_apartment", or "not_available" with the members `nights` (reasons) and
 * `alternatives`. */
bool quote_make(struct change *change, const struct booking_draft *draft, struct quote *out,
                struct fault *fault) MUST_CHECK;
