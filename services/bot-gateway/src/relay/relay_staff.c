// SPDX-License-Identifier: MIT
/* Talks in the staff chat: members answer messages of the bot, which passes the answers on. */
#include "relay/relay_private.h"

/* Reads the talk that the argument names. If nothing can be done, a notice says why, and the move
 * is stopped. */
static bool read_open_talk(struct talk *talk, struct relay_view *out)
{
    const struct staff_chat_view *staff = &talk->input->staff;
    struct relay_query query = {.person = FIELD_ABSENT};
    enum text why = TEXT_STAFF_TALK_OVER;

    if (!staff->is_linked || !talk_read_id(talk, &query.talk))
        why = TEXT_BUTTON_FOREIGN;
    else if (staff->member.at == NULL)
        why = talk_find_stranger_notice(talk);
    else if (!talk_read_relay_view(talk, &query, out))
        return false;
    else if (out->talk_is_found && !out->talk_is_closed)
        return true;
    talk_answer_alone(talk);
    talk_show_notice(talk, why);
    return talk_stop(talk, true);
}

static bool pass_to_person_of_talk(struct talk *talk, enum text text,
                                   const struct relay_words *words, const struct relay_view *view,
                                   enum turn_talk change)
{
    const struct relay_button answer = {TEXT_RELAY_BUTTON_ANSWER, "person", SLICE("")};
    const struct relay_button none = {.command = NULL};
    const struct relay_button again = {TEXT_BUTTON_PERSON, "person", SLICE("")};
    const struct relay_words notice = {.speaker = TEXT_RELAY_STAFF};
    struct turn_pass pass = {.to_user = view->person.chat_id,
                             .has_words = change == TURN_TALK_OPEN,
                             .talk = view->talk,
                             .change = change,
                             .otherwise_count = 1};

    if (!relay_compose_message(talk, text, words, change == TURN_TALK_CLOSE ? &again : &answer,
                               &view->person, &pass.message) ||
        !relay_compose_message(talk, TEXT_STAFF_TALK_LOST, &notice, &none, &view->writer,
                               &pass.otherwise[0]))
        return false;
    talk_pass_message(talk, &pass);
    return true;
}

bool relay_pass_on_staff_answer(struct talk *talk)
{
    const struct update_view *update = &talk->input->update;
    const struct relay_words words = relay_words_of_update(talk, TEXT_RELAY_STAFF, NULL);
    const enum text refusal = relay_find_refusal(update);
    struct relay_view view;

    talk_conceal_update(talk);
    if (!read_open_talk(talk, &view))
        return false;
    if (refusal != TEXTS) {
        talk_answer_alone(talk);
        talk_say(talk, refusal);
    } else if (view.person.chat_id == FIELD_ABSENT)
        talk_say(talk, TEXT_STAFF_TALK_LOST);
    else if (words.has_photo && !view.person.is_ours) {
        talk_answer_alone(talk);
        talk_say(talk, TEXT_RELAY_PHOTO_ELSEWHERE);
    } else
        return pass_to_person_of_talk(talk, TEXT_RELAY_MESSAGE, &words, &view, TURN_TALK_OPEN);
    return true;
}

bool relay_command_close_talk(struct talk *talk)
{
    const struct text_value name = {.name = "name", .text = talk->input->staff.member};
    const struct relay_words words = {.speaker = TEXT_RELAY_STAFF};
    struct relay_view view;

    if (!read_open_talk(talk, &view))
        return false;
    talk_send_anew(talk); /* the tapped message keeps what the person has written */
    talk_mark_reply_confided(talk);
    talk_add(talk, TEXT_STAFF_TALK_CLOSED, &name, 1);
    if (view.person.chat_id != FIELD_ABSENT)
        return pass_to_person_of_talk(talk, TEXT_PERSON_ENDED, &words, &view, TURN_TALK_CLOSE);
    talk_pass_message(talk, &(struct turn_pass){.message.to.chat_id = FIELD_ABSENT,
                                                .talk = view.talk,
                                                .change = TURN_TALK_CLOSE});
    return true;
}
