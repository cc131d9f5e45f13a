// SPDX-License-Identifier: MIT
#include "api/caller.h"

#include "base/embed.h"
#include "base/parse.h"
#include "base/text.h"
#include "base/value.h"
#include "http/request.h"

enum {
    ACTOR_ID_MAX = 64, /* length of "kind:" and a UUID */
    ACTORS_TEXT_MAX = 128
};

extern const struct embed_file api_callers_files[]; /* services/callers.txt */

/* True if `word` is a line of services/callers.txt. */
static bool is_line_of_callers_file(struct slice word)
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

unsigned api_scope_get_system_bits(const struct api_callers *callers)
{
    unsigned found = 0;

    for (size_t i = 0; i < callers->scope_count; i++)
        if (api_scope_is_system(slice_of(callers->scopes[i])))
            found |= 1U << i;
    return found;
}

const char *api_scope_name_lowest(const struct api_callers *callers, unsigned scope_bits)
{
    for (size_t i = 0; i < callers->scope_count; i++)
        if ((scope_bits >> i & 1) != 0)
            return callers->scopes[i];
    return "";
}

static unsigned find_scope_bit(const struct api_callers *callers, struct slice name)
{
    const size_t i = slice_find(name, callers->scopes, callers->scope_count);

    return i < callers->scope_count ? 1U << i : 0;
}

unsigned api_scope_bits_from_names(const struct api_callers *callers, struct slice names)
{
    unsigned found = 0;

    if (slice_is(names, "all"))
        return (1U << callers->scope_count) - 1;
    while (names.at != NULL)
        found |= find_scope_bit(callers, slice_cut(&names, ','));
    return found;
}

static bool is_scope_line(struct slice line)
{
    return line.len > 0 && line.at[0] != '#' && line.at[line.len - 1] != ':' &&
           memchr(line.at, ' ', line.len) == NULL;
}

bool api_scopes_are_all_known(const struct api_callers *callers, struct slice names)
{
    if (slice_is(names, "all"))
        return true;
    while (names.at != NULL) {
        const struct slice word = slice_cut(&names, ',');

        if (find_scope_bit(callers, word) == 0 &&
            !(is_scope_line(word) && is_line_of_callers_file(word)))
            return false;
    }
    return true;
}

void api_scope_append_all_names(struct buf *out)
{
    struct slice rest = embed_content(&api_callers_files[0]);

    while (rest.at != NULL) {
        const struct slice line = slice_cut(&rest, '\n');

        if (!is_scope_line(line))
            continue;
        buf_char(out, ' ');
        buf_slice(out, line);
    }
}

static bool fault_bad_actor(const struct api_callers *callers, struct fault *fault)
{
    char room[ACTORS_TEXT_MAX];
    struct buf kinds = buf_over(room, sizeof room);

    for (size_t i = 0; i < callers->actor_count; i++)
        buf_printf(&kinds, ", %s:<%s>", callers->actors[i].name,
                   callers->actors[i].value == ACTOR_UUID ? "uuid" : "number");
    return fault_set(fault, FAULT_INVALID, "bad_actor", "X-Actor is one of staff:<name>%.*s",
                     SLICE_ARG(buf_as_slice(&kinds)));
}

/* Reads an actor's number. Accepts only one spelling of each number, because histories and
 * fingerprints compare the text. */
static bool parse_actor_number(struct slice value, int64_t max, int64_t *number)
{
    return value.len > 0 && value.at[0] != '0' && parse_i64(value, 1, max, number);
}

static bool parse_nonnil_uuid(struct slice value, struct uuid *id)
{
    return uuid_parse(value, id) && !uuid_is_nil(id);
}

static bool is_actor_name(struct slice value)
{
    return value.len > 0 && value.len <= ACTOR_NAME_MAX && value.at[0] != ' ' &&
           value.at[value.len - 1] != ' ' && text_is_utf8(value) && !text_has_control(value) &&
           memchr(value.at, '\t', value.len) == NULL;
}

static struct slice format_actor(const char *kind, const struct uuid *id, struct arena *arena)
{
    char room[ACTOR_ID_MAX];
    struct buf text = buf_over(room, sizeof room);

    buf_text(&text, kind);
    buf_char(&text, ':');
    uuid_format(id, room + text.len);
    buf_advance(&text, UUID_TEXT_LEN);
    return arena_copy(arena, buf_as_slice(&text));
}

/* Parses an actor of one of the service's kinds. A UUID is stored in lower case, other text as it
 * is. */
static bool parse_actor_of_kind(const struct api_actor_kind *kind, struct slice text,
                                struct slice value, struct arena *arena, struct api_caller *caller)
{
    switch (kind->value) {
    case ACTOR_NUMBER:
        caller->actor_text = arena_copy(arena, text);
        return parse_actor_number(value, kind->max, &caller->actor_number);
    case ACTOR_UUID:
        if (!parse_nonnil_uuid(value, &caller->actor_id))
            return false;
        caller->actor_text = format_actor(kind->name, &caller->actor_id, arena);
        return true;
    }
    return false;
}

static bool parse_staff_actor(struct slice text, struct slice value, struct arena *arena,
                              struct api_caller *caller)
{
    caller->actor = ACTOR_STAFF;
    caller->actor_text = arena_copy(arena, text);
    return is_actor_name(value);
}

/* Sets the fault for a kind of actor that this service does not accept. */
static bool refuse_actor_kind(const struct api_callers *callers, struct slice kind,
                              struct fault *fault)
{
    const struct slice with_colon = {kind.at, kind.len + 1};

    if (!is_line_of_callers_file(with_colon))
        return fault_bad_actor(callers, fault);
    return fault_set(fault, FAULT_FORBIDDEN, "actor_not_accepted",
                     "This service does nothing for an actor %.*s", SLICE_ARG(kind));
}

static size_t find_actor_kind_index(const struct api_callers *callers, struct slice kind)
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
    own = find_actor_kind_index(callers, kind);
    if (own < callers->actor_count) {
        acting.actor = ACTOR_OWN + (unsigned)own;
        read = parse_actor_of_kind(&callers->actors[own], text, value, arena, &acting);
    } else if (slice_is(kind, "staff")) {
        read = parse_staff_actor(text, value, arena, &acting);
    } else {
        return refuse_actor_kind(callers, kind, fault);
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
    const struct slice text = format_actor("client", &caller->client_id, arena);

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

bool api_caller_own_number(const struct api_caller *caller, int64_t *number)
{
    if (*number == FIELD_ABSENT)
        *number = caller->actor_number;
    return *number == caller->actor_number;
}

bool api_caller_own_id(const struct api_caller *caller, struct uuid *id)
{
    if (uuid_is_nil(id))
        *id = caller->actor_id;
    return uuid_equal(id, &caller->actor_id);
}
