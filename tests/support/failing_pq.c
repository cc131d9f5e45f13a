// SPDX-License-Identifier: MIT
#include "failing_pq.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <libpq-fe.h>

#include "base/now.h"

enum { NAME_MAX_LEN = 64, PATIENCE_MS = 60000 };

/* Names the linker gives to the real functions and to those it calls instead. */
__typeof__(PQsendQueryPrepared) __real_PQsendQueryPrepared, __wrap_PQsendQueryPrepared;
__typeof__(PQsendQueryParams) __real_PQsendQueryParams, __wrap_PQsendQueryParams;
__typeof__(PQpipelineSync) __real_PQpipelineSync, __wrap_PQpipelineSync;
__typeof__(PQenterPipelineMode) __real_PQenterPipelineMode, __wrap_PQenterPipelineMode;
__typeof__(now_mono_ns) __real_now_mono_ns, __wrap_now_mono_ns;

static char names[FAILING_PQ_CALLS][NAME_MAX_LEN];
static int calls, armed;
static enum failing_pq_when at;
static bool hit;
static int connected;
static int64_t leapt_ns;

void failing_pq_arm(int n, enum failing_pq_when when)
{
    calls = 0;
    armed = n;
    at = when;
    hit = false;
}

int failing_pq_calls(void)
{
    return calls;
}

const char *failing_pq_call(int n)
{
    return n >= 1 && n <= calls && n <= FAILING_PQ_CALLS ? names[n - 1] : "?";
}

bool failing_pq_is_sync(int n)
{
    return strcmp(failing_pq_call(n), "Sync") == 0;
}

bool failing_pq_hit(void)
{
    return hit;
}

int failing_pq_connected(void)
{
    return connected;
}

void failing_pq_leap(long long ns)
{
    leapt_ns += ns;
}

/* What came is not wanted. False: the server has closed, or does not answer. */
static bool drain(int fd, short events)
{
    char unheard[4096];
    struct pollfd on = {.fd = fd, .events = events};

    if (poll(&on, 1, PATIENCE_MS) != 1)
        return false;
    return (on.revents & POLLIN) == 0 || recv(fd, unheard, sizeof unheard, MSG_DONTWAIT) > 0;
}

/* A server that finds the end of what it was sent has executed all of it, and goes. */
static void lose(PGconn *pg)
{
    const int fd = PQsocket(pg);

    hit = true;
    while (PQflush(pg) == 1 && drain(fd, POLLIN | POLLOUT))
        ;
    shutdown(fd, SHUT_WR);
    while (drain(fd, POLLIN))
        ;
    shutdown(fd, SHUT_RDWR);
}

static void before(PGconn *pg, const char *name)
{
    if (calls < FAILING_PQ_CALLS)
        snprintf(names[calls], NAME_MAX_LEN, "%s", name);
    calls++;
    if (calls == armed && at == FAILING_PQ_BEFORE)
        lose(pg);
}

static int after(PGconn *pg, int sent)
{
    if (calls == armed && at == FAILING_PQ_AFTER && !hit)
        lose(pg);
    return sent;
}

int __wrap_PQsendQueryPrepared(PGconn *pg, const char *name, int count, const char *const *values,
                               const int *lengths, const int *formats, int format)
{
    before(pg, name);
    return after(pg, __real_PQsendQueryPrepared(pg, name, count, values, lengths, formats, format));
}

int __wrap_PQsendQueryParams(PGconn *pg, const char *sql, int count, const Oid *types,
                             const char *const *values, const int *lengths, const int *formats,
                             int format)
{
    before(pg, sql);
    return after(pg,
                 __real_PQsendQueryParams(pg, sql, count, types, values, lengths, formats, format));
}

int __wrap_PQpipelineSync(PGconn *pg)
{
    before(pg, "Sync");
    return after(pg, __real_PQpipelineSync(pg));
}

int __wrap_PQenterPipelineMode(PGconn *pg)
{
    connected++;
    return __real_PQenterPipelineMode(pg);
}

int64_t __wrap_now_mono_ns(void)
{
    return __real_now_mono_ns() + leapt_ns;
}
