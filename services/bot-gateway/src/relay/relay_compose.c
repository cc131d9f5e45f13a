// SPDX-License-Identifier: MIT
#include "base/auto.h"

#include "relay/relay_private.h"
#include "telegram/text.h"
#include "texts/bot_settings.h"

enum {
    TEXT_BYTES_MAX = 16 * 1024,
    WORDS_BYTES_MAX = 32 * 1024,
    CAPTION_WITH_CONTEXT_MAX = 500 /* UTF-16 units of a caption beside which a quote fits */
};

/* --- the words --- */

/* The text on one line; absent if memory is short. */
static struct slice put_on_one_line(struct arena *arena, struct slice text)
{
    char *line = arena_alloc(arena, text.len);

    if (line == NULL)
        return SLICE_NONE;
    for (size_t i = 0; i < text.len; i++) {
        line[i] = text.at[i];
        if (line[i] == '\n')
            line[i] = ' ';
    }
    return (struct slice){line, text.len};
}

struct relay_words relay_words_of_update(const struct talk *talk, enum text speaker,
                                         const struct stay_booking *booking)
{
    const struct update_view *update = &talk->input->update;
    struct relay_words words = {.speaker = speaker,
                                .booking = booking,
                                .words = update->text,
                                .has_photo = update->file == UPDATE_PHOTO,
                                .is_edit = update->about == ABOUT_EDIT};

    if (words.has_photo &&
        telegram_text_length(update->text, TELEGRAM_PLAIN) > CAPTION_WITH_CONTEXT_MAX)
        return words;
    words.origin = update->origin;
    if (update->quote.len > 0)
        words.quote = talk_text_or_empty(talk, put_on_one_line(talk->arena, update->quote));
    return words;
}

static bool hide_contacts(struct talk *talk, struct slice *text, bool *hidden)
{
    AUTO(buf_finish) struct buf plain = BUF(WORDS_BYTES_MAX);
    bool found;

    if (text->at == NULL)
        return true;
    relay_hide_contacts(*text, SLICE("•••"), &plain, &found);
    *hidden |= found;
    return buf_keep(&plain, talk->arena, text, talk->fault);
}

bool relay_hide_contacts_unless_agreed(struct talk *talk, struct relay_words *words)
{
    static const char *const agreed[] = {"confirmed", "checked_in", "completed"};
    bool hidden = false;

    if (SLICE_IS_IN(words->booking->status, agreed))
        return true;
    if (!hide_contacts(talk, &words->words, &hidden) ||
        !hide_contacts(talk, &words->quote, &hidden) ||
        !hide_contacts(talk, &words->origin, &hidden))
        return false;
    if (hidden)
        talk_add_paragraph(talk, TEXT_RELAY_HIDES);
    return true;
}

/* --- the message --- */

static struct slice format_label_in(const struct talk *talk, enum text text, enum language language)
{
    return talk_text_or_empty(
        talk, text_render_to_arena(talk->input->texts, text, language, NULL, 0, talk->arena));
}

static bool compose_text(struct talk *talk, enum text text, const struct relay_words *words,
                         enum language language, struct slice *out)
{
    const struct stay_booking *booking = words->booking;
    const bool about = booking != NULL;
    const struct slice edited = format_label_in(talk, TEXT_RELAY_EDITED, language);
    // clang-format off
    const struct text_value values[] = {
        {.name = "speaker", .text = format_label_in(talk, words->speaker, language)},
        {.name = "code",    .text = about ? booking->code : SLICE_NONE},
        {.name = "title",   .text = about ? texts_in(&booking->title, language) : SLICE_NONE},
        {.name = "edited",  .text = words->is_edit ? edited : SLICE_NONE},
        {.name = "origin",  .text = words->origin},
        {.name = "quote",   .text = words->quote},
        {.name = "words",   .text = words->words},
        {.name = "support", .text = talk->input->settings->support},
    };
    // clang-format on
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
