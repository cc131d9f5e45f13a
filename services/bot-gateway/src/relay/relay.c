// SPDX-License-Identifier: MIT
/* The steps "write", to the other person of a booking, and "person", to staff. Both stay open, so
 * that several messages can be written one after the other. */
#include "relay/relay.h"

#include "base/auto.h"
#include "json/fields.h"

#include "dialogue/product_moves.h"
#include "relay/relay_private.h"

enum { SIDE_LEN = 2 /* "_g" */ };

/* --- the data of the flow --- */

// clang-format off
#define AT(member) .offset = offsetof(struct relay, member)
static const struct field items[] = {
    {.name = "booking", .type = FIELD_UUID, .flags = FIELD_NULLABLE, AT(as_owner.booking)},
    {.name = "owner",   .type = FIELD_BOOL, AT(of_owner)},
};
#undef AT
// clang-format on
static const struct fields fields = FIELDS_OF(items, struct relay);

static void reset_step_text(void *data)
{
    ((struct relay *)data)->says = TEXTS;
}

/* --- the booking --- */

/* Reads the id of the booking and the side of the writer ("_o": owner, "_g": guest) from the
 * argument. An argument of another form names no booking. */
static void read_booking_and_side(struct talk *talk)
{
    const struct slice argument = talk->argument;
    struct uuid booking;

    if (argument.len <= SIDE_LEN)
        return;
    const struct slice side = slice_from(argument, argument.len - SIDE_LEN);
    talk->argument.len = argument.len - SIDE_LEN;
    if ((!slice_is(side, "_o") && !slice_is(side, "_g")) || !talk_read_id(talk, &booking))
        return;
    relay_of(talk)->of_owner = slice_is(side, "_o");
    relay_of(talk)->as_owner.booking = booking;
}

/* Reads the booking as its owner or guest, whichever writes. `found` is false if booking-api shows
 * this person no such booking. */
static bool fetch_booking(struct talk *talk, struct stay_booking *out, bool *found)
{
    struct relay *relay = talk->data;
    const struct slice path = talk_path(talk, "bookings", &relay->as_owner.booking, "");
    struct service_answer answer = {200, relay->booked};

    if (relay->booked.at == NULL) {
        const bool got = relay->of_owner ? owner_get_as_owner(talk, path, &answer)
                                         : talk_get(talk, path, &answer);
        if (!got)
            return false;
    }
    *found = answer.status == 200;
    if (!*found)
        return answer.status >= 400 || answer_fail_bad("no booking", talk->fault);
    relay->booked = answer.body;
    return stay_read_booking(answer.body, talk->arena, out, talk->fault);
}

/* The Telegram id of the other person of the booking; FIELD_ABSENT: unknown. */
static bool find_other_person(struct talk *talk, const struct stay_booking *booking,
                              int64_t *other_user_id)
{
    struct owner_record owner;
    bool found;

    *other_user_id = booking->guest;
    if (relay_of(talk)->of_owner)
        return true;
    if (!owner_fetch_record(talk, &booking->owner, SERVICE_AS_STAFF, &owner, &found))
        return false;
    *other_user_id = found ? owner.telegram_id : FIELD_ABSENT;
    return true;
}

static bool end_without_booking(struct talk *talk)
{
    talk_end(talk);
    talk_say(talk, TEXT_STAY_BOOKING_GONE);
    talk_put_command(talk, TEXT_BUTTON_HELP, "help");
    return true;
}

/* Shows the step again, with this text instead of its question. */
static bool repeat_step_with(struct talk *talk, enum text text)
{
    relay_of(talk)->says = text;
    return talk_repeat_step(talk);
}

static bool repeat_step_as_sent(struct talk *talk)
{
    return repeat_step_with(talk, talk->input->update.about == ABOUT_EDIT ? TEXT_RELAY_EDIT_SENT
                                                                          : TEXT_RELAY_SENT);
}

/* --- what the person has written --- */

