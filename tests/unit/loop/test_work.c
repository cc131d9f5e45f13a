// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <unistd.h>

#include "loop/work.h"

#include "suite.h"
#include "support/metric_of.h"
#include "support/test.h"

TEST_CASE("work", .timeout_s = 30);

struct sum {
    int a, b, result;
    int sleep_ms;
    atomic_int *begun; /* signalled when the job runs */
    atomic_int *gate;  /* the job waits until this is set */
    int nice;
    atomic_int *ran; /* incremented at the end */
    char *owned;
};

static void add(void *arg)
{
    struct sum *sum = arg;

    if (sum->sleep_ms > 0)
        usleep((useconds_t)sum->sleep_ms * 1000);
    if (sum->begun != NULL)
        atomic_store(sum->begun, 1);
    while (sum->gate != NULL && atomic_load(sum->gate) == 0)
        usleep(500);
    errno = 0;
    sum->nice = getpriority(PRIO_PROCESS, (id_t)gettid());
    sum->result = sum->a + sum->b;
    sum->owned = malloc(16);
    if (sum->ran != NULL)
        atomic_fetch_add(sum->ran, 1);
}

static int discarded;

static void discard_sum(void *arg)
{
    struct sum *sum = arg;

    free(sum->owned);
    discarded++;
}

struct client {
    struct loop *loop;
    struct work *work;
    struct sum sum;
    bool ok;
    bool done;
    struct fault fault;
    struct fiber *fiber;
    int *left; /* the last client stops the loop */
};

static void ask_pool(void *data)
{
    struct client *client = data;

    client->fiber = fiber_current();
    client->ok =
        work_run(client->work, add, &client->sum, sizeof(client->sum), discard_sum, &client->fault);
    if (client->ok)
        free(client->sum.owned);
    client->done = true;
    if (client->left != NULL && --*client->left == 0)
        loop_stop(client->loop);
}

static void ask_within(struct client *client, int deadline_ms)
{
    struct fault fault;

    ck_assert(fiber_start(client->loop, ask_pool, client, suite_in_ms(client->loop, deadline_ms),
                          "client", &fault));
}

/* Runs a job that a thread has started and that ends when the test opens the gate. */
static atomic_int begun;
static atomic_int gate;

static void ask_and_hold(struct client *client, int deadline_ms)
{
    client->sum.begun = &begun;
    client->sum.gate = &gate;
    atomic_store(&begun, 0);
    atomic_store(&gate, 0);
    ask_within(client, deadline_ms);
    while (atomic_load(&begun) == 0)
        usleep(500);
}

static struct work *pool(struct loop *loop, size_t threads, size_t queue_limit)
{
    struct fault fault;
    struct work *work = work_create(loop, threads, queue_limit, &fault);

    ck_assert_ptr_nonnull(work);
    return work;
}

TEST(job_works_on_a_copy_whose_result_is_returned)
{
    struct loop *loop = suite_loop();
    const int own_nice = getpriority(PRIO_PROCESS, 0);
    struct client client = {
        .loop = loop, .work = pool(loop, 2, 4), .sum = {.a = 3, .b = 4},
                  .left = &(int){1     }
    };

    ask_within(&client, 60000);
    ck_assert_int_eq(client.sum.result, 0);
    loop_run(loop);
    ck_assert(client.ok);
    ck_assert_int_eq(client.sum.result, 7);
    ck_assert_int_eq(client.sum.nice, own_nice < 10 ? 10 : own_nice);
    ck_assert_int_eq(getpriority(PRIO_PROCESS, 0), own_nice);
    work_destroy(client.work);
    loop_destroy(loop);
}

TEST(long_job_does_not_block_the_loop)
{
    struct loop *loop = suite_loop();
    struct client client = {
        .loop = loop, .work = pool(loop, 1, 4), .sum = {.sleep_ms = 100}, .left = &(int){1}};

    ask_within(&client, 60000);
    loop_run(loop);
    ck_assert(client.ok);
    ck_assert_int_lt(loop_longest_held(loop).longest_ns, 50 * MS);
    work_destroy(client.work);
    loop_destroy(loop);
}

TEST(a_full_queue_refuses_at_once)
{
    enum { MANY = 4 };
    struct loop *loop = suite_loop();
    struct work *work = pool(loop, 1, 2);
    struct client clients[MANY];
    int left = MANY;

    discarded = 0;
    for (int i = 0; i < MANY; i++)
        clients[i] = (struct client){.loop = loop, .work = work, .sum = {.a = i}, .left = &left};
    ask_and_hold(&clients[0], 60000);
    for (int i = 1; i < MANY; i++)
        ask_within(&clients[i], 60000);
    ck_assert(clients[3].done && !clients[3].ok);
    ck_assert_int_eq(clients[3].fault.kind, FAULT_UNAVAILABLE);
    ck_assert_str_eq(clients[3].fault.code, "overloaded");
    ck_assert_int_eq(discarded, 0);
    atomic_store(&gate, 1);
    loop_run(loop);
    for (int i = 0; i < 3; i++)
        ck_assert(clients[i].ok && clients[i].sum.result == i);
    work_destroy(work);
    loop_destroy(loop);
}

