// SPDX-License-Identifier: MIT
#include "conversation.h"

#include "json/fields.h"

#include "definition.h"
#include "dialogue/product.h"
#include "dialogue/talk.h"
#include "moments.h"
#include "telegram/text.h"
#include "texts/bot_settings.h"
#include "texts/text_key.h"

enum { ARENA_LIMIT = 4 * 1024 * 1024, LABEL_UNITS_MAX = 100 };

void conversation_open(struct conversation *talk, const struct scripted *world)
{
    memset(talk, 0, sizeof *talk);
    talk->world = world;
    talk->now = CONVERSATION_NOW;
    talk->user_id = 7;
    talk->language = LANGUAGE_RU;
    talk->first_name = SLICE("Данияр");
    arena_init(&talk->arena, ARENA_LIMIT);
    button_derive_key(SLICE("1:token"), talk->key);
    conversation_reach(talk, FIELD_ABSENT, FIELD_ABSENT);
}

void conversation_reach(struct conversation *talk, int64_t person, int64_t staff)
{
    struct relay_view *view = &talk->relay;
    struct relay_party *all[] = {&view->writer, &view->person, &view->staff};

    *view = (struct relay_view){.writer.chat_id = talk->user_id,
                                .person.chat_id = person,
                                .staff.chat_id = staff,
                                .talk = {{1, 2, 3}}};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        all[i]->is_ours = true;
        all[i]->language = talk->language;
        memcpy(all[i]->button_key, talk->key, BUTTON_KEY_LEN);
    }
}

void conversation_close(struct conversation *talk)
{
    arena_finish(&talk->arena);
}

/* --- the peer --- */

/* Number of calls of the turn that begin so. */
static size_t asked_times(const struct conversation *talk, const char *call)
{
    size_t times = 0;

    for (const char *line = talk->asked; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        times += strncmp(line, call, strlen(call)) == 0;
    }
    return times;
}

static const struct scripted *find_answer(const struct conversation *talk,
                                          const struct scripted *rows, const char *call)
{
    const struct scripted *best = NULL;

    for (const struct scripted *row = rows; row != NULL && row->call != NULL; row++)
        if (strncmp(call, row->call, strlen(row->call)) == 0 &&
            (best == NULL || strlen(row->call) > strlen(best->call)))
            best = row;
    if (best == NULL)
        return NULL;
    size_t before = asked_times(talk, best->call) - 1;
    for (const struct scripted *row = best + 1; before > 0 && row->call != NULL; row++)
        if (strcmp(row->call, best->call) == 0) {
            best = row;
            before--;
        }
    return best;
}

/* The actor, if it is not the guest, and the version of a call. */
static void write_actor(const struct service_call *call, char out[96])
{
    static const char *const actors[] = {
        [SERVICE_AS_OWNER] = "owner:", [SERVICE_AS_DRIVER] = "driver:"};
    char id[UUID_TEXT_LEN + 1] = "";
    int len = 0;

    uuid_format(&call->actor_id, id);
    out[0] = '\0';
    if (call->actor == SERVICE_AS_MEMBER)
        len = snprintf(out, 96, " as staff:%.*s", SLICE_ARG(call->member));
    else if (call->actor != SERVICE_AS_GUEST)
        len = snprintf(out, 96, " as %s%s",
                       call->actor == SERVICE_AS_STAFF ? "bot" : actors[call->actor],
                       call->actor == SERVICE_AS_STAFF ? "" : id);
    if (call->version > 0)
        snprintf(out + len, 96 - (size_t)len, " if %lld", (long long)call->version);
}

static bool answer_call(void *data, const struct service_call *call, struct service_answer *answer,
                        struct fault *fault)
{
    struct conversation *talk = data;
    char actor[96];

