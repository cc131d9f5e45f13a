// SPDX-License-Identifier: MIT
/* JSON of a city. */
#pragma once

#include "base/city.h"
#include "json/fields.h"

extern const struct fields city_fields; /* fields of struct city */

/* For FIELD_CUSTOM: reads any name of a city as its slug. Problem: "unknown_city". */
field_decode_fn city_decode;
