// SPDX-License-Identifier: MIT
/* Sends the alerts that the history has queued, by Telegram, e-mail, SMS and a webhook. Telegram's
 * button, or the reply "ok" to a message, acknowledges an incident; updates are received by long
 * polling.
 *
 * If a channel cannot deliver an alert within ALERT_FALLBACK_MS, the alert is copied to the other
 * channels of its severity. The first channel retries it for a day. Each channel has its own task,
 * so that no channel waits for another.
 *
 * In quiet hours (quiet_hours.h) warnings wait. If nobody acknowledges a critical incident,
 * reminders are sent (escalation.h).
 *
 * An alert is marked as sent after its channel has accepted it. A process that is killed before the
 * mark sends it again, because a lost alert is worse than a repeated one. A repeated e-mail has the
 * same id. */
#pragma once

#include <stdio.h>

#include "api/service.h"

#include "notify/alert_text.h"
#include "storage/history.h"

struct health_config;
struct alerts;

enum { ALERT_FALLBACK_MS = 20 * 1000, ALERTS_TEST_MS = 25 * 1000 };

/* True if alerts_start() could use the variables. Otherwise every mistake is printed to `errors` on
 * a line of its own, without the value. */
bool alerts_check(const struct health_config *config, FILE *errors);
/* Returns new. FAULT_INVALID: a variable cannot be used; the fault names it. */
struct alerts *alerts_start(struct service *service, const struct health_config *config,
                            const struct plan *plan, struct history *history, struct fault *fault);
/* Takes NULL. Must not be called in a fiber. Calls in progress are cancelled. */
void alerts_stop(struct alerts *alerts);
/* Starts the tasks of the channels. Call it after an alert was queued. */
void alerts_wake(struct alerts *alerts);
/* The configured channels for an incident of this severity: bit n for channel n. SMS is used for
 * critical incidents only, the other channels for all. */
unsigned alerts_channels(const struct alerts *alerts, enum severity severity);
/* The severity for choosing channels: an incident that is only yellow is a warning, whatever the
 * severity of its check is. */
enum severity alerts_severity(const struct incident *incident);
/* The result of sending a note on one channel. */
struct alert_delivery {
    enum alert_channel number;
    const char *channel; /* "telegram"; static */
    bool delivered;
    const char *code; /* code of the fault, static; "": delivered */
    int64_t took_ms;
};
/* Must run in a fiber. Sends a test on every configured channel, within ALERTS_TEST_MS; with `dry`,
 * only lists the channels. Needs neither history nor PostgreSQL. FAULT_CONFLICT "test_runs":
 * another test is running. FAULT_RATE_LIMITED "too_many_tests": three tests within an hour. */
bool alerts_test(struct alerts *alerts, bool dry, struct alert_delivery out[ALERT_CHANNELS],
                 size_t *count, struct fault *fault) MUST_CHECK;
/* Must run in a fiber. Sends a note on every configured channel except `excluded` (bit n for
 * channel n), within ALERTS_TEST_MS. If `note` is NULL, only lists the channels. */
bool alerts_send_note(struct alerts *alerts, const struct alert_note *note, unsigned excluded,
                      struct alert_delivery out[ALERT_CHANNELS], size_t *count,
                      struct fault *fault) MUST_CHECK;
/* Sets the function that is called after an acknowledgement by Telegram. */
void alerts_set_ack_handler(struct alerts *alerts,
                            void (*run)(void *data, const struct incident *incident), void *data);
/* Updates an incident's messages in Telegram. Call it after an acknowledgement by page or API. */
void alerts_show_ack(struct alerts *alerts, const struct incident *incident);
