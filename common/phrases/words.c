// SPDX-License-Identifier: MIT
/* Looks words up in the vocabulary. Stems are found by a hash. Other words are compared with all
 * stems, most of which are excluded by masks of letters. */
#include "phrases/words.h"

enum {
    WORDS_OWN = 6000, /* maximum of words, and of expressions, of the tables */
    WORDS_EACH = 24,  /* maximum of words, and of expressions, for each name of the caller */
    HEADS = 8192,
    INITIALS = 256,
    ENDING_MAX = 9,
    NONE = UINT16_MAX,
    TYPO_LETTERS_MIN = 5,      /* shortest word that may have a typo */
    TWO_TYPOS_LETTERS_MIN = 9, /* shortest word that may have two typos */
    JOINED_MIN = 6
};

_Static_assert((int)WORDS_OWN + (int)WORDS_EACH * (int)PHRASE_PLACES_MAX < (int)NONE,
               "a word has a number of 16 bits");

struct word {
    struct letters letters;
    uint64_t mask;
    uint16_t expressions; /* first expression that begins with this word */
    uint16_t next;        /* next word with the same hash */
    uint16_t next_initial;
    uint8_t inflection;
    bool alone; /* the word is an expression by itself */
    bool name;  /* all expressions of the word are names of places */
};

struct expression {
    uint16_t words[EXPRESSION_WORDS_MAX];
    uint16_t next;
    int32_t value;
    uint8_t count;
    uint8_t kind;
};

struct phrase_words {
    const struct phrase_places *places;
    struct word *words;
    struct expression *expressions;
    size_t word_count, expression_count;
    size_t room;           /* capacity for words and for expressions */
    uint16_t *other_names; /* for each name of the caller, the other spelling's; NONE */
    uint16_t heads[HEADS];
    uint16_t initials[INITIALS]; /* first word of each initial letter */
};

static size_t hash_to_head_index(const uint8_t *at, size_t len)
{
    uint32_t sum = 2166136261U; /* FNV-1a */

    for (size_t i = 0; i < len; i++)
        sum = (sum ^ at[i]) * 16777619U;
    return sum % HEADS;
}

static enum inflection inflection_from_mark(struct slice text)
{
    switch (text.len > 0 ? text.at[text.len - 1] : ' ') {
    case '*':
        return INFLECTION_RU;
    case '+':
        return INFLECTION_KZ;
    case '~':
        return INFLECTION_EN;
    case '!':
        return INFLECTION_EXACT;
    default:
        return INFLECTION_NONE;
    }
}

static uint16_t find_or_add_word(struct phrase_words *words, const struct letters *letters,
                                 enum inflection inflection)
{
    uint16_t *head = &words->heads[hash_to_head_index(letters->at, letters->len)];

    for (uint16_t at = *head; at != NONE; at = words->words[at].next)
        if (letters_equal(&words->words[at].letters, letters) &&
            words->words[at].inflection == inflection)
            return at;
    if (words->word_count == words->room || letters->len == 0)
        return NONE;
    const uint16_t at = (uint16_t)words->word_count++;
    words->words[at] = (struct word){.letters = *letters,
                                     .mask = letters_mask(letters->at, letters->len),
                                     .expressions = NONE,
                                     .next = *head,
                                     .next_initial = words->initials[letters->at[0]],
                                     .inflection = (uint8_t)inflection};
    *head = words->initials[letters->at[0]] = at;
    return at;
}

static void add_expression(struct phrase_words *words, struct expression expression)
{
    for (size_t i = 0; i < expression.count; i++)
        if (expression.words[i] == NONE)
            return;
    if (expression.count == 0 || words->expression_count == words->room)
        return;
    struct word *first = &words->words[expression.words[0]];
    const bool name = expression.kind == WORD_NAME || expression.kind == WORD_ELSEWHERE ||
                      expression.kind == WORD_DISTRICT_ALONE;
    first->name = name && (first->name || first->expressions == NONE);
    first->alone |= expression.count == 1 && expression.kind != WORD_NOTHING &&
                    !word_is_for_rides(expression.kind);
    expression.next = first->expressions;
    first->expressions = (uint16_t)words->expression_count;
    words->expressions[words->expression_count++] = expression;
}

