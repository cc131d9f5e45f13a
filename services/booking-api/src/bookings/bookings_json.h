// SPDX-License-Identifier: MIT
/* Bookings, blocks, quotes and availability on the wire: names, bounds, and what each caller is
 * told. */
#pragma once

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

/* POST /v1/bookings: struct booking_draft, from booking_draft_defaults(). */
extern const struct fields booking_draft_fields;
/* The same by a quote: its own fields are read only to be refused. */
extern const struct fields booking_by_quote_fields;
void booking_draft_defaults(struct booking_draft *draft);

/* Bodies of the actions: struct booking_note. */
extern const struct fields booking_confirm_fields;
extern const struct fields booking_reason_fields;
extern const struct fields booking_cancel_fields;
extern const struct fields booking_claim_fields;

/* POST .../change-dates: struct booking_wish. */
extern const struct fields booking_wish_fields;

/* As this caller sees it, with what he may do now. */
void booking_encode(const struct booking *booking, const struct api_caller *caller, bool in_list,
                    struct buf *out);

/* `data` of an event: what happened to which nights for how much, and nothing of the guest, since
 * receivers are many and events are kept. Who may see the guest reads the booking. */
void booking_encode_event(const struct booking *booking, struct buf *out);

/* The same with what else the rows of a step need, which are written from JSON. */
void booking_encode_moved(const struct booking_moved *moved, struct buf *out);

/* What cancelling would mean now. */
void booking_encode_terms(const struct booking *booking, struct buf *out);

/* A row of booking_store_history(); its version. */
int64_t booking_encode_step(const struct db_rows *rows, int row, struct buf *out);

/* False: FAULT_CONFLICT "nights_taken" with the member `nights`, from who has nights there. */
bool booking_refuse_taken(struct arena *arena, int32_t check_in, int32_t check_out,
                          int64_t buffer_days, const struct booking_taken *taken, size_t count,
                          struct fault *fault);

/* False: FAULT_CONFLICT "total_changed" with the member `total`. */
bool booking_refuse_total(struct arena *arena, int64_t total, struct fault *fault);

/* --- blocks --- */

extern const struct fields block_fields;       /* from, to, reason: what a client sends */
extern const struct fields block_shown_fields; /* as it is told */
/* `data` of its events: no reason, which is not for everybody who hears them. */
extern const struct fields block_event_fields;

/* --- availability --- */

extern const struct fields availability_query_fields;
extern const struct fields availability_item_fields;

/* --- quotes --- */

/* POST /v1/quotes: the four members of struct booking_draft. */
extern const struct fields quote_draft_fields;
extern const struct fields quote_fields;
void quote_encode(const struct quote *quote, struct buf *out);

/* The members `nights` and `alternatives` of a refusal, in the arena. */
bool quote_refusal_members(struct quote_night *nights, size_t night_count,
                           struct quote_alternative *others, size_t other_count,
                           struct arena *arena, struct slice *out, struct fault *fault) MUST_CHECK;
