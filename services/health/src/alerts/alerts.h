// SPDX-License-Identifier: MIT
/* Tells people of incidents: takes what history has queued, and sends it by Telegram and e-mail.
 * Telegram's button, or a reply "ok" to the message, acknowledges; updates come by long polling.
 *
 * An alert that its channel cannot deliver within ALERT_FALLBACK_MS goes to the other one too. It
 * is tried on its own channel for a day. */
#pragma once

#include "api/service.h"

#include "history/history.h"

struct health_config;
struct alerts;

enum { ALERT_FALLBACK_MS = 20 * 1000 };

/* Returns new. */
struct alerts *alerts_start(struct service *service, const struct health_config *config,
                            const struct plan *plan, struct history *history, struct fault *fault);
void alerts_stop(struct alerts *alerts); /* takes NULL */
/* Something was queued. */
void alerts_soon(struct alerts *alerts);
/* Which channels an incident of this severity goes to, of those that are configured: bit n for
 * channel n. Critical: all; a warning: as tapbot-facts 6 promises. */
unsigned alerts_channels(const struct alerts *alerts, enum severity severity);
/* An acknowledgement came by Telegram: `run` is told. */
void alerts_on_ack(struct alerts *alerts, void (*run)(void *data, const struct incident *incident),
                   void *data);
