// SPDX-License-Identifier: MIT
/* SQL of samples and their aggregates. A sample is added to its minute, hour and day in the
 * transaction that writes it, so a killed process neither duplicates nor loses written samples. */
#pragma once

#include "storage/history.h"
#include "storage/sqlite.h"

/* Adds the current gap (history_current_gap()) to the table of gaps in memory. */
bool sample_store_note_missing(const struct history *history, struct fault *fault) MUST_CHECK;
/* Writes to the file the samples of the database `copy` with numbers above `written`. */
bool sample_store_write(struct sqlite *file, int64_t written, struct fault *fault) MUST_CHECK;
/* Deletes expired rows, a bounded number from each table. */
bool sample_store_prune(struct sqlite *file, int64_t now_us, struct fault *fault) MUST_CHECK;
