// SPDX-License-Identifier: MIT
/* SQL of the worker that handles updates.
 *
 * A lane is a bot, a chat and a user; what has no chat or no user is in none. The head of a lane is
 * its oldest update that is neither done nor dead. Only heads are taken, and one that is locked is
 * left out, so that any number of workers and copies handle a lane in the order of receipt, one
 * update at a time. */
#pragma once

#include "db/query.h"

struct turn_update {
    struct uuid id;
    struct uuid bot_id;
    struct uuid tenant_id; /* of the bot */
    struct slice username; /* of the bot; absent: not known */
    struct slice kind;
    int64_t chat_id; /* FIELD_ABSENT: none */
    int64_t user_id; /* FIELD_ABSENT: none */
    int64_t tries;   /* that failed */
    struct slice body;
};

struct turn_due {
    bool any;        /* there is a head whose time has come */
    double oldest_s; /* how long the oldest update waits; 0: none does */
};
bool turn_store_due(struct db *db, struct turn_due *out, struct fault *fault) MUST_CHECK;

/* Locks the oldest head whose time has come; `taken` is false when there is none. Text is borrowed
 * from `rows`. */
bool turn_store_take(struct db *tx, struct db_rows *rows, struct turn_update *out, bool *taken,
                     struct fault *fault) MUST_CHECK;

/* The update is handled. Commits; inside db_transaction(). */
bool turn_store_done(struct db *tx, const struct uuid *id, struct fault *fault) MUST_CHECK;

/* A try failed: the next one is in `retry_s` seconds, or, where that is FIELD_ABSENT, there is none
 * and the update is dead. `counted` is false when another worker was faster. */
bool turn_store_fail(struct db *tx, const struct turn_update *update, int64_t retry_s,
                     struct slice reason, bool *counted, struct fault *fault) MUST_CHECK;
