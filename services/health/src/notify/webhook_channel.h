// SPDX-License-Identifier: MIT
/* Sends alerts by a POST of JSON to ALERT_WEBHOOK_URL, signed by Standard Webhooks (api/deliver.h).
 * The body: {"type": "incident.fired", "timestamp": "2026-11-22T09:05:00.000Z", "data":
 * {"incident": {as in GET /v1/incidents}, "title": "...", "server": "...", "url": "..."}}, or for a
 * note {"type": "report", ..., "data": {"subject": "...", "text": "..."}}.
 *
 * The webhook-id is the same in each attempt. Redirects are not followed. After an answer 410
 * nothing is sent until the process restarts. */
#pragma once

#include "api/deliver.h"
#include "http/client.h"

#include "notify/channel.h"

enum { WEBHOOK_SEND_MS = 7000, WEBHOOK_WAIT_MAX_S = 3600 };

struct webhook_options {
    struct http_client *client;
    const char *url;
    const char *secret; /* "whsec_..." */
    bool loopback;      /* allows this machine, also by http: for demos and tests */
};

struct webhook_channel;

/* Returns new; borrows the texts. FAULT_INVALID "bad_webhook_url", "bad_webhook_secret". */
struct webhook_channel *webhook_channel_create(const struct webhook_options *options,
                                               struct fault *fault);
void webhook_channel_destroy(struct webhook_channel *webhook); /* takes NULL */

/* The channel for alerts.c. Faults of its results: "webhook_away", "webhook_busy",
 * "webhook_refused", "webhook_gone". */
struct channel webhook_channel(struct webhook_channel *webhook);
