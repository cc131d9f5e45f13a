// SPDX-License-Identifier: MIT
#include "text/lines.h"

void lines_take(struct lines *lines, struct slice piece)
{
    lines->piece = piece;
}

/* The line goes on beyond this part. */
static void keep(struct lines *lines, struct slice part)
{
    if (lines->long_one || part.len > LINES_LINE_MAX - lines->kept) {
        lines->long_one = true;
        lines->kept = 0;
        return;
    }
    if (part.len > 0)
        memcpy(lines->room + lines->kept, part.at, part.len);
    lines->kept += part.len;
}

static struct slice without_ends(struct slice text)
{
    while (text.len > 0 && text.at[text.len - 1] == '\r')
        text.len--;
    return slice_trim(text);
}

/* The line ends with this part. False: it is blank. */
static bool finish(struct lines *lines, struct slice part, struct line *out)
{
    if (lines->kept > 0 || part.len > LINES_LINE_MAX)
        keep(lines, part);
    const struct slice all = lines->kept > 0 ? (struct slice){lines->room, lines->kept} : part;

    *out = (struct line){.number = ++lines->number, .text = SLICE(""), .too_long = lines->long_one};
    if (!out->too_long)
        out->text = without_ends(all);
    lines->given = true;
    return out->too_long || out->text.len > 0;
}

static void make_room(struct lines *lines)
{
    if (!lines->given)
        return;
    lines->given = false;
    lines->long_one = false;
    lines->kept = 0;
}

bool lines_next(struct lines *lines, struct line *out)
{
    for (;;) {
        make_room(lines);
        struct slice part = slice_cut(&lines->piece, '\n');
        if (lines->piece.at == NULL) {
            keep(lines, part);
            return false;
        }
        if (finish(lines, part, out))
            return true;
    }
}

bool lines_end(struct lines *lines, struct line *out)
{
    make_room(lines);
    if (lines->kept == 0 && !lines->long_one)
        return false;
    return finish(lines, SLICE(""), out);
}
