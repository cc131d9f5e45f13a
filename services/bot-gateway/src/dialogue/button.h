// SPDX-License-Identifier: MIT
/* What a button of a dialogue sends back when it is tapped: callback_data of the Bot API, 1-64
 * bytes, "flow.version.action.argument.mac". The mac binds it to the bot and the person, so that a
 * tap is what the bot has offered, to this person. Nothing is stored for a button. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum {
    BUTTON_DATA_MAX = 64, /* bytes, Bot API, InlineKeyboardButton */
    BUTTON_NAME_MAX = 12, /* bytes of a flow's and of an action's name: a-z 0-9 _ */
    BUTTON_KEY_LEN = 32   /* SHA-256 */
};

struct button {
    struct slice flow;
    int64_t version; /* of the dialogue that has drawn it; 0: it is good at any time */
    struct slice action;
    struct slice argument; /* A-Za-z0-9_-, may be empty */
};

/* The key of a bot's buttons, out of its token. With another token all old buttons are foreign. */
void button_key(struct slice token, uint8_t key[BUTTON_KEY_LEN]);

/* Writes callback_data with a NUL. False when it would be longer than BUTTON_DATA_MAX, or has other
 * characters than those above. */
bool button_write(const struct button *button, const uint8_t key[BUTTON_KEY_LEN], int64_t user_id,
                  char out[BUTTON_DATA_MAX + 1]) MUST_CHECK;

/* False where `data` was not written with this key for this person. The button borrows from
 * `data`. */
bool button_read(struct slice data, const uint8_t key[BUTTON_KEY_LEN], int64_t user_id,
                 struct button *out) MUST_CHECK;
