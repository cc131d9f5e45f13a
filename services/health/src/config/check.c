// SPDX-License-Identifier: MIT
#include "config/check.h"

const char *const check_kind_names[CHECK_KINDS + 1] = {
    "http",    "tcp",        "tls",  "dns",  "postgres", "redis",   "qdrant",    "directus", "n8n",
    "traefik", "containers", "host", "disk", "telegram", "service", "heartbeat", "peer",     NULL};

const char *const severity_names[] = {"warning", "critical", NULL};
