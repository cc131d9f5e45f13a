// SPDX-License-Identifier: MIT
/* Which move of the step an update means: a tap or another event names it; words stand for a tap if
 * they are the label of its button, or a remark of the same meaning. The only place that decides
 * that. */
#include "base/text.h"

#include "clients/answer_values_json.h"
#include "dialogue/product_moves.h"
#include "dialogue/talk_private.h"
#include "texts/text_key.h"

/* --- by event --- */

/* Whether the move handles the event; `words` are a tap's action, or the person's text. */
static bool move_matches(const struct talk *talk, const struct flow_move *move, enum flow_event on,
                         struct slice words)
{
    if (move->on == FLOW_KEY) {
        const enum text label = text_key_find(slice_of(move->action));
        return on == FLOW_TEXT && label != TEXTS && talk_is_label(talk, label, words);
    }
    return move->on == on && (move->action == NULL || slice_is(words, move->action));
}

/* The current step's function for the event. NULL: the step has none, or there is no dialogue. */
flow_move_fn *talk_find_move(const struct talk *talk, enum flow_event on, struct slice words)
{
    if (talk->flow == NULL)
        return NULL;
    for (size_t i = 0; i < talk->step->move_count; i++)
        if (move_matches(talk, &talk->step->moves[i], on, words))
            return talk->step->moves[i].act;
    return on == FLOW_TAP && talk->step->back != NULL && slice_is(words, "back") ? talk_go_back
                                                                                 : NULL;
}

/* --- by words --- */

/* The action of booking-api that the move needs; NULL: it needs none, or it is not allowed. */
static const struct answer_action *find_needed_action(const struct flow_move *move,
                                                      const struct flow_offer *offer)
{
    return move->needs != NULL ? answer_find_action(&offer->actions, move->needs) : NULL;
}

static bool names_label(const struct talk *talk, const struct flow_move *move,
                        const struct flow_offer *offer)
{
    static const int32_t ignored[] = {' ', 0};
    const struct slice words = talk->heard.words;
    const struct answer_action *action = find_needed_action(move, offer);

    if (action != NULL && (text_same_name(words, action->label.ru, ignored) ||
                           text_same_name(words, action->label.kz, ignored) ||
                           text_same_name(words, action->label.en, ignored)))
        return true;
    return move->label != TEXT_NONE && talk_is_label(talk, move->label, words);
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

/* Finds the move of the step that the text names by the label of its button or, if it names none,
 * by a remark of the same meaning. NULL: there is none. */
static bool find_move_in_words(struct talk *talk, const struct flow_move **out)
{
    struct flow_offer offer = {.is_shown = true};

    *out = NULL;
    if (talk->flow == NULL || talk->heard.words.at == NULL ||
        (talk->flow->yields_to_staff && talk_is_text_for_staff(talk)))
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

/* The move of the flow whose label the text is; NULL: none. */
static flow_move_fn *find_labelled_move_of_flow(const struct talk *talk)
{
    const struct flow *flow = talk->flow;

    if (flow->yields_to_staff && talk_is_text_for_staff(talk))
        return NULL;
    for (size_t i = 0; i < flow->move_count; i++)
        if (talk_is_label(talk, flow->moves[i].label, talk->heard.words))
            return flow->moves[i].act;
    return NULL;
}

bool talk_hear_at_flow(struct talk *talk)
{
    flow_move_fn *act = talk->flow != NULL ? find_labelled_move_of_flow(talk) : NULL;

    if (act == NULL && talk->flow != NULL)
        act = talk->flow->text;
    return act != NULL ? act(talk) : product_handle_unexpected_message(talk);
}

/* In this order a text is: a move of the step, by its words; what the step itself reads, such as a
 * date; a move of the flow; what the flow reads, such as search criteria; not understood. */
bool talk_hear(struct talk *talk)
{
    const struct flow_move *said;
    flow_move_fn *act;

    if (!find_move_in_words(talk, &said))
        return false;
    act = said != NULL ? said->act : talk_find_move(talk, FLOW_TEXT, talk->heard.words);
    return act != NULL ? act(talk) : talk_hear_at_flow(talk);
}

/* --- buttons --- */

void talk_put_allowed_buttons(struct talk *talk, const struct flow_offer *offer)
{
    for (size_t i = 0; i < talk->step->move_count; i++) {
        const struct flow_move *move = &talk->step->moves[i];
        const struct answer_action *action = find_needed_action(move, offer);
        if (move->on != FLOW_TAP || action == NULL)
            continue;
        talk_new_row(talk);
        talk_button(talk, talk_localized(talk, &action->label), move->action, SLICE(""));
        talk_style_as_action(talk, move->needs);
    }
}
