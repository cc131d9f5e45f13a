// SPDX-License-Identifier: MIT
/* A beam search: at each Latin letter it retains the best beginnings, by the probability of each
 * Cyrillic letter after the three before it, from the 4-grams of the documents. */
#include "query/latin.h"

#include <math.h>

#include "base/ascii.h"
#include "base/text.h"

#include "text/grams.h"

enum {
    BEAM = 32,
    LETTERS_MAX = WORD_POINTS_MAX,
    SPELLING_MAX = 4, /* Latin letters of one spelling */
    CYRILLIC_A = 0x430,
    CYRILLIC_LETTERS = 32,
};

/* Costs are negative logarithms of probabilities. An unseen 4-gram has this frequency. */
static const double unseen = 0.1;
static const double odd_cost = 1.1; /* ln 3 */

/* Latin spellings of Cyrillic letters. A soft sign is mostly omitted; an unusual meaning of a
 * spelling has one third of the probability of the usual one. */
static const struct spelling {
    const char *latin;
    const char *cyrillic;
    bool odd;
} spellings[] = {
    {"shch", "щ",   false},
    {"sch",  "щ",   false},
    {"sh",   "ш",   false},
    {"sh",   "щ",   true },
    {"zh",   "ж",   false},
    {"kh",   "х",   false},
    {"gh",   "г",   false},
    {"ng",   "н",   true }, /* ң */
    {"ts",   "ц",   false},
    {"ch",   "ч",   false},
    {"yu",   "ю",   false},
    {"ju",   "ю",   false},
    {"iu",   "ю",   true },
    {"ya",   "я",   false},
    {"ja",   "я",   false},
    {"ia",   "я",   true },
    {"ye",   "е",   false},
    {"je",   "е",   true },
    {"yo",   "е",   false},
    {"jo",   "е",   true },
    {"iy",   "ий", false},
    {"iy",   "ый", true },
    {"yi",   "ый", false},
    {"ii",   "ий", false},
    {"a",    "а",   false},
    {"b",    "б",   false},
    {"c",    "ц",   false},
    {"c",    "с",   true },
    {"c",    "к",   true },
    {"d",    "д",   false},
    {"d",    "дь", false},
    {"e",    "е",   false},
    {"e",    "э",   true },
    {"f",    "ф",   false},
    {"g",    "г",   false},
    {"h",    "х",   false},
    {"i",    "и",   false},
    {"i",    "й",   true },
    {"i",    "ы",   true },
    {"i",    "ий", true },
    {"j",    "ж",   false},
    {"j",    "й",   true },
    {"k",    "к",   false},
    {"l",    "л",   false},
    {"l",    "ль", false},
    {"m",    "м",   false},
    {"m",    "мь", false},
    {"n",    "н",   false},
    {"n",    "нь", false},
    {"o",    "о",   false},
    {"p",    "п",   false},
    {"q",    "к",   false}, /* қ */
    {"r",    "р",   false},
    {"r",    "рь", false},
    {"s",    "с",   false},
    {"s",    "сь", false},
    {"t",    "т",   false},
    {"t",    "ть", false},
    {"u",    "у",   false},
    {"u",    "ю",   true },
    {"v",    "в",   false},
    {"v",    "вь", false},
    {"w",    "в",   false},
    {"w",    "ш",   true },
    {"x",    "х",   false},
    {"x",    "кс", true },
    {"y",    "ы",   false},
    {"y",    "й",   false},
    {"y",    "ый", true },
    {"y",    "ий", true },
    {"z",    "з",   false},
    {"z",    "зь", false},
    {"4",    "ч",   false},
    {"'",    "ь",   false},
    {"'",    "ъ",   true },
    {"'",    "",     true },
};

struct reading {
    double cost;
    size_t count;
    int32_t points[LETTERS_MAX + 2]; /* after a leading blank */
};

struct beam {
    struct reading list[BEAM];
    size_t count;
};

struct search {
    const struct lexicon *lexicon;
    struct slice run;
    /* A ring: the beam of the current position and those that spellings lead to; the last beam has
     * complete words. */
    struct beam *beams;
};

static double seen(const struct search *search, const int32_t *points)
{
    return lexicon_gram_df(search->lexicon, grams_hash(points, GRAM_POINTS)) + unseen;
}

/* The cost of the last of four letters after the other three; at the beginning of a word, of all
 * four. */
static double gram_cost(const struct search *search, const int32_t *points, bool first)
{
    int32_t other[GRAM_POINTS] = {points[0], points[1], points[2], ' '};
    double all = seen(search, other);

    if (first)
        all = (double)lexicon_sums(search->lexicon)->documents + 1;
    for (int32_t i = 0; !first && i < CYRILLIC_LETTERS; i++) {
        other[GRAM_POINTS - 1] = CYRILLIC_A + i;
        all += seen(search, other);
    }
    return log(all / seen(search, points));
}

static struct beam *beam_at(const struct search *search, size_t at)
{
    return &search->beams[at % (SPELLING_MAX + 1)];
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

/* Inserts the reading if it is among the best. */
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
    const struct beam *from = beam_at(search, at);

    if (!slice_starts(slice_from(search->run, at), latin))
        return;
    for (size_t i = 0; i < from->count; i++) {
        struct reading next = from->list[i];
        int32_t point;
        next.cost += spelling->odd ? odd_cost : 0;
        for (size_t n = 0; n < cyrillic.len;) {
            n += text_decode(cyrillic, n, &point);
            append(search, &next, point);
        }
        keep(beam_at(search, at + latin.len), &next);
    }
}

/* A digit other than 4, or a 4 among digits, stays. */
static void extend_digit(struct search *search, size_t at)
{
    const struct beam *from = beam_at(search, at);

    for (size_t i = 0; i < from->count; i++) {
        struct reading next = from->list[i];
        append(search, &next, search->run.at[at]);
        keep(beam_at(search, at + 1), &next);
    }
}

/* The cheapest readings, including the 4-gram at the end of the word. */
static bool take_best(struct search *search, struct arena *arena, struct latin_readings *out)
{
    const struct beam *from = beam_at(search, search->run.len);
    struct beam *ended = &search->beams[SPELLING_MAX + 1];

    for (size_t i = 0; i < from->count; i++) {
        struct reading next = from->list[i];
        append(search, &next, ' ');
        keep(ended, &next);
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

bool latin_read(const struct lexicon *lexicon, struct slice run, struct arena *arena,
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
        if (ascii_is_digit(search.run.at[at]))
            extend_digit(&search, at);
        for (size_t i = 0; i < ARRAY_LEN(spellings); i++)
            extend(&search, at, &spellings[i]);
        beam_at(&search, at)->count = 0;
    }
    return take_best(&search, arena, out) || arena_fault(fault);
}
