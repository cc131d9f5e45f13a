// SPDX-License-Identifier: MIT
/* The variables search-api has beside those of every service. */
#pragma once

#include "api/service.h"

struct search_config {
    struct service_config common; /* first */
    const char *booking_url;      /* where booking-api is */
};

extern const struct env_variable search_variables[];
extern const size_t search_variable_count;
