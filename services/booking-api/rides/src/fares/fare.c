// SPDX-License-Identifier: MIT
#include "fares/fare.h"

#include "base/money.h"
#include "base/number.h"

const char *const fare_kind_names[] = {"seat", "car", "parcel", NULL};
const char *const fare_size_names[] = {"small", "medium", "large", NULL};
const char *const fare_line_names[] = {"seat",   "car",   "child_seat", "luggage",
                                       "parcel", "offer", NULL};

static const int64_t parcel_units[FARE_SIZE_COUNT] = {
    [FARE_SMALL] = 1, [FARE_MEDIUM] = 4, [FARE_LARGE] = 8};
enum { LUGGAGE_UNITS = 8 };

/* The quotient, rounded half up. Operands are not negative. */
static int64_t divide_half_up(int64_t dividend, int64_t divisor)
{
    return (2 * dividend + divisor) / (2 * divisor);
}

void fare_split_seat_price(int64_t seat_price, const int64_t *segment_metres, size_t segments,
                           int64_t *segment_prices)
{
    int64_t whole = 0, left = seat_price;

    for (size_t i = 0; i < segments; i++)
        whole += segment_metres[i];
    for (size_t i = 0; i + 1 < segments; i++) {
        const int64_t tenge =
            whole > 0 ? divide_half_up(seat_price / MONEY_TENGE * segment_metres[i], whole) : 0;
        segment_prices[i] = number_min(tenge * MONEY_TENGE, left);
        left -= segment_prices[i];
    }
    segment_prices[segments - 1] = left;
}

int64_t fare_seat_price(const struct fare_tariff *tariff, int64_t from_stop, int64_t to_stop)
{
    int64_t price = 0;

    for (int64_t i = from_stop; i < to_stop; i++)
        price += tariff->seat_prices[i];
    return price;
}

int64_t fare_offer_seat_price(int64_t offer_price, int64_t seats)
{
    return divide_half_up(offer_price, seats * MONEY_TENGE) * MONEY_TENGE;
}

static void add_line(struct fare *fare, enum fare_line_kind kind, int64_t count, int64_t amount)
{
    fare->lines[fare->count++] = (struct fare_line){kind, count, amount};
    fare->total += amount;
}

static void add_line_if_priced(struct fare *fare, enum fare_line_kind kind, int64_t count,
                               int64_t unit_price)
{
    if (count > 0 && unit_price != FIELD_ABSENT && unit_price > 0)
        add_line(fare, kind, count, count * unit_price);
}

/* The price of an order of a whole car or a parcel; FIELD_ABSENT: the trip does not offer it. */
static int64_t car_or_parcel_price(const struct fare_tariff *tariff, const struct fare_order *order)
{
    if (order->kind == FARE_PARCEL)
        return tariff->parcel_prices[order->size];
    return order->from_stop == 0 && order->to_stop == tariff->segments ? tariff->car_price
                                                                       : FIELD_ABSENT;
}

static const char *why_not_offered(const struct fare_order *order)
{
    if (order->kind == FARE_PARCEL)
        return "The trip takes no parcels of this size.";
    return "The whole car is let from the first stop to the last, where it has a price.";
}

bool fare_compute_price(const struct fare_tariff *tariff, const struct fare_order *order,
                        struct fare *out, struct fault *fault)
{
    const bool seats = order->kind == FARE_SEATS;
    struct fare fare = {.count = 0};

    if (order->offer_price != FIELD_ABSENT) {
        add_line(&fare, FARE_LINE_OFFER, 1, order->offer_price);
    } else if (seats) {
        add_line(&fare, FARE_LINE_SEAT, order->seats,
                 order->seats * fare_seat_price(tariff, order->from_stop, order->to_stop));
    } else {
        const int64_t price = car_or_parcel_price(tariff, order);
        if (price == FIELD_ABSENT)
            return fault_set(fault, FAULT_INVALID, "not_offered", "%s", why_not_offered(order));
        add_line(&fare, order->kind == FARE_PARCEL ? FARE_LINE_PARCEL : FARE_LINE_CAR, 1, price);
    }
    if (order->offer_price == FIELD_ABSENT) {
        if (order->kind != FARE_PARCEL)
            add_line_if_priced(&fare, FARE_LINE_CHILD_SEAT, order->child_seats,
                               tariff->child_seat_price);
        if (seats)
            add_line_if_priced(&fare, FARE_LINE_LUGGAGE, order->luggage, tariff->luggage_price);
    }
    fare.deposit = money_percent_rounded_up(fare.total, tariff->prepayment_percent);
    *out = fare;
    return true;
}

int64_t fare_order_cargo_units(const struct fare_order *order, int64_t trip_cargo_units)
{
    if (order->kind == FARE_WHOLE_CAR)
        return trip_cargo_units;
    if (order->kind == FARE_PARCEL)
        return parcel_units[order->size];
    return order->luggage * LUGGAGE_UNITS;
}
