// SPDX-License-Identifier: MIT
/* Alerts by SMS, to every phone of ALERT_PHONES, by SMS.ru: one line of at most two segments.
 *
 * An SMS costs money. What SMS.ru may have taken, though nobody knows, is sent once more and no
 * oftener; what it has taken goes to that phone no more, as long as the process lives. Not more
 * than `hourly` are sent in an hour, of which a quarter is kept for alerts that a critical incident
 * has begun, or has become one. A text without a turn waits until the turns before it are an hour
 * old, while the other channels tell. */
#pragma once

#include "http/client.h"

#include "notify/channel.h"
#include "notify/hourly_limit.h"

#define SMS_ROOT "https://sms.ru"

enum {
    SMS_PHONES_MAX = 8,
    SMS_SEND_MS = 7000,
    SMS_HOURLY_MAX = HOURLY_LIMIT_MAX,
    SMS_SENDS_MAX = 2 /* of one text to one phone, where the outcome of the first is unknown */
};

struct sms_options {
    struct http_client *client;
    const char *root;   /* without a '/' at its end */
    bool own_root;      /* a server of our own: also over http:// and on a private address */
    const char *api_id; /* a secret */
    const char *phones; /* E.164, comma-separated */
    int64_t hourly;     /* 1 to SMS_HOURLY_MAX, as the variable; each phone counts */
};

struct sms_channel;

/* Returns new; borrows the texts. FAULT_INVALID "bad_alert_phones", which repeats none. */
struct sms_channel *sms_channel_create(const struct sms_options *options, struct fault *fault);
void sms_channel_destroy(struct sms_channel *sms); /* takes NULL */

/* Faults of its ends: "sms_bad_key", "sms_no_money", "sms_bad_phone", "sms_limit", "sms_busy",
 * "sms_refused", "sms_uncertain", "sms_away", "sms_hourly". */
struct channel sms_channel(struct sms_channel *sms);
