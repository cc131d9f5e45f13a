// SPDX-License-Identifier: MIT
#include "apartments/criteria.h"

#include <math.h>

#include "base/city.h"
#include "base/date.h"
#include "base/text.h"

/* Kinds of places in a phrase. Columns: kind, word of a request for it, as q= of GET /v1/apartments
 * takes it, word for such a place in the texts of apartments. The centre has no such word, because
 * the coordinates of each city's centre are known. */
static const struct {
    const char *near;
    const char *asked;
    const char *word;
} near_words[] = {
    {"airport",    "аэропорт", "аэропорт"    },
    {"center",     "центр",       NULL                  },
    {"embankment", "набережн", "набережная"},
    {"metro",      "метро",       "метро"          },
    {"park",       "парк",         "парк"            },
    {"station",    "вокзал",     "вокзал"        },
};

/* Keywords of phrases/phrase.h that describe an apartment and are no landmarks, though titles
 * contain them. `in_title`: only titles are searched for the word, because the descriptions of
 * other apartments contain it too: "a house with a lift". */
static const struct {
    const char *word;
    bool in_title;
} qualities[] = {
    {"тих",           false},
    {"дом",           true },
    {"баней",       false},
    {"сауной",     false},
    {"пентхаус", false},
};

static void add_word(struct criteria *criteria, struct slice text, enum criteria_word_kind kind)
{
    struct criteria_word word = {text, kind, false};

    for (size_t i = 0; i < ARRAY_LEN(qualities); i++)
        if (slice_is(text, qualities[i].word))
            word = (struct criteria_word){text, CRITERIA_TEXT, qualities[i].in_title};
    if (criteria->word_count < CRITERIA_WORDS_MAX)
        criteria->words[criteria->word_count++] = word;
}

static enum criteria_word_kind choose_word_kind(struct slice word,
                                                const struct phrase_places *places)
{
    return slice_is_among(word, places->names, places->name_count) ? CRITERIA_LANDMARK
                                                                   : CRITERIA_TEXT;
}

static void add_nearby_place(struct criteria *criteria, struct slice place_kind)
{
    const struct city *city = criteria->city.at != NULL ? city_find(criteria->city) : NULL;

    criteria->near_kind = place_kind;
    if (slice_is(place_kind, "center") && city != NULL)
        criteria->near = city->location;
    for (size_t i = 0; i < ARRAY_LEN(near_words); i++)
        if (near_words[i].word != NULL && slice_is(place_kind, near_words[i].near))
            add_word(criteria, slice_of(near_words[i].word), CRITERIA_LANDMARK);
}

/* The kind of place that a word of a request asks for; absent: none. */
static struct slice find_kind_of_place(struct slice word)
{
    for (size_t i = 0; i < ARRAY_LEN(near_words); i++)
        if (slice_is(word, near_words[i].asked))
            return slice_of(near_words[i].near);
    return SLICE_NONE;
}

/* Only one kind of place can be near, the first. */
static void add_requested_word(struct criteria *criteria, struct slice word,
                               const struct phrase_places *places)
{
    const struct slice place_kind = find_kind_of_place(word);
    const enum criteria_word_kind kind = choose_word_kind(word, places);

    if (place_kind.at != NULL && criteria->near_kind.at == NULL && isnan(criteria->near.lat))
        add_nearby_place(criteria, place_kind);
    else if (kind == CRITERIA_LANDMARK || text_length(word) >= CRITERIA_WORD_POINTS_MIN)
        add_word(criteria, word, kind);
}

static void fill_from_phrase(struct criteria *criteria, const struct phrase *phrase,
                             const struct phrase_places *places)
{
    enum { TIYN = 100 };
    const bool has_rooms = criteria->rooms != 0;

    if (criteria->city.at == NULL)
        criteria->city = phrase->city;
    if (criteria->guests == FIELD_ABSENT && phrase->guests > 0)
        criteria->guests = phrase->guests;
    if (!criteria_has_price(criteria)) {
        criteria->min_price = phrase->min_price > 0 ? TIYN * phrase->min_price : FIELD_ABSENT;
        criteria->max_price = phrase->max_price > 0 ? TIYN * phrase->max_price : FIELD_ABSENT;
    }
    if (!criteria_has_dates(criteria) && phrase->check_in != DATE_ABSENT &&
        phrase->check_out != DATE_ABSENT) {
        criteria->check_in = phrase->check_in;
        criteria->check_out = phrase->check_out;
    }
    for (size_t i = 0; !has_rooms && i < phrase->room_count; i++)
        if (phrase->rooms[i] >= 0 && phrase->rooms[i] <= CRITERIA_ROOMS_MAX)
            criteria->rooms |= UINT64_C(1) << phrase->rooms[i];
    if (criteria->district.at == NULL)
        criteria->district = phrase->district;
    if (criteria->amenities.count == 0)
        criteria->amenities = phrase->amenities;
    criteria->cheap = (phrase->ask & PHRASE_ASK_PRICE) != 0;
    for (size_t i = 0; i < phrase->q.count; i++)
        add_word(criteria, phrase->q.items[i], choose_word_kind(phrase->q.items[i], places));
    if (phrase->near.at != NULL && isnan(criteria->near.lat))
        add_nearby_place(criteria, phrase->near);
}

/* Returns the questions that the phrase leaves open and that no member of the request answers. */
static unsigned find_unanswered_questions(const struct criteria *criteria,
                                          const struct phrase *phrase)
{
    const unsigned dates = PHRASE_ASK_DATES | PHRASE_ASK_CHECK_IN | PHRASE_ASK_CHECK_OUT;
    unsigned unsure = phrase->ask;

    if (criteria_has_dates(criteria))
        unsure &= ~dates;
    if (criteria->city.at != NULL)
        unsure &= ~(unsigned)PHRASE_ASK_CITY;
    if (criteria->guests != FIELD_ABSENT)
        unsure &= ~(unsigned)PHRASE_ASK_GUESTS;
    if (criteria_has_price(criteria))
        unsure &= ~(unsigned)PHRASE_ASK_PRICE;
    return unsure;
}

void criteria_from_request(const struct criteria_request *request, const struct phrase *phrase,
                           const struct phrase_places *places, const struct slice *other_words,
                           size_t other_word_count, struct criteria *out)
{
    *out = (struct criteria){.city = request->city,
                             .guests = request->guests,
                             .min_price = request->min_price,
                             .max_price = request->max_price,
                             .check_in = request->check_in,
                             .check_out = request->check_out,
                             .near = request->near,
                             .rooms = (uint64_t)request->rooms,
                             .district = request->district};
    for (size_t i = 0; i < request->amenities.count && out->must_count < CRITERIA_MUST_MAX; i++)
        if (!slice_is_among(request->amenities.items[i], out->must, out->must_count))
            out->must[out->must_count++] = request->amenities.items[i];
    for (size_t i = 0; i < request->wishes.count && out->amenities.count < PHRASE_LIST_MAX; i++)
        out->amenities.items[out->amenities.count++] = request->wishes.items[i];
    if (phrase != NULL) {
        fill_from_phrase(out, phrase, places);
        out->unsure = find_unanswered_questions(out, phrase);
    }
    for (size_t i = 0; i < other_word_count; i++) {
        if (phrase != NULL && phrase->unknown_place.at == other_words[i].at &&
            out->word_count < CRITERIA_WORDS_MAX)
            out->place_words |= UINT32_C(1) << out->word_count;
        add_word(out, other_words[i], CRITERIA_TEXT);
    }
    for (size_t i = 0; i < request->words.count; i++)
        add_requested_word(out, request->words.items[i], places);
}
