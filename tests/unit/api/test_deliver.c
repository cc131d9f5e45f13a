// SPDX-License-Identifier: MIT
/* The decision that follows from the result of a delivery, signatures, and allowed addresses of
 * receivers. */
#include "api/deliver_private.h"
#include "base/retry.h"
#include "base/value.h"

#include "support/scratch.h"

enum { LEAST = 0 }; /* the smallest random factor */

/* --- decisions --- */

// clang-format off
static const struct {
    const char *why;
    struct deliver_result result;
    struct deliver_history history;
    struct deliver_decision least; /* with the smallest random factor */
} verdicts[] = {
    {"accepted", {DELIVER_ANSWERED, 200, FIELD_ABSENT, NULL}, {3, 3, 3}, {DELIVER_DONE, false, 0, 0}},
    {"accepted without a body", {DELIVER_ANSWERED, 204, FIELD_ABSENT, NULL}, {0}, {DELIVER_DONE, false, 0, 0}},
    {"the last accepted status", {DELIVER_ANSWERED, 299, 60, NULL}, {0}, {DELIVER_DONE, false, 0, 0}},
    {"a redirect", {DELIVER_ANSWERED, 302, FIELD_ABSENT, NULL}, {0}, {DELIVER_AGAIN, true, 2000, 0}},
    {"not found", {DELIVER_ANSWERED, 404, FIELD_ABSENT, NULL}, {1, 1, 7}, {DELIVER_AGAIN, true, 5000, 0}},
    {"gone: disable the receiver", {DELIVER_ANSWERED, 410, 60, NULL}, {0}, {DELIVER_GONE, false, 0, 0}},
    {"too many requests", {DELIVER_ANSWERED, 429, FIELD_ABSENT, NULL}, {0}, {DELIVER_AGAIN, false, 2000, 2000}},
    {"a server error", {DELIVER_ANSWERED, 500, FIELD_ABSENT, NULL}, {2, 2, 0}, {DELIVER_AGAIN, true, 15000, 0}},
    {"a server error with Retry-After", {DELIVER_ANSWERED, 500, 70, NULL}, {2, 2, 0}, {DELIVER_AGAIN, true, 70000, 0}},
    {"a server error with a short Retry-After", {DELIVER_ANSWERED, 500, 1, NULL}, {2, 2, 0}, {DELIVER_AGAIN, true, 15000, 0}},
    {"501", {DELIVER_ANSWERED, 501, FIELD_ABSENT, NULL}, {0}, {DELIVER_AGAIN, true, 2000, 0}},
    {"502", {DELIVER_ANSWERED, 502, FIELD_ABSENT, NULL}, {3, 0, 3}, {DELIVER_AGAIN, false, 45000, 45000}},
    {"503", {DELIVER_ANSWERED, 503, FIELD_ABSENT, NULL}, {9, 0, 4}, {DELIVER_AGAIN, false, 300000, 120000}},
    {"504", {DELIVER_ANSWERED, 504, FIELD_ABSENT, NULL}, {0, 0, 99}, {DELIVER_AGAIN, false, 2000, 300000}},
    {"505", {DELIVER_ANSWERED, 505, FIELD_ABSENT, NULL}, {0}, {DELIVER_AGAIN, true, 2000, 0}},
    {"Retry-After is honoured", {DELIVER_ANSWERED, 503, 90, NULL}, {0}, {DELIVER_AGAIN, false, 90000, 90000}},
    {"Retry-After 0 waits a second", {DELIVER_ANSWERED, 429, 0, NULL}, {5, 0, 5}, {DELIVER_AGAIN, false, 1000, 1000}},
    {"Retry-After is limited to an hour", {DELIVER_ANSWERED, 503, 31536000, NULL}, {0}, {DELIVER_AGAIN, false, 3600000, 3600000}},
    {"an unreachable receiver", {DELIVER_NOT_SENT, 0, FIELD_ABSENT, "upstream_unreachable"}, {40, 0, 5}, {DELIVER_AGAIN, false, 300000, 300000}},
    {"no answer", {DELIVER_NO_ANSWER, 0, FIELD_ABSENT, "upstream_timeout"}, {0, 0, 5}, {DELIVER_AGAIN, true, 2000, 0}},
    {"the last refusal but one", {DELIVER_ANSWERED, 500, FIELD_ABSENT, NULL}, {14, 14, 0}, {DELIVER_AGAIN, true, 300000, 0}},
    {"the last refusal", {DELIVER_ANSWERED, 500, FIELD_ABSENT, NULL}, {15, 15, 0}, {DELIVER_DEAD, true, 300000, 0}},
    {"the last try, without an answer", {DELIVER_NO_ANSWER, 0, FIELD_ABSENT, "upstream_timeout"}, {99, 15, 0}, {DELIVER_DEAD, true, 300000, 0}},
    {"an unsent try is not a refusal", {DELIVER_NOT_SENT, 0, FIELD_ABSENT, "upstream_unreachable"}, {99, 15, 0}, {DELIVER_AGAIN, false, 300000, 2000}},
};
// clang-format on

