// SPDX-License-Identifier: MIT
/* The receipt of a payment that a guest has sent to a bot, as booking-api stores it in a booking:
 * "telegram:<bot>:<photo or document>:<file_id>". Telegram gives the file of a file_id only to the
 * bot that has received it, so the text is of no use to anybody without the token of that bot. A
 * receipt from elsewhere is any other text. Pure. */
#pragma once

#include "base/arena.h"

struct receipt {
    struct slice file_id;
    bool is_document; /* else a photo */
};

/* Returns the text that booking-api stores, in the arena; absent if the arena is full. */
struct slice receipt_write(const struct receipt *receipt, struct slice bot_name,
                           struct arena *arena);
/* False unless `text` is a receipt that this bot has received. `out` borrows from `text`. */
bool receipt_read(struct slice text, struct slice bot_name, struct receipt *out) MUST_CHECK;
