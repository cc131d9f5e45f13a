// SPDX-License-Identifier: MIT
#include "apartments/apartment_search.h"

#include "base/auto.h"
#include "base/date.h"
#include "base/log.h"
#include "base/now.h"
#include "base/text.h"
#include "loop/fiber.h"

#include "apartments/apartment_places.h"
#include "apartments/apartment_store.h"
#include "app.h"
#include "jobs/quota.h"
#include "jobs/semaphore.h"
#include "lexicon/lexicon_updater.h"
#include "query/query_terms.h"

enum {
    ROOM = 8 * 1024 * 1024, /* bytes of the arena of a search, at most */
    TITLE_POINTS_MIN = 4,   /* letters of such a word from the title of the example */
    ZONE_S = 5 * 3600,      /* UTC offset of Kazakhstan */
    DAY_S = 86400,
    HOUR_S = 3600,
    LOG_EVERY_MS = 60000 /* time between two log lines */
};

/* A term that no text has, because terms consist of letters and digits. */
#define NO_TERM "'.'"

void apartment_search_finish(struct apartment_search *search)
{
    db_rows_finish(&search->rows);
    word_reader_destroy(search->reader);
    arena_finish(&search->arena);
}

/* --- criteria --- */

static struct phrase_now get_kazakhstan_time(void)
{
    const int64_t local_s = now_wall_us() / US_PER_S + ZONE_S;

    return (struct phrase_now){.day = (int32_t)(local_s / DAY_S),
                               .hour = (int)(local_s % DAY_S / HOUR_S)};
}

/* Guesses the language of a query by its letters. phrase_read() needs the language mainly for dates
 * such as 5/12. */
static enum language guess_language(struct slice text)
{
    enum { CYRILLIC = 0xd0 /* the first byte of Cyrillic characters, with the next three */ };

    for (size_t at = 0; at < text.len; at++)
        if (((unsigned char)text.at[at] & 0xfc) == CYRILLIC)
            return LANGUAGE_RU;
    return LANGUAGE_EN;
}

static bool is_understood(const struct phrase *phrase)
{
    return phrase->city.at != NULL || phrase->district.at != NULL || phrase->room_count > 0 ||
           phrase->min_price > 0 || phrase->max_price > 0 || phrase->guests > 0 ||
           phrase->amenities.count > 0 || phrase->q.count > 0 || phrase->near.at != NULL ||
           phrase->check_in != DATE_ABSENT || phrase->nights > 0 || phrase->ask != 0;
}

/* Copies texts of at least `points_min` letters, at most `words_max` of them. Returns their number.
 */
static size_t copy_long_words(const struct slice *list, size_t count, size_t points_min,
                              struct slice *out, size_t words_max)
{
    size_t count_kept = 0;

    for (size_t i = 0; i < count && count_kept < words_max; i++)
        if (text_length(list[i]) >= points_min)
            out[count_kept++] = list[i];
    return count_kept;
}

/* Reads the distinct words of a text that have at least `points_min` letters, into the arena. */
static bool read_distinct_long_words(struct apartment_search *search, struct slice text,
                                     size_t points_min, struct slice *out, size_t *count,
                                     struct fault *fault)
{
    struct words words;

    *count = 0;
    if (!words_read(search->reader, text, &search->arena, &words, fault))
        return false;
    for (size_t i = 0; i < words.count && *count < CRITERIA_WORDS_MAX; i++)
        if (!slice_is_among(words.list[i].text, out, *count))
            *count += copy_long_words(&words.list[i].text, 1, points_min, out + *count, 1);
    return true;
}

/* Copies the names of places into the arena, because the memory of the cached places may be freed
 * while the fiber waits. */
static bool copy_criteria_texts(struct apartment_search *search, struct fault *fault)
{
    struct criteria *criteria = &search->results.criteria;
    struct arena *arena = &search->arena;

    for (size_t i = 0; i < criteria->word_count; i++)
        if (!arena_keep(arena, criteria->words[i].text, &criteria->words[i].text, fault) ||
            !arena_keep(arena, criteria->other_spellings[i], &criteria->other_spellings[i], fault))
            return false;
    return arena_keep(arena, criteria->district, &criteria->district, fault) &&
           arena_keep(arena, criteria->city, &criteria->city, fault);
}

/* Apartments may have a name in another script than the query: "Khan Shatyr", "Хан Шатыр". */
static void find_other_spellings(const struct place_words *places, struct criteria *criteria)
{
    for (size_t i = 0; i < criteria->word_count; i++)
        if (criteria->words[i].kind == CRITERIA_LANDMARK)
            criteria->other_spellings[i] =
                phrase_get_other_spelling(places->words, criteria->words[i].text);
}

