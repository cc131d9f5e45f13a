// SPDX-License-Identifier: MIT
/* Samples and their aggregates. A sample is added to its minute, hour and day in the transaction
 * that writes it, so a process that is killed neither duplicates nor loses written samples. */
#pragma once

#include "storage/history.h"
#include "storage/sqlite.h"

struct sample {
    int64_t at_us;
    int64_t took_us;
    uint32_t for_ms; /* the time that it represents: the interval of the check */
    uint16_t check;  /* index in the plan */
    uint16_t verdict;
};

bool sample_store_add(struct sqlite *sqlite, const int64_t *ids, const struct sample *sample,
                      struct fault *fault) MUST_CHECK;
bool sample_store_missed(struct sqlite *sqlite, const struct missed *missed,
                         struct fault *fault) MUST_CHECK;
/* Deletes expired rows, a bounded number from each table, so that no transaction takes long. */
bool sample_store_prune(struct sqlite *sqlite, int64_t now_us, struct fault *fault) MUST_CHECK;
