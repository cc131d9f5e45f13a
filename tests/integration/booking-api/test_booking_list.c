// SPDX-License-Identifier: MIT
/* GET /v1/bookings and GET /v1/events on a real PostgreSQL. */

#include "stand.h"

/* Returns the codes of a page, newest first, and its cursor in `next` (or ""). */
static const char *page(const struct ask *ask, char next[STAND_TEXT])
{
    static char text[1024];
    struct answer answer = stand_ask(ask);
    const json_t *items = json_object_get(answer.json, "items");
    const char *cursor = text_at(answer.json, "next_cursor");

    ck_status(answer, 200);
    text[0] = '\0';
    for (size_t i = 0; i < json_array_size(items); i++) {
        const size_t len = strlen(text);
        snprintf(text + len, sizeof text - len, "%s%s", i > 0 ? " " : "",
                 text_at(json_array_get(items, i), "note"));
    }
    snprintf(next, STAND_TEXT, "%s", cursor != NULL ? cursor : "");
    return text;
}

/* Five bookings, identified by their notes. */
static char apartment_a[40], apartment_b[40], code_c[16];

static void make_bookings(void)
{
    snprintf(apartment_a, sizeof apartment_a, "%s", stand_apartment());
    snprintf(apartment_b, sizeof apartment_b, "%s", stand_apartment());
    ck_status(stand_book(&stand_guest, apartment_a, 10, 2, "", ",'note':'a'"), 201);
    ck_status(stand_book(&stand_guest8, apartment_a, 12, 2, "", ",'note':'b'"), 201);
    ck_status(stand_book(NULL, apartment_b, 10, 2, ",'phone':'+77010000009'", ",'note':'c'"), 201);
    ck_status(stand_book(&stand_guest, apartment_b, 20, 2, "", ",'note':'d'"), 201);
    ck_status(stand_book(NULL, apartment_b, 30, 2, "", ",'note':'e'"), 201);
    stand_sql("UPDATE occupancy o SET status = 'confirmed' FROM booking b"
              " WHERE b.id = o.id AND note = 'b'");
    stand_sql("UPDATE occupancy o SET expires_at = now() FROM booking b"
              " WHERE b.id = o.id AND note = 'd'");
    snprintf(code_c, sizeof code_c, "%s", stand_text("SELECT code FROM booking WHERE note = 'c'"));
}

enum { STAFF, OWNER, GUEST, STRANGER };

static const struct {
    const char *why;
    int caller;
    const char *name, *value, *name2, *value2;
    const char *found;
} filters[] = {
    {"all, newest first",                         STAFF,    NULL,           NULL,                         NULL,     NULL,   "e d c b a"},
    {"another tenant has none",                   STRANGER, NULL,           NULL,                         NULL,     NULL,   ""         },
    {"a guest lists own bookings",                GUEST,    NULL,           NULL,                         NULL,     NULL,   "d a"      },
    {"a guest cannot list those of another",      GUEST,    "telegram_id",  "8",                          NULL,     NULL,   ""         },
    {"an owner lists bookings of own apartments", OWNER,    NULL,           NULL,                         NULL,     NULL,   "e d c b a"},
    {"an owner cannot list those of another",     OWNER,    "owner_id",
     "0198a000-0000-7000-8000-000000000000",                                                              NULL,     NULL,   ""         },
    {"one status",                                STAFF,    "status",       "confirmed",                  NULL,     NULL,   "b"        },
    {"pending bookings",                          STAFF,    "status",       "held",                       NULL,     NULL,   "e c a"    },
    {"expired bookings not processed yet",        STAFF,    "status",       "expired",                    NULL,     NULL,   "d"        },
    {"agreed stays",                              STAFF,    "status",       "confirmed,checked_in",       NULL,     NULL,   "b"        },
    {"agreed stays of an owner",                  OWNER,    "status",       "confirmed,checked_in",       NULL,     NULL,   "b"        },
    {"cancelled bookings",                        STAFF,    "status",       "declined,cancelled,no_show", NULL,     NULL,   ""         },
    {"several statuses",                          STAFF,    "status",       "confirmed,expired",          NULL,     NULL,   "d b"      },
    {"one apartment",                             STAFF,    "apartment_id", apartment_a,                  NULL,     NULL,   "b a"      },
    {"an apartment and a status",                 STAFF,    "apartment_id", apartment_a,                  "status", "held", "a"        },
    {"by phone in a local spelling",              STAFF,    "phone",        "8 701 000 00 09",            NULL,     NULL,   "c"        },
    {"by Telegram",                               STAFF,    "telegram_id",  "7",                          NULL,     NULL,   "d a"      },
    {"by code",                                   STAFF,    "code",         code_c,                       NULL,     NULL,   "c"        },
    {"an unknown code",                           STAFF,    "code",         "??",                         NULL,     NULL,   ""         },
    {"nights from",                               STAFF,    "from",         "+13",                        NULL,     NULL,   "e d b"    },
    {"nights up to",                              STAFF,    "to",           "+12",                        NULL,     NULL,   "c a"      },
    {"nights between",                            STAFF,    "from",         "+13",                        "to",     "+21",  "d b"      },
};

