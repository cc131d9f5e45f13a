// SPDX-License-Identifier: MIT
/* JSON of apartments, owners and cities. */
#pragma once

#include "json/city.h"
#include "json/texts.h"

#include "apartments/apartment.h"
#include "apartments/owner.h"

struct change;

extern const struct fields apartment_fields; /* bodies of requests */

/* Encodes an apartment with the fields of `view`; if `in_list`, omits those with FIELD_DETAIL. */
void apartment_encode(const struct apartment *apartment, enum apartment_view view, bool in_list,
                      struct buf *out);
/* Queues the event `event` of a change, with APARTMENT_PUBLIC as its data, and an audit row. */
bool apartment_record_change(struct change *change, const char *event, const char *audit_action,
                             const struct apartment *apartment, struct fault *fault) MUST_CHECK;
/* Queues the event alone: the audit row of the change is there. */
bool apartment_record_event(struct change *change, const char *event,
                            const struct apartment *apartment, struct fault *fault) MUST_CHECK;

extern const struct fields owner_fields; /* bodies of requests and answers */
