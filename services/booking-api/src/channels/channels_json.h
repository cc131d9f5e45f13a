// SPDX-License-Identifier: MIT
/* JSON fields of the calendars of other channels, and of conflicts. */
#pragma once

#include "json/texts.h"

#include "channels/calendar_link.h"
#include "channels/conflict.h"
#include "channels/feed.h"

/* The body of POST, decoded into a struct calendar_link. */
extern const struct fields calendar_link_fields;
/* A link in an answer; its url only if it is new. */
extern const struct fields calendar_link_shown_fields;
/* The body of POST .../closed. */
extern const struct fields calendar_link_closed_fields;

/* Bodies of POST and PATCH, decoded into a struct feed. */
extern const struct fields feed_fields;
/* A feed in an answer; never its address. */
extern const struct fields feed_shown_fields;
/* `data` of a feed's events. */
extern const struct fields feed_event_fields;

extern const struct fields conflict_fields;
extern const struct fields conflict_event_fields;
extern const struct fields conflict_resolve_fields;
