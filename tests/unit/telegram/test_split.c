// SPDX-License-Identifier: MIT
#include "support/scratch.h"
#include "telegram/text.h"

static struct telegram_pieces split(const char *text, enum telegram_markup markup, size_t units)
{
    struct telegram_pieces pieces;

    ck_assert_msg(telegram_text_split(slice_of(text), markup, units, &arena, &pieces, &fault),
                  "%s: %s", text, fault.detail);
    return pieces;
}

// clang-format off
static const struct {
    const char *why, *text;
    size_t units;
    enum telegram_markup markup;
    const char *pieces[5];
} cases[] = {
    {"a text that fits is not split",                    "Сәлем, әлем",                                         11, TELEGRAM_PLAIN, {"Сәлем, әлем"}},
    {"an empty text has no pieces",                      "",                                                    10, TELEGRAM_PLAIN, {NULL}},
    {"white space has no pieces",                        " \n\t \n",                                            2,  TELEGRAM_PLAIN, {NULL}},
    {"paragraphs first", "one two\nthree\n\nfour five", 18, TELEGRAM_PLAIN, {"one two\nthree\n\n", "four five"}},
    {"then lines",                                       "one two\nthree four",                                 14, TELEGRAM_PLAIN, {"one two\n", "three four"}},
    {"then words",                                       "Қазақстан Республикасы",                              20, TELEGRAM_PLAIN, {"Қазақстан ", "Республикасы"}},
    {"a word that just fits is not cut",                 "aaaa bbbb cccc",                                      9,  TELEGRAM_PLAIN, {"aaaa bbbb", " cccc"}},
    {"then code points",                                 "абвгдежз",                                            3,  TELEGRAM_PLAIN, {"абв", "где", "жз"}},
    {"a surrogate pair is never split",                  "a😀😀😀",                                             4,  TELEGRAM_PLAIN, {"a😀", "😀😀"}},
    {"a surrogate pair that fills a piece is not split", "😀😀",                                                2,  TELEGRAM_PLAIN, {"😀", "😀"}},
    {"a flag is not torn",                               "a🇰🇿🇰🇿",                                      7,  TELEGRAM_PLAIN, {"a🇰🇿", "🇰🇿"}},
    {"a flag between tags is not torn",                  "<b>a🇰🇿</b>🇰🇿",                               7,  TELEGRAM_HTML,  {"<b>a🇰🇿</b>", "🇰🇿"}},
    {"a family of emoji is not torn",                    "aa👨\u200d👩\u200d👧b",                              8,  TELEGRAM_PLAIN, {"aa", "👨\u200d👩\u200d👧", "b"}},
    {"a letter keeps its mark",                          "abи\u0306",                                           3,  TELEGRAM_PLAIN, {"ab", "и\u0306"}},
    {"a character longer than a piece is torn",          "🇰🇿",                                             2,  TELEGRAM_PLAIN, {"🇰", "🇿"}},
    {"no short piece after an early paragraph", "a\n\nbbbbbbbbbbbbbbbb bbbbbbbbbbbbbbb cc", 32, TELEGRAM_PLAIN, {"a\n\nbbbbbbbbbbbbbbbb ", "bbbbbbbbbbbbbbb cc"}},
    {"plain text has no tags",                           "<b>1</b>",                                            4,  TELEGRAM_PLAIN, {"<b>1", "</b>"}},
    {"a piece of white space is omitted",                "aa      bb",                                          3,  TELEGRAM_PLAIN, {"aa ", "bb"}},

    {"tags have no length",                              "<b>one</b> <i>two</i>",                               7,  TELEGRAM_HTML,  {"<b>one</b> <i>two</i>"}},
    {"open tags are closed and opened again", "<b>one <i>two three</i></b>", 8, TELEGRAM_HTML, {"<b>one <i>two </i></b>", "<b><i>three</i></b>"}},
    {"reopened tags keep their attributes", "<a href=\"https://a.kz/?a&amp;b\">пәтер алу</a>", 6, TELEGRAM_HTML,
     {"<a href=\"https://a.kz/?a&amp;b\">пәтер </a>", "<a href=\"https://a.kz/?a&amp;b\">алу</a>"}},
    {"a closing tag stays with its text",                "<b>aaa</b>bbb",                                       3,  TELEGRAM_HTML,  {"<b>aaa</b>", "bbb"}},
    {"an opening tag goes with its text",                "aaa<b>bbb</b>",                                       3,  TELEGRAM_HTML,  {"aaa", "<b>bbb</b>"}},
    {"entities are never cut", "&lt;&lt;&#128512;&gt;", 2, TELEGRAM_HTML, {"&lt;&lt;", "&#128512;", "&gt;"}},
    {"a split does not create an entity",                "&ampx",                                               4,  TELEGRAM_HTML,  {"&amp;amp", "x"}},
    {"code keeps its language", "<pre><code class=\"language-c\">aa\nbb</code></pre>", 3, TELEGRAM_HTML,
     {"<pre><code class=\"language-c\">aa\n</code></pre>", "<pre><code class=\"language-c\">bb</code></pre>"}},
    {"the short end of a tag",                           "<b>a b</>",                                           2,  TELEGRAM_HTML,  {"<b>a </b>", "<b>b</b>"}},
    {"tags without text are not a piece",                "aa<b> </b>",                                          2,  TELEGRAM_HTML,  {"aa"}},
};
// clang-format on

