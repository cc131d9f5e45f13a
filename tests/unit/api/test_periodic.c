// SPDX-License-Identifier: MIT
/* Work that repeats: never two at once, within its deadline, one log line per failure streak, a
 * clean stop. */
#include <fcntl.h>

#include "api/periodic.h"
#include "base/log.h"
#include "loop/fiber.h"

#include "support/metric_of.h"
#include "support/scratch.h"
#include "unit/loop/held_clock.h"

enum { MS = 1000000, EVERY_MS = 5, HOUR_MS = 3600000, LIMIT_MS = 20, TEXT_MAX = 8192 };

static struct loop *loop;

/* A task: parks for `wait_ms`, fails while `failing`, counts what it sees. */
struct task {
    struct periodic periodic;
    int wait_ms;
    bool failing, stops_itself, stop_returned;
    int now, at_once_most, begun, ended;
    const char *parked;         /* the code of the park that failed */
    struct fiber_queue waiters; /* one is woken at the end of a run */
};

static bool run_task(void *data, struct fault *why)
{
    struct task *task = data;
    bool ok = !task->failing;

    task->begun++;
    if (++task->now > task->at_once_most)
        task->at_once_most = task->now;
    if (task->stops_itself)
        periodic_stop(&task->periodic);
    if (task->wait_ms > 0 && !fiber_sleep(task->wait_ms * INT64_C(1000000), why)) {
        task->parked = why->code;
        ok = false;
    } else if (!ok) {
        fault_set(why, FAULT_UNAVAILABLE, "no_luck", "It failed.");
    }
    task->now--;
    task->ended++;
    (void)!fiber_queue_wake_one(&task->waiters);
    return ok;
}

static void start_every(struct task *task, int64_t every_ms, bool at_once)
{
    periodic_start(&task->periodic, loop,
                   &(struct periodic_task){"test", run_task, every_ms, LIMIT_MS, at_once}, task);
}

static void start(struct task *task, bool at_once)
{
    start_every(task, EVERY_MS, at_once);
}

static void stop_loop(void *data)
{
    loop_stop(data);
}

static void run_ms(int64_t ms)
{
    struct loop_timer timer = {0};

    ck_assert(loop_timer_start(loop, &timer, loop_now_ns(loop) + ms * MS, stop_loop, loop));
    loop_run(loop);
    loop_timer_stop(loop, &timer);
}

static struct task task; /* of the test */

static void setup(void)
{
    hold_clock();
    task = (struct task){0};
    ck_ok((loop = loop_create(&fault)) != NULL);
}

static void teardown(void)
{
    periodic_stop(&task.periodic);
    loop_finish_fibers(loop, INT64_C(1000) * MS);
    loop_destroy(loop);
    metric_reset();
    now_thaw();
}

TEST_CASE("periodic", .setup = setup, .teardown = teardown);

TEST(a_run_begins_when_the_one_before_has_ended)
{
    task = (struct task){.wait_ms = 3 * EVERY_MS};
    start(&task, false);
    ck_assert_int_eq(task.begun, 0);
    run_ms(200);
    ck_assert_int_ge(task.ended, 2);
    ck_assert_int_eq(task.at_once_most, 1);
}

TEST(requested_run_starts_before_its_period)
{
    start_every(&task, HOUR_MS, false);
    run_ms(20);
    ck_assert_int_eq(task.begun, 0);
    periodic_run_soon(&task.periodic, 5);
    periodic_run_soon(&task.periodic, HOUR_MS);
    run_ms(50);
    ck_assert_int_eq(task.begun, 1);
    periodic_run_soon(&task.periodic, 0);
    periodic_run_soon(&task.periodic, 0);
    run_ms(50);
    ck_assert_int_eq(task.begun, 2);
}

TEST(run_requested_during_a_run_follows_it)
{
    task = (struct task){.wait_ms = 15};
    start_every(&task, HOUR_MS, false);
    periodic_run_soon(&task.periodic, 0);
    run_ms(5);
    ck_assert_int_eq(task.now, 1);
    periodic_run_soon(&task.periodic, 0);
    ck_assert_int_eq(task.begun, 1);
    run_ms(100);
    ck_assert_int_eq(task.begun, 2);
    ck_assert_int_eq(task.at_once_most, 1);
}

TEST(a_run_ends_by_its_deadline_and_the_next_one_begins)
{
    task = (struct task){.wait_ms = 10000};
    start(&task, true);
    run_ms(200);
    ck_assert_int_ge(task.begun, 2);
    ck_assert_str_eq(task.parked, "deadline_exceeded");
}

/* --- failures --- */

static int saved, reader;

/* How often `words` were printed since the last time. */
static int caught(const char *words)
{
    static char text[TEXT_MAX];
    int times = 0;

    log_flush();
    const ssize_t got = read(reader, text, sizeof text - 1);
    text[got > 0 ? got : 0] = '\0';
    for (const char *at = text; (at = strstr(at, words)) != NULL; at++)
        times++;
    return times;
}

