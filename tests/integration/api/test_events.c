// SPDX-License-Identifier: MIT
/* A consumer of a service's events reads each event once, in an order that loses none. */

#include "api/events_private.h"

#include "notes.h"

enum { TEXT_MAX = 1024, CURSOR_MAX = 256 };

#define WRITER "00000000-0000-7000-8000-000000000001"
#define TENANT "(SELECT id FROM api.tenant WHERE name = 'tests')"
/* Inserts a row of the outbox; its `data` names the writer. */
#define EVENT(type, tenant, writer)                                                                \
    "INSERT INTO notes.outbox (event_id, type, source, sequence, resource_type, resource_id,"      \
    " resource_version, tenant_id, data) VALUES (gen_random_uuid(), '" type                        \
    "', 'test', 1, 'note',"                                                                        \
    " gen_random_uuid(), 1, " tenant ", '{\"writer\":\"" writer "\"}')"

static void clean(void)
{
    stand_sql("TRUNCATE notes.outbox");
}

/* Appends the types of one page to `text`; `after` becomes the next cursor, which is never null. */
static void read_page(const char *actor, const char *query, char after[CURSOR_MAX], char *text)
{
    static struct reply reply;

    program_ask("GET", textf("/v1/events?%s%s%s", query, *after != '\0' ? "&after=" : "", after),
                key_all, actor != NULL ? HEADERS(actor) : NULL, NULL, &reply);
    ck_assert_msg(reply.status == 200, "%ld %s", reply.status, reply.body);
    json_t *page = json_loads(reply.body, 0, NULL);
    const json_t *items = json_object_get(page, "items");
    for (size_t i = 0; i < json_array_size(items); i++) {
        const char *type = text_at(json_array_get(items, i), "type");

        ck_assert_uint_lt(strlen(text) + strlen(type) + 2, TEXT_MAX);
        strcat(strcat(text, type), " ");
    }
    ck_assert(json_is_string(json_object_get(page, "next_cursor")));
    snprintf(after, CURSOR_MAX, "%s", text_at(page, "next_cursor"));
    json_decref(page);
}

/* Reads until the wanted events have arrived: open transactions of other suites delay readers. */
static void follow(const char *actor, char after[CURSOR_MAX], const char *wanted)
{
    char text[TEXT_MAX] = "";

    wait_until((read_page(actor, "limit=2", after, text), strlen(text) >= strlen(wanted)),
               "%s, not %s", text, wanted);
    ck_assert_str_eq(text, wanted);
}

TEST_CASE("events", .setup_once = program_begin, .teardown_once = program_end, .setup = clean);

TEST(cursor_returns_events_in_order_and_is_never_null)
{
    char after[CURSOR_MAX] = "";

    follow(NULL, after, "");
    for (int i = 0; i < 3; i++) {
        ck_ask(201, "POST", "/v1/notes", key_all, NULL, textf("{\"text\":\"event %d\"}", i));
    }
    follow(NULL, after, "note.written note.written note.written ");
    follow(NULL, after, "");
    stand_sql(EVENT("last", TENANT, WRITER));
    follow(NULL, after, "last ");
}

static long flushes(void)
{
    static const char name[] = "\ndb_flushes_total ";

    program_ask("GET", "/metrics", NULL, NULL, NULL, &answer);
    const char *at = strstr(answer.body, name);
    ck_assert_ptr_nonnull(at);
    return strtol(at + strlen(name), NULL, 10);
}

TEST(page_with_events_waits_until_they_are_on_the_disk)
{
    char after[CURSOR_MAX] = "";

    follow(NULL, after, ""); /* stores also when the key was used */
    stand_sql(EVENT("new", TENANT, WRITER));
    const long before = flushes();
    follow(NULL, after, "new ");
    ck_assert_int_gt(flushes(), before);
}

TEST(event_names_type_and_resource)
{
    char after[CURSOR_MAX] = "";

    ck_ask(201, "POST", "/v1/notes", key_all, NULL, "{\"text\":\"told\"}");
    follow(NULL, after, "note.written ");
    program_ask("GET", "/v1/events", key_all, NULL, NULL, &answer);
    json_t *page = json_loads(answer.body, 0, NULL);
    json_t *event = value_at(page, "items.0");
    const char *type, *note, *data, *text, *id, *at;
    int sequence, version;

    ck_assert_int_eq(json_unpack_ex(event, NULL, JSON_STRICT,
                                    "{s:s, s:s, s:s, s:i, s:{s:s, s:s, s:i !}, s:{s:s, s:s !} !}",
                                    "id", &id, "type", &type, "occurred_at", &at, "sequence",
                                    &sequence, "resource", "type", &note, "id", &data, "version",
                                    &version, "data", "id", &id, "text", &text),
                     0);
    ck_assert_str_eq(type, "note.written");
    ck_assert_str_eq(note, "note");
    ck_assert_str_eq(text, "told");
    ck_assert_str_eq(data, id);
    ck_assert_int_eq(sequence, 1);
    ck_assert_int_eq(version, 1);
    ck_assert_int_eq(at[strlen(at) - 1], 'Z');
    json_decref(page);
}

TEST(late_commit_is_not_lost_before_the_cursor)
{
    char after[CURSOR_MAX] = "";
    PGconn *held = stand_hold(EVENT("early", TENANT, WRITER));

    stand_sql(EVENT("late", TENANT, WRITER));
    for (int i = 0; i < 3; i++)
        follow(NULL, after, "");
    stand_commit(held);
    follow(NULL, after, "early late ");
}

