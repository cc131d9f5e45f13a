// SPDX-License-Identifier: MIT
/* The data of the dialogue "desk", and answers of booking-api that it reads (tolerantly, as in
 * stay_answers_json.h). */
#pragma once

#include "base/buf.h"

#include "clients/stay_answers_json.h"

struct fields;

enum { OWNER_APARTMENTS_MAX = 50, OWNER_BLOCKS_MAX = 30 /* of a page */ };

struct owner_state {
    int64_t list;        /* the list from which a booking was opened: LIST_* of owner_bookings.c */
    struct slice cursor; /* cursor of the shown page of the list; absent: its first page */
    struct slice more;   /* cursor of the next page; absent: there is none */
    struct uuid booking;
    int64_t version;    /* of `booking` when it was shown */
    int64_t changed_at; /* likewise its updated_at; 0: it was not shown */
    int64_t paid;       /* what the shown action, confirm or set-paid, reports as paid */
    int64_t refund;     /* the refund that was shown before cancelling */
    int64_t pending; /* action that needs a confirmation: index into actions[], owner_booking.c */
    struct uuid apartment;
    int32_t month;        /* a day of the month that is shown */
    int32_t from;         /* first night to block */
    struct uuid block;    /* the block that is shown */
    struct uuid conflict; /* nights that a channel has too */
    struct uuid feed;     /* the calendar of a channel that is shown */
    struct uuid link;     /* our link that is shown */
    /* Not stored, read again for each update: */
    struct uuid owner;     /* nil: not read yet, or is_unbound */
    struct slice name;     /* of the owner */
    bool is_unbound;       /* no owner has the person's Telegram account */
    bool shows_receipt;    /* `booking` is shown with its receipt */
    struct slice answered; /* JSON of `booking` in the answer to an action; absent: not read */
};

extern const struct fields owner_state_fields; /* of struct owner_state */

struct owner_record {
    struct uuid id;
    struct slice name;
    int64_t telegram_id; /* FIELD_ABSENT: no account is bound */
    int64_t version;
};
bool owner_read_record(struct slice body, struct arena *arena, struct owner_record *out,
                       struct fault *fault) MUST_CHECK;
/* Reads the first owner of a list; `out->id` is nil if the list is empty. */
bool owner_read_first_record(struct slice body, struct arena *arena, struct owner_record *out,
                             struct fault *fault) MUST_CHECK;

struct owner_apartment {
    struct uuid id;
    struct slice code;
    struct texts title;
};
struct owner_apartments {
    struct owner_apartment *items; /* in the arena */
    size_t count;
    struct slice next; /* cursor of the next page; absent: there is none */
};
bool owner_read_apartment(struct slice body, struct arena *arena, struct owner_apartment *out,
                          struct fault *fault) MUST_CHECK;
bool owner_read_apartments(struct slice body, struct arena *arena, struct owner_apartments *out,
                           struct fault *fault) MUST_CHECK;

struct owner_block {
    struct uuid id;
    int32_t from;
    int32_t to;          /* the day after the last night */
    struct slice reason; /* may be absent */
};
struct owner_blocks {
    struct owner_block *items; /* in the arena */
    size_t count;
    struct slice next; /* cursor of the next page; absent: there is none */
};
bool owner_read_blocks(struct slice body, struct arena *arena, struct owner_blocks *out,
                       struct fault *fault) MUST_CHECK;
