// SPDX-License-Identifier: MIT
#include "bots/bot.h"
#include "outbox/rate_limit.h"
#include "support/test.h"

static struct rate_limit *limit;
static const struct uuid bot = {{1}};

static void begin(void)
{
    ck_ok((limit = rate_limit_create(&fault)) != NULL);
}

static void end(void)
{
    rate_limit_destroy(limit);
}

TEST_CASE("rate limit", .setup = begin, .teardown = end);

enum { STEPS = 32, GO = RATE_LIMIT_GO, BOT = -1 };

/* The delay of the chat, or BOT if its bot must wait. */
static int64_t decide(struct uuid bot_id, int64_t chat_id, int64_t at_ms)
{
    bool of_bot;
    const int64_t wait_ms =
        rate_limit_take_token_or_get_wait_ms(limit, &bot_id, chat_id, at_ms * 1000, &of_bot);

    return of_bot ? BOT : wait_ms;
}

/* `count` equal messages, `every_ms` apart, the first at `at_ms`. */
struct step {
    int64_t at_ms, chat_id;
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
    struct step steps[STEPS]; /* ends with at_ms 0 */
} rows[] = {
    {"a bot begins empty",
     {ONE(1000, 1, BOT), ONE(1033, 1, BOT), ONE(1034, 1, GO), ONE(1034, 2, BOT)}                                 },
    {"a bot's bucket holds five, then thirty a second",
     {ONE(1000, 1, BOT), ONE(3000, 1, GO), ONE(3000, 2, GO), ONE(3000, 3, GO), ONE(3000, 4, GO),
      ONE(3000, 5, GO), ONE(3000, 6, BOT), ONE(3033, 6, BOT), ONE(3034, 6, GO), ONE(3034, 7, BOT),
      ONE(3067, 7, GO)}                                                                                          },
    {"a chat has three at once, then one a second",
     {ONE(1000, 1, BOT), ONE(2000, 1, GO), ONE(2001, 1, GO), ONE(2002, 1, GO), ONE(2003, 1, 997),
      ONE(2999, 1, 1), ONE(3000, 1, GO), ONE(3001, 1, 999), ONE(4000, 1, GO), ONE(9000, 1, GO),
      ONE(9000, 1, GO), ONE(9000, 1, GO), ONE(9000, 1, 1000)}                                                    },
    {"a chat that waits takes nothing from its bot",
     {ONE(1000, 1, BOT), ONE(2000, 1, GO), ONE(2000, 1, GO), ONE(2000, 1, GO), ONE(2000, 1, 1000),
      ONE(2000, 1, 1000), ONE(2000, 2, GO), ONE(2000, 2, GO), ONE(2000, 2, BOT)}                                 },
    {"chats do not wait for each other",
     {ONE(1000, 1, BOT), ONE(2000, 1, GO), ONE(2000, 1, GO), ONE(2000, 1, GO), ONE(2100, 1, 900),
      ONE(2100, 2, GO)}                                                                                          },
    {"a group has three at once, then seventeen in 61 seconds",
     {ONE(1000, -1, BOT), EACH(2000, -1, GO, 3, 0), ONE(2000, -1, 3589),
      EACH(5589, -1, GO, 17, 3589), ONE(63013, -1, 3576), ONE(90000, -1, GO)}                                    },
    {"a private chat has no minute",                            {ONE(1000, 7, BOT), EACH(2000, 7, GO, 100, 1000)}},
};

TEST_ROWS_WHY(limits_follow_the_table, rows)
{
    for (const struct step *step = row->steps; step->at_ms != 0; step++)
        for (int i = 0; i < step->count; i++) {
            const int64_t at_ms = step->at_ms + i * step->every_ms;
            const int64_t wait_ms = decide(bot, step->chat_id, at_ms);
            ck_assert_msg(wait_ms == step->wait_ms, "at %ld %ld, not %ld", (long)at_ms,
                          (long)wait_ms, (long)step->wait_ms);
        }
}

