// SPDX-License-Identifier: MIT
/* The erasure of a person: all that a bot's tables, booking-api and search-api have of him.
 * handlers/user_handlers.c decides who may ask, erasure_store.c knows the tables.
 *
 * 1. erasure_ask(): booking-api goes first, because it alone may refuse (a stay or a ride that is
 *    agreed and not over), and then nothing at all is erased. No transaction is open meanwhile.
 * 2. erasure_store_pass() in the transaction that notes who asked for it.
 * 3. erasure_finish(): passes until one finds nothing, then booking-api once more, then search-api.
 *
 * The third step is for what was under way. A turn may have begun before the second step with what
 * it then knew of the person, and store its effects after it. A pass finds these effects, waits for
 * the row of an update that is locked, and leaves one alone that is leased: its calls of
 * booking-api may be on their way. So passes are repeated until none is leased and nothing is left,
 * and then booking-api is asked for what such calls have made; it refuses then if that is a stay
 * or a ride that is agreed. What the person writes after that is new, and nothing is known with it.
 *
 * Of a large group a pass looks through a page of what others wrote there, and keeps the place in
 * erasure_scan: a request that has no time for all of it says erasure_unfinished, and the next one
 * goes on.
 *
 * search-api is last, when its feed has nothing more of him to tell: what it deletes then cannot
 * come back. What the feed has told it before that is deleted already, and not counted. Of a person
 * of whom it has much it erases a part for each call, counts that part alone, and says that there
 * is more: it is asked again while the request has time.
 *
 * A process that dies between any two steps leaves an erasure that is not finished: each step finds
 * what is left by the person's id alone, so whoever asks again goes on. */
#pragma once

#include "base/arena.h"
#include "db/transaction.h"

#include "bots/bot.h"
#include "clients/booking_client.h"

enum {
    ERASURE_ROWS_MAX = 1000,   /* of a table in one pass */
    ERASURE_QUOTES_MAX = 2000, /* updates of others that one pass looks through, 8 MiB at most */
    /* For turns that are under way, and for all passes together. The request has 5 s. */
    ERASURE_WAIT_MS = 3000,
    /* Calls of booking-api, of which each erases 1,000 bookings at most; and of search-api, of
     * which each erases for two seconds. */
    ERASURE_ASKS_MAX = 8,
    ERASURE_SEARCH_MS = 5000 /* of such a call: search-api has no longer for a request */
};

/* Rows touched, by table. */
struct erasure_counts {
    int64_t delivery;
    int64_t dialogue;
    int64_t forward;
    int64_t idempotency;
    int64_t message;
    int64_t person;
    int64_t recipient;
    int64_t sending;
    int64_t update;
    /* Of booking-api. */
    int64_t booking_audit;
    int64_t booking_booking;
    int64_t booking_history;
    int64_t booking_idempotency;
    int64_t booking_outbox;
    int64_t booking_quote;
    int64_t booking_ride;
    int64_t booking_ride_history;
    /* Of search-api. */
    int64_t search_document;
};
void erasure_counts_add(struct erasure_counts *counts, const struct erasure_counts *more);
bool erasure_counts_any(const struct erasure_counts *counts);

struct erasure {
    struct uuid id; /* in the audit of both services */
    struct uuid bot_id;
    int64_t user_id;
    char bot[BOT_NAME_MAX + 1];
    char key[BOT_KEY_MAX + 1]; /* the bot's, for booking-api and search-api */
    struct booking_client booking;
    const char *search_url; /* "": there is no search-api; borrowed */
    bool dry_run;
    int64_t at;
    int asks; /* of booking-api, so far */
    struct erasure_counts erased;
};

/* There is a search-api. */
bool erasure_asks_search(const struct erasure *erasure);

/* Asks booking-api until it has nothing more of the person; a dry run asks once, and search-api as
 * well. In a fiber, outside of transactions. FAULT_CONFLICT "has_live_bookings" and
 * "has_live_rides" with booking-api's ids as members; FAULT_UNAVAILABLE "booking_failed",
 * "search_failed", "erasure_unfinished", and faults of http_client_call(). */
bool erasure_ask(struct erasure *erasure, struct arena *arena, struct fault *fault) MUST_CHECK;

/* See above. FAULT_UNAVAILABLE "erasure_unfinished": something is still under way or left; and
 * faults of erasure_ask(). */
bool erasure_finish(struct erasure *erasure, struct db_pool *pool, struct arena *arena,
                    struct fault *fault) MUST_CHECK;

/* --- erasure_store.c --- */

/* In a transaction: erases ERASURE_ROWS_MAX rows of each table at most. `found` is how many, and
 * `left` is 0 when no turn has an update of his, and all that others wrote in his groups was looked
 * through. The next pass goes on from there, also one of another request. FAULT_UNAVAILABLE "busy":
 * another person of the bot is being erased. */
bool erasure_store_pass(struct db *tx, const struct uuid *bot_id, int64_t user_id,
                        struct erasure_counts *found, int64_t *left,
                        struct fault *fault) MUST_CHECK;
