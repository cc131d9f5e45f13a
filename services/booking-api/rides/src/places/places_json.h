// SPDX-License-Identifier: MIT
/* JSON of places and of routes between them. */
#pragma once

#include "json/fields.h"

#include "places/route.h"

/* A place by its slug or name, as FIELD_CUSTOM of a struct slice. Fails with "unknown_place". */
field_decode_fn place_decode;

struct place_pair {
    struct slice from; /* slugs */
    struct slice to;
};
extern const struct fields
    place_pair_fields; /* reports "repeated_place" only if no other table contains this one */

/* Body of PUT /v1/routes/{from}/{to}, decoded into a struct route. */
extern const struct fields route_fields;

void route_encode(const struct route *route, struct buf *out);
