// SPDX-License-Identifier: MIT
#include "clients/ai_client.h"

#include <stdlib.h>

#include "base/auto.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/now.h"
#include "loop/loop.h"

#include "clients/ai_json.h"
#include "clients/ai_store.h"

enum { REQUEST_MAX = 16 * 1024, LOG_MS = 60000 };

enum outcome {
    UNDERSTOOD,  /* the answer has criteria */
    EMPTY,       /* the answer is valid, but has no criteria */
    UNUSABLE,    /* unreadable, or not of the schema */
    REFUSED,     /* 3xx, 4xx: a wrong key, model or address */
    THROTTLED,   /* 429 */
    FAILED,      /* 5xx, not connected, an open circuit */
    LATE,        /* no answer within the timeout */
    BUSY,        /* not called: too many calls are running */
    OVER_BUDGET, /* not called: the calls of the day of all, of the tenant or person are used up */
    OUTCOMES
};

static const struct {
    const char *name;
    const char *label;
} outcomes[OUTCOMES] = {
    [UNDERSTOOD] = {"understood",  "outcome=\"understood\"" },
    [EMPTY] = {"empty",       "outcome=\"empty\""      },
    [UNUSABLE] = {"unusable",    "outcome=\"unusable\""   },
    [REFUSED] = {"refused",     "outcome=\"refused\""    },
    [THROTTLED] = {"throttled",   "outcome=\"throttled\""  },
    [FAILED] = {"failed",      "outcome=\"failed\""     },
    [LATE] = {"late",        "outcome=\"late\""       },
    [BUSY] = {"busy",        "outcome=\"busy\""       },
    [OVER_BUDGET] = {"over_budget", "outcome=\"over_budget\""},
};

/* The calls that a person has caused on a day. */
struct person {
    int64_t user_id;
    int64_t day; /* days since 1970, UTC */
    int calls;
};

struct ai_client {
    const struct gateway_app *app;
    struct uuid running[AI_CALLS_MAX]; /* tenants of the running calls, unordered */
    int running_count;
    struct person people[AI_PEOPLE_MAX]; /* at the index of the id modulo AI_PEOPLE_MAX */
    struct metric calls[OUTCOMES];
    struct log_limit log_limits[OUTCOMES];
};

struct ai_client *ai_client_create(const struct gateway_app *app, struct fault *fault)
{
    struct ai_client *client = fault_calloc(sizeof *client, "the AI", fault);

    if (client == NULL)
        return NULL;
    client->app = app;
    for (int i = 0; i < OUTCOMES; i++)
        metric_register_counter(&client->calls[i], "ai_calls_total",
                                "Texts that the AI was to understand.", outcomes[i].label);
    return client;
}

void ai_client_destroy(struct ai_client *client)
{
    if (client == NULL)
        return;
    metric_unregister_all(client->calls, OUTCOMES);
    free(client);
}

/* --- outcomes --- */

static void count_and_log_outcome(struct ai_client *client, enum outcome outcome,
                                  const struct fault *why, long status)
{
    struct log_limit *limit = &client->log_limits[outcome];

    client->calls[outcome].value++;
    if (outcome == UNDERSTOOD || outcome == EMPTY ||
        log_limit_count(limit, loop_now_ns(client->app->service->loop), LOG_MS) == 0)
        return;
    LOG(LOG_WARN, "ai_not_understood", "A guest is answered without the AI",
        log_str("outcome", outcomes[outcome].name), log_str("code", why->code),
        log_int("status", status));
}

/* --- limits --- */

/* Slow calls of one tenant cannot use up the calls of the others. */
static bool start_call(struct ai_client *client, const struct uuid *tenant_id)
{
    bool is_free = client->running_count < AI_CALLS_MAX;

    if (client->running_count >= AI_CALLS_MAX - AI_CALLS_SPARE)
        for (int i = 0; i < client->running_count; i++)
            is_free = is_free && !uuid_equal(&client->running[i], tenant_id);
    if (is_free)
        client->running[client->running_count++] = *tenant_id;
    return is_free;
}

