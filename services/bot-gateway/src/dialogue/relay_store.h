// SPDX-License-Identifier: MIT
/* SQL of the tables `relay` and `person_talk`. */
#pragma once

#include "db/query.h"

#include "dialogue/relay.h"

/* Reads which parties a person can reach with bots of the tenant and type of the bot. Sets all of
 * `out` but `writer`, and button keys. */
bool relay_store_view(struct db *db, const struct uuid *bot_id, int64_t user_id,
                      const struct relay_query *query, struct relay_view *out,
                      struct fault *fault) MUST_CHECK;

struct relay_row {
    struct uuid id; /* of the row of `sending` */
    struct uuid bot_id;
    int64_t user_id;
    int64_t to_user_id;     /* FIELD_ABSENT: to staff */
    struct uuid to_bot_id;  /* that reaches that person */
    struct uuid booking;    /* nil: none */
    struct uuid talk;       /* nil: none */
    struct slice otherwise; /* JSON; absent: none */
};
/* Stores a message after it was queued, and holds the row of the other person: an erasure waits,
 * and then finds it. `known` is false if that person was erased. */
bool relay_store_insert(struct db *tx, const struct relay_row *row, bool *known,
                        struct fault *fault) MUST_CHECK;

/* Opens the talk of a person, or prolongs it. `opening` is the message that makes its topic; nil:
 * none. */
bool relay_store_open_talk(struct db *tx, const struct uuid *talk, const struct uuid *bot_id,
                           int64_t user_id, const struct uuid *opening,
                           struct fault *fault) MUST_CHECK;
bool relay_store_close_talk(struct db *tx, const struct uuid *talk, struct fault *fault) MUST_CHECK;

/* Whether there are messages that are not known to be delivered. */
bool relay_store_is_waiting(struct db *db, bool *waits, struct fault *fault) MUST_CHECK;
/* Locks messages that cannot be delivered and whose `otherwise` is not queued yet, at most `limit`;
 * for relay_store_read(). Skips locked ones. */
bool relay_store_lock_lost(struct db *tx, int64_t limit, struct db_rows *rows,
                           struct fault *fault) MUST_CHECK;
/* Text is borrowed from `rows`. `to_bot_id` and `to_user_id` are not set. */
void relay_store_read(const struct db_rows *rows, int row, struct relay_row *out,
                      struct uuid *tenant_id);
bool relay_store_end(struct db *tx, const struct uuid *id, struct fault *fault) MUST_CHECK;

/* Statements for db_batches_run(): forget what would be queued for a message that was delivered;
 * delete messages that no limit counts any more, and talks that ended a month ago. */
extern const struct db_statement relay_store_clear_delivered;
extern const struct db_statement relay_store_delete_old;
extern const struct db_statement relay_store_delete_old_talks;
