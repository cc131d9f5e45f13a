// SPDX-License-Identifier: MIT
#include "fibers.h"

static int running;

struct job {
    void (*body)(void *data);
    void *data;
};

int stand_running(void)
{
    return running;
}

static void job_run(void *data)
{
    const struct job job = *(struct job *)data;

    free(data);
    job.body(job.data);
    if (--running == 0)
        loop_stop(stand_loop());
}

void stand_go_for(void (*body)(void *data), void *data, int64_t ms)
{
    struct job *job = malloc(sizeof *job);
    struct fault fault = {0};

    ck_assert_ptr_nonnull(job);
    *job = (struct job){body, data};
    running++;
    ck_assert_msg(
        fiber_start(stand_loop(), job_run, job, now_mono_ns() + ms * NS_PER_MS, "test", &fault),
        "%s", fault.detail);
}

/* Longer than any wait_until(). */
void stand_go(void (*body)(void *data), void *data)
{
    stand_go_for(body, data, 10 * patience_ms(0));
}

static void start(void *data)
{
    const struct job *job = data;

    stand_go(job->body, job->data);
}

/* The running loop starts the first fiber, so that it cannot end before the loop runs. */
void stand_run(void (*body)(void *data), void *data)
{
    struct job job = {body, data};
    struct loop_timer timer = {0};

    ck_assert(loop_timer_start(stand_loop(), &timer, now_mono_ns(), start, &job));
    loop_run(stand_loop());
}

void stand_join(void)
{
    stand_until(running == 1, "the other fibers end");
}

void stand_race(int count, void (*body)(void *data))
{
    for (intptr_t i = 0; i < count; i++)
        stand_go(body, (void *)i);
    stand_join();
}

void stand_sleep(int ms)
{
    struct fault fault = {0};

    ck_assert_msg(fiber_sleep((int64_t)ms * NS_PER_MS, &fault), "%s", fault.detail);
}
