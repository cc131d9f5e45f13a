// SPDX-License-Identifier: MIT
/* Nights that a channel has and that a booking or block of ours has too, in the staff chat. A
 * member keeps ours, or leaves the nights to the channel after a confirmation: then the guest gets
 * back all that was paid. */
#include "base/number.h"

#include "clients/channel_answers_json.h"
#include "guest/stay_steps.h"
#include "staff/staff.h"
#include "texts/channel_texts.h"

/* The conflict of a button, and the refund that its message has shown. */
struct tapped_conflict {
    struct uuid id;
    int64_t refund; /* tiyn; FIELD_ABSENT: none was shown */
};

enum { TIYN = 100 };

/* Stops the move with a notice unless the person is a member and the button names a conflict. The
 * argument has the refund in tenge and one more, so that a refund of 0 differs from none. */
static bool read_button_if_member(struct talk *talk, struct tapped_conflict *out)
{
    const struct staff_chat_view *staff = &talk->input->staff;
    int64_t refund;

    if (!staff->is_linked || !talk_read_id_and_version(talk, &out->id, &refund) || refund < 0)
        talk_show_notice(talk, TEXT_BUTTON_FOREIGN);
    else if (staff->member.at == NULL)
        talk_show_notice(talk, talk_find_stranger_notice(talk));
    else {
        out->refund = refund > 0 ? (refund - 1) * TIYN : FIELD_ABSENT;
        return true;
    }
    return talk_stop(talk, true);
}

static bool call_as_member(struct talk *talk, struct service_call call,
                           struct service_answer *answer)
{
    call.actor = SERVICE_AS_MEMBER;
    call.member = talk->input->staff.member;
    return talk_call(talk, &call, answer);
}

/* Replies why the decision is refused, and stops the move. */
static bool explain_refusal(struct talk *talk, const struct service_answer *answer)
{
    struct answer_refusal refusal;

    if (answer->status < 400)
        return answer_fail_bad("no conflict", talk->fault);
    if (!answer_read_refusal(answer->body, talk->arena, &refusal, talk->fault))
        return false;
    talk_say(talk, slice_is(refusal.code, "already_kept_theirs") ? TEXT_CLASH_THEIRS_ALREADY
                                                                 : TEXT_CLASH_OVER);
    return talk_stop(talk, true);
}

static bool post_decision(struct talk *talk, const struct tapped_conflict *tapped,
                          const char *subpath, struct slice body, struct service_answer *answer)
{
    struct service_call call = {.method = "POST", .body = body};

    call.path = talk_path(talk, "conflicts", &tapped->id, subpath);
    return call_as_member(talk, call, answer);
}

/* Reads the conflict by the dry run of a decision. */
static bool fetch_undecided(struct talk *talk, const struct tapped_conflict *tapped,
                            bool keeps_ours, struct channel_conflict *out)
{
    struct service_answer answer;

    if (!post_decision(talk, tapped, "resolve?dry_run=true",
                       keeps_ours ? SLICE("{\"keep\":\"ours\"}")
                                  : SLICE("{\"keep\":\"theirs\",\"refund\":\"full\"}"),
                       &answer))
        return false;
    return answer.status == 200
               ? channel_read_dry_run_conflict(answer.body, talk->arena, out, talk->fault)
               : explain_refusal(talk, &answer);
}

/* Reads our booking; zeroed if ours is a block. */
static bool fetch_booking(struct talk *talk, const struct channel_conflict *conflict,
                          struct stay_booking *out)
{
    struct service_call call = {.method = "GET"};
    struct service_answer answer;

