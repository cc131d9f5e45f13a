// SPDX-License-Identifier: MIT
/* Texts about the channels whose calendars booking-api reads: Airbnb, Booking.com and others. */
#pragma once

#include "texts/texts.h"

/* The name of a channel of booking-api ("airbnb"); TEXT_CHANNEL_OTHER if it is not known. */
enum text channel_text_of(struct slice channel);
/* The text of a feed's status ("ok"), and the reason of its last_error ("shrunken"). */
enum text feed_state_text(struct slice status);
enum text feed_why_text(struct slice error);
/* Whether a person may accept what the feed says: it was read, and it is suspect. */
bool feed_may_be_accepted(struct slice status, struct slice error);