static void end_call(struct ai_client *client, const struct uuid *tenant_id)
{
    int i = 0;

    while (!uuid_equal(&client->running[i], tenant_id))
        i++;
    client->running[i] = client->running[--client->running_count];
}

static bool count_call_of_person(struct ai_client *client, int64_t user_id)
{
    const int64_t day = now_wall_us() / (24 * 3600 * US_PER_S);
    struct person *person = &client->people[(uint64_t)user_id % AI_PEOPLE_MAX];

    if (person->user_id != user_id || person->day != day)
        *person = (struct person){user_id, day, 0};
    return person->calls++ < AI_PERSON_CALLS_MAX;
}

/* --- the call --- */

static bool send_request(const struct ai_client *client, const struct service_call *call,
                         struct arena *arena, struct http_answer *reply, struct fault *fault)
{
    const struct gateway_config *config = client->app->config;
    const struct slice url = arena_printf(arena, "%s%.*s", config->ai_url, SLICE_ARG(call->path)),
                       key = arena_printf(arena, "Authorization: Bearer %s", config->ai_key);
    const char *const headers[] = {"Content-Type: application/json",
                                   config->ai_key[0] != '\0' ? key.at : NULL, NULL};
    AUTO(buf_finish) struct buf body = BUF(REQUEST_MAX);

    ai_request_write(config->ai_model, call->body, &body);
    if (url.at == NULL || key.at == NULL)
        return arena_fault(fault);
    if (!buf_ok(&body, fault))
        return false;
    const struct http_call request = {.method = call->method,
                                      .url = url.at,
                                      .headers = headers,
                                      .body = buf_as_slice(&body),
                                      .timeout_ms = config->ai_timeout_ms,
                                      .answer_max = AI_ANSWER_MAX,
                                      .tries = 1,
                                      .allow_private = true,
                                      .allow_plain = true};
    return http_client_call(client->app->turns_http, &request, arena, reply, fault);
}

static enum outcome classify_reply(const struct http_answer *reply, struct arena *arena,
                                   struct slice *content, struct fault *fault)
{
    struct ai_intent intent;

    if (reply->status == 429)
        return THROTTLED;
    if (reply->status >= 500)
        return FAILED;
    if (reply->status < 200 || reply->status >= 300)
        return REFUSED;
    if (!ai_reply_read_content(reply->body, arena, content, fault) ||
        !ai_intent_read(*content, arena, &intent, fault))
        return UNUSABLE;
    return ai_intent_is_empty(&intent) ? EMPTY : UNDERSTOOD;
}

static enum outcome ask_model_within_budget(struct ai_client *client, const struct ai_asker *asker,
                                            const struct service_call *call, struct arena *arena,
                                            struct slice *content, long *status,
                                            struct fault *fault)
{
    struct http_answer reply = {.status = 0};
    bool granted;

    if (!count_call_of_person(client, asker->user_id))
        return OVER_BUDGET;
    if (!ai_store_count_call(client->app->service->pool, &asker->tenant_id,
                             client->app->config->ai_daily_calls, &granted, fault))
        return FAILED;
    if (!granted)
        return OVER_BUDGET;
    if (!send_request(client, call, arena, &reply, fault))
        return fault->kind == FAULT_TIMEOUT ? LATE : FAILED;
    *status = reply.status;
    return classify_reply(&reply, arena, content, fault);
}

void ai_client_ask(struct ai_client *client, const struct ai_asker *asker,
                   const struct service_call *call, struct arena *arena,
                   struct service_answer *answer)
{
    struct fault why = {.code = ""};
    struct slice content = SLICE("");
    enum outcome outcome = BUSY;
    long status = 0;

    if (start_call(client, &asker->tenant_id)) {
        outcome = ask_model_within_budget(client, asker, call, arena, &content, &status, &why);
        end_call(client, &asker->tenant_id);
    }
    count_and_log_outcome(client, outcome, &why, status);
    *answer = outcome == UNDERSTOOD ? (struct service_answer){200, content}
                                    : (struct service_answer){0, SLICE("")};
}
