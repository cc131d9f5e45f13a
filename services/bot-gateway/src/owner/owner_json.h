// SPDX-License-Identifier: MIT
/* What the flow "desk" remembers, and what booking-api answers to it (as stay_answers_json.h has
 * it). */
#pragma once

#include "base/buf.h"

#include "clients/stay_answers_json.h"

enum {
    DESK_BOOKINGS_MAX = 20, /* of a page */
    DESK_FLATS_MAX = 50,
    DESK_BLOCKS_MAX = 30
};

struct desk {
    int64_t list;        /* where a booking was opened: place in the lists of owner_bookings.c */
    struct slice cursor; /* of the list that is shown; absent: its first page */
    struct slice more;   /* and of the page behind it; absent: there is none */
    struct uuid booking;
    int64_t version; /* of it, as it was shown */
    int64_t paid;    /* that its button of confirming says; 0: none */
    int64_t refund;  /* that was shown before cancelling */
    int64_t sure;    /* what is asked whether to do: place in the actions of owner_booking.c */
    struct uuid flat;
    int32_t month; /* a day of the one that the calendar shows */
    int32_t from;  /* first night to block */
    struct uuid block;
    /* Not remembered: found anew in each turn. */
    struct uuid owner; /* nil: not asked for yet */
    struct slice name; /* of the owner */
    bool stranger;     /* the account is bound to none */
};

/* struct flow */
bool desk_read(struct slice json, struct arena *arena, void *data, struct fault *fault) MUST_CHECK;
void desk_write(const void *data, struct buf *json);

struct desk_owner {
    struct uuid id;
    struct slice name;
    int64_t telegram_id; /* FIELD_ABSENT: none is bound */
    int64_t version;
};
bool desk_read_owner(struct slice body, struct arena *arena, struct desk_owner *out,
                     struct fault *fault) MUST_CHECK;
/* Of a list the first one; its id is nil where there is none. */
bool desk_read_owners(struct slice body, struct arena *arena, struct desk_owner *out,
                      struct fault *fault) MUST_CHECK;

struct desk_flat {
    struct uuid id;
    struct slice code;
    struct texts title;
};
struct desk_flats {
    struct desk_flat items[DESK_FLATS_MAX];
    size_t count;
    struct slice next; /* cursor; absent: these are the last */
};
bool desk_read_flat(struct slice body, struct arena *arena, struct desk_flat *out,
                    struct fault *fault) MUST_CHECK;
bool desk_read_flats(struct slice body, struct arena *arena, struct desk_flats *out,
                     struct fault *fault) MUST_CHECK;

struct desk_block {
    struct uuid id;
    int32_t from;
    int32_t to;          /* the day after the last */
    struct slice reason; /* may be absent */
};
struct desk_blocks {
    struct desk_block items[DESK_BLOCKS_MAX];
    size_t count;
};
bool desk_read_blocks(struct slice body, struct arena *arena, struct desk_blocks *out,
                      struct fault *fault) MUST_CHECK;
