// SPDX-License-Identifier: MIT
#include "query/query_terms.h"

#include "base/auto.h"
#include "base/text.h"

#include "query/expansion.h"
#include "text/grams.h"

enum {
    TERMS_MAX = 3 * QUERY_TERMS_WORDS_MAX +
                (QUERY_TERMS_UNKNOWN_MAX + QUERY_TERMS_RESPELLED_MAX) * EXPANSION_MAX +
                QUERY_TERMS_RESPELLED_MAX * EXPANSION_PAIRS_MAX + 1,
    RESPELLED_BYTES_MAX = 4 * QUERY_BYTES_MAX /* with blanks, and longer small letters */
};

struct builder {
    const struct lexicon *lexicon;
    struct word_reader *reader;
    struct arena *arena;
    struct fault *fault;
    struct query_terms out;
    struct word words[QUERY_TERMS_WORDS_MAX];
    /* The word one character before each word; NULL: there is none. */
    const struct word *previous[QUERY_TERMS_WORDS_MAX];
    size_t word_count;
};

double query_terms_tf_factor(double tf, double length, double mean_length)
{
    const double k1 = 0.9, b = 0.4;

    return tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean_length));
}

double query_terms_candidate_score(double weight_sum, double word_count,
                                   const struct query_terms *query_terms)
{
    return weight_sum * query_terms_tf_factor(1, word_count, query_terms->mean_words);
}

static bool is_joined(struct slice first, struct slice second, struct slice whole)
{
    return first.len + second.len == whole.len && slice_starts(whole, first) &&
           slice_equal(slice_from(whole, first.len), second);
}

bool query_terms_is_pair_of(const struct word *first, const struct word *second,
                            const struct word *whole)
{
    const bool has_letter = text_length(first->text) == 1 || text_length(second->text) == 1;

    return second->begin == first->end + 1 && (second->after_hyphen || !has_letter) &&
           (is_joined(first->text, second->text, whole->text) ||
            is_joined(first->text, second->stem, whole->stem));
}

size_t query_terms_match(const struct query_term *term, const struct words *words, size_t at)
{
    const struct word *word = &words->list[at];

    if (term->is_prefix)
        return slice_starts(word->text, term->text);
    if (!slice_equal(word->term, term->text))
        return 0;
    if (term->pair_of != NULL)
        return at + 1 < words->count && query_terms_is_pair_of(word, word + 1, term->pair_of) ? 2
                                                                                              : 0;
    return !term->is_one_word || slice_equal(word->text, term->spelling_of);
}

size_t query_terms_find_gram_slot(const struct query_terms *query_terms, uint32_t gram)
{
    const size_t mask = query_terms->gram_slots - 1;
    size_t at = gram & mask;

    while (query_terms->grams[at].weight > 0 && query_terms->grams[at].gram != gram)
        at = (at + 1) & mask;
    return at;
}

/* --- words --- */

static bool read_words(struct builder *builder, struct slice text, struct words *out)
{
    return words_read(builder->reader, text, builder->arena, out, builder->fault);
}

/* Returns the added word; NULL: there are too many. */
static const struct word *add_word(struct builder *builder, const struct word *word,
                                   const struct word *previous)
{
    if (builder->word_count == QUERY_TERMS_WORDS_MAX)
        return NULL;
    builder->previous[builder->word_count] = previous;
    builder->words[builder->word_count] = *word;
    return &builder->words[builder->word_count++];
}

static bool is_one_character(struct slice part, size_t begin, size_t end)
{
    return end > begin && text_length((struct slice){part.at + begin, end - begin}) == 1;
}

static bool slice_lies_in(struct slice inner, struct slice outer)
{
    return inner.at >= outer.at && inner.at + inner.len <= outer.at + outer.len;
}

/* The last word of a part so far, as typed and as rewritten; they differ if both are searched. */
struct last_word {
    const struct word *typed;
    const struct word *read;
    size_t end; /* position in the part after the word, or after its chunk */
};

/* Adds the typed words from `next` on that begin before `end`, a position in the part. Returns the
 * index of the word after them. */
static size_t add_typed_words(struct builder *builder, struct slice part, const struct words *words,
                              size_t next, size_t end, struct last_word *last)
{
    for (; next < words->count && words->list[next].byte_begin < end; next++) {
        const struct word *word = &words->list[next];
        const bool follows = is_one_character(part, last->end, word->byte_begin);
        last->read = last->typed = add_word(builder, word, follows ? last->typed : NULL);
        last->end = word->byte_end;
    }
    return next;
}

