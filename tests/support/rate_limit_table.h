// SPDX-License-Identifier: MIT
/* Messages and the expected result of the rate limits: one table for the implementation in C and
 * for the script in Redis. */
#pragma once

#include "outbox/rate_limit.h"

enum { RATE_LIMIT_STEPS = 48, GO = RATE_LIMIT_GO, BOT = RATE_LIMIT_BOT };

/* `count` equal messages, `every_ms` apart, the first at `at_ms`. */
struct rate_limit_step {
    int64_t at_ms;
    int64_t chat_id;
    int64_t wait_ms; /* GO, BOT, or a delay in milliseconds */
    int count;
    int64_t every_ms;
};

#define ONE(at, chat, wait)                                                                        \
    {                                                                                              \
        (at), (chat), (wait), 1, 0                                                                 \
    }
#define EACH(at, chat, wait, count, every)                                                         \
    {                                                                                              \
        (at), (chat), (wait), (count), (every)                                                     \
    }

/* All start at 1000, when the bot becomes known; the first token comes 33.334 ms later. */
static const struct {
    const char *why;
    struct rate_limit_step steps[RATE_LIMIT_STEPS]; /* ends with at_ms 0 */
} rate_limit_table[] = {
    {"a bot begins empty",
     {ONE(1000, 1, BOT), ONE(1033, 1, BOT), ONE(1034, 1, GO), ONE(1034, 2, BOT)}                             },
    {"a bot's bucket holds five, then thirty a second",
     {ONE(1000, 1, BOT), ONE(3000, 1, GO), ONE(3000, 2, GO), ONE(3000, 3, GO), ONE(3000, 4, GO),
      ONE(3000, 5, GO), ONE(3000, 6, BOT), ONE(3033, 6, BOT), ONE(3034, 6, GO), ONE(3034, 7, BOT),
      ONE(3067, 7, GO)}                                                                                      },
    {"a chat has three at once, then one a second",
     {ONE(1000, 1, BOT), ONE(2000, 1, GO), ONE(2001, 1, GO), ONE(2002, 1, GO), ONE(2003, 1, 997),
      ONE(2999, 1, 1), ONE(3000, 1, GO), ONE(3001, 1, 999), ONE(4000, 1, GO), ONE(9000, 1, GO),
      ONE(9000, 1, GO), ONE(9000, 1, GO), ONE(9000, 1, 1000)}                                                },
    {"a chat that waits takes nothing from its bot",
     {ONE(1000, 1, BOT), ONE(2000, 1, GO), ONE(2000, 1, GO), ONE(2000, 1, GO), ONE(2000, 1, 1000),
      ONE(2000, 1, 1000), ONE(2000, 2, GO), ONE(2000, 2, GO), ONE(2000, 2, BOT)}                             },
    {"chats do not wait for each other",
     {ONE(1000, 1, BOT), ONE(2000, 1, GO), ONE(2000, 1, GO), ONE(2000, 1, GO), ONE(2100, 1, 900),
      ONE(2100, 2, GO)}                                                                                      },
    {"a group has twenty in any minute, and a second more",
     {ONE(1000, -1, BOT), EACH(2000, -1, GO, 20, 1000), ONE(22000, -1, 41000), ONE(62000, -1, 1000),
      ONE(62999, -1, 1), ONE(63000, -1, GO), ONE(63001, -1, 999), ONE(64000, -1, GO),
      ONE(64500, -1, 500)}                                                                                   },
    {"a group's burst counts too",
     {ONE(1000, -1, BOT), EACH(2000, -1, GO, 3, 0), EACH(3000, -1, GO, 17, 1000),
      ONE(20000, -1, 43000), EACH(63000, -1, GO, 3, 0),
      ONE(63000, -1, 1000), /* the bucket of the chat */
      ONE(64000, -1, GO)}                                                                                    },
    {"a private chat has no minute",                        {ONE(1000, 7, BOT), EACH(2000, 7, GO, 100, 1000)}},
};
enum { RATE_LIMIT_ROWS = ARRAY_LEN(rate_limit_table) };
