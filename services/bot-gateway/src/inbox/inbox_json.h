// SPDX-License-Identifier: MIT
/* JSON of updates: as Telegram sends them (Bot API, "Update"), and as GET /v1/updates shows
 * them. */
#pragma once

#include "json/fields.h"

#include "inbox/update.h"
#include "inbox/update_list_store.h"

/* The kinds of updates to request from Telegram: a JSON array (Bot API, "allowed_updates"). */
extern const char update_kinds_asked[];
/* Whether `kind` is in update_kinds_asked, or "other": a kind that this service does not know. */
bool update_kind_is_requested(struct slice kind);

/* Reads the body of a webhook call into `out`, except `id` and `bot_id`. A body that is cut or
 * unreadable is not a fault: `out` is then `broken`, with the update_id from the beginning of the
 * body if it has one. False only if memory is short. */
bool update_read_body(struct slice body, bool is_cut, struct arena *arena, struct update *out,
                      struct fault *fault) MUST_CHECK;

/* The parameters of GET /v1/updates. */
struct update_query {
    int status; /* 0, which means dead: the only status that can be listed */
    struct list_page page;
};
extern const struct fields update_query_fields; /* of struct update_query */

extern const struct fields update_fields; /* of struct update_shown, for encoding */
