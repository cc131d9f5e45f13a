// SPDX-License-Identifier: MIT
/* JSON fields of bookings, blocks, quotes and availability, and what each caller may see. */
#pragma once

#include "json/texts.h"

#include "bookings/availability.h"
#include "bookings/block.h"
#include "bookings/booking.h"
#include "bookings/quote.h"

enum {
    BOOKING_TEXT_MAX = 3000,
    BOOKING_NAME_MAX = 200,
    BOOKING_SOURCE_MAX = 64,
    BOOKING_GUESTS_MAX = 100
};

/* Body of POST /v1/bookings without quote_id, decoded into a struct booking_draft. */
extern const struct fields booking_draft_fields;
/* Body of POST /v1/bookings with quote_id. Fields that the quote determines are refused. */
extern const struct fields booking_by_quote_fields;
/* Sets the values of fields that a body may omit. Call it before decoding. */
void booking_draft_defaults(struct booking_draft *draft);

/* Bodies of actions, decoded into a struct booking_action_body. */
extern const struct fields booking_action_fields[BOOKING_ACTION_COUNT];

/* Body of POST .../change-dates, decoded into a struct booking_change_body. */
extern const struct fields booking_change_fields;

/* Encodes the booking for `caller`, with the actions that are allowed now. */
void booking_encode(const struct booking *booking, const struct api_caller *caller, bool in_list,
                    struct buf *out);
/* Encodes the booking as it is after a change by the caller. A dry run shows a guest neither
 * address nor check_in_info, because nothing has been agreed. */
void booking_encode_after_change(const struct change *change, const struct booking *booking,
                                 struct buf *out);

/* `data` of an event: apartment, nights, status and money. It omits the guest, because events have
 * many readers and are stored for long. */
extern const struct fields booking_event_fields;

/* Encodes what a cancellation at `clock.now` costs. */
void booking_encode_cancel_terms(const struct booking *booking, struct buf *out);

/* Sets FAULT_CONFLICT "nights_taken" with the member `nights`: those of
 * booking_list_taken_nights(). Returns false. */
bool booking_refuse_taken(struct arena *arena, int32_t check_in, int32_t check_out,
                          int64_t buffer_days, const struct booking_taken *taken, size_t count,
                          struct fault *fault);

/* Sets FAULT_CONFLICT "total_changed" with the member `total`. Returns false. */
bool booking_refuse_changed_total(struct arena *arena, int64_t total, struct fault *fault);

/* --- blocks --- */

extern const struct fields block_fields;       /* body of a request: from, to, reason */
extern const struct fields block_shown_fields; /* a block in an answer */
/* `data` of a block's events, without the reason, which is private. */
extern const struct fields block_event_fields;

/* --- availability --- */

extern const struct fields availability_query_fields;
extern const struct fields availability_item_fields;

/* --- quotes --- */

/* Body of POST /v1/quotes: four members of a struct booking_draft over booking_draft_defaults(). */
extern const struct fields quote_draft_fields;
extern const struct fields quote_fields;

/* Encodes the members `nights` and `alternatives` of a refused quote into the arena. */
bool quote_encode_refusal(struct quote_night *nights, size_t night_count,
                          struct quote_alternative *alternatives, size_t alternative_count,
                          struct arena *arena, struct slice *out, struct fault *fault) MUST_CHECK;
