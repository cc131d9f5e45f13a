// SPDX-License-Identifier: MIT
/* SQL of the sender. Each process has an id and leases the messages that it sends: if a lease
 * expires without an outcome, the process has ended. */
#pragma once

#include "db/query.h"

#include "outbox/outcome.h"

enum {
    SENDER_HOLD_MS = 3000,   /* a process may send for this long after it has taken the lease */
    SENDER_LEASE_MS = 7000,  /* lease of a message; renewed after each third of this time */
    SENDER_CLEANUP_MAX = 100 /* expired messages or lapsed calls that one statement looks up */
};

/* Takes or renews the lease that entitles one process to send. `held` is false if another process
 * has the lease. `previous` is the process that took or renewed it before; nil: none ever did, or
 * not `held`. */
bool sender_store_take_lease(struct db_pool *pool, const struct uuid *process, bool *held,
                             struct uuid *previous, struct fault *fault) MUST_CHECK;
/* Ends the lease of this process, so that another process may send at once. */
bool sender_store_release_lease(struct db_pool *pool, const struct uuid *process,
                                struct fault *fault) MUST_CHECK;

struct sender_due {
    struct db_rows answers; /* message, bot: answers to callback queries */
    struct db_rows chats;   /* recipient, bot, chat_id; grouped by bot */
    int64_t next_ms;        /* until another chat is due; FIELD_ABSENT: no chat waits */
};
void sender_due_finish(struct sender_due *due);

/* Reads due messages of `bot_ids` (an array of ids): at most `rows_max` answers, and `rows_max`
 * chats of each bot; replies before broadcasts, then the longest waiting chat first. Chats
 * of paused bots are omitted. */
bool sender_store_find_due_messages(struct db *db, struct db_value bot_ids, int64_t rows_max,
                                    struct sender_due *out, struct fault *fault) MUST_CHECK;

/* A call of the Bot API to make: one part of a message. */
struct sender_call {
    struct uuid id;
    struct uuid bot_id;
    int64_t chat_id; /* FIELD_ABSENT: none */
    struct call_info info;
    bool confided; /* as in struct outbox_message */
    struct slice method;
    struct slice parameters; /* JSON of this part; without its text if `markup` is set */
    struct slice markup;     /* HTML to send as plain text; absent: send `parameters` as they are */
};

extern const struct db_shape sender_call_shape; /* columns of `sending s` for struct sender_call */

struct sender_claim {
    const struct uuid *process;
    struct db_value answers; /* array of messages */
    struct db_value chats;   /* array of recipients whose next message is sent */
    struct db_value waiting; /* array of recipients to delay */
    struct db_value waits;   /* array with the delay of each of them in milliseconds */
};
/* Marks messages as being sent by claim->process, and returns their calls in `rows`, for
 * sender_store_read_call(). Call it in a transaction, and start the calls after the commit. If the
 * sender's lease of the process has ended, `rows` is empty; otherwise no other process takes that
 * lease before the commit. Skips chats that another transaction has locked. The queued messages of
 * an unreachable chat fail. */
bool sender_store_claim_messages(struct db *tx, const struct sender_claim *claim,
                                 struct db_rows *rows, struct fault *fault) MUST_CHECK;
/* Reads a row that has the columns of sender_call_shape. Text is borrowed from `rows`. */
void sender_store_read_call(const struct db_rows *rows, int row, struct sender_call *out);

/* A call that has ended, and its outcome. */
struct sender_end {
    const struct uuid *process;
    struct uuid id;
    struct uuid bot_id;
    int64_t chat_id;
    bool lapsed; /* the process has ended, so the outcome is unknown */
    const struct call_result *result;
    const struct outcome *outcome;
    struct slice text; /* sent text without markup, for the history; absent: none */
};
/* Applies the outcome to message, chat and bot; call it in a transaction. If the process does not
 * hold the message any more, stores only the chat's backoff and the history. But a sent part counts
 * even if the message has become uncertain, unless a caller has acted on it. */
bool sender_store_apply_outcome(struct db *tx, const struct sender_end *end,
                                struct fault *fault) MUST_CHECK;

/* Reads at most SENDER_CLEANUP_MAX calls whose lease has expired, except those of the messages
 * `excluded_messages` (an array of ids). The rows are for sender_store_read_lapsed_call(). */
bool sender_store_find_lapsed_calls(struct db *db, struct db_value excluded_messages,
                                    struct db_rows *rows, struct fault *fault) MUST_CHECK;
/* Reads a row of sender_store_find_lapsed_calls(): the call, and the process that made it. */
void sender_store_read_lapsed_call(const struct db_rows *rows, int row, struct sender_call *call,
                                   struct uuid *process);

/* Renews the leases of `message_ids`, an array of ids. */
bool sender_store_renew_message_leases(struct db_pool *pool, struct db_value message_ids,
                                       struct fault *fault) MUST_CHECK;

/* Expires queued messages after their expires_at, a batch in each call; call it in a transaction.
 * `expired_count` is their number; 0: there are no more, except in chats that another transaction
 * has locked. */
bool sender_store_expire_messages(struct db *tx, int64_t *expired_count,
                                  struct fault *fault) MUST_CHECK;

/* Statement for db_batches_run(): messages that wait for a bot which was deactivated expire after a
 * day, so that people do not get them when it is activated weeks later. Broadcasts wait. */
extern const struct db_statement sender_store_limit_inactive;
/* Statement for db_batches_run(): cancels confided messages that have been uncertain for 7 days, so
 * that they lose their text, because the erasure of the named person does not find them. */
extern const struct db_statement sender_store_cancel_old_confided;
/* Statement for db_batches_run(): deletes messages that have had a final status for 30 days;
 * uncertain ones stay. An update is deleted before its messages: if Telegram repeats the update,
 * the dedupe_key of a message still prevents queueing it twice. */
extern const struct db_statement sender_store_delete_old;

struct sender_gauges {
    double oldest_s;   /* age of the oldest queued message, without paused broadcasts and
                          inactive bots; 0: none */
    int64_t throttled; /* chats that back off */
    int64_t held;      /* rows of the view `held` */
};
bool sender_store_read_gauges(struct db *db, struct sender_gauges *out,
                              struct fault *fault) MUST_CHECK;
