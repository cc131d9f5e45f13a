// SPDX-License-Identifier: MIT
#include "base/now.h"
#include "loop/fiber.h"

#include "held_clock.h"
#include "suite.h"
#include "support/test.h"

TEST_CASE("fiber_queue", .setup = hold_clock, .teardown = now_thaw);

/* A resource with a queue, and the fibers that need it. */
struct shop {
    struct loop *loop;
    struct fiber_queue line;
    char served[32];
    size_t served_count;
};

struct guest {
    struct shop *shop;
    char name;
    size_t limit;
    int64_t until_ns;
    struct fiber *fiber;
    bool served;
    bool done;
    struct fault fault;
};

static void stand_in_line(void *data)
{
    struct guest *guest = data;
    struct shop *shop = guest->shop;

    guest->fiber = fiber_current();
    guest->served = fiber_queue_wait(&shop->line, guest->limit, guest->until_ns, &guest->fault);
    guest->done = true;
    if (guest->served)
        shop->served[shop->served_count++] = guest->name;
}

static void enter(struct guest *guest, struct shop *shop, char name, int deadline_ms)
{
    struct fault fault;

    *guest = (struct guest){.shop = shop, .name = name, .limit = 8};
    ck_assert(fiber_start(shop->loop, stand_in_line, guest, suite_in_ms(shop->loop, deadline_ms),
                          "guest", &fault));
}

TEST(queue_is_served_in_order)
{
    struct shop shop = {.loop = suite_loop()};
    struct guest guests[3];

    for (int i = 0; i < 3; i++)
        enter(&guests[i], &shop, (char)('a' + i), 1000);
    ck_assert_uint_eq(shop.line.count, 3);
    while (fiber_queue_wake_one(&shop.line))
        ;
    suite_run_ms(shop.loop, 0);
    ck_assert_str_eq(shop.served, "abc");
    ck_assert_uint_eq(shop.line.count, 0);
    ck_assert(!fiber_queue_wake_one(&shop.line));
    loop_destroy(shop.loop);
}

TEST(full_queue_refuses_at_once)
{
    struct shop shop = {.loop = suite_loop()};
    struct guest guests[9];

    for (int i = 0; i < 9; i++)
        enter(&guests[i], &shop, (char)('a' + i), 1000);
    ck_assert(guests[8].done && !guests[8].served);
    ck_assert_int_eq(guests[8].fault.kind, FAULT_UNAVAILABLE);
    ck_assert_str_eq(guests[8].fault.code, "overloaded");
    ck_assert_uint_eq(shop.line.count, 8);
    loop_destroy(shop.loop);
}

static const struct {
    const char *why;
    int leaves;
    const char *rest;
} leavers[] = {
    {"the first leaves",  0, "bcz"},
    {"the middle leaves", 1, "acz"},
    {"the last leaves",   2, "abz"},
};

TEST_ROWS(timed_out_fiber_leaves_the_queue, leavers)
{
    struct shop shop = {.loop = suite_loop()};
    struct guest guests[4];

    for (int i = 0; i < 3; i++)
        enter(&guests[i], &shop, (char)('a' + i), i == row->leaves ? 5 : 5000);
    suite_run_ms(shop.loop, 15);
    ck_assert_str_eq(guests[row->leaves].fault.code, "deadline_exceeded");
    ck_assert_uint_eq(shop.line.count, 2);
    enter(&guests[3], &shop, 'z', 5000);
    while (fiber_queue_wake_one(&shop.line))
        ;
    suite_run_ms(shop.loop, 0);
    ck_assert_msg(strcmp(shop.served, row->rest) == 0, "%s: %s", row->why, shop.served);
    loop_destroy(shop.loop);
}

struct hand_over {
    struct shop *shop;
    struct guest *cancel; /* after the grant, or NULL */
    bool handed;
};

static void hand_over(void *data)
{
    struct hand_over *over = data;

    over->handed = fiber_queue_wake_one(&over->shop->line);
    if (over->cancel != NULL)
        fiber_cancel(over->cancel->fiber);
}

TEST(grant_survives_a_deadline_before_the_fiber_runs)
{
    struct shop shop = {.loop = suite_loop()};
    struct hand_over over = {.shop = &shop};
    struct loop_timer late = {0};
    struct guest guest;

    now_freeze(0, INT64_C(1000000000000));
    enter(&guest, &shop, 'a', 5);
    ck_assert(loop_timer_start(shop.loop, &late, suite_in_ms(shop.loop, 6), hand_over, &over));
    now_advance_us(15000);
    suite_run_ms(shop.loop, 0);
    ck_assert(over.handed);
    ck_assert(guest.served);
    now_thaw();
    loop_destroy(shop.loop);
}

