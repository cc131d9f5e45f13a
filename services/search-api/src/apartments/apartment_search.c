// SPDX-License-Identifier: MIT
#include "apartments/apartment_search.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/log.h"
#include "base/now.h"
#include "base/text.h"
#include "loop/fiber.h"

#include "apartments/apartment_store.h"
#include "jobs/semaphore.h"
#include "query/query_terms.h"

enum {
    ROOM = 8 * 1024 * 1024,
    WORD_POINTS_MIN = 3, /* of a word that is looked for: shorter ones are in every text */
    TITLE_POINTS_MIN = 4,
    ZONE_S = 5 * 3600, /* of Kazakhstan */
    DAY_S = 86400,
    HOUR_S = 3600,
    ROOMS_MAX = 64,
    TOLD_MS = 60000 /* the log, once */
};

/* No text has this term. */
#define NO_TERM "'.'"

struct apartment_search {
    struct arena arena;
    struct db_rows rows;
    struct db_rows like_rows;
    struct apartment like;
    struct word_reader *reader;
    struct apartment_results answer;
};

void apartment_search_destroy(struct apartment_search *apartment_search)
{
    if (apartment_search == NULL)
        return;
    db_rows_finish(&apartment_search->rows);
    db_rows_finish(&apartment_search->like_rows);
    word_reader_destroy(apartment_search->reader);
    arena_finish(&apartment_search->arena);
    free(apartment_search);
}

const struct apartment_results *
apartment_search_results(const struct apartment_search *apartment_search)
{
    return &apartment_search->answer;
}

/* --- what is query_terms --- */

static struct phrase_now now_there(void)
{
    const int64_t local_s = now_wall_us() / US_PER_S + ZONE_S;

    return (struct phrase_now){.day = (int32_t)(local_s / DAY_S),
                               .hour = (int)(local_s % DAY_S / HOUR_S)};
}

/* The language decides how 5/12 is read, and little else. */
static enum language language_of(struct slice text)
{
    enum { CYRILLIC = 0xd0 /* the first byte of its code points, and the three behind it */ };

    for (size_t at = 0; at < text.len; at++)
        if (((unsigned char)text.at[at] & 0xfc) == CYRILLIC)
            return LANGUAGE_RU;
    return LANGUAGE_EN;
}

static bool says_anything(const struct phrase *phrase)
{
    return phrase->city.at != NULL || phrase->district.at != NULL || phrase->room_count > 0 ||
           phrase->max_price > 0 || phrase->guests > 0 || phrase->amenities.count > 0 ||
           phrase->q.count > 0 || phrase->near.at != NULL || phrase->check_in != DATE_ABSENT ||
           phrase->nights > 0 || phrase->ask != 0;
}

static size_t keep_long(const struct slice *list, size_t count, size_t points, struct slice *out,
                        size_t room)
{
    size_t kept = 0;

    for (size_t i = 0; i < count && kept < room; i++)
        if (text_length(list[i]) >= points)
            out[kept++] = list[i];
    return kept;
}

static bool is_among(const struct slice *list, size_t count, struct slice text)
{
    for (size_t i = 0; i < count; i++)
        if (slice_equal(list[i], text))
            return true;
    return false;
}

/* The longer words of a text, each once, in the arena. */
static bool split(struct apartment_search *apartment_search, struct slice text, size_t points,
                  struct slice *out, size_t *count, struct fault *fault)
{
    struct words words;

    *count = 0;
    if (!words_read(apartment_search->reader, text, &apartment_search->arena, &words, fault))
        return false;
    for (size_t i = 0; i < words.count && *count < CRITERIA_WORDS_MAX; i++)
        if (!is_among(out, *count, words.list[i].text))
            *count += keep_long(&words.list[i].text, 1, points, out + *count, 1);
    return true;
}

/* Names of places belong to words that may be gone after the next wait. */
static bool copy_text(struct slice *text, struct arena *arena, struct fault *fault)
{
    if (text->at == NULL)
        return true;
    *text = arena_copy(arena, *text);
    return text->at != NULL || arena_fault(fault);
}

static bool copy_names(struct apartment_search *apartment_search, struct fault *fault)
{
    struct criteria *criteria = &apartment_search->answer.criteria;

    for (size_t i = 0; i < criteria->word_count; i++)
        if (!copy_text(&criteria->words[i].text, &apartment_search->arena, fault))
            return false;
    return copy_text(&criteria->district, &apartment_search->arena, fault) &&
           copy_text(&criteria->city, &apartment_search->arena, fault);
}

