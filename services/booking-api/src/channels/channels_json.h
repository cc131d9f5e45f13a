// SPDX-License-Identifier: MIT
/* JSON fields of the calendars of other channels. */
#pragma once

#include "json/fields.h"

#include "channels/calendar_link.h"

/* The body of POST, decoded into a struct calendar_link. */
extern const struct fields calendar_link_fields;
/* A link in an answer; its url only if it is new. */
extern const struct fields calendar_link_shown_fields;
