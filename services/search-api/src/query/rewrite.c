// SPDX-License-Identifier: MIT
#include "query/rewrite.h"

#include <math.h>

#include "base/ascii.h"
#include "base/text.h"

#include "query/keyboard.h"
#include "query/latin.h"
#include "text/grams.h"
#include "text/letters.h"

enum {
    CHUNK_MAX = 256,     /* bytes; a longer chunk is not rewritten */
    CHANCE_POINTS = 2,   /* subtracted from a chunk's letters: short words match by chance */
    SURE_POINTS_MIN = 4, /* a chunk of so many letters is rewritten even if the query is not */
    MISTAKE_RATIO = 10,  /* a typed word is taken for a mistake in documents if its reading is at
                          * least this many times as frequent */
};

/* How well a lexicon knows the words of a text. */
struct fit {
    size_t known;    /* code points of known words */
    size_t unknown;  /* code points of unknown words */
    uint32_t rarest; /* number of documents with the rarest word */
    double strange;  /* mean rarity of the 4-grams; 1 if no document has any of them */
};

struct reading {
    struct slice text; /* `.at` is NULL: there is no reading */
    struct fit fit;
};

struct chunk {
    struct slice typed;
    bool cyrillic; /* typed in Cyrillic letters; false: in Latin letters */
    struct fit fit;
    struct reading readings[REWRITE_KINDS];
};

struct search {
    const struct lexicon *lexicon;
    struct word_reader *reader;
    struct arena *arena;
    struct fault *fault;
    struct chunk *chunks;
    size_t count;
    size_t bytes; /* bytes of all chunks in Latin letters */
};

const char *rewrite_kind_name(enum rewrite_kind kind)
{
    static const char *const names[REWRITE_KINDS] = {"layout", "latin"};

    return names[kind];
}

/* --- fit of a reading --- */

static double sum_strangeness(const struct lexicon *lexicon, struct slice word, size_t *gram_count)
{
    const double all = log1p((double)lexicon_sums(lexicon)->documents + 1);
    uint32_t found[GRAMS_OF_WORD_MAX];
    double sum = 0;

    *gram_count = grams_hash_word(word, found);
    for (size_t i = 0; i < *gram_count; i++)
        sum += 1 - log1p(lexicon_gram_df(lexicon, found[i])) / all;
    return sum;
}

/* The number of documents with the word. A word of the vocabulary without its own term is one of
 * Kazakh letters, which has another stem. */
static uint32_t count_documents_with_word(const struct lexicon *lexicon, const struct word *word)
{
    const uint32_t df = lexicon_term_df(lexicon, word->term);

    return df > 0 || !vocabulary_has(lexicon_vocabulary(lexicon), word->text)
               ? df
               : lexicon_term_df(lexicon, word_beginning(word));
}

static bool measure_fit(struct search *search, struct slice text, struct fit *out)
{
    const struct arena_mark mark = arena_mark(search->arena);
    struct fit fit = {.rarest = UINT32_MAX};
    struct words words;
    size_t grams = 0, more;

    if (!words_read(search->reader, text, search->arena, &words, search->fault))
        return false;
    for (size_t i = 0; i < words.count; i++) {
        const size_t points = text_length(words.list[i].text);
        const uint32_t df = count_documents_with_word(search->lexicon, &words.list[i]);
        fit.rarest = df < fit.rarest ? df : fit.rarest;
        if (df > 0)
            fit.known += points;
        else
            fit.unknown += points;
        fit.strange += sum_strangeness(search->lexicon, words.list[i].text, &more);
        grams += more;
    }
    fit.strange = grams > 0 ? fit.strange / (double)grams : 1;
    arena_put_back(search->arena, &mark);
    *out = fit;
    return true;
}

static bool is_known(const struct fit *fit)
{
    return fit->known > 0 && fit->known >= fit->unknown;
}

static bool is_better_fit(const struct fit *a, const struct fit *b)
{
    if (is_known(a) != is_known(b))
        return is_known(a);
    return a->strange < b->strange;
}

/* --- readings of a chunk --- */

/* Measures a reading of the chunk, and stores it if it is the best of its kind so far. */
static bool store_reading_if_better(struct search *search, struct chunk *chunk,
                                    enum rewrite_kind kind, const struct buf *text)
{
    struct reading *best = &chunk->readings[kind];
    struct fit fit;

    if (!buf_ok(text, search->fault) || !measure_fit(search, buf_as_slice(text), &fit))
        return false;
    if (best->text.at != NULL && !is_better_fit(&fit, &best->fit))
        return true;
    const struct slice copy = arena_copy(search->arena, buf_as_slice(text));
    if (copy.at == NULL)
        return arena_fault(search->fault);
    *best = (struct reading){copy, fit};
    return true;
}

static bool is_punctuation(char c)
{
    return c != '\0' && strchr(",.;:!?/\"'", c) != NULL;
}

