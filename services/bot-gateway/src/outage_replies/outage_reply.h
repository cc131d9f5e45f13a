// SPDX-License-Identifier: MIT
/* What a person is told at once whose update cannot be stored. Pure. */
#pragma once

#include "base/buf.h"
#include "base/uuid.h"

#include "dialogue/update_view.h"

struct texts;

enum {
    OUTAGE_REPLY_BODY_MAX = 4096, /* a longer text of people is not said */
    OUTAGE_REPLY_TEXT_MS = 60000, /* a chat is told no more than once in it */
    OUTAGE_REPLY_TAP_MS = 150000  /* Telegram keeps a tap for so long and sends it again until then
                              (telegram-bot-api, Client.cpp) */
};

struct outage_reply {
    const char *method; /* of the Bot API */
    bool is_text;       /* a message; else the answer to a tap */
    uint64_t key;       /* of what is said once ... */
    int64_t for_ms;     /* ... in so long */
};

/* A tap is answered wherever its button is; words are for the private chat of a person alone, and
 * not for a message older than OUTAGE_REPLY_TEXT_MS, which Telegram brings again and again.
 * `now_us` is the wall clock. False: nothing is said. The parameters of the call are appended to
 * `body`. */
bool outage_reply_of(const struct uuid *bot_id, const struct update_view *update, int64_t now_us,
                     const struct texts *texts, struct outage_reply *out, struct buf *body);
