// SPDX-License-Identifier: MIT
/* Metrics of other programs: samples lie within the text, and reading ends. */
#include "fuzz.h"
#include "probes/exposition.h"

static void is_within(struct slice text, struct slice part)
{
    PROMISE(part.at == NULL || (part.at >= text.at && part.at + part.len <= text.at + text.len));
}

FUZZ(1)
{
    struct exposition_sample sample;
    struct slice rest = input;
    size_t lines = 1, samples = 0;

    for (size_t i = 0; i < input.len; i++)
        lines += input.at[i] == '\n';
    while (exposition_read_next(&rest, &sample)) {
        PROMISE(++samples <= lines && sample.name.len > 0);
        is_within(input, sample.name);
        is_within(input, sample.labels);
        is_within(sample.labels, exposition_find_label(sample.labels, "service"));
        is_within(sample.labels, exposition_find_label(sample.labels, ""));
    }
}
