// SPDX-License-Identifier: MIT
/* Connects without blocking the loop. Names are resolved in the work pool, because libpq would
 * resolve them in the calling thread. A timer limits the attempt, because PQconnectPoll() has no
 * deadline. */
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/buf.h"
#include "base/now.h"
#include "base/parse.h"
#include "db/pool_private.h"

enum { ADDRESSES_MAX = 4, PORT_DEFAULT = 5432 };

/* --- parameters --- */

static void free_options(PQconninfoOption **options)
{
    PQconninfoFree(*options);
}

/* The value of an option; NULL if the URL does not set it. */
static const char *get_url_option(const PQconninfoOption *options, const char *keyword)
{
    for (; options->keyword != NULL; options++)
        if (strcmp(options->keyword, keyword) == 0)
            return options->val != NULL && options->val[0] != 0 ? options->val : NULL;
    return NULL;
}

/* Checks that the URL names one host and one port. Sets `pool->host` only for TCP, not for the
 * directory of a socket. */
static bool set_host_and_port(struct db_pool *pool, const char *host, const char *port,
                              struct fault *fault)
{
    int64_t number = PORT_DEFAULT;

    if (port != NULL && !parse_i64(slice_of(port), 1, UINT16_MAX, &number))
        return fault_set(fault, FAULT_INVALID, "invalid_database_url",
                         "The database URL must name one port.");
    pool->port = (uint16_t)number;
    if (host == NULL || host[0] == '/' || host[0] == '@')
        return true;
    if (strchr(host, ',') != NULL)
        return fault_set(fault, FAULT_INVALID, "invalid_database_url",
                         "The database URL must name one host.");
    pool->host = strdup(host);
    return pool->host != NULL || fault_out_of_memory(fault, "database connections");
}

bool db_connect_parse_url(struct db_pool *pool, struct fault *fault)
{
    PQconninfoOption *parsed AUTO(free_options) = PQconninfoParse(pool->options.url, NULL);

    /* libpq's message is not repeated: it quotes the URL, which may contain a password. */
    if (parsed == NULL)
        return fault_set(fault, FAULT_INVALID, "invalid_database_url",
                         "The database URL cannot be read.");
    const char *own = get_url_option(parsed, "options");
    const bool address = get_url_option(parsed, "hostaddr") != NULL;
    pool->url_options = own != NULL ? strdup(own) : NULL;
    if (own != NULL && pool->url_options == NULL)
        return fault_out_of_memory(fault, "database connections");
    return set_host_and_port(pool, address ? NULL : get_url_option(parsed, "host"),
                             get_url_option(parsed, "port"), fault);
}

void db_connect_free_url(struct db_pool *pool)
{
    free(pool->url_options);
    free(pool->host);
}

/* Appends a value of `options`, in which a space ends the value unless a backslash escapes it. */
static void append_escaped_value(struct buf *out, const char *value)
{
    for (; *value != 0; value++) {
        if (*value == ' ' || *value == '\\')
            buf_char(out, '\\');
        buf_char(out, *value);
    }
}

static void append_session_options(struct buf *out, const struct db_pool *pool, enum db_role role)
{
    const struct db_options *options = &pool->options;

    if (pool->url_options != NULL)
        buf_printf(out, "%s ", pool->url_options);
    buf_printf(
        out, "-c statement_timeout=%lld -c lock_timeout=%lld ",
        (long long)(role == DB_SHARED ? options->statement_ms : options->exclusive_statement_ms),
        (long long)options->lock_ms);
    buf_printf(out, "-c idle_in_transaction_session_timeout=%lld ", (long long)options->idle_ms);
    buf_text(out,
             "-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=postgres -c bytea_output=hex ");
    buf_text(out, "-c jit=off ");
    if (role == DB_SHARED)
        buf_text(out, "-c default_transaction_read_only=on ");
    /* Transactions find rows by their keys, so a plan for the actual values would not be worth its
     * cost. */
    if (role == DB_EXCLUSIVE)
        buf_text(out, "-c plan_cache_mode=force_generic_plan ");
    buf_text(out,
             role == DB_EXCLUSIVE ? "-c synchronous_commit=off " : "-c synchronous_commit=on ");
    buf_text(out, "-c search_path=");
    append_escaped_value(out, options->search_path);
    buf_char(out, 0);
}

/* --- running --- */

static void on_connect_deadline(void *data)
{
    db_conn_close(data);
}

/* A step of connecting. One of the steps proves the password (SCRAM, RFC 5802), which takes
 * thousands of hashes, some milliseconds. So each PQconnectPoll() runs in the work pool. While it
 * runs, only the step may use the PGconn. */
struct step {
    PGconn *pg;
    PostgresPollingStatusType status;
};

static void poll_connecting(void *arg)
{
    struct step *step = arg;

    step->status = PQconnectPoll(step->pg);
}

static void discard_connecting(void *arg)
{
    const struct step *step = arg;

    PQfinish(step->pg);
}

static void start_connect_step(struct db_conn *conn);

static void on_socket_ready(void *data, uint32_t events)
{
    (void)events;
    start_connect_step(data);
}

static void continue_by_polling_status(struct db_conn *conn, PostgresPollingStatusType status)
{
    struct fault fault;

    if (status == PGRES_POLLING_OK) {
        if (db_conn_start_pipeline(conn))
            db_pool_on_up(conn);
        else
            db_conn_close(conn);
        return;
    }
    if (status == PGRES_POLLING_FAILED ||
        !loop_watch_add(conn->pool->loop, &conn->watch, PQsocket(conn->pg),
                        status == PGRES_POLLING_WRITING ? EPOLLOUT : EPOLLIN, on_socket_ready, conn,
                        &fault))
        db_conn_close(conn);
}