/* What the person has written, about the booking if it is not NULL. */
static struct relay_words message_words(const struct talk *talk, const struct stay_booking *booking)
{
    const bool as_owner = relay_of(talk)->of_owner || (booking == NULL && talk->input->is_owner);

    return relay_words_of_update(talk, as_owner ? TEXT_RELAY_OWNER : TEXT_RELAY_GUEST, booking);
}

/* Takes a photo or a document of a guest as the receipt of a payment and stops the move, if a
 * payment is awaited. Conceals the update before that: if booking-api does not answer, the caption
 * may be for another person. */
static bool take_receipt_of_guest_if_awaited(struct talk *talk)
{
    const enum update_file file = talk->input->update.file;

    talk_conceal_update(talk);
    return talk->input->update.about == ABOUT_EDIT || relay_of(talk)->of_owner ||
           (file != UPDATE_PHOTO && file != UPDATE_DOCUMENT) ||
           product_take_receipt_if_awaited(talk);
}

/* The text that says why the message cannot be passed on to this party; TEXTS: it can be. */
static enum text find_refusal_for_party(const struct talk *talk, const struct relay_view *view,
                                        const struct relay_party *to)
{
    if (!relay_is_allowed(view->sent))
        return TEXT_RELAY_MANY;
    return talk->input->update.file == UPDATE_PHOTO && !to->is_ours ? TEXT_RELAY_PHOTO_ELSEWHERE
                                                                    : TEXTS;
}

/* --- to the other person --- */

/* Passes the message to staff, because it cannot be delivered. */
static bool pass_to_staff_instead(struct talk *talk, const struct relay_words *words,
                                  const struct relay_view *view)
{
    struct turn_pass pass = {.to_user = FIELD_ABSENT,
                             .booking = words->booking->id,
                             .has_words = true,
                             .of_owner = relay_of(talk)->of_owner,
                             .talk = view->talk,
                             .change = TURN_TALK_OPEN};

    if (view->staff.chat_id == FIELD_ABSENT)
        return repeat_step_with(talk, TEXT_RELAY_LOST_ALL);
    if (!relay_compose_for_staff(talk, TEXT_RELAY_UNDELIVERED, words, view, &pass.message))
        return false;
    talk_pass_message(talk, &pass);
    return repeat_step_with(talk, TEXT_RELAY_LOST);
}

/* Composes what is sent if Telegram refuses the message: to staff, and to the writer. */
static bool compose_failure_messages(struct talk *talk, const struct relay_words *words,
                                     const struct relay_view *view, struct turn_pass *pass)
{
    const bool has_staff = view->staff.chat_id != FIELD_ABSENT;
    struct turn_message *next = pass->otherwise;

    if (has_staff) {
        pass->talk = view->talk;
        if (!relay_compose_for_staff(talk, TEXT_RELAY_UNDELIVERED, words, view, next++))
            return false;
    }
    const struct relay_words notice = {.speaker = words->speaker, .booking = words->booking};
    if (!relay_compose_message(talk, has_staff ? TEXT_RELAY_LOST : TEXT_RELAY_LOST_ALL, &notice,
                               &(struct relay_button){TEXT_BUTTON_PERSON, "person", SLICE("")},
                               &view->writer, next++))
        return false;
    pass->otherwise_count = (size_t)(next - pass->otherwise);
    return true;
}

static bool pass_to_other_person(struct talk *talk, const struct relay_words *words,
                                 const struct relay_view *view, int64_t other_user_id)
{
    struct turn_pass pass = {.to_user = other_user_id,
                             .booking = words->booking->id,
                             .has_words = true,
                             .of_owner = relay_of(talk)->of_owner};
    const struct relay_button answer = {
        TEXT_RELAY_BUTTON_ANSWER, "write",
        talk_id_argument(talk, &words->booking->id, relay_of(talk)->of_owner ? "_g" : "_o")};

    if (!relay_compose_message(talk, TEXT_RELAY_MESSAGE, words, &answer, &view->person,
                               &pass.message) ||
        !compose_failure_messages(talk, words, view, &pass))
        return false;
    talk_pass_message(talk, &pass);
    return repeat_step_as_sent(talk);
}

