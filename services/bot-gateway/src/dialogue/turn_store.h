// SPDX-License-Identifier: MIT
/* SQL of updates that are being handled.
 *
 * A lane is a queue partition: the updates of a user in a chat with a bot. The head of a lane is
 * its begun update, or else its oldest one that is neither done nor dead. A worker takes only
 * heads, and skips locked or leased ones. So any number of workers and instances handle a lane in
 * the order of receipt, one update at a time.
 *
 * An update counts as begun when it is leased or has recorded calls, which may have changed
 * something. An update that was received before the begun one but committed after it waits for it.
 * The unique index update_begun allows one begun update in a lane.
 *
 * While calls of other services are made, the update is held by a lease instead of a lock. Each
 * lease has its own owner. The output of a turn is stored only if this owner still has the
 * update. */
#pragma once

#include "db/query.h"

#include "bots/bot.h"
#include "dialogue/turn.h"

/* Duration of a lease, longer than a call of a service. If the process dies, its update waits no
 * longer than this. */
enum { TURN_LEASE_S = 7 };
/* last_seen_at of a person is updated when it is older than this. */
#define PERSON_SEEN "interval '1 hour'"

/* A condition in SQL over `update u`: the update is a tap or a reply, so that its body quotes a
 * message, and the chat has received confided messages (struct outbox_message). */
#define TURN_QUOTES_CONFIDED                                                                       \
    "(EXISTS (SELECT FROM sending s"                                                               \
    "   WHERE s.bot_id = u.bot_id AND s.chat_id = u.chat_id AND s.confided)"                       \
    "  AND (u.kind = 'callback_query' OR position('\"reply_to_message\"'::bytea IN u.body) > 0))"

/* What is stored about the handling of an update, for retries and inspection. Each member is JSON,
 * or absent. */
struct turn_record {
    struct slice calls;
    struct slice state_before; /* made by turn_write_state_before() */
};

struct turn_update {
    struct uuid id;
    struct uuid bot_id;
    struct uuid tenant_id; /* of the bot */
    struct slice bot;      /* its name */
    struct slice username; /* of the bot; absent: not known */
    int bot_type;          /* enum bot_type */
    int64_t update_id;     /* Telegram's */
    struct slice kind;
    int64_t chat_id; /* FIELD_ABSENT: none */
    int64_t user_id; /* FIELD_ABSENT: none */
    int64_t tries;   /* failed tries */
    bool acted;      /* a call in an earlier try may have changed something */
    /* The caller, as the owner of the lease, or the owner of an expired lease; nil: not leased. */
    struct uuid leased_by;
    int64_t received_at;       /* microseconds */
    int64_t waited_ms;         /* time since received_at */
    struct slice body;         /* absent: no dialogue uses updates of this kind */
    struct turn_record record; /* of earlier tries: turn_store_renew_lease() */
    bool has_forwards;         /* the bot has outgoing webhooks, perhaps none for this update */
    bool has_exclusive;        /* one of them is exclusive, perhaps not for this update */
    /* Of the person: */
    int language;        /* that the person has chosen; -1: none */
    int told_language;   /* of the person's app (Telegram reports it); -1: person not known */
    struct slice source; /* absent: not known */
    bool is_owner;
    bool has_talk;      /* an open talk with staff */
    bool seen_long_ago; /* last visit over PERSON_SEEN ago; false if the person is not known */
    struct turn_state state;
};

struct turn_backlog {
    bool any;        /* the head of a lane is due */
    double oldest_s; /* age of the oldest waiting update; 0: none */
};
bool turn_store_read_backlog(struct db *db, struct turn_backlog *backlog,
                             struct fault *fault) MUST_CHECK;

/* The position in the round robin over bots, and over the lanes of each bot. Initialise it with
 * zeros. One per process, about 8 KB. */
struct turn_cursor {
    struct uuid bot_id;
    struct turn_cursor_lane {
        struct uuid bot_id;
        int64_t chat_id;
        int64_t user_id;
    } of_bot[BOTS_MAX]; /* bots beyond these always start with their first lane */
    size_t count;
};

/* Finds the next due update and locks it: the head of the next lane of the next bot with a due
 * update. So a bot waits for one update of each other bot, and a lane for one update of each other
 * lane of its bot, however many updates wait there. Advances `cursor`; `taken` is false if no
 * update is due or those found are locked by other workers. Text is borrowed from `rows`. */
