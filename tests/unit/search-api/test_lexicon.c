// SPDX-License-Identifier: MIT
/* Frequencies of terms and 4-grams, and terms one typo away. */

#include "support/patience.h"
#include "unit/search-api/engine.h"

TEST_CASE("lexicon", .setup = engine_setup, .teardown = engine_teardown);

static uint32_t df(const char *term)
{
    return lexicon_term_df(lexicon, slice_of(term));
}

TEST(document_counts_once_for_each_term)
{
    engine_add("квартира, квартиры и квартирой");
    engine_add("новая квартира");
    ck_assert_uint_eq(df("кварт"), 2);
    ck_assert_uint_eq(df("нов"), 1);
    ck_assert_uint_eq(df("дом"), 0);
    ck_assert_uint_eq(df("кварти"), 0);
    ck_assert_uint_eq(engine_gram_df(lexicon, "квас"), 2); /* " ква" */
    ck_assert_uint_eq(lexicon_sums(lexicon)->documents, 2);
    ck_assert_uint_eq(lexicon_sums(lexicon)->words, 6);
    ck_assert_uint_eq(lexicon_sums(lexicon)->grams, 7 + 7 + 1 + 8 + 4 + 7);
}

TEST(rare_term_weighs_more_and_no_weight_is_negative)
{
    for (int i = 0; i < 10; i++)
        engine_add(i == 0 ? "дом парк" : "дом");
    ck_assert_double_eq_tol(lexicon_idf(lexicon, 1), log(1 + 9.5 / 1.5), 1e-12);
    ck_assert_double_gt(lexicon_idf(lexicon, 0), lexicon_idf(lexicon, 1));
    ck_assert_double_gt(lexicon_idf(lexicon, 10), 0);
    ck_assert_double_eq(lexicon_idf(lexicon, 99), lexicon_idf(lexicon, 10));
}

enum { TERMS_OF_TEXT = 100, TEXTS = 4500 }; /* the tables double at 400,000 terms */

static struct words terms_of_text(int text)
{
    char buf[16 * TERMS_OF_TEXT];
    size_t len = 0;

    for (int i = 0; i < TERMS_OF_TEXT; i++)
        len += (size_t)snprintf(buf + len, sizeof buf - len, "x%dy ",
                                1000000 + text * TERMS_OF_TEXT + i);
    return engine_words(buf);
}

static uint32_t df_of_number(int number)
{
    return df(textf("x%dy", 1000000 + number));
}

TEST(all_terms_are_found_while_tables_grow)
{
    for (int i = 0; i < TEXTS / 4; i++) {
        const struct words words = terms_of_text(i);
        engine_count(lexicon, &words);
        arena_reset(&arena);
        ck_assert_uint_eq(df_of_number(0), 1);
        ck_assert_uint_eq(df_of_number(i * TERMS_OF_TEXT / 2), 1);
        ck_assert_uint_eq(df_of_number((i + 1) * TERMS_OF_TEXT - 1), 1);
        ck_assert_uint_eq(df_of_number((i + 1) * TERMS_OF_TEXT), 0);
        engine_add("дом новый");
        ck_assert_uint_eq(df("дом"), (uint32_t)i + 1);
    }
    for (int i = 0; i < TEXTS / 4 * TERMS_OF_TEXT; i++)
        ck_assert_uint_eq(df_of_number(i), 1);
}

/* The duration of the longest of many additions. */
static int64_t longest_us(void)
{
    int64_t longest = 0;

    for (int i = 0; i < TEXTS; i++) {
        const struct words words = terms_of_text(i);
        const int64_t began = cpu_now_us();
        engine_count(lexicon, &words);
        const int64_t took = cpu_now_us() - began;
        longest = took > longest ? took : longest;
        arena_reset(&arena);
    }
    return longest;
}

TEST(every_addition_is_fast)
{
    int64_t longest = longest_us();

    for (int tries = 1; tries < 3 && longest > 5000; tries++) {
        lexicon_destroy(lexicon);
        ck_ok((lexicon = lexicon_create(&fault)) != NULL);
        longest = longest_us();
    }
    ck_assert(!is_timed() || longest <= 5000);
}

static uint32_t prefix_df(const char *prefix)
{
    return lexicon_prefix_df(lexicon, slice_of(prefix));
}

TEST(prefix_counts_once_for_a_document)
{
    engine_add("парк, парковка и пара");
    engine_add("парка қ12");
    ck_assert_uint_eq(prefix_df("п"), 2);
    ck_assert_uint_eq(prefix_df("пар"), 2);
    ck_assert_uint_eq(prefix_df("пара"), 1);
    ck_assert_uint_eq(prefix_df("парк"), 2);
    ck_assert_uint_eq(prefix_df("парко"), 1); /* the term */
    ck_assert_uint_eq(prefix_df("к12"), 1);
    ck_assert_uint_eq(prefix_df("ар"), 0);
    ck_assert_uint_eq(prefix_df(""), 0);
    ck_assert_uint_eq(df("пар"), 1); /* a prefix is not a term */
}

static const struct {
    const char *why, *stem;
    const char *known; /* by frequency */
} typos[] = {
    {"a letter is wrong",              "квортир",   "кварт"     },
    {"one is missing",                 "квртир",     "кварт"     },
    {"one is too many",                "кваартир", "кварт"     },
    {"two are exchanged",              "каврти",     "кварт"     },
    {"the first",                      "увартир",   "кварт"     },
    {"the last of the term",           "квары",       "кварт"     },
    {"a short word",                   "дам",           "дом"         },
    {"a letter is missing at the end", "до",             ""               },
    {"at the end of four",             "квар",         "кварт"     },
    {"the commonest first",            "паре",         "парк пар"},
    {"two slips are too many",         "квопти",     ""               },
    {"English",                        "flet",             "flat"           },
    {"other alphabets are ignored",    "fлat",            ""               },
    {"digits are ignored",             "12",               ""               },
};

TEST_ROWS_WHY(terms_one_typo_away_are_fuzzy_matches, typos)
{
    struct lexicon_term near[LEXICON_FUZZY_MAX];

    engine_add("квартира дом парк flat");
    engine_add("парк пар");
    const size_t found_count = lexicon_find_fuzzy(lexicon, slice_of(row->stem), near);
    for (size_t i = 0; i < found_count; i++)
        buf_printf(&scratch, "%s%.*s", i > 0 ? " " : "", (int)near[i].len, near[i].text);
    const char *found = scratch_text();
    ck_assert_str_eq(found, row->known);
}