TEST(bots_do_not_share_a_bucket)
{
    const struct uuid other = {{2}};

    (void)decide(bot, 1, 1000);
    (void)decide(other, 1, 1000);
    for (int chat = 1; chat <= RATE_LIMIT_BOT_BURST; chat++)
        ck_assert_int_eq(decide(bot, chat, 2000), GO);
    ck_assert_int_eq(decide(bot, 9, 2000), BOT);
    for (int chat = 1; chat <= RATE_LIMIT_BOT_BURST; chat++)
        ck_assert_int_eq(decide(other, chat, 2000), GO);
}

TEST(bots_without_a_slot_share_one_bucket)
{
    struct uuid one = {{0}};

    for (int i = 1; i <= BOTS_MAX + 5; i++) {
        one = (struct uuid){
            {(uint8_t)i, (uint8_t)(i >> 8)}
        };
        (void)decide(one, 1, 1000);
    }
    for (int i = 0; i < RATE_LIMIT_BOT_BURST; i++)
        ck_assert_int_eq(decide(
                             (struct uuid){
                                 {(uint8_t)(BOTS_MAX + i), 1}
        },
                             10 + i, 9000),
                         GO);
    ck_assert_int_eq(decide(one, 30, 9000), BOT);
    ck_assert_int_eq(decide(bot, 30, 9000), GO);
}

TEST(emptied_buckets_start_without_a_burst)
{
    (void)decide(bot, 1, 1000);
    ck_assert_int_eq(decide(bot, 1, 9000), GO);
    rate_limit_empty_all_buckets(limit, 9000000);
    ck_assert_int_eq(decide(bot, 1, 9000), 1000);
    ck_assert_int_eq(decide(bot, 2, 9500), 500);
    ck_assert_int_eq(decide(bot, -1, 10000), 2589);
    ck_assert_int_eq(decide(bot, 1, 10000), GO);
    ck_assert_int_eq(decide(bot, 1, 10000), 1000);
    for (int i = 0; i < RATE_LIMIT_CHAT_BURST; i++)
        ck_assert_int_eq(decide(bot, 3, 12000), GO);
    ck_assert_int_eq(decide(bot, 3, 12000), 1000);
}

/* A hundred thousand chats at once: memory does not grow, and no chat exceeds its limit. */
TEST(chats_without_a_slot_wait)
{
    int waited = 0;

    (void)decide(bot, 1, 1000);
    for (int64_t chat = 1; chat <= 100000; chat++) {
        const struct uuid its_bot = {{(uint8_t)(chat % 251 + 1)}};
        const int64_t now_ms = 5000 + chat / 100;
        int sent = 0;
        waited += decide(its_bot, -chat, now_ms) == RATE_LIMIT_FULL_WAIT_MS;
        for (int i = 0; chat % 100 == 0 && i < RATE_LIMIT_CHAT_BURST + 1; i++)
            sent += decide(its_bot, -chat, now_ms) == GO;
        ck_assert_int_le(sent, RATE_LIMIT_CHAT_BURST);
    }
    ck_assert_int_gt(waited, 0);
    /* After their time others get their slots. */
    ck_assert_int_eq(decide(bot, -99999, 120000), GO);
}

/* Random chats for four minutes, checked every 10 ms, with a takeover by another process every 47
 * seconds: no window of any length exceeds the limits. */
TEST(no_window_exceeds_the_limit)
{
    enum { CHATS = 8, MINUTES = 4, MOST = MINUTES * 60 * 40, GROUP_MAX = 20 };
    static int64_t sent_ms[MOST], sent_chat[MOST];
    uint32_t seed = 7;
    int count = 0;

    for (int64_t now = 1000; now < MINUTES * 60000; now += 10) {
        seed = seed * 1103515245 + 12345;
        const int64_t chat = (int64_t)(seed >> 16) % CHATS - CHATS / 2;
        if (now % 47000 == 0)
            rate_limit_empty_all_buckets(limit, now * 1000);
        if (decide(bot, chat, now) == GO) {
            sent_ms[count] = now;
            sent_chat[count++] = chat;
        }
    }
    ck_assert_int_gt(count, 700);
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
            ck_assert_int_le(own, GROUP_MAX);
    }
}
