// SPDX-License-Identifier: MIT
/* SQL of updates for callers of the API: list dead ones, replay one. */
#pragma once

#include "api/list.h"
#include "db/query.h"

/* The status of an update, in the order of update_status_names. */
enum update_status { UPDATE_RECEIVED, UPDATE_DONE, UPDATE_DEAD };
extern const char *const update_status_names[];

/* An update as the API shows it; without its text. */
struct update_shown {
    struct uuid id;
    struct slice bot;  /* its name */
    int64_t update_id; /* Telegram's; FIELD_ABSENT: unknown */
    struct slice kind;
    int64_t chat_id;     /* FIELD_ABSENT: none */
    int64_t user_id;     /* FIELD_ABSENT: none */
    int status;          /* enum update_status */
    int64_t tries;       /* number of failed tries */
    struct slice reason; /* of the last failure; may be absent */
    int64_t received_at;
    int64_t version;
    bool broken;    /* its body is unreadable or was erased */
    bool has_calls; /* it has made calls, so it may have changed something in another service */
    struct slice replayed_by; /* the last caller who replayed it; absent: nobody */
};

/* Statement for list_reply(): dead updates of a tenant's bots, the newest first. Value: tenant. */
extern const struct db_statement update_list_dead_statement;

/* Finds an update of the tenant's bots and locks it until the end of the transaction.
 * FAULT_NOT_FOUND "not_found". Text is in the arena. */
bool update_store_find_and_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                                struct arena *arena, struct update_shown *out,
                                struct fault *fault) MUST_CHECK;

/* Queues a dead update again, with zero tries. The update must be locked by
 * update_store_find_and_lock(). Sets status, tries, reason and version of `update` as stored.
 * FAULT_CONFLICT "lane_busy": another update of the chat is being handled. */
bool update_store_requeue_dead(struct db *tx, struct update_shown *update, struct slice actor,
                               struct fault *fault) MUST_CHECK;
