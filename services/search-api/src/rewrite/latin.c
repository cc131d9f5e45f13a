// SPDX-License-Identifier: MIT
/* A beam search: at each Latin letter the few best beginnings are kept, by how common their
 * 4-grams are. */
#include "rewrite/latin.h"

#include <math.h>

#include "base/text.h"

#include "words/grams.h"

enum {
    BEAM = 16,
    LETTERS_MAX = WORD_POINTS_MAX,
    SPELLING_MAX = 4, /* Latin letters of one spelling */
};

/* What people write for a Cyrillic letter; the usual meaning of a spelling stands first, and `odd`
 * is what the others cost, in 4-grams that no document has. */
static const struct spelling {
    const char *latin;
    const char *cyrillic;
    double odd;
} spellings[] = {
    {"shch", "щ",   0  },
    {"sch",  "щ",   0  },
    {"sh",   "ш",   0  },
    {"sh",   "щ",   0.1},
    {"zh",   "ж",   0  },
    {"kh",   "х",   0  },
    {"gh",   "г",   0  },
    {"ng",   "н",   0.1}, /* ң */
    {"ts",   "ц",   0  },
    {"ch",   "ч",   0  },
    {"yu",   "ю",   0  },
    {"ju",   "ю",   0  },
    {"iu",   "ю",   0.1},
    {"ya",   "я",   0  },
    {"ja",   "я",   0  },
    {"ia",   "я",   0.1},
    {"ye",   "е",   0  },
    {"je",   "е",   0.1},
    {"yo",   "е",   0  },
    {"jo",   "е",   0.1},
    {"io",   "е",   0.1},
    {"iy",   "ий", 0  },
    {"iy",   "ый", 0.1},
    {"yi",   "ый", 0  },
    {"ii",   "ий", 0  },
    {"a",    "а",   0  },
    {"b",    "б",   0  },
    {"c",    "ц",   0  },
    {"c",    "с",   0.1},
    {"c",    "к",   0.1},
    {"d",    "д",   0  },
    {"d",    "дь", 0.1},
    {"e",    "е",   0  },
    {"e",    "э",   0.1},
    {"f",    "ф",   0  },
    {"g",    "г",   0  },
    {"h",    "х",   0  },
    {"i",    "и",   0  },
    {"i",    "й",   0.1},
    {"i",    "ы",   0.1},
    {"i",    "ий", 0.1},
    {"j",    "ж",   0  },
    {"j",    "й",   0.1},
    {"k",    "к",   0  },
    {"l",    "л",   0  },
    {"l",    "ль", 0.1},
    {"m",    "м",   0  },
    {"m",    "мь", 0.1},
    {"n",    "н",   0  },
    {"n",    "нь", 0.1},
    {"o",    "о",   0  },
    {"p",    "п",   0  },
    {"q",    "к",   0  }, /* қ */
    {"r",    "р",   0  },
    {"r",    "рь", 0.1},
    {"s",    "с",   0  },
    {"s",    "сь", 0.1},
    {"t",    "т",   0  },
    {"t",    "ть", 0.1},
    {"u",    "у",   0  },
    {"u",    "ю",   0.1},
    {"v",    "в",   0  },
    {"v",    "вь", 0.1},
    {"w",    "в",   0  },
    {"w",    "ш",   0.1},
    {"x",    "х",   0  },
    {"x",    "кс", 0.1},
    {"y",    "ы",   0  },
    {"y",    "й",   0  },
    {"y",    "ый", 0.1},
    {"y",    "ий", 0.1},
    {"z",    "з",   0  },
    {"z",    "зь", 0.1},
    {"4",    "ч",   0  },
    {"'",    "ь",   0  },
    {"'",    "ъ",   0.1},
    {"'",    "",     0.1},
};

struct reading {
    double cost;
    size_t count;
    int32_t points[LETTERS_MAX + 2]; /* a blank before it */
};

struct beam {
    struct reading list[BEAM];
    size_t count;
};

