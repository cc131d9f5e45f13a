// SPDX-License-Identifier: MIT
/* The cost of the worst queries, which run on the loop: at most 5 ms, not checked in the gate. */

#include "base/sanitizer.h"

#include "query/expansion.h"
#include "query/query_terms.h"
#include "support/patience.h"
#include "unit/search-api/engine.h"

enum {
    DOCUMENTS = 500,
    WORDS = 100,
    TRIES = 5,
#if defined(__OPTIMIZE__) && !defined(UNDER_ASAN) && !defined(UNDER_TSAN)
    BUDGET_US = 5000,
#else
    BUDGET_US = 100000,
#endif
};

static uint32_t random_state = 1;

/* Of 16 kinds. */
static unsigned random_letter(void)
{
    random_state = random_state * 1664525 + 1013904223;
    return random_state >> 28;
}

/* Words of five letters, а to п: unknown ones have many neighbours. */
static void setup(void)
{
    engine_setup();
    for (int i = 0; i < DOCUMENTS; i++) {
        for (int word = 0; word < WORDS; word++) {
            for (int n = 0; n < 5; n++) {
                buf_char(&scratch, '\xd0');
                buf_char(&scratch, (char)(0xb0 + random_letter()));
            }
            buf_char(&scratch, ' ');
        }
        engine_add(scratch_text());
        arena_reset(&arena);
    }
}

TEST_CASE("cost", .setup_once = setup, .teardown_once = engine_teardown);

/* Each piece repeated as given, and all of it again up to the end. */
static const struct {
    const char *why;
    struct {
        int times;
        const char *text;
    } pieces[4];
} cases[] = {
    {"phrases that do not end",       {{166, "\" "}, {660, "\xcc\x81"}}                                                                     },
    {"quotes alone",                  {{1024, "\" "}}                                                                                       },
    {"closing quotes, then marks",    {{64, "\"a"}, {900, "\xcc\x81"}}                                                                      },
    {"phrases without a word",        {{512, "\"?\" "}}                                                                                     },
    {"marks after a minus",           {{40, " -"}, {40, "\xcc\x81"}}                                                                        },
    {"a long run with many readings", {{24, "yi"}, {1, "-"}, {24, "yi"}, {1, " "}}                                                          },
    {"words with many readings",      {{12, "yi"}, {1, " "}}                                                                                },
    {"short words with many",         {{2, "iy"}, {1, "shchc "}}                                                                            },
    {"unknown words",                 {{1, "аяяаяя бяябяя вяявяя гяягяя "}}                                         },
    {"unknown words, long",           {{1, "аббогабвгдежзий бввпгабвгдежзий вггргабвгдежзий "}}},
    {"unknown in both readings",      {{1, "dzhyq"}, {1, "wuxyi "}, {1, "сяясяя "}}                                                   },
    {"signs that are keys",           {{200, "/&"}, {1, "a1. "}}                                                                            },
    {"Kazakh letters",                {{100, "ғ"}, {1, " "}}                                                                               },
    {"phones",                        {{1, "87011234567 "}}                                                                                 },
    {"groups of digits",              {{1, "1 000 "}}                                                                                       },
    {"exclusions",                    {{1, "-a "}}                                                                                          },
    {"words of one letter",           {{1, "a "}}                                                                                           },
};

static struct slice query_of(int number)
{
    static char room[QUERY_BYTES_MAX];
    struct buf query = buf_over(room, sizeof room);

    while (!query.failed)
        for (int i = 0; i < COUNT(cases[number].pieces); i++)
            for (int n = 0; n < cases[number].pieces[i].times; n++)
                buf_text(&query, cases[number].pieces[i].text);
    return buf_as_slice(&query);
}

TEST_ROWS_WHY(no_query_blocks_the_loop, cases)
{
    const struct slice query = query_of(_i);
    int64_t least = INT64_MAX;

    ck_assert_uint_gt(query.len, QUERY_BYTES_MAX - 64);
    /* The best of several attempts, because other processes share the caches. */
    for (int i = 0; i < TRIES && least > BUDGET_US; i++) {
        struct query_terms query_terms;
        const int64_t begun = cpu_now_us();
        ck_assert(
            query_terms_from_query(lexicon, reader, query, true, &arena, &query_terms, &fault));
        const int64_t used = cpu_now_us() - begun;
        least = used < least ? used : least;
        arena_reset(&arena);
    }
    ck_assert_msg(!is_timed() || least <= BUDGET_US, "%lld us", (long long)least);
}

/* As many words of 16 letters as possible, а to п: most contain every letter in question, and one
 * in 16 begins with it. */
static struct vocabulary *full_vocabulary(void)
{
    struct vocabulary *vocabulary = vocabulary_create(&fault);
    char word[32];

    ck_assert_ptr_nonnull(vocabulary);
    for (int i = 0; i < VOCABULARY_WORDS_MAX; i++) {
        for (int n = 0; n < 16; n++) {
            word[2 * n] = '\xd0';
            word[2 * n + 1] = (char)(0xb0 + random_letter());
        }
        vocabulary_add_occurrence(vocabulary, (struct slice){word, sizeof word});
    }
    return vocabulary;
}

TEST(no_unknown_word_blocks_the_loop)
{
    struct vocabulary *vocabulary = full_vocabulary();
    struct slice alike[VOCABULARY_SIMILAR_MAX];
    const struct slice word = SLICE("абвгдежзийклмноп");
    int64_t best = INT64_MAX;

    for (int i = 0; i < TRIES && best > BUDGET_US / EXPANSION_SIMILAR_MAX; i++) {
        const int64_t begun = cpu_now_us();
        ck_assert_uint_eq(vocabulary_find_similar(vocabulary, word, word, alike), 0);
        const int64_t used = cpu_now_us() - begun;
        best = used < best ? used : best;
    }
    ck_assert_msg(!is_timed() || best <= BUDGET_US / EXPANSION_SIMILAR_MAX, "%lld us",
                  (long long)best);
    vocabulary_destroy(vocabulary);
}
