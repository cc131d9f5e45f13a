// SPDX-License-Identifier: MIT
#include "api/caller.h"

#include "base/embed.h"
#include "base/parse.h"
#include "base/text.h"
#include "http/request.h"

enum {
    ACTOR_ID_MAX = 64, /* length of "kind:" and a UUID */
    ACTORS_TEXT_MAX = 128
};

extern const struct embed_file api_callers_files[]; /* services/callers.txt */

/* True if `word` is a line of services/callers.txt. */
static bool is_listed(struct slice word)
{
    struct slice rest = embed_content(&api_callers_files[0]);

    while (rest.at != NULL)
        if (slice_equal(slice_cut(&rest, '\n'), word))
            return true;
    return false;
}

bool api_scope_is_system(struct slice scope)
{
    static const struct slice mark = {"system ", 7};
    struct slice rest = embed_content(&api_callers_files[0]);

    while (rest.at != NULL) {
        const struct slice line = slice_cut(&rest, '\n');

        if (slice_starts(line, mark) && slice_equal(slice_from(line, mark.len), scope))
            return true;
    }
    return false;
}

unsigned api_scope_get_system(const struct api_callers *callers)
{
    unsigned found = 0;

    for (size_t i = 0; i < callers->scope_count; i++)
        if (api_scope_is_system(slice_of(callers->scopes[i])))
            found |= 1U << i;
    return found;
}

const char *api_scope_name(const struct api_callers *callers, unsigned scope)
{
    for (size_t i = 0; i < callers->scope_count; i++)
        if ((scope >> i & 1) != 0)
            return callers->scopes[i];
    return "";
}

static unsigned scope_bit(const struct api_callers *callers, struct slice name)
{
    const size_t i = slice_find(name, callers->scopes, callers->scope_count);

    return i < callers->scope_count ? 1U << i : 0;
}

unsigned api_scope_bits(const struct api_callers *callers, struct slice text)
{
    unsigned found = 0;

    if (slice_is(text, "all"))
        return (1U << callers->scope_count) - 1;
    while (text.at != NULL)
        found |= scope_bit(callers, slice_cut(&text, ','));
    return found;
}

static bool is_scope(struct slice line)
{
    return line.len > 0 && line.at[0] != '#' && line.at[line.len - 1] != ':' &&
           memchr(line.at, ' ', line.len) == NULL;
}

bool api_scope_exists(const struct api_callers *callers, struct slice text)
{
    if (slice_is(text, "all"))
        return true;
    while (text.at != NULL) {
        const struct slice word = slice_cut(&text, ',');

        if (scope_bit(callers, word) == 0 && !(is_scope(word) && is_listed(word)))
            return false;
    }
    return true;
}

void api_scope_list(struct buf *out)
{
    struct slice rest = embed_content(&api_callers_files[0]);

    while (rest.at != NULL) {
        const struct slice line = slice_cut(&rest, '\n');

        if (!is_scope(line))
            continue;
        buf_char(out, ' ');
        buf_slice(out, line);
    }
}

static bool fault_bad_actor(const struct api_callers *callers, struct fault *fault)
{
    char room[ACTORS_TEXT_MAX];
    struct buf kinds;

    buf_init_over(&kinds, room, sizeof(room));
    for (size_t i = 0; i < callers->actor_count; i++)
        buf_printf(&kinds, ", %s:<%s>", callers->actors[i].name,
                   callers->actors[i].value == ACTOR_UUID ? "uuid" : "number");
    return fault_set(fault, FAULT_INVALID, "bad_actor", "X-Actor is one of staff:<name>%.*s",
                     SLICE_ARG(buf_as_slice(&kinds)));
}

/* Reads an actor's number. Accepts only one spelling of each number, because histories and
 * fingerprints compare the text. */
static bool read_actor_number(struct slice value, int64_t max, int64_t *number)
{
    return value.len > 0 && value.at[0] != '0' && parse_i64(value, 1, max, number);
}