    /* See enum service_name. */
    if (call->service == SERVICE_BOOKING && strcmp(call->method, "GET") != 0)
        ck_assert_msg(strstr(talk->asked, "POST " SERVICE_SEARCH_PATH " ") == NULL, "%.*s after %s",
                      SLICE_ARG(call->path), talk->asked);
    write_actor(call, actor);
    const char *line = textf("%s %.*s %.*s%s\n", call->method, SLICE_ARG(call->path),
                             SLICE_ARG(call->body), actor);
    strncat(talk->asked, line, SEEN_MAX - strlen(talk->asked) - 1);
    const struct scripted *row = find_answer(talk, talk->instead, line);
    if (row == NULL)
        row = find_answer(talk, talk->world, line);
    ck_assert_msg(row != NULL, "there is no answer for %s", line);
    *answer = (struct service_answer){row->status, slice_of(row->body)};
    return true;
}

static bool view_relay(void *data, const struct relay_query *query, struct relay_view *out,
                       struct fault *fault)
{
    struct conversation *talk = data;

    (void)fault;
    talk->relay_asked = *query;
    *out = talk->relay;
    return true;
}

/* --- replies --- */

static void see(struct conversation *talk, struct slice text)
{
    const size_t len = strlen(talk->seen);

    ck_assert_uint_lt(len + text.len + 2, SEEN_MAX);
    memcpy(talk->seen + len, text.at, text.len);
    talk->seen[len + text.len] = '\n';
    talk->seen[len + text.len + 1] = '\0';
}

static void take_buttons(struct conversation *talk, const struct turn_reply *reply)
{
    talk->before = talk->shown;
    talk->shown.count = reply->button_count;
    ck_assert_uint_le(reply->button_count, TURN_BUTTONS_MAX);
    for (size_t i = 0; i < reply->button_count; i++) {
        const struct turn_button *button = &reply->buttons[i];
        ck_assert_uint_ge(button->label.len, 1);
        ck_assert_uint_le(telegram_text_length(button->label, TELEGRAM_PLAIN), LABEL_UNITS_MAX);
        const bool copies = button->copies.at != NULL;
        ck_assert_int_eq(button->data.len >= 1, reply->markup == TURN_BUTTONS && !copies);
        ck_assert(!copies || (reply->markup == TURN_BUTTONS && button->copies.len >= 1));
        ck_assert_uint_le(telegram_text_length(button->copies, TELEGRAM_PLAIN), TURN_COPY_MAX);
        ck_assert_uint_le(button->data.len, BUTTON_DATA_MAX);
        ck_assert(!button->asks_contact || reply->markup == TURN_KEYS);
        see(talk, button->label);
        snprintf(talk->shown.labels[i], SHOWN_LABEL_MAX, "%.*s", SLICE_ARG(button->label));
        snprintf(talk->shown.data[i], BUTTON_DATA_MAX + 1, "%.*s", SLICE_ARG(button->data));
    }
}

/* Albums and places come before a message. */
static bool take_before(struct conversation *talk, const struct turn_reply *reply, bool is_last)
{
    const struct slice *urls = reply->album.items;

    if (reply->kind != TURN_ALBUM && reply->kind != TURN_VENUE)
        return false;
    ck_assert(!is_last && reply->text.len > 0);
    if (reply->kind == TURN_ALBUM)
        ck_assert(reply->album.count >= 2 && reply->album.count <= 10);
    else
        ck_assert(reply->title.len > 0);
    for (size_t i = 0; i < reply->album.count; i++)
        see(talk, urls[i]);
    see(talk, arena_printf(&talk->arena, "%.4f, %.4f", reply->place.lat, reply->place.lon));
    return true;
}

