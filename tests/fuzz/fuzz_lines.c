// SPDX-License-Identifier: MIT
/* Any lines in chunks of any size: the result is the lines of the whole text, in order, without
 * their ends, within their limit.
 *
 * The first two bytes give the size of the chunks; with the top bit of the second, the text is
 * repeated until a line exceeds the limit. */
#include <stdlib.h>

#include "fuzz.h"
#include "text/lines.h"

enum { REPEATS = 40 };

struct seen {
    uint64_t hash;
    int64_t number;
    size_t count;
};

static void add_line(struct seen *seen, const struct line *line)
{
    PROMISE(line->number > seen->number);
    PROMISE(line->too_long ? line->text.len == 0 : line->text.len > 0);
    PROMISE(line->text.len <= LINES_LINE_MAX);
    for (size_t i = 0; i < line->text.len; i++) {
        PROMISE(line->text.at[i] != '\n');
        seen->hash = seen->hash * 31 + (unsigned char)line->text.at[i];
    }
    seen->hash = seen->hash * 31 + (uint64_t)line->number + line->too_long;
    seen->number = line->number;
    seen->count++;
}

static struct seen read_lines(struct slice text, size_t piece, int repeats)
{
    struct lines *lines = calloc(1, sizeof *lines);
    struct seen seen = {0};
    struct line line;

    PROMISE(lines != NULL);
    for (int i = 0; i < repeats; i++)
        for (size_t at = 0; at < text.len; at += piece) {
            const size_t len = piece < text.len - at ? piece : text.len - at;
            lines_push(lines, (struct slice){text.at + at, len});
            while (lines_read_next(lines, &line))
                add_line(&seen, &line);
        }
    if (lines_read_last(lines, &line))
        add_line(&seen, &line);
    PROMISE(!lines_read_last(lines, &line));
    free(lines);
    return seen;
}

FUZZ(1)
{
    const uint8_t low = fuzz_byte(&input), high = fuzz_byte(&input);
    const size_t piece = 1 + low + 256u * (high & 0x7f);
    const int repeats = (high & 0x80) != 0 ? REPEATS : 1;
    const struct seen seen = read_lines(input, piece, repeats);
    const struct seen whole = read_lines(input, input.len, repeats);

    PROMISE(seen.hash == whole.hash && seen.count == whole.count);
}
