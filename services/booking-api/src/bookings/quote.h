// SPDX-License-Identifier: MIT
/* A quote: the price of a stay, promised for QUOTE_LIFE_S. It promises the price and not the
 * nights, and may be used more than once. Its files:
 *   handlers/quote_handlers.c  the routes
 *   quote_json.c               names and bounds on the wire
 *   quote.c                    who may use one
 *   quote_make.c               makes one
 *   quote_refuse.c             reasons for each night of a refusal, and alternatives
 *   quote_store.c              SQL */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"
#include "prices/policy.h"

enum {
    QUOTE_LIFE_S = 30 * 60,
    /* Expired quotes stay for a day, so that their use is answered with "quote_expired". */
    QUOTE_RETENTION_S = 24 * 60 * 60,
    QUOTE_DELETE_MAX = 500 /* deleted by one statement */
};

/* Text is in the request's arena. */
struct quote {
    struct uuid id;
    struct uuid tenant_id;
    struct uuid apartment_id;
    struct uuid owner_id; /* of the apartment, now */
    int64_t telegram_id;  /* of the guest it was made for; FIELD_ABSENT: every guest may use it */
    int32_t check_in;
    int32_t check_out;
    int64_t guests;
    struct slice lines; /* JSON */
    int64_t total;
    int64_t deposit;
    struct policy_price policy_price;
    struct policy policy;
    int32_t check_in_time; /* minutes after midnight; the tiers of the policy end by it */
    struct slice timezone;
    int64_t created_at;
    int64_t expires_at;
    bool expired; /* by the database's clock */
};

/* A night that cannot be booked, and the codes of its reasons. */
struct quote_night {
    int32_t date;
    struct field_texts reasons;
};

/* A stay that can be booked in place of a refused one. */
struct quote_alternative {
    struct uuid apartment_id;
    int32_t check_in;
    int32_t check_out;
    int64_t total;
};

/* The quote to book by. FAULT_INVALID "unknown_quote": there is none, or it is another guest's.
 * FAULT_GONE "quote_expired". */
bool quote_find(struct change *change, const struct uuid *id, struct quote *out,
                struct fault *fault) MUST_CHECK;

/* A guest may use a quote that was made for him or for no guest, an owner those of his apartments,
 * staff all. */
bool quote_usable(const struct quote *quote, const struct api_caller *caller);

/* Makes a quote (quote_make.c). FAULT_INVALID "unknown_apartment", or "not_available" with the
 * members `nights` (reasons) and `alternatives`. */
bool quote_make(struct change *change, const struct booking_draft *draft, struct quote *out,
                struct fault *fault) MUST_CHECK;

/* --- SQL (quote_store.c) --- */

/* `quote` becomes as it is stored; the apartment's policy is frozen by its name. */
bool quote_store_insert(struct db *tx, struct slice policy_name, struct arena *arena,
                        struct quote *quote, struct fault *fault) MUST_CHECK;
/* FAULT_NOT_FOUND when the tenant has none. */
bool quote_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                      struct arena *arena, struct quote *out, struct fault *fault) MUST_CHECK;
/* Is any long over? A read, so that looking for nothing writes nothing. */
bool quote_store_delete_due(struct db *db, bool *due, struct fault *fault) MUST_CHECK;
/* Deletes at most QUOTE_DELETE_MAX whose time is long over; says how many. */
bool quote_store_delete_old(struct change *change, int *deleted, struct fault *fault) MUST_CHECK;
