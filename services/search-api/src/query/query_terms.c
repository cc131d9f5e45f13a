// SPDX-License-Identifier: MIT
#include "query/query_terms.h"

#include "base/text.h"

#include "query/expansion.h"
#include "text/grams.h"

enum {
    TERMS_MAX = QUERY_TERMS_WORDS_MAX +
                (QUERY_TERMS_UNKNOWN_MAX + QUERY_TERMS_RESPELT_MAX) * EXPANSION_MAX + 1
};

struct reading {
    const struct lexicon *lexicon;
    struct word_reader *reader;
    struct arena *arena;
    struct fault *fault;
    struct query_terms out;
    struct word words[QUERY_TERMS_WORDS_MAX];
    bool follows[QUERY_TERMS_WORDS_MAX]; /* the word before it, with one sign between them */
    size_t word_count;
    uint64_t term_df[TERMS_MAX];
};

double query_terms_tf(double tf, double length, double mean)
{
    const double k1 = 0.9, b = 0.4;

    return tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean));
}

double query_terms_candidate_score(double sum, double words, const struct query_terms *query_terms)
{
    return sum * query_terms_tf(1, words, query_terms->mean_words);
}

bool query_terms_match(const struct query_term *term, const struct word *word)
{
    return term->begins ? slice_starts(word->text, term->text)
                        : slice_equal(word->term, term->text);
}

size_t query_terms_gram_at(const struct query_terms *query_terms, uint32_t gram)
{
    const size_t mask = query_terms->gram_places - 1;
    size_t at = gram & mask;

    while (query_terms->grams[at].weight > 0 && query_terms->grams[at].gram != gram)
        at = (at + 1) & mask;
    return at;
}

/* --- words --- */

static bool read_words(struct reading *reading, struct slice text, struct words *out)
{
    return words_read(reading->reader, text, reading->arena, out, reading->fault);
}

static void add_word(struct reading *reading, const struct word *word, bool follows)
{
    if (reading->word_count == QUERY_TERMS_WORDS_MAX)
        return;
    reading->follows[reading->word_count] = follows && reading->word_count > 0;
    reading->words[reading->word_count++] = *word;
}

static bool follows(const struct words *words, size_t i)
{
    return i > 0 && words->list[i].begin - words->list[i - 1].end == 1;
}

static bool lies_in(struct slice inner, struct slice outer)
{
    return inner.at >= outer.at && inner.at + inner.len <= outer.at + outer.len;
}

/* The rewrite of the chunk in which the word stands; NULL: there is none. */
static const struct rewrite *rewrite_of(const struct rewrites *rewrites, struct slice word)
{
    for (size_t i = 0; i < rewrites->count; i++)
        if (lies_in(word, rewrites->list[i].from))
            return &rewrites->list[i];
    return NULL;
}

/* The words of a part: those that count as they were typed, and those of its rewrites. */
static bool add_part(struct reading *reading, struct slice part)
{
    const struct rewrites *rewrites = &reading->out.rewrites;
    struct words words;
    bool added = false;

    if (!read_words(reading, part, &words))
        return false;
    for (size_t i = 0; i < words.count; i++) {
        const struct word *word = &words.list[i];
        const struct slice typed = {part.at + word->byte_begin, word->byte_end - word->byte_begin};
        const struct rewrite *rewrite = rewrite_of(rewrites, typed);
        const bool before = added;
        added = rewrite == NULL || rewrite->known;
        if (added)
            add_word(reading, word, before && follows(&words, i));
    }
    for (size_t n = 0; n < rewrites->count; n++) {
        if (!lies_in(rewrites->list[n].from, part))
            continue;
        if (!read_words(reading, rewrites->list[n].to, &words))
            return false;
        for (size_t i = 0; i < words.count; i++)
            add_word(reading, &words.list[i], follows(&words, i));
    }
    return true;
}

/* --- phrases and what must not be there --- */

