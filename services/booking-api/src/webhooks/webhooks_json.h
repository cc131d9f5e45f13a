// SPDX-License-Identifier: MIT
/* JSON fields of webhooks. */
#pragma once

#include "json/fields.h"

#include "webhooks/webhook.h"

/* Bodies of POST and PATCH, decoded into a struct webhook. */
extern const struct fields webhook_new_fields;
extern const struct fields webhook_patch_fields;
/* A webhook in an answer: without its secret. */
extern const struct fields webhook_fields;
/* A webhook in the answer of its POST; without a secret this member is null. */
extern const struct fields webhook_created_fields;
/* `data` of the event webhook.disabled. */
extern const struct fields webhook_event_fields;

/* The body of a replay. */
struct webhook_replay {
    struct slice after;
};
extern const struct fields webhook_replay_fields;

/* Writes the event of a test. */
bool webhook_encode_test(const struct webhook *webhook, const struct uuid *event_id, int64_t at_us,
                         struct arena *arena, struct slice *out, struct fault *fault) MUST_CHECK;

/* Whether `stored` is the answer of a POST that made a webhook. */
bool webhook_is_stored_answer(struct slice stored);
/* Writes the stored answer with the secret of the webhook, if that still exists. */
bool webhook_write_stored_answer(struct change *change, struct slice stored, struct buf *out,
                                 struct fault *fault) MUST_CHECK;
