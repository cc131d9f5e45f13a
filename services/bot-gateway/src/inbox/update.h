// SPDX-License-Identifier: MIT
/* An update of Telegram as it is stored: the raw body and what was read from it. */
#pragma once

#include <stdint.h>

#include "base/digest.h"
#include "base/slice.h"
#include "base/uuid.h"

enum {
    UPDATE_BODY_MAX = 1024 * 1024,          /* telegram-bot-api sends at most 512 KiB */
    UPDATE_ARENA_MAX = 4 * UPDATE_BODY_MAX, /* what foreign_read() may need for such a body */
    UPDATE_STUB_MAX = 4096,                 /* bytes that are stored of a longer body */
    UPDATE_DEADLINE_MS = 2000 /* to store an update; if it fails, Telegram sends it again */
};

struct update {
    struct uuid id; /* sorted by time of receipt */
    struct uuid bot_id;
    int64_t update_id;                     /* Telegram's; FIELD_ABSENT only if `broken` */
    struct slice kind;                     /* "message", "callback_query" ...; static */
    int64_t chat_id;                       /* FIELD_ABSENT: none for this kind */
    int64_t user_id;                       /* the sender; FIELD_ABSENT: none for this kind */
    struct slice body;                     /* as received; borrowed */
    bool body_cut;                         /* `body` is the beginning of a longer body */
    bool broken;                           /* unreadable or without update_id: a dead letter */
    uint8_t broken_key[DIGEST_SHA256_LEN]; /* hash of the body, if `broken` */
};
