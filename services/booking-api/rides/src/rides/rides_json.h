// SPDX-License-Identifier: MIT
/* JSON of rides, as visible to each caller. */
#pragma once

#include "json/fields.h"

#include "rides/ride.h"

/* Body of POST /v1/rides: struct ride_draft over ride_draft_defaults(). */
extern const struct fields ride_draft_fields;
void ride_draft_defaults(struct ride_draft *draft);

/* Body of PATCH /v1/rides/{id}: decoded over the struct ride. */
extern const struct fields ride_edit_fields;

struct ride_note {
    struct slice phone;         /* confirm */
    int64_t paid;               /* confirm; FIELD_ABSENT: the deposit */
    struct slice reason;        /* decline, cancel, no-shows, settle */
    int64_t expected_refund;    /* cancel; FIELD_ABSENT: any */
    struct slice delivery_code; /* deliver */
    int fault;                  /* settle: enum cancel_fault */
    int64_t refund;             /* settle */
};
extern const struct fields ride_confirm_fields;
extern const struct fields ride_cancel_fields;
extern const struct fields ride_reason_fields;
extern const struct fields ride_deliver_fields;
extern const struct fields ride_settle_fields;

/* One entry of allowed_actions: struct transition_allowed. */
extern const struct fields ride_allowed_fields;

/* The lines of a fare as JSON, in the arena. */
bool ride_lines_text(const struct fare *fare, struct arena *arena, struct slice *out,
                     struct fault *fault) MUST_CHECK;

/* Writes the ride as visible to `caller`, with the actions available now. */
void ride_encode(const struct ride *ride, const struct api_caller *caller, struct buf *out);
/* Writes the cost and fault of a cancel by `caller` now. */
void ride_encode_terms(const struct ride *ride, const struct api_caller *caller, struct buf *out);
/* Writes `data` of an event, without names, phones and notes. */
void ride_encode_event(const struct ride *ride, struct buf *out);

/* Adds the member `segments` to the fault: the short segments and their free capacity. Returns
 * false. */
bool ride_refuse_shortage(const struct ride_shortage *shortage, struct arena *arena,
                          struct fault *fault);
