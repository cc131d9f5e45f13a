// SPDX-License-Identifier: MIT
/* What an answer of SMS.ru to /sms/send means for one phone (sms.ru/api/send, "json=1", and its
 * list of codes). Pure. */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

#include "notify/alert_retry.h"

enum { SMS_DIGITS_MAX = 15 }; /* E.164 */

struct sms_result {
    enum channel_outcome outcome; /* AWAY: it may have been taken, nobody knows */
    const char *code;             /* "sms_no_money"; "" of TOLD; static */
    int64_t number;               /* SMS.ru's own; 0: it gave none */
};

/* `body` of an answer with HTTP's `status`. `digits` of the phone, as it was asked with. */
struct sms_result sms_answer_read(long status, struct slice body, const char *digits,
                                  struct arena *arena);
