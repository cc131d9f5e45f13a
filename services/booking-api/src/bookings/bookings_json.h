// SPDX-License-Identifier: MIT
/* Bookings, blocks, quotes and availability on the wire: names, bounds, and what each caller is
 * shown. */
#pragma once

#include "api/list.h"
#include "db/query.h"
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

/* Body of POST /v1/bookings without a quote: struct booking_draft, over booking_draft_defaults().
 */
extern const struct fields booking_draft_fields;
/* The same with quote_id. Fields that the quote has are read to be refused. */
extern const struct fields booking_by_quote_fields;
void booking_draft_defaults(struct booking_draft *draft);

/* Bodies of the actions: struct booking_action_body. */
extern const struct fields booking_confirm_fields;
extern const struct fields booking_reason_fields;
extern const struct fields booking_cancel_fields;
extern const struct fields booking_claim_fields;
extern const struct fields booking_contact_fields;

/* POST .../change-dates: struct booking_change_request. */
extern const struct fields booking_change_fields;

/* Writes the booking as `caller` sees it, with the actions that he may take now. */
void booking_encode(const struct booking *booking, const struct api_caller *caller, bool in_list,
                    struct buf *out);

/* Writes `data` of an event: which nights of which apartment, the status, the money. It has nothing
 * of the guest, because events have many readers and are kept. */
void booking_encode_event(const struct booking *booking, struct buf *out);

/* Writes a row for booking_record_rows(): the same as member `data`, and the columns of history and
 * audit. */
void booking_encode_step_record(const struct booking_step_record *record, struct buf *out);

/* Writes what a cancellation would cost now. */
void booking_encode_cancellation_terms(const struct booking *booking, struct buf *out);

/* Writes a row of booking_store_history(); its version is the place of the next page. */
list_item_fn booking_encode_step;

/* Returns false with FAULT_CONFLICT "nights_taken" and its member `nights`: the nights of the stay
 * that `taken` covers. */
bool booking_refuse_taken(struct arena *arena, int32_t check_in, int32_t check_out,
                          int64_t buffer_days, const struct booking_taken *taken, size_t count,
                          struct fault *fault);

/* Returns false with FAULT_CONFLICT "total_changed" and its member `total`. */
bool booking_refuse_total(struct arena *arena, int64_t total, struct fault *fault);

/* --- blocks --- */

extern const struct fields block_fields;       /* from, to, reason: what a client sends */
extern const struct fields block_shown_fields; /* as it is shown */
/* `data` of its events, without the reason, which is not for all readers of events. */
extern const struct fields block_event_fields;

/* --- availability --- */

extern const struct fields availability_query_fields;
extern const struct fields availability_item_fields;

/* --- quotes --- */

/* POST /v1/quotes: the four members of struct booking_draft. */
extern const struct fields quote_draft_fields;
extern const struct fields quote_fields;

/* Writes the members `nights` and `alternatives` of a refusal into the arena. */
bool quote_refusal_members(struct quote_night *nights, size_t night_count,
                           struct quote_alternative *alternatives, size_t alternative_count,
                           struct arena *arena, struct slice *out, struct fault *fault) MUST_CHECK;