static bool read_uuid(struct slice value, struct uuid *id)
{
    return uuid_parse(value, id) && !uuid_is_nil(id);
}

static bool is_name(struct slice value)
{
    return value.len > 0 && value.len <= ACTOR_NAME_MAX && value.at[0] != ' ' &&
           value.at[value.len - 1] != ' ' && text_is_utf8(value) && !text_has_control(value) &&
           memchr(value.at, '\t', value.len) == NULL;
}

static struct slice make_actor_text(const char *kind, const struct uuid *id, struct arena *arena)
{
    char room[ACTOR_ID_MAX];
    struct buf text;

    buf_init_over(&text, room, sizeof(room));
    buf_text(&text, kind);
    buf_char(&text, ':');
    uuid_format(id, room + text.len);
    buf_advance(&text, UUID_TEXT_LEN);
    return arena_copy(arena, buf_as_slice(&text));
}

/* Parses an actor of one of the service's kinds. A UUID is stored in lower case, other text as it
 * is. */
static bool read_own_actor(const struct api_actor_kind *kind, struct slice text, struct slice value,
                           struct arena *arena, struct api_caller *caller)
{
    switch (kind->value) {
    case ACTOR_NUMBER:
        caller->actor_text = arena_copy(arena, text);
        return read_actor_number(value, kind->max, &caller->actor_number);
    case ACTOR_UUID:
        if (!read_uuid(value, &caller->actor_id))
            return false;
        caller->actor_text = make_actor_text(kind->name, &caller->actor_id, arena);
        return true;
    }
    return false;
}

static bool read_staff_actor(struct slice text, struct slice value, struct arena *arena,
                             struct api_caller *caller)
{
    caller->actor = ACTOR_STAFF;
    caller->actor_text = arena_copy(arena, text);
    return is_name(value);
}

/* Sets the fault for a kind of actor that this service does not accept. */
static bool refuse_kind(const struct api_callers *callers, struct slice kind, struct fault *fault)
{
    const struct slice with_colon = {kind.at, kind.len + 1};

    if (!is_listed(with_colon))
        return fault_bad_actor(callers, fault);
    return fault_set(fault, FAULT_FORBIDDEN, "actor_not_accepted",
                     "This service does nothing for an actor %.*s", SLICE_ARG(kind));
}

static size_t find_own_kind(const struct api_callers *callers, struct slice kind)
{
    size_t i = 0;

    while (i < callers->actor_count && !slice_is(kind, callers->actors[i].name))
        i++;
    return i;
}

bool api_actor_parse(const struct api_callers *callers, struct slice text, struct arena *arena,
                     struct api_caller *caller, struct fault *fault)
{
    struct api_caller acting = *caller;
    struct slice value = text;
    const struct slice kind = slice_cut(&value, ':');
    size_t own;
    bool read;

    if (value.at == NULL)
        return fault_bad_actor(callers, fault);
    own = find_own_kind(callers, kind);
    if (own < callers->actor_count) {
        acting.actor = ACTOR_OWN + (unsigned)own;
        read = read_own_actor(&callers->actors[own], text, value, arena, &acting);
    } else if (slice_is(kind, "staff")) {
        read = read_staff_actor(text, value, arena, &acting);
    } else {
        return refuse_kind(callers, kind, fault);
    }
    if (!read)
        return fault_bad_actor(callers, fault);
    if (acting.actor_text.at == NULL)
        return arena_fault(fault);
    *caller = acting;
    return true;
}

bool api_actor_set_client(struct arena *arena, struct api_caller *caller, struct fault *fault)
{
    const struct slice text = make_actor_text("client", &caller->client_id, arena);

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

bool api_check_staff(const struct api_caller *caller, struct fault *fault)
{
    return api_caller_is_staff(caller) ||
           fault_set(fault, FAULT_FORBIDDEN, "forbidden", "This actor may not do that.");
}
