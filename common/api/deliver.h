// SPDX-License-Identifier: MIT
/* Outgoing webhooks: delivery of signed events to receivers, which are HTTP servers of third
 * parties, by Standard Webhooks (github.com/standard-webhooks).
 *
 * The service stores receivers, and enqueues items for them in the transaction of the event. Both
 * are rows of its own schema: the set of tables "deliver", for definitions with `delivers`. The
 * service selects the receivers of an item.
 *
 * Order. A lane is a queue partition of a receiver: its items are sent one after the other, in the
 * order of their ids; the oldest item blocks all later ones. Lanes and receivers do not block each
 * other: a process makes at most DELIVER_RECEIVER_CALLS calls of a receiver at once, only one after
 * a failed call, and at most half of the DELIVER_CALLS_MAX calls go to failing receivers. The least
 * recently served receiver is next, so a receiver waits for at most one item of each other
 * receiver. Any number of instances of the service deliver: they take receivers and lanes with SKIP
 * LOCKED, a lane under a lease (api/queue.h).
 *
 * Each item is delivered at least once: if a process dies during a call, the item is sent again
 * after its lease has expired, with the same webhook-id.
 *
 * A call is a POST of the enqueued body, with
 *     webhook-id         the same on each try
 *     webhook-timestamp  of this try
 *     webhook-signature  "v1," and the base64 of HMAC-SHA256 over "id.timestamp.body"
 *     Idempotency-Key    the item's, if it has one
 * within DELIVER_CALL_MS; redirects are not followed, and the answer's body is not awaited.
 *
 * After an answer 2xx the item is delivered. Otherwise it is retried after 2, 5, 15, 45, 120 and
 * then every 300 s, plus up to half of that at random. A Retry-After from 1 to
 * DELIVER_RETRY_AFTER_MAX_S seconds replaces these times, but cannot shorten those of a refused
 * item. After 410 the receiver is disabled, and its items are dead. If a receiver cannot be
 * reached, or answers 429, 502, 503 or 504, all its lanes are blocked for these times. Every other
 * failure, which the receiver may have seen, is a refusal of the item and delays only the item's
 * lane. After DELIVER_REFUSALS_MAX refusals, within about an hour, the item is dead and the lane
 * continues. Items older than DELIVER_AGE_MAX_S are dead too, and the oldest items if a receiver
 * has more than DELIVER_WAITING_MAX. Dead items lose their body at once, and are deleted eight
 * days after they were enqueued.
 *
 * A service may have another policy (struct deliver_policy): other waits, ages and numbers. */
#pragma once

#include "api/service.h"
#include "base/digest.h"

struct deliver;
struct retry_policy;

enum {
    DELIVER_CALLS_MAX = 32,     /* calls of a process at once, to all receivers */
    DELIVER_RECEIVER_CALLS = 4, /* calls of a process at once, to one receiver */
    /* No call begins while the bodies in memory have more bytes. */
    DELIVER_BYTES_MAX = 2 * 1024 * 1024,
    DELIVER_CALL_MS = 10000,
    DELIVER_RETRY_AFTER_MAX_S = 3600,
    DELIVER_REFUSALS_MAX = 16,
    DELIVER_AGE_MAX_S = 24 * 3600,
    DELIVER_WAITING_MAX = 10000,
    DELIVER_POLL_MS = 250 /* maximum time until a new item is found */
};

/* Addresses that receivers may have in addition to https on public addresses. */
struct deliver_hosts {
    const char *internal; /* "n8n,other": hosts for which private addresses and http are allowed, on
                             any port, but only paths below /webhook/ and /webhook-test/, because
                             such a host may have other paths that only administrators may call */
    bool loopback;        /* this machine is allowed, also by http: for demos and tests */
};

/* How a service's receivers are called. */
struct deliver_policy {
    const struct retry_policy *waits;
    int64_t calls_max; /* of a process at once, at most and by default (0) DELIVER_CALLS_MAX: each
                          result needs a connection for changes, of which a service has few */
    int64_t refusals_max; /* refusals of an item until it is dead; 0: as many as its age allows */
    int64_t age_max_s;    /* of an item */
    int64_t disable_after_s; /* receivers that have failed for so long are disabled; 0: never */
    bool id_is_item; /* the webhook-id is the item's id, for each receiver the same. Otherwise
                        it is derived from item and receiver */
};

