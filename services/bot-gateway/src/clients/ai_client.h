// SPDX-License-Identifier: MIT
/* Client of an OpenAI-compatible endpoint. It parses messages of guests that the rules of phrases/
 * do not understand; the result is search criteria (ai_json.h) and nothing else. Callers
 * need not know whether the endpoint is configured, answers or has budget left: every failure reads
 * as "nothing understood".
 *
 * A call is tried once and takes at most AI_TIMEOUT. A process makes at most AI_CALLS_MAX calls at
 * once, all instances together AI_DAILY_CALLS a day. A part of both is for tenants that make no
 * other call or few (ai_store.h). A person may cause AI_PERSON_CALLS_MAX calls a day in a process;
 * of two persons whose ids are equal modulo AI_PEOPLE_MAX it may forget the calls of one.
 * http/client.h has the circuit breaker.
 * ai_calls_total counts calls by outcome; each outcome other than "understood" is logged at most
 * once a minute, without the guest's text. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"

#include "app.h"
#include "clients/service_call.h"

enum {
    /* Simultaneous calls. Fewer than TURN_RUNNER_CALLS_MAX: a slow AI must not use up all calls. */
    AI_CALLS_MAX = 5,
    AI_CALLS_SPARE = 1,       /* of them: only for a tenant without another call */
    AI_PERSON_CALLS_MAX = 20, /* calls of a person in a day (UTC) */
    AI_PEOPLE_MAX = 1024,
    AI_ANSWER_MAX = 64 * 1024
};

/* Returns a new client, which calls by app->turns_http; NULL: `fault` is set. */
struct ai_client *ai_client_create(const struct gateway_app *app, struct fault *fault);
void ai_client_destroy(struct ai_client *client); /* takes NULL; no call may be running */

/* The person whose text the model parses. */
struct ai_asker {
    struct uuid tenant_id;
    int64_t user_id; /* the person's id at Telegram */
};

/* Asks the model. Must be called in a fiber, outside of transactions; `call->service` is
 * SERVICE_AI. The answer is in the arena: status 200 with JSON for ai_intent_read() that has
 * criteria, or status 0 with an empty body. */
void ai_client_ask(struct ai_client *client, const struct ai_asker *asker,
                   const struct service_call *call, struct arena *arena,
                   struct service_answer *answer);