static void take_message(struct conversation *talk, const struct turn_reply *reply, bool is_last,
                         bool in_group)
{
    struct fault fault = {.code = ""};

    see(talk, moments_strip(&talk->arena, reply->text));
    ck_assert(reply->confided || (!slice_contains(reply->text, SLICE("Kaspi +7 ")) &&
                                  !slice_contains(reply->text, SLICE("Код двери 12"))));
    if (take_before(talk, reply, is_last))
        return;
    if (reply->photo.at != NULL)
        see(talk, reply->photo);
    ck_assert_msg(telegram_text_check_html(reply->text, &fault), "%s: %.*s", fault.detail,
                  SLICE_ARG(reply->text));
    const size_t length = telegram_text_length(reply->text, TELEGRAM_HTML);
    talk->length = length;
    ck_assert_uint_ge(length, 1);
    ck_assert_uint_le(length, TELEGRAM_TEXT_MAX);
    ck_assert(reply->kind == TURN_TEXT || reply->markup == TURN_BUTTONS);
    talk->keys = reply->markup == TURN_KEYS || (talk->keys && reply->markup == TURN_BUTTONS);
    if (reply->markup == TURN_NO_KEYS) {
        ck_assert(!is_last && reply->button_count == 0);
        return;
    }
    ck_assert(reply->button_count >= 1 || in_group);
    take_buttons(talk, reply);
}

/* --- the state --- */

static const struct flow *find_flow(const struct product *product, const char *name)
{
    for (size_t i = 0; i < product->flow_count; i++)
        if (strcmp(product->flows[i]->name, name) == 0)
            return product->flows[i];
    ck_abort_msg("no flow %s", name);
    return NULL;
}

void conversation_put(struct conversation *talk, const char *flow, const char *step,
                      const char *data, int64_t data_format, int64_t version)
{
    ck_assert_uint_lt(strlen(data), TURN_STATE_MAX);
    snprintf(talk->flow, sizeof talk->flow, "%s", flow);
    snprintf(talk->step, sizeof talk->step, "%s", step);
    memmove(talk->data, data, strlen(data) + 1);
    talk->state = (struct turn_state){.flow = slice_of(talk->flow),
                                      .step = slice_of(talk->step),
                                      .data = slice_of(talk->data),
                                      .data_format = data_format,
                                      .version = version,
                                      .ends_at = INT64_MAX};
}

static void take_state(struct conversation *talk, const struct turn_state *state)
{
    const int64_t version = talk->state.version + 1;
    char flow[16], step[16], data[TURN_STATE_MAX + 1];

    talk->state = (struct turn_state){.version = version};
    talk->flow[0] = talk->step[0] = '\0';
    if (state->flow.at == NULL)
        return;
    snprintf(flow, sizeof flow, "%.*s", SLICE_ARG(state->flow));
    snprintf(step, sizeof step, "%.*s", SLICE_ARG(state->step));
    ck_assert_uint_le(state->data.len, TURN_STATE_MAX);
    snprintf(data, sizeof data, "%.*s", SLICE_ARG(state->data));
    ck_assert_int_gt(state->ends_at, talk->now);
    conversation_put(talk, flow, step, data, state->data_format, version);
    talk->state.ends_at = state->ends_at;
    const struct flow *of = find_flow(gateway_products[talk->bot_type], flow);
    void *read = arena_alloc(&talk->arena, of->data->item_size);
    struct fault fault = {.code = ""};
    ck_assert_msg(
        fields_decode(of->data, talk->state.data, false, read, NULL, &talk->arena, &fault),
        "%s: %s", fault.code, data);
}

/* --- a turn --- */

