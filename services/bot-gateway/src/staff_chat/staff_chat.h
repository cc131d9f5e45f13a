// SPDX-License-Identifier: MIT
/* The staff chat of a bot. A bot has at most one: the group, or the topic of a group, where a valid
 * code was typed last. The person who types it becomes a member of staff of the bot, unless
 * Telegram hides who it is (an anonymous administrator). */
#pragma once

#include "base/digest.h"

enum {
    STAFF_NAME_MAX = 64,       /* characters of a member's name */
    STAFF_NAME_BYTES_MAX = 100 /* bytes of the name: the maximum of X-Actor */
};

/* Whether a bot writes to staff about an event, which concerns all bots of a tenant and type. */
enum staff_chat_state {
    STAFF_CHAT_HERE,      /* the bot writes to its own staff chat */
    STAFF_CHAT_ELSEWHERE, /* other bots write to other chats, or one of them to the bot's chat */
    STAFF_CHAT_LOST,      /* no bot writes: Telegram refuses messages to each chat */
    STAFF_CHAT_NONE       /* no bot writes: there is no staff chat */
};
struct staff_chat {
    enum staff_chat_state state;
    bool is_linked; /* the bot has a staff chat of its own */
    /* Only if STAFF_CHAT_HERE: */
    int64_t chat_id;
    int64_t thread_id; /* 0: none */
    int language;      /* enum language */
};

/* What is stored about staff of the bot, for an update that was sent in a group. */
struct staff_chat_view {
    bool is_linked;         /* the group is the staff chat of the bot */
    int language;           /* enum language of the staff chat; if not linked, of the code */
    struct slice member;    /* name of the sender as a member of staff; absent: not a member */
    struct slice code_hash; /* of the bot's unused code; absent: there is none that is valid */
};

/* The code that links a group as the staff chat of a bot, and the person who types it as a member
 * of staff: "/staff K7Q2M9XD". digest_base32_random() makes it; the database has its hash only,
 * until it is used. */
enum {
    STAFF_CODE_LEN = 8,     /* 40 bits */
    STAFF_CODE_S = 15 * 60, /* its validity */
};

/* Computes the hash of a typed code. False if the text does not have the form of a code
 * (digest_base32_read()). */
bool staff_code_compute_hash(struct slice typed, uint8_t hash[DIGEST_SHA256_LEN]) MUST_CHECK;
