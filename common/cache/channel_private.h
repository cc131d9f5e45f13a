// SPDX-License-Identifier: MIT
/* The connection that receives messages, for cache_listen(). */
#pragma once

#include "cache/address_private.h"
#include "cache/listener.h"
#include "loop/loop.h"
#include "loop/work.h"

struct cache_channel;

/* Returns new. `address` must outlive it. */
struct cache_channel *cache_channel_create(struct loop *loop, struct work *work,
                                           const struct cache_address *address,
                                           struct fault *fault);
void cache_channel_destroy(struct cache_channel *channel); /* takes NULL */

void cache_channel_add(struct cache_channel *channel, struct cache_listener *listener);
