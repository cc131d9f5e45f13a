// SPDX-License-Identifier: MIT
#include "notifications/ride_notice.h"

#include <stdio.h>

#include "base/auto.h"
#include "base/buf.h"

#include "dialogue/copy_button.h"
#include "dialogue/reply.h"
#include "dialogue/talk.h"
#include "texts/texts.h"

enum {
    TEXT_BYTES_MAX = 8 * 1024,
    VALUES = 17,
    FOR_DRIVER = 6, /* drivers see only the first 6 values of a ride: set_trip_and_ride_values() */
    BUTTONS_MAX = 3
};

// clang-format off
enum offer { NO_OFFER, RIDE, AGAIN, MINE, CANCEL, PERSON, RUN, DRIVE, ACCEPT, DECLINE, GO, LATE, TAKE, BID, OFFERS };
enum about { NOTHING, THE_RIDE, THE_TRIP };

/* Buttons of notifications. Columns: whether the command's argument is the id of the ride, of the
 * trip, or empty; action of booking-api that must be allowed (NULL: none, the button is always
 * there); command (of products/taxi.c); label (TEXTS: the label of the action). */
static const struct {
    enum about about;
    const char *action;
    const char *command;
    enum text label;
} offers[OFFERS] = {
    [RIDE]    = {THE_RIDE, NULL,      "ride",        TEXT_NOTICE_RIDE_BUTTON  },
    [AGAIN]   = {THE_RIDE, NULL,      "ride_again",  TEXT_RIDE_BUTTON_SEARCH},
    [MINE]    = {NOTHING,  NULL,      "rides",       TEXT_RIDE_BUTTON_MINE  },
    [CANCEL]  = {THE_RIDE, "cancel",  "ride_cancel", TEXTS                  },
    [PERSON]  = {NOTHING,  NULL,      "person",      TEXT_BUTTON_PERSON     },
    [RUN]     = {THE_TRIP, NULL,      "run",         TEXT_NOTICE_DRIVE_BUTTON },
    [DRIVE]   = {NOTHING,  NULL,      "drive",       TEXT_DRIVE_BUTTON      },
    [ACCEPT]  = {THE_RIDE, "confirm", "rider_ok",    TEXTS                  },
    [DECLINE] = {THE_RIDE, "decline", "rider_no",    TEXTS                  },
    [GO]      = {THE_TRIP, "confirm", "run_ok",      TEXTS                  },
    [LATE]    = {THE_TRIP, "delay",   "run_late",    TEXTS                  },
    [TAKE]    = {THE_RIDE, NULL,      "wish",        TEXT_NOTICE_DRIVE_TAKE },
    [BID]     = {THE_RIDE, NULL,      "wish_bid",    TEXT_DRIVE_BUTTON_BID  },
};

#define ANY NULL
#define TO_DRIVER true
/* Columns: event, status before the event (or ANY), kind of the actor (or ANY), whether the
 * driver and not the passenger is notified, text (TEXTS: no notification), buttons. The first row
 * that matches is used. */
