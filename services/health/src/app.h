// SPDX-License-Identifier: MIT
/* The data that every handler of health receives. Handlers do not change the members. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"
#include "base/metric.h"

#include "config.h"

struct alerts;
struct history;
struct plan;
struct report;
struct monitor;
struct repeats;

enum { PAGE_TOKEN_LEN = 32 };

struct health_app {
    struct service *service; /* must be the first member, as in struct service_data */
    const struct health_config *config;
    struct plan *plan; /* the configured checks */
    struct history *history;
    struct periodic writer; /* calls history_write_to_disk() every 5 s */
    struct alerts *alerts;
    struct monitor *monitor;
    struct report *report;
    struct metric_source metrics; /* calls metrics_print() */
    struct repeats *repeats;      /* changed by the handlers that send messages */
    uint8_t page_key[32]; /* random for each process; signs the tokens of the page's forms */
};
