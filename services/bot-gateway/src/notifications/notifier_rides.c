// SPDX-License-Identifier: MIT
/* Processes events of rides, trips and offers, and their reminders: finds the passengers and the
 * driver concerned. Passengers of a trip whose ride is held, requested, claimed as paid or
 * confirmed are notified of a delay of their stop or a closed road, and those with a confirmed ride
 * of the start.
 * If a trip is cancelled, its event notifies no passenger, because each ride of the trip has an
 * event of its own. */
#include "base/now.h"

#include "notifications/notifier_private.h"
#include "notifications/ride_notice.h"
#include "texts/format.h"

enum {
    RIDE_PAGES_MAX = 5,  /* pages of RIDES_MAX passengers, read for one trip */
    DRIVERS_MAX = 50,    /* maximum number of drivers who get the offer of a ride */
    OFFERS_AN_HOUR = 6,  /* maximum number of rides offered to one driver per hour */
    MATCHES_AN_HOUR = 1, /* maximum number of messages per hour that a trip fits a ride */
    OFFER_TTL_S = 1800,
    DEPARTED_TTL_S = 1800
};

/* --- lookups --- */

/* Reads a ride as the guest sees it, or as staff if `guest_or_absent` is FIELD_ABSENT. */
static bool lookup_ride(struct notifier_round *round, const struct uuid *id,
                        int64_t guest_or_absent, struct ride_order *out, bool *found,
                        struct fault *fault)
{
    struct slice body;

    return notifier_get_by_id(round, guest_or_absent, "rides", id, "", &body, found, fault) &&
           (!*found || ride_read_order(body, &round->arena, out, fault));
}

static bool lookup_trip(struct notifier_round *round, const struct uuid *id, struct ride_run *out,
                        bool *found, struct fault *fault)
{
    struct slice body;

    return notifier_get_by_id(round, FIELD_ABSENT, "trips", id, "", &body, found, fault) &&
           (!*found || ride_read_driver_trip(body, &round->arena, out, fault));
}

static bool find_driver_recipient(struct notifier_round *round, const struct uuid *driver_id,
                                  struct notification_recipient *out, struct fault *fault)
{
    struct notification_owner driver;

    return notifier_lookup_account(round, "drivers", driver_id, &driver, fault) &&
           notifier_find_person_recipient(round, driver.telegram_id, out, fault);
}

/* --- one message --- */

/* An event, and the values looked up in booking-api to process it. */
struct ride_event {
    struct notifier_round *round;
    struct notifier_page *page;
    const struct notification_event *event;
    struct notification_step step;
    /* Parts of the dedupe_key: id of the ride or trip that the message describes, and its version
     * (for a closed road: the end of the closure). */
    struct uuid about;
    int64_t number;
};

/* Whether the event reports a trip that fits a ride which looks for a driver. */
static bool is_match(const struct ride_event *event)
{
    return slice_is(event->step.event, "ride.matched");
}

static bool compose_ride_notice(struct notifier_round *round, const struct ride_notice *notice,
                                struct ride_notice_input *input, struct outbox_message *out,
                                struct fault *fault)
{
    input->button_key = round->button_key;
    input->texts = texts_watch_texts(round->options->texts, BOT_TAXI);
    input->now = round->now;
    return places_watch_borrow_vocabulary(round->options->places, &round->tenant_id, BOT_TAXI,
                                          &round->arena, &input->words, fault) &&
           ride_notice_compose(notice, input, &round->arena, out, fault);
}

/* How long the message is worth sending: a notice that the trip begins, or begins late, expires
 * soon after the departure. FIELD_ABSENT: any time. */
static int64_t calculate_ttl_s(const struct ride_event *event, int64_t depart_at)
{
    const int64_t left_s =
        depart_at > event->round->now ? (depart_at - event->round->now) / US_PER_S : 0;

    if (!slice_is(event->step.event, "trip.started") &&
        !slice_is(event->step.event, "trip.delayed"))
        return FIELD_ABSENT;
    return left_s <= OUTBOX_TTL_MAX_S - DEPARTED_TTL_S ? left_s + DEPARTED_TTL_S : FIELD_ABSENT;
}

