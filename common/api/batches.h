// SPDX-License-Identifier: MIT
/* Background work in batches, each in its own transaction, until nothing is left. */
#pragma once

#include "api/change.h"

struct api_batch {
    /* Processes at most `max` due rows, skipping rows that other transactions have locked. `done`
     * becomes the number of processed rows. */
    bool (*run)(struct change *change, int64_t *done, struct fault *fault);
    int max;
};

enum { API_BATCHES_MAX = 200 };
/* Must run in a fiber. Runs transactions one after the other, with actor "system" and without a
 * tenant, until one has processed fewer than `max` rows; at most API_BATCHES_MAX transactions.
 * Remaining rows are left for the next call. */
bool api_batches_run(struct api_changes *changes, const struct api_batch *batch,
                     struct fault *fault) MUST_CHECK;
