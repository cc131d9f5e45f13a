// SPDX-License-Identifier: MIT
/* Addresses of calendars that owners paste, and the channels they belong to. Pure. */
#pragma once

#include "base/arena.h"

enum { OWNER_CHANNELS = 7 };
/* The channels of booking-api, "other" last. */
extern const char *const owner_channels[OWNER_CHANNELS];
bool owner_is_channel(struct slice name);

/* Finds the address of a calendar in a message: the first word that begins with https:// or
 * http://, about which booking-api decides, or with webcal://, as Apple and Outlook write it, which
 * is then replaced. Absent: there is none. */
struct slice owner_find_calendar_url(struct slice text, struct arena *arena);

/* The channel whose server the address names; "other" if it is none of them. */
const char *owner_channel_of_url(struct slice url);
