// SPDX-License-Identifier: MIT
/* A beam search: at each Latin letter it retains the beginnings whose 4-grams are most frequent in
 * the documents. */
#include "query/latin.h"

#include <math.h>

#include "base/ascii.h"
#include "base/text.h"

#include "text/grams.h"

enum {
    BEAM = 32, /* readings retained at a position */
    LETTERS_MAX = WORD_POINTS_MAX,
    SPELLING_MAX = 4, /* Latin letters of one spelling, at most */
};

/* Added to the frequency of each 4-gram, so that a 4-gram that no document has still gets a
 * probability. */
static const double unseen = 0.1;
/* The cost of an unusual spelling, ln 3. Costs are negative logarithms of probabilities. */
static const double odd_cost = 1.1;

/* Latin spellings of Cyrillic letters, with their usual meanings and the unusual ones, each of
 * which has one third of the probability of a usual one. A soft sign is mostly omitted. */
static const struct spelling {
    const char *latin;
    const char *usual; /* Cyrillic letters, alternatives separated by blanks; NULL: none */
    const char *odd;   /* unusual meanings in the same format */
} spellings[] = {
    {"shch", "щ",      NULL        },
    {"sch",  "щ",      NULL        },
    {"sh",   "ш",      "щ"        },
    {"zh",   "ж",      NULL        },
    {"kh",   "х",      NULL        },
    {"gh",   "г",      NULL        },
    {"ng",   NULL,      "н"        }, /* for ң */
    {"ts",   "ц",      NULL        },
    {"ch",   "ч",      NULL        },
    {"yu",   "ю",      NULL        },
    {"ju",   "ю",      NULL        },
    {"iu",   NULL,      "ю"        },
    {"ya",   "я",      NULL        },
    {"ja",   "я",      NULL        },
    {"ia",   NULL,      "я"        },
    {"ye",   "е",      NULL        },
    {"je",   NULL,      "е"        },
    {"yo",   "е",      NULL        },
    {"jo",   NULL,      "е"        },
    {"iy",   "ий",    "ый"      },
    {"yi",   "ый",    NULL        },
    {"ii",   "ий",    NULL        },
    {"a",    "а",      NULL        },
    {"b",    "б",      NULL        },
    {"c",    "ц",      "с к"     },
    {"d",    "д дь", NULL        },
    {"e",    "е",      "э"        },
    {"f",    "ф",      NULL        },
    {"g",    "г",      NULL        },
    {"h",    "х",      NULL        },
    {"i",    "и",      "й ы ий"},
    {"j",    "ж",      "й"        },
    {"k",    "к",      NULL        },
    {"l",    "л ль", NULL        },
    {"m",    "м мь", NULL        },
    {"n",    "н нь", NULL        },
    {"o",    "о",      NULL        },
    {"p",    "п",      NULL        },
    {"q",    "к",      NULL        }, /* for қ */
    {"r",    "р рь", NULL        },
    {"s",    "с сь", NULL        },
    {"t",    "т ть", NULL        },
    {"u",    "у",      "ю"        },
    {"v",    "в вь", NULL        },
    {"w",    "в",      "ш"        },
    {"x",    "х",      "кс"      },
    {"y",    "ы й",   "ый ий" },
    {"z",    "з зь", NULL        },
    {"4",    "ч",      NULL        },
    {"'",    "ь",      "ъ "       }, /* ъ or nothing */
};

struct reading {
    double cost;
    size_t count;
    int32_t points[LETTERS_MAX + 2]; /* a blank, then the Cyrillic letters */
};

struct beam {
    struct reading list[BEAM];
    size_t count;
};

struct search {
    const struct lexicon *lexicon;
    struct slice run;
    /* A ring of SPELLING_MAX + 1 beams, for the current position and the positions to which
     * spellings lead; after the ring, a beam of complete words. */
    struct beam *beams;
};

/* The cost of four letters that follow each other: the negative logarithm of the share of documents
 * that contain them. */
static double gram_cost(const struct search *search, const int32_t *points)
{
    const uint32_t hash = grams_hash_points(points, GRAM_POINTS);
    const double documents = (double)lexicon_sums(search->lexicon)->documents + 1;

    return log(documents / (lexicon_gram_df(search->lexicon, hash) + unseen));
}

static struct beam *beam_at(const struct search *search, size_t at)
{
    return &search->beams[at % (SPELLING_MAX + 1)];
}

