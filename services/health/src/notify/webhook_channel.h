// SPDX-License-Identifier: MIT
/* Sends alerts by a POST of JSON to ALERT_WEBHOOK_URL, signed by Standard Webhooks (api/deliver.h).
 * The body: {"type": "incident.fired", "timestamp": "2026-11-22T09:05:00.000Z", "data":
 * {"incident": {as in GET /v1/incidents}, "title": "...", "server": "...", "url": "..."}}, or for a
 * note {"type": "report", ..., "data": {"subject": "...", "text": "..."}}.
 *
 * The webhook-id is the same in each attempt. Redirects are not followed. After an answer 410
 * nothing is sent until the process restarts. In the demo and in tests the URL may be a loopback
 * address, also with http://.
 *
 * Faults of opening: "bad_webhook_url", "bad_webhook_secret". Faults of results: "webhook_away",
 * "webhook_busy", "webhook_refused", "webhook_gone". */
#pragma once

#include "notify/channel.h"

enum { WEBHOOK_SEND_MS = 7000, WEBHOOK_WAIT_MAX_S = 3600 };

channel_open_fn webhook_channel_open;
