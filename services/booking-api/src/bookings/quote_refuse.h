// SPDX-License-Identifier: MIT
/* Explains night by night why a stay cannot be booked, and finds alternatives: the same apartment
 * some days earlier or later, and similar apartments on the same days. */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"
#include "calendar/calendar.h"

enum {
    QUOTE_SHIFT_MAX = 3,       /* days earlier or later */
    QUOTE_SIMILAR_MAX = 3,     /* similar apartments that are offered */
    QUOTE_SIMILAR_PERCENT = 30 /* highest deviation of their price per night */
};

struct quote_request {
    const struct apartment *apartment; /* with local time */
    const struct booking_draft *draft;
    const struct calendar_taken *taken; /* within QUOTE_SHIFT_MAX days around the dates */
    size_t count;                       /* of `taken` */
};

/* Whether `draft` breaks no rule and its nights are free. `draft` is the request's draft or a copy
 * with shifted dates. */
bool quote_is_available(const struct quote_request *request, const struct booking_draft *draft,
                        struct arena *arena) MUST_CHECK;

/* Sets FAULT_INVALID "not_available" ("total_too_high" if only the total is refused) with the
 * members `nights` and `alternatives`. Returns false. */
bool quote_refuse(struct change *change, const struct quote_request *request, struct fault *fault);
