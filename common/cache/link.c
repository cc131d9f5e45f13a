// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

#include "base/digest.h"
#include "base/now.h"
#include "cache/link_private.h"
#include "loop/fiber.h"

/* At most two attempts to connect in a second. The jitter keeps the instances of a service from
 * reconnecting at the same moment. */
enum { RETRY_MS = 500, JITTER_MS = 250 };

enum link_state { LINK_WAITING, LINK_RESOLVING, LINK_GREETING, LINK_UP };

struct cache_link {
    struct loop *loop;
    struct work *work;
    const struct cache_address *address;
    enum link_state state;
    redisAsyncContext *context; /* set from the beginning of connecting until hiredis frees it */
    struct loop_watch watch;
    struct loop_timer timer; /* starts the next attempt to connect, or ends the running one */
    struct loop_timer kick;  /* forces one more iteration of the loop, which writes commands */
    struct loop_hook flush;
    struct resolution *resolution; /* set while a fiber resolves the name */
    int64_t tried_ns;
    unsigned attempts;
    bool unwritten; /* commands were added since the last write */
    bool flushing;
    bool refused; /* AUTH or SELECT failed */
    bool closing;
};

/* A running name look-up; on the stack of its fiber, which may outlive the link. */
struct resolution {
    struct cache_link *link; /* NULL: the link was destroyed */
    struct fiber *fiber;
};

static void link_start_attempt(void *data);

static void link_schedule_retry(struct cache_link *link)
{
    int64_t due = link->tried_ns + RETRY_MS * NS_PER_MS;

    if (due < now_mono_ns())
        due = now_mono_ns();
    due += (int64_t)(digest_random_number() % JITTER_MS) * NS_PER_MS;
    link->state = LINK_WAITING;
    if (!loop_timer_start(link->loop, &link->timer, due, link_start_attempt, link))
        return; /* memory is out: the hook tries again at the end of each iteration */
}

/* --- hiredis on our loop: EPOLLIN is always on, and commands are written once, at the end of the
 * iteration, so a busy connection needs no epoll_ctl() --- */

static void do_nothing(void *data)
{
    (void)data;
}

static void schedule_write(void *data)
{
    struct cache_link *link = data;

    if (link->flushing || link->state == LINK_GREETING) {
        loop_watch_change(link->loop, &link->watch, EPOLLIN | EPOLLOUT);
        return;
    }
    if (link->unwritten)
        return;
    link->unwritten = true;
    /* If the end-of-iteration hook has already run in this iteration, the timer forces one more
     * iteration, whose hook writes. */
    if (!loop_timer_start(link->loop, &link->kick, loop_now_ns(link->loop), do_nothing, link))
        loop_watch_change(link->loop, &link->watch, EPOLLIN | EPOLLOUT);
}

static void stop_watching_writable(void *data)
{
    struct cache_link *link = data;

    loop_watch_change(link->loop, &link->watch, EPOLLIN);
}

static bool flush_commands(void *data)
{
    struct cache_link *link = data;

    if (link->unwritten && link->context != NULL) {
        link->unwritten = false;
        loop_timer_stop(link->loop, &link->kick);
        link->flushing = true;
        redisAsyncHandleWrite(link->context);
        link->flushing = false;
    }
    if (link->state == LINK_WAITING && link->timer.slot == 0)
        link_schedule_retry(link);
    return false;
}

static void on_socket_ready(void *data, uint32_t events)
{
    struct cache_link *link = data;

    if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0)
        redisAsyncHandleRead(link->context);
    if ((events & EPOLLOUT) != 0 && link->context != NULL)
        redisAsyncHandleWrite(link->context);
}

/* The last callback of hiredis for a context. */
static void on_context_freed(void *data)
{
    struct cache_link *link = data;

    loop_watch_remove(link->loop, &link->watch);
    loop_timer_stop(link->loop, &link->kick);
    loop_timer_stop(link->loop, &link->timer);
    link->context = NULL;
    link->unwritten = false;
    link->state = LINK_WAITING;
    if (!link->closing)
        link_schedule_retry(link);
}

static void on_connect_timeout(void *data)
{
    struct cache_link *link = data;

    redisAsyncFree(link->context);
}

/* --- handshake: AUTH, SELECT and PING in one write; the link is up after the answer to PING --- */

static void on_handshake_answer(redisAsyncContext *context, void *reply, void *data)
{
    struct cache_link *link = data;
    const redisReply *answer = reply;

    (void)context;
    if (answer == NULL || answer->type == REDIS_REPLY_ERROR)
        link->refused = true;
}

static void on_ping_answer(redisAsyncContext *context, void *reply, void *data)
{
    struct cache_link *link = data;
    const redisReply *answer = reply;

    if (answer == NULL)
        return;
    if (link->refused || answer->type == REDIS_REPLY_ERROR) {
        redisAsyncFree(context);
        return;
    }
    loop_timer_stop(link->loop, &link->timer);
    link->state = LINK_UP;
    link->attempts = 0;
}