/* -1: they are not counted. */
static int failures(void)
{
    return (int)metric_or("background_failures_total{task=\"test\"}", -1);
}

TEST(failures_are_counted_each_and_logged_at_first_and_every_5_minutes)
{
    task = (struct task){.failing = true};
    int ends[2];
    saved = dup(STDOUT_FILENO);
    ck_assert_int_eq(pipe(ends), 0);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    reader = ends[0];
    fflush(stdout);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    log_init("test", LOG_INFO);
    start(&task, true);
    run_ms(100);
    const int logged = caught("\"event\":\"task_failed\"");
    const int counted = failures();
    const int begun = task.begun;
    task.failing = false;
    run_ms(50);
    task.failing = true;
    run_ms(50);
    const int again = caught("\"task\":\"test\",\"kind\":\"unavailable\",\"code\":\"no_luck\"");
    task.failing = true;
    run_ms(11 * 60 * 1000);
    const int errors = caught("\"level\":\"error\"");
    dup2(saved, STDOUT_FILENO);
    close(saved);
    close(reader);
    log_init("", LOG_ERROR);
    ck_assert_int_ge(begun, 2);
    ck_assert_int_eq(logged, 1);
    ck_assert_int_eq(counted, begun);
    ck_assert_int_eq(again, 1);
    ck_assert_int_eq(errors, 2);
    periodic_stop(&task.periodic);
    ck_assert_int_eq(failures(), -1);
}

TEST(without_a_free_fiber_the_next_period_retries)
{
    fiber_set_limit(loop, 0);
    start(&task, true);
    run_ms(20);
    ck_assert_int_eq(task.begun, 0);
    ck_assert_int_ge(failures(), 1);
    fiber_set_limit(loop, 10);
    run_ms(50);
    ck_assert_int_ge(task.ended, 1);
}

/* --- stopping --- */

TEST(between_two_runs_stop_ends_it)
{
    start(&task, false);
    periodic_stop(&task.periodic);
    periodic_stop(&task.periodic);
    periodic_run_soon(&task.periodic, 0);
    run_ms(30);
    ck_assert_int_eq(task.begun, 0);
}

TEST(stopped_task_can_be_started_again)
{
    start(&task, true);
    run_ms(2);
    periodic_stop(&task.periodic);
    ck_assert_int_eq(task.ended, 1);
    ck_assert_int_eq(failures(), -1);
    start(&task, true);
    run_ms(2);
    ck_assert_int_eq(task.ended, 2);
    ck_assert_int_eq(failures(), 0);
}

TEST(a_run_under_way_is_cancelled_and_is_the_last)
{
    task = (struct task){.wait_ms = 10};
    start(&task, true);
    run_ms(2);
    ck_assert_int_eq(task.now, 1);
    periodic_stop(&task.periodic);
    run_ms(50);
    ck_assert_int_eq(task.begun, 1);
    ck_assert_int_eq(task.ended, 1);
    ck_assert_str_eq(task.parked, "cancelled");
}

TEST(a_run_that_stops_itself_is_the_last)
{
    task = (struct task){.stops_itself = true};
    start(&task, true);
    run_ms(50);
    ck_assert_int_eq(task.begun, 1);
    ck_assert_int_eq(task.ended, 1);
}

/* The caller frees the task and its data as soon as periodic_stop() returns. */
static void stop_in_fiber(void *data)
{
    struct task **one = data;

    periodic_stop(&(*one)->periodic);
    ck_assert_int_eq((*one)->now, 0);
    ck_assert_int_eq((*one)->ended, 1);
    free(*one);
    *one = NULL;
}

TEST(in_a_fiber_stop_waits_for_the_run)
{
    struct task *one = calloc(1, sizeof *one);

    one->wait_ms = 10;
    start(one, true);
    run_ms(2);
    ck_ok(fiber_start(loop, stop_in_fiber, &one, loop_now_ns(loop) + INT64_C(1000) * MS, "stop",
                      &fault));
    run_ms(50);
    ck_assert_ptr_null(one);
}

/* Continues between the end of the run and the return of periodic_stop(). */
static void request_run_at_end(void *data)
{
    ck_ok(fiber_queue_wait(&task.waiters, 1, 0, &fault));
    ck_assert_int_eq(task.ended, 1);
    periodic_run_soon(&task.periodic, 0);
}

static void stop_after_request(void *data)
{
    periodic_stop(&task.periodic);
    task.stop_returned = true;
}

TEST(run_requested_while_stop_waits_is_ignored)
{
    task = (struct task){.wait_ms = 10};
    const int64_t deadline_ns = loop_now_ns(loop) + INT64_C(1000) * MS;

    start(&task, true);
    run_ms(2);
    ck_ok(fiber_start(loop, request_run_at_end, NULL, deadline_ns, "request", &fault));
    ck_ok(fiber_start(loop, stop_after_request, NULL, deadline_ns, "stop", &fault));
    run_ms(50);
    ck_assert(task.stop_returned);
    ck_assert_int_eq(task.begun, 1);
}
