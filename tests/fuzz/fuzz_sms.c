// SPDX-License-Identifier: MIT
/* Answers of SMS.ru: a message counts as sent only if the answer result so, and any other outcome
 * has a code. */
#include "fuzz.h"
#include "notify/sms_answer.h"

static const long statuses[] = {200, 200, 200, 429, 403, 502};
enum { STATUSES = ARRAY_LEN(statuses) };

FUZZ(1 << 20)
{
    const long status = statuses[fuzz_byte(&input) % STATUSES];
    const struct sms_result result = sms_answer_read(status, input, "77010000001", &arena);

    PROMISE(result.outcome == CHANNEL_SENT || result.outcome == CHANNEL_BUSY ||
            result.outcome == CHANNEL_UNREACHABLE || result.outcome == CHANNEL_REFUSED);
    PROMISE((result.outcome == CHANNEL_SENT) == (result.code[0] == '\0'));
    PROMISE(result.outcome != CHANNEL_SENT ||
            (status == 200 &&
             (result.number == 100 || (result.number >= 231 && result.number <= 233))));
}
