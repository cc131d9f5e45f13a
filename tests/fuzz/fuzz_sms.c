// SPDX-License-Identifier: MIT
/* What SMS.ru answers: never told without its word, and a code where it is not. */
#include "fuzz.h"
#include "notify/sms_answer.h"

static const long statuses[] = {200, 200, 200, 429, 403, 502};
enum { STATUSES = ARRAY_LEN(statuses) };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct slice body = {(const char *)data + (size > 0), size - (size > 0)};
    const long status = statuses[size > 0 ? data[0] % STATUSES : 0];
    struct arena arena;

    arena_init(&arena, 1 << 20);
    const struct sms_result says = sms_answer_read(status, body, "77010000001", &arena);

    PROMISE(says.outcome == CHANNEL_SENT || says.outcome == CHANNEL_BUSY ||
            says.outcome == CHANNEL_UNREACHABLE || says.outcome == CHANNEL_REFUSED);
    PROMISE((says.outcome == CHANNEL_SENT) == (says.code[0] == '\0'));
    PROMISE(says.outcome != CHANNEL_SENT ||
            (status == 200 && (says.number == 100 || (says.number >= 231 && says.number <= 233))));
    arena_finish(&arena);
    return 0;
}
