// SPDX-License-Identifier: MIT
/* Reads Prometheus' text format (exposition 0.0.4) line by line, without building anything. What is
 * no sample is skipped: comments, blank and broken lines, values that are no finite number. */
#pragma once

#include "base/slice.h"

struct exposition_sample {
    struct slice name;
    struct slice labels; /* between the braces, as it stands; absent: none */
    double value;
};

/* Takes lines off `rest` until one is a sample. False: there is none any more. */
bool exposition_next(struct slice *rest, struct exposition_sample *out);
/* The label's value as it stands in the text, with its escapes; absent: there is no such label. */
struct slice exposition_label(struct slice labels, const char *name);
