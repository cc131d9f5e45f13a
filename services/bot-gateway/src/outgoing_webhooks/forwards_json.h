// SPDX-License-Identifier: MIT
/* JSON of forwards (webhooks that receive updates), and of the parts of updates that they match. */
#pragma once

#include "json/fields.h"

#include "outgoing_webhooks/forward.h"

extern const struct fields forward_new_fields;   /* of struct forward_new */
extern const struct fields forward_patch_fields; /* of struct forward_patch */
extern const struct fields forward_match_fields; /* of struct forward_match */
extern const struct fields forward_fields;       /* of struct forward, for encoding */

/* Checks the kinds and commands of a match, which its field table cannot check. */
void forward_match_check(const struct forward_match *match, struct fault_list *problems);

/* Sets `text` (borrowed from `body` or in the arena) and `is_callback` from an update's body. */
bool forward_subject_read_text(struct slice body, struct arena *arena,
                               struct forward_subject *subject, struct fault *fault) MUST_CHECK;
