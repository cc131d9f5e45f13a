// SPDX-License-Identifier: MIT
#include "http/ready.h"

#include <assert.h>

enum {
    FALL_NS = 1000 * 1000 * 1000, /* a part that has failed this long counts as down */
    RISE_NS = 500 * 1000 * 1000   /* a part that has worked this long counts as up */
};

size_t ready_add(struct ready *ready, const char *name, bool required)
{
    assert(ready->count < READY_PARTS_MAX);
    ready->parts[ready->count] = (struct ready_part){.name = name, .required = required};
    return ready->count++;
}

static void update_counted_state(struct ready_part *part, int64_t now_ns)
{
    if (part->well == part->counted_well)
        return;
    int64_t patience = part->well ? RISE_NS : FALL_NS;
    if (now_ns - part->since_ns >= patience)
        part->counted_well = part->well;
}

void ready_report(struct ready *ready, size_t number, bool is_well, int64_t now_ns)
{
    struct ready_part *part = &ready->parts[number];

    if (!part->was_well) {
        *part = (struct ready_part){.name = part->name,
                                    .required = part->required,
                                    .pauses = part->pauses,
                                    .well = is_well,
                                    .counted_well = is_well,
                                    .since_ns = now_ns,
                                    .was_well = is_well};
        return;
    }
    update_counted_state(part, now_ns);
    if (part->well != is_well) {
        part->well = is_well;
        part->since_ns = now_ns;
    }
}

bool ready_is_ready(struct ready *ready, int64_t now_ns)
{
    bool all = true;

    for (size_t i = 0; i < ready->count; i++) {
        update_counted_state(&ready->parts[i], now_ns);
        const struct ready_part *part = &ready->parts[i];
        all = all && (part->counted_well || !part->required || part->pauses);
    }
    return all && !ready->stopping;
}

void ready_set_pausing(struct ready *ready, size_t part, bool pauses)
{
    ready->parts[part].pauses = pauses;
}

static bool is_paused(const struct ready *ready)
{
    for (size_t i = 0; i < ready->count; i++)
        if (ready->parts[i].pauses && !ready->parts[i].counted_well)
            return true;
    return false;
}

static const char *name_status(struct ready *ready, int64_t now_ns)
{
    const bool well = ready_is_ready(ready, now_ns);

    if (ready->stopping)
        return "stopping";
    if (!well)
        return "not_ready";
    return is_paused(ready) ? "paused" : "ready";
}

void ready_encode(struct ready *ready, int64_t now_ns, struct buf *out)
{
    buf_printf(out, "{\"status\":\"%s\",\"checks\":{", name_status(ready, now_ns));
    for (size_t i = 0; i < ready->count; i++) {
        const struct ready_part *part = &ready->parts[i];
        buf_printf(out, "%s\"%s\":\"%s\"", i > 0 ? "," : "", part->name,
                   part->counted_well ? "up" : "down");
    }
    buf_text(out, "}}");
}
