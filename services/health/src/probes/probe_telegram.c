// SPDX-License-Identifier: MIT
/* Probes the bots: reads their states from the gateway, which asks Telegram every minute. */
#include "base/ascii.h"

#include "probes/bots_json.h"
#include "probes/probe_private.h"

enum { BODY_MAX = 512 * 1024, PAGES_MAX = 5 };

/* Reads the page of bots at `cursor`; sets `cursor` to the next page. False: a trouble is set. */
static bool request_bots_page(struct probe_target *target, struct slice *cursor,
                              struct bots_found *found, struct probe_result *result)
{
    const struct slice query = arena_printf(target->arena, "?limit=%d%s%.*s", (int)BOTS_PAGE_MAX,
                                            cursor->len > 0 ? "&cursor=" : "", SLICE_ARG(*cursor));
    const struct probe_request request = {
        .path = query.at, .key = target->tools->link_key, .answer_max = BODY_MAX};
    struct http_answer answer;
    struct fault fault;

    if (!probe_call(target, &request, &answer, result) ||
        !probe_check_status(&request, &answer, result))
        return false;
    if (bots_add_page(answer.body, target->arena, found, cursor, &fault))
        return true;
    probe_fail_by_fault(result, &fault);
    return false;
}

void probe_telegram_bots(struct probe_target *target, struct probe_result *result)
{
    struct bots_found found = {.broken = 0};
    struct slice cursor = SLICE_NONE;

    /* A cursor that would need an escape in a URL (RFC 3986, 2.3) ends the list. */
    for (int page = 0; page == 0 || (page < PAGES_MAX && ascii_is_word(cursor, "-._~")); page++) {
        if (!request_bots_page(target, &cursor, &found, result))
            return;
        if (page == 0)
            probe_add_reading(result, MEASURE_latency_ms, target->took_ms);
    }
    probe_add_reading(result, MEASURE_bots_broken, (double)found.broken);
    probe_add_reading(result, MEASURE_pending_updates, (double)found.pending);
    if (found.names[0] != '\0')
        probe_set_detail(result, "%s", found.names);
}
