// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "outbox/rate_limit.h"
#include "support/rate_limit_table.h"
#include "support/test.h"

static struct rate_limit *limit;
#define bot SLICE("apartments")

static void begin(void)
{
    struct fault fault;
    limit = rate_limit_create(RATE_LIMIT_BOT_EVERY_US, &fault);
    ck_assert_ptr_nonnull(limit);
}

static void end(void)
{
    rate_limit_destroy(limit);
}

TEST_CASE("pace", .setup = begin, .teardown = end);

static int64_t decide(struct slice name, int64_t chat_id, int64_t at_ms)
{
    struct rate_limit_request ask = {.chat_id = chat_id, .wait_ms = -9};
    (void)rate_limit_check(limit, name, &ask, 1, at_ms * 1000);
    return ask.wait_ms;
}

TEST_LOOP(limits_follow_the_table, 0, RATE_LIMIT_ROWS)
{
    for (const struct rate_limit_step *step = rate_limit_table[_i].steps; step->at_ms != 0; step++)
        for (int i = 0; i < step->count; i++) {
            const int64_t at_ms = step->at_ms + i * step->every_ms;
            const int64_t wait_ms = decide(bot, step->chat_id, at_ms);
            ck_assert_msg(wait_ms == step->wait_ms, "%s: at %ld %ld, not %ld",
                          rate_limit_table[_i].why, (long)at_ms, (long)wait_ms,
                          (long)step->wait_ms);
        }
}

TEST(one_batch_checks_many_chats)
{
    struct rate_limit_request requests[] = {{.chat_id = 1}, {.chat_id = 2}, {.chat_id = 3},
                                            {.chat_id = 4}, {.chat_id = 5}, {.chat_id = 6},
                                            {.chat_id = 7}};
    (void)decide(bot, 1, 1000);
    for (int i = 0; i < RATE_LIMIT_CHAT_BURST; i++)
        ck_assert_int_eq(decide(bot, 3, 1900), RATE_LIMIT_GO);
    const int64_t next_ms = rate_limit_check(limit, bot, requests, COUNT(requests), 2100000);
    const int64_t wanted[] = {GO, GO, 800, GO, GO, GO, BOT};
    for (int i = 0; i < COUNT(requests); i++)
        ck_assert_int_eq(requests[i].wait_ms, wanted[i]);
    ck_assert_int_eq(next_ms, 34);
}

TEST(bots_do_not_share_a_bucket)
{
    (void)decide(SLICE("a"), 1, 1000);
    (void)decide(SLICE("b"), 1, 1000);
    for (int chat = 1; chat <= RATE_LIMIT_BOT_BURST; chat++)
        ck_assert_int_eq(decide(SLICE("a"), chat, 2000), RATE_LIMIT_GO);
    ck_assert_int_eq(decide(SLICE("a"), 9, 2000), RATE_LIMIT_BOT);
    for (int chat = 1; chat <= RATE_LIMIT_BOT_BURST; chat++)
        ck_assert_int_eq(decide(SLICE("b"), chat, 2000), RATE_LIMIT_GO);
}

TEST(bots_without_a_slot_share_one_bucket)
{
    char name[16];
    for (int i = 0; i < RATE_LIMIT_BOTS_MAX + 5; i++) {
        snprintf(name, sizeof(name), "bot%d", i);
        (void)decide(slice_of(name), 1, 1000);
    }
    for (int i = 0; i < RATE_LIMIT_BOT_BURST; i++) {
        snprintf(name, sizeof(name), "bot%d", RATE_LIMIT_BOTS_MAX + i);
        ck_assert_int_eq(decide(slice_of(name), 10 + i, 9000), RATE_LIMIT_GO);
    }
    ck_assert_int_eq(decide(slice_of(name), 30, 9000), RATE_LIMIT_BOT);
    ck_assert_int_eq(decide(SLICE("bot1"), 30, 9000), RATE_LIMIT_GO);
}

TEST(messages_counted_elsewhere_limit_the_chat)
{
    ck_assert_int_eq(rate_limit_chat_wait_ms(limit, bot, -5, 1000000), 0);
    for (int i = 0; i < RATE_LIMIT_GROUP_MAX; i++)
        rate_limit_chat_sent(limit, bot, -5, 1000000 + i * 1000000);
    ck_assert_int_eq(rate_limit_chat_wait_ms(limit, bot, -5, 50000000), 12000);
    ck_assert_int_eq(rate_limit_chat_wait_ms(limit, bot, 5, 50000000), 0);
}

TEST(emptied_bot_waits_for_its_next_token)
{
    (void)decide(bot, 1, 1000);
    ck_assert_int_eq(decide(bot, 1, 9000), RATE_LIMIT_GO);
    rate_limit_empty_bots(limit, 9000000);
    ck_assert_int_eq(decide(bot, 2, 9000), RATE_LIMIT_BOT);
    ck_assert_int_eq(decide(bot, 2, 9034), RATE_LIMIT_GO);
}

/* A hundred thousand groups in a minute: memory does not grow, and no group exceeds its limit. */
TEST(chats_without_a_slot_wait)
{
    int64_t gone = 0, waited = 0;
    for (int64_t chat = 1; chat <= 100000; chat++) {
        const int64_t wait_ms = rate_limit_chat_wait_ms(limit, bot, -chat, 1000000);
        if (wait_ms == 0)
            rate_limit_chat_sent(limit, bot, -chat, 1000000);
        else
            ck_assert_int_eq(wait_ms, RATE_LIMIT_FULL_WAIT_MS);
        gone += wait_ms == 0;
        waited += wait_ms != 0;
    }
    ck_assert_int_le(gone, RATE_LIMIT_CHATS_MAX);
    ck_assert_int_gt(gone, RATE_LIMIT_CHATS_MAX / 2);
    ck_assert_int_eq(gone + waited, 100000);
    /* After their time others get their slots. */
    ck_assert_int_eq(rate_limit_chat_wait_ms(limit, bot, -99999, 1000000 + RATE_LIMIT_GROUP_US), 0);
}

/* Random chats for four minutes, checked every 10 ms: no window of any length exceeds the
 * limits. */
TEST(no_window_exceeds_the_limit)
{
    enum { CHATS = 8, MINUTES = 4, MOST = MINUTES * 60 * 40 };
    static int64_t sent_ms[MOST];
    static int64_t sent_chat[MOST];
    uint32_t seed = 7;
    int count = 0;
    for (int64_t now = 1000; now < MINUTES * 60000; now += 10) {
        seed = seed * 1103515245 + 12345;
        const int64_t chat = (int64_t)(seed >> 16) % CHATS - CHATS / 2;
        if (decide(bot, chat, now) == RATE_LIMIT_GO) {
            sent_ms[count] = now;
            sent_chat[count++] = chat;
        }
    }
    ck_assert_int_gt(count, 1000);
    for (int i = 0; i < count; i++) {
        int all = 0, own = 0;
        for (int j = i; j < count && sent_ms[j] - sent_ms[i] < 60000; j++) {
            const int64_t passed_ms = sent_ms[j] - sent_ms[i];
            all++;
            own += sent_chat[j] == sent_chat[i];
            ck_assert_int_le(all, RATE_LIMIT_BOT_BURST + passed_ms * RATE_LIMIT_BOT_RATE / 1000);
            ck_assert_int_le(own, RATE_LIMIT_CHAT_BURST + passed_ms / 1000);
        }
        if (sent_chat[i] < 0)
            ck_assert_int_le(own, RATE_LIMIT_GROUP_MAX);
    }
}