static bool compose_and_add_notice(const struct ride_event *event, const struct ride_notice *notice,
                                   struct ride_notice_input *input, int recipient_kind,
                                   struct fault *fault)
{
    const int64_t depart_at =
        input->order != NULL ? input->order->depart_at : input->run->depart_at;
    struct outbox_message message = {.confided = false};
    char about[UUID_TEXT_LEN + 1];

    if (notifier_is_stale(event->round, event->event, depart_at))
        return true;
    if (!compose_ride_notice(event->round, notice, input, &message, fault))
        return false;
    message.ttl_s = calculate_ttl_s(event, depart_at);
    uuid_format(&event->about, about);
    if (is_match(event)) {
        message.ttl_s = OFFER_TTL_S;
        message.dedupe_key = arena_printf(&event->round->arena, "notice:%s:matched", about);
        return notifier_page_add_message(event->page, event->event, &message, recipient_kind,
                                         MATCHES_AN_HOUR, fault);
    }
    message.dedupe_key = arena_printf(&event->round->arena, "notice:%s:%lld:%.*s:%s", about,
                                      (long long)event->number, SLICE_ARG(event->step.event),
                                      recipient_kind == NOTIFIER_TO_DRIVER ? "driver" : "guest");
    return notifier_page_add_message(event->page, event->event, &message, recipient_kind, 0, fault);
}

/* Adds the notification of the passenger, if the step has one and the passenger can be reached. The
 * ride is read again as the passenger, so that the message shows only what booking-api shows the
 * passenger. */
static bool notify_passenger(struct ride_event *event, const struct ride_order *order,
                             const struct ride_run *run, struct fault *fault)
{
    struct ride_notice_input input = {.run = run};
    struct ride_order seen;
    bool found;

    event->step.guest = order->guest;
    const struct ride_notice *notice = ride_notice_find(&event->step, false);
    if (notice == NULL)
        return true;
    if (!notifier_find_person_recipient(event->round, order->guest, &input.to, fault))
        return false;
    if (input.to.chat_id == FIELD_ABSENT)
        return true;
    if (!lookup_ride(event->round, &order->id, order->guest, &seen, &found, fault))
        return false;
    input.order = &seen;
    return !found || compose_and_add_notice(event, notice, &input, NOTIFIER_TO_GUEST, fault);
}

/* Adds the notification of the driver of the trip, if the step has one and the driver can be
 * reached. `order` is NULL if the event concerns the trip. */
static bool notify_driver(const struct ride_event *event, const struct ride_order *order,
                          const struct ride_run *run, struct fault *fault)
{
    const struct ride_notice *notice = ride_notice_find(&event->step, true);
    struct ride_notice_input input = {.order = order, .run = run};

    if (notice == NULL)
        return true;
    if (!find_driver_recipient(event->round, &run->driver, &input.to, fault))
        return false;
    return input.to.chat_id == FIELD_ABSENT ||
           compose_and_add_notice(event, notice, &input, NOTIFIER_TO_DRIVER, fault);
}

static bool is_trip_scheduled_or_started(const struct ride_run *run)
{
    return slice_is(run->status, "scheduled") || slice_is(run->status, "started");
}

/* Sets the actor of the step and the status before it. A closed road is no step, nor is a trip that
 * fits a ride. */
static bool set_actor_and_previous_status(struct ride_event *event, struct fault *fault)
{
    struct notification_change change = {.has_reason = false};

    if (!slice_is(event->event->type, "trip.road_closed") && !is_match(event) &&
        !notifier_find_step(event->round, event->event, &change, fault))
        return false;
    event->step.from = change.from;
    event->step.actor = change.actor;
    return true;
}

/* --- reminders --- */

static bool awaits_driver_confirmation(const struct ride_run *run)
{
    return slice_is(run->status, "scheduled") && run->confirmed_at == FIELD_ABSENT;
}

/* Plans the reminder of the ride or trip `id`. If `applies` is false, removes a planned one. */
static bool plan_or_remove_reminder(const struct ride_event *event, const struct uuid *id,
                                    enum reminder_kind kind, bool applies, int64_t depart_at_us,
                                    struct fault *fault)
{
    const int64_t zone = FORMAT_ZONE_S * US_PER_S;
    const struct reminder_time made =
        reminder_plan_ride_or_trip(kind, depart_at_us + zone, event->round->now + zone);

