// SPDX-License-Identifier: MIT
/* Nights that a channel has and that a booking or block of the owner has too: a conflict of
 * booking-api. The owner keeps ours, or leaves the nights to the channel after a confirmation. */
#include "base/number.h"

#include "clients/channel_answers_json.h"
#include "owner/owner_private.h"
#include "texts/channel_texts.h"

/* Makes a decision: the guest of a booking that is given away gets back all that was paid. Or with
 * `is_dry_run` finds out whether it can be made. */
static bool post_decision(struct talk *talk, bool keeps_ours, bool is_dry_run,
                          struct service_answer *answer)
{
    const struct owner_state *state = talk->data;
    struct service_call call = {.method = "POST"};

    call.path = talk_path(talk, "conflicts", &state->conflict,
                          is_dry_run ? "resolve?dry_run=true" : "resolve");
    if (keeps_ours)
        call.body = SLICE("{\"keep\":\"ours\"}");
    else if (is_dry_run)
        call.body = SLICE("{\"keep\":\"theirs\",\"refund\":\"full\"}");
    else
        call.body = talk_printf(talk, "{\"keep\":\"theirs\",\"refund\":\"full\",%s}",
                                talk_money_member(talk, "expected_refund", state->refund));
    return owner_call_as_owner(talk, call, answer);
}

/* Reads the conflict by the dry run of a decision. If it cannot be made, explains why, and stops
 * the move. */
static bool fetch_undecided(struct talk *talk, bool keeps_ours, struct channel_conflict *out)
{
    struct service_answer answer;

    if (!post_decision(talk, keeps_ours, true, &answer))
        return false;
    if (answer.status != 200)
        return talk_stop(talk, owner_explain_refusal(talk, &answer, &owner_step_home));
    return channel_read_dry_run_conflict(answer.body, talk->arena, out, talk->fault);
}

/* Reads our booking; zeroed if ours is a block. */
static bool fetch_booking(struct talk *talk, const struct channel_conflict *conflict,
                          struct stay_booking *out)
{
    struct slice body;

    *out = (struct stay_booking){0};
    return uuid_is_nil(&conflict->booking) ||
           (owner_get_or_explain(talk, talk_path(talk, "bookings", &conflict->booking, ""),
                                 &owner_step_home, &body) &&
            stay_read_booking(body, talk->arena, out, talk->fault));
}

static struct slice channel_name(struct talk *talk, const struct channel_conflict *conflict)
{
    return talk_label(talk, channel_text_of(conflict->channel));
}

static void add_clash(struct talk *talk, const struct channel_conflict *conflict,
                      const struct stay_booking *booking,
                      struct channel_clash_text (*text_of)(const struct channel_clash *clash))
{
    const struct channel_clash clash = {.channel = channel_name(talk, conflict),
                                        .from = conflict->from,
                                        .to = conflict->to,
                                        .code = booking->code,
                                        .refund = booking->paid};
    const struct channel_clash_text text = text_of(&clash);

    talk_add(talk, text.text, text.values, text.count);
}

/* --- the steps --- */

static bool show_clash(struct talk *talk)
{
    struct channel_conflict conflict;
    struct stay_booking booking;

    if (!fetch_undecided(talk, true, &conflict) || !fetch_booking(talk, &conflict, &booking))
        return false;
    add_clash(talk, &conflict, &booking, channel_text_of_clash);
    talk_put_button(talk, TEXT_CLASH_BUTTON_OURS, "ours");
    talk_put_button(talk, TEXT_CLASH_BUTTON_THEIRS, "theirs");
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

static bool ask_whether_to_give(struct talk *talk)
{
    struct channel_conflict conflict;
    struct stay_booking booking;

    if (!fetch_undecided(talk, false, &conflict) || !fetch_booking(talk, &conflict, &booking))
        return false;
    owner_of(talk)->refund = number_max(booking.paid, 0);
    add_clash(talk, &conflict, &booking, channel_text_of_giving);
    if (booking.claimed > 0)
        talk_add(talk, TEXT_NOTICE_UNCONFIRMED,
                 TALK_VALUES({.name = "deposit", .number = booking.claimed}));
    talk_put_button(talk, TEXT_DESK_BUTTON_SURE, "yes");
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

/* Explains a refused decision. A refund that has changed is shown again. */
static bool explain_refused_decision(struct talk *talk, const struct service_answer *answer)
{
    struct answer_refusal refusal;

    if (answer->status == 409 &&
        !answer_read_refusal(answer->body, talk->arena, &refusal, talk->fault))
        return false;
    return answer->status == 409 && slice_is(refusal.code, "refund_changed")
               ? talk_step_with(talk, TEXT_STAY_REFUND_CHANGED, &owner_step_give)
               : owner_explain_refusal(talk, answer, &owner_step_home);
}

static bool keep_ours(struct talk *talk)
{
    struct channel_conflict conflict;
    struct service_answer answer;

    if (!post_decision(talk, true, false, &answer))
        return false;
    if (answer.status != 200)
        return explain_refused_decision(talk, &answer);
    if (!channel_read_conflict(answer.body, talk->arena, &conflict, talk->fault))
        return false;
    talk_add(talk, TEXT_CLASH_KEPT_OURS,
             TALK_VALUES({.name = "channel", .text = channel_name(talk, &conflict)}));
    talk_add_html(talk, SLICE("\n\n"));
    return talk_step(talk, &owner_step_home);
}

static bool give_to_channel(struct talk *talk)
{
    struct channel_conflict conflict;
    struct service_answer answer;

    if (!post_decision(talk, false, false, &answer))
        return false;
    if (answer.status != 200)
        return explain_refused_decision(talk, &answer);
    if (!channel_read_conflict(answer.body, talk->arena, &conflict, talk->fault))
        return false;
    talk_add(talk, TEXT_CLASH_KEPT_THEIRS,
             TALK_VALUES({.name = "channel", .text = channel_name(talk, &conflict)},
                         {.name = "refund", .number = text_if_positive(owner_of(talk)->refund)}));
    talk_add_html(talk, SLICE("\n\n"));
    return talk_step(talk, &owner_step_home);
}

/* --- commands --- */

static bool begin_with_conflict_in_argument(struct talk *talk, const struct flow_step *step)
{
    talk_send_anew(talk);
    if (!talk_begin_at(talk, &owner_flow, step))
        return false;
    return talk_read_id(talk, &owner_of(talk)->conflict) ||
           talk_stop(talk, talk_step(talk, &owner_step_home));
}

bool owner_command_keep_ours(struct talk *talk)
{
    return begin_with_conflict_in_argument(talk, &owner_step_clash) && keep_ours(talk);
}

bool owner_command_ask_give(struct talk *talk)
{
    return begin_with_conflict_in_argument(talk, &owner_step_give);
}

TALK_LEADS_TO(to_give, &owner_step_give)
TALK_LEADS_TO(to_home, &owner_step_home)

static const struct flow_move clash_moves[] = {
    {FLOW_TAP, "ours",   .act = keep_ours},
    {FLOW_TAP, "theirs", .act = to_give  },
    {FLOW_TAP, "back",   .act = to_home  },
};
static const struct flow_move give_moves[] = {
    {FLOW_TAP, "yes", .act = give_to_channel},
};
const struct flow_step owner_step_clash = {"clash", show_clash, FLOW_MOVES(clash_moves)};
const struct flow_step owner_step_give = {"give", ask_whether_to_give,
                                          FLOW_BACK(&owner_step_clash, give_moves)};