TEST(grant_survives_a_cancel_before_the_fiber_runs)
{
    struct shop shop = {.loop = suite_loop()};
    struct guest guest;
    struct hand_over over = {.shop = &shop, .cancel = &guest};

    enter(&guest, &shop, 'a', 5000);
    hand_over(&over);
    suite_run_ms(shop.loop, 0);
    ck_assert(over.handed);
    ck_assert(guest.served);
    loop_destroy(shop.loop);
}

TEST(cancelled_fiber_gets_no_grant)
{
    struct shop shop = {.loop = suite_loop()};
    struct guest guests[2];

    enter(&guests[0], &shop, 'a', 5000);
    enter(&guests[1], &shop, 'b', 5000);
    fiber_cancel(guests[0].fiber);
    suite_run_ms(shop.loop, 0);
    ck_assert(guests[0].done && !guests[0].served);
    ck_assert(fiber_queue_wake_one(&shop.line));
    suite_run_ms(shop.loop, 0);
    ck_assert_str_eq(shop.served, "b");
    loop_destroy(shop.loop);
}

TEST(unrelated_wake_is_not_a_grant)
{
    struct shop shop = {.loop = suite_loop()};
    struct guest guest;

    enter(&guest, &shop, 'a', 5000);
    fiber_wake(guest.fiber);
    suite_run_ms(shop.loop, 0);
    ck_assert(!guest.done);
    ck_assert_uint_eq(shop.line.count, 1);
    loop_destroy(shop.loop);
}

/* Ten thousand fibers share a few tokens: each takes one (waiting in the queue if there is none),
 * holds it for a while and passes it on. Some time out, some are cancelled. If a token were lost,
 * the last fibers would wait forever. */
enum { FIBERS = 10000, AT_ONCE = 500, TOKENS = 7, LINE_MAX_LEN = AT_ONCE };

struct crowd {
    struct loop *loop;
    struct fiber_queue line;
    int free_tokens;
    unsigned seed;
    int started, served, timed_out, cancelled;
    struct fiber *newest; /* NULL once it has ended */
};

static bool crowd_take(struct crowd *crowd, struct fault *fault)
{
    if (crowd->free_tokens == 0)
        return fiber_queue_wait(&crowd->line, LINE_MAX_LEN, 0, fault);
    crowd->free_tokens--;
    return true;
}

static void crowd_give(struct crowd *crowd)
{
    if (!fiber_queue_wake_one(&crowd->line))
        crowd->free_tokens++;
}

static void live_in_crowd(void *data)
{
    struct crowd *crowd = data;
    struct fault fault = {.code = "served"};

    crowd->newest = fiber_current();
    if (crowd_take(crowd, &fault)) {
        if (fiber_sleep(rand_r(&crowd->seed) % (MS / 10), &fault))
            crowd->served++;
        crowd_give(crowd);
    }
    crowd->timed_out += strcmp(fault.code, "deadline_exceeded") == 0;
    crowd->cancelled += strcmp(fault.code, "cancelled") == 0;
    if (crowd->newest == fiber_current())
        crowd->newest = NULL;
}

static bool crowd_arrives(void *data)
{
    struct crowd *crowd = data;
    struct fault fault;

    while (crowd->started < FIBERS && fiber_live(crowd->loop) < AT_ONCE) {
        const int64_t life_ns = rand_r(&crowd->seed) % (100 * MS);
        ck_assert(fiber_start(crowd->loop, live_in_crowd, crowd, loop_now_ns(crowd->loop) + life_ns,
                              "crowd", &fault));
        crowd->started++;
        if (rand_r(&crowd->seed) % 10 == 0 && crowd->newest != NULL)
            fiber_cancel(crowd->newest);
    }
    if (crowd->started == FIBERS && fiber_live(crowd->loop) == 0)
        loop_stop(crowd->loop);
    return false;
}

TEST_LOOP(no_grant_is_lost_among_ten_thousand_fibers, 1, 4)
{
    struct crowd crowd = {.loop = suite_loop(), .free_tokens = TOKENS, .seed = (unsigned)_i};
    struct loop_hook hook;
    struct loop_timer pulse = {0};

    loop_hook_add(crowd.loop, &hook, crowd_arrives, &crowd);
    ck_assert(loop_timer_start(crowd.loop, &pulse, 0, suite_nothing, NULL));
    loop_run(crowd.loop);
    printf("seed %d: served %d, timed out %d, cancelled %d\n", _i, crowd.served, crowd.timed_out,
           crowd.cancelled);
    ck_assert_int_eq(crowd.served + crowd.timed_out + crowd.cancelled, FIBERS);
    ck_assert_int_eq(crowd.free_tokens, TOKENS);
    ck_assert_uint_eq(crowd.line.count, 0);
    ck_assert_int_gt(crowd.served, 0);
    ck_assert_int_gt(crowd.timed_out, 0);
    ck_assert_int_gt(crowd.cancelled, 0);
    loop_destroy(crowd.loop);
}
