// SPDX-License-Identifier: MIT
#include "messages/message_search_store.h"

#include <stdlib.h>

#include "base/auto.h"
#include "base/language.h"

enum {
    TERMS = 16, /* terms whose weights order the candidates, which are selected by all terms */
    TEXT_COLUMN = 2,
    ANSWER_BYTES_MAX = 256 * 1024,        /* of texts in one answer: db/db.h */
    BATCH = 16,                           /* documents whose texts always fit in one answer */
    ARENA_MAX = MESSAGE_TEXTS_MAX / 2 * 3 /* with the unused ends of its blocks */
};

/* The positions of the parameters of candidates_statement: first FILTERS, then the parameters
 * below, and from FIXED on pairs of a term and its weight. */
enum {
    FILTER_COUNT = 8,
    TERMS_AT = FILTER_COUNT,
    LIMIT_AT,
    OLDEST_AT,
    BASE_AT,
    SLOPE_AT,
    WITHOUT_AT,
    FIXED
};

// clang-format off
/* TERM(1) to TERM(16), as many as TERMS, with `between` between them. */
#define EACH_TERM(TERM, between)                                                                   \
    TERM(1) between TERM(2) between TERM(3) between TERM(4) between TERM(5) between TERM(6)        \
    between TERM(7) between TERM(8) between TERM(9) between TERM(10) between TERM(11)              \
    between TERM(12) between TERM(13) between TERM(14) between TERM(15) between TERM(16)
#define WEIGHT(n)     "CASE WHEN d.terms @@ {t" #n "}::tsquery THEN {w" #n "} ELSE 0 END"
#define PARAMETERS(n) "t" #n " text, w" #n " double precision"
static const struct db_part parts[] = {
    {"weight", EACH_TERM(WEIGHT, " + ")},
    {NULL, NULL}
};

#define FILTERS                                                                                    \
    "tenant uuid, bot text, chat bigint, person bigint, since timestamptz, until timestamptz,"     \
    " language text, room bigint"
#define FITS                                                                                       \
    "d.tenant_id = {tenant}"                                                                       \
    " AND ({bot} IS NULL OR d.bot = {bot})"                                                        \
    " AND ({chat} IS NULL OR d.chat_id = {chat})"                                                  \
    " AND ({person} IS NULL OR d.user_id = {person})"                                              \
    " AND ({since} IS NULL OR d.sent_at >= {since})"                                               \
    " AND ({until} IS NULL OR d.sent_at < {until})"                                                \
    " AND ({language} IS NULL OR d.language = {language})"

/* The columns of a document; without the text if the answer's texts are too large with it. */
#define ROW                                                                                        \
    "SELECT number, id, CASE WHEN bytes <= {room} THEN text END, bot, chat_id, user_id, sent_at"   \
    " FROM ("

/* Not prepared: the plan depends on the terms and on the filters in use. Orders by
 * query_terms_candidate_score(), with possibly excluded documents last. */
static const struct db_statement candidates_statement = {
    .parameters = FILTERS ", terms text, limit bigint, oldest bigint"
                  ", base double precision, slope double precision, without text"
                  ", " EACH_TERM(PARAMETERS, ", "),
    .parts = {parts},
    .sql = ROW "SELECT *, sum(octet_length(text)) OVER (ROWS UNBOUNDED PRECEDING) AS bytes FROM ("
           "  SELECT d.number, d.id, d.text, d.bot, d.chat_id, d.user_id, d.sent_at"
           "  FROM document d WHERE d.terms @@ {terms}::tsquery AND " FITS
           "   AND ({oldest} IS NULL OR d.number > {oldest})"
           "  ORDER BY d.terms @@ {without}::tsquery,"
           "   ({weight}) / ({base} + {slope} * d.length) DESC, d.number DESC"
           "  LIMIT {limit}) best) summed",
};

/* Not prepared, because the plan depends on the filters in use. */
static const struct db_statement oldest_statement = {
    .parameters = FILTERS ", count bigint",
    .sql = "SELECT d.number FROM document d WHERE " FITS
           " ORDER BY d.number DESC OFFSET {count} LIMIT 1",
};

static const struct db_statement documents_statement = {
    .name = "search_documents",
    .parameters = FILTERS ", numbers bigint[]",
    .sql = ROW "SELECT *, sum(octet_length(text)) OVER (ORDER BY place) AS bytes FROM ("
           "  SELECT d.number, d.id, d.text, d.bot, d.chat_id, d.user_id, d.sent_at, g.place"
           "  FROM unnest({numbers}) WITH ORDINALITY AS g (number, place)"
           "  JOIN document d ON d.number = g.number WHERE " FITS ") fitting) summed ORDER BY place",
};

