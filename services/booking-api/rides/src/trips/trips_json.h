// SPDX-License-Identifier: MIT
/* JSON of trips, with the fields visible to each caller. */
#pragma once

#include "json/fields.h"

#include "trips/closure.h"
#include "trips/trip_store.h"

/* Body of POST /v1/trips, decoded into a struct trip with the values of trip_defaults(). */
extern const struct fields trip_fields;
void trip_defaults(struct trip *trip);
/* Body of PATCH /v1/trips/{id}, decoded into the stored trip without its stops and prices. */
extern const struct fields trip_edit_fields;

struct trip_note {
    int64_t minutes;     /* of a delay */
    int64_t from_stop;   /* of a delay; FIELD_ABSENT: trip_first_delayed_stop() */
    struct slice reason; /* of a delay or cancel */
};
extern const struct fields trip_delay_fields;
extern const struct fields trip_cancel_fields;

/* Sets stops_text and prices_text, in the arena, from stops and tariff. */
bool trip_encode_stored_json(struct trip *trip, struct arena *arena,
                             struct fault *fault) MUST_CHECK;
/* Decodes stops, prices and loads from their stored texts. */
bool trip_decode_stored_json(struct trip *trip, struct arena *arena,
                             struct fault *fault) MUST_CHECK;

/* Writes the trip as visible to `caller`. Requires trip_decode_stored_json(). */
void trip_encode(const struct trip *trip, const struct api_caller *caller, struct buf *out);
/* The members of `data` in events of a trip; no names, phones or notes. */
extern const struct fields trip_event_fields;

/* --- the search --- */

extern const struct fields trip_query_fields; /* struct trip_query */
/* Writes a row of trip_search(). `data`: the struct trip_query. */
list_item_fn trip_found_encode;
/* Writes the page of a search without results: the nearby days that have trips. */
void trip_nearby_encode_page(const struct trip_nearby *days, size_t count, struct buf *out);

/* --- closures --- */

/* Body of POST /v1/closures, decoded into a struct closure. */
extern const struct fields closure_fields;
extern const struct fields closure_shown_fields; /* of an answer */
/* Sets pairs_text from pairs, in the arena. */
bool closure_encode_pairs(struct closure *closure, struct arena *arena,
                          struct fault *fault) MUST_CHECK;
