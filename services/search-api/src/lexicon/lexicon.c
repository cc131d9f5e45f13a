// SPDX-License-Identifier: MIT
#include "lexicon/lexicon.h"

#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/digest.h"

#include "lexicon/lexicon_private.h"
#include "text/grams.h"

enum { SLOTS_FIRST = 256 /* slots of a new table */, PREFIX_SIGN = '^' };

/* Allocates an empty table by mmap(), so that its memory returns to the kernel when it is freed. */
static bool table_allocate(struct table *table, size_t slot_count, struct fault *fault)
{
    void *memory = mmap(NULL, slot_count * sizeof(struct slot), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        return fault_out_of_memory(fault, "the lexicon");
    *table = (struct table){.slots = memory, .count = slot_count};
    return true;
}

static void table_free(const struct table *table)
{
    if (table->slots != NULL)
        munmap(table->slots, table->count * sizeof(struct slot));
}

struct lexicon *lexicon_create(struct fault *fault)
{
    struct lexicon *lexicon = fault_calloc(sizeof *lexicon, "the lexicon", fault);

    if (lexicon == NULL)
        return NULL;
    lexicon->vocabulary = vocabulary_create(fault);
    bool ok = lexicon->vocabulary != NULL;
    for (size_t i = 0; ok && i < LEXICON_TABLES; i++)
        ok = table_allocate(&lexicon->tables[i], SLOTS_FIRST, fault);
    if (ok)
        return lexicon;
    lexicon_destroy(lexicon);
    return NULL;
}

void lexicon_destroy(struct lexicon *lexicon)
{
    if (lexicon == NULL)
        return;
    vocabulary_destroy(lexicon->vocabulary);
    for (size_t i = 0; i < LEXICON_TABLES; i++)
        table_free(&lexicon->tables[i]);
    free(lexicon);
}

/* The slot of a term, or the free slot for it. The position depends on the hash and the table's
 * size, so that tables of different sizes have different orders: terms of a snapshot come in the
 * order of a large table, and would otherwise crowd the beginning of a smaller one. */
static struct slot *find_slot(const struct table *table, uint64_t hash, struct slice term)
{
    const size_t mask = table->count - 1;
    size_t at = (size_t)(hash * (2 * table->count + 1) >> 32) & mask;

    while (table->slots[at].len != 0 &&
           !slice_equal((struct slice){table->slots[at].text, table->slots[at].len}, term))
        at = (at + 1) & mask;
    return &table->slots[at];
}

static size_t table_index_of(uint64_t hash)
{
    return hash % LEXICON_TABLES;
}

static bool grow_table(struct table *table, struct fault *fault)
{
    struct table larger;

    if (!table_allocate(&larger, 2 * table->count, fault))
        return false;
    larger.taken = table->taken;
    for (size_t i = 0; i < table->count; i++) {
        const struct slot *slot = &table->slots[i];
        const struct slice term = {slot->text, slot->len};
        if (slot->len != 0)
            *find_slot(&larger, digest_fast64(term), term) = *slot;
    }
    table_free(table);
    *table = larger;
    return true;
}

/* Gives the document a new number, with which no term is marked as seen. When the numbers wrap
 * around, all marks are cleared. */
void lexicon_begin_document(struct lexicon *lexicon)
{
    lexicon->sums.documents++;
    if (++lexicon->document != 0)
        return;
    lexicon->document = 1;
    memset(lexicon->gram_seen, 0, sizeof lexicon->gram_seen);
    for (size_t i = 0; i < LEXICON_TABLES; i++)
        for (size_t at = 0; at < lexicon->tables[i].count; at++)
            lexicon->tables[i].slots[at].seen = 0;
}

/* Marks a term or 4-gram as seen in the current document. True: this is its first occurrence. */
static bool mark_seen_in_document(struct lexicon *lexicon, uint32_t *last_seen)
{
    const bool first = *last_seen != lexicon->document;

    *last_seen = lexicon->document;
    return first;
}

bool lexicon_find_or_add_slot(struct lexicon *lexicon, struct slice term, struct slot **slot,
                              struct fault *fault)
{
    const uint64_t hash = digest_fast64(term);
    struct table *table = &lexicon->tables[table_index_of(hash)];

    *slot = find_slot(table, hash, term);
    if ((*slot)->len > 0)
        return true;
    if (lexicon->taken == LEXICON_TERMS_MAX) {
        *slot = NULL;
        return true;
    }
    if (table->taken >= table->count / 4 * 3) {
        if (!grow_table(table, fault))
            return false;
        *slot = find_slot(table, hash, term);
    }
    (*slot)->len = (uint8_t)term.len;
    memcpy((*slot)->text, term.at, term.len);
    table->taken++;
    lexicon->taken++;
    return true;
}

static bool increment_term_counter(struct lexicon *lexicon, struct slice term, struct fault *fault)
{
    struct slot *slot;

    if (!lexicon_find_or_add_slot(lexicon, term, &slot, fault))
        return false;
    if (slot != NULL && mark_seen_in_document(lexicon, &slot->seen))
        slot->df++;
    return true;
}

/* A beginning of a word, as the table stores it. */
struct prefix {
    char text[1 + 4 * LEXICON_PREFIX_POINTS];
    size_t len;
};

/* Appends the next letter of the word. */
static size_t append_next_letter(struct prefix *prefix, struct slice word, size_t at)
{
    do
        prefix->text[prefix->len++] = word.at[at++];
    while (at < word.len && ((unsigned char)word.at[at] & 0xc0) == 0x80);
    return at;
}

static bool increment_prefix_counters(struct lexicon *lexicon, struct slice word,
                                      struct fault *fault)
{
    struct prefix prefix = {{PREFIX_SIGN}, 1};
    size_t at = 0;

    for (size_t points = 0; points < LEXICON_PREFIX_POINTS && at < word.len; points++) {
        at = append_next_letter(&prefix, word, at);
        if (!increment_term_counter(lexicon, (struct slice){prefix.text, prefix.len}, fault))
            return false;
    }
    return true;
}

static size_t increment_gram_counters(struct lexicon *lexicon, struct slice word)
{
    uint32_t grams[GRAMS_OF_WORD_MAX];
    const size_t found = grams_hash_word(word, grams);

    for (size_t i = 0; i < found; i++) {
        const size_t at = grams[i] % LEXICON_GRAMS;
        if (mark_seen_in_document(lexicon, &lexicon->gram_seen[at]))
            lexicon->grams[at]++;
    }
    return found;
}

bool lexicon_count_words(struct lexicon *lexicon, const struct words *document, size_t *next_word,
                         size_t words_max, struct fault *fault)
{
    const size_t left = document->count - *next_word;
    const size_t end = *next_word + (left < words_max ? left : words_max);

    for (; *next_word < end; ++*next_word) {
        const struct word *word = &document->list[*next_word];
        if (!increment_term_counter(lexicon, word->term, fault) ||
            !increment_prefix_counters(lexicon, word->text, fault))
            return false;
        vocabulary_add_occurrence(lexicon->vocabulary, word->text);
        lexicon->sums.words++;
        lexicon->sums.grams += increment_gram_counters(lexicon, word->text);
    }
    return true;
}

const struct lexicon_sums *lexicon_sums(const struct lexicon *lexicon)
{
    return &lexicon->sums;
}

size_t lexicon_number_of_terms(const struct lexicon *lexicon)
{
    return lexicon->taken + vocabulary_word_count(lexicon->vocabulary);
}

const struct vocabulary *lexicon_vocabulary(const struct lexicon *lexicon)
{
    return lexicon->vocabulary;
}

uint32_t lexicon_term_df(const struct lexicon *lexicon, struct slice term)
{
    if (term.len == 0 || term.len > TERM_BYTES_MAX)
        return 0;
    const uint64_t hash = digest_fast64(term);
    return find_slot(&lexicon->tables[table_index_of(hash)], hash, term)->df;
}

uint32_t lexicon_gram_df(const struct lexicon *lexicon, uint32_t gram)
{
    return lexicon->grams[gram % LEXICON_GRAMS];
}

double lexicon_idf(const struct lexicon *lexicon, uint64_t df)
{
    const double all = (double)lexicon->sums.documents;
    const double with = (double)df < all ? (double)df : all;

    return log(1 + (all - with + 0.5) / (with + 0.5));
}

uint32_t lexicon_prefix_df(const struct lexicon *lexicon, struct slice word)
{
    struct prefix prefix = {{PREFIX_SIGN}, 1};
    size_t at = 0;

    for (size_t points = 0; points < LEXICON_PREFIX_POINTS && at < word.len; points++)
        at = append_next_letter(&prefix, word, at);
    return lexicon_term_df(lexicon, at < word.len ? word : (struct slice){prefix.text, prefix.len});
}
