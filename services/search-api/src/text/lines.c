// SPDX-License-Identifier: MIT
#include "text/lines.h"

void lines_push(struct lines *lines, struct slice piece)
{
    lines->piece = piece;
}

/* Appends a part of an incomplete line to the buffer. */
static void append_part(struct lines *lines, struct slice part)
{
    if (lines->too_long || part.len > LINES_LINE_MAX - lines->buffered) {
        lines->too_long = true;
        lines->buffered = 0;
        return;
    }
    if (part.len > 0)
        memcpy(lines->room + lines->buffered, part.at, part.len);
    lines->buffered += part.len;
}

static struct slice trim_line(struct slice text)
{
    while (text.len > 0 && text.at[text.len - 1] == '\r')
        text.len--;
    return slice_trim(text);
}

/* Completes the line with its last part. False: the line is blank. */
static bool complete_line(struct lines *lines, struct slice part, struct line *out)
{
    if (lines->buffered > 0 || part.len > LINES_LINE_MAX)
        append_part(lines, part);
    const struct slice all =
        lines->buffered > 0 ? (struct slice){lines->room, lines->buffered} : part;

    *out = (struct line){.number = ++lines->number, .text = SLICE(""), .too_long = lines->too_long};
    if (!out->too_long)
        out->text = trim_line(all);
    lines->returned = true;
    return out->too_long || out->text.len > 0;
}

static void drop_returned_line(struct lines *lines)
{
    if (!lines->returned)
        return;
    lines->returned = false;
    lines->too_long = false;
    lines->buffered = 0;
}

bool lines_read_next(struct lines *lines, struct line *out)
{
    for (;;) {
        drop_returned_line(lines);
        struct slice part = slice_cut(&lines->piece, '\n');
        if (lines->piece.at == NULL) {
            append_part(lines, part);
            return false;
        }
        if (complete_line(lines, part, out))
            return true;
    }
}

bool lines_read_last(struct lines *lines, struct line *out)
{
    drop_returned_line(lines);
    if (lines->buffered == 0 && !lines->too_long)
        return false;
    return complete_line(lines, SLICE(""), out);
}
