// SPDX-License-Identifier: MIT
/* Strict parsers: they accept the whole text or fail. No leading space, no sign but '-', no
 * overflow. Outputs are untouched on failure. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

/* For each character, the value of the hexadecimal digit plus one; 0 if it is no such digit. */
extern const int8_t parse_hex_digits[256];

/* The value of the hexadecimal digit `c`; -1 if `c` is no such digit. */
static inline int parse_hex_digit(char c)
{
    return parse_hex_digits[(unsigned char)c] - 1;
}
bool parse_i64(struct slice text, int64_t min, int64_t max, int64_t *out) MUST_CHECK;
/* Accepts plain decimal numbers: digits, optionally a point and digits; no exponent, inf or nan. */
bool parse_double(struct slice text, double min, double max, double *out) MUST_CHECK;
/* Accepts "true" and "false". */
bool parse_bool(struct slice text, bool *out) MUST_CHECK;
/* Converts "HH:MM" to minutes after midnight. */
bool parse_time_of_day(struct slice text, int *minutes) MUST_CHECK;
/* Converts a PostgreSQL or RFC 3339 timestamp with an offset to microseconds since 1970 UTC:
 * "2026-01-02 03:04:05.678901+00", "2026-01-02T03:04:05Z". */
bool parse_timestamp(struct slice text, int64_t *wall_us) MUST_CHECK;
/* Converts "30s", "5m", "2h", "250ms" to milliseconds. */
bool parse_duration_ms(struct slice text, int64_t min, int64_t max, int64_t *ms) MUST_CHECK;
