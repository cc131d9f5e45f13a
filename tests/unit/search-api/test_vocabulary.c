// SPDX-License-Identifier: MIT
/* Whole words, and those similar to an unknown one. */
#include "lexicon/vocabulary.h"
#include "support/scratch.h"

static struct vocabulary *vocabulary;

static const char *const words[] = {
    "кондиционер", "мультикондиционер", "квартира",    "посуточно",
    "холодильник", "кондитерская",      "кондиционер", "лифт",
    "работает",    "underground",       "предоплата",  "оплата",
    "код",         "домофона",
};

static void setup(void)
{
    ck_ok((vocabulary = vocabulary_create(&fault)) != NULL);
    for (int i = 0; i < COUNT(words); i++)
        vocabulary_add_occurrence(vocabulary, slice_of(words[i]));
}

static void teardown(void)
{
    vocabulary_destroy(vocabulary);
}

TEST_CASE("vocabulary", .setup = setup, .teardown = teardown);

/* Short, long, with a digit, of both alphabets, of another one, broken. */
TEST(other_words_are_ignored)
{
    static const char *const others[] = {
        "",     "до",   "aaaaaaaaaaaaaaaaaaaaaaaaa", "kc852",
        "wiфи", "ελλα", "\xd0\xba\xd0\xbe\xd0",      "Код",
    };

    for (int i = 0; i < COUNT(others); i++) {
        vocabulary_add_occurrence(vocabulary, slice_of(others[i]));
        ck_assert_msg(!vocabulary_has(vocabulary, slice_of(others[i])), "%d", i);
    }
}

static const struct {
    const char *why;
    const char *word, *stem;
    const char *alike;
} cases[] = {
    {"two slips",             "кантиционер",       "кантиционер",     "кондиционер"                                   },
    {"two letters exchanged", "кодниционер",       "кодниционер",     "кондиционер"                                   },
    {"too many and missing",  "кконддиционер",   "кконддиционер", "кондиционер"                                   },
    {"in another form",       "халадильниками", "халадильник",     "холодильник"                                   },
    {"three slips",           "кантеционер",       "кантецион",         ""                                                         },
    {"in the first letter",   "хондецион",           "хондецион",         ""                                                         },
    {"two in a short word",   "квортера",             "квортер",             ""                                                         },
    {"in English",            "undargraund",                  "undargraund",                "underground"                                              },
    {"a part of a word",      "дицион",                 "дицион",               "кондиционер мультикондиционер"},
    {"the end of a word",     "плата",                   "плата",                 "предоплата оплата"                        },
    {"too short for a part",  "лата",                     "лата",                   ""                                                         },
    {"no similar word",       "бегемоточек",       "бегемоточек",     ""                                                         },
    {"another alphabet",      "ελλαδα",                 "ελλαδα",               ""                                                         },
    {"a digit",               "кондиционе4",        "кондиционе4",      ""                                                         },
};

TEST_ROWS_WHY(similar_words_are_found, cases)
{
    struct slice alike[VOCABULARY_SIMILAR_MAX];
    const size_t count =
        vocabulary_find_similar(vocabulary, slice_of(row->word), slice_of(row->stem), alike);

    for (size_t i = 0; i < count; i++)
        buf_printf(&scratch, "%s%.*s", i > 0 ? " " : "", SLICE_ARG(alike[i]));
    const char *found = scratch_text();
    ck_assert_str_eq(found, row->alike);
}

static const struct {
    const char *why, *word;
    const char *first, *second; /* NULL: none */
} glued[] = {
    {"two words",                "квартирапосуточно", "квартира", "посуточно"},
    {"a short one between them", "лифтнеработает",       "лифт",         "работает"  },
    {"a short one first",        "кодотдомофона",         "код",           "домофона"  },
    {"one of them is not known", "квартирапомесячно", NULL,               NULL                },
    {"three letters between",    "лифтнонеработает",   NULL,               NULL                },
    {"two short ones",           "лифткод",                     NULL,               NULL                },
    {"one word",                 "квартира",                   NULL,               NULL                },
    {"nothing",                  "",                                   NULL,               NULL                },
};

TEST_ROWS_WHY(compound_words_are_split, glued)
{
    struct slice parts[2];
    const bool found = vocabulary_split_compound(vocabulary, slice_of(row->word), parts);

    ck_assert(found == (row->first != NULL));
    if (!found)
        return;
    ck_assert_slice(parts[0], row->first);
    ck_assert_slice(parts[1], row->second);
}

TEST(nearest_words_first_and_of_equal_ones_the_most_frequent)
{
    struct slice alike[VOCABULARY_SIMILAR_MAX];

    vocabulary_add_occurrence(vocabulary, SLICE("кандиционер"));
    for (int i = 0; i < 3; i++)
        vocabulary_add_occurrence(vocabulary, SLICE("кантиционар"));
    ck_assert_uint_eq(
        vocabulary_find_similar(vocabulary, SLICE("кантиционер"), SLICE("кантиционер"), alike), 3);
    ck_assert_slice(alike[0], "кантиционар");
    ck_assert_slice(alike[1], "кандиционер");
    ck_assert_slice(alike[2], "кондиционер");
}

/* Words of six letters, each of 16 kinds. */
TEST(full_vocabulary_ignores_new_words)
{
    char word[16];
    struct slice alike[VOCABULARY_SIMILAR_MAX];

    for (unsigned i = 0; i < VOCABULARY_WORDS_MAX + 100; i++) {
        for (unsigned n = 0; n < 6; n++)
            word[n] = (char)('a' + (i >> (4 * n) & 15));
        vocabulary_add_occurrence(vocabulary, (struct slice){word, 6});
    }
    ck_assert(!vocabulary_has(vocabulary, (struct slice){word, 6}));
    ck_assert(vocabulary_has(vocabulary, SLICE("aaaaaa")));
    ck_assert(vocabulary_has(vocabulary, SLICE("кондиционер")));
    ck_assert_uint_eq(vocabulary_find_similar(vocabulary, SLICE("aaaaa"), SLICE("aaaaa"), alike),
                      VOCABULARY_SIMILAR_MAX);
}
