// SPDX-License-Identifier: MIT
/* Follows booking-api's feed of apartments into the table `apartment`, as sync/message_consumer.h
 * does with messages: the place moves in the transaction that writes, and any number of copies may
 * do it. A apartment that is deleted there is deleted here; whoever comes late finds that the place
 * has moved, so that nothing older is ever written. */
#pragma once

#include "api/service.h"

struct apartment_consumer;

/* Returns new. */
struct apartment_consumer *apartment_consumer_create(struct service *service,
                                                     struct fault *fault) MUST_CHECK;
/* From now on every second, in a running service. */
bool apartment_consumer_start(struct apartment_consumer *message_consumer,
                              struct fault *fault) MUST_CHECK;
/* Ends it, started or not. Takes NULL. */
void apartment_consumer_stop(struct apartment_consumer *message_consumer);

/* How long ago all that could be read had been written, in whole seconds; FIELD_ABSENT: it never
 * was, for instance because booking-api's tables are not there. */
int64_t apartment_consumer_lag_seconds(const struct apartment_consumer *message_consumer);
/* For more than APARTMENT_CONSUMER_BEHIND_S, or never yet. */
enum { APARTMENT_CONSUMER_BEHIND_S = 60 };
bool apartment_consumer_is_behind(const struct apartment_consumer *message_consumer);
/* Flats may be missed, because their words were read by other rules than those by which this copy
 * reads queries. True too until it is known. */
bool apartment_consumer_is_outdated(const struct apartment_consumer *message_consumer);
/* Reads on now. For tests, and in a fiber. */
bool apartment_consumer_run(struct apartment_consumer *message_consumer,
                            struct fault *fault) MUST_CHECK;
