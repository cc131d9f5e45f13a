// SPDX-License-Identifier: MIT
#include "lexicon/vocabulary.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "base/digest.h"
#include "base/text.h"

enum {
    SLOTS = 2 * VOCABULARY_WORDS_MAX,
    GAP_MAX = 2,             /* letters between the two words of a compound, at most */
    LONG_PART_POINTS_MIN = 5 /* letters of at least one of the two words */
};

/* The letters of a word, numbered from 0. */
struct letters {
    uint8_t list[VOCABULARY_POINTS_MAX];
    size_t count;
    uint32_t set; /* bit n: the word has letter n */
    bool latin;
};

struct entry {
    uint32_t at; /* position in `bytes` */
    uint8_t len; /* bytes of the word */
    uint8_t points;
    uint8_t first; /* number of the first letter; with the bit LATIN if it is Latin */
    uint16_t times;
};

enum { LATIN = 0x80 };

/* Allocated at its full size: pages that are never written take no memory. */
struct vocabulary {
    size_t count;
    size_t used;                         /* used part of `bytes` */
    uint32_t sets[VOCABULARY_WORDS_MAX]; /* `set` of the letters of each word */
    struct entry entries[VOCABULARY_WORDS_MAX];
    uint32_t slots[SLOTS]; /* by hash, with linear probing: a word's number plus one; 0: free */
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
    struct letters letters = {.latin = word.len > 0 && ascii_is_letter(word.at[0])};
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

static struct slice word_of_entry(const struct vocabulary *vocabulary, const struct entry *entry)
{
    return (struct slice){vocabulary->bytes + entry->at, entry->len};
}

/* The slot of a word, or the free slot for it. */
static size_t find_slot(const struct vocabulary *vocabulary, struct slice word)
{
    size_t at = (size_t)digest_fast64(word) % SLOTS;

    for (; vocabulary->slots[at] != 0; at = (at + 1) % SLOTS)
        if (slice_equal(word_of_entry(vocabulary, &vocabulary->entries[vocabulary->slots[at] - 1]),
                        word))
            break;
    return at;
}

bool vocabulary_has(const struct vocabulary *vocabulary, struct slice word)
{
    return vocabulary->slots[find_slot(vocabulary, word)] != 0;
}

/* Inserts a new word into the free slot `slot`. False: the word is invalid, or there is no room.
 */
static bool insert_word(struct vocabulary *vocabulary, size_t slot, struct slice word,
                        uint16_t frequency)
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
        .times = frequency,
    };
    vocabulary->used += word.len;
    vocabulary->slots[slot] = (uint32_t)number + 1;
    return true;
}

void vocabulary_add_occurrence(struct vocabulary *vocabulary, struct slice word)
{
    const size_t slot = find_slot(vocabulary, word);

    if (vocabulary->slots[slot] == 0) {
        (void)insert_word(vocabulary, slot, word, 1);
        return;
    }
    struct entry *known = &vocabulary->entries[vocabulary->slots[slot] - 1];
    if (known->times < UINT16_MAX)
        known->times++;
}

bool vocabulary_insert_with_frequency(struct vocabulary *vocabulary, struct slice word,
                                      uint16_t frequency)
{
    const size_t slot = find_slot(vocabulary, word);

    return vocabulary->slots[slot] == 0 && insert_word(vocabulary, slot, word, frequency);
}

size_t vocabulary_word_count(const struct vocabulary *vocabulary)
{
    return vocabulary->count;
}

struct slice vocabulary_word_at(const struct vocabulary *vocabulary, size_t index,
                                uint16_t *frequency)
{
    const struct entry *entry = &vocabulary->entries[index];

    *frequency = entry->times;
    return word_of_entry(vocabulary, entry);
}

/* --- similar words --- */

/* Distances between a stem and a word: the number of typos, INNER if the word contains the stem, or
 * DIFFERENT. */
enum { INNER = VOCABULARY_TYPOS_MAX + 1, DIFFERENT };

struct similarity {
    size_t number;
    unsigned distance;
    unsigned times;
};

struct search {
    const struct vocabulary *vocabulary;
    struct slice stem_text;
    struct letters stem;
    uint8_t first; /* the first letter, as in struct entry */
    bool typos;    /* the word is so long that words with up to two typos are similar */
    struct similarity best[VOCABULARY_SIMILAR_MAX];
    size_t count;
};

