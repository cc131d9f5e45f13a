// SPDX-License-Identifier: MIT
/* SQL of replays: the input of a chat's turns, and the messages they sent. Read only. */
#pragma once

#include "db/query.h"

#include "outbox/outbox.h"

/* A turn that is done. */
struct replay_turn {
    struct uuid id;
    struct uuid bot_id;
    int bot_type;          /* enum bot_type */
    struct slice username; /* of the bot; absent: not known */
    int64_t update_id;     /* Telegram's */
    int64_t user_id;       /* FIELD_ABSENT: none */
    int64_t received_at;   /* microseconds */
    struct slice body;
    struct slice calls;        /* absent: none */
    struct slice state_before; /* absent: nothing was known */
};

/* Selects the turns of a bot in a chat. */
struct replay_query {
    struct slice bot; /* its name */
    int64_t chat_id;
    int64_t user_id; /* FIELD_ABSENT: of all users */
    int64_t from;    /* received then or later, microseconds; FIELD_ABSENT: all */
};
/* Rows with one column, the id, by user and in order of receipt: the first `limit`. Reads the whole
 * table, because no index leads from a chat to its turns. */
bool replay_store_turns(struct db *tx, const struct replay_query *query, int64_t limit,
                        struct db_rows *rows, struct fault *fault) MUST_CHECK;
/* Reads one of them. `found` is false if it has been deleted since. Text is borrowed from
 * `rows`. */
bool replay_store_turn(struct db *tx, const struct uuid *id, struct db_rows *rows,
                       struct replay_turn *out, bool *found, struct fault *fault) MUST_CHECK;

/* The message with a key: as it was queued, and as it would be now. */
struct replay_message {
    struct slice was_method; /* absent: there was none */
    struct slice was;        /* payload, as PostgreSQL prints it; absent: there was none */
    struct slice is;         /* likewise; absent: there would be none */
    bool same;
};
/* `is` may be NULL: there would be no message. */
bool replay_store_message(struct db *tx, const struct uuid *bot_id, struct slice key,
                          const struct outbox_message *is, struct db_rows *rows,
                          struct replay_message *out, struct fault *fault) MUST_CHECK;
