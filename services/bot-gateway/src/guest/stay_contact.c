// SPDX-License-Identifier: MIT
/* The guest's phone: asked for once, when an apartment is held or requested. It goes to booking-api
 * at once; the dialogue neither stores nor shows it. If the guest may confirm the booking, the
 * shared contact confirms it, and a typed phone is refused. A guest who shared a contact for an
 * earlier booking is not asked: booking-api gives the new booking the same phone. */
#include "base/ascii.h"
#include "base/text.h"

#include "guest/stay.h"
#include "guest/stay_steps.h"

/* A text with fewer digits is a date or a number of guests, not a part of a phone. */
enum { PHONE_DIGITS_MIN = 5 };

/* Whether the booking lacks a phone. An ended booking needs none: it cannot be cancelled. After the
 * day of check-in the guest cannot cancel, but may still need the address. */
static bool needs_phone(const struct stay_booking *booking)
{
    return booking->phone.at == NULL &&
           (booking->needs_phone || stay_find_allowed_action(booking, "cancel") != NULL);
}

bool stay_is_missing_phone(const struct stay_booking *booking, struct slice text)
{
    char phone[PHONE_MAX + 1];

    return needs_phone(booking) && text_phone_find(text, phone);
}

/* Whether the phone confirms the booking, because nothing is to be paid beforehand. */
static bool phone_confirms(const struct stay_booking *booking)
{
    return stay_find_allowed_action(booking, "confirm") != NULL;
}

static bool show_contact_request(struct talk *talk)
{
    struct stay_booking booking;

    if (!stay_fetch_booking(talk, &booking))
        return false;
    if (!needs_phone(&booking))
        return talk_step(talk, &stay_step_booking);
    stay_of(talk)->version = booking.version;
    if (!stay_add_answer_about_booking(talk, &booking)) {
        stay_add_booking(talk, &booking);
        stay_add_booking_terms(talk, &booking);
    }
    talk_say(talk, phone_confirms(&booking) ? TEXT_STAY_CONTACT_NEEDED : TEXT_STAY_CONTACT);
    talk_ask_contact(talk);
    talk_add_key(talk, TEXT_STAY_KEY_NO_CONTACT, false);
    talk_add_key(talk, TEXT_BUTTON_AGAIN, false);
    return true;
}

/* Stores the phone in the text `text`, and shows the booking, confirmed if the phone confirms it.
 * `shared`: the phone is in a contact of the guest, which verifies it. */
static bool post_phone_in_text(struct talk *talk, struct slice text, bool shared)
{
    char phone[PHONE_MAX + 1];
    struct service_answer answer;
    struct stay_booking booking;

    if (!text_phone_find(text, phone))
        return stay_reply_not_understood(talk, TEXT_STAY_CONTACT_UNKNOWN);
    const struct slice body =
        talk_printf(talk, "{\"phone\":\"%s\"%s}", phone, shared ? ",\"phone_verified\":true" : "");
    if (!stay_post_action(talk, "contact", body, &answer))
        return false;
    if (answer.status == 422)
        return talk_refuse(talk, TEXT_STAY_CONTACT_UNKNOWN, &stay_step_contact);
    if (answer.status != 200)
        return stay_explain_refused_action(talk, &answer);
    talk_set_consent(talk);
    talk_set_keys_removal_text(talk, TEXT_STAY_CONTACT_TAKEN);
    if (!stay_read_booking(answer.body, talk->arena, &booking, talk->fault))
        return false;
    stay_of(talk)->version = booking.version; /* that of the shown booking with its phone */
    return phone_confirms(&booking) ? stay_confirm_booking(talk)
                                    : stay_show_returned_booking(talk, &answer);
}

static bool post_shared_contact(struct talk *talk)
{
    const struct slice phone = talk_own_contact_phone(talk);

    return phone.at != NULL ? post_phone_in_text(talk, phone, true)
                            : talk_refuse(talk, TEXT_STAY_CONTACT_FOREIGN, &stay_step_contact);
}

/* Whether the text looks like a phone, perhaps a mistyped one. */
static bool looks_like_phone(struct slice text)
{
    size_t digits = 0;

    for (size_t i = 0; i < text.len; i++)
        digits += ascii_is_digit(text.at[i]);
    return digits >= PHONE_DIGITS_MIN;
}

/* The guest goes on without a phone. Where it is needed to confirm, says so, because the button
 * that confirms asks for it again. */
static bool skip_phone(struct talk *talk)
{
    struct stay_booking booking;

    if (!stay_fetch_booking(talk, &booking))
        return false;
    const bool is_needed = needs_phone(&booking) && phone_confirms(&booking);

    talk_set_keys_removal_text(talk,
                               is_needed ? TEXT_STAY_CONTACT_PUT_OFF : TEXT_STAY_CONTACT_NONE);
    return talk_step(talk, &stay_step_booking);
}

/* Takes a typed phone, or answers a question. A phone may be another person's, so it does not
 * confirm a booking. */
static bool post_or_refuse_typed_phone(struct talk *talk)
{
    const struct remark remark = talk->heard.remark;
    struct stay_booking booking;
    bool answered = false;

    if (looks_like_phone(talk->argument))
        talk_skip_history(talk);
    if (!stay_fetch_booking(talk, &booking))
        return false;
    if (!needs_phone(&booking))
        return talk_step(talk, &stay_step_booking); /* which explains what has happened */
    if (!looks_like_phone(talk->argument) &&
        !stay_answer_question_about_booking(talk, &booking, &remark, &answered))
        return false;
    if (answered)
        return true;
    if (phone_confirms(&booking))
        return looks_like_phone(talk->argument)
                   ? talk_refuse(talk, TEXT_STAY_CONTACT_SHARE, &stay_step_contact)
                   : stay_reply_not_understood(talk, TEXT_STAY_CONTACT_SHARE);
    return post_phone_in_text(talk, talk->argument, false);
}

/* --- the step --- */

// clang-format off
static const struct flow_move contact_moves[] = {
    {FLOW_CONTACT, NULL,                  .act = post_shared_contact},
    {FLOW_KEY,     "stay_key_no_contact", .act = skip_phone},
    {FLOW_KEY,     "button_again",        .act = stay_begin_search},
    {FLOW_WORDS,    NULL,                  .act = skip_phone, .remark = REMARK_NO_PHONE},
    {FLOW_WORDS,    NULL,                  .act = skip_phone, .remark = REMARK_NO},
    {FLOW_TEXT,    NULL,                  .act = post_or_refuse_typed_phone},
};
// clang-format on
const struct flow_step stay_step_contact = {"contact", show_contact_request,
                                            FLOW_MOVES(contact_moves)};
