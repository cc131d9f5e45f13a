// SPDX-License-Identifier: MIT
/* Words in place of a tap: which move of the step a person means who types the label of its button,
 * or a remark of the same meaning. The only place that decides that. */
#include "base/text.h"

#include "clients/stay_values_json.h"
#include "dialogue/flow.h"
#include "dialogue/talk_private.h"

/* The action of booking-api that the move needs; NULL: it needs none, or it is not allowed. */
static const struct stay_action *find_needed_action(const struct flow_move *move,
                                                    const struct flow_offer *offer)
{
    return move->needs != NULL ? stay_value_find_action(&offer->actions, move->needs) : NULL;
}

static bool names_label(const struct talk *talk, const struct flow_move *move,
                        const struct flow_offer *offer)
{
    static const int32_t ignored[] = {' ', 0};
    const struct slice words = talk->heard.words;
    const struct stay_action *action = find_needed_action(move, offer);

    if (action != NULL && (text_same_name(words, action->label.ru, ignored) ||
                           text_same_name(words, action->label.kz, ignored) ||
                           text_same_name(words, action->label.en, ignored)))
        return true;
    return move->label != FLOW_NO_LABEL && talk_is_label(talk, move->label, words);
}

static bool has_same_meaning(const struct talk *talk, const struct flow_move *move,
                             const struct flow_offer *offer)
{
    const struct remark *remark = &talk->heard.remark;
    const unsigned does = (remark->asks ? FLOW_ASKS : 0) | (remark->negates ? FLOW_NEGATES : 0) |
                          (remark->books ? FLOW_BOOKS : 0);

    if (move->remark == REMARK_NONE || move->remark != remark->kind || (move->unless & does) != 0)
        return false;
    return move->needs == NULL || move->explains_refusal || find_needed_action(move, offer) != NULL;
}

/* The first move that `means` the words; NULL: none does. */
static const struct flow_move *find_move(const struct talk *talk, const struct flow_offer *offer,
                                         bool (*means)(const struct talk *talk,
                                                       const struct flow_move *move,
                                                       const struct flow_offer *offer))
{
    for (size_t i = 0; i < talk->step->move_count; i++) {
        const struct flow_move *move = &talk->step->moves[i];
        if (means(talk, move, offer) && (move->when == NULL || move->when(talk)))
            return move;
    }
    return NULL;
}

bool talk_find_said_move(struct talk *talk, const struct flow_move **out)
{
    struct flow_offer offer = {.is_shown = true};

    *out = NULL;
    if (talk->flow == NULL || talk->heard.words.at == NULL ||
        (talk->flow->yields_to_staff && flow_is_text_for_staff(talk)))
        return true;
    if (talk->step->offer != NULL && !talk->step->offer(talk, &offer))
        return false;
    if (!offer.is_shown)
        return true;
    *out = find_move(talk, &offer, names_label);
    if (*out == NULL)
        *out = find_move(talk, &offer, has_same_meaning);
    return true;
}

void talk_put_allowed_buttons(struct talk *talk, const struct flow_offer *offer)
{
    for (size_t i = 0; i < talk->step->move_count; i++) {
        const struct flow_move *move = &talk->step->moves[i];
        const struct stay_action *action = find_needed_action(move, offer);
        if (move->on != FLOW_TAP || action == NULL)
            continue;
        talk_new_row(talk);
        talk_button(talk, talk_localized(talk, &action->label), move->action, SLICE(""));
        talk_style_as_action(talk, move->needs);
    }
}