static const struct db_statement texts_statement = {
    .name = "search_texts",
    .parameters = "tenant uuid, numbers bigint[]",
    .sql = "SELECT g.place, d.text FROM unnest({numbers}) WITH ORDINALITY AS g (number, place)"
           " JOIN document d ON d.number = g.number WHERE d.tenant_id = {tenant} ORDER BY g.place",
};

#define AT(member) offsetof(struct message_hit, member)
static const struct db_column columns[] = {
    {DB_TEXT, AT(bot),     .name = "bot"},
    {DB_INT,  AT(chat_id), .name = "chat_id"},
    {DB_INT,  AT(user_id), .name = "user_id"},
    {DB_TIME, AT(sent_at), .name = "sent_at"},
};
// clang-format on

/* How useful a term is for ordering candidates, 0 being best: 0 for known terms that select
 * candidates, 1 for other known terms, 2 for unknown terms, which have the highest weights but
 * which no document has. */
static int usefulness_rank(const struct query_term *term)
{
    return term->df == 0 ? 2 : term->selects ? 0 : 1;
}

static int compare_terms_by_usefulness(const void *left, const void *right)
{
    const struct query_term *const *a = left, *const *b = right;

    if (usefulness_rank(*a) != usefulness_rank(*b))
        return usefulness_rank(*a) - usefulness_rank(*b);
    return (*a)->weight < (*b)->weight ? 1 : -((*a)->weight > (*b)->weight);
}

/* Sets TERMS pairs of a term and its weight, the most useful terms first. If the query has fewer
 * terms, the other pairs are NULL. */
static bool set_term_values(const struct query_terms *query_terms, struct arena *arena,
                            struct db_value *values, struct fault *fault)
{
    const struct query_term **terms =
        arena_alloc(arena, (query_terms->term_count + 1) * sizeof *terms);

    if (terms == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < query_terms->term_count; i++)
        terms[i] = &query_terms->terms[i];
    qsort(terms, query_terms->term_count, sizeof *terms, compare_terms_by_usefulness);
    for (size_t i = 0; i < TERMS; i++) {
        values[2 * i] = values[2 * i + 1] = db_null();
        if (i >= query_terms->term_count)
            continue;
        AUTO(buf_finish) struct buf text = BUF(QUERY_TERMS_TERM_TSQUERY_MAX);
        struct slice tsquery;
        query_term_write_tsquery(terms[i], &text);
        if (!buf_keep(&text, arena, &tsquery, fault))
            return false;
        values[2 * i] = db_text(tsquery);
        values[2 * i + 1] = db_double(terms[i]->weight);
    }
    return true;
}

/* Makes the tsquery that `append` appends. An empty tsquery becomes NULL. */
static bool make_tsquery(void (*append)(const struct query_terms *query_terms, struct buf *out),
                         const struct query_terms *query_terms, struct arena *arena,
                         struct db_value *out, struct fault *fault)
{
    AUTO(buf_finish) struct buf text = BUF(QUERY_TERMS_TSQUERY_MAX);
    struct slice kept;

    append(query_terms, &text);
    const bool done = buf_keep(&text, arena, &kept, fault);
    *out = done && kept.len > 0 ? db_text(kept) : db_null();
    return done;
}

/* Sets the values of the parameters FILTERS, in their order. */
static void set_filter_values(const struct vector_filter *filter,
                              struct db_value values[FILTER_COUNT])
{
    const struct db_value filters[FILTER_COUNT] = {
        db_uuid(&filter->tenant_id),
        db_text(filter->bot),
        db_int(filter->chat_id),
        db_int(filter->user_id),
        db_time(filter->from),
        db_time(filter->to),
        filter->language >= 0 ? db_str(language_names[filter->language]) : db_null(),
        db_int(ANSWER_BYTES_MAX),
    };

    memcpy(values, filters, sizeof filters);
}

bool message_search_store_find_newest_bound(struct db *db, const struct vector_filter *filter,
                                            int64_t *bound, struct fault *fault)
{
    struct db_value values[FILTER_COUNT + 1];

    set_filter_values(filter, values);
    values[FILTER_COUNT] = db_int(QUERY_TERMS_NEWEST);
    return db_query_number(db, &oldest_statement, values, FILTER_COUNT + 1, bound, fault);
}

