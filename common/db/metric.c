// SPDX-License-Identifier: MIT
/* Metrics of the database. They show one pool. If a process has several pools, it is the pool
 * created last. */
#include "base/metric.h"

#include "db/pool_private.h"

static double read_up_connections(void *data);
static double count_exclusive_in_use(void *data);
static double read_outstanding_reads(void *data);
static double read_waiting_fibers(void *data);
static struct db_pool *measured;
static const enum db_role roles[] = {DB_SHARED, DB_EXCLUSIVE, DB_FLUSHER};

#define COUNTER(n, h)                                                                              \
    {                                                                                              \
        .name = n, .help = h, .type = METRIC_COUNTER                                               \
    }
#define GAUGE(n, h, l, r, d)                                                                       \
    {                                                                                              \
        .name = n, .help = h, .type = METRIC_GAUGE, .labels = l, .read = r, .data = d              \
    }
#define CONNECTIONS(label, role)                                                                   \
    GAUGE("db_connections", "Established database connections.", "pool=\"" label "\"",             \
          read_up_connections, (void *)(uintptr_t)&roles[role])

static struct metric metrics[] = {
    [DB_COUNT_RECONNECTS] = COUNTER("db_reconnects_total", "Connection attempts after the first."),
    [DB_COUNT_TRANSACTIONS] = COUNTER("db_transactions_total", "Transactions begun."),
    [DB_COUNT_FLUSHES] = COUNTER("db_flushes_total", "Group flushes of the write-ahead log."),
    CONNECTIONS("shared", DB_SHARED),
    CONNECTIONS("exclusive", DB_EXCLUSIVE),
    CONNECTIONS("flusher", DB_FLUSHER),
    GAUGE("db_connections_in_use", "Exclusive connections that a transaction has.", NULL,
          count_exclusive_in_use, NULL),
    GAUGE("db_statements_in_flight", "Statements of shared connections, queued and sent.", NULL,
          read_outstanding_reads, NULL),
    GAUGE("db_waiting", "Fibers that wait for an exclusive connection.", NULL, read_waiting_fibers,
          NULL),
};

static double read_up_connections(void *data)
{
    const enum db_role *role = data;

    return measured != NULL ? (double)db_pool_count_up_connections(measured, *role) : 0;
}

static double count_exclusive_in_use(void *data)
{
    size_t count = 0;

    (void)data;
    for (size_t i = 0; measured != NULL && i < measured->conn_count; i++)
        count += measured->conns[i].state == DB_CONN_TAKEN;
    return (double)count;
}

static double read_outstanding_reads(void *data)
{
    (void)data;
    return measured != NULL ? (double)measured->reads : 0;
}

static double read_waiting_fibers(void *data)
{
    (void)data;
    return measured != NULL ? (double)measured->exclusive_queue.count : 0;
}

void db_metric_increment(enum db_count counter)
{
    metrics[counter].value++;
}

void db_metric_start_measuring(struct db_pool *pool)
{
    measured = pool;
    metric_register_all(metrics, ARRAY_LEN(metrics));
}

void db_metric_stop_measuring(const struct db_pool *pool)
{
    if (measured == pool)
        measured = NULL;
}
