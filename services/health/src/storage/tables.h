// SPDX-License-Identifier: MIT
/* The tables of the history, and statements that copy rows from one database to another.
 *
 * Memory and file have the same schema. Memory has the rows that decisions need: the incidents that
 * are open or among the newest, their alerts and messages, silences, heartbeats, sent reports, keys
 * and the names of the plan's checks. It also has the samples that wait for the file. An image of
 * memory goes to the thread of the file as the database `copy`, and the file gets the rows that
 * differ. */
#pragma once

#include "config/plan.h"
#include "storage/sqlite.h"

bool tables_create(struct sqlite *memory, const struct plan *plan, struct fault *fault) MUST_CHECK;
/* Adds the rows of `copy` that memory does not have. */
bool tables_merge(struct sqlite *memory, struct fault *fault) MUST_CHECK;
/* Deletes the oldest ended incidents beyond `count`, with their alerts and messages. */
bool tables_limit_incidents(struct sqlite *memory, int64_t count, struct fault *fault) MUST_CHECK;
/* Deletes from memory the rows that the file has and no decision needs. */
bool tables_trim(struct sqlite *memory, int64_t now_us, struct fault *fault) MUST_CHECK;

/* Creates or upgrades the tables of a file. FAULT_UNAVAILABLE: the file is of a newer version. */
bool tables_upgrade(struct sqlite *file, struct fault *fault) MUST_CHECK;
/* Adds to `copy` the rows of the file that decisions need. */
bool tables_load(struct sqlite *file, struct fault *fault) MUST_CHECK;
/* Closes incidents and alerts of the file that `copy` does not have. For a file that was opened
 * while health runs, which may be an older one. */
bool tables_reconcile(struct sqlite *file, struct fault *fault) MUST_CHECK;
/* Writes the rows of `copy` that the file does not have or that differ. */
bool tables_save(struct sqlite *file, struct fault *fault) MUST_CHECK;
/* Deletes expired rows; of alerts a bounded number, so that no transaction takes long. */
bool tables_prune(struct sqlite *sqlite, int64_t now_us, struct fault *fault) MUST_CHECK;