    return notifier_page_add_reminders(event->page, id, &made, applies ? 1 : 0,
                                       SLICE("Asia/Almaty"), fault);
}

static bool plan_passenger_reminder(const struct ride_event *event, const struct ride_order *order,
                                    struct fault *fault)
{
    return plan_or_remove_reminder(event, &order->id, REMINDER_RIDE,
                                   slice_is(order->status, "confirmed"), order->depart_at, fault);
}

static bool prepare_passenger_reminder(struct notifier_round *round, const struct uuid *id,
                                       struct ride_notice_input *input, bool *applies,
                                       struct fault *fault)
{
    struct ride_order *order = arena_alloc(&round->arena, sizeof *order);

    if (order == NULL)
        return arena_fault(fault);
    if (!lookup_ride(round, id, FIELD_ABSENT, order, applies, fault))
        return false;
    *applies = *applies && slice_is(order->status, "confirmed");
    if (!*applies)
        return true;
    input->order = order;
    return notifier_find_person_recipient(round, order->guest, &input->to, fault) &&
           (input->to.chat_id == FIELD_ABSENT ||
            lookup_ride(round, id, order->guest, order, applies, fault));
}

static bool prepare_driver_reminder(struct notifier_round *round, const struct uuid *id,
                                    struct ride_notice_input *input, bool *applies,
                                    struct fault *fault)
{
    struct ride_run *run = arena_alloc(&round->arena, sizeof *run);

    if (run == NULL)
        return arena_fault(fault);
    if (!lookup_trip(round, id, run, applies, fault))
        return false;
    *applies = *applies && awaits_driver_confirmation(run);
    input->run = run;
    return !*applies || find_driver_recipient(round, &run->driver, &input->to, fault);
}

bool notifier_compose_ride_reminder(struct notifier_round *round, const struct reminder *reminder,
                                    struct outbox_message *out, bool *applies, struct fault *fault)
{
    const bool to_driver = reminder->kind == REMINDER_RUN;
    const struct notification_step step = {.event = to_driver ? SLICE(RIDE_NOTICE_RUN)
                                                              : SLICE(RIDE_NOTICE_RIDE)};
    struct ride_notice_input input = {.to = {.chat_id = FIELD_ABSENT}};

    if (!(to_driver ? prepare_driver_reminder : prepare_passenger_reminder)(
            round, &reminder->booking, &input, applies, fault))
        return false;
    *applies = *applies && input.to.chat_id != FIELD_ABSENT;
    return !*applies ||
           compose_ride_notice(round, ride_notice_find(&step, to_driver), &input, out, fault);
}

/* --- events of a ride --- */

static bool add_offer_message(const struct ride_event *event, struct ride_notice_input *input,
                              struct fault *fault)
{
    const struct notification_step step = {.event = SLICE(RIDE_NOTICE_REQUEST)};
    struct notifier_round *round = event->round;
    struct outbox_message message = {.confided = false};

    if (!compose_ride_notice(round, ride_notice_find(&step, true), input, &message, fault))
        return false;
    message.ttl_s = OFFER_TTL_S;
    message.dedupe_key =
        arena_printf(&round->arena, "notice:requests:%lld", (long long)input->to.chat_id);
    return notifier_page_add_message(event->page, event->event, &message, NOTIFIER_TO_DRIVER,
                                     OFFERS_AN_HOUR, fault);
}

/* Offers the ride to suitable drivers, except its passenger. A driver gets at most OFFERS_AN_HOUR
 * offers per hour; further ones are dropped (see notifier_page_add_message()). */
static bool offer_ride_to_drivers(const struct ride_event *event, const struct ride_order *order,
                                  struct fault *fault)
{
    struct notifier_round *round = event->round;
    const struct notification_owner *drivers;
    char ride[UUID_TEXT_LEN + 1];
    struct slice body;
    size_t count;

