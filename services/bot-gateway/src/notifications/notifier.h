// SPDX-License-Identifier: MIT
/* Tells people of bookings by itself: guests of what they did not do, owners of what waits for
 * them, and both of what the clock says.
 *
 * Of each bot for flats the events of booking-api (GET /v1/events) are read with the bot's key,
 * page by page. What is made of a page (messages, reminders) and the place behind it are stored in
 * one transaction, and only where the place is still the one that the page was read from: so no
 * event is passed over or counts twice, whoever ends when. An event tells little, so the booking
 * is asked for, and its history for who did it. Reading begins at the end: what has happened before
 * a bot was followed for the first time is read without effect.
 *
 * Reminders are rows of the table `reminder`, planned anew with each event of a booking. When one
 * is due, the booking is asked for again: what is not the case any more is not said.
 *
 * Of all copies of the service one follows a bot: the one that has its lease, a row of
 * `booking_feed`. A copy that is told to stop gives its leases back. While booking-api cannot be
 * asked, it is tried ever later, NOTIFIER_BACKOFF_MAX_S at most. */
#pragma once

#include "api/service.h"

#include "bots/bots.h"
#include "clients/booking_client.h"
#include "outbox/sender.h"
#include "texts/texts_watch.h"

enum {
    NOTIFIER_POLL_MS = 2000,
    NOTIFIER_LEASE_S = 10,
    NOTIFIER_BACKOFF_MAX_S = 8,
    NOTIFIER_PAGES_MAX = 50 /* of a bot in one round; then the others, and round again */
};

/* Calls booking-api: as booking_client_call() does. */
typedef bool notifier_call_fn(void *data, const struct booking_call *call, struct arena *arena,
                              struct service_answer *answer, struct fault *fault);

struct notifier;

struct notifier_options {
    struct service *service; /* borrowed, like the following */
    const struct bots *bots;
    const struct texts_watch *texts;
    struct sender *sender; /* NULL: nobody is woken */
    struct booking_client booking;
    /* For tests: */
    notifier_call_fn *ask; /* in place of `booking`; NULL: that */
    void *data;
    int64_t (*now)(void); /* microseconds; NULL: now_wall_us() */
    int64_t poll_ms;      /* 0: NOTIFIER_POLL_MS */
};

/* Returns new; follows from now on. Registers the gauge booking_feed_lag_seconds and the counters
 * notices_total{to="guest|owner"}. */
struct notifier *notifier_start(const struct notifier_options *options, struct fault *fault);
void notifier_stop(struct notifier *notices); /* takes NULL */
