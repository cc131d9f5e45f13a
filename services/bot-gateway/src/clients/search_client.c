// SPDX-License-Identifier: MIT
#include "clients/search_client.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/metric.h"
#include "loop/loop.h"

#include "clients/answer_values_json.h"
#include "clients/search_results_json.h"

enum { LOG_MS = 60000 };

enum outcome {
    ANSWERED,
    UNUSABLE, /* unreadable, or without availability */
    REFUSED,  /* 3xx, 4xx: a key without the scopes, a wrong address */
    FAILED,   /* 429, 5xx, not connected, an open circuit */
    LATE,     /* no answer within SEARCH_TIMEOUT_MS */
    BUSY,     /* not called: SEARCH_CALLS_MAX calls are running */
    OUTCOMES
};

static const struct {
    const char *name;
    const char *label;
} outcomes[OUTCOMES] = {
    [ANSWERED] = {"answered", "outcome=\"answered\""},
    [UNUSABLE] = {"unusable", "outcome=\"unusable\""},
    [REFUSED] = {"refused",  "outcome=\"refused\"" },
    [FAILED] = {"failed",   "outcome=\"failed\""  },
    [LATE] = {"late",     "outcome=\"late\""    },
    [BUSY] = {"busy",     "outcome=\"busy\""    },
};

struct search_client {
    struct loop *loop;
    struct http_client *http;
    const char *root;
    int running;
    struct metric calls[OUTCOMES];
    struct log_limit log_limits[OUTCOMES];
};

struct search_client *search_client_create(struct loop *loop, struct work *work, const char *root,
                                           struct fault *fault)
{
    const struct http_client_options http = {.breaker_open_ms = SEARCH_OPEN_MS,
                                             .connections_per_host = SEARCH_CALLS_MAX};
    struct search_client *client = fault_calloc(sizeof *client, "search-api's client", fault);

    if (client == NULL)
        return NULL;
    client->loop = loop;
    client->root = root;
    client->http = http_client_create(loop, work, &http, fault);
    if (client->http == NULL) {
        free(client);
        return NULL;
    }
    for (int i = 0; i < OUTCOMES; i++)
        metric_register_counter(&client->calls[i], "search_calls_total",
                                "Searches of guests by search-api.", outcomes[i].label);
    return client;
}

void search_client_destroy(struct search_client *client)
{
    if (client == NULL)
        return;
    metric_unregister_all(client->calls, OUTCOMES);
    http_client_destroy(client->http);
    free(client);
}

/* --- outcomes --- */

static void count_and_log_outcome(struct search_client *client, enum outcome outcome,
                                  const struct fault *why, long status)
{
    client->calls[outcome].value++;
    if (outcome == ANSWERED ||
        log_limit_count(&client->log_limits[outcome], loop_now_ns(client->loop), LOG_MS) == 0)
        return;
    LOG(LOG_WARN, "search_not_answered", "A guest's search is done without search-api",
        log_str("outcome", outcomes[outcome].name), log_str("code", why->code),
        log_int("status", status));
}

/* --- the call --- */

static bool send_request(const struct search_client *client, const struct booking_call *call,
                         struct arena *arena, struct http_answer *reply, struct fault *fault)
{
    const struct slice url =
        arena_printf(arena, "%s%.*s", client->root, SLICE_ARG(call->call->path));
    const struct slice key = arena_printf(arena, "X-API-Key: %s", call->key);
    const struct slice name = arena_printf(arena, "X-Request-Id: %.*s", SLICE_ARG(call->name));
    const char *const headers[] = {key.at, name.at, "Content-Type: application/json", NULL};
    const struct http_call request = {.method = call->call->method,
                                      .url = url.at,
                                      .headers = headers,
                                      .body = call->call->body,
                                      .timeout_ms = SEARCH_TIMEOUT_MS,
                                      .answer_max = SEARCH_ANSWER_MAX,
                                      .tries = 1,
                                      .allow_private = true,
                                      .allow_plain = true};

    if (url.at == NULL || key.at == NULL || name.at == NULL)
        return arena_fault(fault);
    return http_client_call(client->http, &request, arena, reply, fault);
}

static enum outcome classify_reply(const struct http_answer *reply, struct arena *arena,
                                   struct fault *fault)
{
    struct stay_search_results results;
    const struct arena_mark mark = arena_mark(arena);

    if (reply->status == 429 || reply->status >= 500)
        return FAILED;
    if (reply->status != 200) {
        if (slice_is(answer_read_problem_code(reply->body, arena), "scope_missing"))
            fault->code = "scope_missing";
        return REFUSED;
    }
    const bool good = stay_read_search_results(reply->body, arena, &results, fault);
    arena_put_back(arena, &mark); /* the dialogue step decodes the reply again */
    return good ? ANSWERED : UNUSABLE;
}

void search_client_ask(struct search_client *client, const struct booking_call *call,
                       struct arena *arena, struct service_answer *answer)
{
    struct http_answer reply = {.status = 0};
    struct fault why = {.code = ""};
    enum outcome outcome = BUSY;

    if (client->running < SEARCH_CALLS_MAX) {
        client->running++;
        if (send_request(client, call, arena, &reply, &why))
            outcome = classify_reply(&reply, arena, &why);
        else
            outcome = why.kind == FAULT_TIMEOUT ? LATE : FAILED;
        client->running--;
    }
    count_and_log_outcome(client, outcome, &why, reply.status);
    *answer = outcome == ANSWERED ? (struct service_answer){200, reply.body}
                                  : (struct service_answer){0, SLICE("")};
}
