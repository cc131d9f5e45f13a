// SPDX-License-Identifier: MIT
/* Parses Prometheus' text format (exposition 0.0.4) line by line, without allocation. Lines that
 * are not samples are skipped: comments, blank and malformed lines, values that are not finite. */
#pragma once

#include "base/slice.h"

struct exposition_sample {
    struct slice name;
    struct slice labels; /* the text between the braces; absent: none */
    double value;
};

/* Removes lines from `rest` until one is a sample. False: there are no more. */
bool exposition_next(struct slice *rest, struct exposition_sample *out);
/* The value of a label, as it is written, with its escapes; absent if there is no such label. */
struct slice exposition_label(struct slice labels, const char *name);
