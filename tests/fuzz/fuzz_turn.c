// SPDX-License-Identifier: MIT
/* Updates, from their bytes to what the bot says: whatever people put into their names and texts,
 * Telegram would take the answer. */
#include <jansson.h>

#include "dialogues/dialogues_json.h"
#include "dialogues/turn.h"
#include "fuzz.h"
#include "sending/message.h"
#include "telegram/text.h"

enum { ARENA_LIMIT = 1 << 24 };

static void check_text(struct slice html, struct arena *arena)
{
    const struct message message = {.text = html};
    struct slice payload;
    struct fault fault;

    PROMISE(telegram_text_check_html(html, &fault));
    PROMISE(telegram_text_length(html, TELEGRAM_HTML) <= TELEGRAM_TEXT_MAX);
    PROMISE(message_payload(&message, arena, &payload, &fault));
    json_t *parts = json_loadb(payload.at, payload.len, 0, NULL);
    PROMISE(json_array_size(parts) == 1);
    json_decref(parts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct turn_input input = {.username = SLICE("our_bot")};
    struct turn_output output;
    struct arena arena;
    struct fault fault;

    arena_init(&arena, ARENA_LIMIT);
    if (update_view_read((struct slice){(const char *)data, size}, &arena, &input.update, &fault)) {
        PROMISE(turn_step(&input, &arena, &output, &fault));
        PROMISE(output.count <= TURN_REPLIES_MAX);
        for (size_t i = 0; i < output.count; i++)
            if (output.replies[i].kind == TURN_TEXT)
                check_text(output.replies[i].text, &arena);
    }
    arena_finish(&arena);
    return 0;
}
