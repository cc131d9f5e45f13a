// SPDX-License-Identifier: MIT
/* A quote: a price for a stay, guaranteed for QUOTE_LIFE_S. It reserves no nights and may be used
 * more than once. Files:
 *   handlers/quote_handlers.c  routes
 *   quote_json.c               JSON fields and their bounds
 *   quote.c                    who may use a quote
 *   quote_make.c               creates a quote
 *   quote_refuse.c             reasons per night of a refusal, and alternatives
 *   quote_store.c              SQL */
#pragma once

#include "api/change.h"

#include "bookings/booking.h"
#include "prices/policy.h"

enum {
    QUOTE_LIFE_S = 30 * 60,
    /* Expired quotes remain for a day, so that a booking with one fails with "quote_expired". */
    QUOTE_RETENTION_S = 24 * 60 * 60,
    QUOTE_DELETE_MAX = 500 /* quotes that one statement deletes */
};

/* Text is in the request's arena. */
struct quote {
    struct uuid id;
    struct uuid tenant_id;
    struct uuid apartment_id;
    struct uuid owner_id; /* current owner of the apartment */
    int64_t telegram_id;  /* of the guest who requested it; FIELD_ABSENT: any guest may use it */
    int32_t check_in;
    int32_t check_out;
    int64_t guests;
    struct slice lines; /* JSON */
    int64_t total;
    int64_t deposit;
    struct policy_price policy_price;
    struct policy policy;
    int32_t check_in_time; /* minutes after midnight; determines the policy's deadlines */
    struct slice timezone;
    int64_t created_at;
    int64_t expires_at;
    bool expired; /* by the database's clock */
};

/* An unavailable night and its reason codes. */
struct quote_night {
    int32_t date;
    struct field_texts reasons;
};

/* An available stay offered instead of the refused one. */
struct quote_alternative {
    struct uuid apartment_id;
    int32_t check_in;
    int32_t check_out;
    int64_t total;
};

/* Finds a quote with which the caller may book. FAULT_INVALID "unknown_quote" if it does not exist
 * or belongs to another guest, FAULT_GONE "quote_expired". */
bool quote_find_usable(struct change *change, const struct uuid *id, struct quote *out,
                       struct fault *fault) MUST_CHECK;

/* Whether the caller may use the quote. Guests may use quotes that they requested or that name no
 * guest, owners quotes for their apartments, staff every quote. */
bool quote_usable(const struct quote *quote, const struct api_caller *caller);

/* Creates a quote (quote_make.c). FAULT_INVALID "unknown_apartment", or "not_available" with the
 * members `nights` (reasons) and `alternatives`. */
bool quote_create(struct change *change, const struct booking_draft *draft, struct quote *out,
                  struct fault *fault) MUST_CHECK;

/* --- SQL (quote_store.c) --- */

/* Stores the quote with a copy of the named policy; sets the members that the database computes. */
bool quote_store_insert(struct db *tx, struct slice policy_name, struct arena *arena,
                        struct quote *quote, struct fault *fault) MUST_CHECK;
/* Finds a quote of the tenant, else FAULT_NOT_FOUND. Text is in the arena. */
bool quote_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                      struct arena *arena, struct quote *out, struct fault *fault) MUST_CHECK;
/* Sets `due` to 1 if quote_store_delete_old would delete a quote, else to 0. It only reads, so that
 * an idle sweeper writes nothing. */
bool quote_store_has_old(struct db *db, int64_t *due, struct fault *fault) MUST_CHECK;
/* Statement for db_batches_run(): deletes quotes QUOTE_RETENTION_S after they expired. */
extern const struct db_statement quote_store_delete_old;