    uuid_format(&order->id, ride);
    if (!notifier_get_list(
            round,
            arena_printf(&round->arena, "/v1/drivers?fits_ride=%s&limit=%d", ride, DRIVERS_MAX),
            &body, fault) ||
        !notification_read_drivers(body, DRIVERS_MAX, &round->arena, &drivers, &count, fault))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct ride_notice_input input = {.order = order};
        if (drivers[i].telegram_id == order->guest)
            continue;
        if (!notifier_find_person_recipient(round, drivers[i].telegram_id, &input.to, fault) ||
            (input.to.chat_id != FIELD_ABSENT && !add_offer_message(event, &input, fault)))
            return false;
    }
    return true;
}

/* Offers a new ride to drivers at once or, at night, plans REMINDER_OFFER for the morning. */
static bool offer_new_ride_or_wait_for_morning(const struct ride_event *event,
                                               const struct ride_order *order, struct fault *fault)
{
    const int64_t zone = FORMAT_ZONE_S * US_PER_S;
    struct reminder_time morning;

    if (!ride_is_looking_for_driver(order))
        return true;
    if (reminder_plan_offer_if_night(order->depart_at + zone, event->round->now + zone, &morning))
        return notifier_page_add_reminders(event->page, &order->id, &morning, 1,
                                           SLICE("Asia/Almaty"), fault);
    return offer_ride_to_drivers(event, order, fault);
}

bool notifier_add_ride_offers(struct notifier_round *round, const struct notification_event *event,
                              struct notifier_page *page, struct fault *fault)
{
    const struct ride_event offer = {.round = round, .page = page, .event = event};
    struct ride_order order;
    bool found;

    return lookup_ride(round, &event->id, FIELD_ABSENT, &order, &found, fault) &&
           (!found || !ride_is_looking_for_driver(&order) ||
            offer_ride_to_drivers(&offer, &order, fault));
}

/* `needs` is false if a trip that fits need not be reported: the ride has ceased to look for a
 * driver, or the passenger can accept an offer. */
static bool check_needs_match(const struct ride_event *event, const struct ride_order *order,
                              bool *needs, struct fault *fault)
{
    struct ride_trips offers;
    struct slice body;
    bool found;

    *needs = ride_is_looking_for_driver(order);
    if (!*needs)
        return true;
    if (!notifier_get_by_id(event->round, FIELD_ABSENT, "rides", &order->id, "/offers?limit=100",
                            &body, &found, fault))
        return false;
    if (found && !ride_read_pending_offers(body, &event->round->arena, &offers, fault))
        return false;
    *needs = !found || offers.count == 0;
    return true;
}

static bool process_ride_event(struct ride_event *event, struct fault *fault)
{
    struct notifier_round *round = event->round;
    const bool to_driver = ride_notice_exists_for(event->step.event, true);
    struct ride_order order;
    struct ride_run run;
    bool found, needs = true;

    if (!lookup_ride(round, &event->event->id, FIELD_ABSENT, &order, &found, fault) ||
        (found && !slice_is(order.status, "open") &&
         !plan_passenger_reminder(event, &order, fault)))
        return false;
    if (found && slice_is(event->step.event, "ride.open"))
        return offer_new_ride_or_wait_for_morning(event, &order, fault);
    if (!found || (!to_driver && !ride_notice_exists_for(event->step.event, false)))
        return true;
    if (is_match(event) && !check_needs_match(event, &order, &needs, fault))
        return false;
    if (!needs)
        return true;
    if (!set_actor_and_previous_status(event, fault))
        return false;
    event->step.status_now = order.status;
    event->number = order.version;
    ride_notice_mark_reason(&event->step, &order);
    if (!notify_passenger(event, &order, NULL, fault))
        return false;
    if (!to_driver || uuid_is_nil(&order.trip))
        return true;
    const bool concerns_money = ride_notice_mark_end(&event->step, &order);
    if (!lookup_trip(round, &order.trip, &run, &found, fault))
        return false;
    return !found || !(is_trip_scheduled_or_started(&run) || concerns_money) ||
           notify_driver(event, &order, &run, fault);
}

/* Notifies the driver of a lost offer, and the passenger of a new one if the ride is still open. If
 * not, the offer cannot be accepted any more. */
