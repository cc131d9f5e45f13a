// SPDX-License-Identifier: MIT
/* Interprets an answer of SMS.ru to /sms/send for one phone (sms.ru/api/send, "json=1", and its
 * list of codes). Pure. */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

#include "notify/channel_result.h"

enum { SMS_DIGITS_MAX = 15 }; /* E.164 */

struct sms_result {
    enum channel_outcome outcome; /* CHANNEL_UNREACHABLE: maybe SMS.ru has accepted the SMS */
    const char *code;             /* static, such as "sms_no_money"; "" if it was sent */
    int64_t number;               /* code of SMS.ru; 0: none */
};

/* `body`: body of the answer. `phone_digits`: phone to which the SMS was sent. */
struct sms_result sms_answer_read(long http_status, struct slice body, const char *phone_digits,
                                  struct arena *arena);
