// SPDX-License-Identifier: MIT
/* Addresses of calendars that owners paste, and the channels they belong to. Pure. */
#pragma once

#include "base/arena.h"

enum { OWNER_CHANNELS = 7 };
/* The channels of booking-api, "other" last. */
extern const char *const owner_channels[OWNER_CHANNELS];
bool owner_is_channel(struct slice name);

/* Finds the address of a calendar in a message: the first one that begins with https:// or http://,
 * about which booking-api decides, or with webcal://, as Apple and Outlook write it, which is then
 * replaced. Brackets, quotes and punctuation around it do not belong to it. Absent: there is none.
 */
struct slice owner_find_calendar_url(struct slice text, struct arena *arena);

/* Whether the address begins with http://, which booking-api reads in the demo alone. */
bool owner_is_plain_url(struct slice url);

/* The channel whose server the address names; "other" if it is none of them. */
const char *owner_channel_of_url(struct slice url);
