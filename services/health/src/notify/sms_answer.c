// SPDX-License-Identifier: MIT
#include "notify/sms_answer.h"

#include <stdio.h>

#include "json/foreign.h"

enum { OK = 100 };

// clang-format off
static const struct {
    int64_t first, last;
    enum channel_outcome outcome;
    const char *code;
} codes[] = {
    {OK,  OK,  CHANNEL_SENT,    ""},
    {200, 200, CHANNEL_REFUSED, "sms_bad_key"},
    {201, 201, CHANNEL_REFUSED, "sms_no_money"},
    {202, 202, CHANNEL_REFUSED, "sms_bad_phone"},
    {206, 206, CHANNEL_REFUSED, "sms_limit"},     /* daily limit of the account */
    {207, 207, CHANNEL_REFUSED, "sms_bad_phone"}, /* no route to the phone */
    {209, 209, CHANNEL_REFUSED, "sms_bad_phone"}, /* the phone is on our stop list */
    /* The phone is abroad, or on the operator's stop list. */
    {214, 215, CHANNEL_REFUSED, "sms_bad_phone"},
    {220, 220, CHANNEL_BUSY,    "sms_busy"},
    {230, 230, CHANNEL_REFUSED, "sms_limit"},     /* daily limit of the phone */
    {231, 233, CHANNEL_SENT,    ""},              /* the phone has received the same text by an
                                                   * earlier attempt */
    {300, 305, CHANNEL_REFUSED, "sms_bad_key"},
    {500, 500, CHANNEL_UNREACHABLE,    "sms_uncertain"}, /* SMS.ru: "repeat the request" */
};
// clang-format on

static struct sms_result result_of_code(int64_t number)
{
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (number >= codes[i].first && number <= codes[i].last)
            return (struct sms_result){codes[i].outcome, codes[i].code, number};
    return (struct sms_result){CHANNEL_REFUSED, "sms_refused", number};
}

struct answer {
    int64_t code, phone_code;
};

/* Reads {"status_code": N, "sms": {"<digits>": {"status_code": M}}}: N is the code of the call, M
 * the code of the phone. */
static bool read_answer(struct slice body, const char *digits, struct arena *arena,
                        struct answer *out)
{
    char path[sizeof("sms//status_code") + SMS_DIGITS_MAX];
    const struct foreign_member members[] = {
        {"status_code", FOREIGN_INT, offsetof(struct answer, code),       NULL, 0},
        {path,          FOREIGN_INT, offsetof(struct answer, phone_code), NULL, 0},
    };
    const struct foreign table = FOREIGN_OF(members, struct answer);
    struct fault ignored;

    snprintf(path, sizeof path, "sms/%s/status_code", digits);
    return foreign_read(&table, body, out, arena, &ignored) && out->code != FIELD_ABSENT;
}

struct sms_result sms_answer_read(long http_status, struct slice body, const char *phone_digits,
                                  struct arena *arena)
{
    const struct sms_result uncertain = {CHANNEL_UNREACHABLE, "sms_uncertain", 0};
    struct answer answer;

    if (http_status == 429)
        return (struct sms_result){CHANNEL_BUSY, "sms_busy", 0};
    if (http_status >= 400 && http_status <= 499)
        return (struct sms_result){CHANNEL_REFUSED, "sms_refused", 0};
    if (http_status != 200 || !read_answer(body, phone_digits, arena, &answer))
        return uncertain;
    if (answer.code != OK)
        return result_of_code(answer.code);
    return answer.phone_code != FIELD_ABSENT ? result_of_code(answer.phone_code) : uncertain;
}
