// SPDX-License-Identifier: MIT
#include "webhooks/webhook_feeder.h"

#include "api/service.h"
#include "base/auto.h"
#include "base/log.h"
#include "base/retry.h"

#include "webhooks/webhooks_json.h"

enum { RUN_LIMIT_MS = 20000, ROUNDS_PER_RUN = 50, ANNOUNCED_PER_RUN = 50, ARENA_MAX = 64 * 1024 };
/* Few, so that results of calls do not delay changes: the service has two connections for both. */
enum { CALLS_MAX = 8 };

static const struct retry_policy waits = {
    .jitter_percent = 50, .waits_ms = {2000, 5000, 15000, 45000, 120000, 300000, 600000}
};
const struct deliver_policy webhook_policy = {.waits = &waits,
                                              .calls_max = CALLS_MAX,
                                              .age_max_s = WEBHOOK_FAILING_MAX_S,
                                              .disable_after_s = WEBHOOK_FAILING_MAX_S,
                                              .id_is_item = true};

/* --- events --- */

struct round {
    int64_t enqueued;
    int64_t moved;
};

static bool enqueue_events(struct db *tx, void *arg, struct fault *fault)
{
    struct round *round = arg;

    return webhook_store_enqueue(tx, &round->enqueued, &round->moved, fault);
}

/* --- disabled webhooks --- */

static bool announce_disabled(struct change *change, void *arg, struct fault *fault)
{
    const struct webhook *webhook = arg;
    int64_t version;
    bool marked;

    if (!webhook_store_mark_announced(change->tx, &webhook->id, &version, &marked, fault))
        return false;
    return !marked || change_record(change, "webhook.disabled", "webhook.disable", "webhook",
                                    &webhook->id, version, &webhook_event_fields, webhook, fault);
}

static bool announce_next(struct webhook_feeder *feeder, bool *found, struct fault *fault)
{
    AUTO(arena_finish) struct arena arena = ARENA(ARENA_MAX);
    struct webhook webhook;
    char id[UUID_TEXT_LEN + 1];

    if (!webhook_store_find_disabled(feeder->service->db, &arena, &webhook, found, fault))
        return false;
    if (!*found)
        return true;
    if (!api_task(feeder->service->changes, &webhook.tenant_id, announce_disabled, &webhook, fault))
        return false;
    uuid_format(&webhook.id, id);
    LOG(LOG_WARN, "webhook_disabled", "A webhook gets no more events", log_str("webhook", id),
        log_text("reason", webhook.last_error));
    return true;
}

/* --- the task --- */

/* One transaction. `more` becomes false if nothing is left to do now. */
static bool feed_round(struct webhook_feeder *feeder, bool *more, struct fault *fault)
{
    struct round round = {0};

    if (!db_transaction(feeder->service->pool, enqueue_events, &round, fault))
        return false;
    feeder->enqueued.value += (double)round.enqueued;
    if (round.enqueued > 0)
        deliver_wake(feeder->deliver);
    *more = round.moved > 0;
    return true;
}

bool webhook_feeder_run(void *data, struct fault *fault)
{
    struct webhook_feeder *feeder = data;
    bool more;

    if (feeder->service->stopping)
        return true;
    if (!webhook_store_has_due(feeder->service->db, &more, fault))
        return false;
    if (!more)
        return true;
    for (int i = 0; more && i < ROUNDS_PER_RUN && !feeder->service->stopping; i++)
        if (!feed_round(feeder, &more, fault))
            return false;
    more = true;
    for (int i = 0; more && i < ANNOUNCED_PER_RUN; i++)
        if (!announce_next(feeder, &more, fault))
            return false;
    return true;
}

void webhook_feeder_start(struct webhook_feeder *feeder, struct service *service,
                          struct deliver *deliver)
{
    static const struct periodic_task task = {"webhooks", webhook_feeder_run, WEBHOOK_FEED_EVERY_MS,
                                              RUN_LIMIT_MS, .at_once = false};

    feeder->service = service;
    feeder->deliver = deliver;
    metric_register_counter(&feeder->enqueued, "webhook_events_total",
                            "Events that were queued for webhooks.", NULL);
    periodic_start(&feeder->task, service->loop, &task, feeder);
}

void webhook_feeder_stop(struct webhook_feeder *feeder)
{
    if (feeder->service == NULL)
        return;
    periodic_stop(&feeder->task);
    metric_unregister(&feeder->enqueued);
}