/* Reads the texts of the rows from `first` on, at most BATCH. `full` is set to true if the arena
 * has no room for one of them. */
static bool read_batch_of_texts(struct db *db, const struct uuid *tenant_id, size_t first,
                                struct message_rows *out, struct slice *texts, bool *full,
                                struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    int64_t numbers[BATCH];
    size_t count = 0;

    for (; count < BATCH && first + count < (size_t)out->rows.count; count++)
        numbers[count] = message_search_store_read_number(out, (int)(first + count));
    if (!db_query(db, &texts_statement,
                  DB_VALUES(db_uuid(tenant_id), DB_ITEMS(DB_INT, numbers, count)), &rows, fault))
        return false;
    for (int i = 0; i < rows.count && !*full; i++) {
        const struct slice text = arena_copy(&out->arena, db_get_text(&rows, i, 1));
        texts[first + (size_t)db_get_int(&rows, i, 0) - 1] = text;
        *full = text.at == NULL;
    }
    return true;
}

/* Sets `texts` of the rows: the first ones are in the rows, the others are read in batches. */
static bool read_texts(struct db *db, const struct uuid *tenant_id, struct message_rows *out,
                       struct fault *fault)
{
    const size_t count = (size_t)out->rows.count;
    size_t next = 0;
    bool full = false;

    arena_init(&out->arena, ARENA_MAX);
    struct slice *texts = arena_alloc(&out->arena, (count + 1) * sizeof *texts);
    if (texts == NULL)
        return arena_fault(fault);
    out->texts = texts;
    for (; next < count && !db_is_null(&out->rows, (int)next, TEXT_COLUMN); next++)
        texts[next] = db_get_text(&out->rows, (int)next, TEXT_COLUMN);
    for (; next < count && !full; next += BATCH)
        if (!read_batch_of_texts(db, tenant_id, next, out, texts, &full, fault))
            return false;
    return true;
}

bool message_search_store_list_candidates(struct db *db, const struct vector_filter *filter,
                                          const struct query_terms *query_terms,
                                          bool requires_phrases, int64_t number_above,
                                          struct arena *arena, struct message_rows *out,
                                          struct fault *fault)
{
    const double base = 1 / query_terms_candidate_score(1, 0, query_terms);
    const double slope = 1 / query_terms_candidate_score(1, 1, query_terms) - base;
    struct db_value *values = arena_alloc(arena, (FIXED + 2 * TERMS) * sizeof *values);

    if (values == NULL)
        return arena_fault(fault);
    set_filter_values(filter, values);
    values[LIMIT_AT] = db_int(MESSAGE_RESULTS_MAX);
    values[OLDEST_AT] = number_above > 0 ? db_int(number_above) : db_null();
    values[BASE_AT] = db_double(base);
    values[SLOPE_AT] = db_double(slope);
    return make_tsquery(requires_phrases ? query_terms_write_phrases_tsquery
                                         : query_terms_write_selecting_tsquery,
                        query_terms, arena, &values[TERMS_AT], fault) &&
           make_tsquery(query_terms_write_exclusions_tsquery, query_terms, arena,
                        &values[WITHOUT_AT], fault) &&
           set_term_values(query_terms, arena, values + FIXED, fault) &&
           db_query(db, &candidates_statement, values, FIXED + 2 * TERMS, &out->rows, fault) &&
           read_texts(db, &filter->tenant_id, out, fault);
}

bool message_search_store_list_documents(struct db *db, const struct vector_filter *filter,
                                         const int64_t *numbers, size_t count,
                                         struct message_rows *out, struct fault *fault)
{
    struct db_value values[FILTER_COUNT + 1];

    set_filter_values(filter, values);
    values[FILTER_COUNT] = DB_ITEMS(DB_INT, numbers, count);
    return db_query(db, &documents_statement, values, FILTER_COUNT + 1, &out->rows, fault) &&
           read_texts(db, &filter->tenant_id, out, fault);
}

void message_rows_finish(struct message_rows *rows)
{
    arena_finish(&rows->arena);
    db_rows_finish(&rows->rows);
}

int64_t message_search_store_read_number(const struct message_rows *rows, int row)
{
    return db_get_int(&rows->rows, row, 0);
}

void message_search_store_read_hit(const struct message_rows *rows, int row,
                                   struct message_hit *out)
{
    out->id = db_get_text(&rows->rows, row, 1);
    db_row_read(&rows->rows, row, TEXT_COLUMN + 1, columns, ARRAY_LEN(columns), out);
}
