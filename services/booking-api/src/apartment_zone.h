// SPDX-License-Identifier: MIT
/* The two texts of a flat that only we understand: its time zone and its code. FIELD_CUSTOM. */
#pragma once

#include "json/fields.h"

enum { APARTMENT_CODE_MAX = 32 };

/* A zone of the system's tz database: "Asia/Almaty". Problem "unknown_timezone". */
field_decode_fn apartment_zone_decode;
field_encode_fn apartment_zone_encode;

/* Letters, digits, '-', '_'. Problem "bad_code". */
field_decode_fn apartment_code_decode;
field_encode_fn apartment_code_encode;
