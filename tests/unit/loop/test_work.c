// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdatomic.h>
#include <sys/resource.h>

#include "loop/work.h"

#include "suite.h"
#include "support/metric_of.h"

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

static struct work *work;

struct client {
    struct sum sum;
    bool ok, done;
    struct fault fault;
    struct fiber *fiber;
};

static int ended, awaited; /* clients */

static void ask_pool(void *data)
{
    struct client *client = data;

    client->fiber = fiber_current();
    client->ok = work_run(work, add, &client->sum, sizeof client->sum, discard_sum, &client->fault);
    if (client->ok)
        free(client->sum.owned);
    client->done = true;
    if (++ended == awaited)
        loop_stop(loop);
}

static void ask_within(struct client *client, int deadline_ms)
{
    ck_ok(fiber_start(loop, ask_pool, client, suite_in_ms(deadline_ms), "client", &fault));
}

/* Runs the loop until this many clients of the test have ended. */
static void run_until_ended(int count)
{
    awaited = count;
    if (ended < count)
        loop_run(loop);
}

/* Runs a job that a thread has started and that ends when the test opens the gate. */
static atomic_int begun, gate;

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

static void pool(size_t threads, size_t queue_limit)
{
    ck_ok((work = work_create(loop, threads, queue_limit, &fault)) != NULL);
}

static void destroy_pool(void)
{
    work_destroy(work);
    work = NULL;
}

static void begin(void)
{
    suite_begin();
    ended = awaited = discarded = 0;
}

static void end(void)
{
    destroy_pool();
    suite_end();
}

TEST_CASE("work", .setup = begin, .teardown = end, .timeout_s = 30);

TEST(job_works_on_a_copy_whose_result_is_returned)
{
    const int own_nice = getpriority(PRIO_PROCESS, 0);
    struct client client = {
        .sum = {.a = 3, .b = 4}
    };

    pool(2, 4);
    ask_within(&client, 60000);
    ck_assert_int_eq(client.sum.result, 0);
    run_until_ended(1);
    ck_assert(client.ok);
    ck_assert_int_eq(client.sum.result, 7);
    ck_assert_int_eq(client.sum.nice, own_nice < 10 ? 10 : own_nice);
    ck_assert_int_eq(getpriority(PRIO_PROCESS, 0), own_nice);
}

/* The first of four clients holds the only thread, two wait, and the queue is full for the last. */
static void fill_queue(struct client clients[4])
{
    for (int i = 0; i < 4; i++)
        clients[i] = (struct client){.sum = {.a = i}};
    ask_and_hold(&clients[0], 60000);
    for (int i = 1; i < 4; i++)
        ask_within(&clients[i], 60000);
}

TEST(a_full_queue_refuses_at_once)
{
    struct client clients[4];

    pool(1, 2);
    fill_queue(clients);
    ck_assert(clients[3].done && !clients[3].ok);
    ck_assert_int_eq(clients[3].fault.kind, FAULT_UNAVAILABLE);
    ck_assert_str_eq(clients[3].fault.code, "overloaded");
    ck_assert_int_eq(discarded, 1);
    atomic_store(&gate, 1);
    run_until_ended(4);
    ck_assert_int_eq(discarded, 1);
    for (int i = 0; i < 3; i++)
        ck_assert(clients[i].ok && clients[i].sum.result == i);
}

TEST(queued_job_is_discarded_without_running_after_its_deadline)
{
    atomic_int ran = 0;
    struct client first = {.sum = {.ran = &ran}};
    struct client second = {
        .sum = {.a = 1, .ran = &ran}
    };

    pool(1, 4);
    second.sum.owned = malloc(16);
    ask_and_hold(&first, 60000);
    ask_within(&second, 10);
    run_until_ended(1);
    ck_assert(second.done && !second.ok);
    ck_assert_str_eq(second.fault.code, "deadline_exceeded");
    ck_assert_int_eq(second.sum.result, 0);
    ck_assert_int_eq(discarded, 1);
    atomic_store(&gate, 1);
    run_until_ended(2);
    ck_assert(first.ok);
    destroy_pool();
    ck_assert_int_eq(atomic_load(&ran), 1);
    ck_assert_int_eq(discarded, 1);
}

/* The client stops waiting for its job, which a thread is running. */
static void leave_running(struct client *client)
{
    pool(1, 4);
    ask_and_hold(client, 10);
    run_until_ended(1);
    ck_assert(!client->ok);
    ck_assert_int_eq(discarded, 0);
    atomic_store(&gate, 1);
}

TEST(result_of_a_job_that_finishes_after_its_deadline_is_discarded)
{
    struct client client = {.sum = {.a = 1}};

    leave_running(&client);
    ck_assert_int_eq(client.sum.result, 0);
    ck_assert_ptr_null(client.sum.owned);
    for (int i = 0; i < 12000 && discarded == 0; i++)
        suite_run_ms(5);
    ck_assert_int_eq(discarded, 1);
}

TEST(destroying_waits_for_running_jobs_and_discards_them)
{
    struct client client = {.ok = true};

    leave_running(&client);
    destroy_pool();
    ck_assert_int_eq(discarded, 1);
}

TEST(a_cancelled_fiber_stops_waiting_for_its_job)
{
    struct client client = {.ok = true};

    pool(1, 4);
    ask_and_hold(&client, 60000);
    fiber_cancel(client.fiber);
    run_until_ended(1);
    ck_assert(!client.ok);
    ck_assert_str_eq(client.fault.code, "cancelled");
    atomic_store(&gate, 1);
}

TEST(metrics_count_running_waiting_and_refused_jobs)
{
    struct client clients[4];

    pool(1, 2);
    work_metrics_register(work);
    fill_queue(clients);
    ck_assert_double_eq(metric_of("work_jobs_running"), 1);
    ck_assert_double_eq(metric_of("work_jobs_queued{line=\"cpu\"}"), 2);
    ck_assert_double_eq(metric_of("work_jobs_queued{line=\"names\"}"), 0);
    ck_assert_double_eq(metric_of("work_jobs_refused_total"), 1);
    atomic_store(&gate, 1);
    run_until_ended(4);
    ck_assert_double_eq(metric_of("work_jobs_running"), 0);
    ck_assert_double_eq(metric_of("work_jobs_queued{line=\"cpu\"}"), 0);
    destroy_pool();
    ck_assert_double_eq(metric_of("work_jobs_running"), 0);
    metric_reset();
}

TEST(jobs_with_random_deadlines_return_or_are_freed)
{
    enum { JOBS = 800 };
    static struct client clients[JOBS];
    unsigned seed = 7;
    int ok = 0;

    pool(4, JOBS);
    for (int i = 0; i < JOBS; i++) {
        clients[i] = (struct client){
            .sum = {.a = i, .b = 1, .sleep_ms = i % 7 == 0}
        };
        /* Some have enough time on any machine. */
        ask_within(&clients[i], i % 40 == 0 ? 60000 : 1 + (int)(rand_r(&seed) % 60));
    }
    run_until_ended(JOBS);
    destroy_pool();
    for (int i = 0; i < JOBS; i++) {
        ck_assert_int_eq(clients[i].sum.result, clients[i].ok ? i + 1 : 0);
        ok += clients[i].ok;
    }
    ck_assert_int_gt(ok, 0);
    ck_assert_uint_eq(fiber_count_live(loop), 0);
}