    *out = (struct stay_booking){0};
    if (uuid_is_nil(&conflict->booking))
        return true;
    call.path = talk_path(talk, "bookings", &conflict->booking, "");
    if (!call_as_member(talk, call, &answer))
        return false;
    return answer.status == 200 ? stay_read_booking(answer.body, talk->arena, out, talk->fault)
                                : explain_refusal(talk, &answer);
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

static void put_button(struct talk *talk, enum text label, const char *command,
                       const struct tapped_conflict *tapped, const char *suffix)
{
    talk_new_row(talk);
    talk_command_button(talk, talk_label(talk, label), command,
                        talk_id_argument(talk, &tapped->id, suffix));
}

/* Shows the decision, and the member who has made it. */
static bool show_decision(struct talk *talk, const struct service_answer *answer, enum text text,
                          int64_t refund)
{
    struct channel_conflict conflict;

    if (answer->status != 200)
        return explain_refusal(talk, answer);
    if (!channel_read_conflict(answer->body, talk->arena, &conflict, talk->fault))
        return false;
    const struct text_value values[] = {
        {.name = "channel", .text = channel_name(talk, &conflict)},
        {.name = "refund",                 .number = text_if_positive(refund)                          },
    };
    talk_add(talk, text, values, text == TEXT_CLASH_KEPT_OURS ? 1 : 2);
    talk_add(talk, TEXT_STAFF_DECIDED,
             TALK_VALUES({.name = "name", .text = talk->input->staff.member}));
    talk_mark_reply_confided(talk);
    return true;
}

bool staff_command_keep_ours(struct talk *talk)
{
    struct tapped_conflict tapped;
    struct service_answer answer;

    return read_button_if_member(talk, &tapped) &&
           post_decision(talk, &tapped, "resolve", SLICE("{\"keep\":\"ours\"}"), &answer) &&
           show_decision(talk, &answer, TEXT_CLASH_KEPT_OURS, 0);
}

bool staff_command_show_clash(struct talk *talk)
{
    struct channel_conflict conflict;
    struct tapped_conflict tapped;
    struct stay_booking booking;

    if (!read_button_if_member(talk, &tapped) || !fetch_undecided(talk, &tapped, true, &conflict) ||
        !fetch_booking(talk, &conflict, &booking))
        return false;
    add_clash(talk, &conflict, &booking, channel_text_of_clash);
    put_button(talk, TEXT_CLASH_BUTTON_OURS, "staff_ours", &tapped, "");
    put_button(talk, TEXT_CLASH_BUTTON_THEIRS, "staff_theirs", &tapped, "");
    return true;
}

bool staff_command_ask_give(struct talk *talk)
{
    struct channel_conflict conflict;
    struct tapped_conflict tapped;
    struct stay_booking booking;

    if (!read_button_if_member(talk, &tapped) ||
        !fetch_undecided(talk, &tapped, false, &conflict) ||
        !fetch_booking(talk, &conflict, &booking))
        return false;
    const int64_t refund = number_max(booking.paid, 0);
    add_clash(talk, &conflict, &booking, channel_text_of_giving);
    if (booking.claimed > 0)
        talk_add(talk, TEXT_NOTICE_UNCONFIRMED,
                 TALK_VALUES({.name = "deposit", .number = booking.claimed}));
    put_button(talk, TEXT_DESK_BUTTON_SURE, "staff_give", &tapped,
               talk_printf(talk, "_%lld", (long long)(refund / TIYN + 1)).at);
    put_button(talk, TEXT_BUTTON_BACK, "staff_clash", &tapped, "");
    return true;
}

/* If the refund has changed since it was shown, asks again. */
bool staff_command_give(struct talk *talk)
{
    struct tapped_conflict tapped;
    struct service_answer answer;
    struct answer_refusal refusal;

    if (!read_button_if_member(talk, &tapped))
        return false;
    if (tapped.refund == FIELD_ABSENT)
        return staff_command_ask_give(talk);
    const struct slice body =
        talk_printf(talk, "{\"keep\":\"theirs\",\"refund\":\"full\",%s}",
                    talk_money_member(talk, "expected_refund", tapped.refund));
    if (!post_decision(talk, &tapped, "resolve", body, &answer))
        return false;
    if (answer.status == 409) {
        if (!answer_read_refusal(answer.body, talk->arena, &refusal, talk->fault))
            return false;
        if (slice_is(refusal.code, "refund_changed")) {
            talk_add_paragraph(talk, TEXT_STAY_REFUND_CHANGED);
            return staff_command_ask_give(talk);
        }
    }
    return show_decision(talk, &answer, TEXT_CLASH_KEPT_THEIRS, tapped.refund);
}
