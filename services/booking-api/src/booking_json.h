// SPDX-License-Identifier: MIT
/* A booking on the wire: names, bounds, and what each caller is told. */
#pragma once

#include "db/query.h"
#include "json/fields.h"

#include "booking.h"

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

/* Bodies of the actions. */
struct booking_note {
    struct slice phone;      /* confirm */
    int64_t paid;            /* confirm; FIELD_ABSENT: the deposit */
    struct slice reason;     /* all others but claim-payment */
    struct slice receipt;    /* claim-payment */
    int64_t expected_refund; /* cancel; FIELD_ABSENT: whatever it is */
};
void booking_note_defaults(struct booking_note *note);
extern const struct fields booking_confirm_fields;
extern const struct fields booking_reason_fields;
extern const struct fields booking_cancel_fields;
extern const struct fields booking_claim_fields;

/* POST .../change-dates: what the stay should be. */
struct booking_wish {
    int32_t check_in;
    int32_t check_out;
    int64_t guests;           /* FIELD_ABSENT: as many as now */
    struct uuid apartment_id; /* nil: where it is */
    int64_t expected_total;   /* FIELD_ABSENT: whatever it costs */
};
extern const struct fields booking_wish_fields;

/* As this caller sees it, with what he may do now. */
void booking_encode(const struct booking *booking, const struct api_caller *caller, bool in_list,
                    struct buf *out);

/* `data` of an event: what happened to which nights for how much, and nothing of the guest, since
 * receivers are many and events are kept. Who may see the guest reads the booking. */
void booking_encode_event(const struct booking *booking, struct buf *out);

/* What cancelling would mean now. */
void booking_encode_terms(const struct booking *booking, struct buf *out);

/* A row of booking_store_history(); its version. */
int64_t booking_encode_step(const struct db_rows *rows, int row, struct buf *out);

/* The member `"nights":["2026-01-02",...]` of a refusal. */
bool booking_nights_member(struct arena *arena, const int32_t *nights, size_t count,
                           struct slice *out, struct fault *fault) MUST_CHECK;