/* Adds an expression, and the same expression as one word: "вай фай" and "вайфай". */
static void add_expression_as_one_word(struct phrase_words *words, struct expression expression,
                                       const struct letters *joined, enum inflection inflection)
{
    if (expression.count < 2 || joined->len < JOINED_MIN)
        return;
    expression.count = 1;
    expression.words[0] = find_or_add_word(words, joined, inflection);
    add_expression(words, expression);
}

void words_add_expression(struct phrase_words *words, enum word_kind kind, int value,
                          struct slice expression)
{
    struct expression one = {.value = value, .kind = (uint8_t)kind};
    struct letters joined = {0};
    enum inflection inflection = INFLECTION_NONE;

    while (expression.at != NULL && one.count < EXPRESSION_WORDS_MAX) {
        const struct slice part = slice_cut(&expression, ' ');
        const struct letters letters = letters_of(part);
        inflection = inflection_from_mark(part);
        for (size_t i = 0; i < letters.len; i++)
            letters_add(&joined, letters.at[i]);
        one.words[one.count++] = find_or_add_word(words, &letters, inflection);
    }
    add_expression(words, one);
    add_expression_as_one_word(words, one, &joined, inflection);
}

struct phrase_words *words_create(struct arena *arena, const struct phrase_places *places)
{
    const size_t count = places->city_count + places->district_count + places->name_count;
    struct phrase_words *words = arena_alloc(arena, sizeof *words);

    if (words == NULL || count > PHRASE_PLACES_MAX)
        return NULL;
    words->places = places;
    words->room = WORDS_OWN + WORDS_EACH * count;
    words->words = arena_alloc(arena, words->room * sizeof *words->words);
    words->expressions = arena_alloc(arena, words->room * sizeof *words->expressions);
    if (words->words == NULL || words->expressions == NULL)
        return NULL;
    words->other_names = arena_alloc(arena, (places->name_count + 1) * sizeof(uint16_t));
    if (words->other_names == NULL)
        return NULL;
    memset(words->other_names, 0xff, (places->name_count + 1) * sizeof(uint16_t));
    memset(words->heads, 0xff, sizeof words->heads);
    memset(words->initials, 0xff, sizeof words->initials);
    return words;
}

const struct phrase_places *words_get_places(const struct phrase_words *words)
{
    return words->places;
}

void words_join_names(struct phrase_words *words, size_t a, size_t b)
{
    words->other_names[a] = (uint16_t)b;
    words->other_names[b] = (uint16_t)a;
}

struct slice phrase_get_other_spelling(const struct phrase_words *words, struct slice name)
{
    const struct phrase_places *places = words->places;
    size_t i = 0;

    while (i < places->name_count && !slice_equal(places->names[i], name))
        i++;
    return i < places->name_count && words->other_names[i] != NONE
               ? places->names[words->other_names[i]]
               : SLICE_NONE;
}

static void add_reading(struct word_readings *out, uint16_t word, enum ending ending, int typos)
{
    if (out->count < READINGS_MAX)
        out->list[out->count++] = (struct word_reading){word, (uint8_t)ending, (uint8_t)typos};
}

/* Finds words whose stem is the first `len` letters of `word`. */
static void find_words_by_stem(const struct phrase_words *words, const struct letters *word,
                               size_t len, bool kz_only, struct word_readings *out)
{
    const size_t head = hash_to_head_index(word->at, len);

    for (uint16_t at = words->heads[head]; at != NONE; at = words->words[at].next) {
        const struct word *stem = &words->words[at];
        enum ending ending = ENDING_NONE;
        if (stem->letters.len == len && memcmp(stem->letters.at, word->at, len) == 0 &&
            (!kz_only || stem->inflection == INFLECTION_KZ) &&
            (len == word->len ||
             ending_parse(stem->inflection, word->at + len, word->len - len, &ending)))
            add_reading(out, at, ending, 0);
    }
}