static const struct ride_notice {
    const char *event;
    const char *from;
    const char *by;
    bool to_driver;
    enum text text;
    enum offer offers[BUTTONS_MAX];
} notices[] = {
    {"ride.confirmed", "requested", "driver",   false, TEXT_NOTICE_RIDE_CONFIRMED, {RIDE, CANCEL}},
    {"ride.confirmed", ANY,         ANY,        false, TEXT_RIDE_CONFIRMED,      {RIDE, CANCEL}},
    {"ride.held",      "requested", ANY,        false, TEXT_NOTICE_RIDE_AGREED,    {RIDE, CANCEL}},
    {"ride.held",      "open",      "system",   false, TEXT_NOTICE_RIDE_FREED,     {RIDE, CANCEL}},
    {"ride.held",      "open",      ANY,        false, TEXT_NOTICE_RIDE_AGREED,    {RIDE, CANCEL}}, /* an offer was accepted */
    {"ride.declined",  ANY,         ANY,        false, TEXT_RIDE_DECLINED,       {AGAIN, MINE}},
    {"ride.expired",   "requested", ANY,        false, TEXT_NOTICE_RIDE_IGNORED,   {AGAIN, MINE}},
    {"ride.expired",   "open",      ANY,        false, TEXT_NOTICE_RIDE_UNMET,     {AGAIN, MINE}},
    {"ride.expired",   RIDE_NOTICE_WAITED, ANY, false, TEXT_NOTICE_RIDE_UNFREED,   {AGAIN, MINE}},
    {"ride.expired",   "payment_claimed", ANY,  false, TEXT_NOTICE_RIDE_CLAIM_EXPIRED, {PERSON, AGAIN}},
    {"ride.expired",   ANY,         ANY,        false, TEXT_RIDE_EXPIRED,        {AGAIN, MINE}},
    {"ride.cancelled", "payment_claimed", ANY,  false, TEXT_NOTICE_RIDE_CLAIM_CANCELLED, {PERSON, AGAIN}},
    {"ride.cancelled", ANY,         "driver",   false, TEXT_NOTICE_RIDE_CANCELLED, {AGAIN, MINE}},
    {"ride.cancelled", ANY,         ANY,        false, TEXT_RIDE_CANCELLED,      {AGAIN, MINE}},
    {"ride.no_show",   ANY,         ANY,        false, TEXT_RIDE_NO_SHOW,        {PERSON, RIDE}},
    {"ride.completed", ANY,         ANY,        false, TEXT_NOTICE_RIDE_RATE,      {RIDE}},
    {"ride.settled",   ANY,         ANY,        false, TEXT_NOTICE_RIDE_SETTLED,   {PERSON, RIDE}},
    {RIDE_NOTICE_PARCEL_DELIVERED, ANY, ANY,    false, TEXT_PARCEL_COMPLETED,    {RIDE}},
    {RIDE_NOTICE_PARCEL_ENDED, ANY, ANY,        false, TEXT_PARCEL_ENDED,        {PERSON, RIDE}},
    {"offer.pending",  ANY,         ANY,        false, TEXT_NOTICE_RIDE_OFFER,     {RIDE}},
    {"ride.matched",   ANY,         ANY,        false, TEXT_NOTICE_RIDE_MATCHED,   {AGAIN, RIDE}},
    {"trip.delayed",   ANY,         ANY,        false, TEXT_NOTICE_RIDE_LATE,      {CANCEL, RIDE}},
    {"trip.car_changed", ANY,       ANY,        false, TEXT_NOTICE_RIDE_CAR,       {CANCEL, RIDE}},
    {"trip.started",   ANY,         ANY,        false, TEXT_NOTICE_RIDE_STARTED,   {RIDE}},
    {"trip.road_closed", ANY,       ANY,        false, TEXT_NOTICE_RIDE_CLOSED,    {CANCEL, RIDE}},
    {RIDE_NOTICE_RIDE, ANY,         ANY,        false, TEXT_NOTICE_RIDE_SOON,    {RIDE}},

    {"ride.requested",       ANY,         ANY,  TO_DRIVER, TEXT_NOTICE_DRIVE_REQUEST,   {ACCEPT, DECLINE, RUN}},
    {"ride.payment_claimed", ANY,         ANY,  TO_DRIVER, TEXT_NOTICE_DRIVE_CLAIM,     {ACCEPT, RUN}},
    {"ride.expired",         "payment_claimed", ANY, TO_DRIVER, TEXT_NOTICE_DRIVE_CLAIM_EXPIRED, {PERSON, RUN}},
    {"ride.confirmed",       ANY,         ANY,  TO_DRIVER, TEXT_NOTICE_DRIVE_BOOKED,    {RUN}},
    {"ride.expired",         RIDE_NOTICE_REFUND, ANY, TO_DRIVER, TEXT_NOTICE_DRIVE_REFUND, {RUN}},
    {"ride.no_show",         RIDE_NOTICE_REFUND, ANY, TO_DRIVER, TEXT_NOTICE_DRIVE_REFUND, {RUN}},
    {"ride.settled",         RIDE_NOTICE_REFUND, ANY, TO_DRIVER, TEXT_NOTICE_DRIVE_SETTLED, {PERSON, RUN}},
    {"ride.cancelled",       "open",      ANY,  TO_DRIVER, TEXTS,                     {NO_OFFER}}, /* unknown to the driver */
    {"ride.cancelled",       "held",      ANY,  TO_DRIVER, TEXTS,                     {NO_OFFER}}, /* unknown to the driver */
    {"ride.cancelled",       "payment_claimed", ANY, TO_DRIVER, TEXT_NOTICE_DRIVE_CLAIM_CANCELLED, {PERSON, RUN}},
    {"ride.cancelled",       RIDE_NOTICE_MISSED, ANY, TO_DRIVER, TEXT_NOTICE_DRIVE_MISSED, {PERSON, RUN}},
    {"ride.cancelled",       ANY,         ANY,  TO_DRIVER, TEXT_NOTICE_DRIVE_WITHDRAWN, {RUN}},
    {"trip.cancelled",       ANY,         "system", TO_DRIVER, TEXT_NOTICE_DRIVE_UNSTARTED, {DRIVE}},
    {"trip.cancelled",       ANY,         ANY,  TO_DRIVER, TEXT_NOTICE_DRIVE_CANCELLED, {DRIVE}},
    {"trip.delayed",         ANY,         ANY,  TO_DRIVER, TEXT_NOTICE_DRIVE_LATE,      {RUN}},
    {"trip.road_closed",     ANY,         ANY,  TO_DRIVER, TEXT_NOTICE_DRIVE_CLOSED,    {RUN}},
    {"offer.lost",           ANY,         ANY,  TO_DRIVER, TEXT_NOTICE_DRIVE_LOST,      {DRIVE}},
    {RIDE_NOTICE_REQUEST,    ANY,         ANY,  TO_DRIVER, TEXT_NOTICE_DRIVE_WISH,      {TAKE, BID}},
    {RIDE_NOTICE_RUN,        ANY,         ANY,  TO_DRIVER, TEXT_NOTICE_DRIVE_SOON,      {GO, LATE, RUN}},
};
// clang-format on