/* Adds the words of a rewrite. `last` is the word before the first one, and becomes the last. */
static bool add_rewritten_words(struct builder *builder, struct slice text,
                                const struct word **last)
{
    struct words words;

    if (!read_words(builder, text, &words))
        return false;
    for (size_t i = 0; i < words.count; i++) {
        const struct word *word = &words.list[i];
        const bool follows = i == 0 || is_one_character(text, word[-1].byte_end, word->byte_begin);
        *last = add_word(builder, word, follows ? *last : NULL);
    }
    return true;
}

/* Adds the words of a part of the query in their order. Those of a rewrite come in place of the
 * typed ones, or after them if those are known too. */
static bool add_words_of_part(struct builder *builder, struct slice part)
{
    const struct rewrites *rewrites = &builder->out.rewrites;
    struct last_word last = {0};
    struct words words;
    size_t next = 0;

    if (!read_words(builder, part, &words))
        return false;
    for (size_t n = 0; n < rewrites->count; n++) {
        const struct rewrite *rewrite = &rewrites->list[n];
        if (!slice_lies_in(rewrite->from, part))
            continue;
        const size_t begin = (size_t)(rewrite->from.at - part.at), end = begin + rewrite->from.len;
        next = add_typed_words(builder, part, &words, next, begin, &last);
        const struct word *read = is_one_character(part, last.end, begin) ? last.read : NULL;
        if (rewrite->known)
            next = add_typed_words(builder, part, &words, next, end, &last);
        while (next < words.count && words.list[next].byte_end <= end)
            next++;
        if (!add_rewritten_words(builder, rewrite->to, &read))
            return false;
        last = (struct last_word){rewrite->known ? last.typed : read, read, end};
    }
    add_typed_words(builder, part, &words, next, part.len, &last);
    return true;
}

/* --- phrases and exclusions --- */

/* Reads the part with its rewrites in place of the typed chunks. */
static bool read_rewritten_words(struct builder *builder, struct slice part, struct words *out)
{
    const struct rewrites *rewrites = &builder->out.rewrites;
    AUTO(buf_finish) struct buf text = BUF(REWRITE_GROWTH * QUERY_BYTES_MAX);
    size_t done = 0;

    for (size_t i = 0; i < rewrites->count; i++) {
        const struct rewrite *rewrite = &rewrites->list[i];
        if (!slice_lies_in(rewrite->from, part))
            continue;
        const size_t at = (size_t)(rewrite->from.at - part.at);
        buf_append(&text, part.at + done, at - done);
        buf_slice(&text, rewrite->to);
        done = at + rewrite->from.len;
    }
    if (done == 0)
        return true;
    buf_slice(&text, slice_from(part, done));
    return buf_ok(&text, builder->fault) && read_words(builder, buf_as_slice(&text), out);
}

/* Reads words in the other spelling of codes: KC852 as KC 852, and KC 852 as KC852. */
static bool read_letter_digit_respelling(struct builder *builder, const struct words *typed,
                                         struct words *out)
{
    AUTO(buf_finish) struct buf text = BUF(RESPELLED_BYTES_MAX);
    bool other = false;

    for (size_t i = 0; i < typed->count; i++) {
        const struct slice word = typed->list[i].text;
        const size_t digits = expansion_find_digits_after_letters(word);
        const bool joins = i > 0 && expansion_is_letters_then_digits(typed->list[i - 1].text, word);
        buf_text(&text, i > 0 && !joins ? " " : "");
        buf_append(&text, word.at, digits);
        buf_text(&text, digits > 0 ? " " : "");
        buf_slice(&text, slice_from(word, digits));
        other |= digits > 0 || joins;
    }
    if (!other)
        return true;
    return buf_ok(&text, builder->fault) && read_words(builder, buf_as_slice(&text), out);
}

static bool append_phrase(struct builder *builder, struct slice part, struct query_phrase *list,
                          size_t *count)
{
    struct query_phrase phrase = {0};

    if (!read_words(builder, part, &phrase.typed) ||
        !read_rewritten_words(builder, part, &phrase.read))
        return false;
    if (phrase.typed.count > 0)
        list[(*count)++] = phrase;
    return true;
}

static bool read_exclusion(struct builder *builder, struct slice part)
{
    struct query_terms *out = &builder->out;
    const size_t before = out->without_count;

    if (!append_phrase(builder, part, out->without, &out->without_count))
        return false;
    if (out->without_count == before)
        return true;
    struct query_phrase *added = &out->without[before];
    return read_letter_digit_respelling(builder, &added->typed, &added->respelled);
}

static bool read_part(struct builder *builder, const struct query_part *part)
{
    struct query_terms *out = &builder->out;

    switch (part->kind) {
    case QUERY_WORDS:
        return add_words_of_part(builder, part->text);
    case QUERY_PHRASE:
        return add_words_of_part(builder, part->text) &&
               append_phrase(builder, part->text, out->phrases, &out->phrase_count);
    case QUERY_WITHOUT:
        return read_exclusion(builder, part->text);
    }
    return true;
}

