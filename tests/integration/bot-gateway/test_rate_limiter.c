// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "integration/cache/stand.h"
#include "outbox/rate_limiter_private.h"
#include "support/patience.h"
#include "support/rate_limit_table.h"
#include "support/test.h"

static struct stand stand;
#define bot SLICE("apartments")

static void begin(void)
{
    stand_begin(&stand);
}

static void end(void)
{
    stand_end(&stand);
}

TEST_CASE("pacer", .setup = begin, .teardown = end);

/* --- the script, with the clock of the test --- */

/* The clock of the script is the current time; that of the table starts at zero. */
enum { TODAY_S = 1800000000 };

struct reply {
    struct fiber *fiber;
    struct rate_limit_request ask;
    bool came;
    bool sound;
};

static void hear(void *data, const struct slice *text)
{
    struct reply *reply = data;
    struct rate_limit_request *ask = &reply->ask;
    int64_t bot_wait_ms;
    reply->came = true;
    reply->sound = text != NULL && rate_limiter_read_reply(*text, &ask, 1, &bot_wait_ms);
    fiber_wake(reply->fiber);
}

static int64_t ask_script(struct cache_script *script, struct slice name, int64_t chat_id,
                          int64_t at_ms)
{
    char chat[24];
    snprintf(chat, sizeof(chat), "%" PRId64, chat_id);
    const struct rate_limiter_parameters numbers = {
        .now_us = TODAY_S * INT64_C(1000000) + at_ms * 1000, .chats = slice_of(chat)};
    struct reply reply = {.fiber = fiber_current()};
    struct fault fault;
    ck_assert(rate_limiter_send(script, name, &numbers, hear, &reply));
    while (!reply.came)
        ck_assert(fiber_park(0, &fault));
    ck_assert(reply.sound);
    return reply.ask.wait_ms;
}

static void add_script(struct cache_script *script)
{
    *script = (struct cache_script){.text = rate_limiter_script};
    cache_script_add(stand.cache, script);
    stand_wait_usable(stand.cache, true);
}

static void keep_table(void *data)
{
    struct cache_script script;
    char name[16];
    add_script(&script);
    for (int row = 0; row < RATE_LIMIT_ROWS; row++)
        for (const struct rate_limit_step *step = rate_limit_table[row].steps; step->at_ms != 0;
             step++)
            for (int i = 0; i < step->count; i++) {
                const int64_t at_ms = step->at_ms + i * step->every_ms;
                snprintf(name, sizeof(name), "row%d", row);
                const int64_t wait_ms = ask_script(&script, slice_of(name), step->chat_id, at_ms);
                ck_assert_msg(wait_ms == step->wait_ms, "%s: at %ld %ld, not %ld",
                              rate_limit_table[row].why, (long)at_ms, (long)wait_ms,
                              (long)step->wait_ms);
            }
    cache_script_remove(stand.cache, &script);
}

TEST(redis_script_follows_the_table)
{
    stand_run(&stand, keep_table, NULL);
}

static void keep_window(void *data)
{
    struct cache_script script;
    int64_t sent_ms[RATE_LIMIT_GROUP_MAX] = {0};
    int count = 0;
    add_script(&script);
    (void)ask_script(&script, bot, -7, 1000);
    for (int64_t at_ms = 2000; at_ms < 400000; at_ms += 250) {
        if (ask_script(&script, bot, -7, at_ms) != RATE_LIMIT_GO)
            continue;
        ck_assert_int_ge(at_ms - sent_ms[count % RATE_LIMIT_GROUP_MAX],
                         count < RATE_LIMIT_GROUP_MAX ? 0 : 60000);
        sent_ms[count++ % RATE_LIMIT_GROUP_MAX] = at_ms;
    }
    ck_assert_int_ge(count, 6 * RATE_LIMIT_GROUP_MAX);
    cache_script_remove(stand.cache, &script);
}

TEST(group_gets_at_most_twenty_in_sixty_seconds)
{
    stand_run(&stand, keep_window, NULL);
}

