// SPDX-License-Identifier: MIT
/* Consumes bot-gateway's feed of messages: sent messages become documents, deleted ones are
 * deleted. The cursor moves in the transaction that writes the documents. Any number of instances
 * may run: one writes a batch, the others find that the cursor has moved and write nothing. */
#pragma once

#include "api/service.h"

struct message_consumer;

/* Returns new. The task runs every second. */
struct message_consumer *message_consumer_start(struct service *service,
                                                struct fault *fault) MUST_CHECK;
/* Stops the task and frees it. NULL is allowed. */
void message_consumer_stop(struct message_consumer *consumer);

/* Whole seconds since the feed was last read to its end; FIELD_ABSENT: the feed never was, for
 * instance because bot-gateway's tables do not exist. */
int64_t message_consumer_lag_seconds(const struct message_consumer *consumer);
/* Whether many documents may be missing: the feed was never read to its end, and bot-gateway's
 * tables exist or were not checked yet. /readyz reports this state, and the instance stays ready.
 */
bool message_consumer_is_filling(const struct message_consumer *consumer);
enum { MESSAGE_CONSUMER_BEHIND_S = 60 };
/* Whether the lag exceeds MESSAGE_CONSUMER_BEHIND_S. If the feed was never read to its end, the lag
 * counts from the start, and without bot-gateway's tables the answer is false. /readyz reports this
 * state, and the instance stays ready. */
bool message_consumer_is_behind(const struct message_consumer *consumer);
/* Reads the feed now. Must run in a fiber. */
bool message_consumer_run(struct message_consumer *consumer, struct fault *fault) MUST_CHECK;
