// SPDX-License-Identifier: MIT
/* Time: wall time for people and records, monotonic time for waits. Tests can set both. */
#pragma once

#include <stdint.h>

#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)
#define US_PER_MS INT64_C(1000)
#define US_PER_S  INT64_C(1000000)

/* Microseconds since 1970-01-01 UTC. */
int64_t now_wall_us(void);

/* Nanoseconds of CLOCK_MONOTONIC. */
int64_t now_mono_ns(void);

/* For tests: stops both clocks at these values. */
void now_freeze(int64_t wall_us, int64_t mono_ns);
/* Advances both frozen clocks. */
void now_advance_us(int64_t us);
/* Ends now_freeze(): the real clocks are read again. */
void now_thaw(void);

enum { NOW_RFC3339_LEN = 24 };
/* Writes "2026-01-02T03:04:05.678Z" (RFC 3339, UTC, milliseconds) and a NUL. */
void now_format_rfc3339(int64_t wall_us, char out[NOW_RFC3339_LEN + 1]);
