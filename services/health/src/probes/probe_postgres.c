// SPDX-License-Identifier: MIT
/* Probes the database of DATABASE_URL, over the connection that reads API keys. */
#include "base/now.h"

#include "probes/counter_rate.h"
#include "probes/probe_private.h"
#include "probes/snapshot.h"

/* Minimum age, in seconds, of a writing transaction whose role is shown in the detail. It is the
 * timeout of a statement and of an idle transaction that deploy/postgres/stack.sql sets for
 * Directus and n8n. */
enum { HELD_NOTED_S = 30 };

/* Converts a fault to a trouble. FAULT_UNAVAILABLE: the pool has no connection, because the server
 * has closed all connections or did not answer. */
static void fail_by_db_fault(struct probe_result *result, const struct fault *fault)
{
    if (fault->kind == FAULT_TIMEOUT)
        probe_fail(result, TROUBLE_TIMEOUT, "%s", "");
    else if (fault->kind == FAULT_UNAVAILABLE)
        probe_fail(result, TROUBLE_REFUSED, "%s", "");
    else
        probe_fail(result, TROUBLE_DENIED, "%s", fault->code);
}

void probe_postgres(const struct probe_tools *tools, const struct check *check, void *memory,
                    struct probe_result *result)
{
    const int64_t began_ns = now_mono_ns();
    struct counter_rate *blocks = memory;
    struct snapshot *last = tools->snapshot;
    struct postgres_stats *seen = &last->postgres;
    struct fault fault;
    _Static_assert(sizeof *blocks <= PROBE_MEMORY, "it fits");

    (void)check;
    last->postgres_known = postgres_store_read_stats(tools->service->db, seen, &fault);
    if (!last->postgres_known) {
        fail_by_db_fault(result, &fault);
        return;
    }
    probe_add_reading(result, MEASURE_latency_ms, (double)(now_mono_ns() - began_ns) / NS_PER_MS);
    probe_add_reading(result, MEASURE_connections, (double)seen->connections);
    probe_add_reading(result, MEASURE_longest_transaction_s, seen->longest_s);
    if (seen->held_s > HELD_NOTED_S)
        probe_set_detail(result, "%s", seen->holder);
    probe_add_reading(result, MEASURE_cache_hit_percent,
                      counter_rate_add_and_get_percent(blocks, now_mono_ns(), PROBE_HITS_SPAN,
                                                       (double)(seen->hits + seen->reads),
                                                       (double)seen->hits, PROBE_LOOKUPS_MIN));
}
