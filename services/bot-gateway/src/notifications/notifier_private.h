// SPDX-License-Identifier: MIT
/* A round of the notifier for one bot: its events, its reminders, then failed messages. */
#pragma once

#include "notifications/notification_store.h"
#include "notifications/notification_text.h"
#include "notifications/notifier.h"
#include "staff_chat/staff_chat_store.h"

enum {
    NOTIFIER_TO_GUEST, /* of a booking, or the passenger of a ride */
    NOTIFIER_TO_OWNER,
    NOTIFIER_TO_STAFF,
    NOTIFIER_TO_DRIVER,
    NOTIFIER_TO_COUNT
};

/* The bot of the round is a copy, because the bots of bots_all() are borrowed. */
struct notifier_round {
    const struct notifier_options *options;
    struct uuid bot_id;
    struct uuid tenant_id;
    enum bot_type type;
    char name[BOT_NAME_MAX + 1];
    char key[BOT_KEY_MAX + 1];
    uint8_t button_key[BUTTON_KEY_LEN];
    struct notification_position position;
    struct staff_chat staff; /* set by notifier_read_staff_chat() */
    bool staff_read;         /* `staff` is set */
    bool staff_due;          /* read the staff chat even if nothing is to be sent to staff */
    struct arena arena;
    int64_t now;
    bool one_by_one; /* after a failed round: one event per page, so that progress is stored */
    int64_t was_stuck_since; /* `stuck_since` of the last round */
    int64_t stuck_since; /* since when rounds have failed at one event without interruption; 0: this
                            round has not */
    int64_t queued[NOTIFIER_TO_COUNT]; /* messages that were queued */
    int64_t unheard;                   /* notifications that nobody gets: see notifier.h */
    bool at_end;                       /* no more events */
};

/* --- lookups at booking-api, with the bot's key (notifier_lookup.c) --- */

/* Reads a list from booking-api by GET, as staff; 404 gives a list without items. Any other answer
 * but 200 is FAULT_UNAVAILABLE "booking_failed". An absent path fails as if the arena were full. */
bool notifier_get_list(struct notifier_round *round, struct slice path, struct slice *body,
                       struct fault *fault) MUST_CHECK;
/* Likewise reads "/v1/<collection>/<id><suffix>" as the guest with this Telegram id, or as staff if
 * `guest_or_absent` is FIELD_ABSENT. `found` is false for 404. */
bool notifier_get_by_id(struct notifier_round *round, int64_t guest_or_absent,
                        const char *collection, const struct uuid *id, const char *suffix,
                        struct slice *body, bool *found, struct fault *fault) MUST_CHECK;
/* Reads the account of an owner ("owners") or driver ("drivers"); its telegram_id is FIELD_ABSENT
 * if there is none. */
bool notifier_lookup_account(struct notifier_round *round, const char *collection,
                             const struct uuid *id, struct notification_owner *out,
                             struct fault *fault) MUST_CHECK;
bool notifier_lookup_booking(struct notifier_round *round, const struct uuid *id,
                             struct stay_booking *out, bool *found, struct fault *fault) MUST_CHECK;
/* An apartment that is not found has the default values of struct notification_apartment. */
bool notifier_lookup_apartment(struct notifier_round *round, const struct stay_booking *booking,
                               struct notification_apartment *out, struct fault *fault) MUST_CHECK;
/* Sets the step that the event is about. An event that does not have it, because it was stored by
 * an earlier booking-api, is looked up in the history. If there is none, status and actor are
 * absent and has_reason is true. */
bool notifier_find_step(struct notifier_round *round, const struct notification_event *event,
                        struct notification_change *out, struct fault *fault) MUST_CHECK;

/* Finds the recipient of a notification. Its `chat_id` is FIELD_ABSENT if this bot is not the one
 * that the person used last (notification_store_find_person()), or if an owner has a `why`, which
 * says why no bot of the tenant can notify the owner. */
