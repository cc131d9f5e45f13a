// SPDX-License-Identifier: MIT
#include "api/idempotency.h"

#include "support/scratch.h"

#define FIFTY "01234567890123456789012345678901234567890123456789"
#define K255  FIFTY FIFTY FIFTY FIFTY FIFTY "abcde"

static const struct {
    const char *why, *header;
    const char *key; /* NULL: refused */
} key_cases[] = {
    {"plain",                              "abc",                "abc"               },
    {"quoted is the same key",             "\"abc\"",            "abc"               },
    {"a bot's key",                        "tg:apartments:17:2", "tg:apartments:17:2"},
    {"blanks around are no part",          "  abc\t",            "abc"               },
    {"255 characters",                     K255,                 K255                },
    {"255 characters in quotes",           "\"" K255 "\"",       K255                },
    {"256 characters",                     K255 "x",             NULL                },
    {"256 characters in quotes",           "\"" K255 "x\"",      NULL                },
    {"empty",                              "",                   NULL                },
    {"empty in quotes",                    "\"\"",               NULL                },
    {"only blanks",                        "   ",                NULL                },
    {"a blank inside",                     "a b",                NULL                },
    {"a blank inside quotes",              "\"a b\"",            NULL                },
    {"a control character",                "a\x01",              NULL                },
    {"delete",                             "a\x7f",              NULL                },
    {"beyond ASCII",                       "\xd0\xb0",           NULL                },
    {"a quote that never ends",            "\"abc",              NULL                },
    {"one quote alone",                    "\"",                 NULL                },
    {"text behind the quotes",             "\"abc\"x",           NULL                },
    {"a bare quote inside quotes",         "\"a\"b\"",           NULL                },
    {"an escaped quote",                   "\"a\\\"b\"",         "a\"b"              },
    {"an escaped backslash",               "\"a\\\\b\"",         "a\\b"              },
    {"an unknown escape",                  "\"a\\nb\"",          NULL                },
    {"an escape at the end",               "\"a\\\"",            NULL                },
    {"a quote in a plain key is a letter", "a\"b",               "a\"b"              },
};

TEST_ROWS_WHY(an_idempotency_key_is_visible_ascii_plain_or_quoted, key_cases)
{
    struct slice key = SLICE("untouched");
    bool ok = api_idempotency_read_key(slice_of(row->header), &arena, &key, &fault);

    ck_assert(ok == (row->key != NULL));
    ck_assert_slice(key, ok ? row->key : "untouched");
    if (!ok) {
        ck_assert_str_eq(fault.code, "bad_idempotency_key");
        ck_assert_int_eq(fault.kind, FAULT_UNREADABLE);
    }
}

struct shape {
    enum http_method method;
    const char *target, *actor, *body, *key;
    uint8_t client;
};

static struct idempotency identify(const struct shape *shape)
{
    struct slice target = slice_of(shape->target);
    const char *mark = strchr(shape->target, '?');
    struct http_request req = {.method = shape->method, .target = target, .path = target};
    struct api_caller caller = {.actor_text = slice_of(shape->actor)};
    struct idempotency idempotency = {0};

    if (mark != NULL)
        req.path.len = (size_t)(mark - shape->target);
    caller.client_id.bytes[3] = shape->client;
    ck_assert(idempotency_identify(&req, &caller, slice_of(shape->key), slice_of(shape->body),
                                   &idempotency, &fault));
    ck_assert(idempotency.on);
    return idempotency;
}

static const struct shape base = {HTTP_POST, "/v1/notes", "client:1", "{}", "k", 1};

static const struct {
    const char *why;
    struct shape shape;
    bool same_fingerprint, same_id;
} shape_cases[] = {
    {"the same request", {HTTP_POST, "/v1/notes", "client:1", "{}", "k", 1},               true,  true },
    {"another method",   {HTTP_PUT, "/v1/notes", "client:1", "{}", "k", 1},                false, true },
    {"another path",     {HTTP_POST, "/v1/owners", "client:1", "{}", "k", 1},              false, true },
    {"a query",          {HTTP_POST, "/v1/notes?dry_run=false", "client:1", "{}", "k", 1}, false, true },
    {"another actor",    {HTTP_POST, "/v1/notes", "guest:1", "{}", "k", 1},                false, true },
    {"another body",     {HTTP_POST, "/v1/notes", "client:1", "{\"a\":1}", "k", 1},        false, true },
    {"another key",      {HTTP_POST, "/v1/notes", "client:1", "{}", "j", 1},               true,  false},
    {"another client",   {HTTP_POST, "/v1/notes", "client:1", "{}", "k", 2},               true,  false},
};

TEST_ROWS_WHY(fingerprint_covers_the_request_and_id_covers_client_and_key, shape_cases)
{
    struct idempotency a = identify(&base);
    struct idempotency b = identify(&row->shape);

    ck_assert((strcmp(a.fingerprint, b.fingerprint) == 0) == row->same_fingerprint);
    ck_assert(uuid_equal(&a.id, &b.id) == row->same_id);
    ck_assert((a.lock == b.lock) == row->same_id);
}
