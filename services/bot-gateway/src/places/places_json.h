// SPDX-License-Identifier: MIT
/* The places in a page of GET /v1/apartments (services/booking-api/openapi.yaml). */
#pragma once

#include "base/arena.h"
#include "base/fault.h"

enum { PLACES_PAGE_MAX = 30 /* apartments: an answer stays far below BOOKING_ANSWER_MAX */ };

struct places_apartment {
    struct slice title; /* Russian; may be absent, like the others */
    struct slice district;
    struct slice address;
};
struct places_page {
    struct places_apartment *items; /* in the arena, or borrowed from the answer */
    size_t count;
    struct slice next; /* cursor of the next page, safe in a query; else absent */
};
bool places_page_read(struct slice body, struct arena *arena, struct places_page *out,
                      struct fault *fault) MUST_CHECK;