TEST_ROWS_WHY(every_result_has_one_decision, verdicts)
{
    const struct deliver_decision got =
        deliver_decide(&deliver_default_policy, &row->result, &row->history, LEAST);
    const struct deliver_decision *wanted = &row->least;

    ck_assert_msg(got.outcome == wanted->outcome && got.refused == wanted->refused, "%d %d",
                  got.outcome, got.refused);
    ck_assert_msg(got.lane_ms == wanted->lane_ms && got.block_ms == wanted->block_ms, "%lld %lld",
                  (long long)got.lane_ms, (long long)got.block_ms);
}

TEST(waits_vary_by_at_most_half_and_the_first_is_below_5_s)
{
    const struct deliver_result broken = {.status = 500, .retry_after_s = FIELD_ABSENT};

    for (int64_t tries = 0; tries < 20; tries++) {
        const struct deliver_history history = {.tries = tries};
        const int64_t least = deliver_decide(&deliver_default_policy, &broken, &history, 0).lane_ms;
        for (uint32_t chance = 1; chance > 0; chance *= 3) {
            const int64_t wait =
                deliver_decide(&deliver_default_policy, &broken, &history, chance).lane_ms;
            ck_assert_int_ge(wait, least);
            ck_assert_int_lt(wait, least + least / 2);
            ck_assert(tries > 0 || wait < 5000);
            if (chance > UINT32_MAX / 3)
                break;
        }
        const uint32_t half = (uint32_t)(least / 2);
        ck_assert_int_eq(
            deliver_decide(&deliver_default_policy, &broken, &history, half - 1).lane_ms,
            least + least / 2 - 1);
    }
}

static const struct {
    const char *text;
    int64_t seconds;
} headers[] = {
    {"0",                             0           },
    {"120",                           120         },
    {"86400000",                      86400000    },
    {"",                              FIELD_ABSENT},
    {"-1",                            FIELD_ABSENT},
    {"1.5",                           FIELD_ABSENT},
    {"soon",                          FIELD_ABSENT},
    {"Fri, 31 Dec 1999 23:59:59 GMT", FIELD_ABSENT},
    {NULL,                            FIELD_ABSENT},
};

TEST_ROWS(retry_after_is_read_in_seconds, headers)
{
    ck_assert_int_eq(deliver_parse_retry_after_s(slice_of(row->text)), row->seconds);
}

/* --- signatures --- */