static void run_connect_step(void *data)
{
    struct db_conn *conn = data;
    struct db_pool *pool = conn->pool;
    struct step step = {.pg = conn->pg, .status = PGRES_POLLING_FAILED};
    struct fault fault;

    /* If it fails, discard_connecting() closes the PGconn. */
    const bool gone =
        !work_run(pool->work, poll_connecting, &step, sizeof step, discard_connecting, &fault);
    const bool lost = conn->stepping != step.pg || conn->pg != step.pg;

    if (conn->stepping == step.pg)
        conn->stepping = NULL;
    if (gone && conn->pg == step.pg)
        conn->pg = NULL;
    if (lost && !gone)
        PQfinish(step.pg);
    else if (!lost)
        continue_by_polling_status(conn, step.status);
    db_pool_unref(pool);
}

static void start_connect_step(struct db_conn *conn)
{
    struct db_pool *pool = conn->pool;
    struct fault fault;

    /* The watch is removed, because libpq may continue with the next address on a socket with the
     * same number. */
    loop_watch_remove(pool->loop, &conn->watch);
    conn->stepping = conn->pg;
    db_pool_ref(pool);
    if (fiber_start(pool->loop, run_connect_step, conn, INT64_MAX, "db connect", &fault))
        return;
    conn->stepping = NULL;
    db_pool_unref(pool);
    db_conn_close(conn);
}

/* Starts to connect. `hosts` and `addresses` are lists of the same length, or NULL if the URL names
 * the host. libpq uses the last value of a keyword, so values before the URL are defaults, and
 * values after it override the URL. Keywords without a value are ignored. */
static PGconn *start_pg_connection(const struct db_conn *conn, const char *hosts,
                                   const char *addresses, const char *options)
{
    const struct db_options *own = &conn->pool->options;

    const struct {
        const char *keyword, *value;
    } parameters[] = {
        {"tcp_user_timeout",    "5000"          },
        {"keepalives",          "1"             },
        {"keepalives_idle",     "30"            },
        {"keepalives_interval", "5"             },
        {"keepalives_count",    "3"             },
        {"gssencmode",          "disable"       },
        {"dbname",              own->url        },
        {"client_encoding",     "UTF8"          },
        {"application_name",    own->application},
        {"options",             options         },
        {"host",                hosts           },
        {"hostaddr",            addresses       },
    };
    enum { COUNT = ARRAY_LEN(parameters) };
    const char *keywords[COUNT + 1] = {NULL};
    const char *values[COUNT + 1] = {NULL};

    for (size_t i = 0; i < COUNT; i++) {
        keywords[i] = parameters[i].keyword;
        values[i] = parameters[i].value;
    }
    return PQconnectStartParams(keywords, values, 1);
}

static void start_connecting(struct db_conn *conn, const char *hosts, const char *addresses)
{
    struct db_pool *pool = conn->pool;
    struct fault fault;
    AUTO(buf_finish) struct buf options = BUF(4096);

    append_session_options(&options, pool, conn->role);
    conn->state = DB_CONN_CONNECTING;
    conn->pg = options.failed ? NULL : start_pg_connection(conn, hosts, addresses, options.data);
    if (conn->pg == NULL || PQstatus(conn->pg) == CONNECTION_BAD ||
        !loop_timer_start(pool->loop, &conn->timer,
                          loop_now_ns(pool->loop) + pool->options.connect_ms * NS_PER_MS,
                          on_connect_deadline, conn) ||
        !loop_watch_add(pool->loop, &conn->watch, PQsocket(conn->pg), EPOLLOUT, on_socket_ready,
                        conn, &fault))
        db_conn_close(conn);
}

static void append_to_list(struct buf *out, const char *text)
{
    if (out->len > 0)
        buf_char(out, ',');
    buf_text(out, text);
}

static void start_connecting_to(struct db_conn *conn, const struct work_address *addresses,
                                size_t count)
{
    AUTO(buf_finish) struct buf hosts = BUF(4096);
    AUTO(buf_finish) struct buf numbers = BUF(4096);

    for (size_t i = 0; i < count; i++) {
        char text[INET6_ADDRSTRLEN];

        work_address_format(&addresses[i], text);
        append_to_list(&hosts, conn->pool->host);
        append_to_list(&numbers, text);
    }
    buf_char(&hosts, 0);
    buf_char(&numbers, 0);
    if (count == 0 || hosts.failed || numbers.failed)
        db_conn_close(conn);
    else
        start_connecting(conn, hosts.data, numbers.data);
}

static void resolve_and_connect(void *data)
{
    struct db_conn *conn = data;
    struct db_pool *pool = conn->pool;
    struct work_address addresses[ADDRESSES_MAX];
    size_t count = ADDRESSES_MAX;
    struct fault fault;

    const bool found =
        work_resolve(pool->work, pool->host, pool->port, 0, addresses, &count, &fault);
    if (conn->state == DB_CONN_RESOLVING)
        start_connecting_to(conn, addresses, found && !pool->closing ? count : 0);
    db_pool_unref(pool);
}

void db_connect_start(struct db_conn *conn)
{
    struct db_pool *pool = conn->pool;
    const int64_t deadline = loop_now_ns(pool->loop) + pool->options.connect_ms * NS_PER_MS;
    struct fault fault;

    if (pool->host == NULL) {
        start_connecting(conn, NULL, NULL);
        return;
    }
    conn->state = DB_CONN_RESOLVING;
    db_pool_ref(pool);
    if (fiber_start(pool->loop, resolve_and_connect, conn, deadline, "db connect", &fault))
        return;
    db_pool_unref(pool);
    db_conn_close(conn);
}
