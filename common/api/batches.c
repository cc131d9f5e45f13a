// SPDX-License-Identifier: MIT
#include "api/batches.h"

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

    for (int i = 0; i < API_BATCHES_MAX && run.done >= batch->max; i++)
        if (!api_task(changes, &no_tenant, run_batch, &run, fault))
            return false;
    return true;
}
