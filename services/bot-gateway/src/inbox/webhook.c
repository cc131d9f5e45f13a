// SPDX-License-Identifier: MIT
#include "inbox/webhook.h"

#include "base/now.h"

void webhook_compare(const struct webhook_info *info, struct slice ours, int64_t now_us,
                     struct bot_webhook *out)
{
    *out = (struct bot_webhook){
        .state = info->url.len == 0             ? BOT_WEBHOOK_NONE
                 : slice_equal(info->url, ours) ? BOT_WEBHOOK_OURS
                                                : BOT_WEBHOOK_ELSEWHERE,
        .pending = info->pending != FIELD_ABSENT ? info->pending : 0,
        .last_error_at = FIELD_ABSENT,
        .checked_at = now_us,
    };
    if (info->last_error_at <= 0)
        return;
    out->last_error_at = info->last_error_at * US_PER_S;
    if (info->last_error.len > 0)
        memcpy(out->last_error, info->last_error.at,
               slice_prefix_len(info->last_error, BOT_WEBHOOK_ERROR_MAX));
}

struct slice webhook_host(struct slice url)
{
    const struct slice schemes[] = {SLICE("https://"), SLICE("http://")};
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        if (!slice_starts(url, schemes[i]))
            continue;
        size_t begin = schemes[i].len, end = begin;
        for (; end < url.len && strchr("/?#", url.at[end]) == NULL; end++)
            if (url.at[end] == '@')
                begin = end + 1;
        return (struct slice){url.at + begin, end - begin};
    }
    return SLICE("");
}
