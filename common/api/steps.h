// SPDX-License-Identifier: MIT
/* The history of a resource: its steps from one status to the next, oldest first. */
#pragma once

#include "api/caller.h"
#include "api/list.h"

enum { STEPS_LIMIT = 500 /* steps of a page, unless the query has a limit */ };

struct step {
    int64_t at;
    struct slice from; /* a status; absent for the first step */
    struct slice to;
    struct slice actor;
    struct slice reason; /* may be absent */
    int64_t version;     /* version of the resource after the step; the cursor */
    int64_t fee;         /* FIELD_ABSENT: none */
    int64_t refund;
};
/* Columns of a table of histories, for the statement of steps_reply(). */
extern const struct db_shape step_shape;
extern const struct db_shape step_unpaid_shape; /* without fee and refund */

/* Removes from the step what the caller must not see. */
typedef void step_hide_fn(struct step *step, const struct api_caller *caller);

/* Replies with a page of the steps of the resource `id`. Sets the rest of `page` by
 * list_page_read(); a page ends early at LIST_BYTES_MAX. The statement has the parameters "id,
 * after, limit" and selects the columns of step_shape or step_unpaid_shape, ordered by version;
 * `after` is a version. */
enum http_status steps_reply(const struct http_request *req, struct http_response *res,
                             struct db *db, const struct db_statement *statement,
                             const struct uuid *id, struct list_page *page,
                             step_hide_fn *hide_or_null);
