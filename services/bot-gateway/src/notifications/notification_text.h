// SPDX-License-Identifier: MIT
/* A notice in words, with its buttons. What a screen of the dialogue says, a notice says with the
 * same texts. Of the guest an owner is told nothing but what he has booked: who it is he sees on
 * the screen that the buttons open. So no message in an owner's chat names a guest, whose erasure
 * does not look there. Pure. */
#pragma once

#include "bots/bot.h"
#include "dialogue/button.h"
#include "notifications/notification.h"
#include "notifications/notifications_json.h"
#include "outbox/outbox.h"

/* Commands of the dialogues (flow_commands) that the buttons send back, with the booking's id. */
#define NOTIFICATION_COMMAND_BOOKING "booking"
#define NOTIFICATION_COMMAND_DEAL    "deal"
#define NOTIFICATION_COMMAND_OK      "deal_ok"
#define NOTIFICATION_COMMAND_NO      "deal_no"
#define NOTIFICATION_COMMAND_IN      "deal_in"
#define NOTIFICATION_COMMAND_ABSENT  "deal_absent"

struct notification_input {
    enum notification notice; /* not NOTIFICATION_NONE */
    enum language language;
    int64_t user_id; /* whom it is said to, and his chat */
    uint8_t button_key[BUTTON_KEY_LEN];
    const struct texts *texts; /* of the kind of bot */
    const struct notification_booking *booking;
    const struct notification_apartment *flat;
    int64_t now;
};

/* Sets chat_id, lane, method, payload and on_unknown of `out`, in the arena. */
bool notification_compose(const struct notification_input *words, struct arena *arena,
                          struct outbox_message *out, struct fault *fault) MUST_CHECK;
