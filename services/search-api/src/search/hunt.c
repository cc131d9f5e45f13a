// SPDX-License-Identifier: MIT
/* One search under way. All its memory is its own, because a thread may still work on it when its
 * caller has given up. */
#include <stdlib.h>
#include <string.h>

#include "loop/fiber.h"

#include "jobs/job.h"
#include "learning/learner.h"
#include "search/search_store.h"

enum { ROOM = 4 * 1024 * 1024, WAIT_MS = 2000 };

struct search_desk {
    size_t running;
    struct fiber_queue waiting;
};

struct hunt {
    struct arena arena;
    struct arena scratch;
    struct word_reader *reader;
    struct wanted wanted;
    struct list_place after;
    int64_t limit;
    struct db_rows rows;
    struct search_found found;
    struct fault fault;
    bool failed;
    bool phrases; /* the candidates are those with the words of all phrases */
    bool missed;  /* none of these has the phrases, so that other candidates are needed */
};

void hunt_destroy(struct hunt *hunt)
{
    if (hunt == NULL)
        return;
    db_rows_finish(&hunt->rows);
    word_reader_destroy(hunt->reader);
    arena_finish(&hunt->scratch);
    arena_finish(&hunt->arena);
    free(hunt);
}

const struct search_found *hunt_found(const struct hunt *hunt)
{
    return &hunt->found;
}

/* The id of a place holds the score. */
struct list_place search_place(const struct search_hit *hit)
{
    struct list_place place = {.set = true, .number = hit->number};

    memcpy(place.id.bytes, &hit->score, sizeof hit->score);
    return place;
}

/* Behind the document that was last on the page before, wherever it stands now; where it is gone,
 * behind those that were before it: of equal scores the newer documents are first. */
static size_t page_begin(const struct hunt *hunt, const struct ranks *ranks)
{
    const int64_t last = hunt->after.number;
    size_t better = 0;
    double score;

    if (!hunt->after.set)
        return 0;
    memcpy(&score, hunt->after.id.bytes, sizeof score);
    for (size_t i = 0; i < ranks->count; i++) {
        const struct rank_hit *hit = &ranks->list[i];
        const int64_t number = search_store_number(&hunt->rows, (int)hit->candidate);
        const double shown = hit->score / ranks->list[0].score;
        if (number == last)
            return i + 1;
        better += shown > score || (shown == score && number > last);
    }
    return better;
}

/* Of the memory that a text takes, its marks alone are kept: a page may have a hundred long ones.
 */
static bool make_snippet(struct hunt *hunt, struct slice text, struct snippet *out)
{
    if (!snippet_make(&hunt->wanted, hunt->reader, text, &hunt->scratch, out, &hunt->fault))
        return false;
    const size_t size = out->mark_count * sizeof *out->marks;
    struct snippet_mark *marks = arena_alloc(&hunt->arena, size + 1);
    if (marks == NULL)
        return arena_fault(&hunt->fault);
    memcpy(marks, out->marks, size);
    out->marks = marks;
    arena_reset(&hunt->scratch);
    return true;
}

/* Scores are shares of the best one: by themselves they would tell how many documents of all
 * tenants have a word. */
static bool read_hit(struct hunt *hunt, const struct ranks *ranks, size_t place,
                     struct search_hit *out)
{
    const int row = (int)ranks->list[place].candidate;

    search_store_read(&hunt->rows, row, out);
    out->score = ranks->list[place].score / ranks->list[0].score;
    out->place = place;
    return make_snippet(hunt, search_store_text(&hunt->rows, row), &out->snippet);
}

static bool read_page(struct hunt *hunt, const struct ranks *ranks)
{
    const size_t begin = page_begin(hunt, ranks);
    const size_t left = ranks->count - begin;
    const size_t count = left < (size_t)hunt->limit ? left : (size_t)hunt->limit;
    struct search_hit *hits = arena_alloc(&hunt->arena, (count + 1) * sizeof *hits);

    if (hits == NULL)
        return arena_fault(&hunt->fault);
    for (size_t i = 0; i < count; i++)
        if (!read_hit(hunt, ranks, begin + i, &hits[i]))
            return false;
    hunt->found.hits = hits;
    hunt->found.count = count;
    hunt->found.more = count < left;
    hunt->found.phrase_missed = ranks->phrase_missed;
    return true;
}

static bool is_found(const struct wanted *wanted, const bool *has_term, const struct word *word)
{
    for (size_t i = 0; i < wanted->term_count; i++)
        if (has_term[i] && wanted_has(&wanted->terms[i], word))
            return true;
    return false;
}

/* Which rewrites have led to a word that was found. */
static bool judge_rewrites(struct hunt *hunt, const struct ranks *ranks)
{
    const struct rewrites *rewrites = &hunt->wanted.rewrites;
    bool *has_rewrite = arena_alloc(&hunt->arena, rewrites->count + 1);

    if (has_rewrite == NULL)
        return arena_fault(&hunt->fault);
    for (size_t i = 0; i < rewrites->count; i++) {
        struct words words;
        if (!words_read(hunt->reader, rewrites->list[i].to, &hunt->scratch, &words, &hunt->fault))
            return false;
        for (size_t n = 0; n < words.count; n++)
            has_rewrite[i] |= is_found(&hunt->wanted, ranks->has_term, &words.list[n]);
        arena_reset(&hunt->scratch);
    }
    hunt->found.has_term = ranks->has_term;
    hunt->found.has_rewrite = has_rewrite;
    return true;
}

