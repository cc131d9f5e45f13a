// SPDX-License-Identifier: MIT
/* SQL of the sender: what is due, who calls for it, how it ended. A process is known by an id of
 * its own for as long as it runs. What it sends is leased: when the lease ends without an outcome,
 * the process is gone. */
#pragma once

#include "db/query.h"

#include "outbox/outbox.h"
#include "outbox/outcome.h"

enum {
    SENDER_LEASE_MS = 7000, /* renewed every third of it */
    SENDER_SWEEP_MAX = 100, /* messages that one sweep ends or gives back */
    SENDER_FORGET_MAX = 500 /* messages that are forgotten in one transaction */
};

/* Lists of ids are texts of PostgreSQL: "{a,b}". */
struct sender_due {
    struct db_rows answers; /* message in the lane of answers, bot */
    struct db_rows chats;   /* recipient, bot, chat_id; those of a bot stand together */
    int64_t next_ms;        /* until another chat is due; FIELD_ABSENT: none waits */
};
void sender_due_finish(struct sender_due *due);

/* What may go for these bots, at most `most` answers and as many chats of each bot: replies before
 * broadcasts, who waits longest first. Bots that pause are left out. */
bool sender_store_due(struct db *db, struct slice bots, int64_t most, struct sender_due *out,
                      struct fault *fault) MUST_CHECK;

/* A call that is to be made. */
struct sender_call {
    struct uuid id;
    struct uuid bot_id;
    int64_t chat_id; /* FIELD_ABSENT: none */
    int64_t lane;
    int64_t tries;
    int on_unknown;
    bool plain;
    bool confided;    /* of struct outbox_message */
    bool has_instead; /* of struct call_of */
    struct slice method;
    struct slice parameters; /* JSON of this part; without its text where `markup` is */
    struct slice markup;     /* the text that goes without its markup; absent: it goes as it is */
};

extern const struct db_shape sender_call_shape; /* of struct sender_call, over `sending s` */

struct sender_claim {
    const struct uuid *process;
    struct slice answers; /* messages */
    struct slice chats;   /* recipients whose next message goes */
    struct slice waiting; /* recipients that wait, and how many milliseconds each */
    struct slice waits;
};
/* Marks what this process will call, as far as nobody else was faster, in a transaction; nothing is
 * called before its commit. `rows` has the calls, for sender_store_call(). The next message of a
 * chat that cannot be reached fails. */
bool sender_store_claim(struct db *tx, const struct sender_claim *claim, struct db_rows *rows,
                        struct fault *fault) MUST_CHECK;
/* The columns of sender_call_shape, from the first on. Text is borrowed from `rows`. */
void sender_store_call(const struct db_rows *rows, int row, struct sender_call *out);

/* How a call of `process` ended. */
struct sender_end {
    const struct uuid *process;
    struct uuid id;
    struct uuid bot_id;
    int64_t chat_id;
    bool lapsed; /* nobody knows how: its process is gone */
    const struct call_result *result;
    const struct outcome *verdict;
    struct slice said; /* the text of what was sent, without markup; absent: none */
};
/* Does what the verdict says to message, chat and bot, in a transaction. Nothing happens when the
 * message is not this process' any more. */
bool sender_store_end(struct db *tx, const struct sender_end *end, struct fault *fault) MUST_CHECK;

/* Calls whose process is gone, for sender_store_lapsed_read(), but those of `own`. */
bool sender_store_lapsed(struct db *db, struct slice own, struct db_rows *rows,
                         struct fault *fault) MUST_CHECK;
/* The call, and whose it was. */
void sender_store_lapsed_read(const struct db_rows *rows, int row, struct sender_call *call,
                              struct uuid *process);

/* The leases of these messages last from now on. */
bool sender_store_keep(struct db *tx, struct slice messages, struct fault *fault) MUST_CHECK;

/* Whether the time of any message is over; ends some of them in a transaction, `ended`: how many.
 */
bool sender_store_expiring(struct db *db, bool *any, struct fault *fault) MUST_CHECK;
bool sender_store_expire(struct db *tx, int64_t *ended, struct fault *fault) MUST_CHECK;

/* Messages are kept for 30 days when they are settled; uncertain ones stay. What a message was
 * caused by is then forgotten too (dedupe_key): updates are taken once for 72 h. `any`: there are
 * older ones. Forgets SENDER_FORGET_MAX at most; `more`: perhaps there are more. */
bool sender_store_forgettable(struct db *db, bool *any, struct fault *fault) MUST_CHECK;
bool sender_store_forget(struct db *tx, bool *more, struct fault *fault) MUST_CHECK;

/* A bot pauses for so long at least. */
bool sender_store_pause(struct db *tx, const struct uuid *bot_id, int64_t pause_ms,
                        struct slice reason, struct fault *fault) MUST_CHECK;

struct sender_gauges {
    double oldest_s; /* of what waits; 0: nothing does */
    int64_t parked;  /* chats */
};
bool sender_store_gauges(struct db *db, struct sender_gauges *out, struct fault *fault) MUST_CHECK;
