// SPDX-License-Identifier: MIT
/* Follows bot-gateway's feed of messages: what is said there is written as documents, what is gone
 * there is deleted here. The place in the feed moves in the transaction that writes. Any number of
 * copies may do it: one writes, the others find that the place has moved. */
#pragma once

#include "api/service.h"

struct feeder;

/* Returns new. */
struct feeder *feeder_create(struct service *service, struct fault *fault) MUST_CHECK;
/* From now on every second, in a running service. */
bool feeder_start(struct feeder *feeder, struct fault *fault) MUST_CHECK;
/* Ends it, started or not. Takes NULL. */
void feeder_stop(struct feeder *feeder);

/* How long ago everything that could be read had been written, in whole seconds; FIELD_ABSENT: it
 * never was, for instance because bot-gateway's tables are not there. */
int64_t feeder_lag_seconds(const struct feeder *feeder);
/* It never was, but bot-gateway's tables are there, or were not looked for yet: much may be
 * missing. /readyz tells it, and the copy stays ready. */
bool feeder_is_filling(const struct feeder *feeder);
/* For more than FEEDER_BEHIND_S, or since the start if it never was; not where bot-gateway's tables
 * are not there. /readyz tells it too. */
enum { FEEDER_BEHIND_S = 60 };
bool feeder_is_behind(const struct feeder *feeder);
/* Reads on now. For tests, and in a fiber. */
bool feeder_run(struct feeder *feeder, struct fault *fault) MUST_CHECK;
