// SPDX-License-Identifier: MIT
/* Sends the alerts that history has queued, by Telegram, e-mail, SMS and a webhook. Telegram's
 * button, or the reply "ok" to a message, acknowledges an incident; updates are received by long
 * polling.
 *
 * If a channel cannot deliver an alert within ALERT_FALLBACK_MS, the alert is copied to the other
 * channels of its severity. Its own channel retries it for a day. Each channel has its own task, so
 * that none waits for another.
 *
 * In quiet hours (quiet_hours.h) warnings wait. If nobody acknowledges a critical incident,
 * reminders are sent (escalation.h).
 *
 * An alert is marked as sent after its channel has accepted it. A process that is killed in between
 * sends it again, because a lost alert is worse than a repeated one. A repeated e-mail has the same
 * id. */
#pragma once

#include <stdio.h>

#include "api/service.h"

#include "notify/alert_text.h"
#include "storage/history.h"

struct health_config;
struct alerts;

enum { ALERT_FALLBACK_MS = 20 * 1000, ALERTS_TEST_MS = 25 * 1000 };

/* Whether alerts_start() could use the variables. If not, every mistake is printed to `errors` on a
 * line of its own, without the value. */
bool alerts_check(const struct health_config *config, FILE *errors);
/* Returns new. FAULT_INVALID: a variable cannot be used; the fault names it. */
struct alerts *alerts_start(struct service *service, const struct health_config *config,
                            const struct plan *plan, struct history *history, struct fault *fault);
/* Takes NULL. Not for fibers; calls in progress are cancelled. */
void alerts_stop(struct alerts *alerts);
/* Starts the tasks of the channels: an alert was queued. */
void alerts_wake(struct alerts *alerts);
/* The configured channels for an incident of this severity: bit n for channel n. Only critical
 * incidents use SMS; all use the other channels. */
unsigned alerts_channels(const struct alerts *alerts, enum severity severity);
/* An incident that is only yellow is a warning, whatever the severity of its check. */
enum severity alerts_severity(const struct incident *incident);
/* The result of a note on one channel. */
struct alert_delivery {
    enum alert_channel number;
    const char *channel; /* "telegram"; static */
    bool delivered;
    const char *code; /* code of the fault; "": delivered. Static */
    int64_t took_ms;
};
/* Sends a test on every configured channel; with `dry`, only lists them. In a fiber, within
 * ALERTS_TEST_MS. Needs neither history nor PostgreSQL. FAULT_CONFLICT "test_runs": another test is
 * running. FAULT_RATE_LIMITED "too_many_tests": three tests within an hour. */
bool alerts_test(struct alerts *alerts, bool dry, struct alert_delivery out[ALERT_CHANNELS],
                 size_t *count, struct fault *fault) MUST_CHECK;
/* Sends a note on every configured channel except those of `excluded` (bit n for channel n); NULL:
 * only lists them. In a fiber, within ALERTS_TEST_MS. */
bool alerts_send_note(struct alerts *alerts, const struct alert_note *note, unsigned excluded,
                      struct alert_delivery out[ALERT_CHANNELS], size_t *count,
                      struct fault *fault) MUST_CHECK;
/* Sets the function that is called after an acknowledgement by Telegram. */
void alerts_on_ack(struct alerts *alerts, void (*run)(void *data, const struct incident *incident),
                   void *data);
/* An incident was acknowledged on the page or by the API: updates its messages in Telegram. */
void alerts_acknowledged(struct alerts *alerts, const struct incident *incident);
