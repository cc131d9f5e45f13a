// SPDX-License-Identifier: MIT
/* SQL of updates as people see them: those that could not be handled, and making one due again. */
#pragma once

#include "api/list.h"
#include "db/query.h"

/* In the order of update_status_names. */
enum update_status { UPDATE_RECEIVED, UPDATE_DONE, UPDATE_DEAD };
extern const char *const update_status_names[];

/* What is shown of an update. Its text is nobody's business. */
struct update_shown {
    struct uuid id;
    struct slice bot;  /* its name */
    int64_t update_id; /* Telegram's; FIELD_ABSENT: the body does not show it */
    struct slice kind;
    int64_t chat_id;     /* FIELD_ABSENT: none */
    int64_t user_id;     /* FIELD_ABSENT: none */
    int status;          /* enum update_status */
    int64_t tries;       /* that failed */
    struct slice reason; /* of the last failure; may be absent */
    int64_t received_at;
    int64_t version;
    bool broken;    /* its body cannot be read, or was erased */
    bool has_calls; /* it may have changed something in another service */
    struct slice replayed_by;
};

extern const struct db_shape update_shown_shape;

/* Dead ones of the tenant's bots, the newest first. Rows are those of a LIST_PAGE_OF statement. */
bool update_store_list_dead(struct db *db, const struct uuid *tenant_id,
                            const struct list_place *place, int64_t limit, struct db_rows *rows,
                            struct fault *fault) MUST_CHECK;
/* Text is borrowed from `rows`. */
void update_store_read(const struct db_rows *rows, int row, struct update_shown *out);

/* Locked until the transaction ends. FAULT_NOT_FOUND "not_found". Text is borrowed from `rows`. */
bool update_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                       struct db_rows *rows, struct update_shown *out,
                       struct fault *fault) MUST_CHECK;

/* A locked dead update is due again, as if it had never failed. Sets its status, tries, reason and
 * version. */
bool update_store_replay(struct db *tx, struct update_shown *update, struct slice actor,
                         struct fault *fault) MUST_CHECK;
