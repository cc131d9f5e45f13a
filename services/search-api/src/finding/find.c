// SPDX-License-Identifier: MIT
#include "finding/find.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/log.h"
#include "base/now.h"
#include "base/text.h"
#include "loop/fiber.h"

#include "flats/flat_store.h"
#include "jobs/desk.h"
#include "rank/wanted.h"

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

struct find {
    struct arena arena;
    struct db_rows rows;
    struct db_rows like_rows;
    struct flat like;
    struct word_reader *reader;
    struct find_answer answer;
};

void find_destroy(struct find *find)
{
    if (find == NULL)
        return;
    db_rows_finish(&find->rows);
    db_rows_finish(&find->like_rows);
    word_reader_destroy(find->reader);
    arena_finish(&find->arena);
    free(find);
}

const struct find_answer *find_told(const struct find *find)
{
    return &find->answer;
}

/* --- what is wanted --- */

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
static bool split(struct find *find, struct slice text, size_t points, struct slice *out,
                  size_t *count, struct fault *fault)
{
    struct words words;

    *count = 0;
    if (!words_read(find->reader, text, &find->arena, &words, fault))
        return false;
    for (size_t i = 0; i < words.count && *count < WISH_WORDS_MAX; i++)
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

static bool copy_names(struct find *find, struct fault *fault)
{
    struct wish *wish = &find->answer.wish;

    for (size_t i = 0; i < wish->word_count; i++)
        if (!copy_text(&wish->words[i].text, &find->arena, fault))
            return false;
    return copy_text(&wish->district, &find->arena, fault) &&
           copy_text(&wish->city, &find->arena, fault);
}

static bool read_query(struct find *find, const struct flat_words *known,
                       const struct wish_asked *asked, struct fault *fault)
{
    struct slice rest[WISH_WORDS_MAX];
    size_t rest_count = 0;
    struct phrase phrase;
    bool understood = false;

    if (asked->query.at != NULL && text_length(asked->query) <= PHRASE_MAX) {
        if (phrase_read(known->words, asked->query, language_of(asked->query), now_there(),
                        &find->arena, &phrase, fault)) {
            understood = true;
            rest_count =
                keep_long(phrase.rest, phrase.rest_count, WORD_POINTS_MIN, rest, WISH_WORDS_MAX);
        } else if (fault->kind == FAULT_UNAVAILABLE) {
            return false;
        }
    }
    if (asked->query.at != NULL && !understood &&
        !split(find, asked->query, WORD_POINTS_MIN, rest, &rest_count, fault))
        return false;
    wish_make(asked, understood ? &phrase : NULL, &known->lists, rest, rest_count,
              &find->answer.wish);
    find->answer.understood = asked->query.at == NULL || (understood && says_anything(&phrase));
    return copy_names(find, fault);
}

/* The example gives the city, and its title the words, where nothing else does. */
static bool read_like(struct find *find, const struct finder *finder, const struct uuid *tenant_id,
                      const struct uuid *id, struct fault *fault)
{
    struct wish *wish = &find->answer.wish;
    struct slice words[WISH_WORDS_MAX];
    size_t count;
    bool found;

    if (uuid_is_nil(id))
        return true;
    if (!flat_store_find(finder->service->db, tenant_id, id, &find->like_rows, &find->like, &found,
                         fault))
        return false;
    if (!found)
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such flat.");
    wish->like = &find->like;
    if (wish->city.at == NULL)
        wish->city = find->like.city;
    if (wish->word_count > 0)
        return true;
    if (!split(find, find->like.title.ru, TITLE_POINTS_MIN, words, &count, fault))
        return false;
    for (size_t i = 0; i < count; i++)
        wish->words[wish->word_count++] = (struct wish_word){words[i], WISH_TEXT, false};
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

static bool make_query(struct find *find, const struct lexicon *lexicon,
                       const struct wish_word *word, struct slice *out, struct fault *fault)
{
    /* The words of a name stand together. */
    const bool several = memchr(word->text.at, ' ', word->text.len) != NULL;
    struct wanted wanted;
    struct buf query, labelled;
    const char *quote = several ? "\"" : "";
    const struct slice text =
        arena_printf(&find->arena, "%s%.*s%s", quote, SLICE_ARG(word->text), quote);

    if (text.at == NULL)
        return arena_fault(fault);
    if (!wanted_read(lexicon, find->reader, text, false, &find->arena, &wanted, fault))
        return false;
    buf_init(&query, WANTED_TSQUERY_MAX);
    buf_init(&labelled, 2 * WANTED_TSQUERY_MAX);
    (several ? wanted_tsquery_phrases : wanted_tsquery)(&wanted, &query);
    if (query.len == 0)
        buf_text(&query, NO_TERM);
    if (word->in_title)
        put_label(buf_as_slice(&query), &labelled);
    const bool ok = buf_keep(word->in_title ? &labelled : &query, &find->arena, out, fault);
    buf_finish(&query);
    buf_finish(&labelled);
    return ok;
}

static bool find_candidates(struct find *find, const struct finder *finder,
                            const struct uuid *tenant_id, struct flat **flats, size_t *count,
                            struct fault *fault)
{
    const struct wish *wish = &find->answer.wish;
    struct slice words[WISH_WORDS_MAX];
    int64_t rooms[ROOMS_MAX];
    size_t room_count = 0;

    /* A word that nobody knows takes some milliseconds; the lexicon may be another behind a wait.
     */
    for (size_t i = 0; i < wish->word_count; i++)
        if (!fiber_sleep(0, fault) ||
            !make_query(find, learner_lexicon(finder->learner), &wish->words[i], &words[i], fault))
            return false;
    for (int64_t i = 0; i < ROOMS_MAX; i++)
        if ((wish->rooms >> i & 1) != 0)
            rooms[room_count++] = i;
    const struct flat_filter filter = {
        .city = wish->city,
        .guests = wish->guests,
        .rooms = rooms,
        .room_count = room_count,
        /* Of a stay it is known when booking-api has told its total. */
        .max_price = wish_has_dates(wish) ? FIELD_ABSENT : wish->max_price,
        .must = wish->must,
        .must_count = wish->must_count,
        .wanted = wish->amenities.items,
        .wanted_count = wish->amenities.count,
        .district = wish->district,
        .words = words,
        .word_count = wish->word_count,
        .without = wish->like != NULL ? wish->like->id : (struct uuid){{0}}};
    return flat_store_candidates(finder->service->db, tenant_id, &filter, &find->arena, &find->rows,
                                 flats, count, fault);
}

/* --- nights --- */

static void tell_unjudged(struct finder *finder, const struct fault *fault)
{
    const int64_t at_ns = now_mono_ns();

    finder->untold++;
    if (finder->told_ns != 0 && at_ns - finder->told_ns < TOLD_MS * NS_PER_MS)
        return;
    LOG(LOG_WARN, "nights_unjudged", fault->detail, log_str("code", fault->code),
        log_int("searches", finder->untold));
    finder->told_ns = at_ns;
    finder->untold = 0;
}

static bool judge_nights(struct find *find, struct finder *finder,
                         const struct availability_caller *caller, bool sees_nights,
                         struct flat *flats, size_t count, struct fault *fault)
{
    const struct wish *wish = &find->answer.wish;
    const struct availability_stay stay = {wish->check_in, wish->check_out,
                                           wish->guests != FIELD_ABSENT ? wish->guests : 1};

    if (!wish_has_dates(wish))
        return true;
    if (!sees_nights)
        return fault_set(fault, FAULT_FORBIDDEN, "scope_missing",
                         "Nights are judged by booking-api: this key lacks the scope booking:read");
    if (count == 0 ||
        availability_ask(&finder->nights, caller, &stay, flats, count, &find->arena, fault))
        return true;
    if (fault->kind == FAULT_FORBIDDEN)
        return false;
    find->answer.unjudged = true;
    find->answer.refused = fault->kind == FAULT_UNAUTHENTICATED;
    tell_unjudged(finder, fault);
    return true;
}

/* At the desk. Nights are judged behind it: that is a wait for somebody else. */
static bool look(struct find *find, const struct finder *finder, const struct uuid *tenant_id,
                 const struct wish_asked *asked, struct flat **flats, size_t *count,
                 struct fault *fault)
{
    struct flat_words known;

    if (!desk_enter(finder->desk, finder->service->loop, tenant_id, fault))
        return false;
    const bool ok = flat_places_find(finder->places, finder->service, tenant_id, &known, fault) &&
                    read_query(find, &known, asked, fault) &&
                    read_like(find, finder, tenant_id, &asked->like, fault) &&
                    find_candidates(find, finder, tenant_id, flats, count, fault);
    desk_leave(finder->desk, tenant_id);
    return ok;
}

static bool go(struct find *find, struct finder *finder, const struct uuid *tenant_id,
               const struct wish_asked *asked, const struct availability_caller *caller,
               bool sees_nights, struct fault *fault)
{
    struct flat *flats;
    size_t count;

    arena_init(&find->arena, ROOM);
    find->reader = word_reader_create(fault);
    return find->reader != NULL && look(find, finder, tenant_id, asked, &flats, &count, fault) &&
           judge_nights(find, finder, caller, sees_nights, flats, count, fault) &&
           judge_flats(&find->answer.wish, flats, count, (size_t)asked->limit, &find->arena,
                       &find->answer.judgement, fault);
}

struct find *find_run(struct finder *finder, const struct uuid *tenant_id,
                      const struct wish_asked *asked, const struct availability_caller *caller,
                      bool sees_nights, struct fault *fault)
{
    if (!quota_take(&finder->running, tenant_id, fault))
        return NULL;
    struct find *find = fault_calloc(sizeof *find, "a search", fault);
    const bool ok = find != NULL && go(find, finder, tenant_id, asked, caller, sees_nights, fault);
    quota_give_back(&finder->running, tenant_id);
    if (ok)
        return find;
    find_destroy(find);
    return NULL;
}