static bool matches_event(const struct ride_notice *notice, struct slice event, bool to_driver)
{
    return notice->to_driver == to_driver && slice_is(event, notice->event);
}

bool ride_notice_exists_for(struct slice event, bool to_driver)
{
    for (size_t i = 0; i < ARRAY_LEN(notices); i++)
        if (matches_event(&notices[i], event, to_driver))
            return true;
    return false;
}

const struct ride_notice *ride_notice_find(const struct notification_step *step, bool to_driver)
{
    if (!slice_equal(step->status, step->status_now) ||
        (to_driver ? notification_step_is_by(step, "driver") && step->refund <= 0
                   : notification_step_is_by_guest(step)))
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(notices); i++)
        if (matches_event(&notices[i], step->event, to_driver) &&
            (notices[i].from == ANY || slice_is(step->from, notices[i].from)) &&
            (notices[i].by == ANY || notification_step_is_by(step, notices[i].by)))
            return notices[i].text != TEXTS ? &notices[i] : NULL;
    return NULL;
}

void ride_notice_mark_reason(struct notification_step *step, const struct ride_order *order)
{
    if (slice_is(step->event, "ride.expired") && slice_is(step->from, "open") &&
        !uuid_is_nil(&order->trip))
        step->from = SLICE(RIDE_NOTICE_WAITED);
    if (slice_is(step->event, "ride.completed") && slice_is(order->kind, "parcel"))
        step->event = order->delivered ? SLICE(RIDE_NOTICE_PARCEL_DELIVERED)
                                       : SLICE(RIDE_NOTICE_PARCEL_ENDED);
}

bool ride_notice_mark_end(struct notification_step *step, const struct ride_order *order)
{
    const bool is_claimed = slice_is(step->from, "payment_claimed");

    step->refund = order->refund;
    if (order->refund > 0 && !is_claimed)
        step->from = SLICE(RIDE_NOTICE_REFUND);
    /* A passenger who cancels is never the driver's fault: this one has reported the driver. */
    if (slice_is(order->at_fault, "driver") && notification_step_is_by(step, "guest") &&
        slice_is(step->event, "ride.cancelled"))
        step->from = SLICE(RIDE_NOTICE_MISSED);
    return order->refund > 0 || is_claimed;
}

int64_t ride_notice_count_new_delay(const struct notification_event *event, int64_t total)
{
    return total > 0 && event->minutes > 0 && event->delay >= event->minutes
               ? total - (event->delay - event->minutes)
               : total;
}

void ride_notice_hide_agreement(struct ride_order *order)
{
    order->depart_at = order->depart_from;
    order->arrive_at = order->depart_to;
    order->total = order->deposit = order->refund = FIELD_ABSENT;
}

/* --- the text --- */

