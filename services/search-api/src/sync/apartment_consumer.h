// SPDX-License-Identifier: MIT
/* Consumes booking-api's feed of apartments and copies it into the table `flat`, as
 * sync/message_consumer.h does with messages. The cursor moves in the transaction that writes. Any
 * number of instances may run: if another has moved the cursor, nothing is written, so older rows
 * never overwrite newer ones. */
#pragma once

#include "api/service.h"

struct apartment_consumer;

/* Returns new. The task runs every second. */
struct apartment_consumer *apartment_consumer_start(struct service *service,
                                                    struct fault *fault) MUST_CHECK;
/* Stops the task and frees it. Takes NULL. */
void apartment_consumer_stop(struct apartment_consumer *consumer);

/* Whole seconds since the copy was complete; FIELD_ABSENT: it never was, for instance because
 * booking-api's tables do not exist. */
int64_t apartment_consumer_lag_seconds(const struct apartment_consumer *consumer);
/* Whether the lag exceeds APARTMENT_CONSUMER_BEHIND_S, or the copy was never complete. */
enum { APARTMENT_CONSUMER_BEHIND_S = 60 };
bool apartment_consumer_is_behind(const struct apartment_consumer *consumer);
/* Whether apartments have terms of other tokenizer rules than those of this instance, so that
 * searches may miss them; true until the first check. */
bool apartment_consumer_is_outdated(const struct apartment_consumer *consumer);
/* Reads the feed now. It is the periodic_fn of the task. Must run in a fiber. */
bool apartment_consumer_run(void *consumer, struct fault *fault) MUST_CHECK;