/* The example in the libraries of standard-webhooks. */
TEST(signature_follows_standard_webhooks)
{
    struct deliver_key key;
    char signature[DELIVER_SIGNATURE_LEN + 1];

    ck_ok(deliver_secret_read(SLICE("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), &key, &fault));
    deliver_sign((struct slice){(const char *)key.bytes, key.len},
                 SLICE("msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}"),
                 signature);
    ck_assert_str_eq(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

#define BYTES_12 "AAAAAAAAAAAAAAAA"
#define BYTES_24 BYTES_12 BYTES_12
#define BYTES_60 BYTES_24 BYTES_24 BYTES_12

static const struct {
    const char *why, *secret;
    size_t len; /* of the key; 0: refused */
} secrets[] = {
    {"24 bytes",         "whsec_" BYTES_24,                    24},
    {"64 bytes",         "whsec_" BYTES_60 "AAAAAA==",         64},
    {"23 bytes",         "whsec_" BYTES_12 "AAAAAAAAAAAAAAA=", 0 },
    {"65 bytes",         "whsec_" BYTES_60 "AAAAAAA=",         0 },
    {"no prefix",        BYTES_24,                             0 },
    {"another prefix",   "whpk_" BYTES_24,                     0 },
    {"no base64",        "whsec_" BYTES_24 "!!!!",             0 },
    {"base64 of URLs",   "whsec_" BYTES_24 "__--",             0 },
    {"cut",              "whsec_" BYTES_24 "A",                0 },
    {"the prefix alone", "whsec_",                             0 },
    {"nothing",          "",                                   0 },
    {"spaces behind it", "whsec_" BYTES_24 " ",                0 },
};

TEST_ROWS_WHY(secret_has_24_to_64_bytes_and_is_never_printed, secrets)
{
    struct deliver_key key = {.len = 77};
    const bool good = deliver_secret_read(slice_of(row->secret), &key, &fault);

    ck_assert(good == (row->len > 0));
    ck_assert_uint_eq(key.len, good ? row->len : 77);
    if (!good) {
        ck_assert_str_eq(fault.code, "bad_secret");
        ck_lacks(fault.detail, "AAAA");
    }
}

/* --- addresses --- */

enum { NOWHERE = 1, DEMO = 2, BOTH = 3 };

static const struct {
    const char *url;
    const char *code; /* NULL: allowed */
    int where;        /* in the demo, elsewhere, in both */
} addresses[] = {
    {"https://hooks.example.com/x",     NULL,              BOTH   },
    {"https://8.8.8.8:8443/",           NULL,              BOTH   },
    {"http://hooks.example.com/x",      "url_not_allowed", BOTH   },
    {"http://n8n:5678/webhook/a?b=c",   NULL,              BOTH   },
    {"https://N8N/webhook/a",           NULL,              BOTH   },
    {"http://flows:81/webhook-test/a",  NULL,              BOTH   },
    {"http://n8n:5678/",                "url_not_allowed", BOTH   },
    {"http://n8n:5678",                 "url_not_allowed", BOTH   },
    {"https://n8n/rest/login",          "url_not_allowed", BOTH   },
    {"http://n8n/webhooks/a",           "url_not_allowed", BOTH   },
    {"http://n8n/rest?/webhook/",       "url_not_allowed", BOTH   },
    {"http://n8n/Webhook/a",            "url_not_allowed", BOTH   },
    {"http://n8n/webhook/../rest/a",    "url_not_allowed", BOTH   },
    {"http://n8n/webhook/%2E%2e/rest",  "url_not_allowed", BOTH   },
    {"http://n8n/webhook/..%2Frest",    "url_not_allowed", BOTH   },
    {"http://n8n/webhook/..%5crest",    "url_not_allowed", BOTH   },
    {"http://n8n//webhook/a",           "url_not_allowed", BOTH   },
    {"http://flow/webhook/a",           "url_not_allowed", BOTH   },
    {"http://n8n.example.com/webhook/", "url_not_allowed", BOTH   },
    {"http://n8n@evil.example.com/",    "bad_url",         BOTH   },
    {"https://10.0.0.1/",               "url_not_allowed", BOTH   },
    {"https://[fd00::1]/",              "url_not_allowed", BOTH   },
    {"https://169.254.169.254/latest",  "url_not_allowed", BOTH   },
    {"https://[::ffff:127.0.0.1]/",     "url_not_allowed", BOTH   },
    {"http://127.0.0.1:9000/",          "url_not_allowed", NOWHERE},
    {"https://localhost/",              "url_not_allowed", NOWHERE},
    {"http://127.0.0.1:9000/",          NULL,              DEMO   },
    {"http://localhost:9000/",          NULL,              DEMO   },
    {"http://[::1]:9000/",              NULL,              DEMO   },
    {"ftp://hooks.example.com/",        "bad_url",         BOTH   },
    {"",                                "bad_url",         BOTH   },
};

TEST_ROWS(receivers_are_public_and_encrypted_or_named, addresses)
{
    for (int demo = 0; demo < 2; demo++) {
        const struct deliver_hosts hosts = {.internal = "n8n, flows,", .loopback = demo == 1};
        if ((row->where & (demo == 1 ? DEMO : NOWHERE)) == 0)
            continue;
        const bool good = deliver_url_check(&hosts, slice_of(row->url), &arena, &fault);
        ck_assert_msg(good == (row->code == NULL), "%s: %s", row->url, good ? "" : fault.code);
        if (!good)
            ck_assert_str_eq(fault.code, row->code);
    }
}

TEST(empty_list_matches_no_host)
{
    const struct deliver_hosts hosts = {.internal = ""};
    bool ours = true;

    ck_assert(!deliver_check_host(&hosts, "http://n8n:5678/webhook/a", &arena, &ours, &fault));
    ck_assert(deliver_check_host(&hosts, "https://n8n.example.com/", &arena, &ours, &fault));
    ck_assert(!ours);
}

/* --- another policy --- */

TEST(policy_without_refusals_tries_until_the_item_is_too_old)
{
    static const struct retry_policy waits = {
        .waits_ms = {1000, 900000}
    };
    static const struct deliver_policy patient = {.waits = &waits};
    const struct deliver_result broken = {.status = 500, .retry_after_s = FIELD_ABSENT};
    const struct deliver_history history = {.tries = 999, .refusals = 999};
    const struct deliver_decision got = deliver_decide(&patient, &broken, &history, LEAST);

    ck_assert_int_eq(got.outcome, DELIVER_AGAIN);
    ck_assert_int_eq(got.lane_ms, 900000);
}

/* --- secrets of our own --- */

TEST(made_secret_is_printable_and_differs_each_time)
{
    struct deliver_key one, other, read;
    char secret[DELIVER_SECRET_MAX + 1];

    deliver_secret_make(&one);
    deliver_secret_make(&other);
    ck_assert_uint_eq(one.len, DELIVER_MADE_KEY);
    ck_assert(deliver_key_is_printable(&one));
    ck_assert_int_ne(memcmp(one.bytes, other.bytes, DELIVER_MADE_KEY), 0);
    deliver_secret_write(&one, secret);
    ck_ok(deliver_secret_read(slice_of(secret), &read, &fault));
    ck_assert_uint_eq(read.len, one.len);
    ck_assert_int_eq(memcmp(read.bytes, one.bytes, one.len), 0);
}

TEST(key_with_a_space_or_a_byte_beyond_ascii_is_not_printable)
{
    struct deliver_key key = {.len = DELIVER_KEY_MIN};

    memset(key.bytes, '~', DELIVER_KEY_MIN);
    ck_assert(deliver_key_is_printable(&key));
    key.bytes[5] = ' ';
    ck_assert(!deliver_key_is_printable(&key));
    key.bytes[5] = 0x80;
    ck_assert(!deliver_key_is_printable(&key));
}
