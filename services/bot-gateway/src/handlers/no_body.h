// SPDX-License-Identifier: MIT
/* An action that takes no fields. */
#pragma once

#include "api/change.h"

/* True where the request has no body, or an empty object. */
bool no_body(const struct change *change, struct fault *fault) MUST_CHECK;
