// SPDX-License-Identifier: MIT
/* Client of search-api, which finds the apartments that fit a guest's criteria best. Callers need
 * not know whether search-api answers: every failure reads as "no result", and the dialogue then
 * searches by its own rules.
 *
 * A call is tried once and takes at most SEARCH_TIMEOUT_MS. A process makes at most
 * SEARCH_CALLS_MAX calls at once. The client has its own HTTP client and so its own circuit
 * breaker, because booking-api may be at the same origin. search_calls_total counts calls by
 * outcome; each outcome other than "answered" is logged at most once a minute. */
#pragma once

#include "http/client.h"

#include "clients/booking_client.h"

enum {
    SEARCH_TIMEOUT_MS = 1500,
    SEARCH_OPEN_MS = 30000, /* time without calls after the circuit breaker opened */
    /* Simultaneous calls. Fewer than TURN_RUNNER_CALLS_MAX: slow searches must not use up all. */
    SEARCH_CALLS_MAX = 8,
    SEARCH_ANSWER_MAX = 64 * 1024
};

struct search_client;
/* Returns a new client; NULL: `fault` is set. `root` is the address of search-api, without a '/' at
 * the end; it must outlive the client. */
struct search_client *search_client_create(struct loop *loop, struct work *work, const char *root,
                                           struct fault *fault);
void search_client_destroy(struct search_client *client); /* takes NULL; no call may be running */

/* Must be called in a fiber, outside of transactions. `call->call->service` is SERVICE_SEARCH. The
 * call has the bot's API key, which search-api uses to call booking-api, and no actor. The answer
 * is in the arena: status 200 with a body for stay_read_search_results(), or status 0 without a
 * body. */
void search_client_ask(struct search_client *client, const struct booking_call *call,
                       struct arena *arena, struct service_answer *answer);
