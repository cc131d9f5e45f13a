// SPDX-License-Identifier: MIT
/* JSON of incidents. */
#pragma once

#include "base/buf.h"

#include "storage/history.h"

void incident_encode(const struct incident *incident, struct buf *out);
