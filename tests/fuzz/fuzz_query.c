// SPDX-License-Identifier: MIT
/* Any search queries: the parts of a query are within it, in order; its terms are within their
 * limits and do not block the loop; and a text is ranked and marked on character boundaries.
 *
 * The first byte selects whether the last word may continue; the rest is the query, which is also
 * the text. */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "base/text.h"

#include "fuzz.h"
#include "messages/rank.h"
#include "messages/snippet.h"

enum {
    QUERY_TERMS_MEMORY = 1 << 20, /* the limits of query/query_terms.h */
    QUERY_TERMS_MS = 150,         /* 5, multiplied because sanitizers are slow */
};

static struct word_reader *reader;
static struct lexicon *lexicon;

static const char *const documents[] = {
    "Привет! Сдаётся квартира у парка, цена за сутки 20 000 тенге",
    "Добрый вечер, можно заехать завтра? Нас двое взрослых и ребёнок",
    "Қазақстан, Алматы қаласы, пәтер жалға беріледі, бір бөлмелі",
    "The flat is near the station, breakfast included, hello from the host",
};

static void begin(void)
{
    reader = word_reader_create(&fault);
    lexicon = lexicon_create(&fault);
    PROMISE(reader != NULL && lexicon != NULL);
    for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
        struct words words;
        PROMISE(words_read(reader, slice_of(documents[i]), &arena, &words, &fault));
        size_t from = 0;
        lexicon_begin_document(lexicon);
        PROMISE(lexicon_count_words(lexicon, &words, &from, words.count, &fault));
    }
}

static void check_parts(struct slice text)
{
    struct query query;
    const char *last = text.at;

    query_parse(text, &query);
    PROMISE(query.count <= QUERY_PARTS_MAX);
    for (size_t i = 0; i < query.count; i++) {
        const struct slice part = query.parts[i].text;
        PROMISE(part.len > 0 && part.at >= last && part.at + part.len <= text.at + text.len);
        last = part.at + part.len;
    }
}

static void check_wanted(const struct query_terms *query_terms)
{
    for (size_t i = 0; i < query_terms->term_count; i++) {
        PROMISE(query_terms->terms[i].text.len > 0 &&
                query_terms->terms[i].text.len <= TERM_BYTES_MAX);
        PROMISE(memchr(query_terms->terms[i].text.at, '\'', query_terms->terms[i].text.len) ==
                NULL);
        PROMISE(query_terms->terms[i].weight > 0 && isfinite(query_terms->terms[i].weight));
    }
    PROMISE(query_terms->phrase_count <= QUERY_PARTS_MAX &&
            query_terms->without_count <= QUERY_PARTS_MAX);
    for (size_t i = 0; i < query_terms->rewrites.count; i++)
        PROMISE(query_terms->rewrites.list[i].to.len > 0 &&
                query_terms->rewrites.list[i].from.len > 0);
}

static void check_snippet(const struct query_terms *query_terms, struct slice text)
{
    struct snippet snippet;
    uint32_t last = 0;

    PROMISE(snippet_make(query_terms, reader, text, &arena, &snippet, &fault));
    PROMISE(!text_is_utf8(text) || text_is_utf8(snippet.text));
    for (size_t i = 0; i < snippet.mark_count; i++) {
        PROMISE(snippet.marks[i].begin >= last && snippet.marks[i].begin < snippet.marks[i].end);
        last = snippet.marks[i].end;
    }
    PROMISE(!text_is_utf8(text) || last <= text_length(snippet.text));
}

static int64_t used_ms(void)
{
    struct timespec used;

    PROMISE(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) == 0);
    return (int64_t)used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

FUZZ(16 << 20)
{
    const bool goes_on = fuzz_byte(&input) & 1;
    struct query_terms query_terms;
    struct ranks ranks;
    struct arena asked;

    if (reader == NULL)
        begin();
    const struct slice texts[] = {input, slice_of(documents[0])};
    check_parts(input);
    arena_init(&asked, QUERY_TERMS_MEMORY);
    const int64_t begun = used_ms();
    PROMISE(query_terms_from_query(lexicon, reader, input, goes_on, &asked, &query_terms, &fault));
    PROMISE(used_ms() - begun < QUERY_TERMS_MS);
    check_wanted(&query_terms);
    PROMISE(rank_candidates(&query_terms, reader, texts, 2, 2, &arena, &ranks, &fault));
    for (size_t i = 0; i < ranks.count; i++)
        PROMISE(ranks.list[i].score > 0 && isfinite(ranks.list[i].score));
    check_snippet(&query_terms, input);
    arena_finish(&asked);
}
