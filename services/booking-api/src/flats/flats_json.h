// SPDX-License-Identifier: MIT
/* Flats, owners and cities on the wire. */
#pragma once

#include "json/texts.h"

#include "flats/apartment.h"
#include "flats/city.h"
#include "flats/owner.h"

extern const struct fields apartment_fields; /* to read a body */

/* The flat's JSON. */
void apartment_encode(const struct apartment *flat, enum apartment_view view, bool in_list,
                      struct buf *out);

extern const struct fields owner_fields;
extern const struct fields city_fields;

/* FIELD_CUSTOM: any name on the wire, the slug in the struct. Problem "unknown_city". */
field_decode_fn city_decode;
