// SPDX-License-Identifier: MIT
#include "api/batches.h"

enum { ARENA_MAX = 1024 * 1024 };

struct run {
    const struct api_batch *batch;
    int64_t done;
};

static bool run_batch(struct change *change, void *arg, struct fault *fault)
{
    struct run *run = arg;

    return run->batch->run(change, &run->done, fault);
}

bool api_batches_run(struct api_changes *changes, const struct api_batch *batch,
                     struct fault *fault)
{
    const struct uuid no_tenant = {0};
    struct run run = {batch, batch->max};

    for (int i = 0; i < API_BATCHES_MAX && run.done >= batch->max; i++) {
        struct arena arena = ARENA(ARENA_MAX);
        const bool done = api_task(changes, &no_tenant, &arena, run_batch, &run, fault);
        arena_finish(&arena);
        if (!done)
            return false;
    }
    return true;
}
