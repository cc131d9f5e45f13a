// SPDX-License-Identifier: MIT
/* The places in a page of GET /v1/apartments (services/booking-api/openapi.yaml). */
#pragma once

#include "clients/answer_values_json.h"

enum { PLACES_PAGE_MAX = 30 /* apartments: an answer stays far below BOOKING_ANSWER_MAX */ };

struct places_apartment {
    struct slice title;    /* Russian; may be absent */
    struct slice district; /* may be absent */
    struct slice address;  /* may be absent */
};
/* Reads a page of struct places_apartment, in the arena or borrowed from the answer. */
bool places_read_apartment_page(struct slice body, struct arena *arena, struct answer_page *out,
                                struct fault *fault) MUST_CHECK;