static bool read_query(struct apartment_search *apartment_search, const struct place_words *known,
                       const struct criteria_request *asked, struct fault *fault)
{
    struct slice rest[CRITERIA_WORDS_MAX];
    size_t rest_count = 0;
    struct phrase phrase;
    bool understood = false;

    if (asked->query.at != NULL && text_length(asked->query) <= PHRASE_MAX) {
        if (phrase_read(known->words, asked->query, language_of(asked->query), now_there(),
                        &apartment_search->arena, &phrase, fault)) {
            understood = true;
            rest_count = keep_long(phrase.rest, phrase.rest_count, WORD_POINTS_MIN, rest,
                                   CRITERIA_WORDS_MAX);
        } else if (fault->kind == FAULT_UNAVAILABLE) {
            return false;
        }
    }
    if (asked->query.at != NULL && !understood &&
        !split(apartment_search, asked->query, WORD_POINTS_MIN, rest, &rest_count, fault))
        return false;
    criteria_make(asked, understood ? &phrase : NULL, &known->lists, rest, rest_count,
                  &apartment_search->answer.criteria);
    apartment_search->answer.understood =
        asked->query.at == NULL || (understood && says_anything(&phrase));
    return copy_names(apartment_search, fault);
}

/* The example gives the city, and its title the words, where nothing else does. */
static bool read_like(struct apartment_search *apartment_search,
                      const struct apartment_searcher *apartment_searcher,
                      const struct uuid *tenant_id, const struct uuid *id, struct fault *fault)
{
    struct criteria *criteria = &apartment_search->answer.criteria;
    struct slice words[CRITERIA_WORDS_MAX];
    size_t count;
    bool found;

    if (uuid_is_nil(id))
        return true;
    if (!apartment_store_find(apartment_searcher->service->db, tenant_id, id,
                              &apartment_search->like_rows, &apartment_search->like, &found, fault))
        return false;
    if (!found)
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such flat.");
    criteria->like = &apartment_search->like;
    if (criteria->city.at == NULL)
        criteria->city = apartment_search->like.city;
    if (criteria->word_count > 0)
        return true;
    if (!split(apartment_search, apartment_search->like.title.ru, TITLE_POINTS_MIN, words, &count,
               fault))
        return false;
    for (size_t i = 0; i < count; i++)
        criteria->words[criteria->word_count++] =
            (struct criteria_word){words[i], CRITERIA_TEXT, false};
    return true;
}

/* --- candidates --- */

/* 'x' becomes 'x':A, which only titles and addresses have. */
static void put_label(struct slice query, struct buf *out)
{
    bool inside = false;

    for (size_t i = 0; i < query.len; i++) {
        buf_char(out, query.at[i]);
        if (query.at[i] != '\'')
            continue;
        inside = !inside;
        if (!inside)
            buf_text(out, ":A");
    }
}

static bool make_query(struct apartment_search *apartment_search, const struct lexicon *lexicon,
                       const struct criteria_word *word, struct slice *out, struct fault *fault)
{
    /* The words of a name stand together. */
    const bool several = memchr(word->text.at, ' ', word->text.len) != NULL;
    struct query_terms query_terms;
    struct buf query, labelled;
    const char *quote = several ? "\"" : "";
    const struct slice text =
        arena_printf(&apartment_search->arena, "%s%.*s%s", quote, SLICE_ARG(word->text), quote);

    if (text.at == NULL)
        return arena_fault(fault);
    if (!query_terms_read(lexicon, apartment_search->reader, text, false, &apartment_search->arena,
                          &query_terms, fault))
        return false;
    buf_init(&query, QUERY_TERMS_TSQUERY_MAX);
    buf_init(&labelled, 2 * QUERY_TERMS_TSQUERY_MAX);
    (several ? query_terms_tsquery_phrases : query_terms_tsquery)(&query_terms, &query);
    if (query.len == 0)
        buf_text(&query, NO_TERM);
    if (word->in_title)
        put_label(buf_as_slice(&query), &labelled);
    const bool ok =
        buf_keep(word->in_title ? &labelled : &query, &apartment_search->arena, out, fault);
    buf_finish(&query);
    buf_finish(&labelled);
    return ok;
}

static bool find_candidates(struct apartment_search *apartment_search,
                            const struct apartment_searcher *apartment_searcher,
                            const struct uuid *tenant_id, struct apartment **apartments,
                            size_t *count, struct fault *fault)
{
    const struct criteria *criteria = &apartment_search->answer.criteria;
    struct slice words[CRITERIA_WORDS_MAX];
    int64_t rooms[ROOMS_MAX];
    size_t room_count = 0;

    /* A word that nobody knows takes some milliseconds; the lexicon may be another behind a wait.
     */
    for (size_t i = 0; i < criteria->word_count; i++)
        if (!fiber_sleep(0, fault) ||
            !make_query(apartment_search,
                        lexicon_updater_lexicon(apartment_searcher->lexicon_updater),
                        &criteria->words[i], &words[i], fault))
            return false;
    for (int64_t i = 0; i < ROOMS_MAX; i++)
        if ((criteria->rooms >> i & 1) != 0)
            rooms[room_count++] = i;
    const struct apartment_filter filter = {
        .city = criteria->city,
        .guests = criteria->guests,
        .rooms = rooms,
        .room_count = room_count,
        /* Of a stay it is known when booking-api has told its total. */
        .max_price = criteria_has_dates(criteria) ? FIELD_ABSENT : criteria->max_price,
        .must = criteria->must,
        .must_count = criteria->must_count,
        .query_terms = criteria->amenities.items,
        .query_terms_count = criteria->amenities.count,
        .district = criteria->district,
        .words = words,
        .word_count = criteria->word_count,
        .without = criteria->like != NULL ? criteria->like->id : (struct uuid){{0}}};
    return apartment_store_candidates(apartment_searcher->service->db, tenant_id, &filter,
                                      &apartment_search->arena, &apartment_search->rows, apartments,
                                      count, fault);
}

