// SPDX-License-Identifier: MIT
/* The words of a text. tests/data/search/words.tsv has the terms and 4-grams of sentences from the
 * reference in Python. */
#include "base/text.h"

#include "support/scratch.h"
#include "text/grams.h"
#include "text/words.h"

static struct word_reader *reader;

static void setup(void)
{
    ck_ok((reader = word_reader_create(&fault)) != NULL);
}

static void teardown(void)
{
    word_reader_destroy(reader);
}

TEST_CASE("words", .setup = setup, .teardown = teardown);

static struct words words_of(struct slice text)
{
    struct words words;

    ck_assert(words_read(reader, text, &arena, &words, &fault));
    return words;
}

enum show { SHOW_TEXT, SHOW_STEM, SHOW_TERM };

/* The words, separated by blanks. */
static struct slice shown_words(struct slice text, enum show what)
{
    const struct words words = words_of(text);
    char *out = arena_alloc(&arena, 8 * text.len + 8);
    size_t len = 0;

    for (size_t i = 0; i < words.count; i++) {
        const struct word *word = &words.list[i];
        const struct slice part = what == SHOW_TEXT   ? word->text
                                  : what == SHOW_STEM ? word->stem
                                                      : word->term;
        if (i > 0)
            out[len++] = ' ';
        memcpy(out + len, part.at, part.len);
        len += part.len;
    }
    return (struct slice){out, len};
}

/* --- as in the reference --- */

static struct slice golden(void)
{
    return slice_of(file_read(REPOSITORY "/tests/data/search/words.tsv"));
}

static uint32_t hash_of(struct slice gram)
{
    int32_t points[GRAM_POINTS];
    size_t count = 0;

    for (size_t at = 0; at < gram.len; count++)
        at += text_decode(gram, at, &points[count]);
    return grams_hash_points(points, count);
}

static void check_grams(struct slice text, struct slice grams)
{
    const struct words words = words_of(text);
    uint32_t found[GRAMS_OF_WORD_MAX];

    for (size_t i = 0; i < words.count; i++) {
        const size_t count = grams_hash_word(words.list[i].text, found);
        for (size_t n = 0; n < count; n++) {
            const struct slice gram = slice_cut(&grams, '|');
            ck_assert_msg(found[n] == hash_of(gram), "%.*s: %.*s", SLICE_ARG(text),
                          SLICE_ARG(gram));
        }
    }
    ck_assert_uint_eq(grams.len, 0);
}

TEST(terms_and_grams_match_the_reference)
{
    struct slice rest = golden();
    size_t lines = 0;

    while (rest.len > 0) {
        struct slice line = slice_cut(&rest, '\n');
        const struct slice text = slice_cut(&line, '\t');
        const struct slice terms = slice_cut(&line, '\t');
        const struct slice found = shown_words(text, SHOW_TERM);
        ck_assert_msg(slice_equal(found, terms), "%.*s: %.*s", SLICE_ARG(text), SLICE_ARG(found));
        check_grams(text, line);
        lines++;
    }
    ck_assert_uint_gt(lines, 30);
}

/* --- beyond the reference --- */

static const struct {
    const char *why, *text, *words;
} cases[] = {
    {"Kazakh letters are folded",          "Қазақша Әңгіме һәм ҰЯ ӨҮҒ", "казакша ангиме хам уя оуг"},
    {"a Latin A in a Cyrillic word",       "Aлматы сyп",                              "алматы суп"                           },
    {"large and small look-alikes differ", "Hоль hәм",                                  "ноль хам"                               },
    {"a Cyrillic а in a Latin word",      "bаlcony",                                       "balcony"                                       },
    {"a word that mixes otherwise stays",  "iphoneы",                                       "iphoneы"                                      },
    {"a letter of ASCII when it is small", "İк wЁй",                                     "ик wей"                                    },
    {"a stress is left out",               "за\xcc\x81мок",                             "замок"                                    },
    {"a soft hyphen is not read",          "квар\xc2\xadтира",                       "квартира"                              },
    {"groups of thousands",                "20 000 тг, 1,250,000",                         "20000 тг 1250000"                            },
    {"no-break spaces in a price",
     "от 15\xc2\xa0"
     "500₸",                                                                               "от 15500"                                    },
    {"a list of numbers is no group",      "5, 100, 2014",                                   "5 100 2014"                                    },
    {"digits that go on are no group",     "20 0001",                                        "20 0001"                                       },
    {"a phone in national form",           "8 (701) 123-45-67!",                             "77011234567"                                   },
    {"a phone in international form",      "тел.+7 701 123 45 67",                        "тел 77011234567"                            },
    {"one without a code",                 "701 123 45 67",                                  "77011234567"                                   },
    {"a plus is not always a phone",       "2+2 +",                                          "2 2"                                           },
    {"broken bytes separate",
     "до\xff"
     "рога \xd0",                                                                        "до рога"                                 },
    {"nothing",                            "",                                               ""                                              },
    {"signs alone",                        "?! -- …",                                      ""                                              },
};

