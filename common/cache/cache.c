// SPDX-License-Identifier: MIT
#include "cache/cache.h"

#include <assert.h>
#include <stdlib.h>

#include "base/now.h"
#include "cache/link_private.h"
#include "loop/fiber.h"

/* A fiber that waits in cache_command(); on the fiber's stack. */
struct waiter {
    struct fiber *fiber;
    struct arena *arena;
    struct slice text;
    bool done;
    bool full; /* the arena has no room for the text */
    enum cache_end end;
};

/* A sent command. It lives until hiredis calls back, even if its fiber has given up. */
struct call {
    struct cache *cache;
    struct call *next; /* the call that was sent after it, or the next unused call */
    int64_t sent_ns;
    cache_answer_fn *answer;
    void *data;
};

struct cache {
    struct loop *loop;
    struct cache_address address;
    struct cache_link *link; /* NULL: there is no Redis */
    struct call *oldest;
    struct call **last;
    struct call *unused;
    size_t pending;
    struct loop_timer silence; /* runs while a command is unanswered */
};

/* --- unanswered commands --- */

static bool is_stalled(const struct cache *cache)
{
    return cache->oldest != NULL &&
           loop_polled_ns(cache->loop) - cache->oldest->sent_ns > CACHE_COMMAND_MS * NS_PER_MS;
}

static void close_if_silent(void *data)
{
    struct cache *cache = data;
    int64_t polled_ns = loop_polled_ns(cache->loop);

    if (cache->oldest != NULL && polled_ns - cache->oldest->sent_ns >= CACHE_CONNECT_MS * NS_PER_MS)
        cache_link_reconnect(cache->link);
    if (cache->oldest != NULL &&
        !loop_timer_start(cache->loop, &cache->silence,
                          cache->oldest->sent_ns + CACHE_CONNECT_MS * NS_PER_MS, close_if_silent,
                          cache))
        cache_link_reconnect(cache->link);
}

static struct call *call_create(struct cache *cache)
{
    struct call *call = cache->unused;

    if (cache->pending >= CACHE_PENDING_MAX)
        return NULL;
    if (cache->silence.slot == 0 &&
        !loop_timer_start(cache->loop, &cache->silence,
                          loop_now_ns(cache->loop) + CACHE_CONNECT_MS * NS_PER_MS, close_if_silent,
                          cache))
        return NULL;
    if (call != NULL)
        cache->unused = call->next;
    else if ((call = malloc(sizeof *call)) == NULL)
        return NULL;
    *call = (struct call){.cache = cache, .sent_ns = loop_now_ns(cache->loop)};
    return call;
}

static void call_recycle(struct cache *cache, struct call *call)
{
    call->next = cache->unused;
    cache->unused = call;
}

/* --- replies --- */

static struct slice get_reply_text(const redisReply *reply)
{
    if (reply->type != REDIS_REPLY_STRING && reply->type != REDIS_REPLY_STATUS)
        return SLICE_NONE;
    return (struct slice){reply->str, reply->len};
}

static void call_deliver(const struct call *call, const redisReply *reply)
{
    if (call->answer == NULL)
        return;
    if (reply == NULL)
        call->answer(call->data, CACHE_AWAY, SLICE_NONE);
    else if (reply->type == REDIS_REPLY_ERROR)
        call->answer(call->data, CACHE_REFUSED, SLICE_NONE);
    else
        call->answer(call->data, CACHE_ANSWERED, get_reply_text(reply));
}

/* Callback of hiredis, once for each command; `reply` is NULL if the connection ended first. */
static void on_command_answer(redisAsyncContext *context, void *reply, void *data)
{
    struct call *call = data;
    struct cache *cache = call->cache;

    (void)context;
    assert(cache->oldest == call);
    cache->oldest = call->next;
    if (cache->oldest == NULL)
        cache->last = &cache->oldest;
    cache->pending--;
    call_deliver(call, reply);
    call_recycle(cache, call);
}

/* --- commands --- */

