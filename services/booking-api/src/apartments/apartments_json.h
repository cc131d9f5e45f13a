// SPDX-License-Identifier: MIT
/* JSON of apartments, owners and cities. */
#pragma once

#include "json/city.h"
#include "json/texts.h"

#include "apartments/apartment.h"
#include "apartments/owner.h"

extern const struct fields apartment_fields; /* bodies of requests */

/* Encodes an apartment with the fields of `view`; if `in_list`, omits those with FIELD_DETAIL. */
void apartment_encode(const struct apartment *apartment, enum apartment_view view, bool in_list,
                      struct buf *out);

extern const struct fields owner_fields; /* bodies of requests and answers */
