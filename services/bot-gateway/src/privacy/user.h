// SPDX-License-Identifier: MIT
/* A Telegram user as known to one bot: a row of the table `person`, and whether Telegram accepts
 * messages for the chat. */
#pragma once

#include <stdint.h>

#include "base/slice.h"
#include "base/uuid.h"
#include "base/value.h"

#define USER_ID_MAX (INT64_C(1) << 52) /* Bot API, User: at most 52 significant bits */

struct user {
    struct uuid id;            /* of the row, for cursors; not shown */
    int64_t user_id;           /* Telegram's */
    int language;              /* enum language of the bot's messages */
    struct slice source;       /* of the first contact; absent: unknown */
    bool reachable;            /* false: the user blocked the bot, or the account is deleted */
    int64_t unreachable_since; /* FIELD_ABSENT: reachable */
    struct user_consent {
        struct slice version; /* of the agreement; absent: none was accepted */
        int64_t at;           /* when this version was first accepted */
    } consent;
    int64_t first_seen_at;
    int64_t last_seen_at; /* exact to the hour */
    int64_t version;      /* does not cover `reachable` */
};
