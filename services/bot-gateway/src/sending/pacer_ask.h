// SPDX-License-Identifier: MIT
/* The question to Redis and its answer: the inside of pacer.c, for tests that set its clock. */
#pragma once

#include "sending/pacer.h"

extern const char pacer_script[];

struct pacer_numbers {
    int64_t now_us;     /* 0: the clock of Redis */
    struct slice chats; /* ids, with spaces between them */
};

/* As cache_script_ask(). */
bool pacer_ask(struct cache_script *script, struct slice bot, const struct pacer_numbers *numbers,
               cache_answer_fn *answer, void *data);

/* False: `text` is no answer for so many; then nothing was written. */
bool pacer_answer_read(struct slice text, struct pace_ask *const *asks, size_t count,
                       int64_t *bot_wait_ms);