static struct slice format_route(const struct ride_notice_input *input, struct arena *arena)
{
    const struct ride_order *order = input->order;
    const enum language language = input->to.language;
    const struct slice from = phrase_get_city_name(
                           input->words, order != NULL ? order->from : input->run->from, language),
                       to = phrase_get_city_name(
                           input->words, order != NULL ? order->to : input->run->to, language);

    return arena_printf(arena, "%.*s → %.*s", SLICE_ARG(from), SLICE_ARG(to));
}

static bool names_passenger(const struct ride_notice *notice)
{
    return notice->to_driver && (slice_is(slice_of(notice->event), "ride.expired") ||
                                 slice_is(slice_of(notice->event), "ride.cancelled") ||
                                 slice_is(slice_of(notice->event), "ride.settled") ||
                                 slice_is(slice_of(notice->event), "ride.no_show"));
}

/* "посылка, маленькая" */
static struct slice format_parcel(const struct ride_notice_input *input, struct arena *arena)
{
    const int64_t size = input->order->size;
    const struct text_value values[] = {
        {.name = "small",  .number = size == 1 ? 1 : FIELD_ABSENT},
        {.name = "medium", .number = size == 2 ? 1 : FIELD_ABSENT},
        {.name = "large",  .number = size == 3 ? 1 : FIELD_ABSENT},
    };

    return text_render_to_arena(input->texts, TEXT_DRIVE_PARCEL, input->to.language, values,
                                ARRAY_LEN(values), arena);
}

/* Sets the values that texts about a trip and texts about a ride share, then, if input->order is
 * set, those of the ride alone. Returns the number of values. */
static size_t set_trip_and_ride_values(const struct ride_notice *notice,
                                       const struct ride_notice_input *input, struct arena *arena,
                                       struct text_value values[VALUES])
{
    const struct ride_order *order = input->order;
    const struct ride_run *run = input->run;
    const bool is_closed = slice_is(slice_of(notice->event), "trip.road_closed");
    const int64_t now = input->now, expires_at = order != NULL ? order->expires_at : FIELD_ABSENT;
    const int64_t until = is_closed          ? run->closed_until
                          : expires_at > now ? expires_at
                                             : FIELD_ABSENT;
    size_t count = 0;

    values[count++] = (struct text_value){.name = "title", .text = format_route(input, arena)};
    values[count++] = (struct text_value){.name = "until", .number = until, .other = now};
    values[count++] = (struct text_value){
        .name = "minutes", .number = run != NULL ? text_if_positive(run->delay) : FIELD_ABSENT};
    const int64_t depart_at = order != NULL ? order->depart_at : run->depart_at,
                  arrive_at = order != NULL ? order->arrive_at : run->arrive_at;
    values[count++] = (struct text_value){.name = "departure", .number = depart_at};
    values[count++] =
        (struct text_value){.name = "arrival", .number = arrive_at, .other = depart_at};
    if (order == NULL)
        return count;
    const bool whole = slice_is(order->kind, "car"), parcel = slice_is(order->kind, "parcel");
    const struct slice note = whole    ? text_render_to_arena(input->texts, TEXT_RIDE_BUTTON_CAR,
                                                              input->to.language, NULL, 0, arena)
                              : parcel ? format_parcel(input, arena)
                                       : SLICE_NONE;
    // clang-format off
    const struct text_value of_ride[] = {
        {.name = "price",   .number = text_if_positive(order->price)},
        {.name = "seats",   .number = whole || parcel ? FIELD_ABSENT : order->seats},
        {.name = "note",    .text = note},
        {.name = "total",   .number = text_if_positive(order->total)},
        {.name = "deposit", .number = text_if_positive(order->deposit)},
        {.name = "refund",  .number = text_if_positive(order->refund)},
        /* The values below are only for passengers: FOR_DRIVER. */
        {.name = "paid",    .number = text_if_positive(order->paid)},
        {.name = "car",     .text = ride_format_car_text(&order->car, arena)},
        {.name = "name",    .text = order->car.driver},
        {.name = "phone",   .text = order->car.phone},
        {.name = "code",    .text = order->code},
        {.name = "payment_info", .text = order->payment_info},
    };
    // clang-format on
    for (size_t i = 0; i < ARRAY_LEN(of_ride); i++)
        if (!notice->to_driver || i < FOR_DRIVER)
            values[count++] = of_ride[i];
    return count;
}

