// SPDX-License-Identifier: MIT
/* TLS with a server of the openssl command; without that command the tests are skipped with a
 * message. */
#include <signal.h>

#include "http/client.h"
#include "loop/fiber.h"

#include "support/certificate.h"
#include "support/scratch.h"
#include "support/tls_server.h"

static char folder[] = "/tmp/http-client-XXXXXX";
static char issuer[64], path[64], trusted_file[80];
static int port;

static struct loop *loop;
static struct http_client *client;
static struct http_call call;
static struct http_answer answer;
static bool ok;

static void run(void *data)
{
    ok = http_client_call(client, &call, &arena, &answer, &fault);
    loop_stop(loop);
}

static const struct row {
    const char *why, *host;
    int from_day, until_day;
    bool issued;
    bool trusted; /* the server's certificate, or its issuer's, is in the file */
    enum http_distrust distrust;
} cases[] = {
    {"a trusted certificate",                "localhost", -1, 30, false, true,  HTTP_TRUSTED       },
    {"a certificate of a trusted issuer",    "localhost", -1, 30, true,  true,  HTTP_TRUSTED       },
    {"an untrusted self-signed certificate", "localhost", -1, 30, false, false, HTTP_SELF_SIGNED   },
    {"a certificate of an unknown issuer",   "localhost", -1, 30, true,  false, HTTP_UNKNOWN_ISSUER},
    {"a certificate for another name",       "127.0.0.1", -1, 30, false, true,  HTTP_OTHER_NAME    },
    {"an expired certificate",               "localhost", -9, -2, true,  true,  HTTP_EXPIRED       },
    {"a certificate that is not yet valid",  "localhost", 2,  9,  true,  true,  HTTP_NOT_YET_VALID },
};

/* Calls a server with the row's certificate. */
static void make(const struct row *row)
{
    const struct certificate certificate = {.name = "localhost",
                                            .from_day = row->from_day,
                                            .until_day = row->until_day,
                                            .issuer = row->issued ? issuer : NULL};
    const struct http_client_options options = {.ca_file = row->trusted ? trusted_file : NULL};

    signal(SIGPIPE, SIG_IGN);
    ck_assert(certificate_make(&certificate, path));
    const pid_t server = tls_server_start(path, &port);
    ck_assert_int_gt(server, 0);
    snprintf(trusted_file, sizeof trusted_file, "%s.pem", row->issued ? issuer : path);
    /* With a known address, connecting has the whole timeout, because openssl may be slow. */
    struct work_address address;
    ck_assert(work_address_parse("127.0.0.1", (uint16_t)port, &address));
    call.method = "GET";
    call.timeout_ms = 60000;
    call.allow_private = true;
    call.address = &address;
    call.url = textf("https://%s:%d/", row->host, port);
    loop = loop_create(&fault);
    struct work *work = work_create(loop, 1, 16, &fault);
    ck_ok((client = http_client_create(loop, work, &options, &fault)) != NULL);
    ck_ok(fiber_start(loop, run, NULL, now_mono_ns() + 120 * NS_PER_S, "call", &fault));
    loop_run(loop);
    http_client_destroy(client);
    work_destroy(work);
    loop_destroy(loop);
    tls_server_stop(server);
}

static void expect_verdict(const struct row *row)
{
    make(row);
    ck_assert_msg(ok == (row->distrust == HTTP_TRUSTED), "%s", ok ? "accepted" : fault.code);
    ck_assert_int_eq(answer.distrust, row->distrust);
}

TEST_ROWS_WHY(only_a_trusted_certificate_for_the_name_is_accepted, cases)
{
    call = (struct http_call){.answer_max = 65536};
    expect_verdict(row);
    if (ok)
        ck_assert_int_eq(answer.status, 200);
    else
        ck_assert_str_eq(fault.code, "upstream_unreachable");
    ck_assert_msg(answer.sent == ok, "nothing is sent before the certificate is verified");
}

TEST_ROWS_WHY(connect_only_reports_the_end_of_a_trusted_certificate, cases)
{
    call = (struct http_call){.only_connects = true};
    expect_verdict(row);
    ck_assert(!answer.sent);
    if (!ok)
        return;
    ck_assert_int_eq(answer.status, 0);
    const int64_t left_s = (answer.certificate_until_us - now_wall_us()) / US_PER_S;
    const int64_t expected_s = (int64_t)row->until_day * 86400;
    ck_assert_int_le(left_s, expected_s);
    ck_assert_int_gt(left_s, expected_s - 3600);
}

int main(void)
{
    int failed = EXIT_SUCCESS;
    const struct certificate of_issuer = {.name = "issuer", .from_day = -100, .until_day = 100};

    if (mkdtemp(folder) == NULL)
        return EXIT_FAILURE;
    snprintf(path, sizeof path, "%s/server", folder);
    snprintf(issuer, sizeof issuer, "%s/issuer", folder);
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
