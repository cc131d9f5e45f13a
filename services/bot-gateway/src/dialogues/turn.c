// SPDX-License-Identifier: MIT
#include "dialogues/turn.h"

#include "base/auto.h"

#include "dialogues/texts.h"
#include "telegram/text.h"

enum { TEXT_BYTES_MAX = 8192 };

static const struct {
    const char *command;
    enum text text;
} commands[] = {
    {"start", TEXT_START},
    {"help",  TEXT_HELP },
};

static bool say(const struct update_view *update, enum text text, struct arena *arena,
                struct turn_output *out, struct fault *fault)
{
    AUTO(buf_finish) struct buf said;
    struct slice kept;

    buf_init(&said, TEXT_BYTES_MAX);
    text_say(text, update->language, update->first_name, &said);
    if (!buf_keep(&said, arena, &kept, fault))
        return false;
    out->replies[out->count++] = (struct turn_reply){TURN_TEXT, kept};
    return true;
}

static enum text text_for(struct slice command)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (slice_equal_caseless(command, slice_of(commands[i].command)))
            return commands[i].text;
    return TEXT_UNKNOWN;
}

/* In a group people talk to each other: a bot answers what begins with a command and its name. */
static bool is_for_us(const struct turn_input *input)
{
    const struct update_view *update = &input->update;
    const bool named = update->addressee.at != NULL && input->username.at != NULL &&
                       slice_equal_caseless(update->addressee, input->username);

    if (update->by_bot || update->text.at == NULL || update->chat_id == FIELD_ABSENT)
        return false;
    return update->is_private || named;
}

/* Bot API, ChatMember. "restricted" says nothing: such a member may be allowed to write or not. */
static enum turn_reach reach_of(struct slice membership)
{
    static const struct {
        const char *status;
        enum turn_reach reach;
    } statuses[] = {
        {"member",        TURN_REACHABLE  },
        {"administrator", TURN_REACHABLE  },
        {"creator",       TURN_REACHABLE  },
        {"kicked",        TURN_UNREACHABLE},
        {"left",          TURN_UNREACHABLE},
    };

    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if (slice_is(membership, statuses[i].status))
            return statuses[i].reach;
    return TURN_REACH_SAME;
}

bool turn_step(const struct turn_input *input, struct arena *arena, struct turn_output *out,
               struct fault *fault)
{
    const struct update_view *update = &input->update;
    struct turn_output made = {.reach = TURN_REACH_SAME};

    switch (update->about) {
    case ABOUT_MESSAGE:
        made.reach = TURN_REACHABLE;
        if (is_for_us(input) && !say(update, text_for(update->command), arena, &made, fault))
            return false;
        break;
    case ABOUT_TAP:
        if (update->tap_id.at != NULL)
            made.replies[made.count++] = (struct turn_reply){TURN_ANSWER, update->tap_id};
        break;
    case ABOUT_MEMBERSHIP:
        made.reach = reach_of(update->membership);
        break;
    case ABOUT_OTHER:
        break;
    }
    *out = made;
    return true;
}

int64_t turn_retry_s(int64_t tries)
{
    static const int64_t waits[TURN_TRIES_MAX] = {0, 5, 15, 60, 200};

    return tries > 0 && tries < TURN_TRIES_MAX ? waits[tries] : FIELD_ABSENT;
}
