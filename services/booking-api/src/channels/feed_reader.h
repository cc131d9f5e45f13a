// SPDX-License-Identifier: MIT
/* The background work of feeds: reads those that are due, announces stale ones, and records the
 * events of conflicts. */
#pragma once

#include "api/periodic.h"

#include "channels/feed_client.h"
#include "config.h"

enum { FEED_READERS = 4 }; /* feeds that a process reads at the same time */

struct feed_reader {
    struct service *service;
    struct feed_client client;
    struct feed_settings settings;
    struct periodic readers[FEED_READERS];
    struct periodic announcer;
    struct metric reads[4]; /* by enum feed_verdict; FEED_NEW is not used */
};

/* The client and the settings that the configuration means. */
struct feed_client feed_client_of(const struct service *service);
struct feed_settings feed_settings_of(const struct booking_config *config);

/* `reader` is zeroed. */
void feed_reader_start(struct feed_reader *reader, struct service *service,
                       const struct booking_config *config);
void feed_reader_stop(struct feed_reader *reader);

/* One run of a reader: reads feeds until none is due, or for FEED_RUN_MS. `data` is a struct
 * feed_reader. */
bool feed_reader_run(void *data, struct fault *fault);
/* One run of the announcer. */
bool feed_announcer_run(void *data, struct fault *fault);
