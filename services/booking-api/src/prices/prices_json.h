// SPDX-License-Identifier: MIT
/* JSON of seasons, price lines and cancellation terms. */
#pragma once

#include "json/fields.h"

#include "prices/policy.h"
#include "prices/rate.h"
#include "prices/stay_price.h"

/* Body of PUT /v1/apartments/:id/rates. */
struct rates {
    struct field_list items; /* of struct rate */
};
extern const struct fields rates_fields;
extern const struct fields rate_fields;

/* Encodes the answer of GET and PUT /v1/apartments/:id/rates: {"items":[...]}. */
void rates_encode(const struct rate *rates, size_t count, struct buf *out);

/* Encodes the lines: [{"kind","date"?,"text":{ru,kz,en},"amount":money},...]. */
void stay_price_encode_lines(const struct stay_price *price, struct buf *out);

/* Encodes {"policy","text":{ru,kz,en},"free_until","tiers":[{"until","kept"}]}. `created_us` is
 * when the quote or booking was created; tiers that had ended by then are omitted. "free_until" is
 * the end of free cancellation even if it had passed by then; null if there is none, or it has no
 * end. `kept` is what the tier withholds if `total` was paid. */
void policy_encode(const struct policy *policy, const struct policy_price *price, int64_t total,
                   int64_t created_us, struct buf *out);
