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

/* Reads the next sample and removes its line, and the lines before it, from `rest`. False: there
 * are no more samples. */
bool exposition_read_next(struct slice *rest, struct exposition_sample *out);
/* The value of a label with its escapes, which are not decoded; absent: there is no such label. */
struct slice exposition_find_label(struct slice labels, const char *name);
