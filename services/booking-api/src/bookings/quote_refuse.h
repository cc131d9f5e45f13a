// SPDX-License-Identifier: MIT
/* Why a stay cannot be had, night by night, and what could be instead: the same flat some days
 * earlier or later, and flats like it on the same days. */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"
#include "nights/calendar.h"

enum {
    QUOTE_SHIFT_MAX = 3, /* days earlier or later */
    QUOTE_SIMILAR_MAX = 3,
    QUOTE_SIMILAR_PERCENT = 30 /* dearer or cheaper than what was asked for */
};

struct quote_asked {
    const struct apartment *flat; /* with its clock */
    const struct booking_draft *draft;
    const struct calendar_taken *taken; /* around the dates, QUOTE_SHIFT_MAX days on each side */
    size_t count;
};

/* No rule is broken and nobody has the nights, on the dates of `draft` (those asked, or shifted).
 */
bool quote_possible(const struct quote_asked *asked, const struct booking_draft *draft,
                    struct arena *arena) MUST_CHECK;

/* FAULT_INVALID "not_available" with members `nights` and `alternatives`. Returns false. */
bool quote_refuse(struct change *change, const struct quote_asked *asked, struct fault *fault);
