// SPDX-License-Identifier: MIT
/* Asks an OpenAI-compatible endpoint what a guest means whom the rules of phrases/ do not
 * understand. What comes back is a wish (stay_intent.h) and nothing else. Whoever asks need not
 * know whether there is such an endpoint, whether it answers, or whether its budget is used up:
 * all of that reads as "nothing understood".
 *
 * One try within AI_TIMEOUT, AI_CALLS_MAX at once in a process, AI_DAILY_CALLS a day over all
 * copies. The circuit breaker is that of http/client.h. ai_calls_total counts by outcome; the log
 * names each other outcome than an understood one once a minute, and never a word of the guest. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"
#include "db/db.h"
#include "http/client.h"

#include "clients/service_call.h"

enum {
    AI_CALLS_MAX = 4, /* fewer than TURN_RUNNER_CALLS_MAX: a slow AI leaves room for other turns */
    AI_TIMEOUT_MAX_MS = 5000,
    AI_ANSWER_MAX = 64 * 1024
};

/* Borrowed for the client's life. */
struct ai_options {
    struct loop *loop;
    struct db_pool *pool;
    struct http_client *http;
    const char *url;     /* "https://host/v1", without a '/' at its end */
    const char *model;   /* as the endpoint calls it */
    const char *key;     /* "": none is sent */
    int64_t timeout_ms;  /* of a call, AI_TIMEOUT_MAX_MS at most */
    int64_t daily_calls; /* 1 or more */
};

struct ai_client;
/* Returns new. */
struct ai_client *ai_client_create(const struct ai_options *options, struct fault *fault);
void ai_client_destroy(struct ai_client *client); /* takes NULL; no call is under way */

/* In a fiber, outside of transactions. `call` is of SERVICE_AI. The answer is 200 with what
 * ai_intent_read() takes and says something, in the arena; or 0 with "". */
void ai_client_ask(struct ai_client *client, const struct service_call *call, struct arena *arena,
                   struct service_answer *answer);
