// SPDX-License-Identifier: MIT
/* The call of Redis and its reply, for tests that set the clock. */
#pragma once

#include "outbox/rate_limiter.h"

extern const char rate_limiter_script[];

struct rate_limiter_parameters {
    int64_t now_us;     /* 0: the clock of Redis */
    struct slice chats; /* ids, separated by spaces */
};

/* As cache_script_ask(). */
bool rate_limiter_send(struct cache_script *script, struct slice bot,
                       const struct rate_limiter_parameters *numbers, cache_answer_fn *answer,
                       void *data);

/* False: `text` is no reply for `count` requests; then nothing was written. */
bool rate_limiter_read_reply(struct slice text, struct rate_limit_request *const *requests,
                             size_t count, int64_t *bot_wait_ms);
