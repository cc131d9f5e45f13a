// SPDX-License-Identifier: MIT
/* Phrases of guests with expected results written by hand (tests/data/phrases/README.md): at least
 * RIGHT_PERCENT of each language must be parsed completely. Failures are printed with the actual
 * result.
 *
 *     gateway_phrases 2026-11-24 ru "двушка на выходные"
 *
 * prints the result of one phrase. */

#include <utf8proc.h>

#include "base/date.h"
#include "base/parse.h"

#include "dialogue/remark.h"
#include "phrase_world.h"
#include "support/test.h"

enum { RIGHT_PERCENT = 95, WORLD_BYTES = 1 << 25, WORK_BYTES = 1 << 16, NOON = 12 };

static struct arena world;
static const struct phrase_words *words;

static struct slice understood(struct slice today, struct slice text, enum language language,
                               struct arena *arena)
{
    struct phrase_now now = {.hour = NOON};
    struct phrase phrase;
    struct fault fault;
    int minutes;
    struct slice clock = today;
    const struct slice day = slice_cut(&clock, 'T');

    if (!date_parse(day, &now.day))
        return slice_of("no date");
    if (clock.at != NULL) {
        if (!parse_time_of_day(clock, &minutes))
            return slice_of("no time");
        now.hour = minutes / 60;
    }
    if (!phrase_read(words, text, language, now, arena, &phrase, &fault))
        return slice_of("unread");
    return phrase_world_show(&phrase, arena);
}

struct score {
    size_t rows, right;
};

static void judge(const char *name, enum language language, struct score *score)
{
    struct arena arena = ARENA(WORK_BYTES);
    const struct score before = *score;

    struct slice rest =
        phrase_world_file(&world, textf(REPOSITORY "/tests/data/phrases/%s.tsv", name));
    slice_cut(&rest, '\n');
    while (rest.len > 0) {
        struct slice row = slice_cut(&rest, '\n');
        const struct slice today = slice_cut(&row, '\t');
        const struct slice phrase = slice_cut(&row, '\t');
        const struct slice got = understood(today, phrase, language, &arena);
        /* A bot would take such words for a remark about a booking, and begin no search. */
        const enum remark_kind kind = remark_classify(phrase).kind;
        ck_assert_msg(kind != REMARK_FOR_PERSON && kind != REMARK_ENTRY &&
                          (kind < REMARK_CANCEL || kind > REMARK_PAID),
                      "%.*s is a remark", SLICE_ARG(phrase));
        score->rows++;
        score->right += slice_equal(got, row);
        if (!slice_equal(got, row))
            printf("%s %.*s %.*s\n    expected %.*s\n    got      %.*s\n", name, SLICE_ARG(today),
                   SLICE_ARG(phrase), SLICE_ARG(row), SLICE_ARG(got));
        arena_reset(&arena);
    }
    printf("%s: %zu of %zu\n", name, score->right - before.right, score->rows - before.rows);
    arena_finish(&arena);
}

static void check(struct score score, size_t least)
{
    ck_assert_uint_ge(score.rows, least);
    ck_assert_uint_ge(score.right * 100, score.rows * RIGHT_PERCENT);
}

static const enum language languages[] = {LANGUAGE_RU, LANGUAGE_KZ, LANGUAGE_EN};

TEST_ROWS(phrases_of_each_language_are_understood, languages)
{
    struct score score = {0};

    judge(language_names[*row], *row, &score);
    check(score, 100);
}

/* Written without knowledge of the parser; in their first run 145 were right. */
TEST(independent_phrases_are_understood)
{
    struct score score = {0};

    judge("ru-more", LANGUAGE_RU, &score);
    judge("kz-more", LANGUAGE_KZ, &score);
    judge("en-more", LANGUAGE_EN, &score);
    check(score, 150);
}

/* The parser has misread each of these once. */
TEST(repaired_phrases_are_understood)
{
    struct score score = {0};

    judge("ru-exact", LANGUAGE_RU, &score);
    judge("kz-exact", LANGUAGE_KZ, &score);
    judge("en-exact", LANGUAGE_EN, &score);
    ck_assert_uint_eq(score.right, score.rows);
}

/* --- composed and decomposed letters --- */

static struct slice normalise(struct slice text, utf8proc_option_t form, struct arena *arena)
{
    utf8proc_uint8_t *out = NULL;
    const utf8proc_ssize_t len =
        utf8proc_map((const utf8proc_uint8_t *)text.at, (utf8proc_ssize_t)text.len, &out,
                     UTF8PROC_STABLE | form);

    ck_assert_int_ge(len, 0);
    const struct slice copy = arena_printf(arena, "%.*s", (int)len, (const char *)out);
    free(out);
    return copy;
}

static void check_alike(const char *name, enum language language)
{
    struct arena arena = ARENA(WORK_BYTES);
    struct slice rest =
        phrase_world_file(&world, textf(REPOSITORY "/tests/data/phrases/%s.tsv", name));

    slice_cut(&rest, '\n');
    while (rest.len > 0) {
        struct slice row = slice_cut(&rest, '\n');
        const struct slice today = slice_cut(&row, '\t');
        const struct slice phrase = slice_cut(&row, '\t');
        const struct slice composed = normalise(phrase, UTF8PROC_COMPOSE, &arena);
        const struct slice decomposed = normalise(phrase, UTF8PROC_DECOMPOSE, &arena);
        const struct slice a = understood(today, composed, language, &arena);
        const struct slice b = understood(today, decomposed, language, &arena);
        ck_assert_msg(slice_equal(a, b), "%.*s is %.*s, decomposed %.*s", SLICE_ARG(phrase),
                      SLICE_ARG(a), SLICE_ARG(b));
        arena_reset(&arena);
    }
    arena_finish(&arena);
}

TEST_ROWS(composed_and_decomposed_letters_are_alike, languages)
{
    static const char *const files[] = {"", "-more", "-exact"};

    for (size_t i = 0; i < COUNT(files); i++)
        check_alike(textf("%s%s", language_names[*row], files[i]), *row);
}

/* The arguments: a day, a language and a phrase. */
static int show_one(char **argv)
{
    struct arena arena = ARENA(WORK_BYTES);
    enum language language = LANGUAGE_RU;

    if (!language_read(slice_of(argv[2]), &language))
        return EXIT_FAILURE;
    const struct slice got = understood(slice_of(argv[1]), slice_of(argv[3]), language, &arena);
    printf("%.*s\n", SLICE_ARG(got));
    arena_finish(&arena);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    enum { ONE_PHRASE = 4 };

    arena_init(&world, WORLD_BYTES);
    words = phrase_world_words();
    const int status = argc == ONE_PHRASE ? show_one(argv) : test_run_all();
    arena_finish(&world);
    return status;
}
