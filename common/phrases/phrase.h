// SPDX-License-Identifier: MIT
/* What guests type, read by rules: dates, prices, people, rooms, places and wishes, in Russian,
 * Kazakh and English, mixed, misspelled, in Latin letters or on the wrong keyboard layout. Pure.
 *
 * The contract is tests/data/phrases/README.md: its keys are the members of struct phrase. What is
 * unsure is asked back (`ask`) and stands in no other member.
 *
 * Places are the caller's: cities as GET /v1/cities of booking-api has them, districts as flats
 * name them, and the names of streets, microdistricts and landmarks that q= of GET /v1/apartments
 * would find. phrase_learn_address() and phrase_learn_title() take those names from flats that
 * people may book. Colloquial and old names of cities, and the words for what flats have, are the
 * room's own tables (words_*.c). */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/language.h"
#include "base/slice.h"

enum {
    PHRASE_MAX = 200,    /* code points that are read; a longer phrase is refused */
    PHRASE_LIST_MAX = 8, /* of amenities, of words and of rooms */
    PHRASE_REST_MAX = 16,
    PHRASE_NIGHTS_MAX = 365,
    PHRASE_GUESTS_MAX = 100,
    PHRASE_PLACES_MAX = 2000, /* cities, districts and names together */
};

struct phrase_city {
    struct slice slug;
    struct slice names[LANGUAGE_KZ + 1];
};

/* Borrowed for as long as what phrase_words_create() makes of them. Together at most
 * PHRASE_PLACES_MAX. */
struct phrase_places {
    const struct phrase_city *cities;
    size_t city_count;
    const struct slice *districts; /* as flats spell them: "Медеуский" */
    size_t district_count;
    const struct slice *names; /* as q= finds them, in small letters: "абая", "хан шатыр" */
    size_t name_count;
};

/* What the parser knows, ready to be looked up. In the arena and only read, so that any number of
 * phrases may use one. NULL: the arena is full (4 MiB are enough for the demo; a name takes 1 KiB),
 * or there are more places than fit. */
struct phrase_words;
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
/* In the order of the bits: "city", "dates" ... */
extern const char *const phrase_ask_names[PHRASE_ASKS];

struct phrase_list {
    struct slice items[PHRASE_LIST_MAX];
    size_t count;
};

struct phrase {
    int32_t check_in, check_out; /* base/date.h; DATE_ABSENT */
    int32_t nights;              /* 0: absent */
    struct slice city;           /* a slug; absent: .at is NULL */
    struct slice district;
    int32_t guests; /* 0: absent */
    int32_t rooms[PHRASE_LIST_MAX];
    size_t room_count;
    int64_t min_price, max_price; /* whole tenge for a night; 0: absent */
    struct phrase_list amenities; /* slugs, static */
    struct phrase_list q;         /* static, or of the places */
    struct slice near;            /* static */
    unsigned ask;                 /* enum phrase_ask */
    /* Words that no rule knows, as they were typed: borrowed from the text. More than fit are left
     * out. */
    struct slice rest[PHRASE_REST_MAX];
    size_t rest_count;
};

/* When the phrase is said, where the flat is. */
struct phrase_now {
    int32_t day; /* base/date.h */
    int hour;    /* 0 to 23 */
};

/* `arena` is for the work alone and may be put back afterwards: 64 KiB are enough. False: no UTF-8
 * or longer than PHRASE_MAX ("phrase_unread"), or the arena is full. */
bool phrase_read(const struct phrase_words *words, struct slice text, enum language language,
                 struct phrase_now now, struct arena *arena, struct phrase *out,
                 struct fault *fault) MUST_CHECK;

/* The same slug of amenities, static; absent where phrases have none such. */
struct slice phrase_amenity(struct slice slug);

/* Names that an address or a title has, in small letters: "пр. Абая, 44" has "абая"; "Апартаменты у
 * Байтерека" has "байтерек", the part of the name that its cases share. Writes up to `room` slices
 * into the arena and returns how many. */
size_t phrase_learn_address(struct arena *arena, struct slice address, struct slice *names,
                            size_t room);
size_t phrase_learn_title(struct arena *arena, struct slice title, struct slice *names,
                          size_t room);
