// SPDX-License-Identifier: MIT
/* The reply to an update that cannot be stored, because PostgreSQL is unavailable. Pure. */
#pragma once

#include "base/buf.h"
#include "base/uuid.h"

#include "dialogue/update_view.h"

enum {
    OUTAGE_REPLY_BODY_MAX = 4096, /* a longer text is not sent */
    OUTAGE_REPLY_TEXT_MS = 60000, /* at most one text per chat in this time */
    /* Telegram repeats a callback query for this long (telegram-bot-api, Client.cpp). */
    OUTAGE_REPLY_TAP_MS = 150000
};

struct outage_reply {
    const char *method; /* of the Bot API */
    bool is_text;       /* a message; else the answer to a callback query */
    uint64_t key;       /* of all replies with the same key, one is sent in `for_ms` */
    int64_t for_ms;
};

/* Makes the reply to an update: appends the parameters of the call to `body` and sets `out`. A
 * callback query is answered in any chat. A message is answered only in a private chat, and only if
 * it is not older than OUTAGE_REPLY_TEXT_MS, because Telegram repeats it for hours. `now_us` is the
 * wall clock. False: no reply. */
bool outage_reply_make(const struct uuid *bot_id, const struct update_view *update, int64_t now_us,
                       const struct texts *texts, struct outage_reply *out, struct buf *body);

/* Keys of recently sent replies, so that no reply is sent twice: a hash table of fixed size. Pure:
 * the caller passes the time, of any monotonic clock. */
enum { OUTAGE_REPLY_KEYS_MAX = 4096, OUTAGE_REPLY_KEYS_BUCKET = 8 /* slots for one key */ };

/* Initialise it with zeros: they are an empty table. */
struct outage_reply_keys {
    struct {
        uint64_t key;
        int64_t until_ms;
    } slots[OUTAGE_REPLY_KEYS_MAX];
};

/* Adds the key for `duration_ms`. False if the table has the key already, or has no slot for it. */
bool outage_reply_keys_add_if_absent(struct outage_reply_keys *recent, uint64_t key, int64_t now_ms,
                                     int64_t duration_ms);
