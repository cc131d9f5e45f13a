// SPDX-License-Identifier: MIT
/* Updates readiness. Every second a query is sent to PostgreSQL in its own fiber, so that a frozen
 * server is detected too, not only a closed connection. The schema is checked until it fits. The
 * pool reports whether PostgreSQL accepts changes, the cache whether Redis answers. The same timer
 * flushes the log, so that no line waits longer than a second. Once the instance is ready,
 * old replies of Idempotency-Keys are deleted. */
#include <stdio.h>

#include "api/service_private.h"
#include "base/log.h"
#include "base/now.h"
#include "loop/fiber.h"

enum { TICK_MS = 1000, PROBE_MS = 900 };

static void report_part_state(struct service_run *run, size_t part, bool is_well)
{
    ready_report(&run->ready, part, is_well, loop_now_ns(run->service.loop));
}

/* Deletes expired replies of Idempotency-Keys, every minute from the time the instance is ready. */
static bool delete_old_idempotency_replies(void *data, struct fault *fault)
{
    const struct service_run *run = data;

    return api_changes_delete_old_replies(run->service.changes, fault);
}

static void complete_start_when_ready(struct service_run *run)
{
    static const struct periodic_task sweep = {"answers", delete_old_idempotency_replies, 60000,
                                               20000, .at_once = true};

    if (run->was_ready || !ready_is_ready(&run->ready, loop_now_ns(run->service.loop)))
        return;
    run->was_ready = true;
    if (run->definition->stays_ready) {
        ready_set_pausing(&run->ready, run->postgres, true);
        ready_set_pausing(&run->ready, run->writes, true);
    }
    LOG(LOG_INFO, "ready", "Ready for requests",
        log_int("start_ms", (now_mono_ns() - run->started_ns) / NS_PER_MS));
    if (run->service.changes != NULL)
        periodic_start(&run->sweep, run->service.loop, &sweep, run);
}

static void stop_for_incompatible_schema(struct service_run *run, const char *reason)
{
    LOG(LOG_ERROR, "schema_incompatible", "The database is ahead of what this version can serve",
        log_str("version", service_version()), log_str("reason", reason));
    run->exit_code = EXIT_SCHEMA;
    loop_stop(run->service.loop);
}

/* Logs why the schema does not fit. The check runs every second, but each reason is logged once. */
static void log_schema_mismatch(struct service_run *run, const char *reason)
{
    if (strcmp(run->schema_reason, reason) == 0)
        return;
    snprintf(run->schema_reason, sizeof run->schema_reason, "%s", reason);
    LOG(LOG_WARN, "schema_not_fit", "Not ready before the database's schema fits",
        log_str("reason", reason));
}

static bool check_schema(struct service_run *run, struct fault *fault)
{
    struct db_schema schema;

    if (!db_schema_check(run->service.db, run->sets, run->set_count, &schema, fault))
        return false;
    if (schema.state == DB_SCHEMA_INCOMPATIBLE)
        stop_for_incompatible_schema(run, schema.reason);
    else if (schema.state == DB_SCHEMA_BEHIND)
        log_schema_mismatch(run, schema.reason);
    run->schema_fits = schema.state == DB_SCHEMA_FITS;
    report_part_state(run, run->schema, run->schema_fits);
    return true;
}

static bool ping_database(struct service_run *run, struct fault *fault)
{
    static const struct db_statement sql = {.name = "ping", .sql = "SELECT 1"};

    return db_query(run->service.db, &sql, DB_NO_VALUES, NULL, fault);
}

/* Reports whether the database accepts changes. While it is read-only, the instance is not ready,
 * because mutating requests would fail: after a failover another one may reach the new primary. A
 * full disk is the same for all instances, which stay ready to serve reads. */
static void check_accepts_changes(struct service_run *run)
{
    const bool writable = db_accepts_changes(run->service.pool);
    const bool well = writable && db_has_storage(run->service.pool);

    if (!well && run->ready.parts[run->writes].well)
        LOG(LOG_ERROR, writable ? "storage_full" : "database_read_only",
            "The database takes no changes", log_str("part", "writes"));
    if (!run->definition->stays_ready && !well)
        ready_set_pausing(&run->ready, run->writes, writable);
    report_part_state(run, run->writes, well);
}

