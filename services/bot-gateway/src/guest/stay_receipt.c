// SPDX-License-Identifier: MIT
/* The receipt of a payment: a photo or a PDF that the guest sends while a payment is awaited, in
 * any step. */
#include "dialogue/receipt.h"
#include "guest/stay.h"
#include "guest/stay_steps.h"

/* Whether the payment can be claimed, or is claimed but not checked yet. */
static bool awaits_payment(const struct stay_booking *booking)
{
    return stay_find_action(booking, "claim-payment") != NULL ||
           slice_is(booking->status, "payment_claimed");
}

static bool fetch_unpaid(struct talk *talk, struct stay_bookings *unpaid)
{
    size_t count = 0;

    if (!stay_fetch_bookings(talk, SLICE("status=held,payment_claimed&limit=6"), unpaid))
        return false;
    for (size_t i = 0; i < unpaid->count; i++)
        if (awaits_payment(&unpaid->items[i]))
            unpaid->items[count++] = unpaid->items[i];
    unpaid->count = count;
    return true;
}

/* Claims the payment of the current booking with the receipt. */
static bool claim_payment(struct talk *talk)
{
    struct stay *stay = talk->data;
    const char *receipt = talk_json(talk, stay->receipt);
    struct service_answer answer;

    if (!stay_post_action(talk, "claim-payment", talk_printf(talk, "{\"receipt\":%s}", receipt),
                          &answer))
        return false;
    stay->receipt = SLICE_NONE;
    stay->claimed = false;
    stay->opened = true;
    if (answer.status != 200)
        return stay_refuse_action(talk, &answer);
    talk_add_paragraph(talk, TEXT_STAY_RECEIPT);
    return stay_show_returned_booking(talk, &answer);
}

static bool take_receipt(struct talk *talk, const struct stay_bookings *unpaid)
{
    const struct update_view *update = &talk->input->update;
    const struct receipt receipt = {update->file_id, update->file == UPDATE_DOCUMENT};
    struct stay *stay;

    if (!stay_leave_search(talk, "receipt"))
        return false;
    stay = talk->data;
    stay->unpaid = *unpaid;
    stay->receipt = receipt_write(&receipt, talk->input->bot, talk->arena);
    stay->booking = unpaid->items[0].id;
    return unpaid->count > 1 || claim_payment(talk);
}

bool stay_begin_receipt(struct talk *talk, bool *taken)
{
    struct stay_bookings unpaid;

    if (!fetch_unpaid(talk, &unpaid))
        return false;
    *taken = unpaid.count > 0;
    if (!*taken)
        return true;
    if (talk->input->update.file != UPDATE_OTHER_FILE)
        return take_receipt(talk, &unpaid);
    talk_add_paragraph(talk, TEXT_STAY_RECEIPT_KIND);
    return stay_leave_search(talk, "mine");
}

/* --- which booking --- */

static bool show_receipt(struct talk *talk)
{
    struct stay_bookings unpaid = stay_of(talk)->unpaid;

    if (unpaid.items == NULL && !fetch_unpaid(talk, &unpaid))
        return false;
    if (unpaid.count > 0)
        talk_say(talk, TEXT_STAY_RECEIPT_WHICH);
    else /* the payment has been confirmed meanwhile */
        talk_add_with_support(talk, TEXT_STAY_RECEIPT_NONE);
    for (size_t i = 0; i < unpaid.count; i++)
        if (!stay_put_booking_button(talk, &unpaid.items[i], "pay"))
            return false;
    return stay_put_exit_buttons(talk, TEXT_BUTTON_BACK);
}

static bool open_tapped_booking(struct talk *talk)
{
    return talk_read_id(talk, &stay_of(talk)->booking) && stay_of(talk)->receipt.at != NULL
               ? claim_payment(talk)
               : talk_step(talk, "mine");
}

/* --- the step --- */

// clang-format off
static const struct flow_move receipt_moves[] = {
    {FLOW_TEXT, NULL,   stay_handle_text_at_bookings},
    {FLOW_TAP,  "pay",  open_tapped_booking},
    {FLOW_TAP,  "back", stay_begin_bookings},
};
// clang-format on
const struct flow_step stay_step_receipt = {"receipt", show_receipt, FLOW_MOVES(receipt_moves)};
