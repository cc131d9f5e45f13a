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

/* Nights that a channel has and that ours has too. */
struct channel_clash {
    struct slice channel; /* its name in the language of the text */
    int32_t from;
    int32_t to;
    struct slice code; /* of our booking; absent: ours is a block */
    int64_t refund;    /* all that the guest has paid, in tiyn; 0 or less: nothing */
};
enum { CHANNEL_CLASH_VALUES = 4 };
struct channel_clash_text {
    enum text text;
    struct text_value values[CHANNEL_CLASH_VALUES]; /* they borrow from the clash */
    size_t count;
};
/* The text that names both sides, and the question whether the channel gets the nights. */
struct channel_clash_text channel_text_of_clash(const struct channel_clash *clash);
struct channel_clash_text channel_text_of_giving(const struct channel_clash *clash);
