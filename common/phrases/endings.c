// SPDX-License-Identifier: MIT
#include "phrases/endings.h"

/* Endings, normalised like words: no "й" or "ё", no doubled letters. */
static const char *const ru_endings[] = {
    "а",  "я",  "у",  "ю",   "е",  "и",    "ы",   "о",    "ь",   "ой",  "ей",  "ою",   "ею",  "ом",
    "ем", "ам", "ям", "ах",  "ях", "ами",  "ями", "ов",   "ев",  "ие",  "ия",  "ию",   "ий",  "ью",
    "ье", "ья", "ьи", "ьев", "ый", "ая",   "ое",  "ее",   "ые",  "ого", "его", "ому",  "ему", "ую",
    "юю", "ых", "их", "ым",  "им", "ыми",  "ими", "яя",   "ьим", "ьем", "ьям", "ьями", "ьях", "ка",
    "ку", "ки", "ке", "кой", "ье", "ьего", "ьей", "ьему", "ии",  "ию",  "аю",
};

static const char *const kz_plural[] = {"", "лар", "лер", "дар", "дер", "тар", "тер"};
static const char *const kz_possessive[] = {"", "ы", "и", "сы", "си", "ым", "им", "ымыз", "имиз"};

struct kz_case {
    const char *text;
    enum ending ending;
};
static const struct kz_case kz_cases[] = {
    {"",         ENDING_OTHER  },
    {"га",     ENDING_TO     },
    {"ге",     ENDING_TO     },
    {"ка",     ENDING_TO     },
    {"ке",     ENDING_TO     },
    {"на",     ENDING_TO     },
    {"не",     ENDING_TO     },
    {"а",       ENDING_TO     },
    {"е",       ENDING_TO     },
    {"да",     ENDING_AT     },
    {"де",     ENDING_AT     },
    {"та",     ENDING_AT     },
    {"те",     ENDING_AT     },
    {"нда",   ENDING_AT     },
    {"нде",   ENDING_AT     },
    {"дан",   ENDING_FROM   },
    {"ден",   ENDING_FROM   },
    {"тан",   ENDING_FROM   },
    {"тен",   ENDING_FROM   },
    {"нан",   ENDING_FROM   },
    {"нен",   ENDING_FROM   },
    {"ан",     ENDING_FROM   }, /* -нан after н */
    {"ен",     ENDING_FROM   },
    {"нын",   ENDING_OTHER  },
    {"нин",   ENDING_OTHER  },
    {"дын",   ENDING_OTHER  },
    {"дин",   ENDING_OTHER  },
    {"тын",   ENDING_OTHER  },
    {"тин",   ENDING_OTHER  },
    {"ны",     ENDING_OTHER  },
    {"ни",     ENDING_OTHER  },
    {"ды",     ENDING_OTHER  },
    {"ди",     ENDING_OTHER  },
    {"ты",     ENDING_OTHER  },
    {"ти",     ENDING_OTHER  },
    {"мен",   ENDING_OTHER  },
    {"пен",   ENDING_OTHER  },
    {"бен",   ENDING_OTHER  },
    {"лы",     ENDING_OTHER  },
    {"ли",     ENDING_OTHER  },
    {"гы",     ENDING_OTHER  },
    {"ги",     ENDING_OTHER  },
    {"даги", ENDING_AT     },
    {"деги", ENDING_AT     },
    {"дагы", ENDING_AT     },
    {"н",       ENDING_OTHER  },
    {"сыз",   ENDING_WITHOUT},
    {"сиз",   ENDING_WITHOUT},
    {"мыз",   ENDING_WE     },
    {"миз",   ENDING_WE     },
    {"быз",   ENDING_WE     },
    {"биз",   ENDING_WE     },
    {"пыз",   ENDING_WE     },
    {"пиз",   ENDING_WE     },
    {"мз",     ENDING_WE     },
};

struct rest {
    const uint8_t *at;
    size_t len;
};

static bool skip_prefix(struct rest *rest, const char *text)
{
    const struct letters part = letters_of(slice_of(text));

    if (rest->len < part.len || memcmp(rest->at, part.at, part.len) != 0)
        return false;
    rest->at += part.len;
    rest->len -= part.len;
    return true;
}