/* --- nights --- */

static void tell_unjudged(struct apartment_searcher *apartment_searcher, const struct fault *fault)
{
    const int64_t at_ns = now_mono_ns();

    apartment_searcher->untold++;
    if (apartment_searcher->told_ns != 0 &&
        at_ns - apartment_searcher->told_ns < TOLD_MS * NS_PER_MS)
        return;
    LOG(LOG_WARN, "nights_unjudged", fault->detail, log_str("code", fault->code),
        log_int("searches", apartment_searcher->untold));
    apartment_searcher->told_ns = at_ns;
    apartment_searcher->untold = 0;
}

static bool ranking_nights(struct apartment_search *apartment_search,
                           struct apartment_searcher *apartment_searcher,
                           const struct availability_caller *caller, bool sees_nights,
                           struct apartment *apartments, size_t count, struct fault *fault)
{
    const struct criteria *criteria = &apartment_search->answer.criteria;
    const struct availability_stay stay = {criteria->check_in, criteria->check_out,
                                           criteria->guests != FIELD_ABSENT ? criteria->guests : 1};

    if (!criteria_has_dates(criteria))
        return true;
    if (!sees_nights)
        return fault_set(fault, FAULT_FORBIDDEN, "scope_missing",
                         "Nights are judged by booking-api: this key lacks the scope booking:read");
    if (count == 0 || availability_ask(&apartment_searcher->nights, caller, &stay, apartments,
                                       count, &apartment_search->arena, fault))
        return true;
    if (fault->kind == FAULT_FORBIDDEN)
        return false;
    apartment_search->answer.unjudged = true;
    apartment_search->answer.refused = fault->kind == FAULT_UNAUTHENTICATED;
    tell_unjudged(apartment_searcher, fault);
    return true;
}

/* At the semaphore. Nights are ranked_apartment behind it: that is a wait for somebody else. */
static bool look(struct apartment_search *apartment_search,
                 const struct apartment_searcher *apartment_searcher, const struct uuid *tenant_id,
                 const struct criteria_request *asked, struct apartment **apartments, size_t *count,
                 struct fault *fault)
{
    struct place_words known;

    if (!semaphore_acquire(apartment_searcher->semaphore, apartment_searcher->service->loop,
                           tenant_id, fault))
        return false;
    const bool ok =
        apartment_places_find(apartment_searcher->places, apartment_searcher->service, tenant_id,
                              &known, fault) &&
        read_query(apartment_search, &known, asked, fault) &&
        read_like(apartment_search, apartment_searcher, tenant_id, &asked->like, fault) &&
        find_candidates(apartment_search, apartment_searcher, tenant_id, apartments, count, fault);
    semaphore_release(apartment_searcher->semaphore, tenant_id);
    return ok;
}

static bool go(struct apartment_search *apartment_search,
               struct apartment_searcher *apartment_searcher, const struct uuid *tenant_id,
               const struct criteria_request *asked, const struct availability_caller *caller,
               bool sees_nights, struct fault *fault)
{
    struct apartment *apartments;
    size_t count;

    arena_init(&apartment_search->arena, ROOM);
    apartment_search->reader = word_reader_create(fault);
    return apartment_search->reader != NULL &&
           look(apartment_search, apartment_searcher, tenant_id, asked, &apartments, &count,
                fault) &&
           ranking_nights(apartment_search, apartment_searcher, caller, sees_nights, apartments,
                          count, fault) &&
           ranking_make(&apartment_search->answer.criteria, apartments, count, (size_t)asked->limit,
                        &apartment_search->arena, &apartment_search->answer.ranking, fault);
}

struct apartment_search *apartment_search_run(struct apartment_searcher *apartment_searcher,
                                              const struct uuid *tenant_id,
                                              const struct criteria_request *asked,
                                              const struct availability_caller *caller,
                                              bool sees_nights, struct fault *fault)
{
    if (!quota_acquire(&apartment_searcher->running, tenant_id, fault))
        return NULL;
    struct apartment_search *apartment_search =
        fault_calloc(sizeof *apartment_search, "a search", fault);
    const bool ok = apartment_search != NULL && go(apartment_search, apartment_searcher, tenant_id,
                                                   asked, caller, sees_nights, fault);
    quota_release(&apartment_searcher->running, tenant_id);
    if (ok)
        return apartment_search;
    apartment_search_destroy(apartment_search);
    return NULL;
}
