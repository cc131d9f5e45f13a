// SPDX-License-Identifier: MIT
/* Delivery of signed events to receivers: HTTP servers of others, to which a service posts what has
 * happened, as Standard Webhooks (github.com/standard-webhooks) has it.
 *
 * The service stores a receiver, and places items for it in the transaction that has something to
 * tell. Both are rows of its own schema: the set of tables "deliver", which a definition with
 * `delivers` has. Whether and which receivers hear of an item is the service's decision.
 *
 * Order. Items of a lane go to a receiver one after the other, in the order of their ids as far as
 * they wait; a lane waits for its head. Lanes do not wait for each other, nor do receivers: at most
 * DELIVER_RECEIVER_CALLS calls of a receiver are under way at once, one after a call that failed,
 * and receivers that fail have at most half of all DELIVER_CALLS_MAX calls. Where there is not room
 * for all, the receiver is next that was served longest ago: it waits for one item of each other
 * one, however much waits for them. Any number of copies of
 * the service deliver: receivers and lanes are taken with SKIP LOCKED, a lane under a lease.
 *
 * Each item is delivered at least once: what a process may have sent before it died is sent again
 * when its lease is over, with the same webhook-id.
 *
 * A call is a POST of the body as it was placed, with
 *     webhook-id         the same on each try
 *     webhook-timestamp  of this try
 *     webhook-signature  "v1," and the base64 of HMAC-SHA256 over "id.timestamp.body"
 *     Idempotency-Key    the item's, if it has one
 * within DELIVER_CALL_MS; redirects are not followed, and the answer's body is not waited for.
 *
 * 2xx: delivered. Anything else is tried again, after 2, 5, 15, 45, 120 and then each 300 s, up to
 * half as much added by chance; or when Retry-After says, in seconds, from 1 to
 * DELIVER_RETRY_AFTER_MAX_S, a refused item not before these times. After 410 nothing is sent to
 * the receiver any more, and what waits for it is dead. A receiver that cannot be reached, or
 * answers 429, 502, 503 or 504, rests as a whole for these times. Every other failure, which it may
 * have seen, is a refusal of the item and delays its lane alone; DELIVER_REFUSALS_MAX of them,
 * within an hour or so, and the item is dead: the lane goes on. So is what has waited for
 * DELIVER_AGE_MAX_S, and the oldest of more than DELIVER_WAITING_MAX items of a receiver. Dead
 * items lose their body at once, and are deleted after a week. */
#pragma once

#include "api/service.h"
#include "base/digest.h"

struct deliver;

enum {
    DELIVER_CALLS_MAX = 32,              /* under way at once, of all receivers, in a process */
    DELIVER_RECEIVER_CALLS = 4,          /* of one receiver, in all processes */
    DELIVER_BYTES_MAX = 2 * 1024 * 1024, /* bodies in memory at once; one more where none is */
    DELIVER_CALL_MS = 10000,
    DELIVER_RETRY_AFTER_MAX_S = 3600,
    DELIVER_REFUSALS_MAX = 16,
    DELIVER_AGE_MAX_S = 24 * 3600,
    DELIVER_WAITING_MAX = 10000,
    DELIVER_POLL_MS = 250 /* how soon an item is seen that nobody told of */
};

/* Where receivers may be, beside https on public addresses. */
struct deliver_hosts {
    const char *internal; /* "n8n,other": hosts that may be called by http, and may be private */
    bool loopback;        /* this machine, by http too: for demonstrations and tests */
};

struct deliver_options {
    struct service *service;
    struct deliver_hosts hosts; /* looked at before each call; borrowed */
};

/* Returns new, and delivers from now on. */
struct deliver *deliver_start(const struct deliver_options *options, struct fault *fault);
/* Takes NULL. Outside of fibers, when no call is under way any more; or in a fiber, which then
 * waits for the calls until its time is over. When some are still under way by then, nothing is
 * freed, which the log says; it may be called again. */
void deliver_stop(struct deliver *deliver);
/* Something was placed: looks at once. Takes NULL. As a callback of change_after() too. */
void deliver_wake(void *deliver);

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

/* "whsec_" and the base64 of 24 to 64 bytes. FAULT_INVALID "bad_secret", which does not repeat it.
 */
bool deliver_secret_read(struct slice secret, struct deliver_key *out,
                         struct fault *fault) MUST_CHECK;

enum {
    DELIVER_SIGNATURE_LEN = 3 + DIGEST_BASE64_LEN(DIGEST_SHA256_LEN),
    DELIVER_HEADER_MAX = 128 /* bytes, with a NUL */
};

/* "v1," and the signature of `content`, which is "id.timestamp.body". */
void deliver_sign(struct slice key, struct slice content, char out[DELIVER_SIGNATURE_LEN + 1]);

/* As they go over the wire: "webhook-id: ...". Who delivers by other ways than this one, with rows
 * of its own or none, signs with it too. */
struct deliver_headers {
    char id[DELIVER_HEADER_MAX];
    char timestamp[DELIVER_HEADER_MAX];
    char signature[DELIVER_HEADER_MAX];
};
/* `id` of at most 100 bytes; `content` as of deliver_sign(). */
void deliver_sign_headers(struct slice key, const char *id, int64_t at_s, struct slice content,
                          struct deliver_headers *out);

/* Retry-After in seconds (RFC 9110, 10.2.3), or FIELD_ABSENT; a date, which needs clocks that
 * agree, is not read. */
int64_t deliver_retry_after(struct slice header);

/* Whether a receiver may be there. FAULT_INVALID "bad_url"; "url_not_allowed": plain http, or an
 * address that is seen to be private. To which addresses a name leads is looked at before each
 * call. */
bool deliver_url_check(const struct deliver_hosts *hosts, struct slice url, struct arena *arena,
                       struct fault *fault) MUST_CHECK;

/* A new receiver. */
bool deliver_store_receiver(struct db *tx, const struct uuid *id, struct slice url,
                            const struct deliver_key *key, struct fault *fault) MUST_CHECK;
/* The receiver is gone, with all that waits for it. */
bool deliver_store_remove(struct db *tx, const struct uuid *id, struct fault *fault) MUST_CHECK;

/* --- items --- */

enum {
    DELIVER_BODY_MAX = 1024 * 1024 + 4096,
    DELIVER_LANE_MAX = 100,
    DELIVER_PLACES_MAX = 64 /* receivers of one item */
};

struct deliver_item {
    struct uuid id;               /* of what it tells; the webhook-id follows from it */
    struct slice lane;            /* at most DELIVER_LANE_MAX bytes */
    struct slice idempotency_key; /* may be absent */
    struct slice body;            /* JSON, at most DELIVER_BODY_MAX bytes */
};

/* The item waits for these receivers; one that has it waiting, and one that is disabled, is left
 * out. In a transaction, which holds the item's lanes from now on: call this late. */
bool deliver_store_place(struct db *tx, const struct deliver_item *item,
                         const struct uuid *receivers, size_t count,
                         struct fault *fault) MUST_CHECK;

/* Nothing is left of these items at these receivers; what is being sent at this moment goes out.
 * Both are lists of ids as PostgreSQL writes them, "{a,b}". In a transaction, which holds the
 * items' lanes from now on. `dropped` is how many deliveries there were. */
bool deliver_store_drop(struct db *tx, struct slice receivers, struct slice items, int64_t *dropped,
                        struct fault *fault) MUST_CHECK;