/* The part with its rewrites in the places of what was typed. */
static bool read_row(struct reading *reading, struct slice part, struct query_run *out)
{
    const struct rewrites *rewrites = &reading->out.rewrites;
    struct words words;
    struct buf text;
    size_t done = 0;
    const size_t size = REWRITE_GROWTH * part.len + 1;
    char *room = arena_alloc(reading->arena, size);

    if (room == NULL)
        return arena_fault(reading->fault);
    buf_init_over(&text, room, size);
    for (size_t i = 0; i < rewrites->count; i++) {
        const struct rewrite *rewrite = &rewrites->list[i];
        if (!lies_in(rewrite->from, part))
            continue;
        const size_t at = (size_t)(rewrite->from.at - part.at);
        buf_append(&text, part.at + done, at - done);
        buf_slice(&text, rewrite->to);
        done = at + rewrite->from.len;
    }
    if (done == 0)
        return true;
    buf_append(&text, part.at + done, part.len - done);
    if (!buf_ok(&text, reading->fault) || !read_words(reading, buf_as_slice(&text), &words))
        return false;
    *out = (struct query_run){words.list, words.count};
    return true;
}

/* KC852 as KC 852, and the other way round. */
static bool read_respelt(struct reading *reading, const struct query_run *typed,
                         struct query_run *out)
{
    struct words words;
    struct buf text;
    size_t size = 1;
    bool other = false;

    for (size_t i = 0; i < typed->count; i++)
        size += typed->words[i].text.len + 2;
    char *room = arena_alloc(reading->arena, size);
    if (room == NULL)
        return arena_fault(reading->fault);
    buf_init_over(&text, room, size);
    for (size_t i = 0; i < typed->count; i++) {
        const struct slice word = typed->words[i].text;
        const size_t border = expansion_code(word);
        const bool joins = i > 0 && expansion_is_code(typed->words[i - 1].text, word);
        buf_text(&text, i > 0 && !joins ? " " : "");
        buf_append(&text, word.at, border);
        buf_text(&text, border > 0 ? " " : "");
        buf_slice(&text, slice_from(word, border));
        other |= border > 0 || joins;
    }
    if (!other)
        return true;
    if (!buf_ok(&text, reading->fault) || !read_words(reading, buf_as_slice(&text), &words))
        return false;
    *out = (struct query_run){words.list, words.count};
    return true;
}

static bool read_phrase(struct reading *reading, struct slice part, struct query_phrase *list,
                        size_t *count)
{
    struct query_phrase phrase = {0};
    struct words words;

    if (!read_words(reading, part, &words) || !read_row(reading, part, &phrase.read))
        return false;
    phrase.typed = (struct query_run){words.list, words.count};
    if (words.count > 0)
        list[(*count)++] = phrase;
    return true;
}

static bool read_without(struct reading *reading, struct slice part)
{
    struct query_terms *out = &reading->out;
    const size_t before = out->without_count;

    if (!read_phrase(reading, part, out->without, &out->without_count))
        return false;
    if (out->without_count == before)
        return true;
    struct query_phrase *added = &out->without[before];
    return read_respelt(reading, &added->typed, &added->respelt);
}

static bool read_part(struct reading *reading, const struct query_part *part)
{
    struct query_terms *out = &reading->out;

    switch (part->kind) {
    case QUERY_WORDS:
        return add_part(reading, part->text);
    case QUERY_PHRASE:
        return add_part(reading, part->text) &&
               read_phrase(reading, part->text, out->phrases, &out->phrase_count);
    case QUERY_WITHOUT:
        return read_without(reading, part->text);
    }
    return true;
}

static bool read_parts(struct reading *reading, const struct query *query)
{
    struct slice texts[QUERY_PARTS_MAX];
    struct query_terms *out = &reading->out;

    for (size_t i = 0; i < query->count; i++)
        texts[i] = query->parts[i].text;
    if (!rewrite_find(reading->lexicon, reading->reader, texts, query->count, reading->arena,
                      &out->rewrites, reading->fault))
        return false;
    out->phrases = arena_alloc(reading->arena, QUERY_PARTS_MAX * sizeof(*out->phrases));
    out->without = arena_alloc(reading->arena, QUERY_PARTS_MAX * sizeof(*out->without));
    if (out->phrases == NULL || out->without == NULL)
        return arena_fault(reading->fault);
    for (size_t i = 0; i < query->count; i++)
        if (!read_part(reading, &query->parts[i]))
            return false;
    return true;
}

/* --- terms --- */

