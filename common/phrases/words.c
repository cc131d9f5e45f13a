// SPDX-License-Identifier: MIT
/* Stems are found by a hash; a word that is no stem with an ending is compared with all of them,
 * of which masks of letters leave few. */
#include "phrases/words.h"

#include "phrases/places.h"

enum {
    WORDS_OWN = 6000, /* words of the tables, and ways */
    WORDS_EACH = 24,  /* of a name of the caller's */
    HEADS = 8192,
    INITIALS = 256,
    ENDING_MAX = 9,
    NONE = UINT16_MAX,
    SLIP_MIN = 5,  /* letters of a word that may have a slip */
    SLIPS_MIN = 9, /* two slips */
    JOINED_MIN = 6
};

_Static_assert((int)WORDS_OWN + (int)WORDS_EACH * (int)PHRASE_PLACES_MAX < (int)NONE,
               "a word has a number of 16 bits");

struct word {
    struct letters letters;
    uint64_t mask;
    uint16_t ways; /* that begin with it */
    uint16_t next; /* of the same hash */
    uint16_t next_initial;
    uint8_t inflection;
    bool alone; /* is a way by itself */
    bool name;  /* all of whose ways are names of places */
};

struct way {
    uint16_t words[WAY_WORDS_MAX];
    uint16_t next;
    int32_t value;
    uint8_t count;
    uint8_t kind;
};

struct phrase_words {
    const struct phrase_places *places;
    struct word *words;
    struct way *ways;
    size_t word_count, way_count;
    size_t room; /* for words, and for ways */
    uint16_t heads[HEADS];
    uint16_t initials[INITIALS]; /* by the first letter */
};

static size_t hash(const uint8_t *at, size_t len)
{
    uint32_t sum = 2166136261U; /* FNV-1a */

    for (size_t i = 0; i < len; i++)
        sum = (sum ^ at[i]) * 16777619U;
    return sum % HEADS;
}

/* --- making --- */

static enum inflection inflection_of(struct slice text)
{
    switch (text.len > 0 ? text.at[text.len - 1] : ' ') {
    case '*':
        return INFLECTION_RU;
    case '+':
        return INFLECTION_KZ;
    case '~':
        return INFLECTION_EN;
    default:
        return INFLECTION_NONE;
    }
}

static uint16_t add_word(struct phrase_words *words, const struct letters *letters,
                         enum inflection inflection)
{
    uint16_t *head = &words->heads[hash(letters->at, letters->len)];

    for (uint16_t at = *head; at != NONE; at = words->words[at].next)
        if (letters_equal(&words->words[at].letters, letters) &&
            words->words[at].inflection == inflection)
            return at;
    if (words->word_count == words->room || letters->len == 0)
        return NONE;
    const uint16_t at = (uint16_t)words->word_count++;
    words->words[at] = (struct word){.letters = *letters,
                                     .mask = letters_mask(letters->at, letters->len),
                                     .ways = NONE,
                                     .next = *head,
                                     .next_initial = words->initials[letters->at[0]],
                                     .inflection = (uint8_t)inflection};
    *head = words->initials[letters->at[0]] = at;
    return at;
}

static void add_way(struct phrase_words *words, struct way way)
{
    for (size_t i = 0; i < way.count; i++)
        if (way.words[i] == NONE)
            return;
    if (way.count == 0 || words->way_count == words->room)
        return;
    struct word *first = &words->words[way.words[0]];
    const bool name = way.kind == WORD_NAME || way.kind == WORD_ELSEWHERE;
    first->name = name && (first->name || first->ways == NONE);
    first->alone |= way.count == 1 && way.kind != WORD_NOTHING;
    way.next = first->ways;
    first->ways = (uint16_t)words->way_count;
    words->ways[words->way_count++] = way;
}

/* "вай фай" is "вайфай" as well. */
static void add_joined(struct phrase_words *words, struct way way, const struct letters *joined,
                       enum inflection inflection)
{
    if (way.count < 2 || joined->len < JOINED_MIN)
        return;
    way.count = 1;
    way.words[0] = add_word(words, joined, inflection);
    add_way(words, way);
}

void words_add(struct phrase_words *words, enum word_kind kind, int value, struct slice said)
{
    while (said.at != NULL) {
        struct slice one = slice_cut(&said, '|');
        struct way way = {.value = value, .kind = (uint8_t)kind};
        struct letters joined = {0};
        enum inflection inflection = INFLECTION_NONE;
        while (one.at != NULL && way.count < WAY_WORDS_MAX) {
            const struct slice part = slice_cut(&one, ' ');
            const struct letters letters = letters_of(part);
            inflection = inflection_of(part);
            for (size_t i = 0; i < letters.len; i++)
                letters_add(&joined, letters.at[i]);
            way.words[way.count++] = add_word(words, &letters, inflection);
        }
        add_way(words, way);
        add_joined(words, way, &joined, inflection);
    }
}

