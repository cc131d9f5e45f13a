// SPDX-License-Identifier: MIT
/* Asks search-api for the flats that fit a wish best. Whoever asks need not know whether it
 * answers, or as it should: all else reads as "nothing is known from there", and the dialogue then
 * finds the flats by its own rules.
 *
 * One try within SEARCH_TIMEOUT_MS, SEARCH_CALLS_MAX at once in a process, the circuit breaker of
 * http/client.h with a client of its own: booking-api may be at the same origin. search_calls_total
 * counts by outcome; the log names each other outcome than an answer once a minute. */
#pragma once

#include "http/client.h"

#include "clients/booking_client.h"

enum {
    SEARCH_TIMEOUT_MS = 1500,
    SEARCH_OPEN_MS = 30000, /* how long one that fails is left alone */
    SEARCH_CALLS_MAX =
        8, /* fewer than TURN_RUNNER_CALLS_MAX: a slow one leaves room for other turns */
    SEARCH_ANSWER_MAX = 64 * 1024
};

struct search_client;
/* Returns new. `root` is borrowed for its life: where search-api is, without a '/' at its end. */
struct search_client *search_client_create(struct loop *loop, struct work *work, const char *root,
                                           struct fault *fault);
void search_client_destroy(struct search_client *client); /* takes NULL; no call is under way */

/* In a fiber, outside of transactions. `call` is of SERVICE_SEARCH; it is made with the bot's key
 * and without an actor, which search-api hands on to booking-api. The answer is 200 with what
 * stay_read_search_results() takes, in the arena; or 0 with "". */
void search_client_ask(struct search_client *client, const struct booking_call *call,
                       struct arena *arena, struct service_answer *answer);
