// SPDX-License-Identifier: MIT
/* Text that is not understood: dialogue/unheard.h. */
#include "clients/answer_values_json.h"
#include "dialogue/unheard.h"
#include "taxi/ride.h"
#include "taxi/ride_steps.h"

/* Whether the message is a file, or names a receipt, at a ride whose prepayment is due or reported.
 */
static bool check_is_receipt(struct talk *talk, bool *is_receipt)
{
    struct ride_order order;

    *is_receipt = talk->step == &ride_step_order &&
                  (talk->input->update.file != UPDATE_NO_FILE || talk->heard.remark.names_receipt);
    if (!*is_receipt)
        return true;
    if (!ride_fetch_order(talk, &order, is_receipt))
        return false;
    *is_receipt = *is_receipt && (slice_is(order.status, "payment_claimed") ||
                                  answer_find_action(&order.actions, "claim-payment") != NULL);
    return true;
}

static bool reply_not_understood(struct talk *talk)
{
    struct unheard unheard = {.why = TEXT_RIDE_UNHEARD, .offers_person = true};
    bool is_receipt = false;

    if (!talk_is_text_for_staff(talk) && !check_is_receipt(talk, &is_receipt))
        return false;
    if (is_receipt)
        unheard.why = TEXT_RIDE_RECEIPT;
    return unheard_reply(talk, &unheard);
}

bool ride_reply_not_understood(struct talk *talk)
{
    if (talk->flow == &ride_flow)
        return reply_not_understood(talk);
    if (!ride_begin_search(talk))
        return false;
    talk_store_misunderstood(talk);
    ride_of(talk)->says = TEXT_RIDE_UNHEARD;
    return true;
}