TEST_CASE("booking_list", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST_ROWS_WHY(list_contains_requested_and_visible_bookings, filters)
{
    const struct api_caller *callers[] = {&stand_staff, &stand_owner, &stand_guest, &stand_other};
    struct ask ask = {.handler = get_bookings, .caller = callers[row->caller]};
    const char *pairs[2][2] = {
        {row->name,  row->value },
        {row->name2, row->value2}
    };
    char next[STAND_TEXT];

    make_bookings();
    for (int k = 0; k < 2 && pairs[k][0] != NULL; k++)
        ask.params =
            textf("%s%s%s=%s", k > 0 ? ask.params : "", k > 0 ? "&" : "", pairs[k][0],
                  pairs[k][1][0] == '+' && pairs[k][1][1] != '7' ? stand_day(atoi(pairs[k][1] + 1))
                                                                 : pairs[k][1]);
    const char *found = page(&ask, next);
    ck_assert_msg(strcmp(found, row->found) == 0, "\"%s\"", found);
    ck_assert_str_eq(next, "");
}

FIBER_TEST(pages_neither_skip_nor_repeat)
{
    struct ask ask = {.handler = get_bookings, .params = "limit=2"};
    char next[STAND_TEXT];

    make_bookings();
    ck_assert_str_eq(page(&ask, next), "e d");
    ck_status(stand_book(NULL, apartment_a, 20, 2, "", ",'note':'f'"), 201);
    ask.params = textf("limit=2&cursor=%s", next);
    ck_assert_str_eq(page(&ask, next), "c b");
    ask.params = textf("limit=2&cursor=%s", next);
    ck_assert_str_eq(page(&ask, next), "a");
    ck_assert_str_eq(next, "");
    ask.params = textf("%s&status=held", ask.params);
    ck_refused(stand_ask(&ask), 422, "bad_cursor");
}

static const struct {
    const char *name, *value, *code;
} refused[] = {
    {"limit",        "0",          "out_of_range"     },
    {"limit",        "101",        "out_of_range"     },
    {"status",       "bogus",      "unknown_value"    },
    {"colour",       "red",        "unknown_parameter"},
    {"apartment_id", "1",          "bad_uuid"         },
    {"phone",        "12",         "bad_phone"        },
    {"from",         "2026-02-30", "bad_date"         },
    {"cursor",       "abc",        "bad_cursor"       },
};

FIBER_TEST(invalid_query_is_refused)
{
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        const struct answer answer =
            ask_get(get_bookings, .params = textf("%s=%s", refused[i].name, refused[i].value));
        ck_assert_msg(answer.status == 422 && strcmp(answer.code, refused[i].code) == 0,
                      "%s=%s: %d %s", refused[i].name, refused[i].value, answer.status,
                      answer.code);
    }
}

