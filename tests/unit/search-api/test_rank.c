// SPDX-License-Identifier: MIT
/* What a query finds among a few documents, and in which order. */
#include "messages/rank.h"
#include "messages/snippet.h"
#include "unit/search-api/engine.h"

static const char *const documents[] = {
    "Сдаётся квартира у парка, цена двадцать тысяч", /* 0 */
    "Квартира в центре, парковка во дворе",          /* 1 */
    "Где оставить машину? Парковка платная",         /* 2 */
    "Завтрак входит в цену, парк напротив",          /* 3 */
    "The flat is near the park, breakfast included", /* 4 */
    "Пәтер орталықта, тұрақ бар",                    /* 5 */
    "Телефон хозяйки +7 701 123-45-67",              /* 6 */
    "Залог 20 000 тенге вернут в день выезда",       /* 7 */
    "Парк у реки, где пахнет хвоей",                 /* 8 */
    "У реки парк закрыт",                            /* 9 */
    "Пароль вайфай на двери",                        /* : */
    "Рейс KC852 вылетел",                            /* ; */
    "Встречаем KC 907",                              /* < */
};
enum { DOCUMENTS = ARRAY_LEN(documents) };

static struct slice texts[DOCUMENTS];

static void setup(void)
{
    engine_setup();
    for (size_t i = 0; i < DOCUMENTS; i++) {
        texts[i] = slice_of(documents[i]);
        engine_add(documents[i]);
    }
}

TEST_CASE("rank", .setup = setup, .teardown = engine_teardown);

static struct query_terms query_terms_of(const char *query, bool as_you_type)
{
    struct query_terms query_terms;

    ck_assert(query_terms_from_query(lexicon, reader, slice_of(query), as_you_type, &arena,
                                     &query_terms, &fault));
    return query_terms;
}

static const struct {
    const char *why, *query;
    bool as_you_type;
    const char *found; /* documents, the best first; ... for further ones */
} cases[] = {
    {"a word in another form",             "квартиру",                        false, "10"   },
    {"both words before one of them",      "парковка квартира",       false, "1..." },
    {"a slip of the finger",               "квортира",                        false, "10"   },
    {"at the end of a word",               "парковкв",                        false, "21..."},
    {"two slips in a long word",           "brickfast",                               false, "4"    },
    {"the end of a word",                  "орковка",                          false, "12"   },
    {"glued words",                        "платнаяпарковка",          false, "2..." },
    {"a wrong layout",                     "rdfhnbhf",                                false, "10"   },
    {"Latin letters",                      "parkovka",                                false, "12..."},
    {"without Kazakh letters",             "турак орталыкта",           false, "5..." },
    {"two words for one",                  "вай фай",                           false, ":"    },
    {"a code in two words",                "рейс KC 852",                         false, ";..." },
    {"a code in one word",                 "KC907",                                   false, "<..." },
    {"without a code in two words",        "встречаем рейс -KC907",      false, ";"    },
    {"without a code in one word",         "встречаем рейс -\"KC 852\"", false, "<"    },
    {"a phone in another form",            "8 701 1234567",                           false, "6"    },
    {"a price in another form",            "20000",                                   false, "7"    },
    {"a phrase",                           "\"парк у реки\"",                false, "8"    },
    {"a phrase in another form",           "\"парки у реки\"",              false, "8"    },
    {"a phrase on a wrong layout",         "\"gfhr e htrb\"",                         false, "8"    },
    {"a phrase in Latin letters",          "\"den\"",                                 false, "7"    },
    {"a phrase that is nowhere",           "\"реки у парка\"",              false, "9..." },
    {"an excluded word",                   "квартира -центр",            false, "0"    },
    {"an excluded word on a wrong layout", "rdfhnbhf -wtynh",                         false, "0"    },
    {"an excluded word in Latin letters",  "zalog -den",                              false, ""     },
    {"an excluded phrase",                 "парк -\"у реки\"",               false, "3..." },
    {"only an excluded word",              "-парк",                               false, ""     },
    {"the beginning of a word",            "кв",                                    true,  "10"   },
    {"not where the word has ended",       "кв ",                                   true,  ""     },
    {"not in a finished query",            "кв",                                    false, ""     },
    {"a word and the next's beginning",    "квартира парко",             true,  "1..." },
    {"a beginning after Latin letters",    "zavtrak кв",                            true,  "31..."},
    {"a long beginning",                   "парков",                            true,  "21..."},
    {"an unknown word",                    "xqzvw",                                   false, ""     },
    {"no word",                            "?!",                                      false, ""     },
};