struct deliver_options {
    struct service *service;
    struct deliver_hosts hosts;          /* checked before each call; borrowed */
    const struct deliver_policy *policy; /* static; NULL: that of the comment at the top */
};

/* Returns new and starts delivering. */
struct deliver *deliver_start(const struct deliver_options *options, struct fault *fault);
/* NULL is allowed. In a fiber, waits for running calls until the fiber's deadline; if some still
 * run then, it frees nothing and may be called again. Outside of fibers, call it only when no call
 * runs. */
void deliver_stop(struct deliver *deliver);
/* Looks for items at once. Call it after enqueuing. NULL is allowed. */
void deliver_wake(struct deliver *deliver);

/* --- receivers --- */

enum {
    DELIVER_URL_MAX = 500, /* bytes */
    DELIVER_KEY_MIN = 24,
    DELIVER_KEY_MAX = 64,
    DELIVER_SECRET_MAX = 6 + DIGEST_BASE64_LEN(DELIVER_KEY_MAX) /* characters of "whsec_..." */
};

struct deliver_key {
    uint8_t bytes[DELIVER_KEY_MAX];
    size_t len;
};

/* Decodes "whsec_" and the base64 of 24 to 64 bytes. FAULT_INVALID "bad_secret", whose detail does
 * not repeat the secret. */
bool deliver_secret_read(struct slice secret, struct deliver_key *out,
                         struct fault *fault) MUST_CHECK;

enum {
    DELIVER_SIGNATURE_LEN = 3 + DIGEST_BASE64_LEN(DIGEST_SHA256_LEN),
    DELIVER_HEADER_MAX = 128 /* bytes, with a NUL */
};

/* Writes "v1," and the signature of `content`, which is "<id>.<timestamp>.<body>". */
void deliver_sign(struct slice key, struct slice content, char out[DELIVER_SIGNATURE_LEN + 1]);

/* Header lines such as "webhook-id: ...". */
struct deliver_headers {
    char id[DELIVER_HEADER_MAX];
    char timestamp[DELIVER_HEADER_MAX];
    char signature[DELIVER_HEADER_MAX];
};
/* Writes the headers; also for programs that sign and send without this module. `id` has at most
 * 100 bytes; `content` is as in deliver_sign(). */
void deliver_sign_headers(struct slice key, const char *id, int64_t at_s, struct slice content,
                          struct deliver_headers *out);

/* Parses a Retry-After in seconds (RFC 9110, 10.2.3). FIELD_ABSENT if the header is absent or
 * anything else, such as a date, which would need synchronised clocks. */
int64_t deliver_parse_retry_after_s(struct slice header);

/* Checks whether a receiver may have this URL. FAULT_INVALID "bad_url"; "url_not_allowed": plain
 * http or a private address that `hosts` does not allow. The addresses of a name are checked before
 * each call. */
bool deliver_url_check(const struct deliver_hosts *hosts, struct slice url, struct arena *arena,
                       struct fault *fault) MUST_CHECK;

/* Sets `is_ours`: whether calls of the URL may use private addresses and plain http. Fails with
 * FAULT_INVALID like deliver_url_check(). */
bool deliver_check_host(const struct deliver_hosts *hosts, const char *url, struct arena *arena,
                        bool *is_ours, struct fault *fault) MUST_CHECK;

/* Makes a new secret, "whsec_" and the base64 of DELIVER_MADE_KEY printable characters: programs
 * that take the key as text, such as n8n's node Crypto, can use the decoded key. */
enum { DELIVER_MADE_KEY = 32 };
void deliver_secret_make(struct deliver_key *out);
/* Writes the secret of a key. */
void deliver_secret_write(const struct deliver_key *key, char out[DELIVER_SECRET_MAX + 1]);
/* Whether all bytes of the key are printable ASCII. */
bool deliver_key_is_printable(const struct deliver_key *key);

bool deliver_store_add_receiver(struct db *tx, const struct uuid *id, struct slice url,
                                const struct deliver_key *key, struct fault *fault) MUST_CHECK;
/* Replaces URL and key. If one of them is another, the receiver is tried again at once. */
bool deliver_store_update_receiver(struct db *tx, const struct uuid *id, struct slice url,
                                   const struct deliver_key *key, struct fault *fault) MUST_CHECK;
