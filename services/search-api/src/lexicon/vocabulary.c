// SPDX-License-Identifier: MIT
#include "lexicon/vocabulary.h"

#include <stdlib.h>

#include "base/digest.h"
#include "base/text.h"

#include "text/letters.h"

enum { PLACES = 2 * VOCABULARY_WORDS_MAX, GAP_MAX = 2, LONG_PART = 5 };

/* Letters of a word, from 0. */
struct letters {
    uint8_t list[VOCABULARY_POINTS_MAX];
    size_t count;
    uint32_t set;
    bool latin;
};

struct entry {
    uint32_t at; /* in `bytes` */
    uint8_t len;
    uint8_t points;
    uint8_t first; /* letter; with LATIN where it is one */
    uint16_t times;
};

enum { LATIN = 0x80 };

/* All of it has its place from the start: memory that was never written is none. */
struct vocabulary {
    size_t count;
    size_t used; /* bytes */
    uint32_t sets[VOCABULARY_WORDS_MAX];
    struct entry entries[VOCABULARY_WORDS_MAX];
    uint32_t places[PLACES]; /* a word's number and one, by hash, linear probing */
    char bytes[VOCABULARY_BYTES_MAX];
};

struct vocabulary *vocabulary_create(struct fault *fault)
{
    return fault_calloc(sizeof(struct vocabulary), "the vocabulary", fault);
}

void vocabulary_destroy(struct vocabulary *vocabulary)
{
    free(vocabulary);
}

static bool read_letters(struct slice word, struct letters *out)
{
    struct letters letters = {.latin = word.len > 0 && letter_is_latin(word.at[0])};
    const int32_t first = letters.latin ? 'a' : 0x430, last = letters.latin ? 'z' : 0x44f;
    int32_t point;

    for (size_t at = 0, len; at < word.len; at += len) {
        len = text_decode(word, at, &point);
        if (len == 0 || point < first || point > last || letters.count == VOCABULARY_POINTS_MAX)
            return false;
        letters.list[letters.count++] = (uint8_t)(point - first);
        letters.set |= UINT32_C(1) << (point - first);
    }
    *out = letters;
    return true;
}

static struct slice text_of(const struct vocabulary *vocabulary, const struct entry *entry)
{
    return (struct slice){vocabulary->bytes + entry->at, entry->len};
}

/* The place of a word, or the free one where it would stand. */
static size_t place_of(const struct vocabulary *vocabulary, struct slice word)
{
    size_t at = (size_t)digest_fast64(word) % PLACES;

    for (; vocabulary->places[at] != 0; at = (at + 1) % PLACES)
        if (slice_equal(text_of(vocabulary, &vocabulary->entries[vocabulary->places[at] - 1]),
                        word))
            break;
    return at;
}

bool vocabulary_has(const struct vocabulary *vocabulary, struct slice word)
{
    return vocabulary->places[place_of(vocabulary, word)] != 0;
}

/* At its place, which is free. False: it is none such, or there is no room. */
static bool enter(struct vocabulary *vocabulary, size_t place, struct slice word, uint16_t times)
{
    struct letters letters;

    if (vocabulary->count == VOCABULARY_WORDS_MAX ||
        vocabulary->used + word.len > VOCABULARY_BYTES_MAX || !read_letters(word, &letters) ||
        letters.count < VOCABULARY_POINTS_MIN)
        return false;
    const size_t number = vocabulary->count++;
    memcpy(vocabulary->bytes + vocabulary->used, word.at, word.len);
    vocabulary->sets[number] = letters.set;
    vocabulary->entries[number] = (struct entry){
        .at = (uint32_t)vocabulary->used,
        .len = (uint8_t)word.len,
        .points = (uint8_t)letters.count,
        .first = (uint8_t)(letters.list[0] | (letters.latin ? LATIN : 0)),
        .times = times,
    };
    vocabulary->used += word.len;
    vocabulary->places[place] = (uint32_t)number + 1;
    return true;
}

void vocabulary_add(struct vocabulary *vocabulary, struct slice word)
{
    const size_t place = place_of(vocabulary, word);

    if (vocabulary->places[place] == 0) {
        (void)enter(vocabulary, place, word, 1);
        return;
    }
    struct entry *known = &vocabulary->entries[vocabulary->places[place] - 1];
    if (known->times < UINT16_MAX)
        known->times++;
}

bool vocabulary_put(struct vocabulary *vocabulary, struct slice word, uint16_t times)
{
    const size_t place = place_of(vocabulary, word);

    return vocabulary->places[place] == 0 && enter(vocabulary, place, word, times);
}

size_t vocabulary_count(const struct vocabulary *vocabulary)
{
    return vocabulary->count;
}

struct slice vocabulary_word(const struct vocabulary *vocabulary, size_t at, uint16_t *times)
{
    const struct entry *entry = &vocabulary->entries[at];

    *times = entry->times;
    return text_of(vocabulary, entry);
}

/* --- words that are alike --- */

/* How far apart they are, in typos; a part of a word is further than any. */
enum { INNER = VOCABULARY_TYPOS + 1, APART };

struct likeness {
    size_t number;
    unsigned far;
    unsigned times;
};

