// SPDX-License-Identifier: MIT
/* Parses messages of guests: dates, prices, people, rooms, places and amenities, in Russian, Kazakh
 * and English, mixed, misspelled, transliterated or on the wrong keyboard layout. Pure.
 *
 * The contract is tests/data/phrases/README.md: its keys are the members of struct phrase. An
 * ambiguous value is reported in `ask` only, so that the caller asks the guest.
 *
 * The caller provides the names of places: cities as in GET /v1/cities of booking-api, districts as
 * apartments name them, and streets, microdistricts and landmarks that q= of GET /v1/apartments
 * would find. phrase_names_of_address() and phrase_names_of_title() extract such
 * names from bookable apartments. Colloquial and old names of cities and the words for amenities
 * are compiled in (words.tsv). */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/language.h"
#include "base/slice.h"

enum {
    PHRASE_MAX = 200,      /* in code points; longer text is refused */
    PHRASE_LIST_MAX = 8,   /* maximum of amenities, of keywords and of rooms */
    PHRASE_REST_MAX = 16,  /* maximum of words in `rest` of struct phrase */
    PHRASE_STOPS_MAX = 10, /* maximum of stops of a trip, including its ends */
    PHRASE_NIGHT_ENDS = 5, /* hour before which "tomorrow" is ambiguous: it may mean this day */
    PHRASE_NIGHTS_MAX = 365,
    PHRASE_GUESTS_MAX = 100,
    PHRASE_PLACES_MAX = 2000, /* maximum of cities, districts and names together */
};

struct phrase_city {
    struct slice slug;
    struct slice names[LANGUAGE_KZ + 1];
};

/* The caller's places, together at most PHRASE_PLACES_MAX. Must outlive the vocabulary. */
struct phrase_places {
    const struct phrase_city *cities;
    size_t city_count;
    const struct slice *districts; /* as apartments spell them: "Медеуский" */
    size_t district_count;
    const struct slice *names; /* as q= finds them, in lower case: "абая", "хан шатыр" */
    size_t name_count;
};

struct phrase_words;
/* Returns the vocabulary of the compiled-in tables and the caller's places, in the arena. It is
 * read-only, so that any number of phrases can share it. NULL: the arena is full (4 MiB suffice for
 * the demo; a name takes 1 KiB), or there are too many places. */
const struct phrase_words *phrase_words_create(struct arena *arena,
                                               const struct phrase_places *places) MUST_CHECK;

enum phrase_ask {
    PHRASE_ASK_CITY = 1 << 0,
    PHRASE_ASK_DATES = 1 << 1,
    PHRASE_ASK_CHECK_IN = 1 << 2,
    PHRASE_ASK_CHECK_OUT = 1 << 3,
    PHRASE_ASK_GUESTS = 1 << 4,
    PHRASE_ASK_ROOMS = 1 << 5,
    PHRASE_ASK_PRICE = 1 << 6,
    PHRASE_ASKS = 7
};
/* Names of the bits of enum phrase_ask, in their order: "city", "dates" ... */
extern const char *const phrase_ask_names[PHRASE_ASKS];

struct phrase_list {
    struct slice items[PHRASE_LIST_MAX];
    size_t count;
};

struct phrase {
    int32_t check_in, check_out; /* day numbers (base/date.h); DATE_ABSENT: not given */
    bool from_today;   /* a day is counted from today: "завтра", "через 3 дня" */
    int32_t nights;    /* 0: absent */
    struct slice city; /* a slug; absent: .at is NULL */
    struct slice district;
    int32_t guests; /* 0: absent */
    int32_t rooms[PHRASE_LIST_MAX];
    size_t room_count;
    int64_t min_price, max_price; /* whole tenge per night; 0: absent */
    struct phrase_list amenities; /* slugs, static */
    struct phrase_list q;         /* keywords: static, or names of places */
    struct slice near;            /* static */
    unsigned ask; /* bits of enum phrase_ask: values that the phrase leaves ambiguous */
    /* Only with PHRASE_ASK_DATES: the dates that the phrase means if it does not mean past ones,
     * because the next such dates are far ahead. 0: none; `far_nights` 0: the end is not given. */
    int32_t far_check_in, far_nights;
    /* The first words of the phrase that are not in the vocabulary, as typed, borrowed. */
    struct slice rest[PHRASE_REST_MAX];
    size_t rest_count;
    /* The first of them that is said to be a place: "возле Хогвартса", "Хогвартс жанында"; absent:
     * none. */
    struct slice unknown_place;
};

