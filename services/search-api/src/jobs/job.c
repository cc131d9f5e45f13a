// SPDX-License-Identifier: MIT
#include "jobs/job.h"

#include "loop/fiber.h"

struct job {
    job_fn *run;
    void (*drop)(void *data);
    void *data;
    bool ok;
    struct fault fault;
};

static void run_job(void *arg)
{
    struct job *job = arg;

    job->ok = job->run(job->data, &job->fault);
}

static void drop_job(void *arg)
{
    const struct job *job = arg;

    job->drop(job->data);
}

bool job_run(struct work *work, job_fn *run, void *data, void (*drop)(void *data),
             struct fault *fault)
{
    struct job job = {.run = run, .drop = drop, .data = data};

    if (work_run(work, run_job, &job, sizeof job, drop_job, fault)) {
        if (job.ok)
            return true;
        *fault = job.fault;
        drop(data);
        return false;
    }
    /* After a timeout or a cancellation the thread may still use `data`; the pool drops it later.
     */
    if (fault->kind != FAULT_TIMEOUT && !fiber_was_cancelled(fault))
        drop(data);
    return false;
}