TEST(queued_job_is_discarded_without_running_after_its_deadline)
{
    struct loop *loop = suite_loop();
    struct work *work = pool(loop, 1, 4);
    atomic_int ran = 0;
    struct client first = {.loop = loop, .work = work, .sum = {.ran = &ran}, .left = &(int){1}};
    struct client second = {
        .loop = loop, .work = work, .sum = {.a = 1, .ran = &ran},
                .left = &(int){1     }
    };

    discarded = 0;
    second.sum.owned = malloc(16);
    ask_and_hold(&first, 60000);
    ask_within(&second, 10);
    loop_run(loop);
    ck_assert(second.done && !second.ok);
    ck_assert_str_eq(second.fault.code, "deadline_exceeded");
    ck_assert_int_eq(second.sum.result, 0);
    ck_assert_int_eq(discarded, 1);
    atomic_store(&gate, 1);
    loop_run(loop);
    ck_assert(first.ok);
    work_destroy(work);
    ck_assert_int_eq(atomic_load(&ran), 1);
    ck_assert_int_eq(discarded, 1);
    loop_destroy(loop);
}

TEST(result_of_a_job_that_finishes_after_its_deadline_is_discarded)
{
    struct loop *loop = suite_loop();
    struct client client = {
        .loop = loop, .work = pool(loop, 1, 4), .sum = {.a = 1}, .left = &(int){1}};

    discarded = 0;
    ask_and_hold(&client, 10);
    loop_run(loop);
    ck_assert(!client.ok);
    ck_assert_int_eq(client.sum.result, 0);
    ck_assert_ptr_null(client.sum.owned);
    ck_assert_int_eq(discarded, 0);
    atomic_store(&gate, 1);
    for (int i = 0; i < 12000 && discarded == 0; i++)
        suite_run_ms(loop, 5);
    ck_assert_int_eq(discarded, 1);
    work_destroy(client.work);
    loop_destroy(loop);
}

TEST(destroying_waits_for_running_jobs_and_discards_them)
{
    struct loop *loop = suite_loop();
    struct client client = {.loop = loop, .work = pool(loop, 1, 4), .left = &(int){1}};

    discarded = 0;
    ask_and_hold(&client, 10);
    loop_run(loop);
    ck_assert(!client.ok);
    atomic_store(&gate, 1);
    work_destroy(client.work);
    ck_assert_int_eq(discarded, 1);
    loop_destroy(loop);
}

TEST(a_cancelled_fiber_stops_waiting_for_its_job)
{
    struct loop *loop = suite_loop();
    struct client client = {.loop = loop, .work = pool(loop, 1, 4), .left = &(int){1}};

    ask_and_hold(&client, 60000);
    fiber_cancel(client.fiber);
    loop_run(loop);
    ck_assert(!client.ok);
    ck_assert_str_eq(client.fault.code, "cancelled");
    atomic_store(&gate, 1);
    work_destroy(client.work);
    loop_destroy(loop);
}

TEST(metrics_count_running_waiting_and_refused_jobs)
{
    enum { MANY = 4 };
    struct client clients[MANY];
    struct loop *loop = suite_loop();
    struct work *work = pool(loop, 1, 2);
    int left = MANY;

    work_metrics_register(work);
    for (int i = 0; i < MANY; i++)
        clients[i] = (struct client){.loop = loop, .work = work, .left = &left};
    ask_and_hold(&clients[0], 60000);
    for (int i = 1; i < MANY; i++)
        ask_within(&clients[i], 60000);
    ck_assert_double_eq(metric_of("work_jobs_running"), 1);
    ck_assert_double_eq(metric_of("work_jobs_queued{line=\"cpu\"}"), 2);
    ck_assert_double_eq(metric_of("work_jobs_queued{line=\"names\"}"), 0);
    ck_assert_double_eq(metric_of("work_jobs_refused_total"), 1);
    atomic_store(&gate, 1);
    loop_run(loop);
    ck_assert_double_eq(metric_of("work_jobs_running"), 0);
    ck_assert_double_eq(metric_of("work_jobs_queued{line=\"cpu\"}"), 0);
    work_destroy(work);
    ck_assert_double_eq(metric_of("work_jobs_running"), 0);
    metric_reset();
    loop_destroy(loop);
}

TEST(jobs_with_random_deadlines_return_or_are_freed)
{
    enum { JOBS = 800 };
    static struct client clients[JOBS];
    struct loop *loop = suite_loop();
    struct work *work = pool(loop, 4, JOBS);
    unsigned seed = 7;
    int left = JOBS;
    int ok = 0;

    for (int i = 0; i < JOBS; i++) {
        clients[i] = (struct client){
            .loop = loop,
            .work = work,
            .sum = {.a = i, .b = 1, .sleep_ms = i % 7 == 0},
            .left = &left
        };
        /* Some have enough time on any machine. */
        ask_within(&clients[i], i % 40 == 0 ? 60000 : 1 + (int)(rand_r(&seed) % 60));
    }
    loop_run(loop);
    work_destroy(work);
    for (int i = 0; i < JOBS; i++) {
        ck_assert_int_eq(clients[i].sum.result, clients[i].ok ? i + 1 : 0);
        ok += clients[i].ok;
    }
    ck_assert_int_gt(ok, 0);
    ck_assert_uint_eq(fiber_live(loop), 0);
    loop_destroy(loop);
}

TEST(unused_pool_is_destroyed)
{
    struct loop *loop = suite_loop();

    work_destroy(pool(loop, 16, 1));
    work_destroy(NULL);
    loop_destroy(loop);
}
