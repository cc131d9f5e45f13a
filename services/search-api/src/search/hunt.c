// SPDX-License-Identifier: MIT
/* One search under way. All its memory is its own, because a thread may still work on it when its
 * caller has given up. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
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
    struct shown shown; /* by the pages before */
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

/* The page, and where there is more what a cursor says. */
static bool read_hits(struct hunt *hunt, const struct ranks *ranks, const size_t *places,
                      size_t count, bool more)
{
    struct search_hit *hits = arena_alloc(&hunt->arena, (count + 1) * sizeof *hits);
    int64_t *numbers = arena_alloc(&hunt->arena, (count + 1) * sizeof *numbers);

    if (hits == NULL || numbers == NULL)
        return arena_fault(&hunt->fault);
    for (size_t i = 0; i < count; i++) {
        if (!read_hit(hunt, ranks, places[i], &hits[i]))
            return false;
        numbers[i] = hits[i].number;
    }
    hunt->found.hits = hits;
    hunt->found.count = count;
    hunt->found.more = more;
    hunt->found.phrase_missed = ranks->phrase_missed;
    return !more ||
           shown_add(&hunt->shown, numbers, count, &hunt->arena, &hunt->found.shown, &hunt->fault);
}

static bool read_page(struct hunt *hunt, const struct ranks *ranks)
{
    const size_t most = SHOWN_MAX - hunt->shown.count;
    const size_t limit = (size_t)hunt->limit < most ? (size_t)hunt->limit : most;
    size_t *places = arena_alloc(&hunt->arena, (limit + 1) * sizeof *places);
    size_t count = 0, left = 0;

    if (places == NULL)
        return arena_fault(&hunt->fault);
    for (size_t i = 0; i < ranks->count; i++) {
        const int row = (int)ranks->list[i].candidate;
        if (shown_has(&hunt->shown, search_store_number(&hunt->rows, row)))
            continue;
        if (count < limit)
            places[count++] = i;
        else
            left++;
    }
    return read_hits(hunt, ranks, places, count, left > 0 && count < most);
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
    hunt->found.has_rewrite = has_rewrite;
    return true;
}

/* Notes the words of a text by which it has terms that were not asked for. Returns how many. */
static size_t note_said(const struct hunt *hunt, struct slice text, const struct words *words,
                        struct slice *said)
{
    size_t noted = 0;

    for (size_t i = 0; i < hunt->wanted.term_count; i++) {
        const struct wanted_term *term = &hunt->wanted.terms[i];
        for (size_t n = 0; term->slip.at != NULL && said[i].at == NULL && n < words->count; n++) {
            const struct word *word = &words->list[n];
            const struct slice typed = {text.at + word->byte_begin,
                                        word->byte_end - word->byte_begin};
            if (!wanted_has(term, word))
                continue;
            said[i] = (struct slice){typed.at, text_first(typed, WORD_POINTS_MAX)};
            noted++;
        }
    }
    return noted;
}

static bool judge_slips(struct hunt *hunt, const struct ranks *ranks)
{
    const struct wanted *wanted = &hunt->wanted;
    struct slice *said = arena_alloc(&hunt->arena, wanted->term_count * sizeof *said + 1);
    size_t missing = 0;

    if (said == NULL)
        return arena_fault(&hunt->fault);
    for (size_t i = 0; i < wanted->term_count; i++)
        missing += wanted->terms[i].slip.at != NULL && ranks->has_term[i];
    for (size_t i = 0; i < ranks->count && missing > 0; i++) {
        const struct slice text = search_store_text(&hunt->rows, (int)ranks->list[i].candidate);
        struct words words;
        if (!words_read(hunt->reader, text, &hunt->scratch, &words, &hunt->fault))
            return false;
        missing -= note_said(hunt, text, &words, said);
        arena_reset(&hunt->scratch);
    }
    hunt->found.said = said;
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
    return hunt->missed ||
           (judge_rewrites(hunt, &ranks) && judge_slips(hunt, &ranks) && read_page(hunt, &ranks));
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
                                const struct shown *shown, struct fault *fault)
{
    struct hunt *hunt = fault_calloc(sizeof *hunt, "a search", fault);

    if (hunt == NULL)
        return NULL;
    arena_init(&hunt->arena, ROOM);
    arena_init(&hunt->scratch, ROOM);
    hunt->limit = asked->limit;
    hunt->found.wanted = &hunt->wanted;
    hunt->reader = word_reader_create(fault);
    const struct slice query = arena_copy(&hunt->arena, asked->query);
    if (query.at == NULL)
        arena_fault(fault);
    if (hunt->reader == NULL || query.at == NULL ||
        !shown_add(shown, NULL, 0, &hunt->arena, &hunt->shown, fault) ||
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
                      const struct search *asked, const struct shown *shown, struct fault *fault)
{
    if (!desk_enter(desk, service->loop, fault))
        return NULL;
    /* Behind the wait, which may outlast a lexicon. */
    struct hunt *hunt = hunt_create(learner_lexicon(learner), asked, shown, fault);
    if (hunt != NULL && !hunt_go(hunt, service, tenant_id, asked, fault))
        hunt = NULL;
    desk_leave(desk);
    return hunt;
}
