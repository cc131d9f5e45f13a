// SPDX-License-Identifier: MIT
/* The prices of parcels of a trip that a driver publishes, calculated from the price of a seat. */
#include "taxi/ride_steps.h"

enum { PRICE_STEP = 100 * 100 /* tiyn; prices are multiples of it */ };

int64_t drive_parcel_price(int64_t seat_price, int64_t size)
{
    static const int percents[RIDE_SIZES] = {100, 25, 50, 100};
    const int64_t price = seat_price * percents[size] / 100;

    return (price + PRICE_STEP / 2) / PRICE_STEP * PRICE_STEP;
}

bool drive_put_parcels(struct talk *talk)
{
    const struct ride *ride = talk->data;
    const struct text_value prices[] = {
        {.name = "small",  .number = drive_parcel_price(ride->price, 1)},
        {.name = "medium", .number = drive_parcel_price(ride->price, 2)},
        {.name = "large",  .number = drive_parcel_price(ride->price, 3)},
    };

    if (ride->carries) {
        talk_add(talk, TEXT_DRIVE_PARCELS, prices, ARRAY_LEN(prices));
        return talk_put(talk, TEXT_DRIVE_BUTTON_NO_PARCELS, "parcels");
    }
    talk_new_row(talk);
    return talk_button(talk,
                       talk_format(talk, TEXT_DRIVE_BUTTON_PARCELS, prices, ARRAY_LEN(prices)),
                       "parcels", SLICE(""));
}

bool drive_take_parcels(struct talk *talk)
{
    ride_of(talk)->carries = !ride_of(talk)->carries;
    return talk_step(talk, "publish");
}

struct slice drive_write_parcels(struct talk *talk)
{
    const struct ride *ride = talk->data;
    struct slice json = SLICE("");

    if (!ride->carries)
        return json;
    for (int size = 1; size < RIDE_SIZES; size++)
        json = talk_printf(
            talk, "%.*s%s%s", SLICE_ARG(json), size > 1 ? "," : "",
            talk_sum(talk, ride_size_names[size], drive_parcel_price(ride->price, size)));
    return talk_printf(talk, ",\"parcel_prices\":{%.*s}", SLICE_ARG(json));
}
