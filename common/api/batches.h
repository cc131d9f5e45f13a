// SPDX-License-Identifier: MIT
/* Background work in batches, each in its own transaction, until nothing is left. */
#pragma once

#include "api/change.h"

struct api_batch {
    /* Processes at most `most` due rows, skipping rows that others have locked; `done` is their
     * number. */
    bool (*run)(struct change *change, int64_t *done, struct fault *fault);
    int most;
};

/* Must run in a fiber. Runs one transaction after the other, with actor "system" and without a
 * tenant, until one has processed less than `most`, at most API_BATCHES_MAX; the rest is left for
 * the next call. */
enum { API_BATCHES_MAX = 200 };
bool api_batches_run(struct api_changes *changes, const struct api_batch *batch,
                     struct fault *fault) MUST_CHECK;
