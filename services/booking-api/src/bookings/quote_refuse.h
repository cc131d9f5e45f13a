// SPDX-License-Identifier: MIT
/* Why a stay cannot be booked, night by night, and alternatives: the same apartment some days
 * earlier or later, and similar apartments on the same days. */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"
#include "calendar/calendar.h"

enum {
    QUOTE_SHIFT_MAX = 3, /* days earlier or later */
    QUOTE_SIMILAR_MAX = 3,
    QUOTE_SIMILAR_PERCENT = 30 /* dearer or cheaper than the stay of the draft */
};

struct quote_request {
    const struct apartment *apartment; /* with its clock */
    const struct booking_draft *draft;
    const struct calendar_taken *taken; /* around the dates, QUOTE_SHIFT_MAX days on each side */
    size_t count;
};

/* True when no rule is broken and all nights are free, on the dates of `draft`: those of the
 * request or shifted ones. */
bool quote_is_available(const struct quote_request *request, const struct booking_draft *draft,
                        struct arena *arena) MUST_CHECK;

/* Returns false with FAULT_INVALID "not_available" and the members `nights` and `alternatives`. */
bool quote_refuse(struct change *change, const struct quote_request *request, struct fault *fault);
