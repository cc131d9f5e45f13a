// SPDX-License-Identifier: MIT
#include "api/deliver.h"

#include <stdlib.h>

#include "api/deliver_private.h"
#include "base/auto.h"
#include "base/log.h"
#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

enum {
    ROUND_MS = 10000,
    SWEEP_EVERY_MS = 10000,
    SWEEP_MS = 20000,
    FAILING_MAX = DELIVER_CALLS_MAX / 2, /* so that working receivers always get calls */
    STOP_POLL_MS = 5
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

static bool take(struct db *tx, void *arg, struct fault *fault)
{
    struct round *round = arg;

    db_rows_finish(&round->rows);
    return deliver_store_take(tx, &round->capacity, &round->rows, fault);
}

static struct deliver_capacity capacity_of(const struct deliver *deliver)
{
    const int64_t calls = DELIVER_CALLS_MAX - deliver->in_flight_count;
    const int64_t failing = FAILING_MAX - deliver->in_flight_failing;
    const int64_t bytes = DELIVER_BYTES_MAX - deliver->in_flight_bytes;

    return (struct deliver_capacity){.lease = uuid_make(),
                                     .calls = calls,
                                     .failing = failing > 0 ? failing : 0,
                                     .bytes = bytes > 0 ? bytes : 0,
                                     .any_size = deliver->in_flight_count == 0};
}

static bool run_round(void *data, struct fault *fault)
{
    struct deliver *deliver = data;
    const struct service *service = deliver->options.service;
    AUTO(round_finish) struct round round = {.capacity = capacity_of(deliver)};
    int64_t wait_ms;

    if (service->stopping || round.capacity.calls <= 0)
        return true;
    if (!deliver_store_due(service->db, &wait_ms, fault))
        return false;
    if (wait_ms == FIELD_ABSENT || wait_ms > 0) {
        if (wait_ms != FIELD_ABSENT && wait_ms < DELIVER_POLL_MS)
            periodic_soon(&deliver->rounds, wait_ms);
        return true;
    }
    if (!db_transaction(service->pool, take, &round, fault))
        return false;
    for (int row = 0; row < round.rows.count; row++) {
        struct deliver_call call;
        deliver_store_call(&round.rows, row, &call);
        deliver_start_call(deliver, &call, &round.capacity.lease);
    }
    if (round.rows.count > 0)
        deliver_wake(deliver);
    return true;
}

void deliver_wake(void *deliver)
{
    if (deliver != NULL)
        periodic_soon(&((struct deliver *)deliver)->rounds, 0);
}

/* --- the sweep --- */

typedef bool batch_fn(struct db *tx, int64_t *count, struct fault *fault);

struct batch {
    batch_fn *run;
    int64_t count;
};

static bool run_batch(struct db *tx, void *arg, struct fault *fault)
{
    struct batch *batch = arg;

    return batch->run(tx, &batch->count, fault);
}

static bool run_batches(struct deliver *deliver, batch_fn *run, struct metric *counter,
                        struct fault *fault)
{
    struct batch batch = {.run = run};

    do {
        if (!db_transaction(deliver->options.service->pool, run_batch, &batch, fault))
            return false;
        if (counter != NULL)
            counter->value += (double)batch.count;
    } while (batch.count > 0 && !deliver->options.service->stopping);
    return true;
}

static bool sweep(void *data, struct fault *fault)
{
    struct deliver *deliver = data;
    struct deliver_backlog left;

    if (!deliver_store_backlog(deliver->options.service->db, &left, fault))
        return false;
    deliver->oldest_s = left.oldest_s;
    return !left.over || (run_batches(deliver, deliver_store_end,
                                      &deliver->counters[DELIVER_COUNT_DEAD], fault) &&
                          run_batches(deliver, deliver_store_purge, NULL, fault));
}

/* --- start and stop --- */

static double read_oldest(void *data)
{
    return ((const struct deliver *)data)->oldest_s;
}

static void register_metrics(struct deliver *deliver)
{
    static const char *const labels[DELIVER_COUNTS] = {
        [DELIVER_COUNT_DELIVERED] = "outcome=\"delivered\"",
        [DELIVER_COUNT_FAILED] = "outcome=\"failed\"",
        [DELIVER_COUNT_DEAD] = "outcome=\"dead\"",
    };

    for (int i = 0; i < DELIVER_COUNTS; i++)
        deliver->counters[i] = (struct metric){
            .name = "deliveries_total",
            .help = "Calls of receivers that succeeded and failed, and deliveries given up.",
            .labels = labels[i]};
    deliver->oldest = (struct metric){.name = "delivery_oldest_seconds",
                                      .help = "How long the oldest delivery waits.",
                                      .type = METRIC_GAUGE,
                                      .read = read_oldest,
                                      .data = deliver};
    metric_register_all(deliver->counters, DELIVER_COUNTS);
    metric_register(&deliver->oldest);
}

static bool begin(struct deliver *deliver, struct fault *fault)
{
    /* All receivers may be on one host, and a hanging one must not block the connections of others.
     */
    const struct http_client_options http = {.connections_per_host = DELIVER_CALLS_MAX};
    static const struct periodic_task rounds = {"deliveries", run_round, DELIVER_POLL_MS, ROUND_MS,
                                                .at_once = false};
    static const struct periodic_task sweeps = {"deliveries swept", sweep, SWEEP_EVERY_MS, SWEEP_MS,
                                                .at_once = true};
    struct service *service = deliver->options.service;

    deliver->http = http_client_create(service->loop, service->work, &http, fault);
    if (deliver->http == NULL)
        return false;
    periodic_start(&deliver->rounds, service->loop, &rounds, deliver);
    periodic_start(&deliver->sweeps, service->loop, &sweeps, deliver);
    return true;
}

struct deliver *deliver_start(const struct deliver_options *options, struct fault *fault)
{
    struct deliver *deliver = fault_calloc(sizeof *deliver, "deliveries", fault);

    if (deliver == NULL)
        return NULL;
    deliver->options = *options;
    register_metrics(deliver);
    if (begin(deliver, fault))
        return deliver;
    deliver_stop(deliver);
    return NULL;
}

static void wait_for_calls(const struct deliver *deliver)
{
    struct fault ignored;

    while (deliver->in_flight_count > 0 && fiber_current() != NULL &&
           fiber_sleep(STOP_POLL_MS * NS_PER_MS, &ignored))
        continue;
}

void deliver_stop(struct deliver *deliver)
{
    if (deliver == NULL)
        return;
    periodic_stop(&deliver->rounds);
    wait_for_calls(deliver);
    if (deliver->in_flight_count > 0) {
        LOG(LOG_WARN, "deliveries_under_way", "Deliveries did not end in time to be stopped",
            log_int("calls", deliver->in_flight_count));
        return;
    }
    periodic_stop(&deliver->sweeps);
    metric_unregister_all(deliver->counters, DELIVER_COUNTS);
    metric_unregister(&deliver->oldest);
    http_client_destroy(deliver->http);
    free(deliver);
}