/* If the clock is set back, a bot waits at most as long as for an empty bucket. */
static void set_clock_back(void *data)
{
    struct cache_script script;
    add_script(&script);
    (void)ask_script(&script, bot, 1, 5000000);
    for (int i = 0; i < RATE_LIMIT_CHAT_BURST; i++)
        ck_assert_int_eq(ask_script(&script, bot, 1, 5009000), RATE_LIMIT_GO);
    ck_assert_int_eq(ask_script(&script, bot, 1, 9000), 1000);
    ck_assert_int_eq(ask_script(&script, bot, 2, 9000), RATE_LIMIT_BOT);
    ck_assert_int_eq(ask_script(&script, bot, 2, 9034), RATE_LIMIT_GO);
    cache_script_remove(stand.cache, &script);
}

TEST(clock_set_back_delays_briefly)
{
    stand_run(&stand, set_clock_back, NULL);
}

/* --- the rate limiter, on the clock of Redis --- */

static struct rate_limiter *make_pacer(struct cache *cache)
{
    struct fault fault;
    struct rate_limiter *limiter = rate_limiter_create(stand.loop, cache, &fault);
    ck_assert_ptr_nonnull(limiter);
    return limiter;
}

/* The number of chats that may be sent to, of `count` from `first` on. */
enum { CHAT_TOKEN_MS = 1000 }; /* a chat gets one more token */

static int go(struct rate_limiter *limiter, int64_t first, int count)
{
    struct rate_limit_request requests[RATE_LIMITER_BATCH_MAX];
    int gone = 0;
    for (int i = 0; i < count; i++)
        requests[i] = (struct rate_limit_request){.chat_id = first + i, .wait_ms = -9};
    stand_clock_stop(&stand);
    (void)rate_limiter_check(limiter, bot, requests, (size_t)count);
    stand_clock_go(&stand);
    for (int i = 0; i < count; i++)
        gone += requests[i].wait_ms == RATE_LIMIT_GO;
    return gone;
}

/* Sends to different chats as fast as allowed for `ms`, or longer if the machine is busy:
 * `took_ms`. */
static int hurry(struct rate_limiter **limiters, int copies, int64_t *chat, int64_t ms,
                 int64_t *took_ms)
{
    const int64_t began_ms = stand_now_ms();
    int gone = 0;
    while (stand_now_ms() < began_ms + ms) {
        for (int i = 0; i < copies; i++, *chat += 4)
            gone += go(limiters[i], *chat, 4);
        stand_sleep_ms(5);
    }
    *took_ms = stand_now_ms() - began_ms;
    return gone;
}

static void share_bot(void *data)
{
    struct cache *other = stand_cache(&stand, stand.url);
    struct rate_limiter *limiters[] = {make_pacer(stand.cache), make_pacer(other)};
    int64_t chat = 1, took_ms;
    stand_wait_usable(stand.cache, true);
    stand_wait_usable(other, true);
    const int gone = hurry(limiters, 2, &chat, 3000, &took_ms);
    ck_assert_int_le(gone, took_ms * RATE_LIMIT_BOT_RATE / 1000 + RATE_LIMIT_BOT_BURST);
    ck_assert_int_ge(gone, is_timed() ? 3 * RATE_LIMIT_BOT_RATE * 8 / 10 : 1);
    for (int i = 0; i < 2; i++)
        rate_limiter_destroy(limiters[i]);
    cache_destroy(other);
}

TEST(two_instances_share_the_limit_of_a_bot)
{
    stand_run(&stand, share_bot, NULL);
}

static void share_chat(void *data)
{
    struct cache *other = stand_cache(&stand, stand.url);
    struct rate_limiter *limiters[] = {make_pacer(stand.cache), make_pacer(other)};
    int gone = 0;
    stand_wait_usable(stand.cache, true);
    stand_wait_usable(other, true);
    (void)go(limiters[0], 1, 1);
    stand_sleep_ms(300);
    const int64_t began_ms = stand_now_ms();
    while (stand_now_ms() < began_ms + 2500) {
        gone += go(limiters[0], -77, 1);
        gone += go(limiters[1], -77, 1);
        stand_sleep_ms(20);
    }
    ck_assert_int_ge(gone, RATE_LIMIT_CHAT_BURST + (is_timed() ? 2 : 0));
    ck_assert_int_le(gone, RATE_LIMIT_CHAT_BURST + (stand_now_ms() - began_ms) / 1000);
    for (int i = 0; i < 2; i++)
        rate_limiter_destroy(limiters[i]);
    cache_destroy(other);
    ck_assert_int_eq(atoi(stand_redis(&stand, "LLEN rate:telegram:apartments:-77:minute")), gone);
    ck_assert_int_gt(atoi(stand_redis(&stand, "PTTL rate:telegram:apartments:-77:minute")), 55000);
    ck_assert_int_gt(atoi(stand_redis(&stand, "PTTL rate:telegram:apartments:-77")), 0);
    ck_assert_int_gt(atoi(stand_redis(&stand, "PTTL rate:telegram:apartments")), 0);
}

