// SPDX-License-Identifier: MIT
/* quality DATA OUT LANGUAGE KINDS SET...: runs the queries of each SET of the judged data in folder
 * DATA and writes OUT/SET.run; a SET that ends with ".prefix" is searched as you type. Searches the
 * documents of LANGUAGE and the distractors whose kinds KINDS names ("t", "tvm"; "-": none). Prints
 * for each set the share of relevant documents among the candidates, and the CPU time of a query;
 * before them the texts tokenised per second. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/digest.h"

#include "messages/rank.h"

enum { TEXTS_MAX = 200 * 1000, RANKS = 10 };

struct text {
    struct slice id, text;
};

struct texts {
    struct text *list;
    size_t count;
};

/* A term of a document. */
struct posting {
    uint64_t term; /* its hash */
    uint32_t document;
};

static struct texts documents;
static struct texts judgements; /* query and document */
static struct posting *postings;
static size_t posting_count;
static uint32_t *lengths; /* of documents, in words */
static struct lexicon *lexicon;
static struct word_reader *reader;
static struct fault fault;

static void require(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "quality: %s\n", what);
    exit(EXIT_FAILURE);
}

/* Stays open until the program ends. */
static struct slice file_of(const char *folder, const char *name)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    require(file != NULL, path);
    fseek(file, 0, SEEK_END);
    const size_t size = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(size + 1);
    require(text != NULL && fread(text, 1, size, file) == size, path);
    fclose(file);
    return (struct slice){text, size};
}

/* Appends the lines of a file; distractors only of the given kinds. */
static void add_texts(struct texts *texts, struct slice rest, const char *kinds)
{
    while (rest.len > 0) {
        struct slice line = slice_cut(&rest, '\n');
        const struct slice id = slice_cut(&line, '\t');
        if (kinds != NULL && (id.len < 4 || strchr(kinds, id.at[3]) == NULL))
            continue;
        require(texts->count < TEXTS_MAX, "too many texts");
        texts->list[texts->count++] = (struct text){id, slice_cut(&line, '\t')};
    }
}

static struct texts new_texts(void)
{
    struct texts texts = {calloc(TEXTS_MAX, sizeof(struct text)), 0};

    require(texts.list != NULL, "no memory");
    return texts;
}

static int by_id(const void *left, const void *right)
{
    const struct text *a = left, *b = right;
    const size_t least = a->id.len < b->id.len ? a->id.len : b->id.len;
    const int order = memcmp(a->id.at, b->id.at, least);

    return order != 0 ? order : (a->id.len > b->id.len) - (a->id.len < b->id.len);
}

static int by_term(const void *left, const void *right)
{
    const struct posting *a = left, *b = right;

    if (a->term != b->term)
        return a->term < b->term ? -1 : 1;
    return (a->document > b->document) - (a->document < b->document);
}

/* Of this thread, because others share the machine. */
static int64_t used_ns(void)
{
    struct timespec used;

    require(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) == 0, "no clock");
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

static void index_documents(void)
{
    size_t room = 0;
    struct arena arena = ARENA(16 << 20);

    const int64_t began = used_ns();
    for (size_t i = 0; i < documents.count; i++) {
        struct words words;
        size_t from = 0;
        lexicon_begin_document(lexicon);
        require(words_read(reader, documents.list[i].text, &arena, &words, &fault) &&
                    lexicon_count_words(lexicon, &words, &from, words.count, &fault),
                "no memory");
        lengths[i] = (uint32_t)words.count;
        if (posting_count + words.count > room) {
            room = 2 * room + words.count + 1024;
            postings = realloc(postings, room * sizeof *postings);
            require(postings != NULL, "no memory");
        }
        for (size_t n = 0; n < words.count; n++)
            postings[posting_count++] =
                (struct posting){digest_fast64(words.list[n].term), (uint32_t)i};
        arena_reset(&arena);
    }
    const double seconds = (double)(used_ns() - began) / 1e9;
    printf("read\t%.0f\n", (double)documents.count / seconds);
    arena_finish(&arena);
    qsort(postings, posting_count, sizeof *postings, by_term);
}

