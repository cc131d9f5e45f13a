// SPDX-License-Identifier: MIT
/* Conversations, from an update to the bot's replies. For any update and any answers of services:
 * Telegram accepts the replies, the buttons are valid for this person and bot, and the stored state
 * can be read again.
 *
 * The first byte selects the step of the dialogue, the language, and whether there are an AI and a
 * search-api. Each turn then takes a byte that selects the kind of update, and texts that end with
 * a NUL: the person's input, and the answers to calls, each after a byte for the status. */
#include <math.h>
#include <string.h>

#include <jansson.h>

#include "json/fields.h"

#include "clients/search_results_json.h"
#include "dialogue/dialogue_json.h"
#include "dialogue/product.h"
#include "dialogue/talk.h"
#include "fuzz.h"
#include "fuzz_places.h"
#include "guest/stay.h"
#include "outbox/message.h"
#include "products/products.h"
#include "taxi/ride.h"
#include "taxi/ride_json.h"
#include "telegram/text.h"
#include "texts/bot_settings.h"
#include "texts/texts.h"

enum { TURNS = 6, PERSON = 7 };

static const char stay_data[] =
    "{\"city\":\"almaty\",\"city_name\":{\"ru\":\"A\"},\"check_in\":\"2026-11-22\",\"nights\":2,"
    "\"guests\":2,\"month\":\"2026-12-01\",\"chosen\":true,"
    "\"wish\":{\"rooms\":\"1,2\",\"max_price\":2500000,\"amenities\":\"parking\",\"words\":\"A\"},"
    "\"flat\":\"018f0002-0000-7000-8000-000000000001\",\"title\":{\"ru\":\"B\"},"
    "\"quote\":\"018f0009-0000-7000-8000-000000000001\",\"others\":[{"
    "\"flat\":\"018f0002-0000-7000-8000-000000000001\",\"check_in\":\"2026-11-22\","
    "\"check_out\":\"2026-11-24\",\"total\":{\"amount\":100,\"currency\":\"KZT\"}}],"
    "\"booking\":\"018f0005-0000-7000-8000-000000000001\","
    "\"refund\":{\"amount\":0,\"currency\":\"KZT\"},"
    "\"page\":{\"over\":false,\"cursor\":\"a\"},\"more\":{\"over\":true,\"cursor\":null}}";

struct person {
    struct slice rest; /* of the input */
    struct turn_input input;
    struct bot_settings settings;
    size_t calls; /* of the turn */
    bool called_ai;
    struct slice taps[TURN_BUTTONS_MAX]; /* buttons shown last: their data, or the labels of keys */
    size_t tap_count;
    bool keys;
};

/* --- replies --- */

static void check_text(struct slice html)
{
    const struct message message = {.text = html};
    struct slice payload;

    PROMISE(telegram_text_check_html(html, &fault));
    PROMISE(telegram_text_length(html, TELEGRAM_HTML) <= TELEGRAM_TEXT_MAX);
    PROMISE(message_make_payload(&message, "text", &arena, &payload, &fault));
    json_t *parts = json_loadb(payload.at, payload.len, 0, NULL);
    PROMISE(json_array_size(parts) == 1);
    json_decref(parts);
}

static void check_buttons(struct person *person, const struct turn_reply *reply)
{
    struct button button;

    if (reply->markup == TURN_NO_KEYS) {
        PROMISE(reply->button_count == 0);
        return;
    }
    PROMISE(reply->button_count > 0 && reply->button_count <= TURN_BUTTONS_MAX);
    person->tap_count = reply->button_count;
    person->keys = reply->markup == TURN_KEYS;
    for (size_t i = 0; i < reply->button_count; i++) {
        person->taps[i] = person->keys ? reply->buttons[i].label : reply->buttons[i].data;
        PROMISE(reply->buttons[i].label.len > 0);
        if (person->keys)
            continue;
        PROMISE(person->taps[i].len > 0 && person->taps[i].len <= BUTTON_DATA_MAX);
        PROMISE(button_read(person->taps[i], person->input.button_key, person->input.update.user_id,
                            &button));
    }
}

static void check_reply(struct person *person, const struct turn_reply *reply)
{
    if (reply->kind == TURN_VENUE) {
        PROMISE(reply->title.len > 0 && reply->text.len > 0);
        PROMISE(fabs(reply->place.lat) <= 90 && fabs(reply->place.lon) <= 180);
    } else if (reply->kind == TURN_ALBUM) {
        PROMISE(reply->album.count >= 2 && reply->album.count <= STAY_PHOTOS_MAX);
        check_text(reply->text);
    } else if (reply->kind != TURN_ANSWER) {
        check_text(reply->text);
        check_buttons(person, reply);
    }
}

