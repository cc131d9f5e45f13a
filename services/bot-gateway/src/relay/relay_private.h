// SPDX-License-Identifier: MIT
/* The parts of the dialogue "relay": relay.c its steps, relay_staff.c the staff chat,
 * relay_compose.c the messages, relay_text.c what is hidden in them. */
#pragma once

#include "guest/stay_steps.h"
#include "owner/owner.h"
#include "owner/owner_json.h"
#include "relay/relay.h"

struct relay {
    /* First, because owner_call_as_owner() works on it; has the booking. */
    struct owner_state as_owner;
    bool of_owner; /* the owner of the booking writes, not its guest */
    /* Not stored: */
    enum text says;      /* what the step shows; TEXTS: its question */
    struct slice booked; /* answer of booking-api with the booking; absent: not read yet */
};
static inline struct relay *relay_of(const struct talk *talk_)
{
    return talk_->data;
}

extern const struct flow_step relay_step_write, relay_step_person;

/* --- the text --- */

/* Copies the text with the mask in place of phone numbers, card numbers, Telegram usernames and
 * links; `hidden` is true if there were any. */
void relay_hide_contacts(struct slice text, struct slice mask, struct buf *out, bool *hidden);

/* The text that says why the message of the update cannot be passed on; TEXTS: it can be. */
enum text relay_find_refusal(const struct update_view *update);

/* --- the messages --- */

struct relay_words {
    enum text speaker;
    const struct stay_booking *booking; /* NULL: none */
    struct slice words;                 /* absent: none */
    struct slice quote;                 /* what the words answer, on one line; absent: nothing */
    struct slice origin;                /* who has written forwarded words; absent: the speaker */
    bool has_photo;                     /* the photo of the update is sent too */
    bool is_edit;                       /* they replace words that were passed on before */
};
/* The content of the update as the words of this speaker. */
struct relay_words relay_words_of_update(const struct talk *talk, enum text speaker,
                                         const struct stay_booking *booking);
/* Masks contacts in the words, which have a booking: guest and owner exchange contacts only about a
 * confirmed one. If there were any, adds a sentence to the reply. */
bool relay_hide_contacts_unless_agreed(struct talk *talk, struct relay_words *words) MUST_CHECK;

/* A button that runs a command of the reader of the message. */
struct relay_button {
    enum text label;
    const char *command; /* NULL: there is no button */
    struct slice argument;
};
/* Composes a message in the language of its reader. */
bool relay_compose_message(struct talk *talk, enum text text, const struct relay_words *words,
                           const struct relay_button *button, const struct relay_party *to,
                           struct turn_message *out) MUST_CHECK;
/* Composes a message for staff, who can answer it or end the talk. */
bool relay_compose_for_staff(struct talk *talk, enum text text, const struct relay_words *words,
                             const struct relay_view *view, struct turn_message *out) MUST_CHECK;