bool cache_send(struct cache *cache, const struct slice *args, size_t count,
                cache_answer_fn *answer, void *data)
{
    const char *at[CACHE_ARGS_MAX];
    size_t len[CACHE_ARGS_MAX];
    redisAsyncContext *context =
        cache->link != NULL ? cache_link_get_ready_context(cache->link) : NULL;

    assert(count > 0 && count <= CACHE_ARGS_MAX);
    if (context == NULL || is_stalled(cache))
        return false;
    for (size_t i = 0; i < count; i++) {
        at[i] = args[i].at != NULL ? args[i].at : "";
        len[i] = args[i].len;
    }
    struct call *call = call_create(cache);
    if (call == NULL)
        return false;
    if (redisAsyncCommandArgv(context, on_command_answer, call, (int)count, at, len) != REDIS_OK) {
        call_recycle(cache, call);
        return false;
    }
    call->answer = answer;
    call->data = data;
    *cache->last = call;
    cache->last = &call->next;
    cache->pending++;
    return true;
}

void cache_drop_answers(struct cache *cache, const void *data)
{
    for (struct call *call = cache->oldest; call != NULL; call = call->next) {
        if (call->data == data)
            call->answer = NULL;
    }
}

static void wake_with_answer(void *data, enum cache_end end, struct slice text)
{
    struct waiter *waiter = data;

    waiter->text = arena_copy(waiter->arena, text);
    waiter->full = text.at != NULL && waiter->text.at == NULL;
    waiter->end = end;
    waiter->done = true;
    fiber_wake(waiter->fiber);
}

bool cache_command(struct cache *cache, const struct slice *args, size_t count, struct arena *arena,
                   struct slice *text, struct fault *fault)
{
    struct waiter waiter = {.fiber = fiber_current(), .arena = arena, .end = CACHE_AWAY};
    int64_t until_ns = loop_now_ns(cache->loop) + CACHE_COMMAND_MS * NS_PER_MS;
    const bool sent = cache_send(cache, args, count, wake_with_answer, &waiter);

    while (sent && !waiter.done) {
        if (fiber_park(until_ns, fault) || waiter.done)
            continue;
        cache_drop_answers(cache, &waiter);
        if (fault->kind == FAULT_TIMEOUT && until_ns < fiber_deadline_ns(waiter.fiber))
            fault_set(fault, FAULT_UNAVAILABLE, "cache_slow", "The cache did not answer in time.");
        return false;
    }
    if (waiter.end == CACHE_REFUSED)
        return fault_set(fault, FAULT_UNAVAILABLE, "cache_refused", "The cache refused a command.");
    if (waiter.end == CACHE_AWAY)
        return fault_set(fault, FAULT_UNAVAILABLE, "cache_away", "The cache is away.");
    if (waiter.full)
        return arena_fault(fault);
    *text = waiter.text;
    return true;
}

/* --- create and destroy --- */

struct cache *cache_create(struct loop *loop, struct work *work, const char *url,
                           struct fault *fault)
{
    struct cache_address address;

    if (!cache_address_parse(slice_of(url), &address, fault))
        return NULL;
    struct cache *cache = fault_calloc(sizeof *cache, "the cache", fault);
    if (cache == NULL)
        return NULL;
    cache->loop = loop;
    cache->address = address;
    cache->last = &cache->oldest;
    if (address.none)
        return cache;
    cache->link = cache_link_create(loop, work, &cache->address, fault);
    if (cache->link == NULL) {
        free(cache);
        return NULL;
    }
    return cache;
}

void cache_destroy(struct cache *cache)
{
    if (cache == NULL)
        return;
    cache_link_destroy(cache->link);
    loop_timer_stop(cache->loop, &cache->silence);
    while (cache->unused != NULL) {
        struct call *next = cache->unused->next;
        free(cache->unused);
        cache->unused = next;
    }
    free(cache);
}

bool cache_is_usable(const struct cache *cache)
{
    return cache->link != NULL && cache_link_get_ready_context(cache->link) != NULL &&
           !is_stalled(cache);
}
