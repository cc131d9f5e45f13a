// SPDX-License-Identifier: MIT
#include "clients/search_client.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/metric.h"
#include "base/now.h"
#include "loop/loop.h"

#include "clients/problem_json.h"
#include "clients/search_results_json.h"

enum { TELL_AGAIN_MS = 60000 };

enum outcome {
    ANSWERED,
    UNUSABLE, /* no answer that can be read, or none that tells whether the flats are free */
    REFUSED,  /* 3xx, 4xx: a key without the scopes, a wrong address */
    FAILED,   /* 429, 5xx, not connected, an open circuit */
    LATE,
    BUSY, /* SEARCH_CALLS_MAX are under way */
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
    int under_way;
    struct metric calls[OUTCOMES];
    int64_t told_ns[OUTCOMES]; /* in the log; 0: never */
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
        client->calls[i] =
            (struct metric){.name = "search_calls_total",
                            .help = "Wishes of guests that search-api was asked for.",
                            .labels = outcomes[i].label};
    metric_register_all(client->calls, OUTCOMES);
    return client;
}

void search_client_destroy(struct search_client *client)
{
    if (client == NULL)
        return;
    for (int i = 0; i < OUTCOMES; i++)
        metric_unregister(&client->calls[i]);
    http_client_destroy(client->http);
    free(client);
}

/* --- how it ends --- */

static void tell(struct search_client *client, enum outcome outcome, const struct fault *why,
                 long status)
{
    const int64_t now_ns = loop_now_ns(client->loop);
    int64_t *told_ns = &client->told_ns[outcome];

    client->calls[outcome].value++;
    if (outcome == ANSWERED || (*told_ns != 0 && now_ns - *told_ns < TELL_AGAIN_MS * NS_PER_MS))
        return;
    *told_ns = now_ns;
    LOG(LOG_WARN, "search_not_answered", "A guest's wish is looked for without search-api",
        log_str("outcome", outcomes[outcome].name), log_str("code", why->code),
        log_int("status", status));
}

/* --- a call --- */

static bool call_out(const struct search_client *client, const struct booking_call *call,
                     struct arena *arena, struct http_answer *said, struct fault *fault)
{
    const struct slice url =
        arena_printf(arena, "%s%.*s", client->root, SLICE_ARG(call->call->path));
    const struct slice key = arena_printf(arena, "X-API-Key: %s", call->key);
    const struct slice name = arena_printf(arena, "X-Request-Id: %.*s", SLICE_ARG(call->name));
    const char *const headers[] = {key.at, name.at, "Content-Type: application/json", NULL};
    const struct http_call made = {.method = call->call->method,
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
    return http_client_call(client->http, &made, arena, said, fault);
}

static enum outcome judge(const struct http_answer *said, struct arena *arena, struct fault *fault)
{
    struct stay_search_results sought;
    const struct arena_mark mark = arena_mark(arena);

    if (said->status == 429 || said->status >= 500)
        return FAILED;
    if (said->status != 200) {
        if (slice_is(problem_code_read(said->body, arena), "scope_missing"))
            fault->code = "scope_missing";
        return REFUSED;
    }
    const bool good = stay_read_search_results(said->body, arena, &sought, fault);
    arena_put_back(arena, &mark); /* the step reads it anew */
    return good ? ANSWERED : UNUSABLE;
}

static enum outcome ask(const struct search_client *client, const struct booking_call *call,
                        struct arena *arena, struct http_answer *said, struct fault *fault)
{
    if (!call_out(client, call, arena, said, fault))
        return fault->kind == FAULT_TIMEOUT ? LATE : FAILED;
    return judge(said, arena, fault);
}

void search_client_ask(struct search_client *client, const struct booking_call *call,
                       struct arena *arena, struct service_answer *answer)
{
    struct http_answer said = {.status = 0};
    struct fault why = {.code = ""};
    enum outcome outcome = BUSY;

    if (client->under_way < SEARCH_CALLS_MAX) {
        client->under_way++;
        outcome = ask(client, call, arena, &said, &why);
        client->under_way--;
    }
    tell(client, outcome, &why, said.status);
    *answer = outcome == ANSWERED ? (struct service_answer){200, said.body}
                                  : (struct service_answer){0, SLICE("")};
}
