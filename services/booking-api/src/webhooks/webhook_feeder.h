// SPDX-License-Identifier: MIT
/* The background task of webhooks: enqueues new events for them, and writes the event
 * webhook.disabled of those that were disabled. Any number of instances run it: a webhook is fed by
 * one at a time. Requests are not delayed: they only write the outbox, as without webhooks. */
#pragma once

#include "api/deliver.h"
#include "api/periodic.h"

enum { WEBHOOK_FEED_EVERY_MS = 250 };

/* How webhooks are delivered. */
extern const struct deliver_policy webhook_policy;

struct webhook_feeder {
    struct service *service;
    struct deliver *deliver; /* is woken; NULL in tests */
    struct periodic task;
    struct metric enqueued;
};

/* `feeder` is zeroed. */
void webhook_feeder_start(struct webhook_feeder *feeder, struct service *service,
                          struct deliver *deliver);
void webhook_feeder_stop(struct webhook_feeder *feeder);

/* One run. `data` is a struct webhook_feeder. */
bool webhook_feeder_run(void *data, struct fault *fault);
