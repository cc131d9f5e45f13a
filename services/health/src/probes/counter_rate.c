// SPDX-License-Identifier: MIT
#include "probes/counter_rate.h"

#include <math.h>
#include <string.h>

static void drop_oldest_sample(struct counter_rate *rate)
{
    rate->count--;
    memmove(&rate->samples[0], &rate->samples[1], rate->count * sizeof rate->samples[0]);
}

void counter_rate_add_sample(struct counter_rate *rate, int64_t now_ns, int64_t span_ns, double all,
                             double part, double *grown_all, double *grown_part)
{
    if (!(all >= rate->last_all && part >= rate->last_part))
        rate->count = 0;
    rate->last_all = all;
    rate->last_part = part;
    while (rate->count > 1 && now_ns - rate->samples[1].at_ns >= span_ns)
        drop_oldest_sample(rate);
    if (rate->count == 0 ||
        now_ns - rate->samples[rate->count - 1].at_ns >= span_ns / (COUNTER_RATE_SAMPLES - 1)) {
        if (rate->count == COUNTER_RATE_SAMPLES)
            drop_oldest_sample(rate);
        rate->samples[rate->count++] = (struct counter_sample){now_ns, all, part};
    }
    *grown_all = all - rate->samples[0].all;
    *grown_part = part - rate->samples[0].part;
}

double counter_rate_add_and_get_percent(struct counter_rate *rate, int64_t now_ns, int64_t span_ns,
                                        double all, double part, double all_min)
{
    double grown_all, grown_part;

    counter_rate_add_sample(rate, now_ns, span_ns, all, part, &grown_all, &grown_part);
    return grown_all >= all_min ? 100 * grown_part / grown_all : (double)NAN;
}
