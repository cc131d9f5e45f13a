// SPDX-License-Identifier: MIT
/* Answers of booking-api about stays (services/booking-api/openapi.yaml).
 *
 * Reading is tolerant: a member that is missing or of another type is absent (base/value.h), an
 * item that cannot be shown is omitted. FAULT_INTERNAL "bad_answer" if a required member is
 * missing; FAULT_UNAVAILABLE "out_of_memory". Texts are in the arena or borrowed from the answer.
 * Money is in tiyn. */
#pragma once

#include "clients/answers_json.h"
#include "clients/stay_price_json.h"

enum {
    STAY_APARTMENTS_MAX = 10, /* of a page: the maximum of bot_settings.search_results */
    STAY_GUESTS_MAX = 100,    /* the maximum of booking-api */
    STAY_NIGHTS_MAX = 366,    /* the maximum of booking-api */
    STAY_ROOMS_MAX = 50,      /* the maximum of booking-api */
    STAY_AMENITIES_MAX = 100, /* of an apartment, as in booking-api */
    STAY_PHOTOS_MAX = 10,     /* of an apartment that guests see: an album has no more */
    STAY_WHY_MAX = 400,       /* UTF-16 units of a stored reason */
    STAY_BOOKINGS_MAX = 6,    /* of a list that guests see */
    STAY_BOOKINGS_READ = 20,  /* of any list that a dialogue reads */
    STAY_RATING_MAX = 5       /* the maximum of booking-api */
};

struct stay_apartment {
    struct uuid id;
    struct texts title;
    struct slice city;             /* slug; may be absent */
    struct slice district;         /* may be absent */
    int64_t rooms;                 /* may be absent */
    int64_t max_guests;            /* 0: absent */
    int64_t min_nights;            /* 0: absent */
    struct slice photo;            /* URL of the first photo; may be absent */
    struct foreign_list photos;    /* struct slice: URLs of all */
    struct foreign_list amenities; /* struct slice: slugs; some may be absent */
    int64_t total;                 /* of the stay; required in lists */
    int64_t deposit;               /* part of the total to be paid in advance; may be absent */
    int64_t free_until;            /* end of free cancellation, microseconds; may be absent */
    int64_t security_deposit;      /* may be absent */
    bool asks_owner;               /* the owner must agree to each booking */
    struct slice check_in_time;    /* "14:00"; may be absent, like all members below */
    struct slice check_out_time;
    struct field_geo location;
    struct texts description; /* not in lists */
    struct texts house_rules; /* not in lists */
    /* A text for the guest why this apartment was found; only in answers of search-api. */
    struct texts why;
    struct slice instant_book; /* as received; use asks_owner */
};
struct stay_apartments {
    struct stay_apartment *items; /* in the arena */
    size_t count;
    struct slice next; /* cursor of the next page; absent: none */
};
bool stay_read_apartments(struct slice body, struct arena *arena, struct stay_apartments *out,
                          struct fault *fault) MUST_CHECK;
bool stay_read_apartment(struct slice body, struct arena *arena, struct stay_apartment *out,
                         struct fault *fault) MUST_CHECK;

/* Reads the first apartment of a list that has no prices, because the query had no dates. `out->id`
 * is nil if the list is empty. */
bool stay_read_first_apartment(struct slice body, struct arena *arena, struct stay_apartment *out,
                               struct fault *fault) MUST_CHECK;

struct stay_quote {
    struct uuid id;
    int64_t total;
    int64_t deposit; /* may be absent */
    /* End of free cancellation, in microseconds; may have passed, be STAY_FREE_ALWAYS or absent. */
    int64_t free_until;
    struct texts policy; /* of cancellation, as a text; may be absent */
    struct stay_lines lines;
    struct foreign_list tiers; /* as received; use free_until */
};
bool stay_read_quote(struct slice body, struct arena *arena, struct stay_quote *out,
                     struct fault *fault) MUST_CHECK;

struct stay_booking {
    struct uuid id;
    struct uuid apartment;
    struct uuid owner; /* may be nil */
    struct slice code;
    struct slice status;
    int32_t check_in;
    int32_t check_out;
    int64_t guests;
    int64_t total;
    int64_t version;    /* 0: absent */
    struct slice name;  /* of the guest; may be absent, like all members below */
    struct slice phone; /* of the guest */
    int64_t guest;      /* telegram_id of the guest */
    struct slice note;
    struct slice receipt; /* of the payment, as it was sent to booking-api: dialogue/receipt.h */
    int64_t deposit;
    int64_t paid;
    int64_t claimed;    /* what the guest claims to have paid beside `paid`; may be 0 */
    int64_t refund;     /* due to the guest: of a cancellation, or what is paid beyond the total */
    int64_t rating;     /* by the guest, of a completed booking */
    int64_t free_until; /* end of free cancellation; all times are in microseconds */
    int64_t expires_at;
    struct slice expired_from; /* the status before it expired */
    int64_t updated_at;
    int64_t check_in_at;
    int64_t check_out_at;
    struct slice payment_info;
    struct texts check_in_info;
    int64_t check_in_info_at;    /* from this time on the guest sees check_in_info */
    bool needs_phone;            /* the guest sees address and check_in_info only with a phone */
    struct texts policy;         /* of cancellation, as in a quote */
    struct foreign_list actions; /* struct answer_action: what the caller may do now */
    /* Of the apartment: */
    struct texts title;
    struct texts address;
    struct field_geo location;
    int64_t security_deposit;
    struct stay_lines lines; /* of the price of the booking */
    /* As received; use free_until and refund. */
    struct foreign_list tiers;
    int64_t refund_due;
};
/* Finds the action `name` among those that the booking allows now; NULL: it is not allowed. */
const struct answer_action *stay_find_allowed_action(const struct stay_booking *booking,
                                                     const char *name);
/* What the guest of a cancelled booking claims to have paid, and neither owner nor staff have
 * confirmed; 0: nothing. */
int64_t stay_unconfirmed_claim(const struct stay_booking *booking);
/* Whether check_in_info is still hidden and will be shown at check_in_info_at. `booking` must have
 * been read as its guest. */
bool stay_shows_entry_later(const struct stay_booking *booking);
bool stay_read_booking(struct slice body, struct arena *arena, struct stay_booking *out,
                       struct fault *fault) MUST_CHECK;
/* Reads the answer to a dry run: the booking as the change would make it. */
bool stay_read_dry_run_booking(struct slice body, struct arena *arena, struct stay_booking *out,
                               struct fault *fault) MUST_CHECK;
struct stay_bookings {
    struct stay_booking *items; /* in the arena */
    size_t count;
    struct slice next_cursor; /* absent: this is the last page */
};
bool stay_read_bookings(struct slice body, struct arena *arena, struct stay_bookings *out,
                        struct fault *fault) MUST_CHECK;