static bool parse_kz_case(struct rest rest, enum ending *ending)
{
    for (size_t i = 0; i < ARRAY_LEN(kz_cases); i++) {
        struct rest left = rest;
        if (skip_prefix(&left, kz_cases[i].text) && left.len == 0) {
            *ending = kz_cases[i].ending;
            return true;
        }
    }
    return false;
}

static bool parse_kz_ending(struct rest rest, enum ending *ending)
{
    for (size_t plural = 0; plural < ARRAY_LEN(kz_plural); plural++)
        for (size_t own = 0; own < ARRAY_LEN(kz_possessive); own++) {
            struct rest left = rest;
            if (skip_prefix(&left, kz_plural[plural]) && skip_prefix(&left, kz_possessive[own]) &&
                parse_kz_case(left, ending)) {
                const size_t possessive_len = strlen(kz_possessive[own]);
                /* After a number "-имиз" alone means "of us". */
                if (possessive_len > 4 && left.len == 0)
                    *ending = ENDING_WE;
                return true;
            }
        }
    return false;
}

bool ending_parse(enum inflection inflection, const uint8_t *at, size_t len, enum ending *ending)
{
    const struct rest rest = {at, len};

    *ending = ENDING_OTHER;
    if (inflection == INFLECTION_KZ)
        return parse_kz_ending(rest, ending);
    if (inflection == INFLECTION_EN)
        return (len == 1 && at[0] == 's') || (len == 2 && at[0] == 'e' && at[1] == 's');
    for (size_t i = 0; inflection == INFLECTION_RU && i < ARRAY_LEN(ru_endings); i++) {
        struct rest left = rest;
        if (skip_prefix(&left, ru_endings[i]) && left.len == 0)
            return true;
    }
    return false;
}

size_t ending_find_foreign_case_len(const struct letters *word, enum ending *ending)
{
    enum { CASE_SHORTEST = 2, CASE_LONGEST = 3, STEM_SHORTEST = 5 };

    for (size_t len = CASE_LONGEST; len >= CASE_SHORTEST; len--) {
        if (word->len < len + STEM_SHORTEST)
            continue;
        if (parse_kz_case((struct rest){word->at + word->len - len, len}, ending) &&
            *ending != ENDING_OTHER)
            return len;
    }
    return 0;
}

bool ending_is_kazakh_case(const struct letters *word, enum ending *ending)
{
    return word->len >= 2 && parse_kz_ending((struct rest){word->at, word->len}, ending) &&
           (*ending == ENDING_TO || *ending == ENDING_AT || *ending == ENDING_FROM);
}

bool ending_parse_day_suffix(const struct letters *word, enum ending *ending)
{
    static const char *const listed[] = {"го",   "ого", "е",  "ое", "ье",   "му",   "ому",
                                         "st",   "nd",  "rd", "th", "инши", "ынши", "иншы",
                                         "ыншы", "ши",  "шы", "сы", "си"};

    *ending = ENDING_OTHER;
    for (size_t i = 0; i < ARRAY_LEN(listed); i++) {
        const struct letters one = letters_of(slice_of(listed[i]));
        if (letters_equal(word, &one))
            return true;
    }
    return ending_is_kazakh_case(word, ending);
}

bool ending_is_of_negative_verb(const struct letters *word)
{
    static const char *const negations[] = {"ма", "ме", "ба", "бе", "па", "пе"};
    static const char *const persons[] = {"и",    "имын", "имин", "имыз", "имиз", "иды",  "иди",
                                          "итын", "итин", "сын",  "син",  "у",    "уы",   "уи",
                                          "са",   "се",   "ныз",  "низ",  "ик",   "илык", "илик"};
    enum { STEM_SHORTEST = 2, NEGATION_LEN = 2 };

    for (size_t i = 0; i < ARRAY_LEN(persons); i++) {
        const struct letters person = letters_of(slice_of(persons[i]));
        for (size_t n = 0; n < ARRAY_LEN(negations); n++) {
            const struct letters negation = letters_of(slice_of(negations[n]));
            if (word->len < STEM_SHORTEST + NEGATION_LEN + person.len)
                continue;
            const uint8_t *const end = word->at + word->len - person.len;
            if (memcmp(end, person.at, person.len) == 0 &&
                memcmp(end - NEGATION_LEN, negation.at, NEGATION_LEN) == 0)
                return true;
        }
    }
    return false;
}