static bool pass_message_to_other_person(struct talk *talk)
{
    const enum text refusal = relay_find_refusal(&talk->input->update);
    struct relay_query query = {.person = FIELD_ABSENT};
    struct stay_booking booking;
    struct relay_words words;
    struct relay_view view;
    bool found;

    if (!take_receipt_of_guest_if_awaited(talk))
        return false;
    if (refusal != TEXTS)
        return repeat_step_with(talk, refusal);
    if (!fetch_booking(talk, &booking, &found))
        return false;
    if (!found)
        return end_without_booking(talk);
    query.booking = booking.id;
    if (!find_other_person(talk, &booking, &query.person) ||
        !talk_read_relay_view(talk, &query, &view))
        return false;
    const bool reaches = view.person.chat_id != FIELD_ABSENT;
    const enum text why = find_refusal_for_party(talk, &view, reaches ? &view.person : &view.staff);
    if (why != TEXTS)
        return repeat_step_with(talk, why);
    words = message_words(talk, &booking);
    return relay_hide_contacts_unless_agreed(talk, &words) &&
           (reaches ? pass_to_other_person(talk, &words, &view, query.person)
                    : pass_to_staff_instead(talk, &words, &view));
}

/* --- to staff --- */

/* Reads the booking that the dialogue is about; `out` is NULL if there is none. */
static bool fetch_booking_if_any(struct talk *talk, struct stay_booking *storage,
                                 const struct stay_booking **out)
{
    bool found = false;

    *out = NULL;
    if (!uuid_is_nil(&relay_of(talk)->as_owner.booking) && !fetch_booking(talk, storage, &found))
        return false;
    *out = found ? storage : NULL;
    return true;
}

static bool pass_to_staff(struct talk *talk, enum text text, const struct relay_words *words,
                          const struct relay_view *view)
{
    struct turn_pass pass = {.to_user = FIELD_ABSENT,
                             .has_words = text == TEXT_RELAY_MESSAGE,
                             .of_owner = relay_of(talk)->of_owner,
                             .talk = view->talk,
                             .change = TURN_TALK_OPEN,
                             .otherwise_count = 1};
    const struct relay_words notice = {.speaker = words->speaker};

    if (words->booking != NULL)
        pass.booking = words->booking->id;
    if (!relay_compose_for_staff(talk, text, words, view, &pass.message) ||
        !relay_compose_message(talk, TEXT_RELAY_LOST_ALL, &notice,
                               &(struct relay_button){TEXT_BUTTON_HELP, "help", SLICE("")},
                               &view->writer, &pass.otherwise[0]))
        return false;
    talk_pass_message(talk, &pass);
    return true;
}

static bool end_without_staff(struct talk *talk)
{
    talk_end(talk);
    talk_add_with_support(talk, TEXT_PERSON_NONE);
    talk_put_command(talk, TEXT_BUTTON_HELP, "help");
    return true;
}

static bool end_as_talk_is_closed(struct talk *talk)
{
    talk_end(talk);
    talk_say(talk, TEXT_PERSON_OVER);
    talk_put_command(talk, TEXT_BUTTON_PERSON, "person");
    talk_put_command(talk, TEXT_BUTTON_HELP, "help");
    return true;
}

static bool read_booking_and_staff_talk(struct talk *talk, struct stay_booking *storage,
                                        const struct stay_booking **booking,
                                        struct relay_view *view)
{
    struct relay_query query = {.person = FIELD_ABSENT};

    if (!fetch_booking_if_any(talk, storage, booking))
        return false;
    if (*booking != NULL)
        query.booking = storage->id;
    return talk_read_relay_view(talk, &query, view);
}

