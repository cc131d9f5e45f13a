// SPDX-License-Identifier: MIT
/* The dialogue of rides between cities: a passenger finds a trip, takes seats and sees the rides; a
 * driver publishes trips and takes passengers. If booking-api has no rides (404), each function
 * ends the dialogue with a message about that. */
#pragma once

#include "dialogue/flow.h"
#include "dialogue/talk.h"

extern const struct flow ride_flow;

/* Greets the person, and begins a search. */
bool ride_greet_and_search(struct talk *talk) MUST_CHECK;
/* Says that apartments are in another bot, and begins a search. */
bool ride_name_other_bot_and_search(struct talk *talk) MUST_CHECK;
/* Begins a search. */
bool ride_begin_search(struct talk *talk) MUST_CHECK;
/* Begins a search with the person's text. `parsed` is false if it has no values of a ride. */
bool ride_begin_from_text(struct talk *talk, bool *parsed) MUST_CHECK;
/* Whether the dialogue, which is ride_flow, is a passenger's search. */
bool ride_is_search(const struct talk *talk);
/* Adds that the message was not understood. Shows the step again or, outside this dialogue, begins
 * a search. */
bool ride_reply_not_understood(struct talk *talk) MUST_CHECK;
/* Shows all rides of the passenger. */
bool ride_show_all_rides(struct talk *talk) MUST_CHECK;
/* Commands of notifications with the id of a ride: show the ride, search for another trip, ask
 * whether to cancel the ride. Without an id, they show all rides. */
bool ride_command_show(struct talk *talk) MUST_CHECK;
bool ride_command_search_again(struct talk *talk) MUST_CHECK;
bool ride_command_ask_cancel(struct talk *talk) MUST_CHECK;
/* Command of a shared link: shows the ride of another person. The argument is the token; the
 * payload of the link is RIDE_LINK_PREFIX and the token. */
#define RIDE_LINK_PREFIX "see_"
bool ride_command_show_shared(struct talk *talk) MUST_CHECK;
/* Shows the person as a driver, or how to become one. */
bool drive_show_home(struct talk *talk) MUST_CHECK;
/* Passes a sent location, or the change of a live one, to booking-api as the place of the driver's
 * car. The first replies, also if the person is no driver; the second does not. */
bool drive_take_location(struct talk *talk) MUST_CHECK;
bool drive_take_moved_location(struct talk *talk) MUST_CHECK;
/* Commands of notifications with the id of a trip: show the trip, confirm the departure, ask for
 * the delay. Without an id, they show all trips of the driver. */
bool drive_command_show_trip(struct talk *talk) MUST_CHECK;
bool drive_command_confirm_departure(struct talk *talk) MUST_CHECK;
bool drive_command_ask_delay(struct talk *talk) MUST_CHECK;
/* Commands of notifications with the id of a ride that looks for a driver: show the ride, ask the
 * driver for a price. Without an id, they show all rides that look for a driver. */
bool drive_command_show_request(struct talk *talk) MUST_CHECK;
bool drive_command_ask_price(struct talk *talk) MUST_CHECK;
/* Commands of notifications with id and version of a ride: accept or decline the ride, unless it
 * has another version now, and show its trip. */
bool drive_command_accept_ride(struct talk *talk) MUST_CHECK;
bool drive_command_decline_ride(struct talk *talk) MUST_CHECK;
