// SPDX-License-Identifier: MIT
/* The smallest service possible, for tests of common/api: notes with a unique text. */

#include "api/service.h"
#include "base/now.h"
#include "base/parse.h"

#include "support/patience.h"

extern const struct embed_file notes_schema_files[];
extern const size_t notes_schema_file_count;

enum { NOTE_READ = 1 << 0, NOTE_WRITE = 1 << 1, NOTE_ADMIN = 1 << 2, NOTE_ACT = 1 << 3 };

struct notes {
    struct service *service; /* first */
    int64_t dropped;         /* how often an after-commit callback ran */
};

struct note {
    struct uuid id;
    struct slice text;
    int64_t pause_ms;
};

// clang-format off
#define AT(member) .offset = offsetof(struct note, member)
static const struct field note_items[] = {
    {.name = "id",       .type = FIELD_UUID, AT(id),       .flags = FIELD_READ_ONLY},
    {.name = "text",     .type = FIELD_TEXT, AT(text),     .flags = FIELD_REQUIRED, .min = 1, .max = 200},
    {.name = "pause_ms", .type = FIELD_INT,  AT(pause_ms), .flags = FIELD_WRITE_ONLY, .min = 0, .max = 5000},
};
// clang-format on
static const struct fields note_fields = FIELDS_OF(note_items, struct note);

static const struct db_constraint note_constraints[] = {
    {"note_text_once", FAULT_CONFLICT, "text_taken", "text", "There is a note of this text"},
    {0   },
};
static const struct db_statement sql_insert = {
    .name = "note_insert",
    .sql = "INSERT INTO note (id, tenant_id, text) VALUES ($1::uuid, $2::uuid, $3::text)",
    .constraints = note_constraints,
};
static const struct db_statement sql_remove = {
    .name = "note_remove",
    .sql = "DELETE FROM note WHERE id = $1::uuid AND tenant_id = $2::uuid",
};
static const struct db_statement sql_pause = {
    .name = "note_pause",
    .sql = "SELECT pg_sleep($1::bigint / 1000.0)",
};

static void count_drop(void *arg)
{
    struct notes *notes = arg;

    notes->dropped++;
}

/* The handler of a change. */
#define CHANGE(name, write)                                                                        \
    static enum http_status name(void *data, const struct http_request *req,                       \
                                 struct http_response *res)                                        \
    {                                                                                              \
        return api_change(((struct notes *)data)->service->changes, req, res, write, data);        \
    }

static bool note_write(struct change *change, void *arg, struct http_response *res,
                       struct fault *fault)
{
    struct note note = {.id = uuid_make()};
    struct fields_seen seen;
    struct slice location;
    auto_rows struct db_rows rows = {0};

    if (!http_request_decode(change->req, &note_fields, false, &note, &seen, fault))
        return false;
    if (note.pause_ms > 0 &&
        !db_query(change->tx, &sql_pause, DB_VALUES(db_int(note.pause_ms)), &rows, fault))
        return false;
    change_write(
        change, &sql_insert,
        DB_VALUES(db_uuid(&note.id), db_uuid(&change->caller->tenant_id), db_text(note.text)));
    fields_encode(&note_fields, &note, false, &res->body);
    change_event(change, "note.written", "note", &note.id, 1,
                 arena_copy(change->arena, buf_as_slice(&res->body)));
    change_audit(change, "write", "note", &note.id, 1);
    change_after_commit(change, count_drop, arg);
    location = arena_printf(change->arena, "/v1/notes/%lld", (long long)change->now_us);
    http_reply_header(res, "Location", location);
    http_reply_resource(change->req, res, HTTP_CREATED, 1);
    return true;
}

CHANGE(post_note, note_write)

static bool note_remove(struct change *change, void *arg, struct http_response *res,
                        struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct uuid id;

    if (!http_request_uuid(change->req, 0, &id, fault))
        return false;
    if (!db_query(change->tx, &sql_remove,
                  DB_VALUES(db_uuid(&id), db_uuid(&change->caller->tenant_id)), &rows, fault))
        return false;
    if (rows.affected == 0)
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such note");
    change_audit(change, "remove", "note", &id, 2);
    http_reply_empty(res);
    if (change->dry_run) {
        buf_text(&res->body, "{\"deleted\":");
        buf_json_string(&res->body, change->req->params[0]);
        buf_char(&res->body, '}');
    }
    return true;
}

