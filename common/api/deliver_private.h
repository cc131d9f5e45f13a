// SPDX-License-Identifier: MIT
/* Parts of api/deliver: rounds (deliver.c), calls (deliver_call.c), decisions on results
 * (deliver_decision.c, pure), signatures and addresses (deliver_receiver.c), SQL (deliver_store.c).
 */
#pragma once

#include "api/deliver.h"
#include "api/periodic.h"
#include "base/metric.h"

/* --- decisions --- */

enum deliver_end {
    DELIVER_ANSWERED,
    DELIVER_NOT_SENT, /* nothing of the request was sent */
    DELIVER_NO_ANSWER /* unknown what the receiver has received */
};

struct deliver_result {
    enum deliver_end end;
    long status;           /* ANSWERED */
    int64_t retry_after_s; /* FIELD_ABSENT: none */
    const char *code;      /* why there is no answer: a fault's code */
};

/* The history before this call. */
struct deliver_history {
    int64_t tries;    /* of the item */
    int64_t refusals; /* of the item */
    int64_t failures; /* of the receiver, in a row */
};

enum deliver_outcome { DELIVER_DONE, DELIVER_AGAIN, DELIVER_DEAD, DELIVER_GONE };

struct deliver_decision {
    enum deliver_outcome outcome;
    bool refused;     /* counts as a refusal of the item */
    int64_t lane_ms;  /* the lane waits this long */
    int64_t block_ms; /* the receiver is blocked this long; 0: not blocked */
};

/* `chance` is random and spreads the retries of many items. */
struct deliver_decision deliver_decide(const struct deliver_result *result,
                                       const struct deliver_history *history, uint32_t chance);

/* --- receivers --- */

/* Restrictions for a receiver's URL. FAULT_INVALID as in deliver_url_check(). */
struct deliver_transport {
    bool allow_private;
    bool allow_plain;
};
bool deliver_transport_of(const struct deliver_hosts *hosts, const char *url, struct arena *arena,
                          struct deliver_transport *out, struct fault *fault) MUST_CHECK;

/* --- SQL --- */

enum { DELIVER_LEASE_MS = 30000 }; /* a call and storing its result */

/* A lane's head, taken for delivery. */
struct deliver_call {
    struct uuid id;
    struct uuid receiver_id;
    struct uuid lane_id;
    struct deliver_history history;
    bool failing; /* the receiver's last call failed */
    struct slice idempotency_key;
    struct slice url;
    struct slice key;
    struct slice body;
};

/* Milliseconds until a lane is due; 0 or less: now; FIELD_ABSENT: none waits. */
bool deliver_store_due(struct db *db, int64_t *wait_ms, struct fault *fault) MUST_CHECK;

struct deliver_capacity {
    struct uuid lease; /* of all items taken at once */
    int64_t calls;     /* maximum number */
    int64_t failing;   /* of these, maximum for failing receivers */
    int64_t bytes;     /* maximum size of all bodies */
    bool any_size;     /* one body may exceed it */
};
/* Takes heads of due lanes; in a transaction. */
bool deliver_store_take(struct db *tx, const struct deliver_capacity *capacity,
                        struct db_rows *rows, struct fault *fault) MUST_CHECK;
/* Reads a call from such a row; text is borrowed. */
void deliver_store_call(const struct db_rows *rows, int row, struct deliver_call *out);

struct deliver_settled {
    const struct deliver_call *call;
    const struct uuid *lease;
    const struct deliver_decision *decision;
    struct slice reason; /* why it was not delivered */
};
/* Stores the result of a call. Does nothing if another process has the lease by now. In a
 * transaction. */
bool deliver_store_settle(struct db *tx, const struct deliver_settled *settled,
                          struct fault *fault) MUST_CHECK;

struct deliver_backlog {
    bool over;       /* there are items to end or purge */
    double oldest_s; /* age of the oldest waiting item; 0: none waits */
};
bool deliver_store_backlog(struct db *db, struct deliver_backlog *out,
                           struct fault *fault) MUST_CHECK;
/* Ends expired items; `ended` is the number of newly dead ones, at most DELIVER_SWEEP_MAX. */
enum { DELIVER_SWEEP_MAX = 500 };
bool deliver_store_end(struct db *tx, int64_t *ended, struct fault *fault) MUST_CHECK;
/* Deletes items dead for a week; `forgotten` is their number, at most DELIVER_SWEEP_MAX. */
bool deliver_store_purge(struct db *tx, int64_t *forgotten, struct fault *fault) MUST_CHECK;

/* --- the module --- */

enum deliver_count {
    DELIVER_COUNT_DELIVERED,
    DELIVER_COUNT_FAILED,
    DELIVER_COUNT_DEAD,
    DELIVER_COUNTS
};

/* A call in flight. Owns its memory. */
struct deliver_in_flight {
    struct deliver *deliver;
    struct deliver_call call; /* its text is in the arena */
    struct uuid lease;
    struct slice content; /* "id.timestamp.body"; call.body is its end */
    int64_t at_s;         /* the timestamp */
    struct arena arena;
};

struct deliver {
    struct deliver_options options;
    struct http_client *http;
    struct periodic rounds;
    struct periodic sweeps;
    int64_t in_flight_count;
    int64_t in_flight_failing;
    int64_t in_flight_bytes;
    struct metric counters[DELIVER_COUNTS];
    struct metric oldest;
    double oldest_s;
};

/* Runs the call in its own fiber and stores the result. A call that cannot be started is taken
 * again when its lease expires. In a fiber. */
void deliver_start_call(struct deliver *deliver, const struct deliver_call *call,
                        const struct uuid *lease);
