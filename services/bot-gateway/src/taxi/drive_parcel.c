// SPDX-License-Identifier: MIT
/* The prices of parcels of a trip that a driver publishes, calculated from the price of a seat; and
 * delivering a parcel. */
#include "base/ascii.h"

#include "taxi/ride_steps.h"

enum {
    PRICE_STEP = 100 * 100, /* tiyn; prices are multiples of it */
    CODE_LEN = 6            /* digits of a delivery code */
};

int64_t drive_compute_parcel_price(int64_t seat_price, int64_t size)
{
    static const int percents[RIDE_SIZES] = {100, 25, 50, 100};
    const int64_t price = seat_price * percents[size] / 100;

    return (price + PRICE_STEP / 2) / PRICE_STEP * PRICE_STEP;
}

void drive_put_parcel_prices_and_button(struct talk *talk)
{
    const struct ride *ride = talk->data;
    const struct text_value prices[] = {
        {.name = "small",  .number = drive_compute_parcel_price(ride->price, 1)},
        {.name = "medium", .number = drive_compute_parcel_price(ride->price, 2)},
        {.name = "large",  .number = drive_compute_parcel_price(ride->price, 3)},
    };

    if (ride->carries) {
        talk_add(talk, TEXT_DRIVE_PARCELS, prices, ARRAY_LEN(prices));
        talk_put_button(talk, TEXT_DRIVE_BUTTON_NO_PARCELS, "parcels");
        return;
    }
    talk_new_row(talk);
    talk_button(talk, talk_format(talk, TEXT_DRIVE_BUTTON_PARCELS, prices, ARRAY_LEN(prices)),
                "parcels", SLICE(""));
}

bool drive_toggle_parcels(struct talk *talk)
{
    ride_of(talk)->carries = !ride_of(talk)->carries;
    return talk_step(talk, &ride_step_publish);
}

struct slice drive_format_parcel_prices_json(struct talk *talk)
{
    const struct ride *ride = talk->data;
    struct slice json = SLICE("");

    if (!ride->carries)
        return json;
    for (int size = 1; size < RIDE_SIZES; size++)
        json = talk_printf(talk, "%.*s%s%s", SLICE_ARG(json), size > 1 ? "," : "",
                           talk_money_member(talk, ride_size_names[size],
                                             drive_compute_parcel_price(ride->price, size)));
    return talk_printf(talk, ",\"parcel_prices\":{%.*s}", SLICE_ARG(json));
}

/* --- delivering a parcel --- */

static bool ask_delivery_code(struct talk *talk)
{
    talk_say(talk, TEXT_DRIVE_CODE);
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

/* "042917", "042 917", "042-917" */
static bool deliver_by_typed_code(struct talk *talk)
{
    char digits[CODE_LEN + 1];
    size_t count = 0;

    for (size_t i = 0; i < talk->argument.len; i++) {
        const char one = talk->argument.at[i];
        if (one == ' ' || one == '-')
            continue;
        if (!ascii_is_digit(one) || count == CODE_LEN)
            return ride_handle_text(talk);
        digits[count++] = one;
    }
    if (count < CODE_LEN)
        return ride_handle_text(talk);
    digits[count] = '\0';
    talk_skip_history(talk);
    return drive_post_passenger_action_and_show(
        talk, "deliver", talk_printf(talk, "{\"delivery_code\":\"%s\"}", digits));
}

/* --- the step --- */

static const struct flow_move code_moves[] = {
    {FLOW_TEXT, NULL, .act = deliver_by_typed_code},
};
const struct flow_step ride_step_code = {"code", ask_delivery_code,
                                         FLOW_BACK(&ride_step_run, code_moves)};
