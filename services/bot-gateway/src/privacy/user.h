// SPDX-License-Identifier: MIT
/* A user of Telegram, as one bot knows him: a row of the table `person`, and whether Telegram takes
 * messages for him. */
#pragma once

#include <stdint.h>

#include "base/slice.h"
#include "base/uuid.h"
#include "base/value.h"

#define USER_ID_MAX (INT64_C(1) << 52) /* Bot API, User: at most 52 significant bits */

struct user {
    struct uuid id;            /* of the row, for cursors; not shown */
    int64_t user_id;           /* Telegram's */
    int language;              /* enum language that the bot speaks with him */
    struct slice source;       /* where he came from; absent: not known */
    bool reachable;            /* false: he has blocked the bot, or is gone */
    int64_t unreachable_since; /* FIELD_ABSENT: he can be reached */
    int64_t first_seen_at;
    int64_t last_seen_at; /* to the hour or so */
    int64_t version;      /* says nothing of `reachable` */
};
