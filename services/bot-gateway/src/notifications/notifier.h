// SPDX-License-Identifier: MIT
/* Sends notifications about bookings: to guests and owners about steps of others, and reminders;
 * to owners and staff about nights that the calendar of another channel has too. A
 * bot for rides notifies passengers and drivers about each other's steps (ride_notice.h), reminds
 * both, and offers rides to drivers, at night only urgent ones. What follows about owners and staff
 * concerns bookings only.
 *
 * If an owner cannot be notified of a step or of REMINDER_ENDS, or a message to an owner fails or
 * stays uncertain, the staff chat gets the notification, with the reason. It also gets refunds that
 * are due, and requests and payments that wait too long. If Telegram refuses messages to the staff
 * chat, or there is none, the notification is unheard: it is logged ("notice_unheard") and counted.
 * If Telegram refuses messages to the chat, reminders for staff and reports of failed messages wait
 * up to a day until it accepts them.
 *
 * For each bot the notifier reads the events of booking-api (GET /v1/events) with the bot's key,
 * page by page. The results of a page (messages and reminders) and the position after the page are
 * stored in one transaction, and only if the stored position is still the one from which the page
 * was read: so each event takes effect exactly once, even if processes die. An event contains
 * little, so the booking is requested, and its history for the actor. Events from before the first
 * read of a bot's events have no effect. If an answer about an event cannot be read, the event is
 * logged ("event_unread") and has no effect.
 *
 * Reminders are rows of the table `reminder`, planned again with each event of a booking, ride or
 * trip, whose id is in booking_id. When a reminder is due, the booking is requested again, and the
 * reminder is sent only if it still applies.
 *
 * One instance reads the events of a bot: the one that holds the bot's lease, a row of
 * `booking_feed`. A stopping instance releases its leases. While booking-api fails, the time
 * between attempts grows up to 8 s. */
#pragma once

#include "api/service.h"

#include "bots/bots.h"
#include "clients/booking_client.h"
#include "outbox/sender.h"
#include "places/places_watch.h"
#include "texts/texts_watch.h"

enum {
    NOTIFIER_POLL_MS = 2000,
    NOTIFIER_LEASE_S = 10,
    NOTIFIER_PAGES_MAX = 50 /* pages of a bot in one round, before the next bot */
};

/* Makes a call of booking-api, as booking_client_call() does. */
typedef bool notifier_call_fn(void *data, const struct booking_call *call, struct arena *arena,
                              struct service_answer *answer, struct fault *fault);

struct notifier;

struct notifier_options {
    struct service *service; /* this and the other pointers must outlive the notifier */
    const struct bots *bots;
    const struct texts_watch *texts;
    const struct places_watch *places; /* names of towns; may be NULL */
    struct sender *sender;             /* woken after messages were queued; may be NULL */
    struct booking_client booking;
    /* For tests: */
    notifier_call_fn *ask; /* called instead of booking-api; NULL: `booking` is used */
    void *data;            /* for `ask` */
    int64_t (*now)(void);  /* microseconds; NULL: now_wall_us() */
    int64_t poll_ms;       /* 0: NOTIFIER_POLL_MS */
};

/* Creates the notifier and starts it; NULL: `fault` is set. Registers the gauges
 * booking_feed_lag_seconds and staff_chats_lost, and the counters notices_unheard_total and
 * notices_total{to="guest|owner|staff|driver"}. */
struct notifier *notifier_start(const struct notifier_options *options, struct fault *fault);
void notifier_stop(struct notifier *notifier); /* takes NULL */
