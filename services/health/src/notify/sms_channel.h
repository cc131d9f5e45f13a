// SPDX-License-Identifier: MIT
/* Sends alerts by SMS to every phone of ALERT_PHONES, by SMS.ru: one line of at most two segments.
 *
 * An SMS costs money. If the outcome of a send is unknown, the text is sent a second time, but not
 * a third time. A text that SMS.ru accepted for a phone is not sent to this phone again by the same
 * process. At most SMS_HOURLY SMS are sent within an hour; a quarter of them is reserved for alerts
 * about the beginning of a critical incident. A text beyond this limit waits until the oldest SMS
 * is an hour old; other channels send it meanwhile.
 *
 * Fault of opening: "bad_alert_phones", whose detail does not name the phones. Faults of results:
 * "sms_bad_key", "sms_no_money", "sms_bad_phone", "sms_limit", "sms_busy", "sms_refused",
 * "sms_uncertain", "sms_away", "sms_hourly". */
#pragma once

#include "notify/channel.h"

enum {
    SMS_PHONES_MAX = 8,
    SMS_SEND_MS = 7000,
    SMS_SENDS_MAX = 2 /* maximum sends of a text to a phone while the outcome is unknown */
};

channel_open_fn sms_channel_open;