bool turn_store_lock_next_due(struct db *tx, struct turn_cursor *cursor, struct db_rows *rows,
                              struct turn_update *out, bool *taken, struct fault *fault) MUST_CHECK;

/* Leases the locked update for TURN_LEASE_S to a new owner, and stores `record` (struct
 * turn_record); absent members keep the stored values. Ends the transaction (db_query_and_end()).
 * The transaction is retried if another update of the lane has been begun meanwhile. */
bool turn_store_lease(struct db *tx, struct turn_update *update, const struct turn_record *record,
                      struct fault *fault) MUST_CHECK;
/* Renews the lease for TURN_LEASE_S and stores the calls made so far and the next one: `record` is
 * JSON of turn_write_calls() with TURN_RECORD_AI. If another owner has the update, `owned` is false
 * and nothing changes. */
bool turn_store_renew_lease(struct db_pool *pool, const struct turn_update *update,
                            const struct turn_record *record, bool *owned,
                            struct fault *fault) MUST_CHECK;
/* Locks an update that the caller has leased. `owned` is false if another worker has leased or
 * handled the update since. */
bool turn_store_lock_leased(struct db *tx, const struct turn_update *update, bool *owned,
                            struct fault *fault) MUST_CHECK;
/* Whether the update still has a chat, which the erasure of a person deletes. Prevents the erasure
 * of the update until the transaction ends. */
bool turn_store_has_chat(struct db *tx, const struct uuid *update_id, bool *has_chat,
                         struct fault *fault) MUST_CHECK;
/* Ends the lease of the update and makes it due in `wait_ms`, without counting a try, and commits.
 * Changes nothing if another worker has leased the update. */
bool turn_store_release(struct db *tx, const struct turn_update *update, bool may_have_acted,
                        int64_t wait_ms, struct fault *fault) MUST_CHECK;

/* A message that waits behind another update of its lane. */
struct turn_queued {
    struct uuid id;
    struct slice body; /* borrowed from the rows */
    int64_t waited_ms; /* time since the message was received */
};
/* Reads and locks the messages that wait behind the update in its lane, at most `messages_max`, in
 * the order of receipt; skips messages that are long or locked by another transaction. */
bool turn_store_lock_queued_behind(struct db *tx, const struct turn_update *update,
                                   int64_t messages_max, struct db_rows *rows,
                                   struct fault *fault) MUST_CHECK;
void turn_store_read_queued(const struct db_rows *rows, int row, struct turn_queued *out);
/* Sets a locked update to done: its picture is handled with the album's update `primary_id`. Its
 * body stays until that one is handled: turn_store_empty_merged(). */
bool turn_store_merge_into(struct db *tx, const struct uuid *update_id,
                           const struct uuid *primary_id, struct fault *fault) MUST_CHECK;
/* Reads and locks the updates that were merged into `primary` and still have their bodies, as
 * turn_store_lock_queued_behind() does. */
bool turn_store_lock_merged(struct db *tx, const struct turn_update *primary, struct db_rows *rows,
                            struct fault *fault) MUST_CHECK;
/* Deletes the bodies of these updates if `deletes_bodies`, or if TURN_QUOTES_CONFIDED holds. */
bool turn_store_empty_merged(struct db *tx, const struct turn_update *primary, bool deletes_bodies,
                             struct fault *fault) MUST_CHECK;

/* Runs the statements of `calls_before`, sets the update to done and commits; call it inside
 * db_transaction(). Deletes the body of the update if `deletes_body`, or if TURN_QUOTES_CONFIDED
 * holds. */
bool turn_store_set_done_and_commit(struct db *tx, const struct uuid *update_id,
                                    const struct turn_record *record, bool deletes_body,
                                    const struct db_call *calls_before, size_t count,
                                    struct fault *fault) MUST_CHECK;

/* Counts a failed try of the update and ends its lease. The next try is in `retry_s` seconds;
 * FIELD_ABSENT: the update becomes dead. `counted` is false if another worker owns the update. */
bool turn_store_count_failure(struct db *tx, const struct turn_update *update, bool may_have_acted,
                              int64_t retry_s, struct slice reason, bool *counted,
                              struct fault *fault) MUST_CHECK;
