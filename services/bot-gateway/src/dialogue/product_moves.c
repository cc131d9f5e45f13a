// SPDX-License-Identifier: MIT
#include "dialogue/product_moves.h"

#include "dialogue/courtesy.h"
#include "dialogue/other_bot.h"
#include "dialogue/talk.h"

static const struct product *product_of(const struct talk *talk)
{
    return talk->input->product;
}

void product_add_search_button(struct talk *talk)
{
    talk_put_command(talk, product_of(talk)->texts.search, "search");
}

bool product_repeat_step_or_offer_search(struct talk *talk)
{
    if (talk->flow == NULL) {
        product_add_search_button(talk);
        talk_put_command(talk, TEXT_BUTTON_HELP, "help");
        return true;
    }
    talk_add_html(talk, SLICE("\n\n"));
    return talk_repeat_step(talk);
}

/* --- texts of the same meaning at every step --- */

/* The function of the shortcut that the words name by its label or a remark; NULL: none. */
static flow_move_fn *find_shortcut(const struct talk *talk, struct slice words)
{
    const struct product *product = product_of(talk);
    const enum remark_kind remark = talk->heard.remark.kind;

    for (size_t i = 0; i < product->shortcut_count; i++) {
        const struct product_shortcut *shortcut = &product->shortcuts[i];
        if (talk_is_label(talk, shortcut->label, words) ||
            (remark != REMARK_NONE && shortcut->remark == remark))
            return shortcut->act;
    }
    return NULL;
}

static bool answer_courtesy(struct talk *talk)
{
    talk_say(talk, courtesy_find_answer(talk->argument));
    return product_repeat_step_or_offer_search(talk);
}

static bool point_to_other_bot(struct talk *talk)
{
    const struct product *product = product_of(talk);

    if (product->name_other_bot != NULL && talk->flow == NULL)
        return product->name_other_bot(talk);
    talk_add(talk, product->texts.other_bot,
             TALK_VALUES({.name = "bot", .text = talk->input->other_username}));
    return product_repeat_step_or_offer_search(talk);
}

/* Whether the text is for the tenant's other bot, and not for another person. */
static bool is_for_other_bot(const struct talk *talk, struct slice words)
{
    const struct product *product = product_of(talk);

    return product->other != NULL && !talk->input->has_talk &&
           (talk->flow == NULL || product->is_at_search(talk)) &&
           other_bot_is_meant(words, product->stems, product->other->stems);
}

flow_move_fn *product_find_function_for_text(const struct talk *talk, struct slice words)
{
    flow_move_fn *const of_shortcut = find_shortcut(talk, words);

    if (of_shortcut != NULL)
        return of_shortcut;
    if (courtesy_find_answer(words) != TEXTS)
        return answer_courtesy;
    return is_for_other_bot(talk, words) ? point_to_other_bot : NULL;
}

/* --- what no step expects --- */

bool product_take_receipt_if_awaited(struct talk *talk)
{
    const struct product *product = product_of(talk);

    return product->receipt == NULL || product->receipt(talk);
}

bool product_pass_to_staff(struct talk *talk)
{
    return product_of(talk)->pass_to_staff(talk);
}

bool product_handle_unexpected_file(struct talk *talk)
{
    const struct product *product = product_of(talk);

    if (talk->input->has_talk)
        return product_pass_to_staff(talk);
    return product->file != NULL ? product->file(talk) : product->unheard(talk);
}

bool product_handle_unexpected_message(struct talk *talk)
{
    const struct product *product = product_of(talk);
    bool parsed;

    if (!product->begin_from_text(talk, &parsed))
        return false;
    if (parsed)
        return true;
    return talk->input->has_talk ? product_pass_to_staff(talk) : product->unheard(talk);
}
