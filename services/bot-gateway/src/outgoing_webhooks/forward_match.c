// SPDX-License-Identifier: MIT
#include "outgoing_webhooks/forward.h"

const char *const forward_status_names[] = {"active", "failing", "disabled", NULL};

static bool contains_text_caseless(const struct field_texts *texts, struct slice text)
{
    for (size_t i = 0; i < texts->count; i++)
        if (slice_equal_caseless(texts->items[i], text))
            return true;
    return false;
}

static bool contains_chat_id(const struct field_ints *chats, int64_t chat_id)
{
    for (size_t i = 0; i < chats->count; i++)
        if (chats->items[i] == chat_id)
            return true;
    return false;
}

static struct slice get_first_word(struct slice text)
{
    size_t len = 0;

    while (len < text.len && text.at[len] != ' ' && text.at[len] != '\n')
        len++;
    return (struct slice){text.at, len};
}

/* Returns the command of the text, such as "start" of "/start@our_bot abc". Absent if the text does
 * not begin with a command, or if the command names another bot. */
static struct slice extract_command_for_bot(const struct forward_subject *subject)
{
    const struct slice none = SLICE_NONE;

    if (subject->is_callback || subject->text.len < 2 || subject->text.at[0] != '/')
        return none;
    struct slice addressee = slice_from(get_first_word(subject->text), 1);
    const struct slice command = slice_cut(&addressee, '@');
    if (addressee.at != NULL && subject->botname.at != NULL &&
        !slice_equal_caseless(addressee, subject->botname))
        return none;
    return command;
}

static bool is_for_events_only(const struct forward_match *match)
{
    return match->events.items != NULL && match->kinds.items == NULL &&
           match->commands.items == NULL && match->chat_ids.items == NULL &&
           match->text_prefix.at == NULL;
}

bool forward_matches(const struct forward_match *match, const struct forward_subject *subject)
{
    if (is_for_events_only(match))
        return false;
    if (match->kinds.items != NULL && !contains_text_caseless(&match->kinds, subject->kind))
        return false;
    if (match->chat_ids.items != NULL && !contains_chat_id(&match->chat_ids, subject->chat_id))
        return false;
    if (match->text_prefix.at != NULL &&
        (subject->text.at == NULL || !slice_starts(subject->text, match->text_prefix)))
        return false;
    return match->commands.items == NULL ||
           contains_text_caseless(&match->commands, extract_command_for_bot(subject));
}
