// SPDX-License-Identifier: MIT
#include "api/caller.h"

#include "support/scratch.h"

enum { SCOPE_READ = 1, SCOPE_WRITE = 2, SCOPE_ACT = 4 };
enum { ACTOR_GUEST = ACTOR_OWN, ACTOR_OWNER };

static const char *const scopes[] = {"search:read", "search:write", "own:act"};
static const struct api_actor_kind kinds[] = {
    {.name = "guest", .value = ACTOR_NUMBER, .max = INT64_C(1) << 52},
    {.name = "owner",               .value = ACTOR_UUID                     },
};
static const struct api_callers callers = {
    .scopes = scopes,
    .scope_count = ARRAY_LEN(scopes),
    .actors = kinds,
    .actor_count = ARRAY_LEN(kinds),
};
static const struct api_callers nobody = {0};

static const struct {
    const char *why, *text;
    bool exists;
    unsigned bits;
} scope_cases[] = {
    {"one",                                      "search:read",              true,  SCOPE_READ                          },
    {"two",                                      "search:read,search:write", true,  SCOPE_READ | SCOPE_WRITE            },
    {"the same twice",                           "search:read,search:read",  true,  SCOPE_READ                          },
    {"all scopes",                               "all",                      true,  SCOPE_READ | SCOPE_WRITE | SCOPE_ACT},
    {"a scope in the service's own list only",   "own:act",                  true,  SCOPE_ACT                           },
    {"a scope of another service",               "health:admin",             true,  0                                   },
    {"the mark of a scope of the tenant system", "system health:admin",      false, 0                                   },
    {"scopes of this and another service",       "bot:send,search:read",     true,  SCOPE_READ                          },
    {"nothing",                                  "",                         false, 0                                   },
    {"an unknown scope",                         "search:fly",               false, 0                                   },
    {"a comma at the end",                       "search:read,",             false, SCOPE_READ                          },
    {"a comma at the start",                     ",search:read",             false, SCOPE_READ                          },
    {"a blank",                                  "search:read, bot:send",    false, SCOPE_READ                          },
    {"all is not an item of a list",             "all,search:read",          false, SCOPE_READ                          },
    {"upper case",                               "Search:read",              false, 0                                   },
    {"a kind of actor",                          "guest:",                   false, 0                                   },
};

TEST_ROWS_WHY(scopes_are_read_from_their_names, scope_cases)
{
    struct slice text = slice_of(row->text);

    ck_assert(api_scopes_are_all_known(&callers, text) == row->exists);
    ck_assert(api_scope_bits_from_names(&callers, text) == row->bits);
}

TEST(every_scope_has_a_name_that_reads_back)
{
    for (unsigned i = 0; i < callers.scope_count; i++) {
        struct slice name = slice_of(api_scope_name_lowest(&callers, 1U << i));

        ck_assert_uint_eq(api_scope_bits_from_names(&callers, name), 1U << i);
    }
    ck_assert_str_eq(api_scope_name_lowest(&callers, 1U << callers.scope_count), "");
}

TEST(scopes_of_the_tenant_system_are_marked_in_the_list)
{
    static const char *const names[] = {"health:read", "own:act", "health:beat", "search:read"};
    const struct api_callers some = {.scopes = names, .scope_count = 4};

    ck_assert_uint_eq(api_scope_get_system_bits(&some), 1U << 0 | 1U << 2);
    ck_assert(api_scope_is_system(SLICE("health:admin")));
    ck_assert(!api_scope_is_system(SLICE("health")));
    ck_assert(!api_scope_is_system(SLICE("all")));
    ck_assert(!api_scope_is_system(SLICE("")));
    ck_assert_str_eq(api_scope_name_lowest(&some, 1U << 3 | 1U << 2), "health:beat");
}

TEST(service_without_scopes_accepts_scopes_of_others)
{
    ck_assert_uint_eq(api_scope_bits_from_names(&nobody, SLICE("all")), 0);
    ck_assert(api_scopes_are_all_known(&nobody, SLICE("search:read,bot:send")));
    ck_assert(!api_scopes_are_all_known(&nobody, SLICE("own:act")));
}

TEST(the_list_of_scopes_has_scopes_only)
{
    char room[1024];
    struct buf out = buf_over(room, sizeof room);

    api_scope_append_all_names(&out);
    buf_char(&out, '\0');
    ck_assert(!out.failed);
    ck_has(room, " search:read search:write ");
    ck_lacks(room, "guest");
    ck_assert_ptr_null(strchr(room, '#'));
    /* Words include the first and the last of the list. */
    for (char *word = strtok(room, " "); word != NULL; word = strtok(NULL, " "))
        ck_assert_msg(api_scopes_are_all_known(&nobody, slice_of(word)), "%s", word);
}

#define OWNER "01890a5d-ac96-774b-bcce-b302099a8057"
#define TEN   "0123456789"