bool notifier_find_person_recipient(struct notifier_round *round, int64_t user_id,
                                    struct notification_recipient *out,
                                    struct fault *fault) MUST_CHECK;
bool notifier_find_owner_recipient(struct notifier_round *round, const struct uuid *owner_id,
                                   struct notification_recipient *out,
                                   struct fault *fault) MUST_CHECK;

/* Reads the staff chat, unless this round has read it already. */
bool notifier_read_staff_chat(struct notifier_round *round, struct fault *fault) MUST_CHECK;
/* Whether no bot of the tenant can write to staff; call it after notifier_read_staff_chat(). */
bool notifier_has_no_staff_chat(const struct notifier_round *round);
/* Sets `out` to the staff chat; its `chat_id` is FIELD_ABSENT if the bot does not write to it.
 * `owner_unreachable_why` says why the owner is not notified. */
bool notifier_find_staff_recipient(struct notifier_round *round,
                                   enum notification_why owner_unreachable_why,
                                   struct notification_recipient *out,
                                   struct fault *fault) MUST_CHECK;

/* Composes a notification with its dedupe_key; the caller sets ttl_s. For a guest it reads the
 * booking again as this guest, because booking-api decides what of address and check_in_info to
 * show. */
bool notifier_compose_message(struct notifier_round *round, enum notification notification,
                              const struct notification_recipient *recipient,
                              const struct stay_booking *booking,
                              const struct notification_apartment *apartment,
                              struct outbox_message *out, struct fault *fault) MUST_CHECK;
/* Composes a message about an owner's arrivals and departures on a day; `has_stays` is false if
 * there are none. The caller sets dedupe_key and ttl_s. */
bool notifier_compose_arrivals_and_departures(struct notifier_round *round,
                                              const struct notification_recipient *recipient,
                                              const struct uuid *owner_id, int32_t day,
                                              struct outbox_message *out, bool *has_stays,
                                              struct fault *fault) MUST_CHECK;
/* Queues the message and locks the row of its recipient, if that is a person. `inserted` is false
 * if the bot has a message with this dedupe_key already. If the person was erased meanwhile,
 * `recipient_exists` is false and the transaction is retried (db_request_retry()). */
bool notifier_enqueue_message(struct db *tx, const struct notifier_round *round,
                              struct outbox_message *message, bool *inserted,
                              bool *recipient_exists, struct fault *fault) MUST_CHECK;

/* Whether the fault is about an answer that cannot be read, so that a retry would not help. */
bool notifier_is_bad_answer(const struct fault *fault);

/* Whether guest, owner, passenger and driver need no message about the event: it is older than
 * three days, and the stay or ride was over at `over_at_us`. Such events are read after a long
 * outage, or when a bot is activated again. */
bool notifier_is_stale(const struct notifier_round *round, const struct notification_event *event,
                       int64_t over_at_us);

/* --- the results of a page of events --- */

/* The planned reminders of a booking, ride or trip. */
struct notifier_plan {
    struct notifier_plan *next;
    struct uuid id;
    struct reminder_time items[REMINDER_KINDS];
    size_t count;
    struct slice zone;
};

struct notifier_message {
    struct notifier_message *next;
    struct outbox_message row;
    int to;           /* NOTIFIER_TO_... */
    int max_per_hour; /* 0: no limit; see notifier_page_add_message() */
    bool erased;      /* the recipient was erased */
    bool dropped;     /* because of max_per_hour */
};

/* A page of events, and its results: messages, reminders and unheard notifications. */
struct notifier_page {
    struct notifier_round *round;
    struct notification_page read;
    struct notifier_plan *plans; /* in the order of events; in the arena */
    struct notifier_plan **last_plan;
    struct notifier_message *messages; /* sorted by chat, the order of locks; in the arena */
    const struct notification_event *unheard[NOTIFICATION_PAGE_MAX]; /* see notifier.h */
    size_t unheard_count;
    bool moved; /* the page was stored; false: another process has advanced the position */
};

