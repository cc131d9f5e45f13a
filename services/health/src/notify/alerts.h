// SPDX-License-Identifier: MIT
/* Tells people of incidents: takes what history has queued, and sends it by Telegram, e-mail, SMS
 * and a webhook.
 * Telegram's button, or a reply "ok" to the message, acknowledges; updates come by long polling.
 *
 * An alert that its channel cannot deliver within ALERT_FALLBACK_MS goes to the others of its
 * severity too. It is tried on its own channel for a day. Each channel has a task of its own, so
 * that none waits for another.
 *
 * In quiet hours (quiet.h) warnings wait. What nobody takes is told again (escalation.h).
 *
 * An alert is noted as told when its channel has taken it. A process that is killed between the two
 * tells it again: to lose an alert is worse than to read it twice. An e-mail then has the id of the
 * first. */
#pragma once

#include <stdio.h>

#include "api/service.h"

#include "notify/alert_text.h"
#include "storage/history.h"

struct health_config;
struct alerts;

enum { ALERT_FALLBACK_MS = 20 * 1000, ALERTS_TEST_MS = 25 * 1000 };

/* Whether alerts_start() could use the variables. False: every mistake stands in `errors`, a line
 * each, without what the variable says. */
bool alerts_check(const struct health_config *config, FILE *errors);
/* Returns new. FAULT_INVALID: a variable cannot be used; the fault names it. */
struct alerts *alerts_start(struct service *service, const struct health_config *config,
                            const struct plan *plan, struct history *history, struct fault *fault);
/* Takes NULL. Called outside of fibers; what is under way is cut. */
void alerts_stop(struct alerts *alerts);
/* Something was queued. */
void alerts_wake(struct alerts *alerts);
/* History is stuck, so nothing can be queued: the event is told from memory, once by each of
 * `channels`. When history is back it may tell the same again; Telegram's chats know it, an e-mail
 * has the same id. Told already: nothing. */
void alerts_send_from_memory(struct alerts *alerts, const struct incident *incident,
                             enum alert_event event, unsigned channels);
/* Which channels an incident of this severity goes to, of those that are configured: bit n for
 * channel n. Both severities go to all but SMS, which tells what is critical: of the two warnings
 * that tapbot-facts 6 names one goes to Telegram and e-mail, and one to e-mail alone, which not
 * everybody reads at night. */
unsigned alerts_channels(const struct alerts *alerts, enum severity severity);
/* What is yellow is no more than a warning, whatever it is of. */
enum severity alerts_severity(const struct incident *incident);
/* What became of a note. */
struct alert_delivery {
    enum alert_channel number;
    const char *channel; /* "telegram"; static */
    bool delivered;
    const char *code; /* why not, as of a fault; "": told. Static */
    int64_t took_ms;
};
/* Tells a test by every configured channel, or with `dry` only says which there are. In a fiber,
 * within ALERTS_TEST_MS. Needs neither history nor PostgreSQL. FAULT_CONFLICT "test_runs": another
 * one is under way. FAULT_RATE_LIMITED "too_many_tests": three were made within an hour. */
bool alerts_test(struct alerts *alerts, bool dry, struct alert_delivery out[ALERT_CHANNELS],
                 size_t *count, struct fault *fault) MUST_CHECK;
/* Tells a note by every configured channel but those of `but` (bit n for channel n); NULL: only
 * says which there are. In a fiber, within ALERTS_TEST_MS. */
bool alerts_send_note(struct alerts *alerts, const struct alert_note *note, unsigned excluded,
                      struct alert_delivery out[ALERT_CHANNELS], size_t *count,
                      struct fault *fault) MUST_CHECK;
/* An acknowledgement came by Telegram: `run` is told. */
void alerts_on_ack(struct alerts *alerts, void (*run)(void *data, const struct incident *incident),
                   void *data);
/* An acknowledgement came by the page: messages of Telegram say so too. */
void alerts_acknowledged(struct alerts *alerts, const struct incident *incident);
