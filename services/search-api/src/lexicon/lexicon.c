// SPDX-License-Identifier: MIT
#include "lexicon/lexicon.h"

#include <math.h>
#include <stdlib.h>

#include "base/digest.h"

#include "lexicon/lexicon_private.h"
#include "text/grams.h"

/* A table of N slots holds at least 3/4 N terms before it grows again, minus the terms that the
 * longest document may add, 5 * WORDS_MAX. From SLOTS_FIRST on, the old table is moved by then. */
enum { SLOTS_FIRST = 1 << 16, MOVED_PER_TERM = 3, PREFIX_SIGN = '^' };

static bool table_make(struct table *table, size_t count, struct fault *fault)
{
    table->slots = fault_calloc(count * sizeof(*table->slots), "the lexicon", fault);
    table->count = count;
    return table->slots != NULL;
}

struct lexicon *lexicon_create(struct fault *fault)
{
    struct lexicon *lexicon = fault_calloc(sizeof(*lexicon), "the lexicon", fault);

    if (lexicon == NULL)
        return NULL;
    lexicon->vocabulary = vocabulary_create(fault);
    if (lexicon->vocabulary == NULL || !table_make(&lexicon->table, SLOTS_FIRST, fault)) {
        lexicon_destroy(lexicon);
        return NULL;
    }
    return lexicon;
}

bool lexicon_reserve(struct lexicon *lexicon, size_t terms, struct fault *fault)
{
    const size_t limit = terms < LEXICON_TERMS_MAX ? terms : LEXICON_TERMS_MAX;
    size_t count = lexicon->table.count;
    struct table table;

    while (limit > count / 4 * 3)
        count *= 2;
    if (lexicon->taken > 0 || count == lexicon->table.count)
        return true;
    if (!table_make(&table, count, fault))
        return false;
    free(lexicon->table.slots);
    lexicon->table = table;
    return true;
}

void lexicon_clear(struct lexicon *lexicon)
{
    vocabulary_destroy(lexicon->vocabulary);
    free(lexicon->old.slots);
    free(lexicon->table.slots);
    lexicon->vocabulary = NULL;
    lexicon->old = lexicon->table = (struct table){.count = 0};
}

void lexicon_destroy(struct lexicon *lexicon)
{
    if (lexicon == NULL)
        return;
    lexicon_clear(lexicon);
    free(lexicon);
}

/* The slot of a term, or the free slot for it. */
static struct slot *find_slot(const struct table *table, struct slice term)
{
    const size_t mask = table->count - 1;
    size_t at = (size_t)digest_fast64(term) & mask;

    while (table->slots[at].len != 0 &&
           !slice_equal((struct slice){table->slots[at].text, table->slots[at].len}, term))
        at = (at + 1) & mask;
    return &table->slots[at];
}

/* The same in both tables. */
static struct slot *slot_of(const struct lexicon *lexicon, struct slice term)
{
    struct slot *const slot = find_slot(&lexicon->table, term);

    if (slot->len != 0 || lexicon->old.slots == NULL)
        return slot;
    struct slot *const old = find_slot(&lexicon->old, term);
    return old->len != 0 && old >= lexicon->old.slots + lexicon->moved ? old : slot;
}

/* Moves the next slots of the old table. */
static void move_slots(struct lexicon *lexicon, size_t count)
{
    struct table *const old = &lexicon->old;

    if (old->slots == NULL)
        return;
    for (; count > 0 && lexicon->moved < old->count; count--) {
        const struct slot *slot = &old->slots[lexicon->moved++];
        if (slot->len != 0)
            *find_slot(&lexicon->table, (struct slice){slot->text, slot->len}) = *slot;
    }
    if (lexicon->moved < old->count)
        return;
    free(old->slots);
    *old = (struct table){.count = 0};
    lexicon->moved = 0;
}

static bool grow(struct lexicon *lexicon, struct fault *fault)
{
    struct table table;

    if (!table_make(&table, 2 * lexicon->table.count, fault))
        return false;
    move_slots(lexicon, lexicon->old.count);
    lexicon->old = lexicon->table;
    lexicon->table = table;
    return true;
}

bool lexicon_make_room(struct lexicon *lexicon, size_t words, struct fault *fault)
{
    const size_t terms = words * (1 + LEXICON_PREFIX_POINTS);

    while (lexicon->taken < LEXICON_TERMS_MAX &&
           lexicon->taken + terms > lexicon->table.count / 4 * 3)
        if (!grow(lexicon, fault))
            return false;
    return true;
}

