// SPDX-License-Identifier: MIT
/* What the guest wants of a flat, beside city, nights and guests (struct stay_wish). Every flat of
 * a search has all of it, because booking-api filters by it: so it is also why a flat fits. */
#pragma once

#include "clients/stay_answers_json.h"
#include "dialogue/talk.h"
#include "guest/stay_json.h"

enum stay_wish_kind {
    STAY_WISH_ROOMS,
    STAY_WISH_PRICE,
    STAY_WISH_DISTRICT,
    STAY_WISH_AMENITY,
    STAY_WISH_WORD
};

/* One that can be left out by itself. */
struct stay_wish_item {
    enum stay_wish_kind kind;
    struct slice text; /* borrowed from the wish; of a price absent */
};
struct stay_wishes {
    struct stay_wish_item items[STAY_WISHES_MAX];
    size_t count;
};
struct stay_wishes stay_wishes_of(const struct stay_wish *wish);

/* Appends to amenities or words, in the arena; what is there already, and what has no room, is left
 * out. */
bool stay_wish_add(struct slice *list, struct slice part, struct arena *arena,
                   struct fault *fault) MUST_CHECK;
/* The list is these words, if there are any. */
bool stay_wish_rest(struct slice *list, const struct slice *words, size_t count,
                    struct arena *arena, struct fault *fault) MUST_CHECK;
/* With the last one the rest of the words goes too: no button names it. */
bool stay_wish_drop(struct stay_wish *wish, const struct stay_wish_item *item, struct arena *arena,
                    struct fault *fault) MUST_CHECK;

/* How many flats meet all but this one, as search-api says; 0: it has not said so. */
int64_t stay_wish_adds(const struct talk *talk, const struct stay_wish_item *item);

/* For the query of GET /v1/apartments: "&rooms=2&max_price=2500000"; "" for none. In the arena;
 * absent when it is full. */
struct slice stay_wish_filters(const struct stay_wish *wish, struct arena *arena);

/* One, or all of the dialogue: "2 rooms, up to 25 000 ₸ a night, parking". Plain. */
struct slice stay_wish_say(struct talk *talk, const struct stay_wish_item *item);
struct slice stay_wishes_say(struct talk *talk);
/* "Wi-Fi, kitchen": what the flat has beside what was wished. Empty: nothing that has a name. */
struct slice stay_say_amenities(struct talk *talk, const struct stay_apartment *flat);

/* Buttons of the move "drop", whose argument is a number of stay_wishes_of(), or: */
#define STAY_DROP_ALL "all"
bool stay_put_drop(struct talk *talk, size_t number, struct fault *fault) MUST_CHECK;
bool stay_put_drops(struct talk *talk, struct fault *fault) MUST_CHECK;