TEST_ROWS_WHY(words_are_tokenised_as_people_mean_them, cases)
{
    ck_assert_slice(shown_words(slice_of(row->text), SHOW_TEXT), row->words);
}

TEST(stems_are_folded_except_words_with_digits)
{
    ck_assert_slice(
        shown_words(SLICE("квартирами пәтерлер happily 12а 1234567890123456789012345"), SHOW_STEM),
        "квартир патерлер happili 12а 1234567890123456789012345");
    ck_assert_slice(shown_words(SLICE("квартирами 12а 1234567890123456789012345"), SHOW_TERM),
                    "кварт 12а 12345678901234567890123");
}

/* --- properties --- */

static void check_places(struct slice text)
{
    const struct words words = words_of(text);
    size_t last = 0, last_byte = 0;

    for (size_t i = 0; i < words.count; i++) {
        const struct word *word = &words.list[i];
        ck_assert_uint_ge(word->begin, last);
        ck_assert_uint_lt(word->begin, word->end);
        ck_assert_uint_ge(word->byte_begin, last_byte);
        ck_assert_uint_le(word->byte_end, text.len);
        ck_assert_uint_eq(text_length((struct slice){text.at, word->byte_begin}), word->begin);
        ck_assert_uint_eq(text_length((struct slice){text.at, word->byte_end}), word->end);
        last = word->end;
        last_byte = word->byte_end;
    }
}

TEST(tokenising_is_idempotent_and_positions_are_boundaries)
{
    struct slice rest = golden();

    while (rest.len > 0) {
        struct slice line = slice_cut(&rest, '\n');
        const struct slice text = slice_cut(&line, '\t');
        const struct slice once = shown_words(text, SHOW_TEXT);
        const struct slice twice = shown_words(once, SHOW_TEXT);
        ck_assert_msg(slice_equal(once, twice), "%.*s: %.*s", SLICE_ARG(once), SLICE_ARG(twice));
        check_places(text);
    }
}

TEST(positions_are_of_the_original_text)
{
    const struct slice text = SLICE("🙂 за\xcc\x81мок +7 701 123 45 67");
    const struct words words = words_of(text);

    ck_assert_uint_eq(words.count, 2);
    ck_assert_uint_eq(words.list[0].begin, 2);
    ck_assert_uint_eq(words.list[0].end, 8);
    ck_assert_uint_eq(words.list[0].byte_begin, 5);
    ck_assert_uint_eq(words.list[1].begin, 9);
    ck_assert_uint_eq(words.list[1].end, 25);
    check_places(text);
}

TEST(limits_are_enforced)
{
    static char text[WORDS_BYTES_MAX + 10];

    memset(text, 'a', sizeof text);
    struct words words = words_of((struct slice){text, sizeof text});
    ck_assert_uint_eq(words.count, 1);
    ck_assert_uint_eq(words.list[0].text.len, WORD_POINTS_MAX);
    ck_assert_uint_eq(words.list[0].end, WORDS_BYTES_MAX);
    for (size_t i = 0; i < sizeof text; i += 2)
        text[i] = ' ';
    words = words_of((struct slice){text, sizeof text});
    ck_assert_uint_eq(words.count, WORDS_MAX);
    struct arena small = ARENA(1000);
    ck_assert(!words_read(reader, (struct slice){text, 100}, &small, &words, &fault));
    ck_assert_uint_eq(words.count, WORDS_MAX);
    ck_assert_str_eq(fault.code, "out_of_memory");
    arena_finish(&small);
}