static bool read_criteria(struct apartment_search *search, const struct place_words *places,
                          const struct criteria_request *request, struct fault *fault)
{
    struct slice rest[CRITERIA_WORDS_MAX];
    size_t rest_count = 0;
    struct phrase phrase;
    bool understood = false;

    if (request->query.at != NULL && text_length(request->query) <= PHRASE_MAX) {
        if (phrase_read(places->words, request->query, guess_language(request->query),
                        get_kazakhstan_time(), &search->arena, &phrase, fault)) {
            understood = true;
            rest_count = copy_long_words(phrase.rest, phrase.rest_count, CRITERIA_WORD_POINTS_MIN,
                                         rest, CRITERIA_WORDS_MAX);
        } else if (fault->kind == FAULT_UNAVAILABLE) {
            return false;
        }
    }
    if (request->query.at != NULL && !understood &&
        !read_distinct_long_words(search, request->query, CRITERIA_WORD_POINTS_MIN, rest,
                                  &rest_count, fault))
        return false;
    criteria_from_request(request, understood ? &phrase : NULL, &places->lists, rest, rest_count,
                          &search->results.criteria);
    find_other_spellings(places, &search->results.criteria);
    search->results.understood =
        request->query.at == NULL || (understood && is_understood(&phrase));
    return copy_criteria_texts(search, fault);
}

/* Reads the example, an apartment to which results shall be similar. If the query names no city,
 * the example gives the city; if the query has no words, the title of the example gives them. */
static bool add_example_to_criteria(struct apartment_search *search, const struct search_app *app,
                                    const struct uuid *tenant_id, const struct uuid *example_id,
                                    struct fault *fault)
{
    struct criteria *criteria = &search->results.criteria;
    struct slice words[CRITERIA_WORDS_MAX];
    size_t count;

    if (uuid_is_nil(example_id))
        return true;
    if (!apartment_store_find(app->service->db, tenant_id, example_id, &search->arena,
                              &search->like, fault))
        return false;
    criteria->like = &search->like;
    if (criteria->city.at == NULL)
        criteria->city = search->like.city;
    if (criteria->word_count > 0)
        return true;
    if (!read_distinct_long_words(search, search->like.title.ru, TITLE_POINTS_MIN, words, &count,
                                  fault))
        return false;
    for (size_t i = 0; i < count; i++)
        criteria->words[criteria->word_count++] =
            (struct criteria_word){words[i], CRITERIA_TEXT, false};
    return true;
}

/* --- candidates --- */

/* Copies a tsquery and restricts each term to label A, which terms of titles, districts and
 * addresses have: 'x' becomes 'x':A. */
static void append_tsquery_with_label_a(struct slice tsquery, struct buf *out)
{
    bool inside = false;

    for (size_t i = 0; i < tsquery.len; i++) {
        buf_char(out, tsquery.at[i]);
        if (tsquery.at[i] != '\'')
            continue;
        inside = !inside;
        if (!inside)
            buf_text(out, ":A");
    }
}

/* Appends the tsquery of a word, or of a name of several words. */
static bool append_tsquery_of_text(struct apartment_search *search, const struct lexicon *lexicon,
                                   struct slice words, struct buf *out, struct fault *fault)
{
    /* The words of a name, such as a street's, must follow one another: search them as a phrase. A
     * single word is a phrase too, because the phrase is also searched as typed: the lexicon, which
     * decides on rewrites, is of messages, and apartments have other words. */
    const bool several = memchr(words.at, ' ', words.len) != NULL;
    struct query_terms query_terms;
    AUTO(buf_finish) struct buf query = BUF(QUERY_TERMS_TSQUERY_MAX);
    const struct slice text = arena_printf(&search->arena, "\"%.*s\"", SLICE_ARG(words));

    if (text.at == NULL)
        return arena_fault(fault);
    if (!query_terms_from_query(lexicon, search->reader, text, false, &search->arena, &query_terms,
                                fault))
        return false;
    if (!several)
        query_terms_write_selecting_tsquery(&query_terms, &query);
    if (query.len > 0 && query_terms.phrase_count > 0)
        buf_text(&query, " | ");
    query_terms_write_phrases_tsquery(&query_terms, &query);
    if (query.len > 0 && out->len > 0)
        buf_text(out, " | ");
    buf_slice(out, buf_as_slice(&query));
    return true;
}

