// SPDX-License-Identifier: MIT
/* What the bots say, in the three languages side by side. HTML of the Bot API. */
#pragma once

#include "base/buf.h"
#include "base/language.h"

enum text {
    TEXT_START, /* with the name of the person */
    TEXT_HELP,
    TEXT_UNKNOWN, /* to what the bot does not understand */
    TEXT_SORRY,   /* an update could not be handled */
    TEXTS
};

enum { TEXT_NAME_MAX = 64 }; /* UTF-16 units of a name that are said */

/* Appends the text. `name` may be absent, and is escaped; texts that name nobody ignore it. */
void text_say(enum text text, enum language language, struct slice name, struct buf *out);
