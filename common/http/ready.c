// SPDX-License-Identifier: MIT
#include "http/ready.h"

#include <assert.h>
#include <string.h>

enum { FALL_NS = 1000 * 1000 * 1000, RISE_NS = 500 * 1000 * 1000 };

void ready_init(struct ready *ready)
{
    memset(ready, 0, sizeof(*ready));
    ready->fall_ns = FALL_NS;
    ready->rise_ns = RISE_NS;
}

size_t ready_add(struct ready *ready, const char *name, bool required)
{
    assert(ready->count < READY_PARTS_MAX);
    ready->parts[ready->count] = (struct ready_part){.name = name, .required = required};
    return ready->count++;
}

static void settle_part(const struct ready *ready, struct ready_part *part, int64_t now_ns)
{
    if (part->well == part->counted_well)
        return;
    int64_t patience = part->well ? ready->rise_ns : ready->fall_ns;
    if (now_ns - part->since_ns >= patience)
        part->counted_well = part->well;
}

void ready_report(struct ready *ready, size_t number, bool well, int64_t now_ns)
{
    struct ready_part *part = &ready->parts[number];
    if (!part->was_well) {
        *part = (struct ready_part){part->name, part->required, well, well, now_ns, well};
        return;
    }
    settle_part(ready, part, now_ns);
    if (part->well != well) {
        part->well = well;
        part->since_ns = now_ns;
    }
}

bool ready_now(struct ready *ready, int64_t now_ns)
{
    bool all = true;
    for (size_t i = 0; i < ready->count; i++) {
        settle_part(ready, &ready->parts[i], now_ns);
        all = all && (ready->parts[i].counted_well || !ready->parts[i].required);
    }
    return all && !ready->stopping;
}

void ready_encode(struct ready *ready, int64_t now_ns, struct buf *out)
{
    bool well = ready_now(ready, now_ns);
    const char *status = ready->stopping ? "stopping" : well ? "ready" : "not_ready";
    buf_printf(out, "{\"status\":\"%s\",\"checks\":{", status);
    for (size_t i = 0; i < ready->count; i++) {
        const struct ready_part *part = &ready->parts[i];
        buf_printf(out, "%s\"%s\":\"%s\"", i > 0 ? "," : "", part->name,
                   part->counted_well ? "up" : "down");
    }
    buf_text(out, "}}");
}
