// SPDX-License-Identifier: MIT
/* Parses the result of getUpdates. */
#include "telegram/answer_private.h"
#include "telegram/poll_private.h"

static bool bad_updates(struct fault *fault)
{
    return fault_set(fault, FAULT_UNAVAILABLE, "telegram_bad_updates",
                     "Telegram answered with something else than updates.");
}

/* The length of the first value of well-formed JSON, which ends with ',' or ']'. */
static size_t value_length(struct slice json)
{
    int depth = 0;
    bool quoted = false;
    size_t len = 0;
    for (; len < json.len; len++) {
        char c = json.at[len];
        if (quoted && c == '\\')
            len++;
        else if (c == '"')
            quoted = !quoted;
        else if (quoted)
            continue;
        else if (depth == 0 && (c == ',' || c == ']'))
            break;
        else if (c == '{' || c == '[')
            depth++;
        else if (c == '}' || c == ']')
            depth--;
    }
    return len < json.len ? len : json.len;
}

static struct slice trim_json(struct slice json)
{
    static const char space[] = " \t\r\n";
    while (json.len > 0 && strchr(space, json.at[0]) != NULL)
        json = slice_from(json, 1);
    while (json.len > 0 && strchr(space, json.at[json.len - 1]) != NULL)
        json.len--;
    return json;
}

bool telegram_poll_updates(struct slice result, struct arena *arena,
                           const struct telegram_update **out, size_t *count, struct fault *fault)
{
    struct telegram_update *updates = arena_alloc(arena, TELEGRAM_UPDATES_MAX * sizeof(*updates));
    struct slice rest = trim_json(result);
    size_t found = 0;
    if (updates == NULL)
        return arena_fault(fault);
    if (rest.len == 0 || rest.at[0] != '[')
        return bad_updates(fault);
    rest = trim_json(slice_from(rest, 1));
    while (found < TELEGRAM_UPDATES_MAX && rest.len > 0 && rest.at[0] != ']') {
        struct slice raw = {rest.at, value_length(rest)};
        struct telegram_update *update = &updates[found++];
        update->raw = trim_json(raw);
        if (!telegram_answer_id(update->raw, "update_id", arena, &update->update_id, fault))
            return fault->kind == FAULT_UNREADABLE ? bad_updates(fault) : false;
        rest = slice_from(rest, raw.len);
        if (rest.len > 0 && rest.at[0] == ',')
            rest = trim_json(slice_from(rest, 1));
    }
    *out = updates;
    *count = found;
    return true;
}
