// SPDX-License-Identifier: MIT
/* The deep link that binds a chat to an owner: "/start own_x" (Bot API, "Deep linking"). It is
 * signed with the key of the bot's buttons, and is not stored. Pure.
 *
 * A link names the version of the owner's record. Binding raises that version, as any change does,
 * so a link binds one account and is invalid once the record has changed. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/uuid.h"

#include "dialogue/button.h"

#define OWNER_LINK_PREFIX "own_"
enum {
    OWNER_LINK_S = 7 * 24 * 3600, /* how long a link is valid */
    OWNER_LINK_MAX = 64           /* bytes of a payload, Bot API */
};

struct owner_link {
    struct uuid owner;
    int64_t version; /* of the owner's record */
    int64_t ends_at; /* microseconds, whole seconds */
};

/* Writes the payload of /start, with a NUL. */
void owner_link_write(const struct owner_link *link, const uint8_t key[BUTTON_KEY_LEN],
                      char out[OWNER_LINK_MAX + 1]);

/* Reads the payload without its prefix. False unless owner_link_write() wrote it with this key.
 * Does not check `ends_at`. */
bool owner_link_read(struct slice text, const uint8_t key[BUTTON_KEY_LEN],
                     struct owner_link *out) MUST_CHECK;
