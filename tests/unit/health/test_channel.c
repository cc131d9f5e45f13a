// SPDX-License-Identifier: MIT
/* The result of an alert for several recipients. */
#include "notify/channel.h"
#include "support/test.h"

TEST_CASE("channel");

static size_t tried;

/* What a recipient does: s accepts, r refuses, p refuses permanently, u cannot be reached; a digit:
 * it is busy, and demands this wait in milliseconds. */
static void answer(void *data, size_t index, struct channel_result *result)
{
    const char sign = ((const char *)data)[index];

    tried++;
    *result = (struct channel_result){.outcome = sign == 's'   ? CHANNEL_SENT
                                                 : sign == 'u' ? CHANNEL_UNREACHABLE
                                                 : sign > '9'  ? CHANNEL_REFUSED
                                                               : CHANNEL_BUSY,
                                      .wait_ms = sign <= '9' ? sign - '0' : 0,
                                      .permanent = sign == 'p'};
}

static const struct {
    const char *signs;
    bool waits_longest;
    enum channel_outcome outcome;
    int64_t wait_ms;
    bool permanent;
    size_t tried, refuses;
} cases[] = {
    {"ss",   false, CHANNEL_SENT,        0, false, 2, 2},
    {"rs",   false, CHANNEL_SENT,        0, false, 2, 0},
    {"sp",   false, CHANNEL_SENT,        0, false, 2, 1},
    {"s5r9", false, CHANNEL_BUSY,        5, false, 4, 4},
    {"s5r9", true,  CHANNEL_BUSY,        9, false, 4, 4},
    {"95",   false, CHANNEL_BUSY,        5, false, 2, 2},
    {"95",   true,  CHANNEL_BUSY,        9, false, 2, 2},
    {"su9",  false, CHANNEL_UNREACHABLE, 0, false, 2, 3},
    {"pp",   false, CHANNEL_REFUSED,     0, true,  2, 2},
    {"pr",   false, CHANNEL_REFUSED,     0, false, 2, 2},
    {"rp",   false, CHANNEL_REFUSED,     0, false, 2, 2},
};

TEST_ROWS(recipients_determine_the_result, cases)
{
    char signs[8];
    struct channel_result result = {0};
    const struct channel_recipients to = {.count = strlen(row->signs),
                                          .send = answer,
                                          .data = strcpy(signs, row->signs),
                                          .waits_longest = row->waits_longest};

    tried = 0;
    ck_assert_uint_eq(channel_send_and_find_refuser(&to, &result), row->refuses);
    ck_assert_int_eq(result.outcome, row->outcome);
    ck_assert_int_eq(result.wait_ms, row->wait_ms);
    ck_assert_int_eq(result.permanent, row->permanent);
    ck_assert_uint_eq(tried, row->tried);
}
