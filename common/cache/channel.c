// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/now.h"
#include "cache/channel_private.h"
#include "cache/link_private.h"

/* A subscribed connection may be silent for a long time. So it subscribes again every PULSE_MS,
 * which Redis answers like the first time; without an answer for SILENCE_MS the connection is
 * closed. */
enum { PULSE_MS = 1000, SILENCE_MS = 2500 };

struct cache_channel {
    struct loop *loop;
    struct cache_link *link;
    LIST_HEAD(, cache_listener) listeners;
    struct loop_timer pulse;
    int64_t received_ns;
};

static void set_subscribed(struct cache_listener *listener, bool subscribed)
{
    if (listener->is_subscribed == subscribed)
        return;
    listener->is_subscribed = subscribed;
    if (listener->subscribed != NULL)
        listener->subscribed(listener->data, subscribed);
}

static struct cache_listener *listener_find(const struct cache_channel *channel,
                                            const redisReply *name)
{
    const struct slice wanted = {name->str, name->len};
    struct cache_listener *listener = LIST_FIRST(&channel->listeners);
    while (listener != NULL && !slice_is(wanted, listener->channel))
        listener = LIST_NEXT(listener, next);
    return listener;
}

/* ["subscribe", channel, count] or ["message", channel, text] */
static void on_message(redisAsyncContext *context, void *reply, void *data)
{
    struct cache_channel *channel = data;
    const redisReply *answer = reply;
    (void)context;
    if (answer == NULL || answer->type != REDIS_REPLY_ARRAY || answer->elements != 3)
        return;
    channel->received_ns = loop_now_ns(channel->loop);
    struct cache_listener *listener = listener_find(channel, answer->element[1]);
    if (listener == NULL)
        return;
    const redisReply *last = answer->element[2];
    if (last->type == REDIS_REPLY_STRING)
        listener->on_message(listener->data, (struct slice){last->str, last->len});
    else
        set_subscribed(listener, true);
}

static void subscribe(struct cache_channel *channel, const struct cache_listener *listener)
{
    redisAsyncContext *context = cache_link_context(channel->link);
    if (context != NULL && redisAsyncCommand(context, on_message, channel, "SUBSCRIBE %s",
                                             listener->channel) != REDIS_OK)
        cache_link_abandon(channel->link);
}

static void on_pulse(void *data)
{
    struct cache_channel *channel = data;
    int64_t polled_ns = loop_polled_ns(channel->loop);
    if (!LIST_EMPTY(&channel->listeners) && cache_link_context(channel->link) != NULL) {
        if (polled_ns - channel->received_ns > SILENCE_MS * NS_PER_MS)
            cache_link_abandon(channel->link);
        else
            subscribe(channel, LIST_FIRST(&channel->listeners));
    }
    /* Without the timer a dead connection would not be detected: close it, so that the listeners
     * stop relying on it. */
    if (!loop_timer_start(channel->loop, &channel->pulse, polled_ns + PULSE_MS * NS_PER_MS,
                          on_pulse, channel))
        cache_link_abandon(channel->link);
}

static void on_up(void *data)
{
    struct cache_channel *channel = data;
    channel->received_ns = loop_now_ns(channel->loop);
    struct cache_listener *at;
    LIST_FOREACH (at, &channel->listeners, next)
        subscribe(channel, at);
    if (channel->pulse.slot == 0)
        on_pulse(channel);
}

static void on_down(void *data)
{
    struct cache_channel *channel = data;
    struct cache_listener *at;
    LIST_FOREACH (at, &channel->listeners, next)
        set_subscribed(at, false);
}

struct cache_channel *cache_channel_create(struct loop *loop, struct work *work,
                                           const struct cache_address *address, struct fault *fault)
{
    struct cache_channel *channel = fault_calloc(sizeof(*channel), "the cache", fault);
    if (channel == NULL)
        return NULL;
    const struct cache_link_events events = {on_up, on_down, channel};
    channel->loop = loop;
    channel->link = cache_link_create(loop, work, address, &events, fault);
    if (channel->link == NULL) {
        free(channel);
        return NULL;
    }
    return channel;
}

void cache_channel_destroy(struct cache_channel *channel)
{
    if (channel == NULL)
        return;
    cache_link_destroy(channel->link);
    loop_timer_stop(channel->loop, &channel->pulse);
    free(channel);
}

void cache_channel_add(struct cache_channel *channel, struct cache_listener *listener)
{
    listener->is_subscribed = false;
    if (LIST_EMPTY(&channel->listeners))
        channel->received_ns = loop_now_ns(channel->loop);
    LIST_INSERT_HEAD(&channel->listeners, listener, next);
    subscribe(channel, listener);
}
