// SPDX-License-Identifier: MIT
/* An event on the wire, and the cursor that names a place among them. */
#pragma once

#include "api/list.h"
#include "json/fields.h"

#include "event_store.h"

void event_encode(const struct event *event, struct buf *out);

/* A place as the cursors of lists carry it. */
struct list_place event_place_pack(const struct event_place *place);
/* False when no event can be at such a place. */
bool event_place_unpack(const struct list_place *packed, struct event_place *out) MUST_CHECK;
