// SPDX-License-Identifier: MIT
/* Alerts of a history (history_fake.h) by a mail server and the stand-in for Telegram (servers.h),
 * where Ann and Bob are told, and what can be seen of it. Secrets begin with "C4nary"; a test in
 * which one is logged fails. */
#pragma once

#include <check.h>

#include "base/now.h"

#include "config.h"
#include "history_fake.h"
#include "notify/alerts.h"
#include "servers.h"
#include "support/patience.h"
#include "unit/base/suite.h"

#define TOKEN    "4711:C4nary-Token_of-the-bot"
#define PASSWORD "C4nary-Password"
/* Personal data, which is logged as little. */
#define PHONE_DIGITS "77019998877"

enum { ANN = 101, BOB = 102, STRANGER = 103, BOTH = 1U << ALERT_TELEGRAM | 1U << ALERT_EMAIL };

extern struct health_config config;
extern struct alerts *alerts;
extern int acks; /* that were told */

void alerts_fixture_begin(void); /* servers, but no alerts yet */
void alerts_fixture_finish(void);
void start(void);
/* What fails to start: the fault's code. */
const char *refused_start(void);
void stop(void);
/* The mail server is the one at this port. */
void mails_to(int port);

int logged(const char *words);                                    /* so many times */
bool is_sent(enum alert_event event, enum alert_channel channel); /* of the newest incident */
bool fired_by_telegram(void);
bool fired_by_email(void);
bool fired_by_both(void);
bool recovered_by_both(void);
/* Runs the loop until `so()`. */
#define until(so) wait_by(run_loop, so(), "%s: %s", #so, alerts_seen())
const char *alerts_seen(void); /* what history has of the alerts */
/* Each channel looks at its queue again, and has told what it found there. */
void read_queue_again(void);
/* Of the message `back` from the newest of a chat: its text, and whether it has a button. */
bool shows(long long chat, size_t back, const char *words, bool button);
