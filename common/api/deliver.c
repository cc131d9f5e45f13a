// SPDX-License-Identifier: MIT
#include "api/deliver.h"

#include <stdlib.h>

#include "api/deliver_private.h"
#include "base/auto.h"
#include "base/log.h"
#include "db/batches.h"

enum {
    ROUND_MS = 10000,
    SWEEP_EVERY_MS = 10000,
    SWEEP_MS = 20000,
    CALL_ARENA_MAX = DELIVER_BODY_MAX + 128 * 1024,
    STORE_TRIES_MAX = 40,
    NAMES_WAITING_MAX = 64
};

/* --- a round --- */

struct round {
    struct deliver_capacity capacity;
    struct db_rows rows;
};

static void round_finish(struct round *round)
{
    db_rows_finish(&round->rows);
}

static struct deliver_capacity compute_free_capacity(const struct deliver *deliver)
{
    const int64_t calls_max =
        deliver->policy->calls_max > 0 ? deliver->policy->calls_max : DELIVER_CALLS_MAX;
    struct deliver_capacity capacity = {.lease = uuid_make(),
                                        .calls = calls_max,
                                        .failing = calls_max / 2,
                                        .bytes = DELIVER_BYTES_MAX,
                                        .id_is_item = deliver->policy->id_is_item};
    const struct queue_call *base;

    LIST_FOREACH (base, &deliver->queue.calls, next) {
        const struct deliver_call *call = (const struct deliver_call *)base;
        capacity.running[capacity.running_count++] = db_uuid(&call->receiver_id);
        capacity.calls--;
        capacity.failing -= call->failing;
        capacity.bytes -= call->body_len;
    }
    return capacity;
}

static bool lease_due_items(struct db *tx, void *arg, struct fault *fault)
{
    struct round *round = arg;

    db_rows_finish(&round->rows);
    return deliver_store_lease_due(tx, &round->capacity, &round->rows, fault);
}

/* Starts the call of a row that the round has taken. If that fails, the item is taken again after
 * its lease. */
static bool start_call(struct deliver *deliver, const struct round *round, int row,
                       struct fault *fault)
{
    struct deliver_call *call = queue_call_create(&deliver->queue, sizeof *call, fault);

    if (call == NULL)
        return false;
    call->lease = round->capacity.lease;
    if (deliver_store_read_call(&round->rows, row, call, fault) &&
        queue_call_start(&call->base, fault))
        return true;
    queue_call_free(&call->base);
    return false;
}

static bool run_round(void *data, struct fault *fault)
{
    struct deliver *deliver = data;
    const struct service *service = deliver->options.service;
    AUTO(round_finish) struct round round = {.capacity = compute_free_capacity(deliver)};
    bool due, ok = true;

    if (service->stopping || round.capacity.calls <= 0 || round.capacity.bytes <= 0)
        return true;
    if (!deliver_store_has_due(service->db, &due, fault))
        return false;
    if (!due)
        return true;
    if (!db_transaction(service->pool, lease_due_items, &round, fault))
        return false;
    for (int row = 0; row < round.rows.count; row++)
        ok = start_call(deliver, &round, row, fault) && ok;
    return ok;
}

/* --- cleanup --- */

struct expiry {
    const struct deliver_policy *policy;
    int64_t count; /* of items or receivers */
};

static bool expire_items(struct db *tx, void *arg, struct fault *fault)
{
    struct expiry *expiry = arg;

    return deliver_store_mark_expired_dead(tx, expiry->policy->age_max_s, &expiry->count, fault);
}

static bool disable_failing_receivers(struct db *tx, void *arg, struct fault *fault)
{
    struct expiry *expiry = arg;

    return deliver_store_disable_failing(tx, expiry->policy->disable_after_s, &expiry->count,
                                         fault);
}

static bool disable_receivers_if_policy(const struct deliver *deliver, struct fault *fault)
{
    struct expiry expiry = {.policy = deliver->policy};

    if (expiry.policy->disable_after_s == 0)
        return true;
    if (!db_transaction(deliver->options.service->pool, disable_failing_receivers, &expiry, fault))
        return false;
    if (expiry.count > 0)
        LOG(LOG_WARN, "receivers_disabled", "Receivers have failed for too long",
            log_int("count", expiry.count));
    return true;
}

static bool clean_up_items(void *data, struct fault *fault)
{
    struct deliver *deliver = data;
    const struct service *service = deliver->options.service;
    struct expiry expiry = {.policy = deliver->policy};

    if (!deliver_store_read_oldest_age(service->db, &deliver->queue.oldest.value, fault) ||
        !disable_receivers_if_policy(deliver, fault))
        return false;
    do {
        if (!db_transaction(service->pool, expire_items, &expiry, fault))
            return false;
        deliver->queue.counters[DELIVER_COUNT_DEAD].value += (double)expiry.count;
    } while (expiry.count > 0 && !service->stopping);
    return db_batches_run(service->pool, &deliver_store_delete_old, DELIVER_SWEEP_MAX, fault);
}

/* --- start and stop --- */

static const struct queue_kind kind = {
    .round = {"deliveries",      run_round, DELIVER_POLL_MS,       ROUND_MS, .at_once = false},
    .cleanup = {"deliveries swept", clean_up_items,          SWEEP_EVERY_MS,              SWEEP_MS, .at_once = true},
    .call = "delivery",
    .run = deliver_run_call,
    .arena_max = CALL_ARENA_MAX,
    .unstored = "delivery_not_stored",
    .store_tries = STORE_TRIES_MAX,
    .counter = "deliveries_total",
    .counter_help = "Calls of receivers that succeeded and failed, and deliveries given up.",
    .labels = {[DELIVER_COUNT_DELIVERED] = "outcome=\"delivered\"",
              [DELIVER_COUNT_FAILED] = "outcome=\"failed\"",
              [DELIVER_COUNT_DEAD] = "outcome=\"dead\""},
    .oldest = "delivery_oldest_seconds",
    .oldest_help = "How long the oldest delivery waits.",
};

struct deliver *deliver_start(const struct deliver_options *options, struct fault *fault)
{
    /* All receivers may be on one host, and a receiver that hangs must not block connections to
     * other receivers. */
    const struct http_client_options http = {.connections_per_host = DELIVER_CALLS_MAX};
    struct service *service = options->service;
    struct deliver *deliver = fault_calloc(sizeof *deliver, "deliveries", fault);

    if (deliver == NULL)
        return NULL;
    deliver->options = *options;
    deliver->policy = options->policy != NULL ? options->policy : &deliver_default_policy;
    deliver->names = work_create(service->loop, 1, NAMES_WAITING_MAX, fault);
    if (deliver->names != NULL)
        deliver->http = http_client_create(service->loop, deliver->names, &http, fault);
    if (deliver->http == NULL) {
        work_destroy(deliver->names);
        free(deliver);
        return NULL;
    }
    queue_start(&deliver->queue, &kind, service);
    return deliver;
}

void deliver_wake(struct deliver *deliver)
{
    queue_wake(deliver);
}

void deliver_stop(struct deliver *deliver)
{
    if (deliver == NULL)
        return;
    if (!queue_stop(&deliver->queue)) {
        LOG(LOG_WARN, "deliveries_under_way", "Deliveries did not end in time to be stopped",
            log_int("calls", (int64_t)deliver->queue.call_count));
        return;
    }
    http_client_destroy(deliver->http);
    work_destroy(deliver->names);
    free(deliver);
}
