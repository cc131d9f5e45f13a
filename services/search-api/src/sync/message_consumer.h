// SPDX-License-Identifier: MIT
/* Consumes bot-gateway's feed of messages: sent messages become documents, deleted ones are
 * deleted. The cursor moves in the transaction that writes the documents. Any number of instances
 * may run: one writes a batch, the others find that the cursor has moved and write nothing. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"
#include "base/metric.h"

#include "sync/feed_store.h"

/* The task runs every second. */
struct message_consumer {
    struct service *service;
    struct periodic task;
    size_t part;     /* the result of ready_add() */
    int64_t began;   /* start of the consumer, in us */
    int64_t read_at; /* all messages of before are read, in us; FIELD_ABSENT: not known */
    struct feed_mark mark;
    bool alone; /* bot-gateway's tables did not exist in the last run */
    struct metric lag;
};
void message_consumer_start(struct message_consumer *consumer, struct service *service);
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