/* --- events --- */

/* Appends types and sequences of a page to `text`; `after` becomes the next cursor. */
static void add_events(const struct api_caller *caller, char after[STAND_TEXT], char *text,
                       size_t room)
{
    const char *params = after[0] != '\0' ? textf("after=%s", after) : NULL;
    struct answer answer =
        ck_status(ask_get(service_get_events, .caller = caller, .params = params), 200);
    const json_t *items = json_object_get(answer.json, "items");
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        const size_t len = strlen(text);
        ck_assert(json_is_string(value_at(item, "resource.id")));
        snprintf(text + len, room - len, "%s%s/%d", len > 0 ? " " : "", text_at(item, "type"),
                 (int)number_at(item, "sequence"));
    }
    snprintf(after, STAND_TEXT, "%s", text_at(answer.json, "next_cursor"));
}

/* Reads until the wanted events have arrived, because other transactions in the cluster may delay
 * the newest ones. If none are wanted, reads once. */
static const char *events(const struct api_caller *caller, char after[STAND_TEXT],
                          const char *wanted)
{
    static char text[2048];

    text[0] = '\0';
    stand_until((add_events(caller, after, text, sizeof text), strlen(text) >= strlen(wanted)),
                "%s, not %s", text, wanted);
    return text;
}

#define ck_events(caller, after, wanted) ck_assert_str_eq(events(caller, after, wanted), wanted)

FIBER_TEST(events_are_read_page_by_page)
{
    const char *apartment = stand_apartment();
    char after[STAND_TEXT] = "", others[STAND_TEXT] = "", owners[STAND_TEXT] = "";

    ck_events(NULL, after, "");
    struct answer booked = book(&stand_guest, apartment, 10, 2);
    ck_events(NULL, after, "booking.held/1");
    ck_act(confirm_booking, &stand_guest, booked.id, "{'phone':'+77011234567'}");
    ck_act(cancel_booking, NULL, booked.id, NULL);
    ck_events(NULL, after, "booking.confirmed/2 booking.cancelled/3");
    ck_events(NULL, after, "");
    ck_events(&stand_other, others, "");
    ck_events(&stand_owner, owners, "booking.held/1 booking.confirmed/2 booking.cancelled/3");
    struct api_caller stranger = stand_owner;
    stranger.actor_id = uuid_make();
    others[0] = '\0';
    ck_events(&stranger, others, "");
    ck_refused(ask_get(service_get_events, .caller = &stand_guest), 403, "forbidden");
    ck_refused(ask_get(service_get_events, .params = "after=x"), 422, "bad_cursor");
}

/* The transaction that began first commits last; its event must not fall behind the cursor. */
FIBER_TEST(late_commit_is_not_lost_behind_the_cursor)
{
    const char *apartment = stand_apartment();
    char after[STAND_TEXT] = "";
    char tenant[UUID_TEXT_LEN + 1];

    uuid_format(&stand_owner.tenant_id, tenant);
    stand_sql("BEGIN");
    stand_sql("INSERT INTO outbox (event_id, type, source, sequence, resource_type, resource_id,"
              " resource_version, tenant_id, data) VALUES (gen_random_uuid(), 'late', 'test', 1,"
              " 'booking', gen_random_uuid(), 1, '%s', '{}')",
              tenant);
    const char *days[2] = {stand_day(10), stand_day(12)};
    const char *body = textf("{'apartment_id':'%s','check_in':'%s','check_out':'%s','guests':1,"
                             "'guest':{'name':'B'}}",
                             apartment, days[0], days[1]);
    ck_status(ask_post(post_booking, .body = body), 201);
    ck_events(NULL, after, "");
    stand_sql("COMMIT");
    ck_events(NULL, after, "late/1 booking.held/1");
}