struct search {
    const struct vocabulary *vocabulary;
    struct slice stem_text;
    struct letters stem;
    uint8_t first;
    bool typos; /* it is so long that it may have two */
    struct likeness best[VOCABULARY_SIMILAR_MAX];
    size_t count;
};

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Slips (a letter too many, missing or wrong, or two exchanged) between the stem and the beginning
 * of a word that is most like it; more than VOCABULARY_TYPOS: so many or more. So many letters at
 * most stand apart what belongs together, so that nothing further from the diagonal counts. */
static unsigned slips_between(const struct letters *stem, const struct letters *word)
{
    unsigned rows[3][VOCABULARY_POINTS_MAX + 2];
    const unsigned count = (unsigned)word->count;
    unsigned best = APART;

    for (unsigned i = 0; i <= count; i++)
        rows[0][i] = i;
    for (unsigned i = 1; i <= stem->count; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *last = rows[(i - 1) % 3], *before = rows[(i - 2) % 3];
        const unsigned from = i > VOCABULARY_TYPOS ? i - VOCABULARY_TYPOS : 1;
        const unsigned to = least(i + VOCABULARY_TYPOS, count);
        best = row[from - 1] = from > 1 ? APART : i;
        for (unsigned n = from; n <= to; n++) {
            const unsigned wrong = stem->list[i - 1] != word->list[n - 1];
            row[n] = least(last[n - 1] + wrong, 1 + least(last[n], row[n - 1]));
            if (i > 1 && n > 1 && stem->list[i - 1] == word->list[n - 2] &&
                stem->list[i - 2] == word->list[n - 1])
                row[n] = least(row[n], before[n - 2] + 1);
            best = least(best, row[n]);
        }
        row[to + 1] = APART;
        if (best > VOCABULARY_TYPOS)
            return best;
    }
    return best;
}

static unsigned far_from(const struct search *search, const struct entry *entry)
{
    const struct slice text = text_of(search->vocabulary, entry);
    struct letters word;

    if (search->typos && entry->first == search->first &&
        entry->points + (size_t)VOCABULARY_TYPOS >= search->stem.count &&
        read_letters(text, &word)) {
        const unsigned typos = slips_between(&search->stem, &word);
        if (typos <= VOCABULARY_TYPOS)
            return typos;
    }
    if (search->stem.count >= VOCABULARY_INNER_POINTS && entry->len > search->stem_text.len &&
        memmem(text.at + 1, text.len - 1, search->stem_text.at, search->stem_text.len) != NULL)
        return INNER;
    return APART;
}

static bool is_better(const struct likeness *a, const struct likeness *b)
{
    return a->far != b->far ? a->far < b->far : a->times > b->times;
}

static void keep(struct search *search, const struct likeness *one)
{
    size_t at = search->count;

    while (at > 0 && is_better(one, &search->best[at - 1]))
        at--;
    if (at == VOCABULARY_SIMILAR_MAX)
        return;
    search->count += search->count < VOCABULARY_SIMILAR_MAX;
    memmove(search->best + at + 1, search->best + at, (search->count - 1 - at) * sizeof *one);
    search->best[at] = *one;
}

size_t vocabulary_similar(const struct vocabulary *vocabulary, struct slice word, struct slice stem,
                          struct slice out[VOCABULARY_SIMILAR_MAX])
{
    struct search search = {.vocabulary = vocabulary, .stem_text = stem};
    struct letters whole;

    if (!read_letters(word, &whole) || !read_letters(stem, &search.stem) || search.stem.count == 0)
        return 0;
    search.typos = whole.count >= VOCABULARY_TYPOS_POINTS;
    search.first = (uint8_t)(search.stem.list[0] | (whole.latin ? LATIN : 0));
    for (size_t i = 0; i < vocabulary->count; i++) {
        /* A letter that is missing there is a typo. */
        uint32_t missing = search.stem.set & ~vocabulary->sets[i];
        missing &= missing - 1;
        if ((missing & (missing - 1)) != 0)
            continue;
        const struct entry *entry = &vocabulary->entries[i];
        const unsigned far = far_from(&search, entry);
        if (far < APART)
            keep(&search, &(struct likeness){i, far, entry->times});
    }
    for (size_t i = 0; i < search.count; i++)
        out[i] = text_of(vocabulary, &vocabulary->entries[search.best[i].number]);
    return search.count;
}

/* --- words that are glued together --- */

bool vocabulary_split(const struct vocabulary *vocabulary, struct slice word, struct slice parts[2])
{
    const size_t points = text_length(word);

    for (size_t gap = 0; gap <= GAP_MAX; gap++)
        for (size_t first = VOCABULARY_POINTS_MIN; first + gap + VOCABULARY_POINTS_MIN <= points;
             first++) {
            const size_t second = points - first - gap;
            const struct slice begin = {word.at, text_first(word, first)};
            const struct slice end = slice_from(word, text_first(word, first + gap));
            if ((first >= LONG_PART || second >= LONG_PART) && vocabulary_has(vocabulary, begin) &&
                vocabulary_has(vocabulary, end)) {
                parts[0] = begin;
                parts[1] = end;
                return true;
            }
        }
    return false;
}
