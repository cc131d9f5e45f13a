// SPDX-License-Identifier: MIT
/* Consumes bot-gateway's feed of messages: sent messages become documents, deleted ones are
 * deleted. The cursor moves in the transaction that writes. Any number of instances may run: one
 * writes, the others find that the cursor has moved. */
#pragma once

#include "api/service.h"

struct message_consumer;

/* Returns new. The task runs every second. */
struct message_consumer *message_consumer_start(struct service *service,
                                                struct fault *fault) MUST_CHECK;
/* Stops the task and frees it. Takes NULL. */
void message_consumer_stop(struct message_consumer *consumer);

/* Whole seconds since all messages had been written; FIELD_ABSENT: they never were, for instance
 * because bot-gateway's tables do not exist. */
int64_t message_consumer_lag_seconds(const struct message_consumer *consumer);
/* Whether much may be missing: the feed was never read to its end, and bot-gateway's tables exist
 * or were not checked yet. /readyz reports it, and the instance stays ready. */
bool message_consumer_is_filling(const struct message_consumer *consumer);
/* Whether the lag exceeds MESSAGE_CONSUMER_BEHIND_S, counted from the start if the feed was never
 * read to its end. False without bot-gateway's tables. /readyz reports it, and the instance stays
 * ready. */
enum { MESSAGE_CONSUMER_BEHIND_S = 60 };
bool message_consumer_is_behind(const struct message_consumer *consumer);
/* Reads the feed now. Must run in a fiber. */
bool message_consumer_run(struct message_consumer *consumer, struct fault *fault) MUST_CHECK;
