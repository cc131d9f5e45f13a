// SPDX-License-Identifier: MIT
/* Texts about the channels whose calendars booking-api reads: Airbnb, Booking.com and others. */
#pragma once

#include "texts/texts.h"

/* The name of a channel of booking-api ("airbnb"); TEXT_CHANNEL_OTHER if it is not known. */
enum text channel_text_of(struct slice channel);
/* The text of a feed's status ("ok"), and the reason of its last_error ("shrunken"). */
enum text channel_text_of_state(struct slice status);
enum text channel_text_of_error(struct slice error);
/* Whether a person may accept what the feed says: it was read, and it is suspect. */
bool channel_feed_is_acceptable(struct slice status, struct slice error);
