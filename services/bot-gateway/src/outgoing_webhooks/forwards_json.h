// SPDX-License-Identifier: MIT
/* Forwards on the wire, and what is read of an update to choose among them. */
#pragma once

#include "api/list.h"
#include "json/fields.h"

#include "outgoing_webhooks/forward.h"

extern const struct fields forward_new_fields;   /* of struct forward_new */
extern const struct fields forward_match_fields; /* of struct forward_match */
extern const struct fields forward_fields;       /* of struct forward, for encoding */

/* What its fields do not say: adds the problems of its kinds and commands. */
void forward_match_check(const struct forward_match *match, struct fault_list *problems);

/* The parameters of GET /v1/forwards. */
struct forward_query {
    struct slice bot; /* absent: all bots */
    struct list_page page;
};
extern const struct fields forward_query_fields;

/* Sets `text` and `is_tap` from an update's body; text is borrowed from it or in the arena. */
bool forward_seen_read(struct slice body, struct arena *arena, struct forward_seen *seen,
                       struct fault *fault) MUST_CHECK;
