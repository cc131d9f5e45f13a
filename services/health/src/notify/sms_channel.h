// SPDX-License-Identifier: MIT
/* Sends alerts by SMS to every phone of ALERT_PHONES, by SMS.ru: one line of at most two segments.
 *
 * An SMS costs money. If the outcome of a send is unknown, the text is sent a second time, but not
 * a third time; a text that SMS.ru accepted is not sent to that phone again while the process
 * lives. At most `hourly` SMS are sent within an hour; a quarter of them is reserved for alerts
 * about the beginning of a critical incident. A text for which no SMS is left waits until the
 * oldest one is an hour old; other channels send it meanwhile. */
#pragma once

#include "http/client.h"

#include "notify/channel.h"
#include "notify/hourly_limit.h"

#define SMS_ROOT "https://sms.ru"

enum {
    SMS_PHONES_MAX = 8,
    SMS_SEND_MS = 7000,
    SMS_HOURLY_MAX = HOURLY_LIMIT_MAX,
    SMS_SENDS_MAX = 2 /* sends of one text to one phone, if the outcome of the first is unknown */
};

struct sms_options {
    struct http_client *client;
    const char *root;   /* without a trailing '/' */
    bool own_root;      /* the root is our own server: http:// and private addresses are allowed */
    const char *api_id; /* a secret */
    const char *phones; /* E.164, comma-separated */
    int64_t hourly;     /* 1 to SMS_HOURLY_MAX; each phone counts */
};

struct sms_channel;

/* Returns new; borrows the texts. FAULT_INVALID "bad_alert_phones", whose detail does not name the
 * phones. */
struct sms_channel *sms_channel_create(const struct sms_options *options, struct fault *fault);
void sms_channel_destroy(struct sms_channel *sms); /* takes NULL */

/* The channel for alerts.c. Faults of its results: "sms_bad_key", "sms_no_money", "sms_bad_phone",
 * "sms_limit", "sms_busy", "sms_refused", "sms_uncertain", "sms_away", "sms_hourly". */
struct channel sms_channel(struct sms_channel *sms);
