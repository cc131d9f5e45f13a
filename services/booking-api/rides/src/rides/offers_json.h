// SPDX-License-Identifier: MIT
/* JSON of offers, as visible to each caller. */
#pragma once

#include "json/fields.h"

#include "rides/offer.h"

/* Body of POST /v1/rides/{id}/offers: struct offer_draft over offer_draft_defaults(). */
extern const struct fields offer_draft_fields;
void offer_draft_defaults(struct offer_draft *draft);

/* Writes the offer as visible to `caller`, with the actions available now. */
void offer_encode(const struct offer *offer, const struct api_caller *caller, struct buf *out);