static const struct flow *find_flow(const struct product *product, struct slice name)
{
    for (size_t i = 0; i < product->flow_count; i++)
        if (slice_is(name, product->flows[i]->name))
            return product->flows[i];
    return NULL;
}

static void check_state(const struct product *product, const struct turn_state *state)
{
    const struct flow *flow = find_flow(product, state->flow);

    PROMISE(state->data.len <= TURN_STATE_MAX);
    if (state->flow.at == NULL)
        return;
    PROMISE(flow != NULL);
    void *data = arena_alloc(&arena, flow->data->item_size);
    PROMISE(data != NULL);
    PROMISE(fields_decode(flow->data, state->data, false, data, NULL, &arena, &fault));
}

/* A message for another chat, whose button only its reader can tap. */
static void check_message(const struct person *person, const struct turn_message *message)
{
    const int64_t reader = message->to.chat_id < 0 ? BUTTON_STAFF : message->to.chat_id;
    struct button button;

    if (message->to.chat_id == FIELD_ABSENT)
        return;
    check_text(message->reply.text);
    PROMISE(message->reply.button_count <= 1 && message->reply.confided);
    PROMISE(message->reply.button_count == 0 ||
            button_read(message->reply.buttons[0].data, person->input.button_key, reader, &button));
}

static void check_output(struct person *person, const struct turn_output *output)
{
    PROMISE(output->count <= TURN_REPLIES_MAX);
    for (size_t i = 0; i < output->count; i++)
        check_reply(person, &output->replies[i]);
    if (output->passes) {
        check_message(person, &output->pass.message);
        PROMISE(output->pass.otherwise_count <= TURN_OTHERWISE_MAX);
        for (size_t i = 0; i < output->pass.otherwise_count; i++)
            check_message(person, &output->pass.otherwise[i]);
    }
    if (!output->moved)
        return;
    check_state(person->input.product, &output->state);
    const int64_t version = person->input.state.version + 1;
    person->input.state = output->state;
    person->input.state.version = version;
}

/* --- updates of the person --- */

static bool read_update(struct person *person, uint8_t how)
{
    const struct slice words = slice_cut(&person->rest, '\0');
    struct update_view *update = &person->input.update;

    *update = (struct update_view){.about = how % 4 == 3 ? ABOUT_TAP : ABOUT_MESSAGE,
                                   .chat_id = PERSON,
                                   .user_id = PERSON,
                                   .is_private = true,
                                   .first_name = words,
                                   .tap_id = SLICE("1"),
                                   .message_id = 1};
    switch (how % 4) {
    case 0:
        return update_view_read(words, &arena, update, &fault);
    case 1:
        update->text = words.at != NULL ? words : SLICE("");
        update->file = (enum update_file)(how / 4 % 4); /* then the text is its caption */
        update->file_id = SLICE("AgAC");
        return true;
    case 2:
        update->text = update->command = SLICE("search");
        update->argument = words;
        return true;
    default:
        if (person->keys) {
            update->about = ABOUT_MESSAGE;
            update->text = person->taps[how / 4 % person->tap_count];
            return true;
        }
        update->tap_data =
            person->tap_count > 0 ? person->taps[how / 4 % person->tap_count] : words;
        return true;
    }
}

/* A call of the AI can only be the first call of a turn, and no booking follows it. */
static void check_call(struct person *person, const struct service_call *call)
{
    const struct turn_input *input = &person->input;

    PROMISE(call->service != SERVICE_AI || (input->has_ai && person->calls == 0));
    PROMISE(call->service != SERVICE_SEARCH ||
            (input->has_search && slice_is(call->path, SERVICE_SEARCH_PATH)));
    person->called_ai |= call->service == SERVICE_AI;
    PROMISE(!person->called_ai || !slice_starts(call->path, SLICE("/v1/bookings")));
    PROMISE(++person->calls <= TURN_CALLS_MAX);
}

/* Only answers that the service passes on to a turn. */
static bool answer(void *data, const struct service_call *call, struct service_answer *out,
                   struct fault *why)
{
    static const long statuses[] = {200, 201, 204, 404, 409, 410, 412, 422};
    struct person *person = data;
    struct stay_search_results results;

    check_call(person, call);
    const uint8_t byte = fuzz_byte(&person->rest);
    const struct slice body = slice_cut(&person->rest, '\0');
    *out = (struct service_answer){statuses[byte % 8], body};
    if (call->service == SERVICE_SEARCH)
        *out = stay_read_search_results(body, &arena, &results, why)
                   ? (struct service_answer){200, body}
                   : (struct service_answer){0, SLICE("")};
    return true;
}

