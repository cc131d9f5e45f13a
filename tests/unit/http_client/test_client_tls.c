// SPDX-License-Identifier: MIT
/* TLS with a server of the openssl command; without that command the tests are skipped with a
 * message. */
#include <signal.h>
#include <unistd.h>

#include "base/now.h"
#include "http/client.h"
#include "loop/fiber.h"

#include "support/certificate.h"
#include "support/test.h"
#include "support/tls_server.h"

TEST_CASE("all");

static char folder[] = "/tmp/http-client-XXXXXX";
static char issuer[64], path[64], trusted_file[80];
static int port;
static pid_t server;

struct call {
    struct loop *loop;
    struct http_client *client;
    struct http_call call;
    struct arena arena;
    struct http_answer answer;
    struct fault fault;
    bool ok;
};

static void run(void *data)
{
    struct call *call = data;
    call->ok =
        http_client_call(call->client, &call->call, &call->arena, &call->answer, &call->fault);
    loop_stop(call->loop);
}

static const struct {
    const char *why;
    const char *host;
    int from_day, until_day;
    bool issued;
    bool
        trusted; /* the certificate of the server or of its issuer is in the file of trusted ones */
    enum http_distrust distrust;
} cases[] = {
    {"a trusted certificate",                "localhost", -1, 30, false, true,  HTTP_BELIEVED      },
    {"a certificate of a trusted issuer",    "localhost", -1, 30, true,  true,  HTTP_BELIEVED      },
    {"an untrusted self-signed certificate", "localhost", -1, 30, false, false, HTTP_SELF_SIGNED   },
    {"a certificate of an unknown issuer",   "localhost", -1, 30, true,  false, HTTP_UNKNOWN_ISSUER},
    {"a certificate for another name",       "127.0.0.1", -1, 30, false, true,  HTTP_OTHER_NAME    },
    {"an expired certificate",               "localhost", -9, -2, true,  true,  HTTP_EXPIRED       },
    {"a certificate that is not yet valid",  "localhost", 2,  9,  true,  true,  HTTP_NOT_YET_VALID },
};
enum { CASES = ARRAY_LEN(cases) };

static void begin(int row)
{
    struct certificate certificate = {.name = "localhost",
                                      .from_day = cases[row].from_day,
                                      .until_day = cases[row].until_day,
                                      .issuer = cases[row].issued ? issuer : NULL};
    signal(SIGPIPE, SIG_IGN);
    ck_assert(certificate_make(&certificate, path));
    server = tls_server_start(path, &port);
    ck_assert_int_gt(server, 0);
    snprintf(trusted_file, sizeof(trusted_file), "%s.pem", cases[row].issued ? issuer : path);
}

static void make(struct call *call, int row)
{
    const struct http_client_options options = {.ca_file =
                                                    cases[row].trusted ? trusted_file : NULL};
    char url[64];
    snprintf(url, sizeof(url), "https://%s:%d/", cases[row].host, port);
    /* With a known address, connecting has the whole timeout, because openssl may be slow. */
    struct work_address address;
    ck_assert(work_address_parse("127.0.0.1", (uint16_t)port, &address));
    call->call.address = &address;
    call->call.url = url;
    arena_init(&call->arena, 1 << 20);
    call->loop = loop_create(&call->fault);
    struct work *work = work_create(call->loop, 1, 16, &call->fault);
    call->client = http_client_create(call->loop, work, &options, &call->fault);
    ck_assert_ptr_nonnull(call->client);
    ck_assert(
        fiber_start(call->loop, run, call, now_mono_ns() + 120 * NS_PER_S, "call", &call->fault));
    loop_run(call->loop);
    http_client_destroy(call->client);
    work_destroy(work);
    loop_destroy(call->loop);
    arena_finish(&call->arena);
}

TEST_LOOP(only_a_trusted_certificate_for_the_name_is_accepted, 0, CASES)
{
    struct call call = {
        .call = {.method = "GET", .timeout_ms = 60000, .answer_max = 65536, .allow_private = true}
    };
    const bool good = cases[_i].distrust == HTTP_BELIEVED;
    begin(_i);
    make(&call, _i);
    tls_server_stop(server);
    ck_assert_msg(call.ok == good, "%s: %s", cases[_i].why, call.ok ? "accepted" : call.fault.code);
    ck_assert_msg(call.answer.distrust == cases[_i].distrust, "%s: %d", cases[_i].why,
                  (int)call.answer.distrust);
    if (good)
        ck_assert_int_eq(call.answer.status, 200);
    else
        ck_assert_str_eq(call.fault.code, "upstream_unreachable");
    ck_assert_msg(call.answer.sent == good, "nothing is sent before the certificate is verified");
}

TEST_LOOP(connect_only_reports_any_certificate, 0, CASES)
{
    struct call call = {
        .call = {
                 .method = "GET", .timeout_ms = 60000, .allow_private = true, .only_connects = true}
    };
    begin(_i);
    make(&call, _i);
    tls_server_stop(server);
    ck_assert_msg(call.ok, "%s: %s", cases[_i].why, call.ok ? "" : call.fault.code);
    ck_assert_msg(call.answer.distrust == cases[_i].distrust, "%s: %d", cases[_i].why,
                  (int)call.answer.distrust);
    ck_assert_int_eq(call.answer.status, 0);
    ck_assert(!call.answer.sent);
    const int64_t left_s = (call.answer.certificate_until_us - now_wall_us()) / US_PER_S;
    const int64_t expected_s = (int64_t)cases[_i].until_day * 86400;
    ck_assert_int_le(left_s, expected_s);
    ck_assert_int_gt(left_s, expected_s - 3600);
}

int main(void)
{
    int failed = EXIT_SUCCESS;
    const struct certificate of_issuer = {.name = "issuer", .from_day = -100, .until_day = 100};
    if (mkdtemp(folder) == NULL)
        return EXIT_FAILURE;
    snprintf(path, sizeof(path), "%s/server", folder);
    snprintf(issuer, sizeof(issuer), "%s/issuer", folder);
    if (!certificate_make(&of_issuer, issuer))
        return EXIT_FAILURE;
    if (system("openssl version >/dev/null 2>&1") == 0) {
        failed = test_run_all();
    } else {
        puts("skipped: the openssl command is missing");
    }
    certificate_drop(path);
    certificate_drop(issuer);
    rmdir(folder);
    return failed;
}
