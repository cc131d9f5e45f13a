// SPDX-License-Identifier: MIT
/* A booking in the staff chat, and the answers to a request or a claimed payment. booking-api is
 * called as the member who has tapped, so its audit has the member's name. No text names the guest,
 * because an erasure does not search the staff chat. */
#include "dialogue/receipt.h"
#include "guest/stay_steps.h"
#include "owner/owner.h"
#include "staff/staff.h"

/* The booking of a button, and the version that its message has shown. */
struct tapped_booking {
    struct uuid id;
    int64_t version;
};

/* --- the member and the button --- */

/* Stops the move with a notice unless the person is a member and the button names a booking. */
static bool read_button_if_member(struct talk *talk, struct tapped_booking *out)
{
    const struct staff_chat_view *staff = &talk->input->staff;

    if (!staff->is_linked || !talk_read_id_and_version(talk, &out->id, &out->version) ||
        out->version <= 0)
        talk_show_notice(talk, TEXT_BUTTON_FOREIGN);
    else if (staff->member.at == NULL)
        talk_show_notice(talk, talk_find_stranger_notice(talk));
    else
        return true;
    talk_answer_alone(talk);
    return talk_stop(talk, true);
}

/* --- calls --- */

static bool call_as_member(struct talk *talk, const struct tapped_booking *tapped,
                           const char *subpath, struct service_call request,
                           struct service_answer *answer)
{
    request.path = talk_path(talk, "bookings", &tapped->id, subpath);
    request.actor = SERVICE_AS_MEMBER;
    request.member = talk->input->staff.member;
    return talk_call(talk, &request, answer);
}

/* Reads the booking. If there is none, the reply says so, and the move is stopped. */
static bool fetch_booking(struct talk *talk, const struct tapped_booking *tapped,
                          struct stay_booking *out)
{
    struct service_answer answer;

    if (!call_as_member(talk, tapped, "", (struct service_call){.method = "GET"}, &answer))
        return false;
    if (answer.status == 200)
        return stay_read_booking(answer.body, talk->arena, out, talk->fault);
    talk_say(talk, TEXT_STAFF_GONE);
    return talk_stop(talk, answer.status >= 400 || answer_fail_bad("no booking", talk->fault));
}

/* --- the booking --- */

/* The status of the booking as a text: the text for owners, except for "declined", where that text
 * addresses the owner. */
static struct slice format_status(struct talk *talk, const struct stay_booking *booking)
{
    return slice_is(booking->status, "declined") ? talk_label(talk, TEXT_STAFF_IS_DECLINED)
                                                 : stay_format_status_for_owner(talk, booking);
}

static void add_booking_details(struct talk *talk, const struct stay_booking *booking)
{
    struct receipt receipt;

    /* The reply replaces the message that showed the receipt; staff have no other way to see it. */
    if (receipt_read(booking->receipt, talk->input->bot, &receipt)) {
        talk_set_file(talk, receipt.file_id, receipt.is_document);
        talk_mark_reply_confided(talk);
    }
    talk_add(talk, TEXT_STAFF_BOOKING,
             TALK_VALUES({.name = "state", .text = format_status(talk, booking)},
                         {.name = "code", .text = booking->code}, STAY_DATES_OF(booking),
                         {.name = "guests", .number = booking->guests},
                         {.name = "total", .number = booking->total},
                         {.name = "title", .text = talk_localized(talk, &booking->title)},
                         {.name = "deposit", .number = text_if_positive(booking->deposit)},
                         {.name = "paid", .number = text_if_positive(booking->paid)},
                         {.name = "refund", .number = text_if_positive(booking->refund)}));
}

static void put_booking_button(struct talk *talk, enum text label, const char *command,
                               const struct stay_booking *booking)
{
    const struct text_value price = {.name = "deposit",
                                     .number = text_if_positive(owner_paid_after_confirm(booking))};
    const struct slice version = talk_printf(talk, "_%lld", (long long)booking->version),
                       argument = talk_id_argument(talk, &booking->id, version.at);

    talk_new_row(talk);
    talk_command_button(talk, talk_format(talk, label, &price, label == TEXT_STAFF_BUTTON_PAID),
                        command, argument);
    talk_style_button(talk, label);
}

static bool is_payment_claimed(const struct stay_booking *booking)
{
    return slice_is(booking->status, "payment_claimed");
}

/* The action of booking-api for the answer of staff. A booking with a claimed payment cannot be
 * declined, so it is cancelled instead. */
