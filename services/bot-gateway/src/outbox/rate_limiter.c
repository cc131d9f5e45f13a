// SPDX-License-Identifier: MIT
#include "outbox/rate_limiter.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/now.h"
#include "base/parse.h"
#include "loop/fiber.h"

#include "outbox/rate_limiter_private.h"

enum {
    ALONE_MS = 1000, /* how long Redis is not asked again after it failed to answer */
    KEY_MAX = sizeof("rate:telegram:") + RATE_LIMIT_BOT_NAME_MAX,
    NUMBER_MAX = 24,
    CHATS_MAX = RATE_LIMITER_ASKS_MAX * NUMBER_MAX,
    WAIT_MAX_MS = RATE_LIMIT_GROUP_US / 1000 + 1,
};

/* ARGV: the time (0: that of Redis, because those of the copies differ), a bot's token every so
 * many microseconds and its burst, a chat's, a group's messages in so many microseconds, and the
 * chats. Answers the milliseconds until the bot's next token, then one number for each chat, as in
 * struct rate_limit_ask.
 *
 * A bucket is the time at which it will be full. A chat's key ends when the bucket is full. A bot
 * without a key begins with an empty bucket. Times that a clock has left behind are cut. */
const char rate_limiter_script[] =
    "local now = tonumber(ARGV[1])\n"
    "if now == 0 then\n"
    "  local time = redis.call('TIME')\n"
    "  now = time[1] * 1000000 + time[2]\n"
    "end\n"
    "local bot_every, bot_burst = tonumber(ARGV[2]), tonumber(ARGV[3])\n"
    "local chat_every, chat_burst = tonumber(ARGV[4]), tonumber(ARGV[5])\n"
    "local most, window = tonumber(ARGV[6]), tonumber(ARGV[7])\n"
    "local function read(key, otherwise, latest)\n"
    "  return math.min(tonumber(redis.call('GET', key) or otherwise), latest)\n"
    "end\n"
    "local function write(key, full, keep)\n"
    "  redis.call('SET', key, string.format('%.0f', full), 'PX', math.ceil(keep / 1000))\n"
    "end\n"
    "local function ms(us) return math.max(0, math.ceil(us / 1000)) end\n"
    "local empty = now + bot_burst * bot_every\n"
    "local full = read(KEYS[1], empty, empty)\n"
    "local answer = {}\n"
    "for chat in string.gmatch(ARGV[8], '%S+') do\n"
    "  local key = KEYS[1] .. ':' .. chat\n"
    "  local chat_full = read(key, now, now + chat_burst * chat_every)\n"
    "  local wait = chat_full - (chat_burst - 1) * chat_every - now\n"
    "  local group = string.sub(chat, 1, 1) == '-'\n"
    "  if group then\n"
    "    local oldest = redis.call('LINDEX', key .. ':minute', most - 1)\n"
    "    if oldest then\n"
    "      wait = math.max(wait, math.min(tonumber(oldest), now) + window - now)\n"
    "    end\n"
    "  end\n"
    "  if wait > 0 then\n"
    "    answer[#answer + 1] = ms(wait)\n"
    "  elseif full - (bot_burst - 1) * bot_every > now then\n"
    "    answer[#answer + 1] = -1\n"
    "  else\n"
    "    full = math.max(full, now) + bot_every\n"
    "    chat_full = math.max(chat_full, now) + chat_every\n"
    "    write(key, chat_full, chat_full - now)\n"
    "    if group then\n"
    "      redis.call('LPUSH', key .. ':minute', string.format('%.0f', now))\n"
    "      redis.call('LTRIM', key .. ':minute', 0, most - 1)\n"
    "      redis.call('PEXPIRE', key .. ':minute', math.ceil(window / 1000))\n"
    "    end\n"
    "    answer[#answer + 1] = 0\n"
    "  end\n"
    "end\n"
    "write(KEYS[1], full, 3600000000)\n"
    "return ms(full - (bot_burst - 1) * bot_every - now) .. ' ' .. table.concat(answer, ' ')\n";

struct rate_limiter {
    struct loop *loop;
    struct cache *cache;
    struct cache_script script;
    struct rate_limit *alone;
    int64_t alone_until_ns; /* Redis is not asked before */
    bool was_shared;        /* the last decision was one of Redis */
};

/* --- the question --- */

/* On the stack of the fiber that asks. */
struct question {
    struct fiber *fiber;
    struct rate_limit_ask *asks[RATE_LIMITER_ASKS_MAX]; /* those that this process would let go */
    size_t count;
    int64_t bot_wait_ms;
    bool answered;
    bool decided;
};

bool rate_limiter_answer_read(struct slice text, struct rate_limit_ask *const *asks, size_t count,
                              int64_t *bot_wait_ms)
{
    int64_t waits[RATE_LIMITER_ASKS_MAX];
    int64_t bot_wait;

    if (!parse_i64(slice_cut(&text, ' '), 0, WAIT_MAX_MS, &bot_wait))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!parse_i64(slice_cut(&text, ' '), RATE_LIMIT_BOT, WAIT_MAX_MS, &waits[i]))
            return false;
    if (text.len > 0)
        return false;
    for (size_t i = 0; i < count; i++)
        asks[i]->wait_ms = waits[i];
    *bot_wait_ms = bot_wait;
    return true;
}

