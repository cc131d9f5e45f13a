// SPDX-License-Identifier: MIT
/* Answers of booking-api that stays and rides have alike: cities, refusals, what cancelling costs.
 * Reading is tolerant, as in stay_answers_json.h. */
#pragma once

#include "base/city.h"
#include "base/uuid.h"

#include "clients/answer_values_json.h"

enum {
    ANSWER_ALTERNATIVES_MAX = 6, /* the maximum of booking-api */
    ANSWER_CITIES_MAX = 96,      /* cities, and the towns of rides */
    ANSWER_TAKEN_MAX = 6         /* maximum of nights that a refusal lists */
};

struct answer_cities {
    struct city *items; /* in the arena; a location may be absent */
    size_t count;
};
bool answer_read_cities(struct slice body, struct arena *arena, struct answer_cities *out,
                        struct fault *fault) MUST_CHECK;

/* An apartment that is free instead of the requested one. */
struct answer_alternative {
    struct uuid apartment;
    int32_t check_in;
    int32_t check_out;
    int64_t total;
};

/* The answer to a refused request: a problem (RFC 9457). */
struct answer_refusal {
    struct slice code; /* may be absent */
    struct slice why;  /* code of the first refused member; may be absent */
    struct answer_alternative others[ANSWER_ALTERNATIVES_MAX]; /* what is free instead */
    size_t other_count;
    int32_t taken[ANSWER_TAKEN_MAX]; /* requested nights that are not free */
    size_t taken_count;
    bool more_taken; /* more nights are not free than `taken` lists */
    /* Of rides, may be nil: */
    struct uuid ride; /* the passenger's other ride */
    struct uuid trip; /* the driver's other trip */
};
bool answer_read_refusal(struct slice body, struct arena *arena, struct answer_refusal *out,
                         struct fault *fault) MUST_CHECK;

struct answer_cancelling {
    int64_t refund;
    int64_t fee;
    struct slice fault; /* of a ride: the party who is at fault if it is cancelled now */
};
bool answer_read_cancel_preview(struct slice body, struct arena *arena,
                                struct answer_cancelling *out, struct fault *fault) MUST_CHECK;