TEST(two_instances_share_the_limit_of_a_chat)
{
    stand_run(&stand, share_chat, NULL);
}

/* Half the rate from an empty bucket while Redis is down; chats keep their counts. */
static void lose_redis(void *data)
{
    struct rate_limiter *limiter = make_pacer(stand.cache);
    int64_t chat = 1000, took_ms;
    stand_wait_usable(stand.cache, true);
    (void)go(limiter, 1, 1);
    stand_sleep_ms(300);
    const int64_t began_ms = stand_now_ms();
    for (int i = 0; i < RATE_LIMIT_CHAT_BURST; i++)
        ck_assert_int_eq(go(limiter, 7, 1), 1);
    stand_redis_kill(&stand);
    stand_wait_usable(stand.cache, false);
    ck_assert_int_eq(go(limiter, 2000, 4), 0);
    stand_sleep_ms(100);
    const int seventh = go(limiter, 7, 1);
    if (stand_now_ms() - began_ms < CHAT_TOKEN_MS)
        ck_assert_int_eq(seventh, 0);
    const int gone = hurry(&limiter, 1, &chat, 2000, &took_ms);
    ck_assert_int_le(gone, took_ms * RATE_LIMIT_BOT_RATE / 2000 + RATE_LIMIT_BOT_BURST);
    ck_assert_int_ge(gone, is_timed() ? RATE_LIMIT_BOT_RATE * 8 / 10 : 1);
    rate_limiter_destroy(limiter);
}

/* Case: Redis down. */
TEST(without_redis_an_instance_sends_at_half_the_rate)
{
    stand_run(&stand, lose_redis, NULL);
}

/* Messages to a group while Redis was down count when it is back, empty. */
static void regain_redis(void *data)
{
    const int64_t began_ms = stand_now_ms();
    struct rate_limiter *limiter = make_pacer(stand.cache);
    stand_wait_usable(stand.cache, true);
    stand_redis_kill(&stand);
    stand_wait_usable(stand.cache, false);
    (void)go(limiter, 1, 1);
    stand_sleep_ms(400);
    for (int i = 0; i < RATE_LIMIT_CHAT_BURST; i++)
        ck_assert_int_eq(go(limiter, -7, 1), 1);
    stand_redis_start(&stand);
    stand_wait_usable(stand.cache, true);
    stand_sleep_ms(200);
    struct rate_limit_request ask = {.chat_id = -7};
    (void)rate_limiter_check(limiter, bot, &ask, 1);
    /* The start took a while; if the three messages were forgotten, three more would be allowed at
     * once. */
    int more = ask.wait_ms == RATE_LIMIT_GO;
    for (int i = 0; i < RATE_LIMIT_CHAT_BURST; i++)
        more += go(limiter, -7, 1);
    ck_assert(more < RATE_LIMIT_CHAT_BURST ||
              stand_now_ms() - began_ms >= RATE_LIMIT_CHAT_BURST * CHAT_TOKEN_MS);
    rate_limiter_destroy(limiter);
}

TEST(messages_sent_without_redis_count_afterwards)
{
    stand_run(&stand, regain_redis, NULL);
}

static void freeze_redis(void *data)
{
    struct rate_limiter *limiter = make_pacer(stand.cache);
    stand_wait_usable(stand.cache, true);
    (void)go(limiter, 1, 1);
    stand_sleep_ms(200);
    ck_assert_int_gt(go(limiter, 10, 2), 0);
    stand_redis_freeze(&stand);
    const int64_t began_ms = stand_now_ms();
    (void)go(limiter, 20, 2);
    if (is_timed())
        ck_assert_int_le(stand_now_ms() - began_ms, CACHE_COMMAND_MS + 500);
    stand_sleep_ms(300);
    ck_assert_int_gt(go(limiter, 30, 2), 0);
    stand_redis_thaw(&stand);
    rate_limiter_destroy(limiter);
}

TEST(frozen_redis_delays_one_check)
{
    stand_run(&stand, freeze_redis, NULL);
}
