// SPDX-License-Identifier: MIT
/* Sends alerts by e-mail: http/smtp.h in a thread of the channel, so that the loop never waits.
 * Faults of opening: "bad_smtp_url", "bad_alert_from", "bad_alert_emails". */
#pragma once

#include "notify/channel.h"

enum { EMAIL_SEND_MS = 15000 /* maximum duration of sending an e-mail */ };

channel_open_fn email_channel_open;
