// SPDX-License-Identifier: MIT
#include "jobs/job.h"

#include "loop/fiber.h"

struct job {
    void (*run)(void *data);
    void (*drop)(void *data);
    void *data;
};

static void run_job(void *arg)
{
    const struct job *job = arg;

    job->run(job->data);
}

static void drop_job(void *arg)
{
    const struct job *job = arg;

    job->drop(job->data);
}

bool job_run(struct work *work, void (*run)(void *data), void *data, void (*drop)(void *data),
             struct fault *fault)
{
    struct job job = {run, drop, data};

    if (work_run(work, run_job, &job, sizeof job, drop_job, fault))
        return true;
    /* After a timeout or a cancellation the thread may still use `data`; the pool drops it later.
     */
    if (fault->kind != FAULT_TIMEOUT && !fiber_was_cancelled(fault))
        drop(data);
    return false;
}
