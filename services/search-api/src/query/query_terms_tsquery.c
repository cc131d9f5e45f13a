// SPDX-License-Identifier: MIT
#include "query/query_terms.h"

void query_term_write_tsquery(const struct query_term *term, struct buf *out)
{
    buf_printf(out, "'%.*s'%s", SLICE_ARG(term->text), term->is_prefix ? ":*" : "");
    if (term->pair_of != NULL)
        buf_printf(out, " & '%.*s'", SLICE_ARG(term->second));
}

void query_terms_write_selecting_tsquery(const struct query_terms *query_terms, struct buf *out)
{
    bool first = true;

    for (size_t i = 0; i < query_terms->term_count; i++) {
        const struct query_term *term = &query_terms->terms[i];
        if (!term->selects)
            continue;
        buf_text(out, first ? "" : " | ");
        query_term_write_tsquery(term, out);
        first = false;
    }
}

/* Appends the term of the word and those of its other spelling: 'болм', or ('болм' | 'болме'). */
static void write_word_tsquery(const struct query_terms *query_terms, const struct word *word,
                               struct buf *out)
{
    bool several = false;

    for (size_t i = 0; i < query_terms->term_count; i++)
        several |= slice_equal(query_terms->terms[i].spelling_of, word->text);
    buf_printf(out, "%s'%.*s'", several ? "(" : "", SLICE_ARG(word->term));
    for (size_t i = 0; several && i < query_terms->term_count; i++) {
        if (!slice_equal(query_terms->terms[i].spelling_of, word->text))
            continue;
        buf_text(out, " | ");
        query_term_write_tsquery(&query_terms->terms[i], out);
    }
    buf_text(out, several ? ")" : "");
}

static void write_run_tsquery(const struct query_terms *query_terms, const struct words *run,
                              struct buf *out)
{
    for (size_t i = 0; i < run->count && i < QUERY_TERMS_PHRASE_WORDS; i++) {
        buf_text(out, i > 0 ? " & " : "");
        write_word_tsquery(query_terms, &run->list[i], out);
    }
}

static void write_phrases_tsquery(const struct query_terms *query_terms,
                                  const struct query_phrase *phrases, size_t count,
                                  const char *between, struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        buf_text(out, i > 0 ? between : "");
        buf_text(out, "(");
        write_run_tsquery(query_terms, &phrases[i].typed, out);
        buf_text(out, phrases[i].read.count > 0 ? " | " : "");
        write_run_tsquery(query_terms, &phrases[i].read, out);
        buf_text(out, phrases[i].respelled.count > 0 ? " | " : "");
        write_run_tsquery(query_terms, &phrases[i].respelled, out);
        buf_text(out, ")");
    }
}

void query_terms_write_phrases_tsquery(const struct query_terms *query_terms, struct buf *out)
{
    write_phrases_tsquery(query_terms, query_terms->phrases, query_terms->phrase_count, " & ", out);
}

void query_terms_write_exclusions_tsquery(const struct query_terms *query_terms, struct buf *out)
{
    write_phrases_tsquery(query_terms, query_terms->without, query_terms->without_count, " | ",
                          out);
}
