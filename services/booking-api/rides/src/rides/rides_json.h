// SPDX-License-Identifier: MIT
/* JSON of rides and offers, as visible to each caller. */
#pragma once

#include "json/fields.h"

#include "rides/ride_store.h"

/* Body of POST /v1/rides, decoded into a struct ride_draft with the values of
 * ride_draft_defaults(). */
extern const struct fields ride_draft_fields;
void ride_draft_defaults(struct ride_draft *draft);

/* Body of PATCH /v1/rides/{id}, decoded into the stored struct ride. */
extern const struct fields ride_edit_fields;

/* Body of an action of a ride. Its table has no items if the action has no body. */
extern const struct fields ride_action_fields[RIDE_ACTION_COUNT];
struct ride_note {
    struct slice phone;         /* of a confirm */
    int64_t paid;               /* of a confirm (absent: the deposit) or of a settle */
    struct slice reason;        /* of a decline, cancel, no-show, driver-no-show or settle */
    int64_t expected_refund;    /* of a cancel, refused if the refund differs; FIELD_ABSENT: any */
    int expected_fault;         /* of a cancel, refused if the fault differs; -1: any */
    struct slice delivery_code; /* of a deliver, from the recipient */
    int fault;                  /* of a settle: enum cancel_fault */
    int64_t refund;             /* of a settle, tiyn */
};

/* Writes the lines of a fare as JSON into the arena. */
bool ride_encode_fare_lines(const struct fare *fare, struct arena *arena, struct slice *out,
                            struct fault *fault) MUST_CHECK;

/* Writes the ride as visible to `caller`, with the actions available now. */
void ride_encode(const struct ride *ride, const struct api_caller *caller, struct buf *out);
/* Writes the ride as it is after a change by the caller. A dry run shows only staff the contacts
 * of other people: nobody has agreed to anything. */
void ride_encode_after_change(const struct change *change, const struct ride *ride,
                              struct buf *out);
/* Writes the cost and fault of a cancel by `caller` now. */
void ride_encode_cancel_terms(const struct ride *ride, const struct api_caller *caller,
                              struct buf *out);
/* The members of `data` in events of a ride; no names, phones or notes. */
extern const struct fields ride_event_fields;

/* Adds the member `segments` to the fault: the segments without enough free capacity, and the free
 * capacity of each. Returns false. */
bool ride_add_full_segments(const struct ride_shortage *shortage, struct arena *arena,
                            struct fault *fault);

/* --- lists --- */

/* The query of GET /v1/rides, decoded into the values of ride_query_defaults(). */
struct ride_query {
    struct ride_filter filter;
    int32_t date; /* local day of departure; FIELD_ABSENT32: any */
    struct list_page page;
};
extern const struct fields ride_query_fields;
void ride_query_defaults(struct ride_query *query);

/* Writes a row of ride_list() as visible to the struct api_caller in `data`. */
list_item_fn ride_encode_item;

/* --- offers (offer_json.c) --- */

/* Body of POST /v1/rides/{id}/offers, decoded into a struct offer_draft with the values of
 * offer_draft_defaults(). */
extern const struct fields offer_draft_fields;
void offer_draft_defaults(struct offer_draft *draft);

/* Writes the offer as visible to `caller`, with the actions available now. */
void offer_encode(const struct offer *offer, const struct api_caller *caller, struct buf *out);
