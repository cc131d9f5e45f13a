// SPDX-License-Identifier: MIT
/* Splits a text that arrives in pieces, such as NDJSON, into lines. Pure. */
#pragma once

#include <stdint.h>

#include "base/slice.h"

enum { LINES_LINE_MAX = 64 * 1024 /* bytes of a line, without the '\n' at its end */ };

/* The state of the splitter, in the caller's memory, zeroed before the first piece. */
struct lines {
    struct slice piece; /* the unread rest of the last piece */
    int64_t number;     /* complete lines so far, blank lines included */
    size_t buffered;    /* bytes of the current line in `room` */
    bool too_long;      /* the current line is too long */
    char room[LINES_LINE_MAX];
};

struct line {
    int64_t number;    /* from 1; blank lines count */
    struct slice text; /* trimmed and not blank; borrowed until the next call */
    bool too_long;     /* the line exceeds LINES_LINE_MAX, and `text` is empty */
};

/* Passes the next piece of the text. It is borrowed until lines_read_next() returns false. */
void lines_push(struct lines *lines, struct slice piece);
/* Returns the next complete line that is not blank. False: the piece has no further complete line.
 */
bool lines_read_next(struct lines *lines, struct line *out);
/* Returns the last line if it has no '\n' at its end. Must be called once, after the last piece. */
bool lines_read_last(struct lines *lines, struct line *out);
