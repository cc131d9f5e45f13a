// SPDX-License-Identifier: MIT
#include "dialogue/unheard.h"

#include "dialogue/product_moves.h"
#include "dialogue/talk.h"

/* Answers a question about what is open. */
static bool answer_question(struct talk *talk, bool *answered)
{
    *answered = false;
    if (talk->flow == NULL || talk->flow->answer == NULL || talk->heard.words.at == NULL ||
        talk->input->update.file != UPDATE_NO_FILE)
        return true;
    return talk->flow->answer(talk, answered);
}

bool unheard_reply(struct talk *talk, const struct unheard *unheard)
{
    bool answered;

    if (talk_is_text_for_staff(talk))
        return product_pass_to_staff(talk);
    if (!answer_question(talk, &answered))
        return false;
    if (answered)
        return talk_repeat_step(talk);
    if (unheard->counted != NULL)
        *unheard->counted = true;
    talk_store_misunderstood(talk);
    if (talk->input->update.file != UPDATE_NO_FILE && talk->input->product->file != NULL)
        return product_handle_unexpected_file(talk);
    talk_add_paragraph(talk, unheard->why);
    if (unheard->offers_person)
        talk_offer_person(talk);
    return talk_repeat_step(talk);
}
