// SPDX-License-Identifier: MIT
/* Background work that is done in small transactions: each does a part, until nothing is left. */
#pragma once

#include "api/change.h"

struct api_batch {
    /* Does at most `most` of what is due; what another transaction has locked is passed over. */
    bool (*run)(struct change *change, int *done, struct fault *fault);
    int most;
};

/* Runs a transaction after the other, by "system" and without a tenant, until one has done less
 * than `most`, API_BATCHES_MAX at most: the rest is for the next run. In a fiber. */
enum { API_BATCHES_MAX = 200 };
bool api_batches(struct api_changes *changes, const struct api_batch *batch,
                 struct fault *fault) MUST_CHECK;
