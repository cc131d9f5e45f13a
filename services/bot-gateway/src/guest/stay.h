// SPDX-License-Identifier: MIT
/* The dialogue in which a guest searches for an apartment, holds it and confirms the booking. */
#pragma once

#include "dialogue/flow.h"
#include "dialogue/talk.h"

extern const struct flow stay_flow;

/* Begins a search in the city nearest to the location that the person has sent. If none is within
 * 150 km, informs the person and requests a city. */
bool stay_begin_near_location(struct talk *talk) MUST_CHECK;
/* Begins with the apartment that has this code, and requests dates. If there is no such apartment,
 * informs the person and requests a city. */
bool stay_begin_apartment(struct talk *talk, struct slice code) MUST_CHECK;
/* Begins a search if the text of the person has search criteria and is not about a booking, or only
 * wants an apartment; answers it or shows the guest's bookings if it is about a booking; rates the
 * last stay if it is only a rating. Then `parsed` is true. It is false if the text needs a person,
 * as "не могу войти, нас 4 человека" does. Informs the person if the text is too long to be
 * parsed. */
bool stay_begin_from_text(struct talk *talk, bool *parsed) MUST_CHECK;
/* Begins a new search. */
bool stay_begin_search(struct talk *talk) MUST_CHECK;
/* Shows all bookings of the guest. A search in progress is stored and can be resumed. */
bool stay_show_all_bookings(struct talk *talk) MUST_CHECK;
/* Takes the file of the update as the receipt of the guest's booking whose payment is awaited, and
 * stops the move; if there are several, asks for which. Refuses a file that is neither a photo nor
 * a PDF or picture. If no payment is awaited, shows a booking that has ended within the last day
 * and may have been paid, unless the file is then for another person; else does nothing. A search
 * in progress is stored and can be resumed. */
bool stay_take_file_as_receipt(struct talk *talk, bool is_for_another_person) MUST_CHECK;
/* Handles a file that is neither an awaited receipt nor understood. If the guest still owes a
 * balance for an agreed stay, shows the booking, or all if there are several, with the hint to send
 * the receipt to the owner, and stops the move; else does nothing. */
bool stay_show_bookings_with_balance(struct talk *talk) MUST_CHECK;
/* Shows the booking whose id is talk->argument; if it is no id, all bookings of the guest. A search
 * in progress is stored and can be resumed. */
bool stay_show_booking_in_argument(struct talk *talk) MUST_CHECK;
/* Rates a completed booking; talk->argument is "<id>_<rating>", else shows all bookings. If
 * booking-api refuses the rating, shows the booking. */
bool stay_post_rating(struct talk *talk) MUST_CHECK;
/* Offers the apartment and dates of the booking whose id is talk->argument, at today's price. */
bool stay_offer_same_stay(struct talk *talk) MUST_CHECK;