bool conversation_update(struct conversation *talk, const struct update_view *update)
{
    struct bot_settings settings = bot_settings_default();
    struct turn_input input = {
        .update = *update,
        .bot = SLICE("flats"),
        .product = gateway_products[talk->bot_type],
        .username = SLICE("our_bot"),
        .other_username = SLICE("our_other_bot"),
        .texts = talk->texts != NULL ? talk->texts : texts_built_in(),
        .settings = &settings,
        .words = talk->words,
        .has_ai = talk->has_ai,
        .has_search = talk->has_search,
        .now = talk->now,
        .language = talk->language,
        .source = talk->source,
        .is_owner = talk->is_owner,
        .staff = talk->staff,
        .has_talk = talk->has_talk,
        .is_wanted = talk->is_wanted,
        .edited = talk->edited,
        .state = talk->state,
        .caller = {answer_call, view_relay, talk}
    };
    struct turn_output *output = &talk->output;

    if (!talk->no_agreement) {
        settings.offer_url = SLICE("https://tapbot.kz/offer");
        settings.privacy_url = SLICE("https://tapbot.kz/privacy");
        settings.agreement_version = SLICE("2026-11");
    }
    arena_reset(&talk->arena);
    talk->seen[0] = talk->asked[0] = '\0';
    memcpy(input.button_key, talk->key, BUTTON_KEY_LEN);
    if (!turn_handle_update(&input, &talk->arena, output, &talk->fault))
        return false;
    ck_assert_uint_le(output->count, TURN_REPLIES_MAX);
    for (size_t i = 0; i < output->count; i++) {
        const struct turn_reply *reply = &output->replies[i];
        if (reply->kind != TURN_ANSWER) {
            take_message(talk, reply, i + 1 == output->count, !update->is_private);
            continue;
        }
        ck_assert_uint_le(telegram_text_length(reply->text, TELEGRAM_PLAIN), 200);
        /* A turn with calls has answered its tap before them, without a notice. */
        if (reply->text.at != NULL && talk->asked[0] == '\0')
            see(talk, reply->text);
    }
    if (output->moved)
        take_state(talk, &output->state);
    ck_assert_msg(!talk->keys || !output->moved || talk->state.flow.at != NULL, "keys are left");
    if (output->language >= 0)
        talk->language = output->language;
    if (output->owner != TURN_OWNER_SAME)
        talk->is_owner = output->owner == TURN_OWNER;
    return true;
}

static bool update(struct conversation *talk, struct update_view view)
{
    view.chat_id = talk->user_id;
    view.user_id = talk->user_id;
    view.is_private = true;
    view.first_name = talk->first_name;
    return conversation_update(talk, &view);
}

bool conversation_type(struct conversation *talk, const char *text)
{
    struct update_view view = {
        .about = ABOUT_MESSAGE, .message_id = FIELD_ABSENT, .text = slice_of(text)};

    if (text[0] == '/') {
        struct slice rest = slice_from(view.text, 1);
        view.command = slice_cut(&rest, ' ');
        view.argument = rest.at != NULL ? rest : SLICE("");
    }
    return update(talk, view);
}

bool conversation_edit(struct conversation *talk, const char *text)
{
    return update(
        talk, (struct update_view){.about = ABOUT_EDIT, .message_id = 5, .text = slice_of(text)});
}

bool conversation_locate(struct conversation *talk, struct field_geo place)
{
    return update(talk, (struct update_view){.about = ABOUT_MESSAGE,
                                             .message_id = FIELD_ABSENT,
                                             .has_location = true,
                                             .location = place});
}

bool conversation_tap_data(struct conversation *talk, const char *data)
{
    return update(talk, (struct update_view){.about = ABOUT_TAP,
                                             .tap_id = SLICE("77"),
                                             .tap_data = slice_of(data),
                                             .message_id = 100});
}

bool conversation_tap_button(struct conversation *talk, const struct button *button)
{
    char data[BUTTON_DATA_MAX + 1];

    ck_assert(button_write(button, talk->key, talk->user_id, data));
    return conversation_tap_data(talk, data);
}

bool conversation_share(struct conversation *talk, const char *phone, int64_t whose)
{
    return update(talk, (struct update_view){.about = ABOUT_MESSAGE,
                                             .message_id = FIELD_ABSENT,
                                             .contact_phone = slice_of(phone),
                                             .contact_name = SLICE("Сауле"),
                                             .contact_user_id = whose});
}

bool conversation_send(struct conversation *talk, enum update_file file, const char *caption)
{
    return update(talk, (struct update_view){.about = ABOUT_MESSAGE,
                                             .message_id = FIELD_ABSENT,
                                             .text = slice_of(caption),
                                             .has_media = true,
                                             .file = file,
                                             .file_id = SLICE(CONVERSATION_FILE_ID)});
}

