// SPDX-License-Identifier: MIT
/* Consumes booking-api's feed of apartments and copies it into the table `flat`. The cursor moves
 * in the transaction that writes the rows. Any number of instances may run: if another instance has
 * moved the cursor, nothing is written, so older rows never overwrite newer ones. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"

#include "sync/feed_store.h"

/* The task runs every second. */
struct apartment_consumer {
    struct service *service;
    struct periodic task;
    int64_t read_at; /* when the copy was last complete; FIELD_ABSENT: never */
    struct feed_mark mark;
    int64_t cleaned_epoch; /* the epoch whose older apartments have been deleted */
    int64_t check_ns;      /* time of the next check for terms of other rules */
    bool outdated;         /* apartments have terms of other rules than those of this instance, so
                            * that searches may miss them; true until the first check */
};
void apartment_consumer_start(struct apartment_consumer *consumer, struct service *service);
void apartment_consumer_stop(struct apartment_consumer *consumer);

/* Whole seconds since the copy was last complete; FIELD_ABSENT: the copy never was complete, for
 * instance because booking-api's tables do not exist. */
int64_t apartment_consumer_lag_seconds(const struct apartment_consumer *consumer);
enum { APARTMENT_CONSUMER_BEHIND_S = 60 };
/* Whether the lag exceeds APARTMENT_CONSUMER_BEHIND_S, or the copy was never complete. */
bool apartment_consumer_is_behind(const struct apartment_consumer *consumer);
/* Reads the feed now. It is the periodic_fn of the task. Must run in a fiber. */
bool apartment_consumer_run(void *consumer, struct fault *fault) MUST_CHECK;
