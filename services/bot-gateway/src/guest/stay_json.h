// SPDX-License-Identifier: MIT
/* What the flow "stay" remembers, and what it says to booking-api. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/language.h"
#include "base/value.h"

#include "clients/stay_answers_json.h"

enum {
    STAY_STEP_MAX = 8,         /* bytes of a step's name */
    STAY_PAGES_MAX = 12,       /* of a list, behind the first */
    STAY_WISHES_MAX = 24,      /* of a search, together */
    STAY_WISH_BYTES_MAX = 200, /* of rooms, of amenities, of words and of the rest; as q= of
                                  booking-api */
    STAY_DISTRICT_MAX = 200    /* UTF-16 units */
};

/* --- what the flow remembers --- */

/* Of a guest's bookings, those that live first. */
struct stay_page {
    bool over;           /* they take no nights any more */
    struct slice cursor; /* of booking-api; absent: the first ones */
};

/* What the guest wants of a flat beside city, nights and guests: filters of GET /v1/apartments.
 * Lists are texts with commas; absent: none. */
struct stay_wish {
    struct slice rooms; /* numbers that will do: "1,2" */
    int64_t min_price;  /* tiyn for a night; 0: any, as the next one */
    int64_t max_price;
    struct slice district;
    struct slice amenities; /* slugs: "parking,wifi" */
    struct slice words;     /* of q=: "абая,хан шатыр" */
    struct slice rest;      /* words that no rule knows, for search-api alone: no filter */
};

/* Other dates for a booking. */
struct stay_change {
    struct uuid flat; /* where it is, and its dates when the change began */
    int32_t was_in;
    int32_t was_out;
    int32_t month; /* a day of the one that the calendar shows */
    int32_t check_in;
    int32_t check_out;
    int64_t total; /* that the guest was told */
};

struct stay_search_results;

struct stay {
    struct slice city; /* slug */
    struct texts city_name;
    int32_t month; /* a day of the one that the calendar shows */
    int32_t check_in;
    int64_t nights; /* 0: not known yet */
    int64_t guests; /* likewise */
    bool chosen;    /* dates are chosen for `flat` alone */
    /* Said before there was a check-in that they count from; 0: not. */
    int64_t ahead_nights;
    int32_t ahead_check_out;
    struct stay_wish wish;
    /* Which flat of the list is shown. The list itself is asked for each time: prices and nights
     * are then as true as the answer to the tap, and little is remembered. */
    int64_t at;               /* its place on the page */
    struct field_list pages;  /* struct slice: where the page and those before it begin; none: the
                                 first */
    bool searched;            /* a list was shown: Back leads there */
    struct uuid flat;         /* that is looked at */
    struct texts title;       /* its */
    int64_t limit;            /* guests that it takes; 0: not known */
    struct uuid quote;        /* of it; nil: it cannot be had */
    struct field_list others; /* of struct stay_alternative, in its place */
    struct uuid booking;
    bool opened;    /* it was opened from the list of his bookings: Back leads there */
    bool claimed;   /* he says that he has paid for it, and was asked whether to cancel it */
    int64_t refund; /* that the guest was told before cancelling */
    struct stay_change change;
    struct stay_page page; /* of his bookings: that is shown */
    struct stay_page more; /* and the one behind it */
    struct slice left;     /* step of the search from which he went to them; absent: none */
    /* Of this turn alone, and not remembered: */
    bool unsure;    /* the guest spoke of dates, and which he means is asked back */
    bool confirmed; /* he has just confirmed the booking */
    const struct stay_search_results *sought; /* what search-api has found; NULL: booking-api has */
};

/* struct flow */
bool stay_read(struct slice json, struct arena *arena, void *data, struct fault *fault) MUST_CHECK;
void stay_write(const void *data, struct buf *json);

/* --- bodies of calls, in the arena --- */

struct stay_guest {
    struct slice name;
    struct slice phone; /* E.164; may be absent */
    int64_t telegram_id;
    int language; /* enum language */
};

bool stay_write_quote(const struct stay *stay, struct arena *arena, struct slice *out,
                      struct fault *fault) MUST_CHECK;
bool stay_write_booking(const struct stay *stay, const struct stay_guest *guest,
                        struct slice source, int64_t hold_minutes, struct arena *arena,
                        struct slice *out, struct fault *fault) MUST_CHECK;
/* The wish as words that phrase_read() reads as the same wish, but for the price: "2 комн, у метро,
 * парковка, джакузи". What is beyond PHRASE_MAX is left out; absent where there is none. */
bool stay_wish_query(const struct stay_wish *wish, struct arena *arena, struct slice *out,
                     struct fault *fault) MUST_CHECK;
/* For search-api: the wish, and what else is known of the search. */
bool stay_write_search(const struct stay *stay, int64_t limit, struct arena *arena,
                       struct slice *out, struct fault *fault) MUST_CHECK;
bool stay_write_contact(struct slice phone, struct arena *arena, struct slice *out,
                        struct fault *fault) MUST_CHECK;
bool stay_write_cancel(int64_t expected_refund, struct arena *arena, struct slice *out,
                       struct fault *fault) MUST_CHECK;

/* `expected_total` may be FIELD_ABSENT. */
bool stay_write_dates(int32_t check_in, int32_t check_out, int64_t expected_total,
                      struct arena *arena, struct slice *out, struct fault *fault) MUST_CHECK;