static bool format_notice_text(const struct ride_notice *notice,
                               const struct ride_notice_input *input, struct arena *arena,
                               struct slice *text, struct fault *fault)
{
    const enum language language = input->to.language;
    struct text_value values[VALUES + 1];
    const size_t count = set_trip_and_ride_values(notice, input, arena, values);
    struct slice name = names_passenger(notice) ? input->order->name : SLICE_NONE;
    AUTO(buf_finish) struct buf out = BUF(TEXT_BYTES_MAX);

    /* Not a value of the card, which calls the driver by it. */
    values[count] = (struct text_value){.name = "name", .text = slice_cut(&name, ' ')};
    (void)!text_render_if_complete(input->texts, notice->text, language, values,
                                   count + names_passenger(notice), &out);
    buf_text(&out, "\n\n");
    (void)!text_render_if_complete(input->texts, TEXT_RIDE_CARD, language, values, count, &out);
    if (notice->offers[0] == CANCEL && input->order->free_cancel)
        text_render(input->texts, TEXT_RIDE_TERMS_FREE, language, NULL, 0, &out);
    return buf_keep(&out, arena, text, fault);
}

/* --- the buttons --- */

/* Makes a button; `is_allowed` is false if its action is not allowed now. The argument of a button
 * that changes a ride ends with the version of the ride that the notification describes: if the
 * ride has changed since, a tap changes nothing. */
static bool make_button_if_allowed(const struct ride_notice_input *input, enum offer offer,
                                   bool *is_allowed, struct turn_button *out, struct arena *arena,
                                   struct fault *fault)
{
    const bool of_ride = offers[offer].about == THE_RIDE;
    const struct foreign_list *allowed = of_ride              ? &input->order->actions
                                         : input->run != NULL ? &input->run->actions
                                                              : NULL;
    const struct answer_action *action = NULL;
    struct slice argument = SLICE("");
    char version[32] = "";

    if (offers[offer].action != NULL)
        action = answer_find_action(allowed, offers[offer].action);
    *is_allowed = offers[offer].action == NULL || action != NULL;
    if (!*is_allowed)
        return true;
    if (of_ride && action != NULL)
        snprintf(version, sizeof version, "_%lld", (long long)input->order->version);
    if (offers[offer].about != NOTHING)
        argument =
            button_make_id_argument(of_ride ? &input->order->id : &input->run->id, version, arena);
    if (!notification_make_command_button(&input->to, input->button_key, offers[offer].command,
                                          argument, out, arena, fault))
        return false;
    out->label = offers[offer].label != TEXTS
                     ? text_render_to_arena(input->texts, offers[offer].label, input->to.language,
                                            NULL, 0, arena)
                     : texts_in(&action->label, input->to.language);
    out->style = talk_style_of_action(offers[offer].action);
    return out->label.at != NULL || arena_fault(fault);
}

bool ride_notice_compose(const struct ride_notice *notice, const struct ride_notice_input *input,
                         struct arena *arena, struct outbox_message *out, struct fault *fault)
{
    struct turn_button buttons[BUTTONS_MAX + 1] = {0}; /* one copies */
    struct turn_reply reply = {.kind = TURN_TEXT,
                               .markup = TURN_BUTTONS,
                               .buttons = buttons,
                               .confided = notice->to_driver
                                               ? names_passenger(notice)
                                               : input->order->car.phone.at != NULL ||
                                                     input->order->payment_info.at != NULL};
    const struct update_view view = {.chat_id = input->to.chat_id, .message_id = FIELD_ABSENT};
    bool made;

    for (size_t i = 0; i < BUTTONS_MAX && notice->offers[i] != NO_OFFER; i++) {
        if (!make_button_if_allowed(input, notice->offers[i], &made, &buttons[reply.button_count],
                                    arena, fault))
            return false;
        reply.button_count += made;
    }
    const bool pays = !notice->to_driver && (notice->text == TEXT_NOTICE_RIDE_AGREED ||
                                             notice->text == TEXT_NOTICE_RIDE_FREED);
    if (pays &&
        !copy_button_make(input->texts, input->to.language, COPY_NUMBER, input->order->payment_info,
                          arena, &buttons[reply.button_count], &made, fault))
        return false;
    buttons[reply.button_count].new_row = true;
    reply.button_count += pays && made;
    return format_notice_text(notice, input, arena, &reply.text, fault) &&
           reply_make_message(&reply, 0, input->order != NULL ? &input->order->id : &input->run->id,
                              &view, arena, out, fault);
}
