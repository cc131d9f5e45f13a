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
    LOCAL_MS = 1000, /* time without calls of Redis after one failed */
    KEY_MAX = sizeof("rate:telegram:") + RATE_LIMIT_BOT_NAME_MAX,
    NUMBER_MAX = 24,
    CHATS_MAX = RATE_LIMITER_BATCH_MAX * NUMBER_MAX,
    WAIT_MAX_MS = RATE_LIMIT_GROUP_US / 1000 + 1,
};

/* ARGV: the time (0: the clock of Redis, because those of the instances differ); microseconds per
 * token and the burst, of the bot, then of a chat; messages and microseconds of the window of a
 * group; the chats. Replies with the milliseconds until the next token of the bot, then one number
 * for each chat, as in struct rate_limit_request.
 *
 * A bucket is stored as the time at which it will be full. The key of a chat expires when its
 * bucket is full. A bot without a key starts with an empty bucket. Times in the future are cut,
 * because the clock may have been set back. */
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
    struct rate_limit *local;
    int64_t local_until_ns; /* Redis is not called before */
    bool used_redis;        /* for the last batch */
};

/* --- the call of Redis --- */

/* On the stack of the calling fiber. */
struct redis_call {
    struct fiber *fiber;
    struct rate_limit_request *requests[RATE_LIMITER_BATCH_MAX]; /* within the local limits */
    size_t count;
    int64_t bot_wait_ms;
    bool answered;
    bool decided;
};

bool rate_limiter_read_reply(struct slice text, struct rate_limit_request *const *requests,
                             size_t count, int64_t *bot_wait_ms)
{
    int64_t waits[RATE_LIMITER_BATCH_MAX];
    int64_t bot_wait;

    if (!parse_i64(slice_cut(&text, ' '), 0, WAIT_MAX_MS, &bot_wait))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!parse_i64(slice_cut(&text, ' '), RATE_LIMIT_BOT, WAIT_MAX_MS, &waits[i]))
            return false;
    if (text.len > 0)
        return false;
    for (size_t i = 0; i < count; i++)
        requests[i]->wait_ms = waits[i];
    *bot_wait_ms = bot_wait;
    return true;
}

static void on_reply(void *data, const struct slice *text)
{
    struct redis_call *call = data;

    call->answered = true;
    call->decided = text != NULL &&
                    rate_limiter_read_reply(*text, call->requests, call->count, &call->bot_wait_ms);
    fiber_wake(call->fiber);
}

bool rate_limiter_send(struct cache_script *script, struct slice bot,
                       const struct rate_limiter_parameters *numbers, cache_answer_fn *answer,
                       void *data)
{
    const int64_t parameters[] = {numbers->now_us,       RATE_LIMIT_BOT_EVERY_US,
                                  RATE_LIMIT_BOT_BURST,  RATE_LIMIT_CHAT_EVERY_US,
                                  RATE_LIMIT_CHAT_BURST, RATE_LIMIT_GROUP_MAX,
                                  RATE_LIMIT_GROUP_US};
    enum { PARAMETERS = ARRAY_LEN(parameters) };
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

/* False: there is no usable reply. */
static bool ask_redis(struct rate_limiter *limiter, struct slice bot, struct redis_call *call)
{
    const int64_t until_ns = loop_now_ns(limiter->loop) + CACHE_COMMAND_MS * NS_PER_MS;
    char text[CHATS_MAX];
    struct buf chats;
    struct fault ignored;

    buf_init_over(&chats, text, sizeof(text));
    for (size_t i = 0; i < call->count; i++)
        buf_printf(&chats, "%" PRId64 " ", call->requests[i]->chat_id);
    const struct rate_limiter_parameters numbers = {.chats = buf_as_slice(&chats)};
    if (!rate_limiter_send(&limiter->script, bot, &numbers, on_reply, call))
        return false;
    while (!call->answered) {
        if (fiber_park(until_ns, &ignored) || call->answered)
            continue;
        cache_forget(limiter->cache, call);
        return false;
    }
    return call->decided;
}

/* --- the check --- */

static int64_t check_locally(struct rate_limiter *limiter, struct slice bot,
                             struct rate_limit_request *requests, size_t count, int64_t now_us)
{
    if (limiter->used_redis)
        rate_limit_empty_bots(limiter->local, now_us);
    limiter->used_redis = false;
    return rate_limit_check(limiter->local, bot, requests, count, now_us);
}

int64_t rate_limiter_check(struct rate_limiter *limiter, struct slice bot,
                           struct rate_limit_request *requests, size_t count)
{
    const int64_t now_us = loop_now_ns(limiter->loop) / NS_PER_US;
    struct redis_call call = {.fiber = fiber_current()};

    assert(count <= RATE_LIMITER_BATCH_MAX);
    if (loop_now_ns(limiter->loop) < limiter->local_until_ns || !cache_usable(limiter->cache))
        return check_locally(limiter, bot, requests, count, now_us);
    for (size_t i = 0; i < count; i++) {
        requests[i].wait_ms =
            rate_limit_chat_wait_ms(limiter->local, bot, requests[i].chat_id, now_us);
        if (requests[i].wait_ms == RATE_LIMIT_GO)
            call.requests[call.count++] = &requests[i];
    }
    if (call.count == 0)
        return 0;
    if (!ask_redis(limiter, bot, &call)) {
        limiter->local_until_ns = loop_now_ns(limiter->loop) + LOCAL_MS * NS_PER_MS;
        return check_locally(limiter, bot, requests, count, loop_now_ns(limiter->loop) / NS_PER_US);
    }
    limiter->used_redis = true;
    for (size_t i = 0; i < count; i++)
        if (requests[i].wait_ms == RATE_LIMIT_GO)
            rate_limit_chat_sent(limiter->local, bot, requests[i].chat_id,
                                 loop_now_ns(limiter->loop) / NS_PER_US);
    return call.bot_wait_ms;
}

struct rate_limiter *rate_limiter_create(struct loop *loop, struct cache *cache,
                                         struct fault *fault)
{
    struct rate_limiter *limiter = fault_calloc(sizeof(*limiter), "the rate limiter", fault);

    if (limiter == NULL)
        return NULL;
    limiter->local = rate_limit_create(2 * RATE_LIMIT_BOT_EVERY_US, fault);
    if (limiter->local == NULL) {
        free(limiter);
        return NULL;
    }
    limiter->loop = loop;
    limiter->cache = cache;
    limiter->script.text = rate_limiter_script;
    cache_script_add(cache, &limiter->script);
    return limiter;
}

void rate_limiter_destroy(struct rate_limiter *limiter)
{
    if (limiter == NULL)
        return;
    cache_script_remove(limiter->cache, &limiter->script);
    rate_limit_destroy(limiter->local);
    free(limiter);
}