static bool send_handshake(struct cache_link *link)
{
    const struct cache_address *address = link->address;
    redisAsyncContext *context = link->context;
    int failed = 0;

    link->refused = false;
    if (address->password[0] != '\0' && address->user[0] != '\0')
        failed |= redisAsyncCommand(context, on_handshake_answer, link, "AUTH %s %s", address->user,
                                    address->password);
    else if (address->password[0] != '\0')
        failed |=
            redisAsyncCommand(context, on_handshake_answer, link, "AUTH %s", address->password);
    if (address->database != 0)
        failed |=
            redisAsyncCommand(context, on_handshake_answer, link, "SELECT %u", address->database);
    failed |= redisAsyncCommand(context, on_ping_answer, link, "PING");
    return failed == 0;
}

static bool attach_context_to_loop(struct cache_link *link, redisAsyncContext *context)
{
    struct fault fault;

    if (!loop_watch_add(link->loop, &link->watch, context->c.fd, EPOLLIN | EPOLLOUT,
                        on_socket_ready, link, &fault))
        return false;
    link->context = context;
    link->state = LINK_GREETING;
    context->ev.addRead = do_nothing;
    context->ev.delRead = do_nothing;
    context->ev.addWrite = schedule_write;
    context->ev.delWrite = stop_watching_writable;
    context->ev.cleanup = on_context_freed;
    context->ev.data = link;
    return true;
}

/* Opens a connection to the address `to`; NULL: to the Unix socket. */
static void connect_to_address(struct cache_link *link, const struct work_address *to)
{
    char numeric[INET6_ADDRSTRLEN];
    redisAsyncContext *context;

    if (to != NULL) {
        work_address_format(to, numeric);
        context = redisAsyncConnect(numeric, link->address->port);
    } else {
        context = redisAsyncConnectUnix(link->address->path);
    }
    if (context == NULL || context->err != 0 || !attach_context_to_loop(link, context)) {
        if (context != NULL)
            redisAsyncFree(context);
        link_schedule_retry(link);
        return;
    }
    int64_t until = link->tried_ns + CACHE_CONNECT_MS * NS_PER_MS;
    if (!loop_timer_start(link->loop, &link->timer, until, on_connect_timeout, link) ||
        !send_handshake(link))
        redisAsyncFree(context);
}

static void resolve_and_connect(void *data)
{
    struct resolution resolution = *(struct resolution *)data;
    struct cache_link *link = resolution.link;
    struct work_address found[WORK_ADDRESSES_MAX];
    size_t count = WORK_ADDRESSES_MAX;
    char host[CACHE_HOST_MAX + 1];
    struct fault fault;

    free(data);
    if (link == NULL)
        return;
    resolution.fiber = fiber_current();
    link->resolution = &resolution;
    snprintf(host, sizeof host, "%s", link->address->host);
    if (link->attempts > 0) /* the last attempt failed: Redis may have another address now */
        work_distrust_addresses(link->work, host);
    bool ok = work_resolve(link->work, host, link->address->port, 0, found, &count, &fault);
    if (resolution.link == NULL)
        return;
    link->resolution = NULL;
    if (!ok || count == 0)
        link_schedule_retry(link);
    else
        connect_to_address(link, &found[link->attempts++ % count]);
}

static bool start_resolving(struct cache_link *link)
{
    struct fault fault;
    struct resolution *resolution = calloc(1, sizeof *resolution);

    if (resolution == NULL)
        return false;
    resolution->link = link;
    link->resolution = resolution;
    link->state = LINK_RESOLVING;
    if (fiber_start(link->loop, resolve_and_connect, resolution,
                    link->tried_ns + CACHE_CONNECT_MS * NS_PER_MS, "cache_connect", &fault))
        return true;
    link->resolution = NULL;
    free(resolution);
    return false;
}

static void link_start_attempt(void *data)
{
    struct cache_link *link = data;

    link->tried_ns = now_mono_ns(); /* the loop may not be running yet, so its clock is not used */
    if (link->address->path[0] != '\0')
        connect_to_address(link, NULL);
    else if (!start_resolving(link))
        link_schedule_retry(link);
}

struct cache_link *cache_link_create(struct loop *loop, struct work *work,
                                     const struct cache_address *address, struct fault *fault)
{
    struct cache_link *link = fault_calloc(sizeof *link, "the cache", fault);

    if (link == NULL)
        return NULL;
    link->loop = loop;
    link->work = work;
    link->address = address;
    link->watch.fd = -1;
    loop_hook_add(loop, &link->flush, flush_commands, link);
    link_start_attempt(link);
    return link;
}

void cache_link_destroy(struct cache_link *link)
{
    if (link == NULL)
        return;
    link->closing = true;
    if (link->context != NULL)
        redisAsyncFree(link->context);
    if (link->resolution != NULL) {
        link->resolution->link = NULL;
        if (link->resolution->fiber != NULL)
            fiber_cancel(link->resolution->fiber);
    }
    loop_timer_stop(link->loop, &link->timer);
    loop_hook_remove(link->loop, &link->flush);
    free(link);
}

redisAsyncContext *cache_link_get_ready_context(const struct cache_link *link)
{
    return link->state == LINK_UP ? link->context : NULL;
}

void cache_link_reconnect(struct cache_link *link)
{
    if (link->context != NULL)
        redisAsyncFree(link->context);
}
