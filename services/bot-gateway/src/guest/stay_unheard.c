// SPDX-License-Identifier: MIT
/* Text that is not understood: dialogue/unheard.h. */
#include "dialogue/unheard.h"
#include "guest/stay.h"
#include "guest/stay_steps.h"

static bool reply_unheard(struct talk *talk, enum text why)
{
    struct stay *stay = talk->data;
    const bool for_person =
        talk->heard.remark.kind == REMARK_FOR_PERSON || stay->question == REMARK_FOR_PERSON;
    const struct unheard unheard = {.why = for_person ? TEXT_STAY_FOR_PERSON : why,
                                    .offers_person = stay->was_unheard || for_person,
                                    .counted = &stay->unheard};

    return unheard_reply(talk, &unheard);
}

bool stay_repeat_as_unheard(struct talk *talk)
{
    return reply_unheard(talk, TEXT_STAY_UNHEARD);
}

/* Whether the text can only be about a booking. Of an apartment that is about to be booked, the
 * entry is a question too. */
static bool is_about_booking(const struct talk *talk)
{
    const struct remark remark = talk->heard.remark;

    return remark_is_about_booking(remark) && talk->input->update.file == UPDATE_NO_FILE &&
           !(remark.kind == REMARK_ENTRY && stay_asks_for_stay_of_chosen(talk));
}

bool stay_reply_not_understood(struct talk *talk, enum text why)
{
    return is_about_booking(talk) ? stay_show_all_bookings(talk) : reply_unheard(talk, why);
}
