// SPDX-License-Identifier: MIT
/* The dialogue in which a guest searches for an apartment, holds it and confirms the booking. */
#pragma once

#include "dialogue/flow.h"
#include "dialogue/talk.h"

extern const struct flow stay_flow;

/* Begins with the city nearest to the location that the person has sent. */
bool stay_begin_near(struct talk *talk, struct fault *fault) MUST_CHECK;
/* Begins with the apartment of this code and asks for dates. If there is no such apartment, informs
 * the person and asks for a city. */
bool stay_begin_apartment(struct talk *talk, struct slice code, struct fault *fault) MUST_CHECK;
/* Begins with the text of the person if it has search criteria, and sets `parsed`. Informs the
 * person if the text is too long to be parsed. */
bool stay_begin_phrase(struct talk *talk, bool *parsed, struct fault *fault) MUST_CHECK;
/* Shows all bookings of the guest. A search in progress is kept and can be resumed. */
bool stay_begin_bookings(struct talk *talk, struct fault *fault) MUST_CHECK;
/* Begins with the booking that the argument names; without one, with all bookings of the person. */
bool stay_begin_booking(struct talk *talk, struct fault *fault) MUST_CHECK;