static void probe_database(void *data)
{
    struct service_run *run = data;
    struct fault fault;
    bool well = run->schema_fits ? ping_database(run, &fault) : check_schema(run, &fault);

    report_part_state(run, run->postgres, well);
    if (run->definition->needs == NEEDS_DATABASE)
        check_accepts_changes(run);
    run->probing = false;
    complete_start_when_ready(run);
}

static void check_parts(struct service_run *run)
{
    struct fault fault;

    report_part_state(run, run->redis, cache_is_usable(run->service.cache));
    complete_start_when_ready(run);
    if (run->probing)
        return;
    run->probing = true;
    if (!fiber_start(run->service.loop, probe_database, run,
                     loop_now_ns(run->service.loop) + PROBE_MS * NS_PER_MS, "readiness", &fault))
        run->probing = false;
}

static void on_tick(void *data)
{
    struct service_run *run = data;

    log_flush();
    check_parts(run);
    (void)!loop_timer_start(run->service.loop, &run->tick,
                            loop_now_ns(run->service.loop) + TICK_MS * NS_PER_MS, on_tick, run);
}

static double read_dropped_log_lines(void *data)
{
    (void)data;
    return (double)log_count_dropped();
}

static void register_metrics(struct service_run *run)
{
    snprintf(run->build_labels, sizeof run->build_labels, "service=\"%s\",version=\"%s\"",
             run->definition->name, service_version());
    metric_register_gauge(&run->build_info, "build_info", "Always 1; what runs.", NULL, NULL);
    run->build_info.labels = run->build_labels;
    run->build_info.value = 1;
    metric_register_counter(&run->log_dropped, "log_dropped_total",
                            "Log lines that whoever reads our output did not take in time.", NULL);
    run->log_dropped.read = read_dropped_log_lines;
}

void service_readiness_begin(struct service_run *run)
{
    const bool own_schema = run->definition->needs == NEEDS_DATABASE;

    register_metrics(run);
    run->postgres = ready_add(&run->ready, "postgres", own_schema);
    run->schema = ready_add(&run->ready, "schema", own_schema);
    if (own_schema)
        run->writes = ready_add(&run->ready, "writes", true);
    run->redis = ready_add(&run->ready, "redis", false);
    (void)!loop_timer_start(run->service.loop, &run->tick,
                            loop_now_ns(run->service.loop) + TICK_MS * NS_PER_MS, on_tick, run);
}

void service_readiness_end(struct service_run *run)
{
    loop_timer_stop(run->service.loop, &run->tick);
    periodic_stop(&run->sweep);
    metric_unregister(&run->build_info);
    metric_unregister(&run->log_dropped);
}

void service_readiness_on_pool(void *data, bool usable)
{
    struct service_run *run = data;

    if (usable)
        check_parts(run);
    else
        report_part_state(run, run->postgres, false);
}

enum http_status service_get_readyz(void *data, const struct http_request *req,
                                    struct http_response *res)
{
    struct service_run *run = service_run_of(data);
    int64_t now_ns = loop_now_ns(req->loop);

    ready_encode(&run->ready, now_ns, &res->body);
    return http_reply_json(res, ready_is_ready(&run->ready, now_ns) ? HTTP_OK : HTTP_UNAVAILABLE);
}

enum http_status service_get_health(void *data, const struct http_request *req,
                                    struct http_response *res)
{
    struct service_run *run = service_run_of(data);
    bool ready = ready_is_ready(&run->ready, loop_now_ns(req->loop));

    buf_printf(&res->body, "{\"status\":\"%s\",\"service\":\"%s\",\"version\":\"%s\"}",
               ready ? "ok" : "unavailable", run->definition->name, service_version());
    return http_reply_json(res, ready ? HTTP_OK : HTTP_UNAVAILABLE);
}