/* Adds a term with the share of its IDF that is its weight; one that is there becomes heavier. */
static void add_term(struct reading *reading, const struct query_term *term, uint64_t df)
{
    struct query_terms *out = &reading->out;
    const double weight = term->weight * lexicon_idf(reading->lexicon, df);

    for (size_t i = 0; i < out->term_count; i++)
        if (out->terms[i].begins == term->begins && slice_equal(out->terms[i].text, term->text)) {
            out->terms[i].weight += weight;
            return;
        }
    if (out->term_count == TERMS_MAX)
        return;
    reading->term_df[out->term_count] = df;
    out->terms[out->term_count] = *term;
    out->terms[out->term_count++].weight = weight;
}

static bool is_wanted(const struct reading *reading, struct slice term)
{
    for (size_t i = 0; i < reading->out.term_count; i++)
        if (!reading->out.terms[i].begins && slice_equal(reading->out.terms[i].text, term))
            return true;
    return false;
}

/* Adds what a word may have been expansion as and nobody has asked for; `typo` is the word, where
 * that is to be told. */
static void add_meant(struct reading *reading, const struct expansion *expansion, struct slice typo)
{
    for (size_t i = 0; i < expansion->count; i++) {
        const struct expansion_term *term = &expansion->list[i];
        if (is_wanted(reading, term->text))
            continue;
        add_term(reading,
                 &(struct query_term){.text = term->text, .typo = typo, .weight = term->share},
                 term->df);
    }
}

/* A word that is not the beginning of one. */
static bool add_unknown(struct reading *reading, const struct word *word, size_t *unknown)
{
    struct expansion expansion;

    if (!expansion_allows_typo(word->text) || *unknown == QUERY_TERMS_UNKNOWN_MAX ||
        vocabulary_has(lexicon_vocabulary(reading->lexicon), word->text))
        return true;
    if (!expansion_read(reading->lexicon, reading->reader, word, *unknown < EXPANSION_SIMILAR_MAX,
                        reading->arena, &expansion, reading->fault))
        return false;
    *unknown += lexicon_term_df(reading->lexicon, word->term) == 0;
    add_meant(reading, &expansion, word->text);
    return true;
}

static bool add_respelt(struct reading *reading, size_t i, size_t *respelt)
{
    const struct word *word = &reading->words[i];
    struct expansion expansion;

    if (*respelt == QUERY_TERMS_RESPELT_MAX)
        return true;
    if (!expansion_respell(reading->lexicon, reading->reader, reading->follows[i] ? word - 1 : NULL,
                           word, reading->arena, &expansion, reading->fault))
        return false;
    *respelt += expansion.count > 0;
    add_meant(reading, &expansion, (struct slice){NULL, 0});
    return true;
}

static bool add_terms(struct reading *reading, bool open)
{
    size_t unknown = 0, respelt = 0;

    for (size_t i = 0; i < reading->word_count; i++) {
        const struct word *word = &reading->words[i];
        const uint32_t df = lexicon_term_df(reading->lexicon, word->term);
        const bool last = open && i + 1 == reading->word_count;
        add_term(reading, &(struct query_term){.text = word->term, .weight = 1}, df);
        if (last) {
            const struct slice beginning = {word->text.at, text_first(word->text, TERM_POINTS)};
            add_term(reading, &(struct query_term){.text = beginning, .begins = true, .weight = 1},
                     lexicon_prefix_df(reading->lexicon, beginning));
        } else if (!add_unknown(reading, word, &unknown)) {
            return false;
        }
        if (!add_respelt(reading, i, &respelt))
            return false;
    }
    return true;
}

static bool may_select(const struct query_term *term)
{
    return !term->begins || text_length(term->text) >= QUERY_TERMS_PREFIX_POINTS;
}

static void select_terms(struct reading *reading)
{
    struct query_terms *out = &reading->out;
    uint64_t most = lexicon_sums(reading->lexicon)->documents / 100 * QUERY_TERMS_COMMON_PERCENT;
    bool any = false, many = false;

    if (most < QUERY_TERMS_COMMON_MIN)
        most = QUERY_TERMS_COMMON_MIN;
    for (size_t i = 0; i < out->term_count; i++) {
        const bool may = may_select(&out->terms[i]);
        out->terms[i].df = (uint32_t)reading->term_df[i];
        out->terms[i].selects = may && reading->term_df[i] <= most;
        any |= out->terms[i].selects && reading->term_df[i] > 0;
        many |= may && reading->term_df[i] > most;
    }
    out->common = many && !any;
    for (size_t i = 0; !any && i < out->term_count; i++)
        out->terms[i].selects = may_select(&out->terms[i]);
}