/* --- candidates, as SQL selects them --- */

struct candidate {
    double score;
    uint32_t document;
};

static int by_score(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    const double x = round(a->score * 1e9), y = round(b->score * 1e9);

    if (x != y)
        return x > y ? -1 : 1;
    return (a->document > b->document) - (a->document < b->document);
}

/* The first posting of a term with this hash; one with a greater hash if there is none. */
static size_t find_postings(uint64_t hash)
{
    size_t low = 0, high = posting_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (postings[middle].term < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has_term(uint32_t document, uint64_t hash)
{
    for (size_t at = find_postings(hash); at < posting_count && postings[at].term == hash; at++)
        if (postings[at].document >= document)
            return postings[at].document == document;
    return false;
}

/* Adds the weight of a term to each document that has it, or both words of a pair. */
static void add_weight(const struct query_term *term, double *sums, bool *selected)
{
    const uint64_t hash = digest_fast64(term->text), second = digest_fast64(term->second);
    size_t low = find_postings(hash);

    for (uint32_t last = UINT32_MAX; low < posting_count && postings[low].term == hash; low++) {
        const uint32_t document = postings[low].document;
        if (term->pair_of != NULL && !has_term(document, second))
            continue;
        if (document != last)
            sums[document] += term->weight;
        selected[document] |= term->selects;
        last = document;
    }
}

/* The same for a prefix. Postings have only whole terms, so the texts are read. */
static void add_beginning(const struct query_term *term, double *sums, bool *selected)
{
    struct arena arena = ARENA(16 << 20);

    for (size_t i = 0; i < documents.count; i++) {
        struct words words;
        size_t at = 0;
        require(words_read(reader, documents.list[i].text, &arena, &words, &fault), "no memory");
        while (at < words.count && !slice_starts(words.list[at].term, term->text))
            at++;
        sums[i] += at < words.count ? term->weight : 0;
        selected[i] |= at < words.count && term->selects;
        arena_reset(&arena);
    }
    arena_finish(&arena);
}

static size_t choose(const struct query_terms *query_terms, struct candidate *out)
{
    static double sums[TEXTS_MAX];
    static bool selected[TEXTS_MAX];
    size_t count = 0;

    memset(sums, 0, documents.count * sizeof sums[0]);
    memset(selected, 0, documents.count * sizeof selected[0]);
    for (size_t i = 0; i < query_terms->term_count; i++)
        (query_terms->terms[i].is_prefix ? add_beginning : add_weight)(&query_terms->terms[i], sums,
                                                                       selected);
    const size_t left = query_terms->common && documents.count > QUERY_TERMS_NEWEST
                            ? documents.count - QUERY_TERMS_NEWEST
                            : 0;
    for (uint32_t i = (uint32_t)left; i < documents.count; i++)
        if (selected[i])
            out[count++] = (struct candidate){
                query_terms_candidate_score(sums[i], lengths[i], query_terms), i};
    qsort(out, count, sizeof *out, by_score);
    return count < QUERY_TERMS_CANDIDATES ? count : QUERY_TERMS_CANDIDATES;
}

/* --- queries --- */

struct tally {
    size_t right, right_found; /* relevant documents, and those among the candidates */
    int64_t ns;
};

static void judge(const struct text *query, const struct candidate *found, size_t count,
                  struct tally *tally)
{
    for (size_t i = 0; i < judgements.count; i++) {
        if (!slice_equal(judgements.list[i].id, query->id))
            continue;
        tally->right++;
        for (size_t n = 0; n < count; n++)
            tally->right_found +=
                slice_equal(documents.list[found[n].document].id, judgements.list[i].text);
    }
}

static void show_rewrites(const struct text *query, const struct query_terms *query_terms)
{
    fprintf(stderr, "%.*s", SLICE_ARG(query->id));
    for (size_t i = 0; i < query_terms->rewrites.count; i++)
        fprintf(stderr, " %.*s=%s:%.*s", SLICE_ARG(query_terms->rewrites.list[i].from),
                rewrite_kind_name(query_terms->rewrites.list[i].kind),
                SLICE_ARG(query_terms->rewrites.list[i].to));
    fprintf(stderr, "\n");
}

static void ask(const struct text *query, bool as_you_type, struct arena *arena, FILE *run,
                struct tally *tally)
{
    static struct candidate found[TEXTS_MAX];
    static struct slice texts[QUERY_TERMS_CANDIDATES];
    struct query_terms query_terms;
    struct ranks ranks;

    int64_t began = used_ns();
    require(query_terms_from_query(lexicon, reader, query->text, as_you_type, arena, &query_terms,
                                   &fault),
            "no memory");
    tally->ns += used_ns() - began;
    if (getenv("QUALITY_SHOW") != NULL)
        show_rewrites(query, &query_terms);
    const size_t count = choose(&query_terms, found);
    judge(query, found, count, tally);
    for (size_t i = 0; i < count; i++)
        texts[i] = documents.list[found[i].document].text;
    /* Equal scores stay in the order of ids. */
    began = used_ns();
    require(rank_candidates(&query_terms, reader, texts, count, RANKS, arena, &ranks, &fault),
            "no memory");
    tally->ns += used_ns() - began;
    for (size_t i = 0; i < ranks.count; i++)
        fprintf(run, "%.*s\t%zu\t%.*s\n", SLICE_ARG(query->id), i + 1,
                SLICE_ARG(documents.list[found[ranks.list[i].candidate].document].id));
}

static void ask_all(const char *data, const char *out, const char *set)
{
    char path[4096];
    const char *last = strrchr(set, '.');
    const bool as_you_type = last != NULL && strcmp(last, ".prefix") == 0;
    struct texts queries = new_texts();
    struct tally tally = {0};
    struct arena arena = ARENA(16 << 20);

    snprintf(path, sizeof path, "%s.queries.tsv", set);
    add_texts(&queries, file_of(data, path), NULL);
    snprintf(path, sizeof path, "%s/%s.run", out, set);
    FILE *run = fopen(path, "w");
    require(run != NULL, path);
    for (size_t i = 0; i < queries.count; i++) {
        ask(&queries.list[i], as_you_type, &arena, run, &tally);
        arena_reset(&arena);
    }
    arena_finish(&arena);
    require(fclose(run) == 0, path);
    printf("%s\t%.4f\t%.2f\n", set, (double)tally.right_found / (double)tally.right,
           (double)tally.ns / 1e6 / (double)queries.count);
}

int main(int argc, char **argv)
{
    char name[64];

    require(argc > 5, "quality DATA OUT LANGUAGE KINDS SET...");
    reader = word_reader_create(&fault);
    lexicon = lexicon_create(&fault);
    lengths = calloc(TEXTS_MAX, sizeof *lengths);
    require(reader != NULL && lexicon != NULL && lengths != NULL, "no memory");
    documents = new_texts();
    judgements = new_texts();
    snprintf(name, sizeof name, "%s.docs.tsv", argv[3]);
    add_texts(&documents, file_of(argv[1], name), NULL);
    snprintf(name, sizeof name, "%s.qrels.tsv", argv[3]);
    add_texts(&judgements, file_of(argv[1], name), NULL);
    if (strcmp(argv[4], "-") != 0)
        add_texts(&documents, file_of(argv[1], "distractors.tsv"), argv[4]);
    qsort(documents.list, documents.count, sizeof *documents.list, by_id);
    index_documents();
    for (int i = 5; i < argc; i++)
        ask_all(argv[1], argv[2], argv[i]);
    return EXIT_SUCCESS;
}
