// SPDX-License-Identifier: MIT
#include "probes/counter_rate.h"

#include <string.h>

static void drop_first(struct growth *growth)
{
    growth->count--;
    memmove(&growth->looks[0], &growth->looks[1], growth->count * sizeof(growth->looks[0]));
}

static void keep(struct growth *growth, int64_t now_ns, double all, double part)
{
    growth->looks[growth->count].at_ns = now_ns;
    growth->looks[growth->count].all = all;
    growth->looks[growth->count].part = part;
    growth->count++;
}

void growth_look(struct growth *growth, int64_t now_ns, int64_t span_ns, double all, double part,
                 double *grown_all, double *grown_part)
{
    if (!(all >= growth->last_all && part >= growth->last_part))
        growth->count = 0;
    growth->last_all = all;
    growth->last_part = part;
    while (growth->count > 1 && now_ns - growth->looks[1].at_ns >= span_ns)
        drop_first(growth);
    if (growth->count == 0 ||
        now_ns - growth->looks[growth->count - 1].at_ns >= span_ns / (GROWTH_LOOKS - 1)) {
        if (growth->count == GROWTH_LOOKS)
            drop_first(growth);
        keep(growth, now_ns, all, part);
    }
    *grown_all = all - growth->looks[0].all;
    *grown_part = part - growth->looks[0].part;
}
