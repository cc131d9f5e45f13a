// SPDX-License-Identifier: MIT
/* An update of Telegram's as it is stored: its raw body, and what was read of it. */
#pragma once

#include <stdint.h>

#include "base/digest.h"
#include "base/slice.h"
#include "base/uuid.h"
#include "base/value.h"

enum {
    UPDATE_BODY_MAX = 1024 * 1024, /* telegram-bot-api sends 512 KiB at most */
    UPDATE_STUB_MAX = 4096,        /* what is stored of a longer one */
    UPDATE_DEADLINE_MS = 2000      /* then it is not stored: Telegram sends it again */
};

struct update {
    struct uuid id; /* in the order of receipt */
    struct uuid bot_id;
    int64_t update_id; /* Telegram's; FIELD_ABSENT only where it is broken */
    struct slice kind; /* "message", "callback_query" ...; static */
    int64_t chat_id;   /* FIELD_ABSENT: the kind has none */
    int64_t user_id;   /* who did it; FIELD_ABSENT: the kind names nobody */
    struct slice body; /* as it came; borrowed */
    bool body_cut;     /* `body` is the beginning of a longer one */
    bool broken;       /* it cannot be read, or shows no update_id: a dead letter */
    uint8_t broken_key[DIGEST_SHA256_LEN]; /* of the body, where it is broken */
};