/* Lets the receiver be tried at once, although it has failed; its failure stays visible until a
 * call succeeds. If `revives`, also ends that it is disabled and forgets its failures. */
bool deliver_store_try_receiver(struct db *tx, const struct uuid *id, bool revives,
                                struct fault *fault) MUST_CHECK;
/* Reads the key. FAULT_NOT_FOUND "not_found". */
bool deliver_store_read_key(struct db *db, const struct uuid *id, struct deliver_key *out,
                            struct fault *fault) MUST_CHECK;
/* Deletes the receiver and its items. */
bool deliver_store_remove_receiver(struct db *tx, const struct uuid *id,
                                   struct fault *fault) MUST_CHECK;
/* Deletes all its items. */
bool deliver_store_clear_receiver(struct db *tx, const struct uuid *id,
                                  struct fault *fault) MUST_CHECK;
/* Deletes the dead items of the receiver, so that they may be enqueued again. */
bool deliver_store_remove_dead(struct db *tx, const struct uuid *id,
                               struct fault *fault) MUST_CHECK;

/* --- items --- */

enum {
    DELIVER_BODY_MAX = 1024 * 1024 + 4096,
    DELIVER_LANE_MAX = 100,
    DELIVER_PLACES_MAX = 64 /* maximum of receivers of one item */
};

struct deliver_item {
    struct uuid id;               /* id of the event; the webhook-id is derived from it */
    struct slice lane;            /* at most DELIVER_LANE_MAX bytes */
    int64_t position;             /* order in the lane; items of the same position: by `id` */
    struct slice idempotency_key; /* may be absent */
    struct slice body;            /* JSON, at most DELIVER_BODY_MAX bytes */
};

/* Enqueues the item for these receivers, except disabled ones and those for which it is already
 * enqueued. Locks the item's lanes until the transaction ends: call it late in the transaction. */
bool deliver_store_enqueue(struct db *tx, const struct deliver_item *item,
                           const struct uuid *receivers, size_t count,
                           struct fault *fault) MUST_CHECK;

/* SQL that enqueues the rows of the query `item` for their receivers, as deliver_store_enqueue():
 *     WITH item AS (SELECT ... AS receiver_id, AS item_id, AS lane, AS key, AS position, AS body)
 *     DELIVER_ENQUEUE_SQL SELECT FROM placed
 * Lanes are inserted and locked in the order of receivers and keys, which prevents deadlocks. */
#define DELIVER_ENQUEUE_SQL                                                                        \
    ", wanted AS MATERIALIZED (SELECT i.*,"                                                        \
    "   left(encode(sha256(uuid_send(i.receiver_id) || uuid_send(i.item_id)), 'hex'), 32)::uuid "  \
    "AS id"                                                                                        \
    "  FROM item i JOIN receiver r ON r.id = i.receiver_id WHERE r.disabled_at IS NULL"            \
    "  FOR KEY SHARE OF r),"                                                                       \
    " fresh AS MATERIALIZED (SELECT w.* FROM wanted w"                                             \
    "  WHERE NOT EXISTS (SELECT FROM delivery d WHERE d.id = w.id)),"                              \
    " lanes AS (INSERT INTO delivery_lane AS l (receiver_id, key, due_at)"                         \
    "  SELECT DISTINCT f.receiver_id, f.lane, now() FROM fresh f ORDER BY f.receiver_id, f.lane"   \
    "  ON CONFLICT ON CONSTRAINT delivery_lane_once DO UPDATE SET key = EXCLUDED.key"              \
    "  RETURNING l.id, l.receiver_id, l.key),"                                                     \
    " placed AS (INSERT INTO delivery (id, receiver_id, lane_id, item_id, idempotency_key, "       \
    "position, body)"                                                                              \
    "  SELECT f.id, f.receiver_id, l.id, f.item_id, f.key, f.position, f.body"                     \
    "  FROM lanes l JOIN fresh f ON f.receiver_id = l.receiver_id AND f.lane = l.key RETURNING "   \
    "id)"

/* Deletes these items of these receivers; running calls are not stopped. Both arguments are lists
 * of ids in PostgreSQL's form, "{a,b}". Locks the items' lanes until the transaction ends.
 * `deleted_count` is the number of deleted deliveries. */
bool deliver_store_remove_items(struct db *tx, struct slice receivers, struct slice items,
                                int64_t *deleted_count, struct fault *fault) MUST_CHECK;
