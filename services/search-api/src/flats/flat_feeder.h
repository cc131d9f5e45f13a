// SPDX-License-Identifier: MIT
/* Follows booking-api's feed of flats into the table `flat`, as feeding/feeder.h does with
 * messages: the place moves in the transaction that writes, and any number of copies may do it. A
 * flat that is deleted there is deleted here; whoever comes late finds that the place has moved, so
 * that nothing older is ever written. */
#pragma once

#include "api/service.h"

struct flat_feeder;

/* Returns new. */
struct flat_feeder *flat_feeder_create(struct service *service, struct fault *fault) MUST_CHECK;
/* From now on every second, in a running service. */
bool flat_feeder_start(struct flat_feeder *feeder, struct fault *fault) MUST_CHECK;
/* Ends it, started or not. Takes NULL. */
void flat_feeder_stop(struct flat_feeder *feeder);

/* How long ago all that could be read had been written, in whole seconds; FIELD_ABSENT: it never
 * was, for instance because booking-api's tables are not there. */
int64_t flat_feeder_lag_seconds(const struct flat_feeder *feeder);
/* For more than FLAT_FEEDER_BEHIND_S, or never yet. */
enum { FLAT_FEEDER_BEHIND_S = 60 };
bool flat_feeder_is_behind(const struct flat_feeder *feeder);
/* Flats may be missed, because their words were read by other rules than those by which this copy
 * reads queries. True too until it is known. */
bool flat_feeder_is_outdated(const struct flat_feeder *feeder);
/* Reads on now. For tests, and in a fiber. */
bool flat_feeder_run(struct flat_feeder *feeder, struct fault *fault) MUST_CHECK;
