// SPDX-License-Identifier: MIT
#include "base/auto.h"
#include "base/digest.h"

#include "relay/relay_private.h"
#include "texts/bot_settings.h"

enum {
    ID_LEN = sizeof(struct uuid),
    TEXT_BYTES_MAX = 16 * 1024,
    LABEL_BYTES_MAX = 256,
    VALUES = 5
};

struct slice relay_argument(const struct talk *talk, const struct uuid *id, const char *more)
{
    char text[DIGEST_BASE64_LEN(ID_LEN) + 1];

    digest_base64_encode(DIGEST_BASE64_URL, (struct slice){(const char *)id->bytes, ID_LEN}, text);
    return arena_printf(talk->arena, "%s%s", text, more);
}

static struct slice word_in(const struct talk *talk, enum text text, enum language language)
{
    char room[LABEL_BYTES_MAX];
    struct buf plain;

    buf_init_over(&plain, room, sizeof room);
    text_say(talk->input->texts, text, language, TALK_NO_VALUES, &plain);
    return arena_copy(talk->arena, buf_as_slice(&plain));
}

static struct slice title_in(const struct texts *title, enum language language)
{
    struct texts copy = *title;
    const struct slice first = *texts_place(&copy, language);

    return first.at != NULL ? first : title->ru;
}

static bool make_text(struct talk *talk, enum text text, const struct relay_words *words,
                      enum language language, struct slice *out, struct fault *fault)
{
    const struct slice title =
        words->booking != NULL ? title_in(&words->booking->is.title, language) : SLICE_NONE;
    const struct text_value all[] = {
        {.name = "speaker",                                                      .text = word_in(talk,words->speaker, language)},
        {.name = "code",                                                             .text = words->booking != NULL ? words->booking->is.code : SLICE_NONE},
        {.name = "title",.text = title},
        {.name = "words",                                                                                                                     .text = words->words                                                                                                                        },
        {.name = "support",.text = talk->input->settings->support},
    };
    struct text_value values[VALUES];
    size_t count = 0;
    AUTO(buf_finish) struct buf html;

    buf_init(&html, TEXT_BYTES_MAX);
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i].text.at != NULL && all[i].text.len > 0)
            values[count++] = all[i];
    (void)!text_say_some(talk->input->texts, text, language, values, count, &html);
    return buf_keep(&html, talk->arena, out, fault);
}

static bool make_button(struct talk *talk, const struct relay_button *from,
                        const struct relay_party *to, struct turn_reply *reply, struct fault *fault)
{
    const struct button button = {.flow = SLICE(TALK_COMMANDS),
                                  .action = slice_of(from->command),
                                  .argument = from->argument};
    struct turn_button *made = arena_alloc(talk->arena, sizeof *made);
    char data[BUTTON_DATA_MAX + 1];

    if (made == NULL || from->argument.at == NULL)
        return arena_fault(fault);
    if (!button_write(&button, to->button_key, to->chat_id < 0 ? BUTTON_STAFF : to->chat_id, data))
        return fault_set(fault, FAULT_INTERNAL, "bad_button", "The button %s.", from->command);
    *made = (struct turn_button){.label = word_in(talk, from->label, (enum language)to->language),
                                 .data = arena_copy(talk->arena, slice_of(data))};
    reply->buttons = made;
    reply->button_count = 1;
    return (made->label.at != NULL && made->data.at != NULL) || arena_fault(fault);
}

bool relay_compose(struct talk *talk, enum text text, const struct relay_words *words,
                   const struct relay_button *button, const struct relay_party *to,
                   struct turn_message *out, struct fault *fault)
{
    *out = (struct turn_message){
        .to = *to, .reply = {.kind = TURN_TEXT, .markup = TURN_BUTTONS, .confided = true}
    };
    if (words->has_photo)
        out->reply.photo = talk->input->update.file_id;
    return make_text(talk, text, words, (enum language)to->language, &out->reply.text, fault) &&
           (button->command == NULL || make_button(talk, button, to, &out->reply, fault));
}

/* "Гость · K7M2RWHD" */
static struct slice topic_of(const struct talk *talk, const struct relay_words *words,
                             enum language language)
{
    const struct slice speaker = word_in(talk, words->speaker, language);

    return words->booking == NULL ? speaker
                                  : arena_printf(talk->arena, "%.*s · %.*s", SLICE_ARG(speaker),
                                                 SLICE_ARG(words->booking->is.code));
}

bool relay_compose_for_staff(struct talk *talk, enum text text, const struct relay_words *words,
                             const struct relay_view *view, struct turn_message *out,
                             struct fault *fault)
{
    const struct relay_button button = {TEXT_RELAY_BUTTON_CLOSE, "staff_done",
                                        relay_argument(talk, &view->talk, "")};

    if (!relay_compose(talk, text, words, &button, &view->staff, out, fault))
        return false;
    if (view->staff.has_topics && !view->staff.in_own_topic && !words->has_photo)
        out->topic = topic_of(talk, words, (enum language)view->staff.language);
    return true;
}
