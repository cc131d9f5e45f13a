// SPDX-License-Identifier: MIT
/* Samples, and what they add up to. A sample is added to its minute, hour and day in the
 * transaction that writes it: a process that is killed at any point doubles and loses nothing that
 * was written. */
#pragma once

#include "config/plan.h"
#include "storage/history.h"
#include "storage/sqlite.h"

struct sample {
    int64_t at_us;
    int64_t took_us;
    uint32_t for_ms; /* the time it stands for: the check's interval */
    uint16_t check;  /* index in the plan */
    uint16_t verdict;
};

/* Numbers of the plan's checks; names that the file does not know get one. */
bool sample_store_names(struct sqlite *sqlite, const struct plan *plan, int64_t *ids,
                        struct fault *fault) MUST_CHECK;
bool sample_store_add(struct sqlite *sqlite, const int64_t *ids, const struct sample *sample,
                      struct fault *fault) MUST_CHECK;
bool sample_store_missed(struct sqlite *sqlite, const struct missed *missed,
                         struct fault *fault) MUST_CHECK;
/* Deletes what is too old, a piece of each table: so that no transaction takes long. */
bool sample_store_prune(struct sqlite *sqlite, int64_t now_us, struct fault *fault) MUST_CHECK;
