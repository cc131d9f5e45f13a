// SPDX-License-Identifier: MIT
/* What every handler of health gets as `data`. Read-only after start. */
#pragma once

#include "api/service.h"

#include "config.h"

struct alerts;
struct history;
struct metrics;
struct periodic;
struct plan;
struct report;
struct monitor;

enum { PAGE_TOKEN_LEN = 32 };

struct health_app {
    struct service *service; /* first: as struct service_data */
    const struct health_config *config;
    struct plan *plan; /* what is watched */
    struct history *history;
    struct periodic *writer; /* history_write() every 5 s */
    struct alerts *alerts;
    struct monitor *monitor;
    struct report *report;
    struct metrics *metrics;
    uint8_t page_key[32]; /* of this process: signs the tokens of the page's forms */
};
