// SPDX-License-Identifier: MIT
/* Notifications about rides between cities, to passengers and drivers: which one an event of a
 * ride, a trip or an offer causes, its text and its buttons. A notification to a driver describes
 * the ride, not the passenger (notification_text.h says why), except that the driver of an ended
 * ride reads the passenger's first name, to return the money to the right one. A notification that
 * shows that, the driver's phone or payment_info is confided (struct outbox_message). Pure. */
#pragma once

#include "clients/ride_answers_json.h"
#include "notifications/notification_text.h"
#include "phrases/phrase.h"

/* Events that the notifier makes itself: a ride is offered to a driver; a parcel is delivered; a
 * parcel is completed, but not delivered; REMINDER_RIDE and REMINDER_RUN are due. */
#define RIDE_NOTICE_REQUEST          "request"
#define RIDE_NOTICE_PARCEL_DELIVERED "parcel.delivered"
#define RIDE_NOTICE_PARCEL_ENDED     "parcel.ended"
#define RIDE_NOTICE_RIDE             "remind.ride"
#define RIDE_NOTICE_RUN              "remind.run"
/* In place of the status before the end of a ride: the driver has to return money. */
#define RIDE_NOTICE_REFUND "refund"
/* Likewise: the passenger has reported that the driver did not come. */
#define RIDE_NOTICE_MISSED "missed"
/* Likewise: the ride has waited for a seat of its trip in vain. */
#define RIDE_NOTICE_WAITED "waited"

struct ride_notice; /* a row of the table of notifications in ride_notice.c */

/* Whether events of this type can cause a notification of the passenger, or of the driver. */
bool ride_notice_exists_for(struct slice event, bool to_driver);
/* Finds the notification to the driver or, if `to_driver` is false, to the passenger, whose
 * telegram_id is step->guest. NULL: no notification; nobody is notified of their own steps (except
 * a driver who has to return money), nor of a status that a later event has changed. */
const struct ride_notice *ride_notice_find(const struct notification_step *step, bool to_driver);
/* Sets step->from to RIDE_NOTICE_WAITED, or step->event to one of RIDE_NOTICE_PARCEL_..., if the
 * ride has ended so. */
void ride_notice_mark_reason(struct notification_step *step, const struct ride_order *order);
/* Sets step->refund, and step->from: RIDE_NOTICE_MISSED, or RIDE_NOTICE_REFUND if the refund is
 * positive and no claimed payment waits. Is there money that the driver has, or may have got? */
bool ride_notice_mark_end(struct notification_step *step, const struct ride_order *order);
/* The minutes by which the trip is later than before the event, if its delays are `total` minutes
 * now; `total` if the event does not tell. Earlier delays were known, also to those who booked. */
int64_t ride_notice_count_new_delay(const struct notification_event *event, int64_t total);
/* Sets what a driver knows of a request: the window of its departure, and no sums that were agreed
 * with another driver. */
void ride_notice_hide_agreement(struct ride_order *order);

struct ride_notice_input {
    struct notification_recipient to;
    const uint8_t *button_key; /* BUTTON_KEY_LEN */
    const struct texts *texts;
    const struct phrase_words *words; /* names of places; NULL: slugs are shown */
    const struct ride_order *order;   /* as booking-api shows it to the passenger or, for a driver,
                                         to staff; NULL: a driver is notified about `run` */
    const struct ride_run *run;       /* may be NULL if the notification is only about `order` */
    int64_t now;
};
/* Composes a notification: sets what reply_make_message() sets, except dedupe_key and ttl_s. */
bool ride_notice_compose(const struct ride_notice *notice, const struct ride_notice_input *input,
                         struct arena *arena, struct outbox_message *out,
                         struct fault *fault) MUST_CHECK;
