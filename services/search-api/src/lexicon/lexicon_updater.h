// SPDX-License-Identifier: MIT
/* Maintains the lexicon of this process: the document frequencies of all tenants. It starts from a
 * snapshot (lexicon/snapshot.h) or empty, and then reads the changes of documents every second.
 *
 * The old words of an edited or deleted document stay counted, because its old text is gone.
 * Therefore the lexicon is rebuilt when a sixteenth of the documents, and at least
 * LEXICON_UPDATER_CHANGES, have changed. After an erasure of a person it is rebuilt too, at most
 * once in LEXICON_UPDATER_ERASED_S seconds.
 */
#pragma once

#include "api/periodic.h"
#include "api/service.h"
#include "base/metric.h"

#include "lexicon/snapshot.h"

enum { LEXICON_UPDATER_CHANGES = 1000, LEXICON_UPDATER_ERASED_S = 3600 };

/* The task runs every second. */
struct lexicon_updater {
    struct service *service;
    struct periodic task;
    struct lexicon_state current; /* the lexicon in use */
    struct lexicon_state coming;  /* a lexicon that is being filled */
    bool loaded;                  /* the attempt to load a snapshot is over */
    int64_t erasures;    /* number of erasures of people at the last check; -1: not checked yet */
    int64_t began_ns;    /* start of the last count, by the loop's clock */
    int64_t snapshot_ns; /* time of the next attempt to store a snapshot */
    struct metric documents;
};
bool lexicon_updater_start(struct lexicon_updater *updater, struct service *service,
                           struct fault *fault) MUST_CHECK;
/* Call it after a failed start too. */
void lexicon_updater_stop(struct lexicon_updater *updater);

/* The lexicon to use now. Borrowed: valid until the caller's fiber waits, because the updater may
 * then replace it. */
const struct lexicon *lexicon_updater_lexicon(const struct lexicon_updater *updater);
/* Whether all documents stored before the start have been counted. */
bool lexicon_updater_is_ready(const struct lexicon_updater *updater);
/* Counts the documents that were inserted or changed since the last run. Must run in a fiber. */
bool lexicon_updater_run(struct lexicon_updater *updater, struct fault *fault) MUST_CHECK;
/* Stores a snapshot if one is due. Call it only after lexicon_updater_run() has returned true, in a
 * fiber. */
bool lexicon_updater_store_snapshot_if_due(struct lexicon_updater *updater,
                                           struct fault *fault) MUST_CHECK;