/* Calls staff, unless a talk is open. */
static bool call_staff(struct talk *talk)
{
    const struct stay_booking *booking;
    struct stay_booking room;
    struct relay_words words;
    struct relay_view view;

    if (!read_booking_and_staff_talk(talk, &room, &booking, &view))
        return false;
    if (view.staff.chat_id == FIELD_ABSENT)
        return end_without_staff(talk);
    if (view.talk_is_open)
        return repeat_step_with(talk, TEXT_PERSON_CALLED);
    if (!relay_is_allowed(view.sent))
        return repeat_step_with(talk, TEXT_RELAY_MANY);
    words =
        (struct relay_words){.speaker = message_words(talk, booking).speaker, .booking = booking};
    return pass_to_staff(talk, TEXT_PERSON_CALLS, &words, &view) &&
           repeat_step_with(talk, TEXT_PERSON_CALLED);
}

/* Passes the message of the update. If there is no talk and `opens` is false, the talk is over. */
static bool pass_message_to_staff(struct talk *talk, bool opens)
{
    const enum text refusal = relay_find_refusal(&talk->input->update);
    const struct stay_booking *booking;
    struct stay_booking room;
    struct relay_words words;
    struct relay_view view;

    talk_conceal_update(talk);
    if (refusal != TEXTS)
        return repeat_step_with(talk, refusal);
    if (!read_booking_and_staff_talk(talk, &room, &booking, &view))
        return false;
    if (view.staff.chat_id == FIELD_ABSENT)
        return end_without_staff(talk);
    if (!view.talk_is_found && !opens)
        return end_as_talk_is_closed(talk);
    const enum text why = find_refusal_for_party(talk, &view, &view.staff);
    if (why != TEXTS)
        return repeat_step_with(talk, why);
    words = message_words(talk, booking);
    return pass_to_staff(talk, TEXT_RELAY_MESSAGE, &words, &view) && repeat_step_as_sent(talk);
}

static bool take_receipt_or_pass_message_to_staff(struct talk *talk)
{
    return take_receipt_of_guest_if_awaited(talk) && pass_message_to_staff(talk, false);
}

/* --- commands and answers --- */

/* The reply is a new message: the tapped one may be a message of the other person, whose words are
 * stored nowhere else. */
static bool begin_at_step(struct talk *talk, const struct flow_step *step)
{
    talk_send_anew(talk);
    if (!talk_begin_at(talk, &relay_flow, step))
        return false;
    relay_of(talk)->says = TEXTS;
    read_booking_and_side(talk);
    return true;
}

bool relay_command_ask_message(struct talk *talk)
{
    const struct stay_booking *booking;
    struct stay_booking room;

    return begin_at_step(talk, &relay_step_write) && fetch_booking_if_any(talk, &room, &booking) &&
           (booking != NULL || talk_stop(talk, end_without_booking(talk)));
}

bool relay_pass_answer_to_other_person(struct talk *talk)
{
    talk_conceal_update(talk);
    return relay_command_ask_message(talk) && pass_message_to_other_person(talk);
}

bool relay_command_call_staff(struct talk *talk)
{
    struct uuid booking;

    if (talk->argument.len == 0 && stay_find_shown_booking(talk, &booking))
        talk->argument = talk_id_argument(talk, &booking, "_g");
    return begin_at_step(talk, &relay_step_person) && call_staff(talk);
}

bool relay_pass_answer_to_staff(struct talk *talk)
{
    return begin_at_step(talk, &relay_step_person) && take_receipt_of_guest_if_awaited(talk) &&
           pass_message_to_staff(talk, true);
}

bool relay_pass_message_to_staff(struct talk *talk)
{
    talk->argument = SLICE("");
    return begin_at_step(talk, &relay_step_person) && pass_message_to_staff(talk, false);
}