struct search {
    const struct lexicon *lexicon;
    double scale; /* of the logarithm of a frequency: that of all documents is 1 */
    struct slice run;
    struct beam *beams; /* one for each place of the run, and one for its end */
};

/* 1 for a 4-gram that no document has, 0 for one of all documents. */
static double gram_cost(const struct search *search, const int32_t *points, size_t count)
{
    const uint32_t df = lexicon_gram_df(search->lexicon, gram_hash(points, count));

    return 1 - log1p(df) * search->scale;
}

static void append(const struct search *search, struct reading *reading, int32_t point)
{
    if (reading->count == LETTERS_MAX + 2)
        return;
    reading->points[reading->count++] = point;
    if (reading->count >= GRAM_POINTS)
        reading->cost +=
            gram_cost(search, reading->points + reading->count - GRAM_POINTS, GRAM_POINTS);
}

/* Keeps the best, in order. */
static void keep(struct beam *beam, const struct reading *reading)
{
    size_t at = beam->count;

    while (at > 0 && reading->cost < beam->list[at - 1].cost)
        at--;
    if (at == BEAM)
        return;
    if (beam->count < BEAM)
        beam->count++;
    memmove(beam->list + at + 1, beam->list + at, (beam->count - 1 - at) * sizeof(*reading));
    beam->list[at] = *reading;
}

static void extend(struct search *search, size_t at, const struct spelling *spelling)
{
    const struct slice latin = slice_of(spelling->latin), cyrillic = slice_of(spelling->cyrillic);
    const struct beam *from = &search->beams[at];

    if (!slice_starts(slice_from(search->run, at), latin))
        return;
    for (size_t i = 0; i < from->count; i++) {
        struct reading next = from->list[i];
        int32_t point;
        next.cost += spelling->odd;
        for (size_t n = 0; n < cyrillic.len;) {
            n += text_decode(cyrillic, n, &point);
            append(search, &next, point);
        }
        keep(&search->beams[at + latin.len], &next);
    }
}

/* A digit other than 4, and a 4 among digits, is itself. */
static void extend_digit(struct search *search, size_t at)
{
    const struct beam *from = &search->beams[at];

    for (size_t i = 0; i < from->count; i++) {
        struct reading next = from->list[i];
        append(search, &next, search->run.at[at]);
        keep(&search->beams[at + 1], &next);
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The cheapest with the end of the word, whose last 4-gram is known then. */
static struct slice best(const struct search *search, struct arena *arena)
{
    struct beam *end = &search->beams[search->run.len];
    size_t found = 0, len = 0;

    for (size_t i = 0; i < end->count; i++) {
        append(search, &end->list[i], ' ');
        if (end->list[i].cost < end->list[found].cost)
            found = i;
    }
    const struct reading *reading = &end->list[found];
    char *text = arena_alloc(arena, 4 * reading->count + 1);
    if (text == NULL)
        return (struct slice){NULL, 0};
    for (size_t i = 1; end->count > 0 && i < reading->count; i++)
        if (reading->points[i] != ' ')
            len += text_encode(reading->points[i], text + len);
    return (struct slice){text, len};
}

struct slice latin_read(const struct lexicon *lexicon, struct slice run, struct arena *arena)
{
    struct search search = {
        .lexicon = lexicon,
        .scale = 1 / log1p((double)lexicon_sums(lexicon)->documents + 1),
        .run = {run.at, run.len < LETTERS_MAX ? run.len : LETTERS_MAX},
    };

    search.beams = arena_alloc(arena, (search.run.len + SPELLING_MAX + 1) * sizeof(struct beam));
    if (search.beams == NULL)
        return (struct slice){NULL, 0};
    search.beams[0].count = 1;
    search.beams[0].list[0].count = 1;
    search.beams[0].list[0].points[0] = ' ';
    for (size_t at = 0; at < search.run.len; at++) {
        if (is_digit(search.run.at[at]))
            extend_digit(&search, at);
        for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++)
            extend(&search, at, &spellings[i]);
    }
    return best(&search, arena);
}
