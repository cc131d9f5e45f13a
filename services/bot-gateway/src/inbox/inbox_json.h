// SPDX-License-Identifier: MIT
/* JSON of updates: of the Bot API ("Update"), and of the API. */
#pragma once

#include "json/fields.h"

#include "inbox/update.h"
#include "inbox/update_list_store.h"

/* The kinds of updates to request from Telegram: a JSON array (Bot API, "allowed_updates"). */
extern const char update_kinds_asked[];
/* Whether the bot receives updates of this kind: one of these, or "other", a kind not known yet. */
bool update_kind_is_asked(struct slice kind);

/* Reads the body of a webhook call; sets no ids of ours. An unreadable body is not a fault: the
 * update is `broken` then, with the update_id from the beginning of the body if there is one. A cut
 * body is broken. False with a fault: no memory. */
bool update_read(struct slice body, bool cut, struct arena *arena, struct update *out,
                 struct fault *fault) MUST_CHECK;

/* The parameters of GET /v1/updates. */
struct update_query {
    int status; /* 0: dead */
    struct list_page page;
};
extern const struct fields update_query_fields; /* of struct update_query */

extern const struct fields update_fields; /* of struct update_shown, for encoding */
