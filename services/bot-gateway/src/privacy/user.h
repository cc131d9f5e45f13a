// SPDX-License-Identifier: MIT
/* A Telegram user as known to one bot: a row of the table `person`, and whether Telegram accepts
 * messages for the chat. */
#pragma once

#include "api/list.h"

#define USER_ID_MAX (INT64_C(1) << 52) /* Bot API, User: at most 52 significant bits */

struct user {
    struct uuid id;            /* of the row, for cursors; not shown */
    int64_t user_id;           /* Telegram's */
    int language;              /* enum language of the bot's messages */
    struct slice source;       /* where the first contact came from; absent: unknown */
    bool reachable;            /* false: the user blocked the bot, or the account is deleted */
    int64_t unreachable_since; /* FIELD_ABSENT: reachable */
    struct user_consent {
        struct slice version; /* of the agreement; absent: none was accepted */
        int64_t at;           /* when this version was first accepted */
    } consent;
    int64_t first_seen_at;
    int64_t last_seen_at; /* exact to the hour */
    int64_t version;      /* stays the same if only `reachable` changes */
};

/* Statement for list_reply(): the users of a bot, the newest first. Values: bot. */
extern const struct db_statement user_list_statement;

/* Finds a user of the bot. FAULT_NOT_FOUND "not_found". Text is in the arena. */
bool user_store_find(struct db *db, const struct uuid *bot_id, int64_t user_id, struct arena *arena,
                     struct user *out, struct fault *fault) MUST_CHECK;