/* Adds a message. If `max_per_hour` is positive, it limits the messages with this dedupe_key: ":"
 * and the first number below `max_per_hour` that no message of the last hour has are appended to
 * the key. If each number is used, the message is dropped. */
bool notifier_page_add_message(struct notifier_page *page, const struct notification_event *event,
                               const struct outbox_message *message, int recipient_kind,
                               int max_per_hour, struct fault *fault) MUST_CHECK;
/* Adds an event of which neither owner nor staff can be notified; once for an event. */
void notifier_page_add_unheard(struct notifier_page *page, const struct notification_event *event);
/* Adds the planned reminders of a booking, ride or trip, which replace its pending ones.
 * `time_zone` is the time zone of `items` that are local times. */
bool notifier_page_add_reminders(struct notifier_page *page,
                                 const struct uuid *booking_ride_or_trip_id,
                                 const struct reminder_time *items, size_t count,
                                 struct slice time_zone, struct fault *fault) MUST_CHECK;
/* Queues the messages of the page. If a recipient was erased meanwhile, the transaction is retried
 * without the message. */
bool notifier_page_enqueue_messages(struct db *tx, struct notifier_page *page,
                                    struct fault *fault) MUST_CHECK;
/* Counts the messages that were queued. */
void notifier_page_count_queued(const struct notifier_page *page);

/* Adds the results of an event of a ride, trip or offer (notifier_rides.c). */
bool notifier_process_ride_event(struct notifier_round *round,
                                 const struct notification_event *event, struct notifier_page *page,
                                 struct fault *fault) MUST_CHECK;

/* Whether the event is about a calendar of another channel; adds its messages
 * (notifier_calendars.c). */
bool notifier_is_of_calendar(const struct notification_event *event);
bool notifier_process_calendar_event(struct notifier_round *round,
                                     const struct notification_event *event,
                                     struct notifier_page *page, struct fault *fault) MUST_CHECK;

/* Whether the event is about a webhook of booking-api; adds its message to staff
 * (notifier_webhooks.c). */
bool notifier_is_of_webhook(const struct notification_event *event);
bool notifier_process_webhook_event(struct notifier_round *round,
                                    const struct notification_event *event,
                                    struct notifier_page *page, struct fault *fault) MUST_CHECK;

/* Adds the messages that offer a ride to suitable drivers, at most 50, if the ride still has no
 * driver (notifier_rides.c). */
bool notifier_add_ride_offers(struct notifier_round *round, const struct notification_event *event,
                              struct notifier_page *page, struct fault *fault) MUST_CHECK;
/* Finishes a due REMINDER_OFFER, and sends the offers of its ride unless it has expired. */
bool notifier_send_postponed_offers(struct notifier_round *round, const struct reminder *reminder,
                                    struct fault *fault) MUST_CHECK;

/* Composes a reminder of a ride or trip; `applies` is false if it does not apply any more or this
 * bot does not reach the person. The caller sets dedupe_key and ttl_s. */
bool notifier_compose_ride_reminder(struct notifier_round *round, const struct reminder *reminder,
                                    struct outbox_message *out, bool *applies,
                                    struct fault *fault) MUST_CHECK;

/* --- a round --- */

/* Reads events until there are no more, at most NOTIFIER_PAGES_MAX pages. */
bool notifier_process_events(struct notifier_round *round, struct fault *fault) MUST_CHECK;
/* Sends the due reminders, at most 50. */
bool notifier_send_due_reminders(struct notifier_round *round, struct fault *fault) MUST_CHECK;
/* Notifies staff of bookings of which a message to an owner has failed, at most 20. Does nothing
 * while the staff chat is lost or another bot of the tenant writes to it. If booking-api answers
 * with an error about a booking, its message waits for the next round, at most an hour after its
 * failure. */
bool notifier_report_failed_messages(struct notifier_round *round, struct fault *fault) MUST_CHECK;
/* Logs and counts a notification that neither owner nor staff get. */
void notifier_log_and_count_unheard(struct notifier_round *round, const struct uuid *booking_id,
                                    struct slice event);
