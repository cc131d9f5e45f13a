// SPDX-License-Identifier: MIT
/* Runs a body that waits to its end, on the loop of unit/telegram/peer.h. */
#pragma once

#include "loop/fiber.h"

#include "unit/telegram/peer.h"

enum { IN_FIBER_MS = 120000 };

struct in_fiber_job {
    bool (*body)(void);
    bool ok;
    bool done;
};

static void in_fiber_run(void *data)
{
    struct in_fiber_job *job = data;

    job->ok = job->body();
    job->done = true;
}

static inline bool in_fiber(bool (*body)(void))
{
    struct in_fiber_job job = {.body = body};
    ck_assert(fiber_start(loop, in_fiber_run, &job, now_mono_ns() + IN_FIBER_MS * NS_PER_MS, "job",
                          &fault));
    run_for(IN_FIBER_MS, &job.done);
    ck_assert(job.done);
    return job.ok;
}
