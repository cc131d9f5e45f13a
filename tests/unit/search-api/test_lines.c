// SPDX-License-Identifier: MIT
/* Lines are the same in whatever pieces a text comes: each as its number and text, ! for one that
 * is too long. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

#include "text/lines.h"
#include "unit/base/suite.h"

enum { TOLD_MAX = 4096 };

static void tell(struct buf *told, const struct line *line)
{
    buf_printf(told, "%lld%s[", (long long)line->number, line->too_long ? "!" : "");
    buf_slice(told, line->text);
    buf_text(told, "]");
}

/* In pieces of `size` bytes, each of which is gone when the next one comes. */
static void read_lines(struct slice text, size_t size, struct buf *told)
{
    struct lines *lines = calloc(1, sizeof *lines);
    struct line line;

    ck_assert_ptr_nonnull(lines);
    for (size_t at = 0; at < text.len; at += size) {
        const size_t len = size < text.len - at ? size : text.len - at;
        char *piece = malloc(len);
        ck_assert_ptr_nonnull(piece);
        memcpy(piece, text.at + at, len);
        lines_take(lines, (struct slice){piece, len});
        while (lines_next(lines, &line))
            tell(told, &line);
        free(piece);
    }
    if (lines_end(lines, &line))
        tell(told, &line);
    ck_assert(!lines_end(lines, &line));
    free(lines);
}

static const struct {
    const char *why;
    const char *text;
    const char *lines;
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

START_TEST(lines_are_the_same_in_whatever_pieces)
{
    char room[TOLD_MAX];
    const struct slice text = slice_of(cases[_i].text);

    for (size_t size = 1; size <= text.len + 1; size++) {
        struct buf told;
        buf_init_over(&told, room, sizeof room);
        read_lines(text, size, &told);
        ck_assert_msg(slice_is(buf_as_slice(&told), cases[_i].lines), "%s, pieces of %zu: %.*s",
                      cases[_i].why, size, SLICE_ARG(buf_as_slice(&told)));
    }
}
END_TEST

/* Of exactly so many bytes it is taken, of one more not. */
START_TEST(a_line_has_a_limit)
{
    static char text[3 * LINES_LINE_MAX];
    static const size_t sizes[] = {1000, LINES_LINE_MAX, sizeof text};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (size_t more = 0; more < 3; more++) {
            struct buf told;
            memset(text, 'a', sizeof text);
            text[LINES_LINE_MAX + more] = '\n';
            text[LINES_LINE_MAX + more + 1] = 'b';
            text[LINES_LINE_MAX + more + 2] = '\n';
            buf_init(&told, 2 * LINES_LINE_MAX);
            read_lines((struct slice){text, LINES_LINE_MAX + more + 3}, sizes[i], &told);
            if (more == 0)
                ck_assert_uint_eq(told.len, LINES_LINE_MAX + strlen("1[]2[b]"));
            else
                ck_assert(slice_is(buf_as_slice(&told), "1![]2[b]"));
            buf_clear(&told);
            read_lines((struct slice){text, LINES_LINE_MAX + more}, sizes[i], &told);
            ck_assert(slice_starts(buf_as_slice(&told), slice_of(more == 0 ? "1[a" : "1![]")));
            buf_finish(&told);
        }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("lines");

    tcase_add_loop_test(tests, lines_are_the_same_in_whatever_pieces, 0, COUNT(cases));
    tcase_add_test(tests, a_line_has_a_limit);
    return suite_main("lines", tests);
}