TEST(caller_reads_only_permitted_events)
{
    char all[CURSOR_MAX] = "", own[CURSOR_MAX] = "", staff[CURSOR_MAX] = "";

    stand_sql(EVENT("theirs", "gen_random_uuid()", WRITER));
    stand_sql(EVENT("anothers", TENANT, "00000000-0000-7000-8000-000000000002"));
    stand_sql(EVENT("mine", TENANT, WRITER));
    follow(NULL, all, "anothers mine ");
    follow("X-Actor: staff:Aigul", staff, "anothers mine ");
    follow("X-Actor: writer:" WRITER, own, "mine ");
    ck_ask(403, "GET", "/v1/events", key_all, HEADERS("X-Actor: reader:1"), NULL);
    ck_has(answer.body, "\"not_for_readers\"");
}

/* A writer polls a tenant whose other events are many. Each page reads a part of them. */
TEST(page_of_a_part_reads_a_limited_number_of_events)
{
    char own[CURSOR_MAX] = "", all[CURSOR_MAX] = "", before[CURSOR_MAX];
    char text[TEXT_MAX] = "";
    int pages = 0;

    stand_sql("INSERT INTO notes.outbox (event_id, type, source, sequence, resource_type,"
              " resource_id, resource_version, tenant_id, data) SELECT gen_random_uuid(), 'other',"
              " 'test', 1, 'note', gen_random_uuid(), 1, " TENANT ", '{}'"
              " FROM generate_series(1, %d)",
              2 * EVENTS_SCAN_MAX + 1);
    follow(NULL, all, "other other ");
    do {
        strcpy(before, own);
        read_page("X-Actor: writer:" WRITER, "limit=2", own, text);
        pages++;
    } while (strcmp(before, own) != 0);
    ck_assert_int_eq(pages, 4);
    ck_assert_str_eq(text, "");
    stand_sql(EVENT("mine", TENANT, WRITER));
    follow("X-Actor: writer:" WRITER, own, "mine ");
    own[0] = '\0';
    follow("X-Actor: writer:" WRITER, own, "mine ");
}

/* The end of the rows that a page has read is no end of the events. */
TEST(late_commit_is_not_lost_behind_events_of_others)
{
    char own[CURSOR_MAX] = "";
    PGconn *held = stand_hold(EVENT("mine", TENANT, WRITER));

    stand_sql(EVENT("other", TENANT, "00000000-0000-7000-8000-000000000002"));
    for (int i = 0; i < 3; i++)
        follow("X-Actor: writer:" WRITER, own, "");
    stand_commit(held);
    follow("X-Actor: writer:" WRITER, own, "mine ");
}

TEST(by_default_only_staff_read_events)
{
    char after[CURSOR_MAX] = "";

    other_start("events for staff");
    program_ready();
    stand_sql(EVENT("mine", TENANT, WRITER));
    follow("X-Actor: staff:Aigul", after, "mine ");
    ck_ask(403, "GET", "/v1/events", key_all, HEADERS("X-Actor: writer:" WRITER), NULL);
    ck_has(answer.body, "\"forbidden\"");
    other_stop();
}

static const char *const cursors[] = {"x", "", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};

TEST_ROWS(forged_cursor_is_refused, cursors)
{
    ck_ask(422, "GET", textf("/v1/events?after=%s", *row), key_all, NULL, NULL);
    ck_has(answer.body, "\"bad_cursor\"");
    ck_has(answer.body, "\"after\"");
}

/* --- types, the end, a time --- */

TEST(types_select_events_by_name_or_first_part)
{
    char exact[CURSOR_MAX] = "", part[CURSOR_MAX] = "", text[TEXT_MAX] = "";

    stand_sql(EVENT("note.closed", TENANT, WRITER));
    stand_sql(EVENT("notes.other", TENANT, WRITER));
    stand_sql(EVENT("note.written", TENANT, WRITER));
    wait_until((*text = '\0', *exact = '\0', read_page(NULL, "types=note.written", exact, text),
                *text != '\0'),
               "no event");
    ck_assert_str_eq(text, "note.written ");
    *text = '\0';
    read_page(NULL, "types=note.*,note.closed", part, text);
    ck_assert_str_eq(text, "note.closed note.written ");
    *text = '\0';
    read_page("X-Actor: writer:00000000-0000-7000-8000-000000000002", "types=note.*", part, text);
    ck_assert_str_eq(text, "");
}

static const char *const strange_types[] = {"note",     "note.", "note.bogus",    "*",     ".*",
                                            "note.*.*", "not.*", "note.written,", "NOTE.*"};

TEST_ROWS(unknown_type_is_refused, strange_types)
{
    ck_ask(422, "GET", textf("/v1/events?types=%s", *row), key_all, NULL, NULL);
    ck_has(answer.body, "\"field\":\"types");
}

TEST(after_now_begins_at_the_end_and_loses_no_running_transaction)
{
    char now[CURSOR_MAX] = "now", text[TEXT_MAX] = "";

    stand_sql(EVENT("old", TENANT, WRITER));
    PGconn *held = stand_hold(EVENT("running", TENANT, WRITER));

    read_page(NULL, "limit=2", now, text);
    stand_sql(EVENT("new", TENANT, WRITER));
    stand_commit(held);
    follow(NULL, now, strcmp(text, "") == 0 ? "running new " : "new ");
}