TEST_ROWS_WHY(query_finds_the_intended_documents, cases)
{
    const struct query_terms query_terms = query_terms_of(row->query, row->as_you_type);
    struct ranks ranks;
    char found[DOCUMENTS + 4] = "";
    size_t len = 0;
    struct slice expected = slice_of(row->found);

    ck_ok(
        rank_candidates(&query_terms, reader, texts, DOCUMENTS, DOCUMENTS, &arena, &ranks, &fault));
    for (size_t i = 0; i < ranks.count; i++) {
        found[len++] = (char)('0' + ranks.list[i].candidate);
        ck_assert(i == 0 || ranks.list[i].score <= ranks.list[i - 1].score);
    }
    const bool open = expected.len > 3 && strchr(row->found, '.') != NULL;
    expected.len -= open ? 3 : 0;
    ck_assert_msg(open ? slice_starts((struct slice){found, len}, expected)
                       : slice_equal((struct slice){found, len}, expected),
                  "%s", found);
}

TEST(equal_scores_stay_in_order_within_the_limit)
{
    const struct query_terms query_terms = query_terms_of("парк", false);
    struct slice same[] = {SLICE("парк а"), SLICE("парк б"), SLICE("парк в"), SLICE("дом")};
    struct ranks ranks;

    ck_assert(rank_candidates(&query_terms, reader, same, 4, 2, &arena, &ranks, &fault));
    ck_assert_uint_eq(ranks.count, 2);
    ck_assert_uint_eq(ranks.list[0].candidate, 0);
    ck_assert_uint_eq(ranks.list[1].candidate, 1);
}

TEST(missing_phrase_is_reported)
{
    struct query_terms query_terms = query_terms_of("\"реки у парка\"", false);
    struct ranks ranks;

    ck_assert(rank_candidates(&query_terms, reader, texts, DOCUMENTS, 3, &arena, &ranks, &fault));
    ck_assert(ranks.phrase_missed);
    query_terms = query_terms_of("\"парк у реки\"", false);
    ck_assert(rank_candidates(&query_terms, reader, texts, DOCUMENTS, 3, &arena, &ranks, &fault));
    ck_assert(!ranks.phrase_missed);
    query_terms = query_terms_of("\"den\"", false);
    ck_assert(rank_candidates(&query_terms, reader, texts, DOCUMENTS, 3, &arena, &ranks, &fault));
    ck_assert(!ranks.phrase_missed);
}

static const char *tsquery_by(void (*put)(const struct query_terms *, struct buf *),
                              const struct query_terms *query_terms)
{
    put(query_terms, &scratch);
    return scratch_text();
}

static const char *tsquery_of(const struct query_terms *query_terms)
{
    return tsquery_by(query_terms_write_selecting_tsquery, query_terms);
}

TEST(tsquery_has_the_selecting_terms)
{
    struct query_terms query_terms = query_terms_of("Квартиры, парко", true);

    ck_assert_str_eq(tsquery_of(&query_terms), "'кварт' | 'парк' | 'парко':*");
    query_terms = query_terms_of("'; DROP TABLE x -- \\' : *", false);
    ck_assert_str_eq(tsquery_of(&query_terms), "'drop' | 'tabl' | 'x'");
    query_terms = query_terms_of("", false);
    ck_assert_str_eq(tsquery_of(&query_terms), "");
    query_terms = query_terms_of("квартира п", true);
    ck_assert_str_eq(tsquery_of(&query_terms), "'кварт' | 'п'");
    query_terms = query_terms_of("п", true);
    ck_assert_str_eq(tsquery_of(&query_terms), "'п'");
    query_terms = query_terms_of("па", true);
    ck_assert_str_eq(tsquery_of(&query_terms), "'па' | 'па':*");
}

TEST(rewritten_words_stay_in_their_place)
{
    struct query_terms query_terms = query_terms_of("gfhjkm dfq afq", false);

    ck_assert_str_eq(tsquery_of(&query_terms), "'парол' | 'ва' | 'фа' | 'вайфа'");
    query_terms = query_terms_of("rdfhnbhf на gfh", true);
    ck_assert_str_eq(tsquery_of(&query_terms), "'кварт' | 'на' | 'пар' | 'пар':*");
}

/* Words that people write joined, with a hyphen, or as two words. After a single letter a blank
 * does not join. */