CHANGE(delete_note, note_remove)

static bool many_write(struct change *change, void *arg, struct http_response *res,
                       struct fault *fault)
{
    for (int i = 0; i < 8; i++) {
        struct uuid id = uuid_make();
        char text[UUID_TEXT_LEN + 1];

        uuid_format(&id, text);
        change_write(change, &sql_insert,
                     DB_VALUES(db_uuid(&id), db_uuid(&change->caller->tenant_id),
                               db_text(arena_copy(change->arena, slice_of(text)))));
        change_event(change, "note.many", "note", &id, 1, SLICE("{}"));
        change_audit(change, "many", "note", &id, 1);
    }
    buf_text(&res->body, "{}");
    http_reply_json(res, HTTP_OK);
    return true;
}

CHANGE(post_many, many_write)

static bool too_many_write(struct change *change, void *arg, struct http_response *res,
                           struct fault *fault)
{
    struct uuid id = uuid_make();

    if (!many_write(change, arg, res, fault))
        return false;
    change_audit(change, "many", "note", &id, 1);
    return true;
}

CHANGE(post_too_many, too_many_write)

static bool starved_write(struct change *change, void *arg, struct http_response *res,
                          struct fault *fault)
{
    const struct uuid id = uuid_make();

    buf_text(&res->body, "{}");
    http_reply_json(res, HTTP_OK);
    while (arena_alloc(change->arena, 64) != NULL)
        continue;
    if (change->req->headers[HTTP_H_IDEMPOTENCY_KEY].at == NULL)
        change_audit(change, "starved", "note", &id, 1);
    return true;
}

/* In a full arena nothing can be queued: no audit row and, with an Idempotency-Key, no answer. */
CHANGE(post_starved, starved_write)

static bool tick_write(struct change *change, void *arg, struct fault *fault)
{
    const struct uuid *id = arg;

    if (!change_if_match(change, 1, fault))
        return false;
    change_event(change, "note.ticked", "note", id, 1, SLICE("{}"));
    change_audit(change, "tick", "note", id, 1);
    return true;
}

/* What a background task would do. */
static enum http_status post_tick(void *data, const struct http_request *req,
                                  struct http_response *res)
{
    struct notes *notes = data;
    struct uuid id = uuid_make();
    struct fault fault;

    if (!api_task(notes->service->changes, &api_caller(req)->tenant_id, tick_write, &id, &fault) ||
        !api_changes_delete_old_replies(notes->service->changes, &fault))
        return http_reply_fault(req, res, &fault);
    buf_text(&res->body, "{}");
    return http_reply_json(res, HTTP_OK);
}

static enum http_status get_whoami(void *data, const struct http_request *req,
                                   struct http_response *res)
{
    struct notes *notes = data;

    buf_text(&res->body, "{\"actor\":");
    buf_json_string(&res->body, api_caller(req)->actor_text);
    buf_printf(&res->body, ",\"test_key\":%s,\"dropped\":%lld}",
               api_caller(req)->test_key ? "true" : "false", (long long)notes->dropped);
    return http_reply_json(res, HTTP_OK);
}

__typeof__(now_mono_ns) __real_now_mono_ns, __wrap_now_mono_ns;
__typeof__(now_wall_us) __real_now_wall_us, __wrap_now_wall_us;

/* The times at which the clocks are stopped, or how far they are ahead. */
static struct {
    bool is_stopped;
    int64_t mono_ns, wall_us;
} clocks;

int64_t __wrap_now_mono_ns(void)
{
    return clocks.mono_ns + (clocks.is_stopped ? 0 : __real_now_mono_ns());
}

int64_t __wrap_now_wall_us(void)
{
    return clocks.wall_us + (clocks.is_stopped ? 0 : __real_now_wall_us());
}

