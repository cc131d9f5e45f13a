// SPDX-License-Identifier: MIT
/* Runs alerts with a history, a mail server and a fake Telegram (servers.h), where Ann and Bob
 * receive them, and observes the results. Secrets begin with "C4nary"; a test fails if one is
 * logged. */
#pragma once

#include "config.h"
#include "notify/alerts.h"
#include "servers.h"
#include "support/patience.h"

#define TOKEN    "4711:C4nary-Token_of-the-bot"
#define PASSWORD "C4nary-Password"
/* Personal data, which must not be logged either. */
#define PHONE_DIGITS "77019998877"

enum { ANN = 101, BOB = 102, STRANGER = 103, BOTH = 1U << ALERT_TELEGRAM | 1U << ALERT_EMAIL };

extern struct health_config config;
extern struct alerts *alerts;
extern int acks;              /* acknowledgements by Telegram */
extern struct incident fired; /* the newest incident */

void alerts_fixture_begin(void); /* servers, but no alerts yet */
void alerts_fixture_finish(void);
void start(void);
/* The code of the fault with which the start fails. */
const char *refused_start(void);
void stop(void);
/* Uses the mail server at this port. */
void mails_to(int port);

/* Begins an incident of a check of its own, all of which are titled "База"; its first alert is
 * queued on `channels`. */
struct incident fire(enum level level, unsigned channels);
/* The incident becomes red; ALERT_WORSE is queued on Telegram. */
void worsen_incident(const struct incident *incident);
/* Ends it and queues recoveries. */
void end_incident(const struct incident *incident);
struct incident acknowledge(const struct incident *incident, const char *who);
const char *acked_by(void); /* of the newest incident */

/* An alert as history has it. */
struct kept_alert {
    bool exists;
    int64_t told_us, tries, due_us;
};
struct kept_alert alert_of(const struct incident *incident, enum alert_event event,
                           enum alert_channel channel);
int64_t attempts(void); /* sent alerts and failed attempts, of all incidents */

int logged(const char *words);                                    /* number of log lines */
bool is_sent(enum alert_event event, enum alert_channel channel); /* of the newest incident */
bool fired_by_telegram(void);
bool fired_by_email(void);
bool fired_by_both(void);
bool recovered_by_both(void);
/* Runs the loop until the condition is true. */
#define until(condition) wait_by(run_loop, condition, "%s: %s", #condition, alerts_seen())
const char *alerts_seen(void); /* the alerts of the newest incident */
/* Waits until each channel has read its queue again and sent what it found there. */
void read_queue_again(void);
/* Text and button of the message `back` messages before the newest one of a chat. */
bool shows(long long chat, size_t back, const char *words, bool button);