enum { JOINED, HYPHENATED, SPACED, SPELLINGS };
static const struct {
    const char *why, *spellings[SPELLINGS];
} compounds[] = {
    {"two short parts",     {"пароль wifi на двери", "пароль Wi-Fi на двери", "пароль wi fi на двери"}},
    {"in Cyrillic",         {"вайфай", "вай-фай", "вай фай"}                                                               },
    {"a part of two",       {"поздний чекин", "поздний чек-ин", "поздний чек ин"}                        },
    {"longer parts",        {"минибар", "мини-бар", "мини бар"}                                                         },
    {"in another form",     {"с вайфаем", "с вай-фаем", "с вай фаем"}                                                },
    {"in Kazakh",           {"онлайнтөлем", "онлайн-төлем", "онлайн төлем"}                                 },
    {"a hyphen of its own", {"минибар", "мини\u2011бар", "мини\u2010бар"}                                               },
    {"a single letter",     {"email", "e-mail", "e\u2011mail"}                                                                               },
};

static bool finds(const char *query, const char *document)
{
    const struct query_terms query_terms = query_terms_of(query, false);
    struct slice text = slice_of(document);
    struct ranks ranks;

    ck_assert(rank_candidates(&query_terms, reader, &text, 1, 1, &arena, &ranks, &fault));
    return ranks.count > 0;
}

/* Whether a term that selects candidates matches in the document, not only its 4-grams. */
static bool matches(const char *query, const char *document)
{
    const struct query_terms query_terms = query_terms_of(query, false);
    const struct words words = engine_words(document);
    bool matched = false;

    for (size_t i = 0; i < query_terms.term_count; i++)
        for (size_t n = 0; n < words.count; n++)
            matched |= query_terms.terms[i].selects &&
                       query_terms_match(&query_terms.terms[i], &words, n) > 0;
    return matched;
}

TEST_ROWS(word_is_found_joined_hyphenated_and_spaced, compounds)
{
    for (size_t i = 0; i < SPELLINGS; i++)
        engine_add(row->spellings[i]);
    for (size_t i = 0; i < SPELLINGS; i++)
        for (size_t n = 0; n < SPELLINGS; n++) {
            ck_assert_msg(matches(row->spellings[i], row->spellings[n]), "%s matches no %s",
                          row->spellings[i], row->spellings[n]);
            ck_assert_msg(finds(row->spellings[i], row->spellings[n]), "%s finds no %s",
                          row->spellings[i], row->spellings[n]);
        }
}

/* No document has the word as the query spells it. */
TEST_ROWS(word_is_found_in_the_only_spelling_of_the_documents, compounds)
{
    for (size_t n = 0; n < SPELLINGS; n++) {
        engine_teardown();
        engine_setup();
        engine_add(row->spellings[n]);
        for (size_t i = 0; i < SPELLINGS; i++)
            ck_assert_msg(matches(row->spellings[i], row->spellings[n]), "%s matches no %s",
                          row->spellings[i], row->spellings[n]);
    }
}

TEST(words_of_a_compound_that_are_not_adjacent_are_not_it)
{
    engine_add("вайфай");
    engine_add("фай вай");
    engine_add("вай и фай");
    ck_assert(!matches("вайфай", "фай вай"));
    ck_assert(!matches("вайфай", "вай и фай"));
    ck_assert(!matches("вайфай", "вай, фай"));
}

TEST(single_letter_and_a_word_are_no_compound)
{
    engine_add("и нет дома");
    engine_add("инет быстрый");
    ck_assert(!matches("инет", "и нет дома"));
    ck_assert(matches("инет", "инет быстрый"));
}

TEST_ROWS(exclusion_excludes_each_spelling, compounds)
{
    char query[128];

    for (size_t i = 0; i < SPELLINGS; i++)
        engine_add(row->spellings[i]);
    if (strchr(row->spellings[JOINED], ' ') != NULL)
        return;
    for (size_t i = 0; i < SPELLINGS; i++)
        for (size_t n = 0; n < SPELLINGS; n++) {
            snprintf(query, sizeof query, "%s -\"%s\"", row->spellings[n], row->spellings[i]);
            ck_assert_msg(!finds(query, row->spellings[n]), "%s", query);
        }
}

TEST(price_is_searched_with_and_without_its_unit)
{
    engine_add("Залог 20000тг, уборка 5000");
    struct query_terms query_terms = query_terms_of("20000", false);
    ck_assert_str_eq(tsquery_of(&query_terms), "'20000' | '20000тг'");
    query_terms = query_terms_of("20 000 тенге", false);
    ck_assert_str_eq(tsquery_of(&query_terms), "'20000' | '20000тг' | 'тенг'");
    query_terms = query_terms_of("20000тг 5000тенге 12а", false);
    ck_assert_str_eq(tsquery_of(&query_terms),
                     "'20000тг' | '20000' | '5000тенге' | '5000' | '12а'");
}

