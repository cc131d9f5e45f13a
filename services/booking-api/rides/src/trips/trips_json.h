// SPDX-License-Identifier: MIT
/* JSON of trips, with the fields visible to each caller. */
#pragma once

#include "json/fields.h"

#include "trips/closure.h"
#include "trips/trip_store.h"

/* Body of POST /v1/trips: struct trip over trip_defaults(). */
extern const struct fields trip_fields;
void trip_defaults(struct trip *trip);
/* Body of PATCH /v1/trips/{id}: decoded over a trip without stops and prices. */
extern const struct fields trip_edit_fields;

struct trip_note {
    int64_t minutes;     /* delay */
    int64_t from_stop;   /* delay; FIELD_ABSENT: the first stop ahead */
    struct slice reason; /* delay, cancel */
};
extern const struct fields trip_delay_fields;
extern const struct fields trip_cancel_fields;

/* Sets stops_text and prices_text, the stored form. */
bool trip_encode_texts(struct trip *trip, struct arena *arena, struct fault *fault) MUST_CHECK;
/* Decodes stops, prices and loads from their stored texts. */
bool trip_decode_texts(struct trip *trip, struct arena *arena, struct fault *fault) MUST_CHECK;

/* Writes the trip as visible to `caller`. Requires trip_decode_texts(). */
void trip_encode(const struct trip *trip, const struct api_caller *caller, struct buf *out);
/* `data` of an event, without names, phones and notes. */
extern const struct fields trip_event_fields;

/* --- the search --- */

extern const struct fields trip_query_fields; /* struct trip_query */
/* A row of trip_search() with the struct trip_query in `data`. */
list_item_fn trip_found_encode;
/* The page of a search without results. */
void trip_nearby_encode(const struct trip_nearby *days, size_t count, struct buf *out);

/* --- closures --- */

/* Body of POST /v1/closures. */
extern const struct fields closure_fields;
extern const struct fields closure_shown_fields; /* of an answer */
/* Sets pairs_text, in the arena. */
bool closure_encode_texts(struct closure *closure, struct arena *arena,
                          struct fault *fault) MUST_CHECK;