static void answered(void *data, const struct slice *text)
{
    struct question *question = data;

    question->answered = true;
    question->decided =
        text != NULL &&
        rate_limiter_answer_read(*text, question->asks, question->count, &question->bot_wait_ms);
    fiber_wake(question->fiber);
}

bool rate_limiter_ask(struct cache_script *script, struct slice bot,
                      const struct rate_limiter_numbers *numbers, cache_answer_fn *answer,
                      void *data)
{
    const int64_t parameters[] = {numbers->now_us,       RATE_LIMIT_BOT_EVERY_US,
                                  RATE_LIMIT_BOT_BURST,  RATE_LIMIT_CHAT_EVERY_US,
                                  RATE_LIMIT_CHAT_BURST, RATE_LIMIT_GROUP_MOST,
                                  RATE_LIMIT_GROUP_US};
    enum { PARAMETERS = sizeof(parameters) / sizeof(parameters[0]) };
    char texts[PARAMETERS][NUMBER_MAX];
    struct slice values[PARAMETERS + 1];
    char key[KEY_MAX];

    for (size_t i = 0; i < PARAMETERS; i++) {
        const int len = snprintf(texts[i], sizeof(texts[i]), "%" PRId64, parameters[i]);
        values[i] = (struct slice){texts[i], (size_t)len};
    }
    values[PARAMETERS] = numbers->chats;
    const int len = snprintf(key, sizeof(key), "rate:telegram:%.*s", SLICE_ARG(bot));
    return (size_t)len < sizeof(key) && cache_script_ask(script, (struct slice){key, (size_t)len},
                                                         values, PARAMETERS + 1, answer, data);
}

/* False: Redis did not decide. */
static bool ask_redis(struct rate_limiter *pacer, struct slice bot, struct question *question)
{
    const int64_t until_ns = loop_now_ns(pacer->loop) + CACHE_COMMAND_MS * NS_PER_MS;
    char text[CHATS_MAX];
    struct buf chats;
    struct fault ignored;

    buf_init_over(&chats, text, sizeof(text));
    for (size_t i = 0; i < question->count; i++)
        buf_printf(&chats, "%" PRId64 " ", question->asks[i]->chat_id);
    const struct rate_limiter_numbers numbers = {.chats = buf_as_slice(&chats)};
    if (!rate_limiter_ask(&pacer->script, bot, &numbers, answered, question))
        return false;
    while (!question->answered) {
        if (fiber_park(until_ns, &ignored) || question->answered)
            continue;
        cache_forget(pacer->cache, question);
        return false;
    }
    return question->decided;
}

/* --- the decision --- */

static int64_t decide_alone(struct rate_limiter *pacer, struct slice bot,
                            struct rate_limit_ask *asks, size_t count, int64_t now_us)
{
    if (pacer->was_shared)
        rate_limit_bots_empty(pacer->alone, now_us);
    pacer->was_shared = false;
    return rate_limit_decide(pacer->alone, bot, asks, count, now_us);
}

int64_t rate_limiter_decide(struct rate_limiter *pacer, struct slice bot,
                            struct rate_limit_ask *asks, size_t count)
{
    const int64_t now_us = loop_now_ns(pacer->loop) / NS_PER_US;
    struct question question = {.fiber = fiber_current()};

    assert(count <= RATE_LIMITER_ASKS_MAX);
    if (loop_now_ns(pacer->loop) < pacer->alone_until_ns || !cache_usable(pacer->cache))
        return decide_alone(pacer, bot, asks, count, now_us);
    for (size_t i = 0; i < count; i++) {
        asks[i].wait_ms = rate_limit_chat_wait_ms(pacer->alone, bot, asks[i].chat_id, now_us);
        if (asks[i].wait_ms == RATE_LIMIT_GO)
            question.asks[question.count++] = &asks[i];
    }
    if (question.count == 0)
        return 0;
    if (!ask_redis(pacer, bot, &question)) {
        pacer->alone_until_ns = loop_now_ns(pacer->loop) + ALONE_MS * NS_PER_MS;
        return decide_alone(pacer, bot, asks, count, loop_now_ns(pacer->loop) / NS_PER_US);
    }
    pacer->was_shared = true;
    for (size_t i = 0; i < count; i++)
        if (asks[i].wait_ms == RATE_LIMIT_GO)
            rate_limit_chat_sent(pacer->alone, bot, asks[i].chat_id,
                                 loop_now_ns(pacer->loop) / NS_PER_US);
    return question.bot_wait_ms;
}

struct rate_limiter *rate_limiter_create(struct loop *loop, struct cache *cache,
                                         struct fault *fault)
{
    struct rate_limiter *pacer = fault_calloc(sizeof(*pacer), "the pace of messages", fault);

    if (pacer == NULL)
        return NULL;
    pacer->alone = rate_limit_create(2 * RATE_LIMIT_BOT_EVERY_US, fault);
    if (pacer->alone == NULL) {
        free(pacer);
        return NULL;
    }
    pacer->loop = loop;
    pacer->cache = cache;
    pacer->script.text = rate_limiter_script;
    cache_script_add(cache, &pacer->script);
    return pacer;
}

void rate_limiter_destroy(struct rate_limiter *pacer)
{
    if (pacer == NULL)
        return;
    cache_script_remove(pacer->cache, &pacer->script);
    rate_limit_destroy(pacer->alone);
    free(pacer);
}
