// SPDX-License-Identifier: MIT
/* Offers on the wire: names, bounds, and what each caller is shown. */
#pragma once

#include "json/fields.h"

#include "rides/offer.h"

/* Body of POST /v1/rides/{id}/offers: struct offer_draft over offer_draft_defaults(). */
extern const struct fields offer_draft_fields;
void offer_draft_defaults(struct offer_draft *draft);

/* Writes the offer as `caller` sees it, with the actions that he may take now. */
void offer_encode(const struct offer *offer, const struct api_caller *caller, struct buf *out);
