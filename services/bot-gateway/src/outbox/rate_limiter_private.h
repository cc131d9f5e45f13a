// SPDX-License-Identifier: MIT
/* The question to Redis and its answer: the inside of rate_limiter.c, for tests that set its clock.
 */
#pragma once

#include "outbox/rate_limiter.h"

extern const char rate_limiter_script[];

struct rate_limiter_numbers {
    int64_t now_us;     /* 0: the clock of Redis */
    struct slice chats; /* ids, with spaces between them */
};

/* As cache_script_ask(). */
bool rate_limiter_ask(struct cache_script *script, struct slice bot,
                      const struct rate_limiter_numbers *numbers, cache_answer_fn *answer,
                      void *data);

/* False: `text` is no answer for so many; then nothing was written. */
bool rate_limiter_answer_read(struct slice text, struct rate_limit_ask *const *asks, size_t count,
                              int64_t *bot_wait_ms);