static void add_table(struct phrase_words *words, const struct word_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        words_add(words, table->rows[i].kind, table->rows[i].value, slice_of(table->rows[i].said));
}

const struct phrase_words *phrase_words_create(struct arena *arena,
                                               const struct phrase_places *places)
{
    static const struct word_table *const tables[] = {
        &word_noise, &word_places, &word_wishes, &word_people,
        &word_money, &word_joints, &word_times,  &word_numbers,
    };
    const size_t count = places->city_count + places->district_count + places->name_count;
    struct phrase_words *words = arena_alloc(arena, sizeof *words);

    if (words == NULL || count > PHRASE_PLACES_MAX)
        return NULL;
    words->places = places;
    words->room = WORDS_OWN + WORDS_EACH * count;
    words->words = arena_alloc(arena, words->room * sizeof *words->words);
    words->ways = arena_alloc(arena, words->room * sizeof *words->ways);
    if (words->words == NULL || words->ways == NULL)
        return NULL;
    memset(words->heads, 0xff, sizeof words->heads);
    memset(words->initials, 0xff, sizeof words->initials);
    places_add(words, places, arena);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        add_table(words, tables[i]);
    return words;
}

const struct phrase_places *words_places(const struct phrase_words *words)
{
    return words->places;
}

/* --- finding --- */

static void add_reading(struct word_readings *out, uint16_t word, enum ending ending, int slips)
{
    if (out->count < READINGS_MAX)
        out->list[out->count++] = (struct word_reading){word, (uint8_t)ending, (uint8_t)slips};
}

/* Words whose stem is the first `len` letters. */
static void find_stem(const struct phrase_words *words, const struct letters *word, size_t len,
                      bool kz_only, struct word_readings *out)
{
    const size_t head = hash(word->at, len);

    for (uint16_t at = words->heads[head]; at != NONE; at = words->words[at].next) {
        const struct word *stem = &words->words[at];
        enum ending ending = ENDING_NONE;
        if (stem->letters.len == len && memcmp(stem->letters.at, word->at, len) == 0 &&
            (!kz_only || stem->inflection == INFLECTION_KZ) &&
            (len == word->len ||
             ending_read(stem->inflection, word->at + len, word->len - len, &ending)))
            add_reading(out, at, ending, 0);
    }
}

static void find_exact(const struct phrase_words *words, const struct letters *word,
                       struct word_readings *out)
{
    for (size_t cut = 0; cut <= ENDING_MAX && cut < word->len; cut++) {
        const size_t len = word->len - cut;
        find_stem(words, word, len, false, out);
        /* Kazakh к and п become г and б before an ending: "тұрақ", "тұрағы". */
        struct letters hard = *word;
        if (cut == 0 || !letters_harden(&hard.at[len - 1]))
            continue;
        find_stem(words, &hard, len, true, out);
    }
}

/* The fewest slips between `stem` and the beginning of `word`, where an ending follows it. */
static int slips_of(const struct word *stem, const struct letters *word, int most, bool swapped,
                    enum ending *ending)
{
    const size_t shortest = stem->letters.len > (size_t)most ? stem->letters.len - (size_t)most : 1;
    int best = most + 1;

    for (size_t len = word->len; len >= shortest && len > 0; len--) {
        enum ending found = ENDING_NONE;
        if (len > stem->letters.len + (size_t)most || word->len - len > ENDING_MAX ||
            (swapped && (len != stem->letters.len || letters_mask(word->at, len) != stem->mask)))
            continue;
        const int slips =
            letters_apart(word->at, len, stem->letters.at, stem->letters.len, best - 1);
        if (slips < best && (len == word->len || ending_read(stem->inflection, word->at + len,
                                                             word->len - len, &found))) {
            best = slips;
            *ending = found;
        }
    }
    return best;
}

/* How many slips a word of the text may have to be this one. In a short word, only exchanged
 * letters are one. */
static int slips_allowed(const struct word *stem, const struct letters *word, bool *swapped)
{
    const size_t longer = stem->letters.len > word->len ? stem->letters.len : word->len;
    /* A word that is only part of longer ways is held by the others. */
    const size_t from = stem->alone ? SLIP_MIN : SLIP_MIN - 1;

    *swapped = stem->letters.len < from - 1 || word->len < from - 1 ||
               (stem->letters.len < from && word->len < from);
    if (*swapped)
        return stem->letters.len >= SLIP_MIN - 2 && word->len >= SLIP_MIN - 1;
    if (stem->name)
        return stem->letters.len > SLIP_MIN && word->len > SLIP_MIN;
    if (longer >= SLIPS_MIN && stem->letters.len >= SLIPS_MIN - 2)
        return 2;
    return 1;
}