bool conversation_press(struct conversation *talk, const struct shown *shown, size_t i)
{
    return shown->data[i][0] != '\0' ? conversation_tap_data(talk, shown->data[i])
                                     : conversation_type(talk, shown->labels[i]);
}

/* The beginning of a text: its first words. */
static void opening(const char *key, char *out, size_t room)
{
    const enum text text = text_key_find(slice_of(key + 1));
    struct template_piece piece = {.kind = TEMPLATE_BAD};

    ck_assert_msg(text < TEXTS, "no text %s", key);
    struct slice rest = texts_built_in()[text].ru;
    while (piece.kind != TEMPLATE_LITERAL || piece.text.len == 0) {
        ck_assert_msg(template_cut_piece(&rest, &piece), "%s has no words", key);
        while (slice_starts(piece.text, SLICE("\\n")))
            piece.text = slice_from(piece.text, 2);
        piece.text = slice_cut(&piece.text, '\\');
    }
    snprintf(out, room, "%.*s", SLICE_ARG(piece.text));
}

static size_t find_button(const struct shown *shown, const char *label)
{
    char words[SHOWN_LABEL_MAX];
    size_t i = 0;

    if (label[0] == '@')
        opening(label, words, sizeof words);
    else
        snprintf(words, sizeof words, "%s", label);
    while (i < shown->count && strcmp(shown->labels[i], words) != 0)
        i++;
    return i;
}

const char *conversation_button(const struct shown *shown, const char *label)
{
    const size_t i = find_button(shown, label);

    return i < shown->count ? shown->data[i] : NULL;
}

bool conversation_saw(const struct conversation *talk, const char *what)
{
    char words[512];

    if (what[0] != '@')
        return strstr(talk->seen, what) != NULL || strstr(talk->asked, what) != NULL;
    opening(what, words, sizeof words);
    return strstr(talk->seen, words) != NULL;
}

/* --- exchanges --- */

bool conversation_do(struct conversation *talk, const struct exchange *one)
{
    struct scripted instead[EXCHANGE_INSTEAD_MAX + 1] = {
        {NULL, 0, NULL}
    };

    memcpy(instead, one->instead, sizeof one->instead);
    talk->instead = instead;
    talk->fault = (struct fault){.code = "no_such_button"};
    const size_t i = one->tap != NULL ? find_button(&talk->shown, one->tap) : SIZE_MAX;
    const bool well = one->at != NULL               ? conversation_locate(talk, *one->at)
                      : one->file != UPDATE_NO_FILE ? conversation_send(talk, one->file, one->type)
                      : one->type != NULL           ? conversation_type(talk, one->type)
                      : one->share != NULL
                          ? conversation_share(talk, one->share, talk->user_id)
                          : i < talk->shown.count && conversation_press(talk, &talk->shown, i);
    talk->instead = NULL;
    return well;
}

static const char *act_of(const struct exchange *one)
{
    return one->tap != NULL     ? one->tap
           : one->type != NULL  ? one->type
           : one->share != NULL ? one->share
           : one->at != NULL    ? "a place"
                                : "a file";
}

static void look(const struct conversation *talk, const struct exchange *one, size_t number)
{
    const char *what = act_of(one);

    ck_assert_msg(strcmp(talk->step, one->step) == 0, "%zu %s: step %s\n%s", number, what,
                  talk->step, talk->seen);
    for (int i = 0; i < EXCHANGE_SEES_MAX && one->sees[i] != NULL; i++)
        ck_assert_msg(conversation_saw(talk, one->sees[i]), "%zu %s: no %s in\n%s%s", number, what,
                      one->sees[i], talk->seen, talk->asked);
    ck_assert_msg(one->sees_not == NULL || !conversation_saw(talk, one->sees_not),
                  "%zu %s: %s in\n%s", number, what, one->sees_not, talk->seen);
}

void conversation_go(struct conversation *talk, const struct exchange *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(conversation_do(talk, &all[i]), "%zu %s: %s %s", i, act_of(&all[i]),
                      talk->fault.code, talk->fault.detail);
        look(talk, &all[i], i);
    }
}
