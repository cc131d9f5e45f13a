// SPDX-License-Identifier: MIT
#include "api/caller.h"

#include "base/buf.h"
#include "base/parse.h"
#include "base/text.h"
#include "http/request.h"

enum { ACTOR_ID_MAX = 48 }; /* what uuid_format() writes, and the kind before it */

/* In the order of enum api_scope's bits. */
static const char *const scope_names[SCOPE_COUNT] = {
    "booking:read", "booking:write", "booking:admin", "booking:act", "bot:send",     "bot:read",
    "bot:admin",    "search:read",   "search:write",  "health:read", "health:admin",
};

const char *api_scope_name(unsigned scope)
{
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        if (scope == 1U << i)
            return scope_names[i];
    return "";
}

static unsigned scope_of(struct slice name)
{
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        if (slice_is(name, scope_names[i]))
            return 1U << i;
    return 0;
}

bool api_scope_parse(struct slice text, unsigned *scopes)
{
    unsigned found = 0;

    if (slice_is(text, "all")) {
        *scopes = SCOPE_ALL;
        return true;
    }
    for (size_t from = 0; from <= text.len;) {
        const char *comma = from < text.len ? memchr(text.at + from, ',', text.len - from) : NULL;
        size_t end = comma != NULL ? (size_t)(comma - text.at) : text.len;
        unsigned scope = scope_of((struct slice){text.at + from, end - from});

        if (scope == 0)
            return false;
        found |= scope;
        from = end + 1;
    }
    *scopes = found;
    return true;
}

static bool bad_actor(struct fault *fault)
{
    return fault_set(fault, FAULT_INVALID, "bad_actor",
                     "X-Actor is guest:<telegram_id>, owner:<uuid> or staff:<name>");
}

static bool actor_guest(struct slice value, struct api_caller *caller)
{
    int64_t id;

    /* One number, one spelling: histories and fingerprints compare the text. */
    if (value.len == 0 || value.at[0] == '0' || !parse_i64(value, 1, ACTOR_GUEST_MAX, &id))
        return false;
    caller->actor = ACTOR_GUEST;
    caller->guest_telegram_id = id;
    return true;
}

static bool actor_owner(struct slice value, struct api_caller *caller)
{
    struct uuid id;

    if (!uuid_parse(value, &id) || uuid_is_nil(&id))
        return false;
    caller->actor = ACTOR_OWNER;
    caller->owner_id = id;
    return true;
}

static bool actor_staff(struct slice value, struct api_caller *caller)
{
    if (value.len == 0 || value.len > ACTOR_NAME_MAX || value.at[0] == ' ' ||
        value.at[value.len - 1] == ' ')
        return false;
    if (!text_is_utf8(value) || text_has_control(value) ||
        memchr(value.at, '\t', value.len) != NULL)
        return false;
    caller->actor = ACTOR_STAFF;
    return true;
}

static const struct {
    const char *prefix;
    bool (*parse)(struct slice value, struct api_caller *caller);
} actors[] = {
    {"guest:", actor_guest},
    {"owner:", actor_owner},
    {"staff:", actor_staff},
};

static struct slice actor_of(const char *kind, const struct uuid *id, struct arena *arena)
{
    char room[ACTOR_ID_MAX];
    struct buf text;

    buf_init_over(&text, room, sizeof(room));
    buf_text(&text, kind);
    uuid_format(id, room + text.len);
    buf_advance(&text, UUID_TEXT_LEN);
    return arena_copy(arena, buf_as_slice(&text));
}

/* `owner:` in lower case, the rest as it came. */
static struct slice actor_spelling(struct slice text, struct arena *arena,
                                   const struct api_caller *caller)
{
    if (caller->actor != ACTOR_OWNER)
        return arena_copy(arena, text);
    return actor_of("owner:", &caller->owner_id, arena);
}

bool api_actor_parse(struct slice text, struct arena *arena, struct api_caller *caller,
                     struct fault *fault)
{
    for (size_t i = 0; i < sizeof(actors) / sizeof(actors[0]); i++) {
        struct slice prefix = slice_of(actors[i].prefix);
        struct api_caller acting = *caller;

        if (text.len < prefix.len || memcmp(text.at, prefix.at, prefix.len) != 0)
            continue;
        if (!actors[i].parse((struct slice){text.at + prefix.len, text.len - prefix.len}, &acting))
            return bad_actor(fault);
        acting.actor_text = actor_spelling(text, arena, &acting);
        if (acting.actor_text.at == NULL)
            return arena_fault(fault);
        *caller = acting;
        return true;
    }
    return bad_actor(fault);
}

bool api_actor_client(struct arena *arena, struct api_caller *caller, struct fault *fault)
{
    const struct slice text = actor_of("client:", &caller->client_id, arena);

    if (text.at == NULL)
        return arena_fault(fault);
    caller->actor = ACTOR_CLIENT;
    caller->actor_text = text;
    return true;
}

const struct api_caller *api_caller(const struct http_request *req)
{
    return req->caller;
}

bool api_caller_is_staff(const struct api_caller *caller)
{
    return caller->actor == ACTOR_CLIENT || caller->actor == ACTOR_STAFF;
}
