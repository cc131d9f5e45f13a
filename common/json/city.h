// SPDX-License-Identifier: MIT
/* A city on the wire. */
#pragma once

#include "base/city.h"
#include "json/fields.h"

extern const struct fields city_fields; /* of struct city */

/* For FIELD_CUSTOM: reads any name of a city into a slug. Problem: "unknown_city". */
field_decode_fn city_decode;