static bool put_in_order(struct hunt *hunt)
{
    const size_t count = (size_t)hunt->rows.count;
    struct slice *texts = arena_alloc(&hunt->arena, (count + 1) * sizeof *texts);
    struct ranks ranks;

    if (texts == NULL)
        return arena_fault(&hunt->fault);
    for (size_t i = 0; i < count; i++)
        texts[i] = search_store_text(&hunt->rows, (int)i);
    if (!rank_order(&hunt->wanted, hunt->reader, texts, count, SEARCH_FOUND_MAX, &hunt->arena,
                    &ranks, &hunt->fault))
        return false;
    hunt->missed = hunt->phrases && (ranks.count == 0 || ranks.phrase_missed);
    return hunt->missed || (judge_rewrites(hunt, &ranks) && read_page(hunt, &ranks));
}

static void run(void *data)
{
    struct hunt *hunt = data;

    hunt->failed = !put_in_order(hunt);
}

static void drop(void *data)
{
    hunt_destroy(data);
}

static struct hunt *hunt_create(const struct lexicon *lexicon, const struct search *asked,
                                const struct list_place *after, struct fault *fault)
{
    struct hunt *hunt = fault_calloc(sizeof *hunt, "a search", fault);

    if (hunt == NULL)
        return NULL;
    arena_init(&hunt->arena, ROOM);
    arena_init(&hunt->scratch, ROOM);
    hunt->after = *after;
    hunt->limit = asked->limit;
    hunt->found.wanted = &hunt->wanted;
    hunt->reader = word_reader_create(fault);
    const struct slice query = arena_copy(&hunt->arena, asked->query);
    if (query.at == NULL)
        arena_fault(fault);
    if (hunt->reader == NULL || query.at == NULL ||
        !wanted_read(lexicon, hunt->reader, query, asked->prefix, &hunt->arena, &hunt->wanted,
                     fault)) {
        hunt_destroy(hunt);
        return NULL;
    }
    return hunt;
}

/* On failure the hunt is gone, as below. */
static bool hunt_try(struct hunt *hunt, const struct service *service, const struct uuid *tenant_id,
                     const struct search *asked, struct fault *fault)
{
    db_rows_finish(&hunt->rows);
    if (!search_store_candidates(service->db, tenant_id, asked, &hunt->wanted, hunt->phrases,
                                 &hunt->arena, &hunt->rows, fault)) {
        hunt_destroy(hunt);
        return false;
    }
    if (!job_run(service->work, run, hunt, drop, fault))
        return false;
    if (!hunt->failed)
        return true;
    *fault = hunt->fault;
    hunt_destroy(hunt);
    return false;
}

/* By the words where nothing has the phrases. */
static bool hunt_go(struct hunt *hunt, const struct service *service, const struct uuid *tenant_id,
                    const struct search *asked, struct fault *fault)
{
    if (hunt->wanted.term_count == 0)
        return true;
    hunt->phrases = hunt->wanted.phrase_count > 0;
    if (!hunt_try(hunt, service, tenant_id, asked, fault))
        return false;
    if (!hunt->missed)
        return true;
    hunt->phrases = false;
    return hunt_try(hunt, service, tenant_id, asked, fault);
}

struct search_desk *search_desk_create(struct fault *fault)
{
    return fault_calloc(sizeof(struct search_desk), "searches", fault);
}

void search_desk_destroy(struct search_desk *desk)
{
    free(desk);
}

/* Who has waited takes the place of the one who left. */
static bool desk_enter(struct search_desk *desk, const struct loop *loop, struct fault *fault)
{
    const int64_t until_ns = loop_now_ns(loop) + WAIT_MS * INT64_C(1000000);

    if (desk->running < SEARCHES_MAX) {
        desk->running++;
        return true;
    }
    if (fiber_queue_wait(&desk->waiting, SEARCHES_WAIT_MAX, until_ns, fault))
        return true;
    if (fault->kind == FAULT_TIMEOUT)
        fault_set(fault, FAULT_UNAVAILABLE, "overloaded", "Too many searches are under way.");
    return false;
}

static void desk_leave(struct search_desk *desk)
{
    if (!fiber_queue_wake_one(&desk->waiting))
        desk->running--;
}

struct hunt *hunt_run(struct search_desk *desk, const struct service *service,
                      const struct learner *learner, const struct uuid *tenant_id,
                      const struct search *asked, const struct list_place *after,
                      struct fault *fault)
{
    if (!desk_enter(desk, service->loop, fault))
        return NULL;
    /* Behind the wait, which may outlast a lexicon. */
    struct hunt *hunt = hunt_create(learner_lexicon(learner), asked, after, fault);
    if (hunt != NULL && !hunt_go(hunt, service, tenant_id, asked, fault))
        hunt = NULL;
    desk_leave(desk);
    return hunt;
}