/* Case: Oversized text. */
TEST_ROWS_WHY(text_is_split_at_paragraphs_lines_or_words, cases)
{
    struct telegram_pieces pieces = split(row->text, row->markup, row->units);
    size_t count = 0;

    for (; row->pieces[count] != NULL; count++) {
        ck_assert_msg(count < pieces.count, "only %zu", pieces.count);
        ck_assert_slice(pieces.items[count], row->pieces[count]);
    }
    ck_assert_msg(count == pieces.count, "one more: %.*s", SLICE_ARG(pieces.items[count]));
}

TEST(no_piece_is_longer_than_telegram_takes)
{
    static char text[40000], joined[40000], whole[40000];
    struct buf out = buf_over(joined, sizeof joined);
    /* Lines of letters that are 2 and 4 bytes long. */
    size_t len = 0;

    for (int i = 0; len + 128 < sizeof text; i++)
        len += (size_t)snprintf(text + len, 128, "Жол %d: <b>қаланың</b> &amp; 😀 ортасы.%s", i,
                                i % 7 == 0 ? "\n\n" : "\n");
    struct telegram_pieces pieces = split(text, TELEGRAM_HTML, TELEGRAM_TEXT_MAX);
    ck_assert_uint_ge(pieces.count, 4);
    for (size_t i = 0; i < pieces.count; i++) {
        size_t units = telegram_text_length(pieces.items[i], TELEGRAM_HTML);
        ck_assert_uint_le(units, TELEGRAM_TEXT_MAX);
        if (i + 1 < pieces.count)
            ck_assert_uint_ge(units, TELEGRAM_TEXT_MAX * 9 / 10);
        ck_assert(telegram_text_check_html(pieces.items[i], &fault));
        telegram_text_strip_html(&out, pieces.items[i]);
    }
    struct slice read = buf_as_slice(&out);
    buf_init_over(&out, whole, sizeof whole);
    telegram_text_strip_html(&out, slice_of(text));
    ck_assert(slice_equal(read, buf_as_slice(&out)));
}

/* Markup of more bytes than telegram-bot-api parses, around few visible characters. */
static const struct {
    const char *why, *before, *unit, *after;
    int count;
    size_t pieces_max;
} markups[] = {
    {"a tag for each letter",    "",             "<blockquote>о</blockquote>\n",          "",                 1250, 2},
    {"long links",               "",
     "<a href=\"https://tapbot.kz/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\">о</a>", "",                 1000,
     4                                                                                                                },
    {"tags that stay open",      "<b><i><u><s>", "<code>о</code> ",                       "</s></u></i></b>", 2000, 3},
    {"references",               "",             "&#1086;&#1086; ",                        "",                 1365, 1},
    {"'&' that must be escaped", "",             "&",                                      "",                 4096, 1},
    {"tags without text",        "о",           "<b></b>",                                "о",               9000, 3},
};

