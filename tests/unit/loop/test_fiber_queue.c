// SPDX-License-Identifier: MIT
#include "held_clock.h"
#include "suite.h"

struct guest {
    char name;
    struct fiber *fiber;
    bool served, done;
    struct fault fault;
};

enum { LINE_MAX_LEN = 8 };

/* A resource with a queue, and the fibers that need it. */
static struct fiber_queue line;
static struct guest guests[LINE_MAX_LEN + 1];
static size_t guest_count;
static char served[LINE_MAX_LEN + 1]; /* their names */

static void begin(void)
{
    suite_begin_held();
    line = (struct fiber_queue){0};
    guest_count = 0;
    memset(served, 0, sizeof served);
}

TEST_CASE("fiber_queue", .setup = begin, .teardown = suite_end);

static void stand_in_line(void *data)
{
    struct guest *guest = data;

    guest->fiber = fiber_current();
    guest->served = fiber_queue_wait(&line, LINE_MAX_LEN, 0, &guest->fault);
    guest->done = true;
    if (guest->served)
        served[strlen(served)] = guest->name;
}

static void enter(char name, int deadline_ms)
{
    struct guest *guest = &guests[guest_count++];

    *guest = (struct guest){.name = name};
    ck_ok(fiber_start(loop, stand_in_line, guest, suite_in_ms(deadline_ms), "guest", &fault));
}

static void serve_all(void)
{
    fiber_queue_wake_all(&line);
    suite_run_ms(0);
}

TEST(queue_is_served_in_order)
{
    for (int i = 0; i < 3; i++)
        enter((char)('a' + i), 1000);
    ck_assert_uint_eq(line.count, 3);
    serve_all();
    ck_assert_str_eq(served, "abc");
    ck_assert_uint_eq(line.count, 0);
    ck_assert(!fiber_queue_wake_one(&line));
}

TEST(full_queue_refuses_at_once)
{
    for (int i = 0; i < 9; i++)
        enter((char)('a' + i), 1000);
    ck_assert(guests[8].done && !guests[8].served);
    ck_assert_int_eq(guests[8].fault.kind, FAULT_UNAVAILABLE);
    ck_assert_str_eq(guests[8].fault.code, "overloaded");
    ck_assert_uint_eq(line.count, 8);
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

TEST_ROWS_WHY(timed_out_fiber_leaves_the_queue, leavers)
{
    for (int i = 0; i < 3; i++)
        enter((char)('a' + i), i == row->leaves ? 5 : 5000);
    suite_run_ms(15);
    ck_assert_str_eq(guests[row->leaves].fault.code, "deadline_exceeded");
    ck_assert_uint_eq(line.count, 2);
    enter('z', 5000);
    serve_all();
    ck_assert_str_eq(served, row->rest);
}

static void hand_over(void *data)
{
    ck_assert(fiber_queue_wake_one(&line));
}

TEST(grant_survives_a_deadline_before_the_fiber_runs)
{
    struct loop_timer late = {0};

    enter('a', 5);
    suite_after_ms(&late, 6, hand_over, NULL);
    now_advance_us(15000);
    suite_run_ms(0);
    ck_assert(guests[0].served);
}

TEST(grant_survives_a_cancel_before_the_fiber_runs)
{
    enter('a', 5000);
    hand_over(NULL);
    fiber_cancel(guests[0].fiber);
    suite_run_ms(0);
    ck_assert(guests[0].served);
}

TEST(cancelled_fiber_gets_no_grant)
{
    enter('a', 5000);
    enter('b', 5000);
    fiber_cancel(guests[0].fiber);
    suite_run_ms(0);
    ck_assert(guests[0].done && !guests[0].served);
    hand_over(NULL);
    suite_run_ms(0);
    ck_assert_str_eq(served, "b");
}

TEST(unrelated_wake_is_not_a_grant)
{
    enter('a', 5000);
    fiber_wake(guests[0].fiber);
    suite_run_ms(0);
    ck_assert(!guests[0].done);
    ck_assert_uint_eq(line.count, 1);
}

/* Ten thousand fibers share a few tokens: each takes one (waiting in the queue if there is none),
 * holds it for a while and passes it on. Some time out, some are cancelled. If a token were lost,
 * the last fibers would wait forever. */
enum { FIBERS = 10000, AT_ONCE = 500, TOKENS = 7 };

struct crowd {
    struct fiber_queue line;
    int free_tokens;
    unsigned seed;
    int started, served, timed_out, cancelled;
    struct fiber *newest; /* NULL once it has ended */
};

static bool crowd_take(struct crowd *crowd, struct fault *why)
{
    if (crowd->free_tokens == 0)
        return fiber_queue_wait(&crowd->line, AT_ONCE, 0, why);
    crowd->free_tokens--;
    return true;
}

static void live_in_crowd(void *data)
{
    struct crowd *crowd = data;
    struct fault why = {.code = "served"};

    crowd->newest = fiber_current();
    if (crowd_take(crowd, &why)) {
        if (fiber_sleep(rand_r(&crowd->seed) % (MS / 10), &why))
            crowd->served++;
        if (!fiber_queue_wake_one(&crowd->line))
            crowd->free_tokens++;
    }
    crowd->timed_out += strcmp(why.code, "deadline_exceeded") == 0;
    crowd->cancelled += strcmp(why.code, "cancelled") == 0;
    if (crowd->newest == fiber_current())
        crowd->newest = NULL;
}

static bool crowd_arrives(void *data)
{
    struct crowd *crowd = data;

    while (crowd->started < FIBERS && fiber_count_live(loop) < AT_ONCE) {
        const int64_t life_ns = rand_r(&crowd->seed) % (100 * MS);
        ck_ok(
            fiber_start(loop, live_in_crowd, crowd, loop_now_ns(loop) + life_ns, "crowd", &fault));
        crowd->started++;
        if (rand_r(&crowd->seed) % 10 == 0 && crowd->newest != NULL)
            fiber_cancel(crowd->newest);
    }
    if (crowd->started == FIBERS && fiber_count_live(loop) == 0)
        loop_stop(loop);
    return false;
}

TEST_LOOP(no_grant_is_lost_among_ten_thousand_fibers, 1, 4)
{
    struct crowd crowd = {.free_tokens = TOKENS, .seed = (unsigned)_i};
    struct loop_hook hook;
    struct loop_timer pulse = {0};

    loop_hook_add(loop, &hook, crowd_arrives, &crowd);
    suite_after_ms(&pulse, 0, suite_nothing, NULL);
    loop_run(loop);
    printf("seed %d: served %d, timed out %d, cancelled %d\n", _i, crowd.served, crowd.timed_out,
           crowd.cancelled);
    ck_assert_int_eq(crowd.served + crowd.timed_out + crowd.cancelled, FIBERS);
    ck_assert_int_eq(crowd.free_tokens, TOKENS);
    ck_assert_uint_eq(crowd.line.count, 0);
    ck_assert_int_gt(crowd.served, 0);
    ck_assert_int_gt(crowd.timed_out, 0);
    ck_assert_int_gt(crowd.cancelled, 0);
}
