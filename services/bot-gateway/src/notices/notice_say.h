// SPDX-License-Identifier: MIT
/* A notice in words, with its buttons. What a screen of the dialogue says, a notice says with the
 * same texts. Of the guest an owner is told nothing but what he has booked: who it is he sees on
 * the screen that the buttons open. So no message in an owner's chat names a guest, whose erasure
 * does not look there. Pure. */
#pragma once

#include "bots/bot.h"
#include "dialogues/button.h"
#include "notices/notice.h"
#include "notices/notices_json.h"
#include "sending/sending.h"

/* Commands of the dialogues (flow_commands) that the buttons send back, with the booking's id. */
#define NOTICE_COMMAND_BOOKING "booking"
#define NOTICE_COMMAND_DEAL    "deal"
#define NOTICE_COMMAND_OK      "deal_ok"
#define NOTICE_COMMAND_NO      "deal_no"
#define NOTICE_COMMAND_IN      "deal_in"
#define NOTICE_COMMAND_ABSENT  "deal_absent"

struct notice_words {
    enum notice notice; /* not NOTICE_NONE */
    enum language language;
    int64_t user_id; /* whom it is said to, and his chat */
    uint8_t button_key[BUTTON_KEY_LEN];
    const struct texts *texts; /* of the kind of bot */
    const struct notice_booking *booking;
    const struct notice_flat *flat;
    int64_t now;
};

/* Sets chat_id, lane, method, payload and on_unknown of `out`, in the arena. */
bool notice_say(const struct notice_words *words, struct arena *arena, struct sending *out,
                struct fault *fault) MUST_CHECK;
