// SPDX-License-Identifier: MIT
/* The data of the dialogue "stay". */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/value.h"

#include "clients/stay_answers_json.h"
#include "dialogue/remark.h"
#include "phrases/phrase.h"

enum {
    STAY_STEP_MAX = 8,      /* bytes of a step's name */
    STAY_PAGES_MAX = 12,    /* pages of a list, after the first */
    STAY_FILTERS_MAX = 24,  /* filters of a search, in total */
    STAY_RECEIPT_MAX = 300, /* bytes of a receipt */
    /* Bytes of each list of struct stay_filters, and words of one: limits of booking-api for q=. */
    STAY_FILTER_BYTES_MAX = 200,
    STAY_FILTER_WORDS_MAX = 8,
    STAY_DISTRICT_MAX = 200 /* UTF-16 units */
};

/* --- the data of the flow --- */

/* A page of the list of a guest's bookings, which has live bookings first, then ended ones. */
struct stay_page {
    bool ended;          /* a page of ended bookings, which occupy no nights any more */
    struct slice cursor; /* of booking-api; absent: the first page */
};

/* What the guest wants of an apartment besides city, nights and guests: filters of GET
 * /v1/apartments. Lists are separated by commas; absent: none. */
struct stay_filters {
    struct slice rooms; /* accepted numbers: "1,2" */
    int64_t min_price;  /* tiyn for a night; 0: any */
    int64_t max_price;  /* tiyn for a night; 0: any */
    struct slice district;
    struct slice amenities; /* slugs: "parking,wifi" */
    struct slice words;     /* for q=: "абая,хан шатыр" */
    struct slice rest;      /* unrecognised words, only for search-api */
};

/* A change of a booking's dates that the guest is making. */
struct stay_change {
    struct uuid apartment; /* apartment of the booking */
    int32_t was_in;        /* check-in of the booking when the change began */
    int32_t was_out;       /* check-out of the booking at that time */
    int32_t month;         /* a day of the month that is shown */
    int32_t check_in;
    int32_t check_out;
    int64_t total; /* the new total that was shown to the guest */
};

struct fields;
struct stay_search_results;

struct stay {
    struct slice city; /* slug */
    struct texts city_name;
    int32_t month; /* a day of the month that is shown */
    int32_t check_in;
    int64_t nights; /* 0: not known yet */
    int64_t guests; /* 0: not known yet */
    bool chosen;    /* the dates are for `apartment`, not for a search */
    /* Nights and check-out that the guest named before the check-in was known; 0: not named. */
    int64_t pending_nights;
    int32_t pending_check_out;
    struct stay_filters filters;
    /* Index of the shown result on its page. Results are read again at each tap, so that prices and
     * availability are current and little data is stored. */
    int64_t at;
    /* struct slice: cursors of the shown page and of those before it; the first page has none. */
    struct field_list pages;
    bool searched;            /* results were shown: Back leads there */
    struct uuid apartment;    /* the shown one */
    struct texts title;       /* of the apartment */
    int64_t limit;            /* maximum number of guests of `apartment`; 0: not known */
    struct uuid quote;        /* quote for `apartment`; nil: none */
    struct field_list others; /* struct answer_alternative */
    struct uuid booking;
    bool opened;     /* `booking` was opened from the list of bookings: Back leads there */
    bool claimed;    /* payment of `booking` was claimed when the step "cancel" was shown */
    int64_t refund;  /* the refund that was shown to the guest before cancelling */
    int64_t version; /* of `booking` when its sums were shown; 0: they were not */
    struct stay_change change;
    struct stay_page page; /* the shown page of bookings */
    struct stay_page more; /* the page after `page` */
    /* The step of the search that the guest left to see bookings; absent: none. */
    struct slice search_step;
    /* The receipt (dialogue/receipt.h) while the guest is asked for its booking; absent: none. */
    struct slice receipt;
    bool unheard; /* the last text of the guest was not understood */
    /* Not stored, set only while one update is handled: */
    /* Bookings whose payment is awaited; `items` NULL: not read yet. */
    struct stay_bookings unpaid;
    /* What the guest wants to see of the apartment besides its card: stay_about.c. Absent: nothing.
     */
    struct slice section;
    bool was_unheard; /* `unheard` before this update */
    /* The question about the apartment or the booking that the step answers in place of its usual
     * text; REMARK_NONE: none. */
    enum remark_kind question;
    struct phrase_list asked_for; /* the amenities, if `question` is REMARK_AMENITIES */
    bool unsure;                  /* the guest named ambiguous dates, and is asked again */
    int32_t far; /* if `unsure`: the check-in of dates far ahead, which the guest may mean, with
                    `pending_nights`; 0: none */
    const struct stay_booking
        *heard_at;         /* the booking at which the guest has typed; id nil: gone */
    bool confirmed;        /* the guest has just confirmed the booking */
    struct slice answered; /* JSON of `booking` by booking-api's last answer; absent: not read */
    const struct stay_search_results *results; /* of search-api; NULL: booking-api has searched */
};

extern const struct fields stay_fields; /* of struct stay */

/* Writes the filters, except the price, as members of a request to search-api, each with a comma
 * after it: "\"rooms\":[2],\"words\":[\"метро\"],". Omits what search-api would refuse. In the
 * arena. */
bool stay_search_format_filters(const struct stay_filters *filters, struct arena *arena,
                                struct slice *out, struct fault *fault) MUST_CHECK;
