// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include <check.h>

#include "api/caller.h"

static struct arena arena;

static void setup(void)
{
    arena_init(&arena, 64 * 1024);
}

static void teardown(void)
{
    arena_finish(&arena);
}

static const struct {
    const char *why;
    const char *text;
    bool ok;
    unsigned scopes;
} scope_cases[] = {
    {"one",                  "booking:read",           true,  SCOPE_BOOKING_READ                 },
    {"two",                  "booking:read,bot:send",  true,  SCOPE_BOOKING_READ | SCOPE_BOT_SEND},
    {"the same twice",       "bot:send,bot:send",      true,  SCOPE_BOT_SEND                     },
    {"the word for all",     "all",                    true,  SCOPE_ALL                          },
    {"the last of the list", "health:admin",           true,  SCOPE_HEALTH_ADMIN                 },
    {"nothing",              "",                       false, 0                                  },
    {"a scope nobody has",   "booking:fly",            false, 0                                  },
    {"a comma at the end",   "booking:read,",          false, 0                                  },
    {"a comma at the start", ",booking:read",          false, 0                                  },
    {"a blank",              "booking:read, bot:send", false, 0                                  },
    {"all is no part",       "all,booking:read",       false, 0                                  },
    {"upper case",           "Booking:read",           false, 0                                  },
};

START_TEST(scopes_are_read_from_their_names)
{
    unsigned scopes = 0xdead;

    ck_assert_msg(api_scope_parse(slice_of(scope_cases[_i].text), &scopes) == scope_cases[_i].ok,
                  "%s", scope_cases[_i].why);
    ck_assert_msg(scopes == (scope_cases[_i].ok ? scope_cases[_i].scopes : 0xdead), "%s",
                  scope_cases[_i].why);
}
END_TEST

START_TEST(every_scope_has_a_name_that_reads_back)
{
    for (unsigned i = 0; i < SCOPE_COUNT; i++) {
        unsigned scopes = 0;

        ck_assert(api_scope_parse(slice_of(api_scope_name(1U << i)), &scopes));
        ck_assert_uint_eq(scopes, 1U << i);
    }
    ck_assert_str_eq(api_scope_name(1U << SCOPE_COUNT), "");
}
END_TEST

#define OWNER "01890a5d-ac96-774b-bcce-b302099a8057"
#define TEN   "0123456789"

static const struct {
    const char *why;
    const char *text;
    bool ok;
    enum actor_kind kind;
    const char *spelling;
} actor_cases[] = {
    {"a guest",                   "guest:77",                                           true,  ACTOR_GUEST, "guest:77"      },
    {"Telegram's largest id",     "guest:4503599627370496",                             true,  ACTOR_GUEST,
     "guest:4503599627370496"                                                                                               },
    {"beyond Telegram's ids",     "guest:4503599627370497",                             false, 0,           NULL            },
    {"guest zero",                "guest:0",                                            false, 0,           NULL            },
    {"a group's negative id",     "guest:-5",                                           false, 0,           NULL            },
    {"a second spelling of 77",   "guest:077",                                          false, 0,           NULL            },
    {"a guest without a number",  "guest:",                                             false, 0,           NULL            },
    {"a guest with a name",       "guest:bob",                                          false, 0,           NULL            },
    {"a blank before the number", "guest: 77",                                          false, 0,           NULL            },
    {"an owner",                  "owner:" OWNER,                                       true,  ACTOR_OWNER, "owner:" OWNER  },
    {"an owner in upper case",    "owner:01890A5D-AC96-774B-BCCE-B302099A8057",         true,  ACTOR_OWNER,
     "owner:" OWNER                                                                                                         },
    {"an owner by number",        "owner:7",                                            false, 0,           NULL            },
    {"the nil owner",             "owner:00000000-0000-0000-0000-000000000000",         false, 0,           NULL            },
    {"staff",                     "staff:Aigul",                                        true,  ACTOR_STAFF, "staff:Aigul"   },
    {"staff in Kazakh",           "staff:\xd3\x98\xd0\xbb\xd0\xb8\xd1\x8f",             true,  ACTOR_STAFF,
     "staff:\xd3\x98\xd0\xbb\xd0\xb8\xd1\x8f"                                                                               },
    {"staff with two names",      "staff:Aigul B.",                                     true,  ACTOR_STAFF, "staff:Aigul B."},
    {"staff without a name",      "staff:",                                             false, 0,           NULL            },
    {"a blank name",              "staff: ",                                            false, 0,           NULL            },
    {"a tab in the name",         "staff:a\tb",                                         false, 0,           NULL            },
    {"bytes that are not UTF-8",  "staff:\xff",                                         false, 0,           NULL            },
    {"a name of 100 bytes",       "staff:" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN,     true,  ACTOR_STAFF,
     "staff:" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN                                                                       },
    {"a name of 101 bytes",       "staff:" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "x", false, 0,           NULL            },
    {"system is never sent",      "system",                                             false, 0,           NULL            },
    {"nor is client",             "client:" OWNER,                                      false, 0,           NULL            },
    {"no kind",                   "77",                                                 false, 0,           NULL            },
    {"nothing",                   "",                                                   false, 0,           NULL            },
    {"upper case kind",           "Guest:77",                                           false, 0,           NULL            },
};

START_TEST(an_actor_is_one_of_three_shapes)
{
    struct api_caller caller = {.scopes = 5, .actor = ACTOR_SYSTEM};
    struct fault fault;
    bool ok = api_actor_parse(slice_of(actor_cases[_i].text), &arena, &caller, &fault);

    ck_assert_msg(ok == actor_cases[_i].ok, "%s", actor_cases[_i].why);
    if (!ok) {
        ck_assert_str_eq(fault.code, "bad_actor");
        ck_assert_int_eq(fault.kind, FAULT_INVALID);
        ck_assert_int_eq(caller.actor, ACTOR_SYSTEM);
        return;
    }
    ck_assert_int_eq(caller.actor, actor_cases[_i].kind);
    ck_assert_msg(slice_is(caller.actor_text, actor_cases[_i].spelling), "%s", actor_cases[_i].why);
    ck_assert_uint_eq(caller.scopes, 5);
}
END_TEST

START_TEST(without_an_actor_it_is_the_client_with_the_rights_of_staff)
{
    struct api_caller caller = {0};
    struct fault fault;

    ck_assert(uuid_parse(SLICE(OWNER), &caller.client_id));
    ck_assert(api_actor_client(&arena, &caller, &fault));
    ck_assert(slice_is(caller.actor_text, "client:" OWNER));
    ck_assert(api_caller_is_staff(&caller));
    caller.actor = ACTOR_GUEST;
    ck_assert(!api_caller_is_staff(&caller));
    caller.actor = ACTOR_OWNER;
    ck_assert(!api_caller_is_staff(&caller));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api_caller");
    TCase *tcase = tcase_create("caller");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, scopes_are_read_from_their_names, 0,
                        sizeof(scope_cases) / sizeof(scope_cases[0]));
    tcase_add_test(tcase, every_scope_has_a_name_that_reads_back);
    tcase_add_loop_test(tcase, an_actor_is_one_of_three_shapes, 0,
                        sizeof(actor_cases) / sizeof(actor_cases[0]));
    tcase_add_test(tcase, without_an_actor_it_is_the_client_with_the_rights_of_staff);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