static void find_words_without_typos(const struct phrase_words *words, const struct letters *word,
                                     struct word_readings *out)
{
    for (size_t cut = 0; cut <= ENDING_MAX && cut < word->len; cut++) {
        const size_t len = word->len - cut;
        find_words_by_stem(words, word, len, false, out);
        /* Kazakh к and п become г and б before an ending: "тұрақ", "тұрағы". */
        struct letters hard = *word;
        if (cut == 0 || !letter_devoice(&hard.at[len - 1]))
            continue;
        find_words_by_stem(words, &hard, len, true, out);
    }
}

/* The smallest number of typos between `stem` and a beginning of `word` before a valid ending. A
 * result above `typos_max`: there is no such beginning. If `only_transposed`, the beginning must
 * have the same letters as `stem`. */
static int count_typos(const struct word *stem, const struct letters *word, int typos_max,
                       bool only_transposed, enum ending *ending)
{
    const size_t shortest =
        stem->letters.len > (size_t)typos_max ? stem->letters.len - (size_t)typos_max : 1;
    int best = typos_max + 1;

    for (size_t len = word->len; len >= shortest && len > 0; len--) {
        enum ending found = ENDING_NONE;
        if (len > stem->letters.len + (size_t)typos_max || word->len - len > ENDING_MAX ||
            (only_transposed &&
             (len != stem->letters.len || letters_mask(word->at, len) != stem->mask)))
            continue;
        const int typos =
            letters_distance(word->at, len, stem->letters.at, stem->letters.len, best - 1);
        if (typos < best && (len == word->len || ending_parse(stem->inflection, word->at + len,
                                                              word->len - len, &found))) {
            best = typos;
            *ending = found;
        }
    }
    return best;
}

/* The number of typos allowed between a word and this stem. In a short word only transposed letters
 * are allowed: `only_transposed` becomes true. */
static int get_allowed_typos(const struct word *stem, const struct letters *word,
                             bool *only_transposed)
{
    const size_t longer = stem->letters.len > word->len ? stem->letters.len : word->len;
    /* A word that occurs only in longer expressions may be shorter, because the other words confirm
     * it. */
    const size_t from = stem->alone ? TYPO_LETTERS_MIN : TYPO_LETTERS_MIN - 1;

    *only_transposed = stem->letters.len < from - 1 || word->len < from - 1 ||
                       (stem->letters.len < from && word->len < from);
    if (*only_transposed)
        return stem->letters.len >= TYPO_LETTERS_MIN - 2 && word->len >= TYPO_LETTERS_MIN - 1;
    if (stem->name)
        return stem->letters.len > TYPO_LETTERS_MIN && word->len > TYPO_LETTERS_MIN;
    if (longer >= TWO_TYPOS_LETTERS_MIN && stem->letters.len >= TWO_TYPOS_LETTERS_MIN - 2)
        return 2;
    return 1;
}

/* Finds the nearest words with this initial letter. `best`: number of typos of the words found so
 * far. */
static void find_fuzzy_by_initial(const struct phrase_words *words, const struct letters *word,
                                  uint8_t initial, int *best, struct word_readings *out)
{
    const uint64_t mask = letters_mask(word->at, word->len);

    for (uint16_t i = words->initials[initial]; i != NONE; i = words->words[i].next_initial) {
        const struct word *stem = &words->words[i];
        bool swapped;
        enum ending ending = ENDING_NONE;
        /* Each letter of the stem that is missing in the word is a typo. */
        if (stem->inflection == INFLECTION_EXACT || word->len + (size_t)*best < stem->letters.len ||
            __builtin_popcountll(stem->mask & ~mask) > *best)
            continue;
        const int allowed = get_allowed_typos(stem, word, &swapped);
        const int max = allowed < *best ? allowed : *best;
        const int typos = max > 0 ? count_typos(stem, word, max, swapped, &ending) : max + 1;
        if (typos > max)
            continue;
        if (typos < *best)
            out->count = 0;
        *best = typos;
        add_reading(out, i, ending, typos);
    }
}

