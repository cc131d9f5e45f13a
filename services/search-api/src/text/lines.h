// SPDX-License-Identifier: MIT
/* Lines of a text that comes in pieces, such as NDJSON. Only the beginning of a line whose end has
 * not come is kept. Pure. */
#pragma once

#include <stdint.h>

#include "base/slice.h"

enum { LINES_LINE_MAX = 64 * 1024 /* bytes of a line, without its end */ };

/* The caller's memory, zeroed. */
struct lines {
    struct slice piece; /* what of the last piece was not looked at */
    int64_t number;     /* lines so far */
    size_t kept;        /* bytes in `room` */
    bool long_one;      /* the line under way is too long; nothing of it is kept */
    bool given;         /* the line in `room` was given, and its place is free */
    char room[LINES_LINE_MAX];
};

struct line {
    int64_t number; /* from 1; blank ones count */
    struct slice
        text;      /* not blank, without blanks and CR around it; borrowed until the next call */
    bool too_long; /* no text */
};

/* The next piece, borrowed until lines_next() is false. */
void lines_take(struct lines *lines, struct slice piece);
/* The next line that has ended and is not blank. False: there is none in what was taken. */
bool lines_next(struct lines *lines, struct line *out);
/* No more will come: the last line, where it has no end of line. Once. */
bool lines_end(struct lines *lines, struct line *out);
