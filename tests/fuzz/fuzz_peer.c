// SPDX-License-Identifier: MIT
/* The status that the health service of the other server returns, or the answer of any server in
 * its place. */
#include "base/text.h"

#include "fuzz.h"
#include "probes/peer_json.h"

static struct check checks[] = {
    {.name = "postgres",     .server = "server2"},
    {.name = "server2-host", .server = "server2", .peer_name = "host"},
    {.name = "bots",                      .server = "server1"                           },
};
enum { COUNT = ARRAY_LEN(checks) };

FUZZ(1 << 20)
{
    const struct plan plan = {.checks = checks,
                              .count = COUNT,
                              .servers = "server1",
                              .server = "server1",
                              .peer = "server2"};
    struct peer_check said[COUNT] = {0};
    static struct peer_rules rules;

    if (peer_status_read(input, &plan, &arena, said, &rules, &fault))
        for (size_t i = 0; i < COUNT; i++) {
            const char *detail = said[i].why.detail;
            PROMISE(said[i].verdict < VERDICTS && said[i].cause < COUNT);
            PROMISE(said[i].since_us >= 0 && said[i].probed_us >= 0 && said[i].latency_us >= 0);
            PROMISE(memchr(detail, '\0', PROBE_DETAIL_MAX) != NULL);
            PROMISE(text_is_utf8(slice_of(detail)) && !text_has_control(slice_of(detail)));
            PROMISE(said[i].why.trouble < TROUBLES && said[i].why.reading_count <= 1);
        }
    PROMISE(said[2].verdict == VERDICT_UNKNOWN); /* ours */
}