static const char *action_for_answer(const struct stay_booking *booking, bool accepts)
{
    if (accepts)
        return "confirm";
    return is_payment_claimed(booking) ? "cancel" : "decline";
}

static bool is_answer_allowed(const struct stay_booking *booking, bool accepts)
{
    return (is_payment_claimed(booking) || slice_is(booking->status, "requested")) &&
           stay_find_allowed_action(booking, action_for_answer(booking, accepts)) != NULL;
}

/* Adds buttons for the answers that the booking waits for. */
static void put_answer_buttons(struct talk *talk, const struct stay_booking *booking)
{
    if (is_answer_allowed(booking, true))
        put_booking_button(
            talk, is_payment_claimed(booking) ? TEXT_STAFF_BUTTON_PAID : TEXT_STAFF_BUTTON_ACCEPT,
            "staff_ok", booking);
    if (is_answer_allowed(booking, false))
        put_booking_button(talk,
                           is_payment_claimed(booking) ? TEXT_STAFF_BUTTON_UNPAID
                                                       : TEXT_STAFF_BUTTON_DECLINE,
                           "staff_no", booking);
}

static bool show_booking(struct talk *talk, const struct stay_booking *booking)
{
    add_booking_details(talk, booking);
    put_answer_buttons(talk, booking);
    return true;
}

static bool show_changed_booking(struct talk *talk, const struct stay_booking *booking)
{
    talk_add_paragraph(talk, TEXT_STAY_MOVED_ON);
    return show_booking(talk, booking);
}

/* --- answers --- */

/* Shows the booking in booking-api's answer, and the member who has decided. If booking-api has
 * refused, the booking was changed meanwhile, so its present state is shown. */
static bool show_decision(struct talk *talk, const struct tapped_booking *tapped,
                          const struct service_answer *answer)
{
    const struct text_value name = {.name = "name", .text = talk->input->staff.member};
    struct stay_booking booking;

    if (answer->status != 200)
        return fetch_booking(talk, tapped, &booking) && show_changed_booking(talk, &booking);
    if (!stay_read_booking(answer->body, talk->arena, &booking, talk->fault) ||
        !show_booking(talk, &booking))
        return false;
    talk_add(talk, TEXT_STAFF_DECIDED, &name, 1);
    talk_mark_reply_confided(talk);
    return true;
}

/* Finds the booking of a button. If it has another version or does not wait for this answer, the
 * reply says so, and the move is stopped. */
static bool fetch_waiting_booking(struct talk *talk, bool accepts, struct tapped_booking *tapped,
                                  struct stay_booking *booking)
{
    return read_button_if_member(talk, tapped) && fetch_booking(talk, tapped, booking) &&
           ((booking->version == tapped->version && is_answer_allowed(booking, accepts)) ||
            talk_stop(talk, show_changed_booking(talk, booking)));
}

static bool decide_booking(struct talk *talk, bool accepts)
{
    struct tapped_booking tapped;
    struct stay_booking booking;
    struct service_answer answer;

    if (!fetch_waiting_booking(talk, accepts, &tapped, &booking))
        return false;
    const int64_t paid = owner_paid_after_confirm(&booking);
    const struct slice body = accepts && paid > 0
                                  ? talk_printf(talk, "{%s}", talk_money_member(talk, "paid", paid))
                                  : SLICE("{}");
    return call_as_member(
               talk, &tapped, action_for_answer(&booking, accepts),
               (struct service_call){.method = "POST", .body = body, .version = tapped.version},
               &answer) &&
           show_decision(talk, &tapped, &answer);
}

bool staff_command_approve(struct talk *talk)
{
    return decide_booking(talk, true);
}

bool staff_command_decline(struct talk *talk)
{
    return decide_booking(talk, false);
}

bool staff_command_show_booking(struct talk *talk)
{
    struct tapped_booking tapped;
    struct stay_booking booking;

    return read_button_if_member(talk, &tapped) && fetch_booking(talk, &tapped, &booking) &&
           show_booking(talk, &booking);
}

bool staff_command_ask_decline(struct talk *talk)
{
    struct tapped_booking tapped;
    struct stay_booking booking;

    if (!fetch_waiting_booking(talk, false, &tapped, &booking))
        return false;
    talk_add_paragraph(talk, TEXT_STAFF_SURE);
    add_booking_details(talk, &booking);
    put_booking_button(talk, TEXT_DESK_BUTTON_SURE, "staff_sure", &booking);
    put_booking_button(talk, TEXT_BUTTON_BACK, "staff_see", &booking);
    return true;
}
