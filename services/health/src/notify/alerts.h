// SPDX-License-Identifier: MIT
/* Sends the alerts that the history has queued, by Telegram, e-mail, SMS and a webhook. A tap on
 * the button of a message in Telegram, or the reply "ok" to the message, acknowledges an incident.
 *
 * If a channel cannot deliver an alert within ALERT_FALLBACK_MS, the alert is queued on the other
 * channels of its severity too, and the first channel retries it for a day. Each channel has its
 * own task, so that no channel waits for another.
 *
 * In quiet hours (quiet_hours.h) warnings wait. If nobody acknowledges a critical incident,
 * reminders are sent (escalation.h).
 *
 * An alert is marked as sent after its channel has accepted it. If the process is killed between
 * these two steps, the alert is sent again, because a lost alert is worse than a repeated one. A
 * repeated e-mail has the same Message-ID. */
#pragma once

#include <stdio.h>

#include "api/service.h"

#include "notify/alert_text.h"
#include "storage/history.h"

struct health_config;
struct alerts;

enum {
    ALERT_FALLBACK_MS = 20 * 1000,
    ALERTS_TEST_MS = 25 * 1000 /* maximum duration of alerts_send_test() and alerts_send_note() */
};

/* Whether alerts_start() can use the variables. Otherwise prints every mistake to `errors` on a
 * line of its own, without the value. */
bool alerts_check_config(const struct health_config *config, FILE *errors);
/* Returns new. Fails with FAULT_INVALID if a variable cannot be used; the fault names it. */
struct alerts *alerts_start(struct service *service, const struct health_config *config,
                            const struct plan *plan, struct history *history, struct fault *fault);
/* NULL is allowed. Must not be called in a fiber. Calls of channels in progress are cancelled. */
void alerts_stop(struct alerts *alerts);
/* Runs the tasks of the channels soon. Call it after an alert was queued. */
void alerts_send_soon(struct alerts *alerts);
/* The configured channels for an incident: bit n for channel n. SMS is used for critical incidents
 * only, the other channels for all. A yellow incident is a warning, whatever its severity is. */
unsigned alerts_channels_for_incident(const struct alerts *alerts, const struct incident *incident);
/* The result of sending a note on one channel. */
struct alert_delivery {
    enum alert_channel number;
    const char *channel; /* name, such as "telegram"; static */
    bool delivered;
    const char *code; /* code of the fault, static; "": delivered, or only listed */
    int64_t took_ms;
};
/* Must run in a fiber. Sends a test on every configured channel, or only lists the channels if
 * `dry`. Uses neither the history nor PostgreSQL. Fails with FAULT_CONFLICT "test_runs" if another
 * test is running, and with FAULT_RATE_LIMITED "too_many_tests" after three tests in an hour. */
bool alerts_send_test(struct alerts *alerts, bool dry, struct alert_delivery out[ALERT_CHANNELS],
                      size_t *count, struct fault *fault) MUST_CHECK;
/* Must run in a fiber. Sends a note on every configured channel except `excluded` (bit n for
 * channel n). If `note` is NULL, only lists the channels. */
bool alerts_send_note(struct alerts *alerts, const struct alert_note *note, unsigned excluded,
                      struct alert_delivery out[ALERT_CHANNELS], size_t *count,
                      struct fault *fault) MUST_CHECK;
/* Sets the function that is called after an acknowledgement by Telegram. */
void alerts_set_ack_handler(struct alerts *alerts, void (*handler)(void *data), void *data);
/* Whether another program, such as health on another server, polls the bot of the alerts too. */
bool alerts_bot_is_shared(const struct alerts *alerts);
/* Edits an incident's messages in Telegram soon. Call it after an acknowledgement elsewhere. */
void alerts_show_ack_in_telegram(struct alerts *alerts, const struct incident *incident);
