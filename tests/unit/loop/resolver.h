// SPDX-License-Identifier: MIT
/* The system's resolver is replaced at link time: the test sets its answers, their delay, and
 * counts its calls. */
#pragma once

#include <arpa/inet.h>
#include <netdb.h>
#include <stdatomic.h>
#include <sys/un.h>

#include "loop/work.h"

#include "suite.h"
#include "support/patience.h"

static atomic_int asked;
static atomic_int silent;  /* the resolver does not answer while set */
static atomic_int answer;  /* of getaddrinfo() */
static atomic_int answers; /* addresses of a known name */

/* A known name has the addresses 10.0.0.1, 10.0.0.2 and so on. */
int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    struct chain {
        struct addrinfo info;
        struct sockaddr_in address;
    };

    atomic_fetch_add(&asked, 1);
    while (atomic_load(&silent) && strncmp(host, "silent", 6) == 0)
        usleep(500);
    if (atomic_load(&answer) != 0)
        return atomic_load(&answer);
    for (int i = atomic_load(&answers); i > 0; i--) {
        struct chain *chain = calloc(1, sizeof *chain);
        chain->address.sin_family = AF_INET;
        chain->address.sin_addr.s_addr = htonl(0x0a000000u + (unsigned)i);
        chain->info = (struct addrinfo){.ai_addr = (struct sockaddr *)&chain->address,
                                        .ai_addrlen = sizeof chain->address,
                                        .ai_next = *found};
        *found = &chain->info;
    }
    return 0;
}

void freeaddrinfo(struct addrinfo *found)
{
    while (found != NULL) {
        struct addrinfo *next = found->ai_next;
        free(found);
        found = next;
    }
}

struct ask {
    const char *host;
    struct work_address addresses[WORK_ADDRESSES_MAX];
    size_t count;
    bool ok, done;
    struct fault fault;
    bool goes_on; /* of a lookup */
};

static struct work *work;

/* A pool of two threads looks up one name at a time. */
static inline void make_work(size_t threads)
{
    work_destroy(work);
    ck_ok((work = work_create(loop, threads, 8, &fault)) != NULL);
}

static inline void set_up(void)
{
    suite_begin();
    work = NULL;
    make_work(4);
    atomic_store(&asked, 0);
    atomic_store(&silent, 0);
    atomic_store(&answer, 0);
    atomic_store(&answers, 1);
}

static inline void tear_down(void)
{
    atomic_store(&silent, 0);
    work_destroy(work);
    suite_end();
}

static inline void resolve(void *data)
{
    struct ask *ask = data;

    ask->ok = work_resolve(work, ask->host, 5432, 0, ask->addresses, &ask->count, &ask->fault);
    ask->done = true;
}

static inline void start(struct ask *ask, fiber_fn *run, const char *host, int deadline_ms)
{
    *ask = (struct ask){.host = host, .count = WORK_ADDRESSES_MAX};
    ck_ok(fiber_start(loop, run, ask, suite_in_ms(deadline_ms), "ask", &fault));
}

static inline bool stop_when_done(void *data)
{
    const struct ask *ask = data;

    if (ask->done)
        loop_stop(loop);
    return false;
}

static inline void run_until_done(struct ask *ask)
{
    struct loop_hook hook;

    loop_hook_add(loop, &hook, stop_when_done, ask);
    if (!ask->done)
        loop_run(loop);
    loop_hook_remove(loop, &hook);
}

static inline void run_now(struct ask *ask, fiber_fn *run, const char *host)
{
    start(ask, run, host, 60000);
    run_until_done(ask);
}

static struct ask ask; /* of a test that needs only one */

static inline void resolve_now(const char *host)
{
    run_now(&ask, resolve, host);
}

static inline void resolve_well(const char *host)
{
    resolve_now(host);
    ck_assert(ask.ok);
}

static inline void assert_address(size_t i, const char *text, int port)
{
    char out[INET6_ADDRSTRLEN];
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&ask.addresses[i].addr;

    work_address_format(&ask.addresses[i], out);
    ck_assert_str_eq(out, text);
    ck_assert_int_eq(ntohs(v4->sin_port), port); /* at the same offset in sockaddr_in6 */
}

static const struct {
    const char *why;
    int error;
    const char *code;
} failures[] = {
    {"no such name",        EAI_NONAME, "host_unknown"        },
    {"no answer",           EAI_AGAIN,  "resolver_unavailable"},
    {"the resolver failed", EAI_FAIL,   "resolver_unavailable"},
};
