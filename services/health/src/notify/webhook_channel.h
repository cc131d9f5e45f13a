// SPDX-License-Identifier: MIT
/* Alerts to a program of others: a POST of JSON to ALERT_WEBHOOK_URL, signed as Standard Webhooks
 * has it, as api/deliver.h signs. The body:
 *     {"type": "incident.fired", "timestamp": "2026-11-22T09:05:00.000Z",
 *      "data": {"incident": {as GET /v1/incidents}, "title": "...", "server": "...", "url": "..."}}
 * or of a note {"type": "report", ..., "data": {"subject": "...", "text": "..."}}.
 *
 * The webhook-id is the same on each try. Redirects are not followed. 410 ends it: nothing is sent
 * any more until the process starts anew. */
#pragma once

#include "api/deliver.h"
#include "http/client.h"

#include "notify/channel.h"

enum { WEBHOOK_SEND_MS = 7000, WEBHOOK_WAIT_MAX_S = 3600 };

struct webhook_options {
    struct http_client *client;
    const char *url;
    const char *secret; /* "whsec_..." */
    bool loopback;      /* this machine too, by http: for demonstrations and tests */
};

struct webhook_channel;

/* Returns new; borrows the texts. FAULT_INVALID "bad_webhook_url", "bad_webhook_secret". */
struct webhook_channel *webhook_channel_create(const struct webhook_options *options,
                                               struct fault *fault);
void webhook_channel_destroy(struct webhook_channel *webhook); /* takes NULL */

/* Faults of its ends: "webhook_away", "webhook_busy", "webhook_refused", "webhook_gone". */
struct channel webhook_channel(struct webhook_channel *webhook);