/* Offers the chunk as typed on another layout. A sign at its end may be punctuation or a letter of
 * that layout, so both readings are offered. */
static bool add_layout_readings(struct search *search, struct chunk *chunk, enum keyboard layout)
{
    char room[REWRITE_GROWTH * CHUNK_MAX];
    struct buf text = buf_over(room, sizeof room);
    size_t end = chunk->typed.len;

    keyboard_convert(layout, chunk->typed, &text);
    if (!store_reading_if_better(search, chunk, REWRITE_LAYOUT, &text))
        return false;
    while (end > 0 && is_punctuation(chunk->typed.at[end - 1]))
        end--;
    if (end == chunk->typed.len || layout == KEYBOARD_ENGLISH)
        return true;
    buf_clear(&text);
    keyboard_convert(layout, (struct slice){chunk->typed.at, end}, &text);
    return store_reading_if_better(search, chunk, REWRITE_LAYOUT, &text);
}

static bool is_in_latin_run(char c)
{
    return ascii_is_alnum(c) || c == '\'';
}

/* Transliterates a run of Latin letters: chooses the first reading with known words, otherwise the
 * most probable one. */
static bool transliterate_run(struct search *search, struct slice run, struct slice *out)
{
    struct latin_readings readings;
    struct fit fit;
    size_t i;

    if (!latin_transliterate(search->lexicon, run, search->arena, &readings, search->fault))
        return false;
    for (i = 0; i < readings.count; i++) {
        if (!measure_fit(search, readings.list[i], &fit))
            return false;
        if (is_known(&fit))
            break;
    }
    *out = readings.count > 0 ? readings.list[i < readings.count ? i : 0] : run;
    return true;
}

/* Appends the best reading of a run; appends a run without letters unchanged. */
static bool append_transliterated_run(struct search *search, struct slice run, struct buf *out)
{
    const struct arena_mark mark = arena_mark(search->arena);
    bool has_letter = false;

    for (size_t i = 0; i < run.len; i++)
        has_letter |= ascii_is_letter(run.at[i]);
    if (has_letter && !transliterate_run(search, run, &run))
        return false;
    buf_slice(out, run);
    arena_put_back(search->arena, &mark);
    return true;
}

static bool add_latin_reading(struct search *search, struct chunk *chunk)
{
    char small[CHUNK_MAX], room[REWRITE_GROWTH * CHUNK_MAX];
    const struct slice typed = chunk->typed;
    struct buf text = buf_over(room, sizeof room);

    for (size_t i = 0; i < typed.len; i++)
        small[i] = (char)(ascii_is_letter(typed.at[i]) ? typed.at[i] | 0x20 : typed.at[i]);
    for (size_t at = 0, end; at < typed.len; at = end) {
        for (end = at; end < typed.len && is_in_latin_run(small[end]);)
            end++;
        if (end == at)
            buf_char(&text, small[end++]);
        else if (!append_transliterated_run(search, (struct slice){small + at, end - at}, &text))
            return false;
    }
    return store_reading_if_better(search, chunk, REWRITE_LATIN, &text);
}

/* The alphabets and the keys to which the characters of a chunk belong. */
struct letters {
    bool latin;
    bool cyrillic;
    bool russian_keys; /* signs on the keys of Russian letters, rare within words */
    bool kazakh_keys;  /* digits and signs on the keys of Kazakh letters */
};

static struct letters classify_characters(struct slice typed)
{
    struct letters has = {0};

    for (size_t i = 0; i < typed.len; i++) {
        const unsigned char c = (unsigned char)typed.at[i];
        has.latin |= ascii_is_letter(c);
        has.cyrillic |= c >= 0xd0 && c <= 0xd3;
        has.russian_keys |= c == '[' || c == ']' || c == ';' || c == '{' || c == '}';
        has.kazakh_keys |= ascii_is_digit(c) || c == '-' || c == '=';
    }
    return has;
}

static bool add_chunk_with_readings(struct search *search, struct slice typed)
{
    struct chunk *chunk = &search->chunks[search->count];
    const struct letters has = classify_characters(typed);

    if (has.cyrillic == (has.latin || has.russian_keys) || typed.len > CHUNK_MAX)
        return true;
    if (!has.cyrillic) {
        if (search->bytes + typed.len > REWRITE_BYTES_MAX)
            return true;
        search->bytes += typed.len;
    }
    *chunk = (struct chunk){.typed = typed, .cyrillic = has.cyrillic};
    search->count++;
    if (!measure_fit(search, typed, &chunk->fit))
        return false;
    if (has.cyrillic)
        return add_layout_readings(search, chunk, KEYBOARD_ENGLISH);
    return add_layout_readings(search, chunk, KEYBOARD_RUSSIAN) &&
           (!has.kazakh_keys || add_layout_readings(search, chunk, KEYBOARD_KAZAKH)) &&
           (!has.latin || add_latin_reading(search, chunk));
}

