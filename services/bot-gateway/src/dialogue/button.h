// SPDX-License-Identifier: MIT
/* The callback_data of a dialogue's button (Bot API: 1-64 bytes):
 * "flow.version.action.argument.mac". The MAC covers the bot and the person, so a valid tap comes
 * from a button that this bot has shown to this person. Buttons are not stored. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/uuid.h"

/* The `user_id` of buttons in the staff chat, which any member of staff may tap. */
#define BUTTON_STAFF INT64_C(0)

enum {
    BUTTON_DATA_MAX = 64, /* bytes, Bot API, InlineKeyboardButton */
    BUTTON_NAME_MAX = 12, /* bytes of the name of a flow or an action: a-z 0-9 _ */
    BUTTON_KEY_LEN = 32   /* SHA-256 */
};

struct button {
    struct slice flow;
    int64_t version; /* of the dialogue when it shows the button; 0: valid with any version */
    struct slice action;
    struct slice argument; /* A-Za-z0-9_-, may be empty */
};

/* Derives the key of a bot's buttons from its token. A new token invalidates all older buttons. */
void button_derive_key(struct slice token, uint8_t key[BUTTON_KEY_LEN]);

/* Makes an argument: the id in base64url, then the text `suffix`. Absent if the arena is full. */
struct slice button_make_id_argument(const struct uuid *id, const char *suffix,
                                     struct arena *arena);

/* Writes the button's callback_data, with a NUL. False if it would exceed BUTTON_DATA_MAX, or if a
 * name, the argument or the version is not valid. */
bool button_write(const struct button *button, const uint8_t key[BUTTON_KEY_LEN], int64_t user_id,
                  char data[BUTTON_DATA_MAX + 1]) MUST_CHECK;

/* Reads the callback_data of a tap. False unless it was written with this key for this person. The
 * button borrows from `data`. */
bool button_read(struct slice data, const uint8_t key[BUTTON_KEY_LEN], int64_t user_id,
                 struct button *out) MUST_CHECK;
