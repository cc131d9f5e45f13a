// SPDX-License-Identifier: MIT
#include "lexicon/lexicon.h"

#include <math.h>
#include <stdlib.h>

#include "base/digest.h"

#include "words/grams.h"

enum { SLOTS_FIRST = 1 << 10, PREFIX_SIGN = '^' };

/* Open addressing, linear probing; at most three quarters of the slots are taken. The beginning of
 * a word stands behind PREFIX_SIGN, which no term has. A term that stands in no document any more
 * keeps its slot until the table grows. */
struct slot {
    uint32_t df;
    uint32_t seen; /* by the document of this number; 0: by none */
    uint8_t len;   /* 0: free */
    char text[TERM_BYTES_MAX];
};

struct lexicon {
    struct slot *slots;
    size_t slot_count; /* a power of two */
    size_t taken;
    uint32_t round; /* number of the document that is under way */
    struct lexicon_sums sums;
    uint32_t grams[LEXICON_GRAMS];
    uint32_t gram_seen[LEXICON_GRAMS]; /* as `seen` of a slot */
};

struct lexicon *lexicon_create(struct fault *fault)
{
    struct lexicon *lexicon = fault_calloc(sizeof(*lexicon), "the lexicon", fault);

    if (lexicon == NULL)
        return NULL;
    lexicon->slots = fault_calloc(SLOTS_FIRST * sizeof(*lexicon->slots), "the lexicon", fault);
    lexicon->slot_count = SLOTS_FIRST;
    if (lexicon->slots == NULL) {
        lexicon_destroy(lexicon);
        return NULL;
    }
    return lexicon;
}

void lexicon_destroy(struct lexicon *lexicon)
{
    if (lexicon == NULL)
        return;
    free(lexicon->slots);
    free(lexicon);
}

/* The slot of a term, or the free one where it would stand. */
static struct slot *slot_of(const struct lexicon *lexicon, struct slice term)
{
    const size_t mask = lexicon->slot_count - 1;
    size_t at = (size_t)digest_fast64(term) & mask;

    while (lexicon->slots[at].len != 0 &&
           !slice_equal((struct slice){lexicon->slots[at].text, lexicon->slots[at].len}, term))
        at = (at + 1) & mask;
    return &lexicon->slots[at];
}

static bool grow(struct lexicon *lexicon, struct fault *fault)
{
    struct slot *const old = lexicon->slots;
    const size_t old_count = lexicon->slot_count;
    struct slot *slots = fault_calloc(2 * old_count * sizeof(*slots), "the lexicon", fault);

    if (slots == NULL)
        return false;
    lexicon->slots = slots;
    lexicon->slot_count = 2 * old_count;
    lexicon->taken = 0;
    for (size_t i = 0; i < old_count; i++) {
        if (old[i].df == 0)
            continue;
        *slot_of(lexicon, (struct slice){old[i].text, old[i].len}) = old[i];
        lexicon->taken++;
    }
    free(old);
    return true;
}

/* So that the words of a document find room. */
static bool make_room(struct lexicon *lexicon, size_t words, struct fault *fault)
{
    const size_t terms = words * (1 + LEXICON_PREFIX_POINTS);

    while (lexicon->taken < LEXICON_TERMS_MAX &&
           lexicon->taken + terms > lexicon->slot_count / 4 * 3)
        if (!grow(lexicon, fault))
            return false;
    return true;
}

/* The next document: nothing was seen in it yet. */
static void begin_document(struct lexicon *lexicon)
{
    if (++lexicon->round != 0)
        return;
    lexicon->round = 1;
    memset(lexicon->gram_seen, 0, sizeof lexicon->gram_seen);
    for (size_t i = 0; i < lexicon->slot_count; i++)
        lexicon->slots[i].seen = 0;
}

/* True the first time in a document. */
static bool see(struct lexicon *lexicon, uint32_t *seen)
{
    const bool first = *seen != lexicon->round;

    *seen = lexicon->round;
    return first;
}

/* Adds one, or takes one away; never below 0, where a lexicon was loaded that is not of these
 * documents. */
static void count(uint32_t *df, bool more)
{
    if (more)
        ++*df;
    else if (*df > 0)
        --*df;
}

static void count_term(struct lexicon *lexicon, struct slice term, bool more)
{
    struct slot *slot = slot_of(lexicon, term);

    if (slot->len == 0) {
        if (!more || lexicon->taken >= LEXICON_TERMS_MAX)
            return;
        slot->len = (uint8_t)term.len;
        memcpy(slot->text, term.at, term.len);
        lexicon->taken++;
    }
    if (see(lexicon, &slot->seen))
        count(&slot->df, more);
}

/* The beginning of a word of so many letters as it stands in the table. */
struct prefix {
    char text[1 + 4 * LEXICON_PREFIX_POINTS];
    size_t len;
};

/* Puts the next letter of a word behind it. */
static size_t extend(struct prefix *prefix, struct slice word, size_t at)
{
    do
        prefix->text[prefix->len++] = word.at[at++];
    while (at < word.len && ((unsigned char)word.at[at] & 0xc0) == 0x80);
    return at;
}

static void count_prefixes(struct lexicon *lexicon, struct slice word, bool more)
{
    struct prefix prefix = {{PREFIX_SIGN}, 1};
    size_t at = 0;

    for (size_t points = 0; points < LEXICON_PREFIX_POINTS && at < word.len; points++) {
        at = extend(&prefix, word, at);
        count_term(lexicon, (struct slice){prefix.text, prefix.len}, more);
    }
}

static size_t count_grams(struct lexicon *lexicon, struct slice word, bool more)
{
    uint32_t grams[GRAMS_OF_WORD_MAX];
    const size_t found = grams_of(word, grams);

    for (size_t i = 0; i < found; i++) {
        const size_t at = grams[i] % LEXICON_GRAMS;
        if (see(lexicon, &lexicon->gram_seen[at]))
            count(&lexicon->grams[at], more);
    }
    return found;
}

/* Returns the grams of all words. */
static uint64_t count_document(struct lexicon *lexicon, const struct words *document, bool more)
{
    uint64_t grams = 0;

    begin_document(lexicon);
    for (size_t i = 0; i < document->count; i++) {
        count_term(lexicon, document->list[i].term, more);
        count_prefixes(lexicon, document->list[i].text, more);
        grams += count_grams(lexicon, document->list[i].text, more);
    }
    return grams;
}

bool lexicon_add(struct lexicon *lexicon, const struct words *document, struct fault *fault)
{
    if (!make_room(lexicon, document->count, fault))
        return false;
    lexicon->sums.grams += count_document(lexicon, document, true);
    lexicon->sums.words += document->count;
    lexicon->sums.documents++;
    return true;
}

void lexicon_remove(struct lexicon *lexicon, const struct words *document)
{
    struct lexicon_sums *sums = &lexicon->sums;
    const uint64_t grams = count_document(lexicon, document, false);

    sums->grams -= grams < sums->grams ? grams : sums->grams;
    sums->words -= document->count < sums->words ? document->count : sums->words;
    sums->documents -= sums->documents > 0;
}

const struct lexicon_sums *lexicon_sums(const struct lexicon *lexicon)
{
    return &lexicon->sums;
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
