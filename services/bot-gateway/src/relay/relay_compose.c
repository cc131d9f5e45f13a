// SPDX-License-Identifier: MIT
#include "base/auto.h"

#include "relay/relay_private.h"
#include "texts/bot_settings.h"

enum { TEXT_BYTES_MAX = 16 * 1024 };

static struct slice format_label_in(const struct talk *talk, enum text text, enum language language)
{
    return talk_text_or_empty(
        talk, text_render_to_arena(talk->input->texts, text, language, NULL, 0, talk->arena));
}

static bool compose_text(struct talk *talk, enum text text, const struct relay_words *words,
                         enum language language, struct slice *out)
{
    const struct stay_booking *booking = words->booking;
    const struct text_value values[] = {
        {.name = "speaker",                                     .text = format_label_in(talk,                words->speaker, language)},
        {.name = "code",                                            .text = booking != NULL ? booking->code : SLICE_NONE                                                                                      },
        {.name = "title",
         .text = booking != NULL ? texts_in(&booking->title,language) : SLICE_NONE},
        {.name = "words",    .text = words->words                                                                                                              },
        {.name = "support",                                       .text = talk->input->settings->support                                                          },
    };
    AUTO(buf_finish) struct buf html = BUF(TEXT_BYTES_MAX);

    (void)!text_render_if_complete(talk->input->texts, text, language, values, ARRAY_LEN(values),
                                   &html);
    return buf_keep(&html, talk->arena, out, talk->fault);
}

static bool compose_button(struct talk *talk, const struct relay_button *spec,
                           const struct relay_party *to, struct turn_reply *reply)
{
    const struct button button = {.flow = SLICE(TALK_COMMANDS),
                                  .action = slice_of(spec->command),
                                  .argument = spec->argument};
    struct turn_button *made = arena_alloc(talk->arena, sizeof *made);
    char data[BUTTON_DATA_MAX + 1];

    if (made == NULL)
        return arena_fault(talk->fault);
    if (!button_write(&button, to->button_key, to->chat_id < 0 ? BUTTON_STAFF : to->chat_id, data))
        return fault_set(talk->fault, FAULT_INTERNAL, "bad_button", "The button %s.",
                         spec->command);
    *made = (struct turn_button){
        .label = format_label_in(talk, spec->label, (enum language)to->language),
        .data = talk_text_or_empty(talk, arena_copy(talk->arena, slice_of(data)))};
    reply->buttons = made;
    reply->button_count = 1;
    return true;
}

bool relay_compose_message(struct talk *talk, enum text text, const struct relay_words *words,
                           const struct relay_button *button, const struct relay_party *to,
                           struct turn_message *out)
{
    *out = (struct turn_message){
        .to = *to, .reply = {.kind = TURN_TEXT, .markup = TURN_BUTTONS, .confided = true}
    };
    if (words->has_photo)
        out->reply.photo = talk->input->update.file_id;
    return compose_text(talk, text, words, (enum language)to->language, &out->reply.text) &&
           (button->command == NULL || compose_button(talk, button, to, &out->reply));
}

bool relay_compose_for_staff(struct talk *talk, enum text text, const struct relay_words *words,
                             const struct relay_view *view, struct turn_message *out)
{
    const struct relay_button button = {TEXT_RELAY_BUTTON_CLOSE, "staff_done",
                                        talk_id_argument(talk, &view->talk, "")};

    if (!relay_compose_message(talk, text, words, &button, &view->staff, out))
        return false;
    /* The name of a new topic: "Гость · K7M2RWHD". */
    if (view->staff.has_topics && !view->staff.in_own_topic && !words->has_photo)
        out->topic = talk_join(
            talk, format_label_in(talk, words->speaker, (enum language)view->staff.language), " · ",
            words->booking != NULL ? words->booking->code : SLICE_NONE);
    return true;
}
