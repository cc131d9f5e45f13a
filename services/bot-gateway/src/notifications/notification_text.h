// SPDX-License-Identifier: MIT
/* The text and the buttons of a notification. It uses the texts of the dialogue's screens. A
 * notification to an owner describes the booking, not the guest: its buttons open a screen that
 * shows the guest. So no message in an owner's chat names a guest, because the erasure of
 * the guest does not search that chat. Only a receipt may name the guest. Such a message is
 * confided, as are those to guests with payment details or instructions to enter. Pure. */
#pragma once

#include "bots/bot.h"
#include "dialogue/button.h"
#include "dialogue/turn.h"
#include "notifications/notification.h"
#include "notifications/notifications_json.h"
#include "outbox/outbox.h"
#include "texts/texts.h"

/* A person or the staff chat. */
struct notification_recipient {
    /* The private chat of a person, whose id is the person's, or the staff chat. FIELD_ABSENT:
     * nobody can be notified. */
    int64_t chat_id;
    enum language language;
    bool is_staff;
    bool is_guest;
    int64_t thread_id;         /* of staff: the topic; 0: none */
    enum notification_why why; /* why staff are notified in place of the owner */
};

struct notification_input {
    enum notification notification; /* not NOTIFICATION_NONE */
    struct notification_recipient to;
    uint8_t button_key[BUTTON_KEY_LEN];
    struct slice bot;          /* its name */
    const struct texts *texts; /* of the type of bot */
    const struct stay_booking *booking;
    const struct notification_apartment *apartment;
    int64_t now; /* microseconds */
};

/* The text that says why staff are notified in place of the owner; TEXTS: none. */
enum text notification_why_text(enum notification_why why);

/* Makes a button that runs the command, in a row of its own; the caller sets the label. */
bool notification_make_command_button(const struct notification_recipient *to,
                                      const uint8_t key[BUTTON_KEY_LEN], const char *command,
                                      struct slice argument, struct turn_button *out,
                                      struct arena *arena, struct fault *fault) MUST_CHECK;

/* Composes a notification, other than NOTIFICATION_TOMORROW: sets chat_id, lane, method, payload,
 * instead, on_unknown and confided of `out`, in the arena. */
bool notification_compose(const struct notification_input *input, struct arena *arena,
                          struct outbox_message *out, struct fault *fault) MUST_CHECK;

/* Stays of an owner; those that neither begin nor end on `day` are ignored. */
struct notification_day {
    struct uuid owner;
    int32_t day;
    const struct stay_booking *stays;
    size_t count;
};
/* Composes NOTIFICATION_TOMORROW; booking and apartment of `input` are not used. `has_stays` is
 * false if nobody arrives or departs on the day. */
bool notification_compose_arrivals_and_departures(const struct notification_input *input,
                                                  const struct notification_day *day,
                                                  struct arena *arena, struct outbox_message *out,
                                                  bool *has_stays, struct fault *fault) MUST_CHECK;