/* The words nearest to one, among those that begin with a letter. `best`: the slips of those found.
 */
static void find_near_at(const struct phrase_words *words, const struct letters *word,
                         uint8_t initial, int *best, struct word_readings *out)
{
    const uint64_t mask = letters_mask(word->at, word->len);

    for (uint16_t i = words->initials[initial]; i != NONE; i = words->words[i].next_initial) {
        const struct word *stem = &words->words[i];
        bool swapped;
        enum ending ending = ENDING_NONE;
        /* Letters of the stem that the word does not have, each a slip. */
        if (word->len + (size_t)*best < stem->letters.len ||
            __builtin_popcountll(stem->mask & ~mask) > *best)
            continue;
        const int allowed = slips_allowed(stem, word, &swapped);
        const int most = allowed < *best ? allowed : *best;
        const int slips = most > 0 ? slips_of(stem, word, most, swapped, &ending) : most + 1;
        if (slips > most)
            continue;
        if (slips < *best)
            out->count = 0;
        *best = slips;
        add_reading(out, i, ending, slips);
    }
}

/* People hardly ever slip at the first letter, but for vowels that sound alike, and for two letters
 * exchanged. */
static void find_near(const struct phrase_words *words, const struct letters *word,
                      struct word_readings *out)
{
    int best = 2;

    if (word->len < SLIP_MIN - 2)
        return;
    find_near_at(words, word, word->at[0], &best, out);
    find_near_at(words, word, word->at[1], &best, out);
    for (int letter = LETTER_A; letters_vowel(word->at[0]) && letter < INITIALS; letter++)
        if (letters_vowel((uint8_t)letter) && letter != word->at[0] && letter != word->at[1])
            find_near_at(words, word, (uint8_t)letter, &best, out);
}

void words_find(const struct phrase_words *words, const struct letters *word, bool slips,
                struct word_readings *out)
{
    out->count = 0;
    if (slips)
        find_near(words, word, out);
    else
        find_exact(words, word, out);
}

/* --- meaning --- */

/* The reading of a word of the text as `word`; NULL: there is none. */
static const struct word_reading *reading_as(const struct word_readings *readings, uint16_t word)
{
    for (size_t i = 0; i < readings->count; i++)
        if (readings->list[i].word == word)
            return &readings->list[i];
    return NULL;
}

static bool way_fits(const struct way *way, const struct word_readings *const *read, size_t count,
                     struct word_meaning *out)
{
    if (way->count > count)
        return false;
    *out = (struct word_meaning){.kind = way->kind, .value = way->value, .words = way->count};
    for (size_t i = 0; i < way->count; i++) {
        const struct word_reading *reading = reading_as(read[i], way->words[i]);
        if (reading == NULL)
            return false;
        out->slips += reading->slips;
        out->ending = reading->ending;
    }
    return true;
}

/* "eigth" may be eight or eighth: the day that both can be. */
static bool same_number(const struct word_meaning *a, const struct word_meaning *b)
{
    return a->value == b->value && (a->kind == WORD_NUMBER || a->kind == WORD_ORDINAL) &&
           (b->kind == WORD_NUMBER || b->kind == WORD_ORDINAL);
}

bool words_meaning(const struct phrase_words *words, const struct word_readings *const *read,
                   size_t count, enum word_kind wanted, struct word_meaning *out)
{
    struct word_meaning best = {.words = 0}, found;
    bool unsure = false;

    for (size_t i = 0; i < read[0]->count; i++)
        for (uint16_t at = words->words[read[0]->list[i].word].ways; at != NONE;
             at = words->ways[at].next) {
            const enum word_kind kind = words->ways[at].kind;
            if (wanted == WORD_NOTHING ? kind == WORD_DISTRICT : kind != wanted)
                continue;
            if (!way_fits(&words->ways[at], read, count, &found) || found.words < best.words)
                continue;
            const bool better = found.words > best.words || found.slips < best.slips;
            const bool other = found.kind != best.kind || found.value != best.value;
            /* A name of the caller's is what no word of the tables is. */
            if (best.words == found.words && found.slips == best.slips && found.kind != best.kind &&
                (found.kind == WORD_NAME || best.kind == WORD_NAME)) {
                best = found.kind == WORD_NAME ? best : found;
            } else if (better) {
                best = found;
                unsure = false;
            } else if (found.slips == best.slips && found.slips > 0 && other) {
                if (same_number(&found, &best))
                    best.kind = WORD_ORDINAL;
                else
                    unsure = true;
            }
        }
    if (best.words == 0 || unsure)
        return false;
    *out = best;
    return true;
}
