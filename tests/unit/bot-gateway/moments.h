// SPDX-License-Identifier: MIT
/* Points in time in the HTML of a message (Bot API 9.5, date_time). */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/buf.h"

#include "support/test.h"
#include "texts/format.h"

/* The text without their tags, after a check that each shows its own time of Kazakhstan, and has a
 * date where it shows one. In the arena. */
static inline struct slice moments_strip(struct arena *arena, struct slice html)
{
    static const char begins[] = "<tg-time unix=\"", ends[] = "</tg-time>";
    AUTO(buf_finish) struct buf out = BUF(64 * 1024);
    const char *at = arena_copy(arena, html).at, *tag;
    struct slice kept;
    struct fault fault;

    while ((tag = strstr(at, begins)) != NULL) {
        char *rest, clock[8];
        const long long unix_s = strtoll(tag + strlen(begins), &rest, 10);
        const char *text = strchr(rest, '>') + 1, *end = strstr(text, ends);
        const int64_t minute = (unix_s + FORMAT_ZONE_S) % (24 * 3600) / 60;
        ck_assert(end != NULL);
        snprintf(clock, sizeof clock, "%02d:%02d", (int)minute / 60, (int)minute % 60);
        ck_assert_msg(end - text >= 5 && memcmp(end - 5, clock, 5) == 0, "%s is not %s", text,
                      clock);
        ck_assert_int_eq(end - text > 5, strstr(rest, "\" format=\"Dt\">") == rest);
        buf_slice(&out, (struct slice){at, (size_t)(tag - at)});
        buf_slice(&out, (struct slice){text, (size_t)(end - text)});
        at = end + strlen(ends);
    }
    buf_text(&out, at);
    ck_assert(buf_keep(&out, arena, &kept, &fault));
    return kept;
}