/* Each party is reached or not, and speaks some language. */
static bool view_relay(void *data, const struct relay_query *query, struct relay_view *out,
                       struct fault *why)
{
    struct person *person = data;
    struct relay_party *all[] = {&out->writer, &out->person, &out->staff};
    const int64_t chats[] = {PERSON, PERSON + 1, -100};
    const uint8_t byte = fuzz_byte(&person->rest);

    (void)query;
    (void)why;
    *out = (struct relay_view){.talk = {{1}},
                               .talk_is_found = (byte & 8) != 0,
                               .talk_is_open = (byte & 16) != 0,
                               .talk_is_closed = (byte & 32) != 0};
    for (size_t i = 0; i < 3; i++) {
        *all[i] =
            (struct relay_party){.chat_id = i == 0 || byte >> (i - 1) & 1 ? chats[i] : FIELD_ABSENT,
                                 .is_ours = (byte & 4) != 0,
                                 .language = byte % 3};
        memcpy(all[i]->button_key, person->input.button_key, BUTTON_KEY_LEN);
    }
    return true;
}

static void turn(struct person *person, uint8_t how)
{
    const struct turn_input *input = &person->input;
    struct turn_output output;

    if (!read_update(person, how))
        return;
    person->calls = 0;
    person->called_ai = false;
    if (turn_handle_update(input, &arena, &output, &fault))
        check_output(person, &output);
    else
        PROMISE(strcmp(fault.code, "bad_answer") == 0 || strcmp(fault.code, "out_of_memory") == 0);
}

/* The rest of the input as callback_data: invalid, or equal to what button_write() makes of it. */
static void check_foreign_data(const struct person *person)
{
    char written[BUTTON_DATA_MAX + 1];
    struct button button;

    if (!button_read(person->rest, person->input.button_key, PERSON, &button))
        return;
    PROMISE(button_write(&button, person->input.button_key, PERSON, written));
    PROMISE(slice_is(person->rest, written));
}

static struct slice ride_data(void)
{
    const struct uuid id = {
        {1, 143}
    };
    const struct ride ride = {
        .from = SLICE("almaty"),
        .to = SLICE("taldykorgan"),
        .day = 20783, /* 2026-11-26 */
        .seats = 2,
        .trip = id,
        .to_stop = 1,
        .order = id,
        .clock = 18 * 60,
        .price = 500000,
        .minutes = 240,
    };
    struct slice data;
    struct buf json;

    buf_init(&json, TURN_STATE_MAX);
    fields_encode(&ride_fields, &ride, false, &json);
    PROMISE(buf_keep(&json, &arena, &data, &fault));
    buf_finish(&json);
    return data;
}

/* Sets the step of the dialogue: of a stay or, in a bot for rides, of a ride. The first tap is one
 * of a button from an old message. */
static void begin(struct person *person, uint8_t where, char old[BUTTON_DATA_MAX + 1])
{
    const bool rides = where % 64 >= stay_flow.step_count;
    const struct flow *flow = rides ? &ride_flow : &stay_flow;
    const size_t step = where % 64 - (rides ? stay_flow.step_count : 0);
    const struct button button = {slice_of(flow->name), 2, SLICE("x"), SLICE("")};

    PROMISE(button_write(&button, person->input.button_key, PERSON, old));
    person->taps[0] = slice_of(old);
    person->tap_count = 1;
    person->input.bot = SLICE("flats");
    person->input.product = rides ? &product_taxi : &product_apartments;
    person->input.username = SLICE("our_bot");
    person->input.texts = texts_built_in();
    person->input.words = fuzz_words();
    person->input.has_ai = where % 64 >= 32;
    person->input.has_search = where % 32 >= 16;
    person->input.has_talk = where % 2 == 1;
    person->settings = bot_settings_default();
    person->input.settings = &person->settings;
    person->input.now = INT64_C(1795244400000000);
    person->input.language = where / 64 - 1;
    person->input.caller = (struct turn_caller){answer, view_relay, person};
    person->input.state = (struct turn_state){
        .flow = slice_of(flow->name),
        .step = slice_of(flow->steps[step % flow->step_count]->name),
        .data = rides ? ride_data() : SLICE(stay_data),
        .data_format = flow->data_format,
        .version = 1,
        .ends_at = INT64_MAX,
    };
}

FUZZ(1 << 24)
{
    char old[BUTTON_DATA_MAX + 1];
    struct person person = {.rest = input};

    button_derive_key(SLICE("1:token"), person.input.button_key);
    check_foreign_data(&person);
    begin(&person, fuzz_byte(&person.rest), old);
    for (int i = 0; i < TURNS && person.rest.len > 0; i++)
        turn(&person, fuzz_byte(&person.rest));
}
