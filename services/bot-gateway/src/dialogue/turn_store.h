// SPDX-License-Identifier: MIT
/* SQL of updates as turns see them.
 *
 * A lane is a bot, a chat and a user. The head of a lane is its update that is begun, else its
 * oldest one that is neither done nor dead. Only heads are taken, and one that is locked or leased
 * is left out, so that any number of workers and copies handle a lane in the order of receipt, one
 * update at a time.
 *
 * An update is begun when it is leased, or has calls in its journal, which may have changed
 * something: one that was received earlier and becomes visible only now waits for it. The unique
 * index update_begun allows one in a lane.
 *
 * A turn that waits for another service holds its update by a lease instead of a lock. Each lease
 * has an owner of its own. Whoever ends such a turn looks whether the update is still his. */
#pragma once

#include "db/query.h"

#include "bots/bot.h"
#include "dialogue/turn.h"

/* Longer than a call of a turn. Where its process is gone, the turn waits no longer than that. */
enum { TURN_LEASE_S = 7 };
/* How old last_seen_at of a person may be. */
#define PERSON_SEEN "interval '1 hour'"

/* SQL over `update u`. A tap and a reply quote the message that they are about: in a chat that was
 * told of somebody else (struct outbox_message, confided) it may be that one. */
#define TURN_QUOTES_CONFIDED                                                                       \
    "(EXISTS (SELECT FROM sending s"                                                               \
    "   WHERE s.bot_id = u.bot_id AND s.chat_id = u.chat_id AND s.confided)"                       \
    "  AND (u.kind = 'callback_query' OR position('\"reply_to_message\"'::bytea IN u.body) > 0))"

/* What is kept of a turn, so that it can be done again. JSON, or absent. */
struct turn_record {
    struct slice calls;
    struct slice state_before; /* of turn_before_write() */
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
    int64_t chat_id;          /* FIELD_ABSENT: none */
    int64_t user_id;          /* FIELD_ABSENT: none */
    int64_t tries;            /* that failed */
    bool acted;               /* see turn_retry_s() */
    struct uuid leased_by;    /* nil: nobody; else the lease is the caller's, or over */
    int64_t received_at;      /* microseconds */
    int64_t waited_ms;        /* since then */
    struct slice body;        /* absent: of a kind that no dialogue looks at */
    struct turn_record asked; /* of earlier tries, as turn_store_calls() has it */
    bool has_forwards;        /* the bot has some; perhaps this update fits none */
    /* Of the person. */
    int language;        /* chosen; -1: none */
    int told_language;   /* -1: the person is not known */
    struct slice source; /* absent: not known */
    bool is_owner;
    bool seen_long_ago; /* an hour or more; meaningless where the person is not known */
    struct turn_state state;
};

struct turn_due {
    bool any;        /* there is a head whose time has come */
    double oldest_s; /* how long the oldest update waits; 0: none does */
};
bool turn_store_due(struct db *db, struct turn_due *out, struct fault *fault) MUST_CHECK;

/* Whose turn it was last, of the bots and of the lanes of each; zeros: nobody's yet. Of a process,
 * about 8 KB. */
struct turn_places {
    struct uuid bot_id;
    struct turn_place {
        struct uuid bot_id;
        int64_t chat_id;
        int64_t user_id;
    } of_bot[BOTS_MAX]; /* of bots beyond these each turn begins with the first lane */
    size_t count;
};

/* Locks a head whose time has come: of the next bot that has one, the next lane. So bots wait for
 * one turn of each other one, and lanes for one of each other lane of their bot, however much waits
 * there. `places` moves there; `taken` is false when there is none. Text is borrowed from `rows`.
 */
bool turn_store_take(struct db *tx, struct turn_places *places, struct db_rows *rows,
                     struct turn_update *out, bool *taken, struct fault *fault) MUST_CHECK;

/* Gives the locked update a new owner for TURN_LEASE_S. `asked` as below; what is absent stays as
 * it is. Commits; inside db_transaction(), which is tried again where another update of the lane
 * has been begun meanwhile. */
bool turn_store_lease(struct db *tx, struct turn_update *update, const struct turn_record *asked,
                      struct fault *fault) MUST_CHECK;
/* The lease lasts for TURN_LEASE_S from now. `asked` are the calls that the turn has made, and the
 * one that it is about to make: JSON of turn_calls_write() with TURN_TOLD_AI. `mine` is false, and
 * nothing is changed, when the owner is another. */
bool turn_store_calls(struct db *tx, const struct turn_update *update,
                      const struct turn_record *asked, bool *mine, struct fault *fault) MUST_CHECK;
/* Locks the update anew; `mine` is false when its owner is another, or it was handled. */
bool turn_store_lock(struct db *tx, const struct turn_update *update, bool *mine,
                     struct fault *fault) MUST_CHECK;
/* Whether the update still says whose chat it is of: an erased one does not. It cannot be erased
 * until the transaction ends. */
bool turn_store_stands(struct db *tx, const struct uuid *id, bool *stands,
                       struct fault *fault) MUST_CHECK;
/* The update may be taken again in `wait_ms`, as if it had not been taken; unless its owner is
 * another. */
bool turn_store_release(struct db *tx, const struct turn_update *update, bool acted,
                        int64_t wait_ms, struct fault *fault) MUST_CHECK;

/* A message that waits behind an update in its lane. */
struct turn_behind {
    struct uuid id;
    struct slice body; /* borrowed from the rows */
    int64_t waited_ms; /* since it was received */
};
/* Locks the next `most` of them in the order of receipt, but for what is long or locked. */
bool turn_store_behind(struct db *tx, const struct turn_update *update, int64_t most,
                       struct db_rows *rows, struct fault *fault) MUST_CHECK;
void turn_store_behind_read(const struct db_rows *rows, int row, struct turn_behind *out);
/* The locked update is done, in the turn of another. */
bool turn_store_spoken_for(struct db *tx, const struct uuid *id, const struct uuid *speaker,
                           struct fault *fault) MUST_CHECK;

/* The update is handled, and the statements of `before` are done. The body of one that
 * TURN_QUOTES_CONFIDED is forgotten. Commits; inside db_transaction(). */
bool turn_store_done(struct db *tx, const struct uuid *id, const struct turn_record *record,
                     const struct db_call *before, size_t count, struct fault *fault) MUST_CHECK;

/* A try failed: the next one is in `retry_s` seconds, or, where that is FIELD_ABSENT, there is none
 * and the update is dead. Its lease is over. `counted` is false when another worker was faster. */
bool turn_store_fail(struct db *tx, const struct turn_update *update, bool acted, int64_t retry_s,
                     struct slice reason, bool *counted, struct fault *fault) MUST_CHECK;