static void clear_seen(struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        table->slots[i].seen = 0;
}

/* Starts a document: none of its terms has been seen. */
static void begin_document(struct lexicon *lexicon)
{
    if (++lexicon->document != 0)
        return;
    lexicon->document = 1;
    memset(lexicon->gram_seen, 0, sizeof lexicon->gram_seen);
    clear_seen(&lexicon->table);
    clear_seen(&lexicon->old);
}

/* True for the first time in a document. */
static bool mark_seen(struct lexicon *lexicon, uint32_t *seen)
{
    const bool first = *seen != lexicon->document;

    *seen = lexicon->document;
    return first;
}

struct slot *lexicon_slot(struct lexicon *lexicon, struct slice term)
{
    move_slots(lexicon, MOVED_PER_TERM);
    struct slot *slot = slot_of(lexicon, term);
    if (slot->len > 0)
        return slot;
    if (lexicon->taken >= LEXICON_TERMS_MAX)
        return NULL;
    slot->len = (uint8_t)term.len;
    memcpy(slot->text, term.at, term.len);
    lexicon->taken++;
    return slot;
}

static void count_term(struct lexicon *lexicon, struct slice term)
{
    struct slot *slot = lexicon_slot(lexicon, term);

    if (slot != NULL && mark_seen(lexicon, &slot->seen))
        slot->df++;
}

/* A beginning of a word, as the table stores it. */
struct prefix {
    char text[1 + 4 * LEXICON_PREFIX_POINTS];
    size_t len;
};

/* Appends the next letter of the word. */
static size_t extend(struct prefix *prefix, struct slice word, size_t at)
{
    do
        prefix->text[prefix->len++] = word.at[at++];
    while (at < word.len && ((unsigned char)word.at[at] & 0xc0) == 0x80);
    return at;
}

static void count_prefixes(struct lexicon *lexicon, struct slice word)
{
    struct prefix prefix = {{PREFIX_SIGN}, 1};
    size_t at = 0;

    for (size_t points = 0; points < LEXICON_PREFIX_POINTS && at < word.len; points++) {
        at = extend(&prefix, word, at);
        count_term(lexicon, (struct slice){prefix.text, prefix.len});
    }
}

static size_t count_grams(struct lexicon *lexicon, struct slice word)
{
    uint32_t grams[GRAMS_OF_WORD_MAX];
    const size_t found = grams_of(word, grams);

    for (size_t i = 0; i < found; i++) {
        const size_t at = grams[i] % LEXICON_GRAMS;
        if (mark_seen(lexicon, &lexicon->gram_seen[at]))
            lexicon->grams[at]++;
    }
    return found;
}

bool lexicon_begin(struct lexicon *lexicon, const struct words *document, struct fault *fault)
{
    if (!lexicon_make_room(lexicon, document->count, fault))
        return false;
    begin_document(lexicon);
    lexicon->sums.words += document->count;
    lexicon->sums.documents++;
    return true;
}

size_t lexicon_count(struct lexicon *lexicon, const struct words *document, size_t from,
                     size_t most)
{
    const size_t left = document->count - from;
    const size_t end = from + (left < most ? left : most);

    for (size_t i = from; i < end; i++) {
        count_term(lexicon, document->list[i].term);
        count_prefixes(lexicon, document->list[i].text);
        vocabulary_add(lexicon->vocabulary, document->list[i].text);
        lexicon->sums.grams += count_grams(lexicon, document->list[i].text);
    }
    return end;
}

const struct lexicon_sums *lexicon_sums(const struct lexicon *lexicon)
{
    return &lexicon->sums;
}

size_t lexicon_terms(const struct lexicon *lexicon)
{
    return lexicon->taken + vocabulary_count(lexicon->vocabulary);
}

const struct vocabulary *lexicon_vocabulary(const struct lexicon *lexicon)
{
    return lexicon->vocabulary;
}

uint32_t lexicon_term_df(const struct lexicon *lexicon, struct slice term)
{
    return term.len > 0 && term.len <= TERM_BYTES_MAX ? slot_of(lexicon, term)->df : 0;
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
        at = extend(&prefix, word, at);
    return lexicon_term_df(lexicon, at < word.len ? word : (struct slice){prefix.text, prefix.len});
}