static void append_letter(const struct search *search, struct reading *reading, int32_t point)
{
    if (reading->count == LETTERS_MAX + 2)
        return;
    reading->points[reading->count++] = point;
    if (reading->count >= GRAM_POINTS)
        reading->cost += gram_cost(search, reading->points + reading->count - GRAM_POINTS);
}

/* Inserts the reading into the beam if it is among the BEAM cheapest. */
static void insert_reading_if_cheap(struct beam *beam, const struct reading *reading)
{
    size_t at = beam->count;

    while (at > 0 && reading->cost < beam->list[at - 1].cost)
        at--;
    if (at == BEAM)
        return;
    if (beam->count < BEAM)
        beam->count++;
    memmove(beam->list + at + 1, beam->list + at, (beam->count - 1 - at) * sizeof *reading);
    beam->list[at] = *reading;
}

/* Extends each reading of the letters before `at` by `cyrillic`, which the spelling `latin` at `at`
 * may mean. `cost` is the cost of this meaning. */
static void extend_readings(struct search *search, size_t at, struct slice latin,
                            struct slice cyrillic, double cost)
{
    const struct beam *from = beam_at(search, at);

    for (size_t i = 0; i < from->count; i++) {
        struct reading next = from->list[i];
        int32_t point;
        next.cost += cost;
        for (size_t n = 0; n < cyrillic.len;) {
            n += text_decode(cyrillic, n, &point);
            append_letter(search, &next, point);
        }
        insert_reading_if_cheap(beam_at(search, at + latin.len), &next);
    }
}

static void extend_by_spelling(struct search *search, size_t at, const struct spelling *spelling)
{
    const struct slice latin = slice_of(spelling->latin);
    struct slice usual = slice_of(spelling->usual), odd = slice_of(spelling->odd);

    if (!slice_starts(slice_from(search->run, at), latin))
        return;
    while (usual.at != NULL)
        extend_readings(search, at, latin, slice_cut(&usual, ' '), 0);
    while (odd.at != NULL)
        extend_readings(search, at, latin, slice_cut(&odd, ' '), odd_cost);
}

/* Completes the readings: adds to each the cost of the 4-gram at the end of the word, and stores
 * the cheapest in `out`. False: the arena is full. */
static bool complete_readings(struct search *search, struct arena *arena,
                              struct latin_readings *out)
{
    const struct beam *from = beam_at(search, search->run.len);
    struct beam *ended = &search->beams[SPELLING_MAX + 1];

    for (size_t i = 0; i < from->count; i++) {
        struct reading next = from->list[i];
        append_letter(search, &next, ' ');
        insert_reading_if_cheap(ended, &next);
    }
    for (size_t i = 0; i < ended->count && i < LATIN_READINGS; i++) {
        const struct reading *reading = &ended->list[i];
        char *text = arena_alloc(arena, 4 * reading->count + 1);
        size_t len = 0;
        if (text == NULL)
            return false;
        for (size_t n = 1; n < reading->count; n++)
            if (reading->points[n] != ' ')
                len += text_encode(reading->points[n], text + len);
        out->list[out->count++] = (struct slice){text, len};
    }
    return true;
}

bool latin_transliterate(const struct lexicon *lexicon, struct slice run, struct arena *arena,
                         struct latin_readings *out, struct fault *fault)
{
    struct search search = {
        .lexicon = lexicon,
        .run = {run.at, run.len < LETTERS_MAX ? run.len : LETTERS_MAX},
    };

    *out = (struct latin_readings){0};
    search.beams = arena_alloc(arena, (SPELLING_MAX + 2) * sizeof(struct beam));
    if (search.beams == NULL)
        return arena_fault(fault);
    search.beams[0].count = 1;
    search.beams[0].list[0].count = 1;
    search.beams[0].list[0].points[0] = ' ';
    for (size_t at = 0; at < search.run.len; at++) {
        /* A digit may mean itself, besides its meanings in the table, such as ч for 4. */
        const struct slice one = {search.run.at + at, 1};
        if (ascii_is_digit(*one.at))
            extend_readings(&search, at, one, one, 0);
        for (size_t i = 0; i < ARRAY_LEN(spellings); i++)
            extend_by_spelling(&search, at, &spellings[i]);
        beam_at(&search, at)->count = 0;
    }
    return complete_readings(&search, arena, out) || arena_fault(fault);
}
