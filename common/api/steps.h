// SPDX-License-Identifier: MIT
/* The history of a resource: its steps from one status to the next, which are rows of a table
 * <noun>_history. */
#pragma once

#include "api/change.h"
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

/* Replies with a page of the steps of the resource `id`. Calls list_page_read() for `page`; a page
 * ends early at LIST_BYTES_MAX. The statement has the parameters "id, after, limit" and selects the
 * columns of step_shape or step_unpaid_shape, ordered by version; `after` is a version. */
enum http_status steps_reply(const struct http_request *req, struct http_response *res,
                             struct db *db, const struct db_statement *statement,
                             const struct uuid *id, struct list_page *page,
                             step_hide_fn *hide_or_null);

// clang-format off
/* Statements of the table <noun>_history. STEP_LIST: for steps_reply(), with one of the shapes
 * above. STEP_WRITE: adds a step. STEP_WRITE_PAID: adds a step to a table with fee and refund. */
#define STEP_LIST(noun_, shape_) {                                                                 \
    .name = noun_ "_history", .parameters = "id, after, limit", .shape = (shape_),                 \
    .sql = "SELECT {columns} FROM " noun_ "_history"                                               \
           " WHERE " noun_ "_id = {id} AND version > {after} ORDER BY version LIMIT {limit}"}
#define STEP_WRITE_OF(noun_, columns_, values_) {                                                     \
    .name = noun_ "_write_step",                                                                   \
    .constraints = (const struct db_constraint[]){                                                 \
        {noun_ "_history_step", FAULT_CONFLICT, "changed_meanwhile", NULL,                         \
         "The " noun_ " changed at the same moment."}, {.name = NULL}},                            \
    .parameters = "id, version, before, after, actor, reason, fee bigint, refund bigint",          \
    .sql = "INSERT INTO " noun_ "_history"                                                         \
           " (" noun_ "_id, version, from_status, to_status, actor, reason" columns_ ")"           \
           " VALUES ({id}, {version}, {before}, {after}, {actor}, {reason}" values_ ")"}
#define STEP_WRITE(noun_) STEP_WRITE_OF(noun_, "", "")
#define STEP_WRITE_PAID(noun_) STEP_WRITE_OF(noun_, ", fee, refund", ", {fee}, {refund}")
// clang-format on

/* The step that set the present status. */
struct step_last {
    struct slice from; /* absent: the resource was created in this status */
    struct slice to;
    struct slice actor;
};
/* Reads from_status, to_status and actor, which begin at `column`. Text is borrowed. */
struct step_last step_last_read(const struct db_rows *rows, int column);

/* How steps of a noun are recorded. */
struct step_table {
    const char *noun;
    const char *const *statuses;
    const struct db_statement *write; /* STEP_WRITE */
    const struct fields *event;       /* members of the event, from the resource after the step */
};
struct step_record {
    const struct uuid *id;
    int64_t version; /* version of the resource after the step */
    int from;        /* status; -1: the step creates the resource */
    int to;
    const char *event; /* NULL: "<noun>.<status>", or "<noun>.changed" if the status stays */
    const char *audit; /* action in the audit log */
    struct slice reason;
    int64_t fee;
    int64_t refund;
};
/* Queues the row of the history, the event and the audit row. The `data` of the event (at most 2
 * kB) has the members of `table->event` and "step": {"from", "to", "actor", "has_reason"}, the step
 * without what a person wrote and without names and ids: the actor is "guest", "owner", "staff",
 * "client", "system" ... */
bool step_record(struct change *change, const struct step_table *table,
                 const struct step_record *step, const void *resource,
                 struct fault *fault) MUST_CHECK;
