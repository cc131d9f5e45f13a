// SPDX-License-Identifier: MIT
/* The staff chat of a bot. A bot has at most one: the group, or the topic of a group, where a code
 * was typed last. Who has typed a code is a member of staff of the bot. */
#pragma once

#include "base/digest.h"

enum {
    STAFF_NAME_MAX = 64,       /* characters of a member's name */
    STAFF_NAME_BYTES_MAX = 100 /* of it: X-Actor allows no more */
};

/* Whether a bot writes to staff. An event concerns all bots of a tenant and type. */
enum staff_chat_state {
    STAFF_CHAT_HERE,      /* to its own staff chat */
    STAFF_CHAT_ELSEWHERE, /* only other bots do, or another bot does in the same chat */
    STAFF_CHAT_LOST,      /* no bot does: Telegram refuses messages to its chat */
    STAFF_CHAT_NONE       /* no bot does: none has a staff chat */
};
struct staff_chat {
    enum staff_chat_state state;
    int64_t chat_id;   /* of STAFF_CHAT_HERE, like the next two */
    int64_t thread_id; /* 0: none */
    int language;      /* enum language */
};

/* What is known of staff in a group where an update was sent. */
struct staff_chat_view {
    bool is_linked;         /* the group is the staff chat of the bot */
    int language;           /* enum language of that chat, else of the code */
    struct slice member;    /* name of the sender as a member of staff; absent: not a member */
    struct slice code_hash; /* of the bot's unused code; absent: there is none that is valid */
};

/* The code that links a group as the staff chat of a bot, and the person who types it as a member
 * of staff: "/staff K7Q2M9XD". digest_base32_random() makes it; the database has its hash only,
 * until it is used. Pure. */
enum {
    STAFF_CODE_LEN = 8,     /* 40 bits */
    STAFF_CODE_S = 15 * 60, /* its validity */
};

/* The hash of a typed code; false if no code looks like this (digest_base32_read()). */
bool staff_code_hash(struct slice typed, uint8_t hash[DIGEST_SHA256_LEN]) MUST_CHECK;
