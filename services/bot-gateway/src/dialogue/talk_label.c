// SPDX-License-Identifier: MIT
/* Labels of buttons and keys: lists in them, and labels that people type instead of tapping. */
#include <string.h>

#include "base/text.h"

#include "dialogue/flow.h"
#include "dialogue/talk.h"

struct slice talk_join(const struct talk *talk, struct slice list, const char *separator,
                       struct slice part)
{
    if (list.len == 0 || part.len == 0)
        return list.len == 0 ? part : list;
    return talk_printf(talk, "%.*s%s%.*s", SLICE_ARG(list), separator, SLICE_ARG(part));
}

/* The part of the text from its first letter or number on. */
static struct slice skip_leading_symbols(struct slice words)
{
    size_t at = 0;

    while (at < words.len) {
        int32_t point;
        const size_t len = text_decode_composed(words, at, &point);
        if (text_is_letter(point) || text_is_number(point))
            break;
        at += len;
    }
    return slice_from(words, at);
}

bool talk_is_label(const struct talk *talk, enum text label, struct slice words)
{
    static const int32_t ignored[] = {' ', 0};
    const struct texts *texts = &talk->input->texts[label];
    const struct slice said = skip_leading_symbols(words);

    return said.len > 0 && (text_same_name(said, skip_leading_symbols(texts->ru), ignored) ||
                            text_same_name(said, skip_leading_symbols(texts->kz), ignored) ||
                            text_same_name(said, skip_leading_symbols(texts->en), ignored));
}

/* The labels that do not look plain. */
static const struct {
    enum text label;
    enum turn_style style;
} styles[] = {
    {TEXT_STAY_BUTTON_BOOK,     TURN_SUCCESS},
    {TEXT_STAY_BUTTON_CANCEL,   TURN_DANGER },
    {TEXT_RIDE_BUTTON_CANCEL,   TURN_DANGER },
    {TEXT_STAFF_BUTTON_ACCEPT,  TURN_SUCCESS},
    {TEXT_STAFF_BUTTON_PAID,    TURN_SUCCESS},
    {TEXT_STAFF_BUTTON_DECLINE, TURN_DANGER },
    {TEXT_STAFF_BUTTON_UNPAID,  TURN_DANGER },
};

/* The actions of booking-api whose buttons do not look plain. */
static const struct {
    const char *name;
    enum turn_style style;
} action_styles[] = {
    {"confirm",        TURN_SUCCESS},
    {"claim-payment",  TURN_SUCCESS},
    {"check-in",       TURN_SUCCESS},
    {"start",          TURN_SUCCESS},
    {"board",          TURN_SUCCESS},
    {"cancel",         TURN_DANGER },
    {"decline",        TURN_DANGER },
    {"no-show",        TURN_DANGER },
    {"driver-no-show", TURN_DANGER },
    {"sos",            TURN_DANGER },
};

enum turn_style talk_style_of_action(const char *action)
{
    for (size_t i = 0; action != NULL && i < ARRAY_LEN(action_styles); i++)
        if (strcmp(action_styles[i].name, action) == 0)
            return action_styles[i].style;
    return TURN_PLAIN;
}

void talk_style_as_action(struct talk *talk, const char *action)
{
    talk->buttons[talk->reply.button_count - 1].style = talk_style_of_action(action);
}

void talk_style_button(struct talk *talk, enum text label)
{
    struct turn_button *button = &talk->buttons[talk->reply.button_count - 1];

    for (size_t i = 0; i < ARRAY_LEN(styles); i++)
        if (styles[i].label == label)
            button->style = styles[i].style;
}