static bool add_chunks_of_part(struct search *search, struct slice part)
{
    size_t end;

    for (size_t at = 0; at < part.len && search->count < REWRITES_MAX; at = end + 1) {
        for (end = at; end < part.len && !letter_is_blank(part.at[end]);)
            end++;
        if (end > at && !add_chunk_with_readings(search, (struct slice){part.at + at, end - at}))
            return false;
    }
    return true;
}

/* --- choice of readings --- */

/* Whether the reading consists of known words, and the typed words are unknown or much rarer. */
static bool is_reading_likelier(const struct chunk *chunk, const struct reading *reading)
{
    if (reading->text.at == NULL || !is_known(&reading->fit))
        return false;
    return !is_known(&chunk->fit) ||
           reading->fit.rarest >= (uint64_t)MISTAKE_RATIO * chunk->fit.rarest;
}

/* Counts, in the chunks of one alphabet, the letters for and the letters against this kind of
 * reading, and returns the difference. Words that a reading makes known, or much more frequent,
 * count for the kind; known words that it makes unknown count against the kind. 0, unless the
 * letters for it are more than twice those against it: the query as a whole is not rewritten. */
static double compute_net_gain_of_kind(const struct search *search, enum rewrite_kind kind,
                                       bool of_cyrillic)
{
    double gain = 0, loss = 0;

    for (size_t i = 0; i < search->count; i++) {
        const struct chunk *chunk = &search->chunks[i];
        const struct reading *reading = &chunk->readings[kind];
        const size_t points = chunk->fit.known + chunk->fit.unknown;
        const double weight = points > CHANCE_POINTS ? (double)(points - CHANCE_POINTS) : 0;
        const bool read = reading->text.at != NULL && is_known(&reading->fit);
        if (chunk->cyrillic != of_cyrillic)
            continue;
        if (is_reading_likelier(chunk, reading))
            gain += weight;
        else if (!read && is_known(&chunk->fit))
            loss += weight;
    }
    return gain > 2 * loss ? gain - loss : 0;
}

/* Whether the reading replaces the chunk. `all_rewritten`: the query as a whole is rewritten. */
static bool reading_replaces_chunk(const struct chunk *chunk, const struct reading *reading,
                                   bool all_rewritten)
{
    const size_t points = chunk->fit.known + chunk->fit.unknown;
    const bool read = is_known(&reading->fit), typed = is_known(&chunk->fit);

    if (reading->text.at == NULL || (typed && !read))
        return false;
    if (all_rewritten)
        return read || reading->fit.strange <= chunk->fit.strange;
    return read && !typed && points >= SURE_POINTS_MIN;
}

/* The reading that replaces a chunk; NULL: none. `lead` has the net gain of each kind. */
static const struct reading *choose_reading(const struct chunk *chunk,
                                            const double lead[REWRITE_KINDS])
{
    const struct reading *best = NULL;

    for (enum rewrite_kind kind = 0; kind < REWRITE_KINDS; kind++) {
        const struct reading *reading = &chunk->readings[kind];
        const double other = lead[kind == REWRITE_LAYOUT ? REWRITE_LATIN : REWRITE_LAYOUT];
        if (lead[kind] >= other && reading_replaces_chunk(chunk, reading, lead[kind] > 0) &&
            (best == NULL || is_better_fit(&reading->fit, &best->fit)))
            best = reading;
    }
    return best;
}

static void choose_readings(const struct search *search, struct rewrites *out)
{
    double lead[2][REWRITE_KINDS];

    for (enum rewrite_kind kind = 0; kind < REWRITE_KINDS; kind++) {
        lead[false][kind] = compute_net_gain_of_kind(search, kind, false);
        lead[true][kind] = compute_net_gain_of_kind(search, kind, true);
    }
    for (size_t i = 0; i < search->count; i++) {
        const struct chunk *chunk = &search->chunks[i];
        const struct reading *best = choose_reading(chunk, lead[chunk->cyrillic]);
        if (best != NULL)
            out->list[out->count++] = (struct rewrite){
                .kind = (enum rewrite_kind)(best - chunk->readings),
                .known = is_known(&chunk->fit),
                .from = chunk->typed,
                .to = best->text,
            };
    }
}

bool rewrite_find_in_query(const struct lexicon *lexicon, struct word_reader *reader,
                           const struct slice *query_parts, size_t part_count, struct arena *arena,
                           struct rewrites *out, struct fault *fault)
{
    struct search search = {.lexicon = lexicon, .reader = reader, .arena = arena, .fault = fault};
    struct rewrites rewrites = {0};

    search.chunks = arena_alloc(arena, REWRITES_MAX * sizeof *search.chunks);
    rewrites.list = arena_alloc(arena, REWRITES_MAX * sizeof *rewrites.list);
    if (search.chunks == NULL || rewrites.list == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < part_count; i++)
        if (!add_chunks_of_part(&search, query_parts[i]))
            return false;
    choose_readings(&search, &rewrites);
    *out = rewrites;
    return true;
}
