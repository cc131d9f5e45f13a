// SPDX-License-Identifier: MIT
/* Text that is not understood: it goes to staff if the guest has a talk with them, else the step is
 * shown again. */
#include "dialogue/product.h"
#include "guest/stay.h"
#include "guest/stay_steps.h"

static bool repeat_step_with_notice(struct talk *talk, enum text why, enum remark_kind remark)
{
    struct stay *stay = talk->data;
    const bool for_person = remark == REMARK_FOR_PERSON || stay->question == REMARK_FOR_PERSON;

    if (talk_is_text_for_staff(talk))
        return product_pass_to_staff(talk);
    stay->unheard = true;
    talk_store_misunderstood(talk);
    if (talk->input->update.file != UPDATE_NO_FILE)
        return product_handle_unexpected_file(talk);
    talk_say(talk, for_person ? TEXT_STAY_FOR_PERSON : why);
    if (stay->was_unheard || for_person)
        talk_offer_person(talk);
    talk_add_html(talk, SLICE("\n\n"));
    return talk_repeat_step(talk);
}

bool stay_repeat_as_unheard(struct talk *talk)
{
    return repeat_step_with_notice(talk, TEXT_STAY_UNHEARD, talk->heard.remark.kind);
}

bool stay_reply_not_understood(struct talk *talk, enum text why)
{
    const struct remark remark = talk->heard.remark;
    const bool has_file = talk->input->update.file != UPDATE_NO_FILE;

    return remark_is_about_booking(remark) && !has_file
               ? stay_show_all_bookings(talk)
               : repeat_step_with_notice(talk, why, remark.kind);
}
