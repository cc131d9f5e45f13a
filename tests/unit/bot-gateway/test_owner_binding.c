// SPDX-License-Identifier: MIT
/* A link binds a chat to its owner, once. */

#include "owner/owner_link.h"
#include "owner_talk.h"

TEST_CASE("desk_bind", .setup = owner_talk_begin, .teardown = owner_talk_end);

// clang-format off
#define RECORD    "GET /v1/owners/" DESK_OWNER_ID
#define BINDING   "PATCH /v1/owners/" DESK_OWNER_ID
#define NOBODY    {DESK_OWNERS, 200, DESK_LIST("", "null")}
#define FREE      {RECORD, 200, DESK_OWNER("null", "2")}
#define IS_BOUND  {BINDING, 200, DESK_OWNER("7", "3")}
#define OTHER     "{\"id\":\"018f0001-0000-7000-8000-000000000002\",\"name\":\"Асель\",\"telegram_id\":7,\"version\":1}"

enum { DAY_S = 24 * 3600 };

static const struct {
    const char *why;
    struct scripted world[4];
    int64_t ended_s; /* seconds since the link has expired */
    int64_t version;
    const char *step, *sees;
    bool binds;
} cases[] = {
    {"the account is bound",     {NOBODY, FREE, IS_BOUND},                                  -60, 2, "home", "@desk_bound",      true },
    {"the link has expired",     {NOBODY, FREE, IS_BOUND},                                  0,   2, "",     "@desk_link_old",   false},
    {"the record has changed",   {NOBODY, {RECORD, 200, DESK_OWNER("null", "3")}, IS_BOUND}, -60, 2, "",    "@desk_link_old",   false},
    {"the owner is missing",     {NOBODY, {RECORD, 422, DESK_PROBLEM("bad_actor")}},        -60, 2, "",     "@desk_link_old",   false},
    {"another account is bound", {NOBODY, {RECORD, 200, DESK_OWNER("8", "3")}},             -60, 2, "",     "@desk_link_taken", false},
    {"another account is bound concurrently", {NOBODY, FREE, {BINDING, 412, DESK_PROBLEM("version_mismatch")}}, -60, 2, "", "@desk_link_taken", true},
    {"the account is bound already", {{DESK_OWNERS, 200, DESK_LIST(DESK_OWNER("7", "3"), "null")}}, DAY_S, 2, "home", "@desk_bound", false},
    {"the account belongs to another owner", {{DESK_OWNERS, 200, DESK_LIST(OTHER, "null")}},            -60, 2, "",     "@desk_link_other", false},
};
// clang-format on

static const char *start_with(int64_t ends_at, int64_t version)
{
    struct owner_link link = {.version = version, .ends_at = ends_at};
    char payload[OWNER_LINK_MAX + 1];

    ck_assert(uuid_parse(SLICE(DESK_OWNER_ID), &link.owner));
    owner_link_write(&link, talk.key, payload);
    return textf("/start %s", payload);
}

TEST_ROWS_WHY(link_binds_one_account, cases)
{
    talk.instead = row->world;
    const char *text = start_with(talk.now - row->ended_s * US_PER_S, row->version);
    ck_assert_msg(conversation_type(&talk, text), "%s", talk.fault.code);
    ck_assert_msg(strcmp(talk.step, row->step) == 0, "step %s", talk.step);
    ck_assert_saw(row->sees);
    ck_assert_msg(conversation_saw(&talk, BINDING " {\"telegram_id\":7}" AS_OWNER " if 2") ==
                      row->binds,
                  "%s", talk.asked);
    ck_assert_msg(talk.output.confided, "the link is kept in the history");
}

TEST(forged_link_makes_no_call)
{
    char text[OWNER_LINK_MAX + 16];

    snprintf(text, sizeof text, "%s", start_with(talk.now + US_PER_S, 2));
    text[strlen(text) - 1] = text[strlen(text) - 1] == 'A' ? 'Q' : 'A';
    ck_assert(conversation_type(&talk, text));
    ck_assert_saw("@desk_link_old");
    ck_assert_str_eq(talk.asked, "");
}
