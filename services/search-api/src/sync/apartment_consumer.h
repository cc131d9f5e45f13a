// SPDX-License-Identifier: MIT
/* Consumes booking-api's feed of apartments and copies it into the table `flat`. The cursor moves
 * in the transaction that writes the rows. Any number of instances may run: if another instance has
 * moved the cursor, nothing is written, so older rows never overwrite newer ones. */
#pragma once

#include "api/service.h"

struct apartment_consumer;

/* Returns new. The task runs every second. */
struct apartment_consumer *apartment_consumer_start(struct service *service,
                                                    struct fault *fault) MUST_CHECK;
/* Stops the task and frees it. NULL is allowed. */
void apartment_consumer_stop(struct apartment_consumer *consumer);

/* Whole seconds since the copy was last complete; FIELD_ABSENT: the copy never was complete, for
 * instance because booking-api's tables do not exist. */
int64_t apartment_consumer_lag_seconds(const struct apartment_consumer *consumer);
enum { APARTMENT_CONSUMER_BEHIND_S = 60 };
/* Whether the lag exceeds APARTMENT_CONSUMER_BEHIND_S, or the copy was never complete. */
bool apartment_consumer_is_behind(const struct apartment_consumer *consumer);
/* Whether apartments have terms of other tokenizer rules than those of this instance, so that
 * searches may miss them; true until the first check. */
bool apartment_consumer_has_terms_of_other_rules(const struct apartment_consumer *consumer);
/* Reads the feed now. It is the periodic_fn of the task. Must run in a fiber. */
bool apartment_consumer_run(void *consumer, struct fault *fault) MUST_CHECK;
