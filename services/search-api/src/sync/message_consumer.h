// SPDX-License-Identifier: MIT
/* Follows bot-gateway's feed of messages: what is said there is written as documents, what is gone
 * there is deleted here. The place in the feed moves in the transaction that writes. Any number of
 * copies may do it: one writes, the others find that the place has moved. */
#pragma once

#include "api/service.h"

struct message_consumer;

/* Returns new. */
struct message_consumer *message_consumer_create(struct service *service,
                                                 struct fault *fault) MUST_CHECK;
/* From now on every second, in a running service. */
bool message_consumer_start(struct message_consumer *message_consumer,
                            struct fault *fault) MUST_CHECK;
/* Ends it, started or not. Takes NULL. */
void message_consumer_stop(struct message_consumer *message_consumer);

/* How long ago everything that could be read had been written, in whole seconds; FIELD_ABSENT: it
 * never was, for instance because bot-gateway's tables are not there. */
int64_t message_consumer_lag_seconds(const struct message_consumer *message_consumer);
/* It never was, but bot-gateway's tables are there, or were not looked for yet: much may be
 * missing. /readyz tells it, and the copy stays ready. */
bool message_consumer_is_filling(const struct message_consumer *message_consumer);
/* For more than MESSAGE_CONSUMER_BEHIND_S, or since the start if it never was; not where
 * bot-gateway's tables are not there. /readyz tells it too. */
enum { MESSAGE_CONSUMER_BEHIND_S = 60 };
bool message_consumer_is_behind(const struct message_consumer *message_consumer);
/* Reads on now. For tests, and in a fiber. */
bool message_consumer_run(struct message_consumer *message_consumer,
                          struct fault *fault) MUST_CHECK;
