// SPDX-License-Identifier: MIT
/* The value of one metric as /metrics shows it. */
#pragma once

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <check.h>

#include "base/metric.h"

/* `name` with its labels: `db_connections{pool="flusher"}`. */
static inline double metric_or(const char *name, double not_registered)
{
    struct buf text = BUF(1 << 20);
    char line_start[128];

    buf_char(&text, '\n');
    metric_print(&text);
    buf_char(&text, 0);
    ck_assert(!text.failed);
    snprintf(line_start, sizeof line_start, "\n%s ", name);
    const char *at = strstr(text.data, line_start);
    const double value = at != NULL ? atof(at + strlen(line_start)) : not_registered;
    buf_finish(&text);
    return value;
}

/* The metric must be registered. NAN: it has no value yet. */
static inline double metric_of(const char *name)
{
    const double value = metric_or(name, -1e99);

    ck_assert_msg(isnan(value) || value > -1e99, "%s is not registered", name);
    return value;
}