static const struct {
    const char *why, *text;
    bool ok;
    unsigned kind;
    const char *spelling;
} actor_cases[] = {
    {"a guest",                    "guest:77",                                           true,  ACTOR_GUEST, "guest:77"      },
    {"Telegram's largest id",      "guest:4503599627370496",                             true,  ACTOR_GUEST,
     "guest:4503599627370496"                                                                                                },
    {"beyond Telegram's ids",      "guest:4503599627370497",                             false, 0,           NULL            },
    {"guest zero",                 "guest:0",                                            false, 0,           NULL            },
    {"a group's negative id",      "guest:-5",                                           false, 0,           NULL            },
    {"a second spelling of 77",    "guest:077",                                          false, 0,           NULL            },
    {"a guest without a number",   "guest:",                                             false, 0,           NULL            },
    {"a guest with a name",        "guest:bob",                                          false, 0,           NULL            },
    {"a blank before the number",  "guest: 77",                                          false, 0,           NULL            },
    {"an owner",                   "owner:" OWNER,                                       true,  ACTOR_OWNER, "owner:" OWNER  },
    {"an owner in upper case",     "owner:01890A5D-AC96-774B-BCCE-B302099A8057",         true,  ACTOR_OWNER,
     "owner:" OWNER                                                                                                          },
    {"an owner by number",         "owner:7",                                            false, 0,           NULL            },
    {"the nil owner",              "owner:00000000-0000-0000-0000-000000000000",         false, 0,           NULL            },
    {"staff",                      "staff:Aigul",                                        true,  ACTOR_STAFF, "staff:Aigul"   },
    {"staff in Kazakh",            "staff:\xd3\x98\xd0\xbb\xd0\xb8\xd1\x8f",             true,  ACTOR_STAFF,
     "staff:\xd3\x98\xd0\xbb\xd0\xb8\xd1\x8f"                                                                                },
    {"staff with two names",       "staff:Aigul B.",                                     true,  ACTOR_STAFF, "staff:Aigul B."},
    {"staff without a name",       "staff:",                                             false, 0,           NULL            },
    {"a blank name",               "staff: ",                                            false, 0,           NULL            },
    {"a tab in the name",          "staff:a\tb",                                         false, 0,           NULL            },
    {"bytes that are not UTF-8",   "staff:\xff",                                         false, 0,           NULL            },
    {"a name of 100 bytes",        "staff:" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN,     true,  ACTOR_STAFF,
     "staff:" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN                                                                        },
    {"a name of 101 bytes",        "staff:" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "x", false, 0,           NULL            },
    {"system cannot be requested", "system",                                             false, 0,           NULL            },
    {"client cannot be requested", "client:" OWNER,                                      false, 0,           NULL            },
    {"an unknown kind",            "robot:77",                                           false, 0,           NULL            },
    {"two at once",                "guest:77,guest:78",                                  false, 0,           NULL            },
    {"no kind",                    "77",                                                 false, 0,           NULL            },
    {"nothing",                    "",                                                   false, 0,           NULL            },
    {"upper case kind",            "Guest:77",                                           false, 0,           NULL            },
};

TEST_ROWS_WHY(actor_is_staff_or_of_a_kind_of_the_service, actor_cases)
{
    struct api_caller caller = {.scopes = 5, .actor = ACTOR_SYSTEM};
    bool ok = api_actor_parse(&callers, slice_of(row->text), &arena, &caller, &fault);

    ck_assert(ok == row->ok);
    if (!ok) {
        ck_assert_str_eq(fault.code, "bad_actor");
        ck_assert_int_eq(fault.kind, FAULT_INVALID);
        ck_assert_int_eq(caller.actor, ACTOR_SYSTEM);
        return;
    }
    ck_assert_int_eq(caller.actor, row->kind);
    ck_assert_slice(caller.actor_text, row->spelling);
    ck_assert_uint_eq(caller.scopes, 5);
}

static const struct {
    const char *text;
    const char *code; /* NULL: accepted */
} elsewhere[] = {
    {"staff:Aigul",     NULL                },
    {"guest:77",        "actor_not_accepted"},
    {"owner:" OWNER,    "actor_not_accepted"},
    {"driver:" OWNER,   "actor_not_accepted"},
    {"robot:77",        "bad_actor"         },
    {"search:read",     "bad_actor"         },
    {":",               "bad_actor"         },
    {"# Words:callers", "bad_actor"         },
};

TEST_ROWS(actor_kind_of_another_service_is_forbidden, elsewhere)
{
    struct api_caller caller = {.actor = ACTOR_SYSTEM};
    bool ok = api_actor_parse(&nobody, slice_of(row->text), &arena, &caller, &fault);

    ck_assert_msg(ok == (row->code == NULL), "%s", row->text);
    if (ok)
        return;
    ck_assert_msg(slice_is(slice_of(row->code), fault.code), "%s: %s", row->text, fault.code);
    ck_assert_int_eq(caller.actor, ACTOR_SYSTEM);
}

TEST(client_without_an_actor_has_the_rights_of_staff)
{
    struct api_caller caller = {0};

    ck_assert(uuid_parse(SLICE(OWNER), &caller.client_id));
    ck_assert(api_actor_set_client(&arena, &caller, &fault));
    ck_assert_slice(caller.actor_text, "client:" OWNER);
    ck_assert(api_caller_is_staff(&caller));
    caller.actor = ACTOR_GUEST;
    ck_assert(!api_caller_is_staff(&caller));
    caller.actor = ACTOR_OWNER;
    ck_assert(!api_caller_is_staff(&caller));
}
