// SPDX-License-Identifier: MIT
#include "text/lines.h"

void lines_push(struct lines *lines, struct slice piece)
{
    lines->piece = piece;
}

/* Appends a part of the current line to the buffer. */
static void append_part(struct lines *lines, struct slice part)
{
    if (part.len > LINES_LINE_MAX - lines->buffered)
        lines->too_long = true;
    if (lines->too_long || part.len == 0)
        return;
    memcpy(lines->room + lines->buffered, part.at, part.len);
    lines->buffered += part.len;
}

/* Returns the current line, and begins the next. False: the line is blank. */
static bool complete_current_line(struct lines *lines, struct line *out)
{
    struct slice text = {lines->room, lines->too_long ? 0 : lines->buffered};

    while (text.len > 0 && text.at[text.len - 1] == '\r')
        text.len--;
    *out = (struct line){++lines->number, slice_trim(text), lines->too_long};
    lines->too_long = false;
    lines->buffered = 0;
    return out->too_long || out->text.len > 0;
}

bool lines_read_next(struct lines *lines, struct line *out)
{
    for (;;) {
        append_part(lines, slice_cut(&lines->piece, '\n'));
        if (lines->piece.at == NULL)
            return false;
        if (complete_current_line(lines, out))
            return true;
    }
}

bool lines_read_last(struct lines *lines, struct line *out)
{
    return (lines->buffered > 0 || lines->too_long) && complete_current_line(lines, out);
}