/* :move is "go", or the milliseconds by which the clocks move before they are stopped. */
static enum http_status post_clock(void *data, const struct http_request *req,
                                   struct http_response *res)
{
    int64_t ms;

    clocks.mono_ns = now_mono_ns();
    clocks.wall_us = now_wall_us();
    clocks.is_stopped = parse_i64(req->params[0], 0, INT32_MAX, &ms);
    clocks.mono_ns += clocks.is_stopped ? ms * NS_PER_MS : -__real_now_mono_ns();
    clocks.wall_us += clocks.is_stopped ? ms * US_PER_MS : -__real_now_wall_us();
    buf_printf(&res->body, "%lld", (long long)now_wall_us());
    return http_reply_json(res, HTTP_OK);
}

// clang-format off
#define ROUTE(method_, path_, scope_, handler_, flags_)                                            \
    {.method = (method_), .path = (path_), .scope = (scope_), .handler = (handler_), .flags = (flags_)}
#define CLOCK_ROUTE ROUTE(HTTP_POST, "/v1/clock/:move", 0, post_clock, HTTP_ROUTE_OPEN | HTTP_ROUTE_ACTION)

static const struct http_route routes[] = {
    SERVICE_ROUTES,
    ROUTE(HTTP_POST,   "/v1/notes",     NOTE_WRITE, post_note,           0),
    ROUTE(HTTP_DELETE, "/v1/notes/:id", NOTE_WRITE, delete_note,         0),
    ROUTE(HTTP_POST,   "/v1/many",      NOTE_WRITE, post_many,           HTTP_ROUTE_ACTION),
    ROUTE(HTTP_POST,   "/v1/too-many",  NOTE_WRITE, post_too_many,       HTTP_ROUTE_ACTION),
    ROUTE(HTTP_POST,   "/v1/starved",   NOTE_WRITE, post_starved,        HTTP_ROUTE_ACTION),
    ROUTE(HTTP_POST,   "/v1/tick",      NOTE_ADMIN, post_tick,           HTTP_ROUTE_ACTION),
    ROUTE(HTTP_GET,    "/v1/whoami",    NOTE_READ,  get_whoami,          0),
    ROUTE(HTTP_GET,    "/v1/bearer",    NOTE_READ,  get_whoami,          HTTP_ROUTE_BEARER),
    ROUTE(HTTP_GET,    "/v1/events",    NOTE_READ,  service_get_events,  0),
    CLOCK_ROUTE,
};
static const struct http_route key_routes[] = {
    SERVICE_ROUTES,
    CLOCK_ROUTE,
    ROUTE(HTTP_GET,    "/v1/whoami",    NOTE_READ,  get_whoami,          0),
};
// clang-format on

static void *start(struct service *service, const void *config, struct fault *fault)
{
    struct notes *notes = calloc(1, sizeof *notes);

    if (notes == NULL)
        arena_fault(fault);
    else
        notes->service = service;
    return notes;
}

/* NOTES_KEYS: the file in which valid keys are stored, appended one after another; the last entry
 * of a hash counts. */
static void keep_key(void *data, const struct api_key_kept *key)
{
    FILE *file = fopen(getenv("NOTES_KEYS"), "ab");

    if (file == NULL || fwrite(key, sizeof *key, 1, file) != 1)
        abort();
    fclose(file);
}

static void *start_with_keys(struct service *service, const void *config, struct fault *fault)
{
    const struct api_key_persistence keeper = {.keep = keep_key};
    FILE *file = fopen(getenv("NOTES_KEYS"), "rb");
    struct api_key_kept kept;

    while (file != NULL && fread(&kept, sizeof kept, 1, file) == 1)
        if (kept.checked_us != 0)
            api_keys_add_persisted(service->keys, &kept);
    if (file != NULL)
        fclose(file);
    api_keys_set_persistence(service->keys, &keeper);
    return start(service, config, fault);
}

/* Data of handlers that does not begin with struct service_data. */
static void *start_headless(struct service *service, const void *config, struct fault *fault)
{
    struct service **data = calloc(2, sizeof *data);

    data[1] = service;
    return data;
}

