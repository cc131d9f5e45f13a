// SPDX-License-Identifier: MIT
#include "config/probe_result.h"

const char *const probe_trouble_names[TROUBLES + 1] = {
    "none",   "timeout", "refused",     "no_name", "status",    "body",
    "header", "records", "certificate", "denied",  "not_ready", "down",
    "late",   "silent",  "local",       "rule",    NULL};