TEST(tsquery_of_a_phrase_has_all_its_words)
{
    struct query_terms query_terms = query_terms_of("лес \"парк у реки\" \"gfhr\"", false);

    ck_assert_str_eq(tsquery_by(query_terms_write_phrases_tsquery, &query_terms),
                     "('парк' & 'у' & 'рек') & ('gfhr' | 'парк')");
    query_terms = query_terms_of("\"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18\"", false);
    ck_assert_str_eq(tsquery_by(query_terms_write_phrases_tsquery, &query_terms),
                     "('1' & '2' & '3' & '4' & '5' & '6' & '7' & '8' & '9' & '10' & '11' & '12' &"
                     " '13' & '14' & '15' & '16')");
}

/* Snowball finds other endings in the words without their Kazakh letters. */
static const struct {
    const char *query, *document, *tsquery;
} kazakh[] = {
    {"болме", "Бөлме бос",     "'болм' | 'болме'"},
    {"бөлме", "болме бос",     "'болме' | 'болм'"},
    {"толем", "Төлем кейін", "'тол' | 'толем'"  },
    {"еки",     "Екі бөлме",     "'ек' | 'еки'"        },
    {"уй",       "Үй жылы",         "'у' | 'уй'"            },
    {"bolme",      "Бөлме бос",     "'болм' | 'болме'"},
};

TEST_ROWS(kazakh_word_is_found_in_either_spelling, kazakh)
{
    bool found = false;

    engine_add(row->document);
    const struct query_terms query_terms = query_terms_of(row->query, false);
    ck_assert_str_eq(tsquery_of(&query_terms), row->tsquery);
    const struct words words = engine_words(row->document);
    for (size_t i = 0; i < query_terms.term_count; i++)
        for (size_t n = 0; n < words.count; n++)
            found |= query_terms_match(&query_terms.terms[i], &words, n) > 0;
    ck_assert(found);
}

/* Also in another form, until documents have the word without Kazakh letters. */
TEST(term_of_the_other_spelling_counts_for_the_same_word)
{
    const struct words form = engine_words("бөлмеде"), same = engine_words("бөлме");

    engine_add("Екі бөлме");
    struct query_terms query_terms = query_terms_of("болме", false);
    ck_assert_uint_eq(query_terms_match(&query_terms.terms[1], &form, 0), 1);
    engine_add("Болме бос");
    query_terms = query_terms_of("болме", false);
    ck_assert_str_eq(tsquery_of(&query_terms), "'болм' | 'болме'");
    ck_assert_uint_eq(query_terms_match(&query_terms.terms[1], &same, 0), 1);
    ck_assert_uint_eq(query_terms_match(&query_terms.terms[1], &form, 0), 0);
    query_terms = query_terms_of("\"еки болме\"", false);
    ck_assert_str_eq(tsquery_by(query_terms_write_phrases_tsquery, &query_terms),
                     "(('ек' | 'еки') & ('болм' | 'болме'))");
}

/* Otherwise a word whose own term is common would be searched by that of other words only. */
TEST(term_of_the_other_spelling_does_not_replace_a_common_term)
{
    for (int i = 0; i < QUERY_TERMS_COMMON_MIN; i++)
        engine_add("У дома");
    engine_add("Үй жылы");
    const struct query_terms query_terms = query_terms_of("уй", false);
    ck_assert_str_eq(tsquery_of(&query_terms), "'у' | 'уй'");
    ck_assert(query_terms.common);
}

TEST(tsquery_of_exclusions_orders_candidates_last)
{
    struct query_terms query_terms = query_terms_of("лес -парковка -\"у реки\" -\"gfhr\"", false);

    ck_assert_str_eq(tsquery_by(query_terms_write_exclusions_tsquery, &query_terms),
                     "('парко') | ('у' & 'рек') | ('gfhr' | 'парк')");
    query_terms = query_terms_of("лес -KC907 -\"рейс KC 852\"", false);
    ck_assert_str_eq(tsquery_by(query_terms_write_exclusions_tsquery, &query_terms),
                     "('kc907' | 'kc' & '907') | ('рейс' & 'kc' & '852' | 'рейс' & 'kc852')");
    query_terms = query_terms_of("лес", false);
    ck_assert_str_eq(tsquery_by(query_terms_write_exclusions_tsquery, &query_terms), "");
}

