// SPDX-License-Identifier: MIT
/* Rides on the wire: names, bounds, and what each caller is shown. */
#pragma once

#include "json/fields.h"

#include "rides/ride.h"

/* Body of POST /v1/rides: struct ride_draft over ride_draft_defaults(). */
extern const struct fields ride_draft_fields;
void ride_draft_defaults(struct ride_draft *draft);

/* Body of PATCH /v1/rides/{id}: over the struct ride as it is. */
extern const struct fields ride_edit_fields;

/* Bodies of the actions. */
struct ride_note {
    struct slice phone;         /* confirm */
    int64_t paid;               /* confirm; FIELD_ABSENT: the deposit */
    struct slice reason;        /* decline, cancel, no-shows, settle */
    int64_t expected_refund;    /* cancel; FIELD_ABSENT: whatever it is */
    struct slice delivery_code; /* deliver */
    int fault;                  /* settle: enum cancel_fault */
    int64_t refund;             /* settle */
};
extern const struct fields ride_confirm_fields;
extern const struct fields ride_cancel_fields;
extern const struct fields ride_reason_fields;
extern const struct fields ride_deliver_fields;
extern const struct fields ride_settle_fields;

/* One entry of allowed_actions: struct move_allowed. */
extern const struct fields ride_allowed_fields;

/* The lines of a fare as they are stored and shown, into the arena. */
bool ride_lines_text(const struct fare *fare, struct arena *arena, struct slice *out,
                     struct fault *fault) MUST_CHECK;

/* Writes the ride as `caller` sees it, with the actions that he may take now. */
void ride_encode(const struct ride *ride, const struct api_caller *caller, struct buf *out);
/* Writes what a cancel by `caller` would cost now, and whose fault it would be. */
void ride_encode_terms(const struct ride *ride, const struct api_caller *caller, struct buf *out);
/* Writes `data` of an event: no names, phones, notes. */
void ride_encode_event(const struct ride *ride, struct buf *out);

/* Puts the member `segments` into the fault: the short ones, and what is free on them. Returns
 * false. */
bool ride_refuse_short(const struct ride_short *short_of, struct arena *arena, struct fault *fault);