static unsigned min_of(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* The least number of typos (a letter too many, missing or wrong, or two exchanged) between the
 * stem and any beginning of the word. A result above VOCABULARY_TYPOS_MAX is a lower bound: only
 * cells within VOCABULARY_TYPOS_MAX of the diagonal are computed. */
static unsigned count_typos_to_beginning(const struct letters *stem, const struct letters *word)
{
    unsigned rows[3][VOCABULARY_POINTS_MAX + 2];
    const unsigned count = (unsigned)word->count;
    unsigned best = DIFFERENT;

    for (unsigned i = 0; i <= count; i++)
        rows[0][i] = i;
    for (unsigned i = 1; i <= stem->count; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *last = rows[(i - 1) % 3], *before = rows[(i - 2) % 3];
        const unsigned from = i > VOCABULARY_TYPOS_MAX ? i - VOCABULARY_TYPOS_MAX : 1;
        const unsigned to = min_of(i + VOCABULARY_TYPOS_MAX, count);
        best = row[from - 1] = from > 1 ? DIFFERENT : i;
        for (unsigned n = from; n <= to; n++) {
            const unsigned wrong = stem->list[i - 1] != word->list[n - 1];
            row[n] = min_of(last[n - 1] + wrong, 1 + min_of(last[n], row[n - 1]));
            if (i > 1 && n > 1 && stem->list[i - 1] == word->list[n - 2] &&
                stem->list[i - 2] == word->list[n - 1])
                row[n] = min_of(row[n], before[n - 2] + 1);
            best = min_of(best, row[n]);
        }
        row[to + 1] = DIFFERENT;
        if (best > VOCABULARY_TYPOS_MAX)
            return best;
    }
    return best;
}

static unsigned measure_distance(const struct search *search, const struct entry *entry)
{
    const struct slice text = word_of_entry(search->vocabulary, entry);
    struct letters word;

    if (search->typos && entry->first == search->first &&
        entry->points + (size_t)VOCABULARY_TYPOS_MAX >= search->stem.count &&
        read_letters(text, &word)) {
        const unsigned typos = count_typos_to_beginning(&search->stem, &word);
        if (typos <= VOCABULARY_TYPOS_MAX)
            return typos;
    }
    if (search->stem.count >= VOCABULARY_INNER_POINTS_MIN && entry->len > search->stem_text.len &&
        memmem(text.at + 1, text.len - 1, search->stem_text.at, search->stem_text.len) != NULL)
        return INNER;
    return DIFFERENT;
}

static bool is_more_similar(const struct similarity *a, const struct similarity *b)
{
    return a->distance != b->distance ? a->distance < b->distance : a->times > b->times;
}

/* Inserts the word into the result if it is among the best. */
static void insert_if_among_best(struct search *search, const struct similarity *one)
{
    size_t at = search->count;

    while (at > 0 && is_more_similar(one, &search->best[at - 1]))
        at--;
    if (at == VOCABULARY_SIMILAR_MAX)
        return;
    search->count += search->count < VOCABULARY_SIMILAR_MAX;
    memmove(search->best + at + 1, search->best + at, (search->count - 1 - at) * sizeof *one);
    search->best[at] = *one;
}

size_t vocabulary_find_similar(const struct vocabulary *vocabulary, struct slice word,
                               struct slice stem, struct slice out[VOCABULARY_SIMILAR_MAX])
{
    struct search search = {.vocabulary = vocabulary, .stem_text = stem};
    struct letters whole;

    if (!read_letters(word, &whole) || !read_letters(stem, &search.stem) || search.stem.count == 0)
        return 0;
    search.typos = whole.count >= VOCABULARY_TYPOS_POINTS_MIN;
    search.first = (uint8_t)(search.stem.list[0] | (whole.latin ? LATIN : 0));
    for (size_t i = 0; i < vocabulary->count; i++) {
        /* Each letter of the stem that a word lacks is a typo: words that lack more than two are
         * skipped. */
        uint32_t missing = search.stem.set & ~vocabulary->sets[i];
        missing &= missing - 1;
        if ((missing & (missing - 1)) != 0)
            continue;
        const struct entry *entry = &vocabulary->entries[i];
        const unsigned distance = measure_distance(&search, entry);
        if (distance < DIFFERENT)
            insert_if_among_best(&search, &(struct similarity){i, distance, entry->times});
    }
    for (size_t i = 0; i < search.count; i++)
        out[i] = word_of_entry(vocabulary, &vocabulary->entries[search.best[i].number]);
    return search.count;
}

/* --- compound words --- */

bool vocabulary_split_compound(const struct vocabulary *vocabulary, struct slice word,
                               struct slice parts[2])
{
    const size_t points = text_length(word);

    for (size_t gap = 0; gap <= GAP_MAX; gap++)
        for (size_t first = VOCABULARY_POINTS_MIN; first + gap + VOCABULARY_POINTS_MIN <= points;
             first++) {
            const size_t second = points - first - gap;
            const struct slice begin = {word.at, text_first_len(word, first)};
            const struct slice end = slice_from(word, text_first_len(word, first + gap));
            if ((first >= LONG_PART_POINTS_MIN || second >= LONG_PART_POINTS_MIN) &&
                vocabulary_has(vocabulary, begin) && vocabulary_has(vocabulary, end)) {
                parts[0] = begin;
                parts[1] = end;
                return true;
            }
        }
    return false;
}