TEST(common_term_selects_only_if_all_are_common)
{
    for (int i = 0; i < QUERY_TERMS_COMMON_MIN; i++)
        engine_add("парк");
    struct query_terms query_terms = query_terms_of("парк река", false);
    ck_assert_str_eq(tsquery_of(&query_terms), "'рек'");
    ck_assert(!query_terms.common);
    query_terms = query_terms_of("парк бегемот", false);
    ck_assert_str_eq(tsquery_of(&query_terms), "'парк' | 'бегем'");
    ck_assert(query_terms.common);
    ck_assert(!query_terms_of("бегемот", false).common);
}

TEST(common_terms_select_too_if_asked)
{
    for (int i = 0; i < QUERY_TERMS_COMMON_MIN; i++)
        engine_add("парк");
    struct query_terms query_terms = query_terms_of("парк река п", true);
    ck_assert_str_eq(tsquery_of(&query_terms), "'рек' | 'п'");
    ck_assert(query_terms_select_by_common_terms(&query_terms));
    ck_assert_str_eq(tsquery_of(&query_terms), "'парк' | 'рек' | 'п'");
    ck_assert(query_terms.common);
    ck_assert(!query_terms_select_by_common_terms(&query_terms));
    query_terms = query_terms_of("река", false);
    ck_assert(!query_terms_select_by_common_terms(&query_terms));
    ck_assert(!query_terms.common);
}

/* BM25 computed by hand: N = 13. */
TEST(score_follows_the_formula)
{
    const struct query_terms query_terms = query_terms_of("завтрак", false);

    ck_assert_uint_eq(query_terms.term_count, 1);
    ck_assert_double_eq_tol(query_terms.terms[0].weight, 2.233592222,
                            1e-9); /* ln(1 + 12.5 / 1.5) */
    ck_assert_double_eq_tol(query_terms_tf_factor(2, 12, 6), 2 * 1.9 / (2 + 0.9 * 1.4), 1e-12);
    ck_assert_double_eq_tol(query_terms_candidate_score(3, query_terms.mean_words, &query_terms), 3,
                            1e-12);
}

TEST(rewrites_are_reported)
{
    const struct query_terms query_terms = query_terms_of("Квортира gfhr ряка", false);

    ck_assert_uint_eq(query_terms.rewrites.count, 1);
    ck_assert_slice(query_terms.rewrites.list[0].from, "gfhr");
    ck_assert_slice(query_terms.rewrites.list[0].to, "парк");
    ck_assert_str_eq(tsquery_of(&query_terms), "'кворт' | 'кварт' | 'парк' | 'ряк'");
    ck_assert_ptr_null(query_terms.terms[0].typo_of.at);
    ck_assert_slice(query_terms.terms[1].typo_of, "квортира");
}

TEST(typo_is_corrected_although_another_word_has_the_same_beginning)
{
    engine_add("Порконен звонил");
    const struct query_terms query_terms = query_terms_of("порковка", false);

    ck_assert_str_eq(tsquery_of(&query_terms), "'порко' | 'парко'");
    ck_assert_slice(query_terms.terms[1].typo_of, "порковка");
}

/* An answer in an arena of so many bytes; false: it was too small. */
static bool answer_in(size_t limit)
{
    struct query_terms query_terms;
    struct ranks ranks = {.count = 7};
    struct snippet snippet = {.mark_count = 7};
    struct arena small = ARENA(limit);

    fault.code = NULL;
    const bool answered =
        query_terms_from_query(lexicon, reader, SLICE("\"gfhr e htrb\" kvartira -залог"), true,
                               &small, &query_terms, &fault) &&
        rank_candidates(&query_terms, reader, texts, DOCUMENTS, 3, &small, &ranks, &fault) &&
        snippet_make(&query_terms, reader, texts[ranks.list[0].candidate], &small, &snippet,
                     &fault);
    if (!answered) {
        ck_assert_str_eq(fault.code, "out_of_memory");
        ck_assert_uint_eq(snippet.mark_count, 7);
    }
    arena_finish(&small);
    return answered;
}

TEST(any_arena_size_suffices_or_is_a_fault)
{
    enum { STEP = 1500, ENOUGH = 1 << 20 };
    bool answered = false;

    for (size_t limit = 0; limit < ENOUGH; limit += STEP) {
        const bool now = answer_in(limit);
        ck_assert(now || !answered);
        answered = now;
    }
    ck_assert(answered);
}
