// SPDX-License-Identifier: MIT
/* Apartments, owners and cities on the wire. */
#pragma once

#include "json/city.h"
#include "json/texts.h"

#include "apartments/apartment.h"
#include "apartments/owner.h"

extern const struct fields apartment_fields; /* of a body, read and written */

/* Writes the apartment as a reader of this `view` sees it. */
void apartment_encode(const struct apartment *apartment, enum apartment_view view, bool in_list,
                      struct buf *out);

extern const struct fields owner_fields;