bool relay_pass_on_edit(struct talk *talk)
{
    const struct relay_edited *edited = &talk->input->edited;

    talk_conceal_update(talk);
    talk->argument = uuid_is_nil(&edited->booking)
                         ? SLICE("")
                         : talk_id_argument(talk, &edited->booking, edited->of_owner ? "_o" : "_g");
    return edited->to_staff
               ? begin_at_step(talk, &relay_step_person) && pass_message_to_staff(talk, false)
               : relay_command_ask_message(talk) && pass_message_to_other_person(talk);
}

/* --- the steps --- */

/* Adds a button that leads back to the booking, or to the help if there is no booking. */
static void put_back_button(struct talk *talk)
{
    const struct uuid *booking = &relay_of(talk)->as_owner.booking;
    const char *command = relay_of(talk)->of_owner ? "deal" : "booking";

    if (uuid_is_nil(booking)) {
        talk_put_command(talk, TEXT_BUTTON_BACK, "help");
        return;
    }
    talk_new_row(talk);
    talk_command_button(talk, talk_label(talk, TEXT_BUTTON_BACK), command,
                        talk_id_argument(talk, booking, ""));
}

/* Appends a text that names the booking, if there is one, and in TEXT_RELAY_SENT the addressee. */
static bool add_with_booking(struct talk *talk, enum text text, enum text addressee)
{
    struct slice code = SLICE_NONE, title = SLICE_NONE;
    const struct stay_booking *booking;
    struct stay_booking room;

    if (!fetch_booking_if_any(talk, &room, &booking))
        return false;
    if (booking != NULL) {
        code = booking->code;
        title = talk_localized(talk, &booking->title);
    }
    if (text == TEXT_RELAY_SENT)
        talk_add(talk, text,
                 TALK_VALUES({.name = "speaker", .text = talk_label(talk, addressee)},
                             {.name = "code", .text = code}, {.name = "title", .text = title}));
    else
        talk_add(talk, text,
                 TALK_VALUES({.name = "code", .text = code}, {.name = "title", .text = title}));
    return true;
}

static bool show_write_question(struct talk *talk)
{
    const struct relay *relay = talk->data;
    const enum text question = relay->of_owner ? TEXT_RELAY_ASK_GUEST : TEXT_RELAY_ASK_OWNER;
    const enum text addressee = relay->of_owner ? TEXT_RELAY_TO_GUEST : TEXT_RELAY_TO_OWNER;

    if (relay->says == TEXTS || relay->says == TEXT_RELAY_SENT) {
        if (!add_with_booking(talk, relay->says == TEXTS ? question : relay->says, addressee))
            return false;
    } else if (relay->says == TEXT_RELAY_LOST_ALL) {
        talk_add_with_support(talk, relay->says);
    } else {
        talk_say(talk, relay->says);
    }
    put_back_button(talk);
    return true;
}

static bool show_staff_called(struct talk *talk)
{
    const enum text says = relay_of(talk)->says;

    if (says != TEXT_RELAY_SENT)
        talk_say(talk, says != TEXTS ? says : TEXT_PERSON_CALLED);
    else if (!add_with_booking(talk, says, TEXT_RELAY_TO_STAFF))
        return false;
    put_back_button(talk);
    return true;
}

static const struct flow_move write_moves[] = {
    {FLOW_MESSAGE, NULL, .act = pass_message_to_other_person},
};
static const struct flow_move person_moves[] = {
    {FLOW_MESSAGE, NULL, .act = take_receipt_or_pass_message_to_staff},
};
const struct flow_step relay_step_write = {"write", show_write_question, FLOW_MOVES(write_moves)};
const struct flow_step relay_step_person = {"person", show_staff_called, FLOW_MOVES(person_moves)};
static const struct flow_step *const steps[] = {&relay_step_write, &relay_step_person};

const struct flow relay_flow = {
    .name = "relay",
    .idle_s = RELAY_TALK_S,
    .data_format = 1,
    .data = &fields,
    .resume = reset_step_text,
    .is_confidential = true,
    .steps = steps,
    .step_count = ARRAY_LEN(steps),
};
