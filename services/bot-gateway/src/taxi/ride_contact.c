// SPDX-License-Identifier: MIT
/* The passenger's phone: asked for when a ride is confirmed or its prepayment is reported or, if
 * the driver must agree, before it is ordered. Only the person's own contact is accepted, because
 * the driver relies on the phone. The phone goes to booking-api at once; the dialogue neither
 * stores nor shows it. */
#include "base/text.h"

#include "dialogue/unheard.h"
#include "taxi/ride_steps.h"

static bool has_order(const struct talk *talk)
{
    return !uuid_is_nil(&ride_of(talk)->order);
}

static bool show_contact_request(struct talk *talk)
{
    talk_say(talk, has_order(talk) ? TEXT_RIDE_CONTACT : TEXT_RIDE_CONTACT_FIRST);
    talk_ask_contact(talk);
    talk_add_key(talk, TEXT_BUTTON_BACK, false);
    return true;
}

static bool act_or_order_with_contact(struct talk *talk)
{
    const struct slice sent = talk_own_contact_phone(talk);
    char phone[PHONE_MAX + 1];
    struct slice kept;

    if (sent.at == NULL)
        return talk_refuse(talk, TEXT_STAY_CONTACT_FOREIGN, talk->step);
    if (!text_phone_find(sent, phone))
        return talk_refuse(talk, TEXT_STAY_CONTACT_UNKNOWN, talk->step);
    kept = talk_text_or_empty(talk, arena_copy(talk->arena, slice_of(phone)));
    talk_set_consent(talk);
    talk_set_keys_removal_text(talk, TEXT_RIDE_CONTACT_TAKEN);
    if (!has_order(talk))
        return ride_post_order_with_phone(talk, kept);
    return ride_post_action_and_show(talk,
                                     talk->step == &ride_step_pay ? "claim-payment" : "confirm",
                                     talk_printf(talk, "{\"phone\":\"%.*s\"}", SLICE_ARG(kept)));
}

/* A typed number may be another person's: it is not accepted, nor stored in the history. */
static bool answer_or_refuse_typed_phone(struct talk *talk)
{
    static const struct unheard unheard = {.why = TEXT_RIDE_CONTACT_SHARE};
    char phone[PHONE_MAX + 1];

    if (talk->heard.remark.kind >= REMARK_CANCELLING && !text_phone_find(talk->argument, phone))
        return unheard_reply(talk, &unheard);
    talk_skip_history(talk);
    return talk_refuse(talk, TEXT_RIDE_CONTACT_SHARE, talk->step);
}

static bool go_back_to_ride_or_trips(struct talk *talk)
{
    return talk_step(talk, has_order(talk) ? &ride_step_order : &ride_step_trips);
}

/* --- the steps --- */

static const struct flow_move contact_moves[] = {
    {FLOW_CONTACT, NULL,          .act = act_or_order_with_contact   },
    {FLOW_KEY,     "button_back", .act = go_back_to_ride_or_trips    },
    {FLOW_TEXT,    NULL,          .act = answer_or_refuse_typed_phone},
};
const struct flow_step ride_step_contact = {"contact", show_contact_request,
                                            FLOW_MOVES(contact_moves)};
const struct flow_step ride_step_pay = {"pay", show_contact_request, FLOW_MOVES(contact_moves)};
