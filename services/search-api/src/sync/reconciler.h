// SPDX-License-Identifier: MIT
/* Compares documents with bot-gateway's feed in both directions. A message whose document is
 * missing or older is read again; the document of a deleted message is deleted. A document without
 * a row in the feed is an orphan; if there is still no row at the end of the pass, the document is
 * deleted. Messages that the consumer has not read yet, and messages erased in search-api, do not
 * count as differences.
 *
 * A pass starts a day after the start of the previous pass, and at once in a new epoch of the feed.
 * Every RECONCILE_EVERY_MS it compares a page of RECONCILE_PAGE rows, so a day is enough for 4
 * million documents. The cursor is in the table `feed_check` and moves in the transaction that
 * repairs, so any number of instances may run, and any of them resumes.
 *
 * If there are more than RECONCILE_FEW orphans, and more than one in RECONCILE_SHARE documents is
 * an orphan, the cause is probably an error elsewhere: no orphan is deleted, an error is logged,
 * and readiness and metrics report the error until a later pass succeeds.
 */
#pragma once

#include "api/periodic.h"
#include "api/service.h"
#include "base/metric.h"

#include "sync/message_consumer.h"
#include "sync/reconcile_store.h"

enum { RECONCILE_EVERY_MS = 10000, RECONCILE_SHARE = 20, RECONCILE_FEW = 10 };

/* The task runs every RECONCILE_EVERY_MS. */
struct reconciler {
    struct service *service;
    const struct message_consumer *consumer;
    struct periodic task;
    size_t part;                  /* the result of ready_add() */
    struct reconcile_state state; /* the state after the last page */
    struct metric stopped;
    struct metric age;
};
/* The consumer is borrowed: while it is behind, nothing is compared. */
void reconciler_start(struct reconciler *reconciler, struct service *service,
                      const struct message_consumer *consumer);
void reconciler_stop(struct reconciler *reconciler);

enum reconciler_state {
    RECONCILER_WAITING, /* no pass is running */
    RECONCILER_RUNNING,
    RECONCILER_STOPPED /* the last complete pass found too many orphans */
};
/* The state of the comparison at the last run of this instance. */
enum reconciler_state reconciler_get_state(const struct reconciler *reconciler);

/* Compares one page now. `more`: the next page should follow at once, because something was
 * repaired. Must run in a fiber. */
bool reconciler_run_page(struct reconciler *reconciler, bool *more, struct fault *fault) MUST_CHECK;