static bool read_parts(struct builder *builder, const struct query *query)
{
    struct slice texts[QUERY_PARTS_MAX];
    struct query_terms *out = &builder->out;

    for (size_t i = 0; i < query->count; i++)
        texts[i] = query->parts[i].text;
    if (!rewrite_find_in_query(builder->lexicon, builder->reader, texts, query->count,
                               builder->arena, &out->rewrites, builder->fault))
        return false;
    out->phrases = arena_alloc(builder->arena, QUERY_PARTS_MAX * sizeof *out->phrases);
    out->without = arena_alloc(builder->arena, QUERY_PARTS_MAX * sizeof *out->without);
    if (out->phrases == NULL || out->without == NULL)
        return arena_fault(builder->fault);
    for (size_t i = 0; i < query->count; i++)
        if (!read_part(builder, &query->parts[i]))
            return false;
    return true;
}

/* --- terms --- */

/* `second` is empty unless the term is a pair. */
static struct query_term *find_term(const struct query_terms *query_terms, struct slice text,
                                    struct slice second, bool is_prefix)
{
    for (size_t i = 0; i < query_terms->term_count; i++) {
        struct query_term *term = &query_terms->terms[i];
        if (term->is_prefix == is_prefix && slice_equal(term->text, text) &&
            slice_equal(term->second, second))
            return term;
    }
    return NULL;
}

/* Adds a term, whose weight becomes `term->weight` times its IDF. If the query has the term
 * already, adds the new weight to the weight of that term. */
static void add_term_or_weight(struct builder *builder, const struct query_term *term)
{
    struct query_terms *out = &builder->out;
    struct query_term *known = find_term(out, term->text, term->second, term->is_prefix);
    const double weight = term->weight * lexicon_idf(builder->lexicon, term->df);

    if (known != NULL) {
        known->weight += weight;
    } else if (out->term_count < TERMS_MAX) {
        out->terms[out->term_count] = *term;
        out->terms[out->term_count++].weight = weight;
    }
}

static struct expansion begin_expansion(const struct builder *builder)
{
    return (struct expansion){.lexicon = builder->lexicon,
                              .reader = builder->reader,
                              .arena = builder->arena,
                              .fault = builder->fault};
}

/* Adds the terms of an expansion that are not terms of the query. `kind` has their other members.
 */
static void add_expansion(struct builder *builder, const struct expansion *expansion,
                          const struct query_term *kind)
{
    struct query_term term = *kind;

    for (size_t i = 0; i < expansion->count; i++) {
        const struct expansion_term *found = &expansion->list[i];
        term.text = found->text;
        term.second = found->second;
        term.weight = found->share;
        term.df = found->df;
        if (find_term(&builder->out, term.text, term.second, false) == NULL)
            add_term_or_weight(builder, &term);
    }
}

/* If the vocabulary lacks the word, adds the terms of its expansion. Not for a word that may be
 * unfinished. `unknown_count` counts these words. */
static bool expand_unknown_word(struct builder *builder, const struct word *word,
                                size_t *unknown_count)
{
    struct expansion expansion = begin_expansion(builder);

    if (!expansion_allows_typo(word->text) || *unknown_count == QUERY_TERMS_UNKNOWN_MAX ||
        vocabulary_has(lexicon_vocabulary(builder->lexicon), word->text))
        return true;
    if (!expansion_expand_word(&expansion, word, *unknown_count < EXPANSION_SIMILAR_MAX))
        return false;
    ++*unknown_count;
    add_expansion(builder, &expansion, &(struct query_term){.typo_of = word->text});
    return true;
}

/* Adds the pairs of words that documents may have in place of the word. */
static bool add_pairs_of_word(struct builder *builder, const struct word *word)
{
    struct expansion expansion = begin_expansion(builder);

    if (!expansion_find_pairs(&expansion, word))
        return false;
    add_expansion(builder, &expansion,
                  &(struct query_term){.pair_of = word, .spelling_of = word->text});
    return true;
}

static bool add_other_spellings_of_word(struct builder *builder, size_t word_index,
                                        size_t *respelled_count)
{
    struct expansion expansion = begin_expansion(builder);

    if (*respelled_count == QUERY_TERMS_RESPELLED_MAX)
        return true;
    if (!expansion_find_other_spellings(&expansion, builder->previous[word_index],
                                        &builder->words[word_index]))
        return false;
    *respelled_count += expansion.count > 0;
    add_expansion(builder, &expansion, &(struct query_term){.df = 0});
    return true;
}

