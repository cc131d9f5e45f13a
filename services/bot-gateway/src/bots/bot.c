// SPDX-License-Identifier: MIT
#include "bots/bot.h"

#include "api/key.h"
#include "base/ascii.h"
#include "base/text.h"

_Static_assert((int)API_KEY_LEN <= (int)BOT_KEY_MAX, "a key fits");

const char *const bot_intake_names[] = {"webhook", "poll", NULL};

const char *const bot_type_names[] = {"apartments", "taxi", "flow", NULL};

bool bot_type_has_dialogue(int type)
{
    return type != BOT_FLOW;
}

bool bot_type_read(struct slice name, enum bot_type *out)
{
    const size_t type = slice_find(name, bot_type_names, BOT_TYPES);

    if (type < BOT_TYPES)
        *out = (enum bot_type)type;
    return type < BOT_TYPES;
}

const char *const bot_polling_names[] = {"works", "fails", "webhook", "other", "no_bot", NULL};
const char *const bot_webhook_names[] = {"none", "ours", "elsewhere", NULL};

const struct slice bot_part_names[BOT_PARTS] = {
    [BOT_ROW] = TEXTS_LITERAL("row"),
    [BOT_TOKEN] = TEXTS_LITERAL("token"),
    [BOT_SECRET] = TEXTS_LITERAL("secret"),
    [BOT_KEY] = TEXTS_LITERAL("key"),
};

bool bot_has_part(const struct bot *bot, enum bot_part part)
{
    switch (part) {
    case BOT_ROW:
        return !uuid_is_nil(&bot->id);
    case BOT_TOKEN:
        return bot->token[0] != '\0';
    case BOT_SECRET:
        return bot->secret[0] != '\0';
    case BOT_KEY:
        return bot->key[0] != '\0';
    case BOT_PARTS:
        break;
    }
    return false;
}

bool bot_is_active_with(const struct bot *bot, enum bot_part part)
{
    return bot_has_part(bot, BOT_ROW) && bot->is_active && bot_has_part(bot, part);
}

static bool has_only_digits(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!ascii_is_digit(text.at[i]))
            return false;
    return text.len > 0;
}

bool bot_name_is_good(struct slice name)
{
    if (name.len == 0 || name.len > BOT_NAME_MAX || !ascii_is_lower(name.at[0]))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!ascii_is_lower(name.at[i]) && !ascii_is_digit(name.at[i]) && name.at[i] != '-')
            return false;
    return true;
}

bool bot_file_name_read(const char *file, struct slice *name, enum bot_part *part)
{
    struct slice rest = slice_of(file);
    const struct slice front = slice_cut(&rest, '.');

    if (!bot_name_is_good(front))
        return false;
    for (enum bot_part i = BOT_TOKEN; i < BOT_PARTS; i++)
        if (slice_equal(rest, bot_part_names[i])) {
            *name = front;
            *part = i;
            return true;
        }
    return false;
}

static bool is_token(struct slice text)
{
    struct slice rest = text;
    const struct slice number = slice_cut(&rest, ':');

    return has_only_digits(number) && rest.len > 0 && text_is_url_safe(rest);
}

static bool is_secret(struct slice text)
{
    return text.len > 0 && text_is_url_safe(text);
}

static bool copy_if_valid(struct slice text, bool (*is_valid)(struct slice text), char *copy,
                          size_t size)
{
    if (text.len >= size || !is_valid(text))
        return false;
    slice_copy(text, copy, size);
    return true;
}

bool bot_set_part(struct bot *bot, enum bot_part part, struct slice file_text)
{
    if (file_text.len > 0 && file_text.at[file_text.len - 1] == '\n')
        file_text.len--;
    if (file_text.len > 0 && file_text.at[file_text.len - 1] == '\r')
        file_text.len--;
    switch (part) {
    case BOT_TOKEN:
        return copy_if_valid(file_text, is_token, bot->token, sizeof bot->token);
    case BOT_SECRET:
        return copy_if_valid(file_text, is_secret, bot->secret, sizeof bot->secret);
    case BOT_KEY:
        return copy_if_valid(file_text, api_key_is_wellformed, bot->key, sizeof bot->key);
    case BOT_ROW:
    case BOT_PARTS:
        break;
    }
    return false;
}
