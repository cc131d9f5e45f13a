// SPDX-License-Identifier: MIT
#include "api/change.h"
#include "base/auto.h"

#include "bookings/booking_change.h"
#include "prices/prices_json.h"

enum { LINES_MAX = 256 * 1024 }; /* bytes of the JSON of the lines of the longest stay */

/* The parts of a price that policies distinguish. lines[0] is the first night. */
static struct policy_price policy_price_from_stay_price(const struct stay_price *price,
                                                        int64_t nights)
{
    struct policy_price parts = {.first_night = price->lines[0].amount};

    for (size_t i = 0; i < price->count; i++) {
        const struct stay_line *line = &price->lines[i];
        if (line->kind == STAY_CLEANING)
            parts.cleaning += line->amount;
        if (line->kind == STAY_EXTRA_GUEST)
            parts.first_night += line->amount / nights;
    }
    return parts;
}

bool booking_price_compute(struct change *change, const struct apartment *apartment,
                           const struct booking_draft *draft, struct booking *booking,
                           struct fault *fault)
{
    const struct tariff tariff = apartment_tariff(apartment);
    AUTO(buf_finish) struct buf json = BUF(LINES_MAX);
    struct stay_price price;

    if (!stay_price_compute(&tariff, draft->check_in, draft->check_out, draft->guests,
                            change->arena, &price, fault))
        return false;
    stay_price_encode_lines(&price, &json);
    if (!buf_keep(&json, change->arena, &booking->lines, fault))
        return false;
    booking->total = price.total;
    booking->deposit = price.deposit;
    booking->policy_price =
        policy_price_from_stay_price(&price, draft->check_out - draft->check_in);
    return true;
}
