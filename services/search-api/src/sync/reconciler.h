// SPDX-License-Identifier: MIT
/* Compares documents with bot-gateway's feed, both ways: what is said there and is not here, or in
 * an older version, is read anew; what is deleted there is deleted here; what the feed does not
 * know at all, an orphan, is deleted at the end of the pass, if it is still not known then. What
 * the message_consumer has not read yet is no difference. Neither is what was erased here.
 *
 * A pass begins a day after the one before has begun, and at once in a new epoch of the feed. Every
 * RECONCILE_EVERY_MS a page of RECONCILE_PAGE rows is compared, so that 4 million documents are
 * compared in a day. How far it is stands in the table `feed_check` and moves in the transaction
 * that repairs: any number of copies may do it, and whoever comes next goes on.
 *
 * Where more than one document of RECONCILE_SHARE is an orphan, and more than RECONCILE_FEW, that
 * is a mistake elsewhere and not garbage: none is deleted, an error is logged, readiness and
 * metrics tell it until a later pass ends well. */
#pragma once

#include "api/service.h"

enum { RECONCILE_EVERY_MS = 10000, RECONCILE_SHARE = 20, RECONCILE_FEW = 10 };

struct message_consumer;
struct reconciler;

/* Returns new. The message_consumer is borrowed: nothing is compared while it is behind. */
struct reconciler *reconciler_create(struct service *service,
                                     const struct message_consumer *message_consumer,
                                     struct fault *fault) MUST_CHECK;
/* From now on, in a running service. */
bool reconciler_start(struct reconciler *reconciler, struct fault *fault) MUST_CHECK;
/* Ends it, started or not. Takes NULL. */
void reconciler_stop(struct reconciler *reconciler);

/* As it was when this copy has last looked. */
enum reconciler_state { RECONCILER_WAITING, RECONCILER_RUNNING, RECONCILER_STOPPED };
enum reconciler_state reconciler_state(const struct reconciler *reconciler);
/* When the last whole pass has ended; FIELD_ABSENT: none has. */
int64_t reconciler_ended_at(const struct reconciler *reconciler);

/* One page now. `more`: the next one need not wait, because something was repaired. For tests, and
 * in a fiber. */
bool reconciler_run(struct reconciler *reconciler, bool *more, struct fault *fault) MUST_CHECK;