/* The local time at the apartment when the phrase was sent. */
struct phrase_now {
    int32_t day; /* day number (base/date.h) */
    int hour;    /* 0 to 23 */
    int minute;  /* of the hour, 0 to 59; only used for rides */
};

/* Parses a phrase. The arena is only used during the call; 64 KiB suffice. False: the arena is
 * full, or "phrase_unread": the text is not UTF-8 or longer than PHRASE_MAX. */
bool phrase_read(const struct phrase_words *words, struct slice text, enum language language,
                 struct phrase_now now, struct arena *arena, struct phrase *out,
                 struct fault *fault) MUST_CHECK;

/* The value of phrase_ride.clock for 00:00, because 0 says that no time was named. */
enum { PHRASE_MIDNIGHT = 24 * 60 };

/* The content of a phrase about a ride. Minutes count from the midnight at which `day` begins. */
struct phrase_ride {
    struct slice from, to;              /* slugs of the caller's cities; absent: not named */
    struct slice place;                 /* the only city, if the phrase names no direction */
    struct slice via[PHRASE_STOPS_MAX]; /* the first cities on the way, in their order */
    size_t via_count;
    struct slice named[PHRASE_STOPS_MAX]; /* the first of all cities, in their order */
    size_t named_count;
    bool has_via;        /* the phrase has words for places on the way, or names such places */
    struct slice unread; /* the first word that is not in the vocabulary, borrowed; or absent */
    struct slice unread_stop; /* the first of these where a place on the way is named */
    int32_t day;              /* DATE_ABSENT: not named */
    int32_t after, before; /* bounds of the departure in minutes; `before` may be on the next day;
                              0 and 0: any time */
    int32_t clock; /* the minute of departure, if named: "в 18:30"; PHRASE_MIDNIGHT: "в 00:00";
                      0: not named */
    int32_t seats; /* 0: not named */
    int32_t child_seats; /* 0: not named */
    int64_t price;       /* whole tenge; 0: not named */
    bool whole_car;
    bool parcel; /* a parcel is sent */
    /* Ambiguous values: PHRASE_ASK_CITY (more than two places, or a place that is not among the
     * caller's), PHRASE_ASK_DATES, PHRASE_ASK_GUESTS. */
    unsigned ask;
};

/* Parses a phrase about a ride, as phrase_read() does: "завтра утром из Алматы в Талдык, двое". */
bool phrase_read_ride(const struct phrase_words *words, struct slice text, enum language language,
                      struct phrase_now now, struct arena *arena, struct phrase_ride *out,
                      struct fault *fault) MUST_CHECK;

/* The name of the city with this slug in the language, or in Russian if it has no name in the
 * language. Returns the slug if the caller has no such city, or if `words` is NULL. */
struct slice phrase_get_city_name(const struct phrase_words *words, struct slice slug,
                                  enum language language);

/* Returns the static copy of an amenity's slug; absent if the vocabulary has no such amenity. */
struct slice phrase_find_amenity(struct slice slug);

/* Extract names of places from an address or a title, in lower case: "пр. Абая, 44" has "абая";
 * "Апартаменты у Байтерека" has "байтерек", the part of the name that all cases share. Write up to
 * `names_max` slices into `names`, their text into the arena, and return their number. */
size_t phrase_names_of_address(struct arena *arena, struct slice address, struct slice *names,
                               size_t names_max);
size_t phrase_names_of_title(struct arena *arena, struct slice title, struct slice *names,
                             size_t names_max);
/* The other of the caller's names for the same place: "khan shatyr" for "хан шатыр". Absent: there
 * is none. */
struct slice phrase_get_other_spelling(const struct phrase_words *words, struct slice name);
