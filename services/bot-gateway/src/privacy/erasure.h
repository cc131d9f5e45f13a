// SPDX-License-Identifier: MIT
/* The erasure of a person: all data of the person in the bot's tables, in booking-api and in
 * search-api. handlers/user_handlers.c checks the rights, erasure_store.c has the SQL.
 *
 * 1. erasure_erase_in_booking_api() erases in booking-api first, because only booking-api may
 * refuse (a stay or ride that is agreed and not over, or a trip of a driver); then nothing is
 * erased anywhere. No transaction is open meanwhile.
 *
 * 2. erasure_store_run_pass() erases in the transaction that writes the audit.
 *
 * 3. erasure_finish() repeats passes until one finds nothing, then erases in booking-api again,
 * then in search-api.
 *
 * The third step covers updates whose handling started before the second step and stores its
 * effects after it. A pass erases the effects that are stored. It waits for locked rows of updates,
 * but skips leased updates: their calls of booking-api may be running. So passes repeat until no
 * update is leased and nothing is found. Then booking-api erases what such calls have created; it
 * refuses if they have created an agreed stay or ride. What the person writes later is new data.
 *
 * Updates of other members of the person's groups may quote the person, so they are searched too.
 * A pass reads one page of these updates and stores its position in erasure_scan: a request that
 * runs out of time returns erasure_unfinished, and the next request continues.
 *
 * search-api is last, when its feed contains nothing of the person any more, so deleted documents
 * cannot come back. Documents deleted through the feed are not counted. If there are many
 * documents, each call erases a part, counts that part and reports that more remain; it is repeated
 * while the request has time.
 *
 * If the process dies, the erasure is unfinished. Each step uses the person's id to find what
 * is left, so a repeated request continues. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

#include "app.h"
#include "bots/bot.h"
#include "privacy/erasure_store.h"

enum {
    /* Maximum duration of all passes together, which wait for updates in progress. The request has
     * 5 s. */
    ERASURE_WAIT_MS = 3000,
    /* Calls of booking-api, each of which erases at most 1,000 bookings; and of search-api, each of
     * which erases for two seconds. */
    ERASURE_CALLS_MAX = 8,
    ERASURE_SEARCH_MS = 5000 /* timeout of a call of search-api, which has the same limit */
};

struct erasure {
    struct uuid id; /* in the audit, and in the Idempotency-Keys of booking-api's calls */
    const struct gateway_app *app;
    const struct http_request *req; /* its X-Request-Id and traceparent are passed on */
    struct bot bot;                 /* a copy, because the bots may be reloaded during the calls */
    int64_t user_id;
    bool dry_run;
    int64_t at; /* time of the erasure, for the receipt */
    int calls;  /* number of calls of booking-api so far */
    struct erasure_counts erased;
};

/* Whether search-api is configured. */
bool erasure_has_search_api(const struct erasure *erasure);

/* The first step of an erasure: calls booking-api until it has nothing of the person left. A dry
 * run calls it once, and search-api too. Must be called in a fiber, outside of transactions.
 * FAULT_CONFLICT "has_live_bookings", "has_live_rides" and "has_live_trips" with booking-api's ids
 * as members;
 * FAULT_UNAVAILABLE "booking_failed", "search_failed": the service did not answer, or not as
 * expected; "erasure_unfinished". */
bool erasure_erase_in_booking_api(struct erasure *erasure, struct arena *arena,
                                  struct fault *fault) MUST_CHECK;

/* The third step of an erasure, after the commit of the second: erases what has been stored
 * meanwhile, then in search-api. FAULT_UNAVAILABLE "erasure_unfinished": an update is being
 * handled, or data is left; and faults of erasure_erase_in_booking_api(). */
bool erasure_finish(struct erasure *erasure, struct arena *arena, struct fault *fault) MUST_CHECK;

/* --- JSON --- */

/* Writes the receipt of an erasure: what was erased where. */
void erasure_encode_receipt(const struct erasure *erasure, struct buf *out);

/* The answer of booking-api to POST /v1/guests/erase, or of search-api to DELETE /v1/documents: a
 * receipt or a problem. */
struct erasure_reply {
    bool is_receipt;
    struct erasure_counts erased;
    struct slice code;     /* of a problem */
    struct slice bookings; /* JSON: ids of unfinished stays; absent: none */
    struct slice rides;    /* JSON: ids of unfinished rides; absent: none */
    struct slice trips;    /* JSON: ids of unfinished trips of a driver; absent: none */
};
/* Reads the answer of a service to an erasure. Borrows from `body` and the arena. FAULT_UNREADABLE
 * and FAULT_UNAVAILABLE of foreign_read(). */
bool erasure_reply_read(struct slice body, struct arena *arena, struct erasure_reply *out,
                        struct fault *fault) MUST_CHECK;