/* Ids of writers begin with 0. */
static bool writer_known(void *data, const struct api_caller *caller, struct fault *fault)
{
    if (caller->actor_id.bytes[0] == 0)
        return true;
    return fault_set(fault, FAULT_INVALID, "bad_actor", "There is no such writer");
}

enum { ACTOR_READER = ACTOR_OWN, ACTOR_WRITER };

/* A writer reads the writer's own events; a reader reads none. */
static bool events_part(const struct api_caller *caller, struct events_part *part,
                        struct fault *fault)
{
    if (caller->actor == ACTOR_READER)
        return fault_set(fault, FAULT_FORBIDDEN, "not_for_readers", "Readers read notes");
    if (caller->actor == ACTOR_WRITER)
        *part = (struct events_part){.member = "writer", .id = caller->actor_id};
    return true;
}

static const char *const event_types[] = {"note.written", "note.closed", NULL};

static const char *const scopes[] = {"note:read", "note:write", "note:admin", "note:act"};
// clang-format off
static const struct api_actor_kind actors[] = {
    {.name = "reader", .value = ACTOR_NUMBER, .max = 1000, .scopes = NOTE_READ},
    {.name = "writer", .value = ACTOR_UUID, .known = writer_known, .scopes = NOTE_READ | NOTE_WRITE | NOTE_ADMIN},
    {.name = "nobody", .value = ACTOR_NUMBER, .max = 1000}, /* has no rights */
};
// clang-format on
static const struct api_callers callers = {
    .scopes = scopes,
    .scope_count = ARRAY_LEN(scopes),
    .actor_scope = NOTE_ACT,
    .actors = actors,
    .actor_count = ARRAY_LEN(actors),
};

static void need_keys_only(struct service_definition *definition)
{
    definition->needs = NEEDS_KEYS;
    definition->set_count = 0;
    definition->routes = key_routes;
    definition->route_count = ARRAY_LEN(key_routes);
}

static bool refuse(const void *config, FILE *errors)
{
    const struct service_config *common = config;

    fprintf(errors, "%s.yaml:1: is refused\n", common->environment);
    return false;
}

/* Other kinds of service, selected by NOTES_AS. */
static void become(struct service_definition *definition, const char *as)
{
    if (strcmp(as, "events for staff") == 0)
        definition->events = NULL;
    else if (strcmp(as, "headless") == 0)
        definition->start = start_headless;
    else if (strcmp(as, "without a schema") == 0)
        definition->set_count = 0;
    else if (strcmp(as, "refused by its check") == 0)
        definition->check = refuse;
    else if (strcmp(as, "keys") == 0)
        need_keys_only(definition);
    else if (strcmp(as, "kept keys") == 0) {
        need_keys_only(definition);
        definition->start = start_with_keys;
    }
    definition->name = "notes-other";
}

/* Without NOTES_IMPATIENT no statement times out, however slow the machine. */
__typeof__(db_options_defaults) __real_db_options_defaults, __wrap_db_options_defaults;
void __wrap_db_options_defaults(struct db_options *options)
{
    __real_db_options_defaults(options);
    if (getenv("NOTES_IMPATIENT") != NULL)
        return;
    options->connect_ms = options->wait_ms = options->idle_ms = patience_ms(0);
    options->statement_ms = options->exclusive_statement_ms = options->lock_ms = patience_ms(0);
}

int main(int argc, char **argv)
{
    const struct db_migration_set set = {
        .schema = "notes", .files = notes_schema_files, .count = notes_schema_file_count};
    const char *as = getenv("NOTES_AS");
    struct service_definition definition = {
        .name = "notes-api",
        .default_port = 7099,
        .config_size = sizeof(struct service_config),
        .routes = routes,
        .route_count = ARRAY_LEN(routes),
        .callers = &callers,
        .sets = &set,
        .set_count = 1,
        .search_path = "notes, api",
        .events = events_part,
        .event_types = event_types,
        .openapi = SLICE("{\"openapi\":\"3.1.0\"}"),
        .start = start,
        .stop = free,
    };

    if (as != NULL)
        become(&definition, as);
    return service_main(argc, argv, &definition);
}
