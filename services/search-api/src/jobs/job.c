// SPDX-License-Identifier: MIT
#include "jobs/job.h"

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

static void drop_job_data(void *arg)
{
    const struct job *job = arg;

    job->drop(job->data);
}

bool job_run(struct work *work, job_fn *run, void *data, void (*drop)(void *data),
             struct fault *fault)
{
    struct job job = {.run = run, .drop = drop, .data = data};

    if (!work_run(work, run_job, &job, sizeof job, drop_job_data, fault))
        return false;
    if (job.ok)
        return true;
    *fault = job.fault;
    drop(data);
    return false;
}