/* Finds words with typos. In the first letter they are rare, except like-sounding vowels and
 * transpositions. */
static void find_words_with_typos(const struct phrase_words *words, const struct letters *word,
                                  struct word_readings *out)
{
    int best = 2;

    if (word->len < TYPO_LETTERS_MIN - 2)
        return;
    find_fuzzy_by_initial(words, word, word->at[0], &best, out);
    find_fuzzy_by_initial(words, word, word->at[1], &best, out);
    for (int letter = LETTER_A; letter_is_vowel(word->at[0]) && letter < INITIALS; letter++)
        if (letter_is_vowel((uint8_t)letter) && letter != word->at[0] && letter != word->at[1])
            find_fuzzy_by_initial(words, word, (uint8_t)letter, &best, out);
}

void words_find(const struct phrase_words *words, const struct letters *word, bool with_typos,
                struct word_readings *out)
{
    out->count = 0;
    if (with_typos)
        find_words_with_typos(words, word, out);
    else
        find_words_without_typos(words, word, out);
}

static const struct word_reading *find_reading_of_word(const struct word_readings *readings,
                                                       uint16_t word)
{
    for (size_t i = 0; i < readings->count; i++)
        if (readings->list[i].word == word)
            return &readings->list[i];
    return NULL;
}

static bool match_expression(const struct expression *expression,
                             const struct word_readings *const *read, size_t count,
                             struct word_meaning *out)
{
    if (expression->count > count)
        return false;
    *out = (struct word_meaning){
        .kind = expression->kind, .value = expression->value, .words = expression->count};
    for (size_t i = 0; i < expression->count; i++) {
        const struct word_reading *reading = find_reading_of_word(read[i], expression->words[i]);
        if (reading == NULL)
            return false;
        out->typos += reading->typos;
        out->ending = reading->ending;
    }
    return true;
}

/* True for an ordinal and a number with the same value: "eigth" may be 8 or 8th, the same day. */
static bool is_same_number(const struct word_meaning *a, const struct word_meaning *b)
{
    return a->value == b->value && (a->kind == WORD_NUMBER || a->kind == WORD_ORDINAL) &&
           (b->kind == WORD_NUMBER || b->kind == WORD_ORDINAL);
}

/* True for a kind that a word has only beside another one. */
static bool needs_neighbour(enum word_kind kind)
{
    return kind == WORD_DISTRICT || kind == WORD_SHORT_MONTH;
}

bool words_find_meaning(const struct phrase_words *words, const struct word_readings *const *read,
                        size_t count, enum word_kind wanted, struct word_meaning *out)
{
    struct word_meaning best = {.words = 0}, found;
    bool unclear = false;

    for (size_t i = 0; i < read[0]->count; i++)
        for (uint16_t at = words->words[read[0]->list[i].word].expressions; at != NONE;
             at = words->expressions[at].next) {
            const enum word_kind kind = words->expressions[at].kind;
            if (wanted == WORD_NOTHING ? needs_neighbour(kind) : kind != wanted)
                continue;
            if (!match_expression(&words->expressions[at], read, count, &found) ||
                found.words < best.words)
                continue;
            const bool better = found.words > best.words || found.typos < best.typos;
            const bool other = found.kind != best.kind || found.value != best.value;
            /* Words of the tables take precedence over the caller's names. */
            if (best.words == found.words && found.typos == best.typos && found.kind != best.kind &&
                (found.kind == WORD_NAME || best.kind == WORD_NAME)) {
                best = found.kind == WORD_NAME ? best : found;
            } else if (better || (best.words == found.words && found.typos == best.typos &&
                                  best.kind == WORD_ELSEWHERE && found.kind == WORD_CITY)) {
                best = found;
                unclear = false;
            } else if (found.typos == best.typos && found.typos > 0 && other) {
                if (is_same_number(&found, &best))
                    best.kind = WORD_ORDINAL;
                else
                    unclear = true;
            }
        }
    if (best.words == 0 || unclear)
        return false;
    *out = best;
    return true;
}