static bool make_word_tsquery(struct apartment_search *search, const struct lexicon *lexicon,
                              size_t word_index, struct slice *out, struct fault *fault)
{
    const struct criteria_word *word = &search->results.criteria.words[word_index];
    const struct slice other = search->results.criteria.other_spellings[word_index];
    AUTO(buf_finish) struct buf query = BUF(2 * QUERY_TERMS_TSQUERY_MAX);
    AUTO(buf_finish) struct buf labelled = BUF(2 * QUERY_TERMS_TSQUERY_MAX);

    if (!append_tsquery_of_text(search, lexicon, word->text, &query, fault) ||
        (other.at != NULL && !append_tsquery_of_text(search, lexicon, other, &query, fault)))
        return false;
    if (query.len == 0)
        buf_text(&query, NO_TERM);
    if (word->in_title)
        append_tsquery_with_label_a(buf_as_slice(&query), &labelled);
    return buf_keep(word->in_title ? &labelled : &query, &search->arena, out, fault);
}

static bool find_candidates(struct apartment_search *search, const struct search_app *app,
                            const struct uuid *tenant_id, struct apartment **apartments,
                            size_t *count, struct fault *fault)
{
    const struct criteria *criteria = &search->results.criteria;
    struct slice words[CRITERIA_WORDS_MAX];

    /* Yield to the loop before each word, because an unknown word takes some milliseconds. Then get
     * the lexicon again: the updater may have replaced it. */
    for (size_t i = 0; i < criteria->word_count; i++)
        if (!fiber_sleep(0, fault) ||
            !make_word_tsquery(search, lexicon_updater_lexicon(app->lexicon_updater), i, &words[i],
                               fault))
            return false;
    return apartment_store_list_candidates(app->service->db, tenant_id, criteria, words,
                                           &search->arena, &search->rows, apartments, count, fault);
}

/* --- availability --- */

static void log_availability_failure(struct search_app *app, const struct fault *fault)
{
    const int64_t searches = log_limit_count(&app->availability_log, now_mono_ns(), LOG_EVERY_MS);

    if (searches > 0)
        LOG(LOG_WARN, "nights_unjudged", fault->detail, log_str("code", fault->code),
            log_int("searches", searches));
}

static bool ask_availability(struct apartment_search *search, struct search_app *app,
                             const struct availability_caller *caller, bool may_ask_dates,
                             struct apartment *apartments, size_t count, struct fault *fault)
{
    const struct criteria *criteria = &search->results.criteria;

    if (!criteria_has_dates(criteria))
        return true;
    if (!may_ask_dates)
        return fault_set(fault, FAULT_FORBIDDEN, "scope_missing",
                         "Nights are judged by booking-api: this key lacks the scope booking:read");
    if (count == 0 || availability_ask(app->http, app->booking_url, caller, criteria, apartments,
                                       count, &search->arena, fault))
        return true;
    if (fault->kind == FAULT_FORBIDDEN)
        return false;
    search->results.availability_unknown = true;
    search->results.refused = fault->kind == FAULT_UNAUTHENTICATED;
    log_availability_failure(app, fault);
    return true;
}

/* Selects the candidates while it holds a slot of the semaphore. The caller asks booking-api for
 * availability only after that, so that no search holds a slot while it waits for booking-api. */
static bool select_candidates_in_slot(struct apartment_search *search, const struct search_app *app,
                                      const struct uuid *tenant_id,
                                      const struct criteria_request *request,
                                      struct apartment **apartments, size_t *count,
                                      struct fault *fault)
{
    struct place_words places;

    if (!semaphore_acquire(app->search_semaphore, app->service->loop, tenant_id, fault))
        return false;
    const bool ok =
        apartment_places_find_or_load(app->places, app->service, tenant_id, &places, fault) &&
        read_criteria(search, &places, request, fault) &&
        add_example_to_criteria(search, app, tenant_id, &request->like, fault) &&
        find_candidates(search, app, tenant_id, apartments, count, fault);
    semaphore_release(app->search_semaphore, tenant_id);
    return ok;
}

static bool run_search(struct apartment_search *search, struct search_app *app,
                       const struct uuid *tenant_id, const struct criteria_request *request,
                       const struct availability_caller *caller, bool may_ask_dates,
                       struct fault *fault)
{
    struct apartment *apartments;
    size_t count;

    arena_init(&search->arena, ROOM);
    search->reader = word_reader_create(fault);
    return search->reader != NULL &&
           select_candidates_in_slot(search, app, tenant_id, request, &apartments, &count, fault) &&
           ask_availability(search, app, caller, may_ask_dates, apartments, count, fault) &&
           ranking_make(&search->results.criteria, apartments, count, (size_t)request->limit,
                        &search->arena, &search->results.ranking, fault);
}

bool apartment_search_run(struct apartment_search *search, struct search_app *app,
                          const struct uuid *tenant_id, const struct criteria_request *request,
                          const struct availability_caller *caller, bool may_ask_dates,
                          struct fault *fault)
{
    if (!quota_acquire(app->apartment_searches, tenant_id, fault))
        return false;
    const bool ok = run_search(search, app, tenant_id, request, caller, may_ask_dates, fault);
    quota_release(app->apartment_searches, tenant_id);
    return ok;
}