TEST_ROWS_WHY(no_piece_has_more_bytes_than_telegram_parses, markups)
{
    static char text[100000], joined[100000], whole[100000];
    struct buf written = buf_over(text, sizeof text), out = buf_over(joined, sizeof joined);

    buf_text(&written, row->before);
    for (int i = 0; i < row->count; i++)
        buf_text(&written, row->unit);
    buf_printf(&written, "%s%c", row->after, '\0');
    ck_assert(!written.failed);
    const struct telegram_pieces pieces = split(text, TELEGRAM_HTML, TELEGRAM_TEXT_MAX);
    for (size_t i = 0; i < pieces.count; i++) {
        ck_assert_uint_le(pieces.items[i].len, 32768);
        ck_assert_uint_le(telegram_text_length(pieces.items[i], TELEGRAM_HTML), TELEGRAM_TEXT_MAX);
        ck_assert(telegram_text_check_html(pieces.items[i], &fault));
        telegram_text_strip_html(&out, pieces.items[i]);
    }
    ck_assert_uint_le(pieces.count, row->pieces_max);
    const struct slice read = buf_as_slice(&out);
    buf_init_over(&out, whole, sizeof whole);
    telegram_text_strip_html(&out, slice_of(text));
    ck_assert(slice_equal(read, buf_as_slice(&out)));
}

TEST(tags_that_fill_a_piece_are_a_fault)
{
    struct telegram_pieces pieces = {.count = 77};

    for (int tag = 0; tag < TELEGRAM_TAGS_MAX; tag++)
        buf_printf(&scratch, "<a href=\"https://a.kz/%01500d\">", tag);
    buf_text(&scratch, "о");
    for (int tag = 0; tag < TELEGRAM_TAGS_MAX; tag++)
        buf_text(&scratch, "</a>");
    ck_fault(telegram_text_split(buf_as_slice(&scratch), TELEGRAM_HTML, TELEGRAM_TEXT_MAX, &arena,
                                 &pieces, &fault),
             "text_too_long", FAULT_INVALID);
    ck_assert_uint_eq(pieces.count, 77);
}

TEST(broken_html_is_not_split)
{
    struct telegram_pieces pieces = {.count = 77};

    ck_fault(telegram_text_split(SLICE("<b>a"), TELEGRAM_HTML, 10, &arena, &pieces, &fault),
             "bad_html", FAULT_INVALID);
    ck_assert_uint_eq(pieces.count, 77);
}

TEST(number_of_pieces_is_limited)
{
    char text[TELEGRAM_PIECES_MAX * 2 + 2];
    struct telegram_pieces pieces = {.count = 77};

    memset(text, 'x', sizeof text);
    ck_assert(telegram_text_split((struct slice){text, TELEGRAM_PIECES_MAX * 2}, TELEGRAM_PLAIN, 2,
                                  &arena, &pieces, &fault));
    ck_assert_uint_eq(pieces.count, TELEGRAM_PIECES_MAX);
    pieces.count = 77;
    ck_fault(telegram_text_split((struct slice){text, TELEGRAM_PIECES_MAX * 2 + 1}, TELEGRAM_PLAIN,
                                 2, &arena, &pieces, &fault),
             "text_too_long", FAULT_INVALID);
    ck_assert_uint_eq(pieces.count, 77);
}

TEST(a_full_arena_is_a_fault)
{
    struct telegram_pieces pieces;

    arena_finish(&arena);
    arena_init(&arena, 0);
    ck_unavailable(telegram_text_split(SLICE("abc"), TELEGRAM_PLAIN, 10, &arena, &pieces, &fault),
                   "out_of_memory");
}