/* Adds the terms of words with or without Kazakh letters. Comes last, so that no term of another
 * word becomes a term of one word only. Not for a word that may be unfinished. If the vocabulary
 * has a word whose term no document has, all of its documents have the other spelling. */
static bool add_kazakh_spellings(struct builder *builder, bool last_unfinished)
{
    const struct vocabulary *vocabulary = lexicon_vocabulary(builder->lexicon);

    for (size_t i = 0; i + last_unfinished < builder->word_count; i++) {
        const struct word *word = &builder->words[i];
        const bool is_other_only = lexicon_term_df(builder->lexicon, word->term) == 0 &&
                                   vocabulary_has(vocabulary, word->text);
        struct expansion expansion = begin_expansion(builder);
        if (!expansion_find_kazakh_spellings(&expansion, word))
            return false;
        add_expansion(
            builder, &expansion,
            &(struct query_term){.spelling_of = word->text, .is_one_word = !is_other_only});
    }
    return true;
}

static bool add_terms_of_words(struct builder *builder, bool last_unfinished)
{
    size_t unknown = 0, respelled = 0;

    for (size_t i = 0; i < builder->word_count; i++) {
        const struct word *word = &builder->words[i];
        const uint32_t df = lexicon_term_df(builder->lexicon, word->term);
        const bool last = last_unfinished && i + 1 == builder->word_count;
        add_term_or_weight(builder,
                           &(struct query_term){.text = word->term, .weight = 1, .df = df});
        if (last) {
            const struct slice beginning = word_beginning(word);
            add_term_or_weight(builder, &(struct query_term){
                                            .text = beginning,
                                            .is_prefix = true,
                                            .weight = 1,
                                            .df = lexicon_prefix_df(builder->lexicon, beginning)});
        } else if (!expand_unknown_word(builder, word, &unknown)) {
            return false;
        }
        if (!add_other_spellings_of_word(builder, i, &respelled) ||
            (i < QUERY_TERMS_RESPELLED_MAX && !last && !add_pairs_of_word(builder, word)))
            return false;
    }
    return add_kazakh_spellings(builder, last_unfinished);
}

/* --- 4-grams --- */

static void add_gram_weight(struct builder *builder, uint32_t gram)
{
    struct query_gram *slot = &builder->out.grams[query_terms_find_gram_slot(&builder->out, gram)];

    slot->gram = gram;
    slot->weight += lexicon_idf(builder->lexicon, lexicon_gram_df(builder->lexicon, gram));
}

static bool add_grams_of_words(struct builder *builder, bool last_unfinished)
{
    uint32_t grams[GRAMS_OF_WORD_MAX];
    size_t most = 1, slots = 16;

    for (size_t i = 0; i < builder->word_count; i++)
        most += builder->words[i].text.len + 2;
    while (slots < 2 * most)
        slots *= 2;
    builder->out.gram_slots = slots;
    builder->out.grams = arena_alloc(builder->arena, slots * sizeof *builder->out.grams);
    if (builder->out.grams == NULL)
        return arena_fault(builder->fault);
    for (size_t i = 0; i < builder->word_count; i++) {
        size_t count = grams_hash_word(builder->words[i].text, grams);
        /* An incomplete word has no 4-gram with the blank after it. */
        if (last_unfinished && i + 1 == builder->word_count)
            count--;
        for (size_t n = 0; n < count; n++)
            add_gram_weight(builder, grams[n]);
    }
    return true;
}

bool query_terms_from_query(const struct lexicon *lexicon, struct word_reader *reader,
                            struct slice text, bool as_you_type, struct arena *arena,
                            struct query_terms *out, struct fault *fault)
{
    const struct lexicon_sums *sums = lexicon_sums(lexicon);
    const double documents = (double)sums->documents;
    struct builder *builder = arena_alloc(arena, sizeof *builder);
    struct query *query = arena_alloc(arena, sizeof *query);

    if (builder == NULL || query == NULL)
        return arena_fault(fault);
    builder->lexicon = lexicon;
    builder->reader = reader;
    builder->arena = arena;
    builder->fault = fault;
    builder->out.mean_words = sums->words > 0 ? (double)sums->words / documents : 1;
    builder->out.mean_grams = sums->grams > 0 ? (double)sums->grams / documents : 1;
    builder->out.terms = arena_alloc(arena, TERMS_MAX * sizeof *builder->out.terms);
    if (builder->out.terms == NULL)
        return arena_fault(fault);
    query_parse(text, query);
    const bool last_unfinished = as_you_type && query->open;
    if (!read_parts(builder, query) || !add_terms_of_words(builder, last_unfinished) ||
        !add_grams_of_words(builder, last_unfinished))
        return false;
    query_terms_select_by_rare_terms(&builder->out, sums->documents);
    *out = builder->out;
    return true;
}
