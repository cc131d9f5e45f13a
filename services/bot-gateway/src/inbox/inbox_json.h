// SPDX-License-Identifier: MIT
/* Updates on the wire: as Telegram sends them (Bot API, "Update"), and as people see them. */
#pragma once

#include "json/fields.h"

#include "inbox/update.h"
#include "inbox/update_list_store.h"

/* The kinds of updates that Telegram is asked for: a JSON array (Bot API, "allowed_updates"). */
extern const char update_kinds_asked[];
/* Whether updates of this kind come: it is one of these, or "other", one that nobody knows yet. */
bool update_kind_is_asked(struct slice kind);

/* Reads the body of a webhook into an update without ids of ours. What cannot be read is no fault:
 * the update is broken then, with the update_id that its beginning shows. A cut body is broken.
 * False with a fault: no memory. */
bool update_read(struct slice body, bool cut, struct arena *arena, struct update *out,
                 struct fault *fault) MUST_CHECK;

/* The parameters of GET /v1/updates. */
struct update_query {
    int status; /* 0: dead */
    struct list_page page;
};
extern const struct fields update_query_fields; /* of struct update_query */

extern const struct fields update_fields; /* of struct update_shown, for encoding */
