// SPDX-License-Identifier: MIT
/* The dialogue in which a guest finds a flat, holds it and confirms. */
#pragma once

#include "dialogue/flow.h"

extern const struct flow stay_flow;

/* Begins it with the city that is nearest to the place which the person has sent. */
bool stay_begin_near(struct talk *talk, struct fault *fault) MUST_CHECK;
/* Begins it with the flat of this code, for which dates are chosen first. Where there is no such
 * flat, the person is told so and asked for a city. */
bool stay_begin_flat(struct talk *talk, struct slice code, struct fault *fault) MUST_CHECK;
/* Begins it with what the person has typed, where that says anything of a search. What is too long
 * to be read is told so. */
bool stay_begin_heard(struct talk *talk, bool *heard, struct fault *fault) MUST_CHECK;
/* At all that the guest has booked; a search that is under way is kept, and can be gone back to. */
bool stay_begin_mine(struct talk *talk, struct fault *fault) MUST_CHECK;
/* Begins it with the booking that the argument names; without one, with all of the person's. */
bool stay_begin_booking(struct talk *talk, struct fault *fault) MUST_CHECK;