static bool process_offer_event(struct ride_event *event, struct fault *fault)
{
    const struct ride_run of_driver = {.driver = event->event->driver};
    const bool to_driver = ride_notice_exists_for(event->step.event, true);
    struct ride_order order;
    bool found;

    if (!to_driver && !ride_notice_exists_for(event->step.event, false))
        return true;
    if (!lookup_ride(event->round, &event->event->ride, FIELD_ABSENT, &order, &found, fault))
        return false;
    event->step.status_now = event->step.status;
    event->number = event->event->version;
    if (to_driver && found) {
        ride_notice_hide_agreement(&order);
        return notify_driver(event, &order, &of_driver, fault);
    }
    return !found || !slice_is(order.status, "open") ||
           notify_passenger(event, &order, NULL, fault);
}

/* --- events of a trip --- */

static bool event_concerns_passenger(const struct ride_event *event, const struct ride_order *order)
{
    if (slice_is(event->step.event, "trip.delayed"))
        return order->from_stop >= event->event->from_stop;
    return !slice_is(event->step.event, "trip.started") || slice_is(order->status, "confirmed");
}

static bool notify_and_remind_passengers(struct ride_event *event, const struct ride_run *run,
                                         struct fault *fault)
{
    struct notifier_round *round = event->round;
    struct ride_orders orders = {.next = SLICE("")};
    char trip[UUID_TEXT_LEN + 1];
    struct slice body;

    uuid_format(&run->id, trip);
    for (int i = 0; i < RIDE_PAGES_MAX && orders.next.at != NULL; i++) {
        const struct slice path = arena_printf(
            &round->arena,
            "/v1/rides?trip_id=%s&status=held,requested,payment_claimed,confirmed"
            "&limit=%d%s%.*s",
            trip, RIDES_MAX, orders.next.len > 0 ? "&cursor=" : "", SLICE_ARG(orders.next));
        if (!notifier_get_list(round, path, &body, fault) ||
            !ride_read_orders(body, &round->arena, &orders, fault))
            return false;
        for (size_t k = 0; k < orders.count; k++) {
            const struct ride_order *order = &orders.items[k];
            event->about = order->id;
            if (!plan_passenger_reminder(event, order, fault) ||
                (event_concerns_passenger(event, order) &&
                 !notify_passenger(event, order, run, fault)))
                return false;
        }
    }
    return true;
}

/* The dedupe_key has the current version of the trip, not that of the event, so two delays that are
 * read together cause one message. */
static bool process_trip_event(struct ride_event *event, struct fault *fault)
{
    const bool to_guests = ride_notice_exists_for(event->step.event, false);
    struct ride_run run;
    bool found;

    if (!lookup_trip(event->round, &event->event->id, &run, &found, fault) ||
        (found && !plan_or_remove_reminder(event, &run.id, REMINDER_RUN,
                                           awaits_driver_confirmation(&run), run.depart_at, fault)))
        return false;
    if (!found || (!to_guests && !ride_notice_exists_for(event->step.event, true)))
        return true;
    if (!set_actor_and_previous_status(event, fault))
        return false;
    const bool is_closure = slice_is(event->step.event, "trip.road_closed");
    event->number = is_closure ? run.closed_until / US_PER_S : run.version;
    run.delay = ride_notice_count_new_delay(event->event, run.delay);
    event->step.status_now = is_trip_scheduled_or_started(&run) ? event->step.status : run.status;
    if (is_closure && run.closed_until == FIELD_ABSENT) /* the road is open again */
        return true;
    return notify_driver(event, NULL, &run, fault) &&
           (!to_guests || !is_trip_scheduled_or_started(&run) ||
            notify_and_remind_passengers(event, &run, fault));
}

bool notifier_process_ride_event(struct notifier_round *round,
                                 const struct notification_event *event, struct notifier_page *page,
                                 struct fault *fault)
{
    struct ride_event context = {
        .round = round,
        .page = page,
        .event = event,
        .step = {.event = event->type, .status = event->status},
        .about = event->id
    };

    if (slice_is(event->resource, "ride"))
        return process_ride_event(&context, fault);
    if (slice_is(event->resource, "offer"))
        return process_offer_event(&context, fault);
    return !slice_is(event->resource, "trip") || process_trip_event(&context, fault);
}