/* --- 4-grams --- */

static void add_gram(struct reading *reading, uint32_t gram)
{
    struct query_gram *place = &reading->out.grams[query_terms_gram_at(&reading->out, gram)];

    place->gram = gram;
    place->weight += lexicon_idf(reading->lexicon, lexicon_gram_df(reading->lexicon, gram));
}

static bool add_grams(struct reading *reading, bool open)
{
    uint32_t grams[GRAMS_OF_WORD_MAX];
    size_t most = 1, places = 16;

    for (size_t i = 0; i < reading->word_count; i++)
        most += reading->words[i].text.len + 2;
    while (places < 2 * most)
        places *= 2;
    reading->out.gram_places = places;
    reading->out.grams = arena_alloc(reading->arena, places * sizeof(*reading->out.grams));
    if (reading->out.grams == NULL)
        return arena_fault(reading->fault);
    for (size_t i = 0; i < reading->word_count; i++) {
        size_t count = grams_of(reading->words[i].text, grams);
        /* The beginning of a word has no blank behind it. */
        if (open && i + 1 == reading->word_count)
            count--;
        for (size_t n = 0; n < count; n++)
            add_gram(reading, grams[n]);
    }
    return true;
}

bool query_terms_read(const struct lexicon *lexicon, struct word_reader *reader, struct slice text,
                      bool as_you_type, struct arena *arena, struct query_terms *out,
                      struct fault *fault)
{
    const struct lexicon_sums *sums = lexicon_sums(lexicon);
    const double documents = (double)sums->documents;
    struct reading *reading = arena_alloc(arena, sizeof(*reading));
    struct query *query = arena_alloc(arena, sizeof(*query));

    if (reading == NULL || query == NULL)
        return arena_fault(fault);
    reading->lexicon = lexicon;
    reading->reader = reader;
    reading->arena = arena;
    reading->fault = fault;
    reading->out.mean_words = sums->words > 0 ? (double)sums->words / documents : 1;
    reading->out.mean_grams = sums->grams > 0 ? (double)sums->grams / documents : 1;
    reading->out.terms = arena_alloc(arena, TERMS_MAX * sizeof(*reading->out.terms));
    if (reading->out.terms == NULL)
        return arena_fault(fault);
    query_read(text, query);
    const bool open = as_you_type && query->open;
    if (!read_parts(reading, query) || !add_terms(reading, open) || !add_grams(reading, open))
        return false;
    select_terms(reading);
    *out = reading->out;
    return true;
}

void query_terms_tsquery(const struct query_terms *query_terms, struct buf *out)
{
    bool first = true;

    for (size_t i = 0; i < query_terms->term_count; i++) {
        const struct query_term *term = &query_terms->terms[i];
        if (!term->selects)
            continue;
        buf_text(out, first ? "'" : " | '");
        buf_slice(out, term->text);
        buf_text(out, term->begins ? "':*" : "'");
        first = false;
    }
}

static void put_row(const struct query_run *row, struct buf *out)
{
    for (size_t i = 0; i < row->count && i < QUERY_TERMS_PHRASE_WORDS; i++) {
        buf_text(out, i > 0 ? " & '" : "'");
        buf_slice(out, row->words[i].term);
        buf_text(out, "'");
    }
}

static void put_phrases(const struct query_phrase *phrases, size_t count, const char *between,
                        struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        buf_text(out, i > 0 ? between : "");
        buf_text(out, "(");
        put_row(&phrases[i].typed, out);
        buf_text(out, phrases[i].read.count > 0 ? " | " : "");
        put_row(&phrases[i].read, out);
        buf_text(out, phrases[i].respelt.count > 0 ? " | " : "");
        put_row(&phrases[i].respelt, out);
        buf_text(out, ")");
    }
}

void query_terms_tsquery_phrases(const struct query_terms *query_terms, struct buf *out)
{
    put_phrases(query_terms->phrases, query_terms->phrase_count, " & ", out);
}

void query_terms_tsquery_without(const struct query_terms *query_terms, struct buf *out)
{
    put_phrases(query_terms->without, query_terms->without_count, " | ", out);
}
