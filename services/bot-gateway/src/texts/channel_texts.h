// SPDX-License-Identifier: MIT
/* Texts about the channels whose calendars booking-api reads: Airbnb, Booking.com and others. */
#pragma once

#include "texts/texts.h"

/* The name of a channel of booking-api ("airbnb"); TEXT_CHANNEL_OTHER if it is not known. */
enum text channel_text_of(struct slice channel);
