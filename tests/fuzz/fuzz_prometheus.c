// SPDX-License-Identifier: MIT
/* Metrics of other programs: samples lie within the text, and reading ends. */
#include "fuzz.h"
#include "probes/exposition.h"

static void is_within(struct slice text, struct slice part)
{
    PROMISE(part.at == NULL || (part.at >= text.at && part.at + part.len <= text.at + text.len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct slice text = {(const char *)data, size};
    struct exposition_sample sample;
    struct slice rest = text;
    size_t lines = 1, samples = 0;
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    while (exposition_next(&rest, &sample)) {
        PROMISE(++samples <= lines && sample.name.len > 0);
        is_within(text, sample.name);
        is_within(text, sample.labels);
        is_within(sample.labels, exposition_label(sample.labels, "service"));
        is_within(sample.labels, exposition_label(sample.labels, ""));
    }
    return 0;
}
