// SPDX-License-Identifier: MIT
/* JSON of incidents. */
#pragma once

#include "base/buf.h"
#include "json/fields.h"

#include "storage/history.h"

extern const struct fields incident_fields;
void incident_encode(const struct incident *incident, struct buf *out);
