// SPDX-License-Identifier: MIT
/* The dialogue of rides between cities: a passenger finds a trip, takes seats and sees the rides; a
 * driver publishes trips and takes passengers. If booking-api has no rides (404), each function
 * says so and ends the dialogue. */
#pragma once

#include "dialogue/flow.h"
#include "dialogue/talk.h"

extern const struct flow ride_flow;

/* Greets the person, and begins a search. */
bool ride_start(struct talk *talk) MUST_CHECK;
/* Begins a search. */
bool ride_search(struct talk *talk) MUST_CHECK;
/* Begins a search with the text of the person if it says something of a ride; then `parsed` is
 * true. */
bool ride_begin_phrase(struct talk *talk, bool *parsed) MUST_CHECK;
/* Says that the message was not understood, and shows the step again; without one begins a
 * search. */
bool ride_misunderstand(struct talk *talk) MUST_CHECK;
/* Shows all rides of the passenger. */
bool ride_begin_rides(struct talk *talk) MUST_CHECK;
/* Commands of notifications, with the id of a ride: show it, search for another one, ask whether to
 * cancel it. */
bool ride_command_open(struct talk *talk) MUST_CHECK;
bool ride_command_again(struct talk *talk) MUST_CHECK;
bool ride_command_cancel(struct talk *talk) MUST_CHECK;
/* Command of a shared link, with its token: shows the ride of another person. Links have a payload
 * of this prefix and the token. */
#define RIDE_LINK_PREFIX "see_"
bool ride_command_see(struct talk *talk) MUST_CHECK;
/* Shows the person as a driver, or how to become one. */
bool drive_begin(struct talk *talk) MUST_CHECK;
/* Commands of notifications, with an id: show the request, ask for the price of the driver; show
 * the trip, confirm that the driver goes, ask for the delay; accept or decline the ride of this id
 * and version, unless it has changed since. */
bool drive_command_open(struct talk *talk) MUST_CHECK;
bool drive_command_request(struct talk *talk) MUST_CHECK;
bool drive_command_bid(struct talk *talk) MUST_CHECK;
bool drive_command_go(struct talk *talk) MUST_CHECK;
bool drive_command_late(struct talk *talk) MUST_CHECK;
bool drive_command_accept(struct talk *talk) MUST_CHECK;
bool drive_command_decline(struct talk *talk) MUST_CHECK;
