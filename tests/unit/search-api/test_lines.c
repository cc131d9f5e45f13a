// SPDX-License-Identifier: MIT
/* The lines of a text do not depend on the pieces in which it arrives: each as its number and text,
 * or ! if it is too long. */

#include "support/scratch.h"
#include "text/lines.h"

static void write_line(const struct line *line)
{
    buf_printf(&scratch, "%lld%s[", (long long)line->number, line->too_long ? "!" : "");
    buf_slice(&scratch, line->text);
    buf_text(&scratch, "]");
}

/* In pieces of `size` bytes, each freed when the next one comes. */
static const char *read_lines(struct slice text, size_t size)
{
    struct lines *lines = calloc(1, sizeof *lines);
    struct line line;

    ck_assert_ptr_nonnull(lines);
    for (size_t at = 0; at < text.len; at += size) {
        const size_t len = size < text.len - at ? size : text.len - at;
        char *piece = malloc(len);
        ck_assert_ptr_nonnull(piece);
        memcpy(piece, text.at + at, len);
        lines_push(lines, (struct slice){piece, len});
        while (lines_read_next(lines, &line))
            write_line(&line);
        free(piece);
    }
    if (lines_read_last(lines, &line))
        write_line(&line);
    ck_assert(!lines_read_last(lines, &line));
    free(lines);
    return scratch_text();
}

static const struct {
    const char *why, *text, *lines;
} cases[] = {
    {"nothing",                 "",                  ""              },
    {"one",                     "a\n",               "1[a]"          },
    {"without an end",          "a",                 "1[a]"          },
    {"two",                     "ab\ncd\n",          "1[ab]2[cd]"    },
    {"the last without an end", "ab\ncd",            "1[ab]2[cd]"    },
    {"blank ones count",        "\n \t\na\n\n\nb",   "3[a]6[b]"      },
    {"ends of other systems",   "a\r\n\r\nb\r\n\r",  "1[a]3[b]"      },
    {"blanks around a line",    "  a b\t\n\tc \r\n", "1[a b]2[c]"    },
    {"broken bytes are no end", "\xd0\n\xff\n",      "1[\xd0]2[\xff]"},
    {"blanks alone at the end", "a\n   ",            "1[a]"          },
};

TEST_ROWS_WHY(lines_do_not_depend_on_the_pieces, cases)
{
    const struct slice text = slice_of(row->text);

    for (size_t size = 1; size <= text.len + 1; size++) {
        const char *lines = read_lines(text, size);
        ck_assert_msg(strcmp(lines, row->lines) == 0, "pieces of %zu: %s", size, lines);
    }
}

/* Exactly so many bytes are accepted, one more is not. */
TEST(length_of_a_line_is_limited)
{
    static char text[3 * LINES_LINE_MAX];
    static const size_t sizes[] = {1000, LINES_LINE_MAX, sizeof text};

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
        for (size_t more = 0; more < 3; more++) {
            memset(text, 'a', sizeof text);
            text[LINES_LINE_MAX + more] = '\n';
            text[LINES_LINE_MAX + more + 1] = 'b';
            text[LINES_LINE_MAX + more + 2] = '\n';
            const char *lines =
                read_lines((struct slice){text, LINES_LINE_MAX + more + 3}, sizes[i]);
            if (more == 0)
                ck_assert_uint_eq(strlen(lines), LINES_LINE_MAX + strlen("1[]2[b]"));
            else
                ck_assert_str_eq(lines, "1![]2[b]");
            lines = read_lines((struct slice){text, LINES_LINE_MAX + more}, sizes[i]);
            ck_assert(slice_starts(slice_of(lines), slice_of(more == 0 ? "1[a" : "1![]")));
        }
}
