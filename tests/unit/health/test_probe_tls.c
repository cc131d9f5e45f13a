// SPDX-License-Identifier: MIT
/* Uses a server of the openssl command; without that command the test is skipped with a message. */

#include "probe_fixture.h"
#include "support/certificate.h"
#include "support/tls_server.h"

TEST_CASE("all", .setup = probe_fixture_begin, .teardown = probe_fixture_end, .timeout_s = 60);

static char folder[] = "/tmp/health-tls-XXXXXX";
static char issuer[64], issuer_file[80], path[64];

static const struct {
    const char *why;
    const char *name; /* of the certificate */
    int from_day, until_day;
    bool issued;
    enum probe_trouble trouble;
    const char *detail;
} rows[] = {
    {"all is well",               "localhost", -1, 30, true,  TROUBLE_NONE,        ""             },
    {"of nobody's",               "localhost", -1, 30, false, TROUBLE_CERTIFICATE, "self-signed"  },
    {"another name",              "other",     -1, 30, true,  TROUBLE_CERTIFICATE, "other name"   },
    {"an expired one",            "localhost", -9, -2, true,  TROUBLE_CERTIFICATE, "expired"      },
    {"one that is not valid yet", "localhost", 2,  9,  true,  TROUBLE_CERTIFICATE, "not yet valid"},
};

TEST_ROWS_WHY(certificate_determines_result_and_days, rows)
{
    const struct certificate certificate = {.name = row->name,
                                            .from_day = row->from_day,
                                            .until_day = row->until_day,
                                            .issuer = row->issued ? issuer : NULL};
    int port;

    ck_assert(certificate_make(&certificate, path));
    const pid_t server = tls_server_start(path, &port);
    ck_assert_int_gt(server, 0);
    const char *target = textf("localhost:%d", port);
    many[0] = "127.0.0.1";
    struct check check = check_of(CHECK_TLS, target);
    const struct probe_result result = probe_once(&check);
    ck_assert_msg(result.trouble == row->trouble, "%s", probe_trouble_names[result.trouble]);
    const double days = reading_of(&result, MEASURE_certificate_days);
    if (row->trouble == TROUBLE_NONE)
        ck_assert_msg(days <= row->until_day && days > row->until_day - 0.01, "%f", days);
    ck_assert_str_eq(result.detail, row->detail);
    check = check_of(CHECK_HTTP, textf("https://localhost:%d/", port));
    expect_trouble(probe_once(&check), row->trouble, row->detail);
    tls_server_stop(server);
}

TEST(server_without_tls_is_refused)
{
    struct check check = check_of(CHECK_TLS, textf("127.0.0.1:%d", pages.port));

    check.timeout_ms = 500;
    const struct probe_result result = probe_once(&check);
    ck_assert(result.trouble == TROUBLE_REFUSED || result.trouble == TROUBLE_TIMEOUT);
    ck_assert(isnan(reading_of(&result, MEASURE_certificate_days)));
}

int main(void)
{
    const struct certificate of_issuer = {.name = "issuer", .from_day = -100, .until_day = 100};
    int code = EXIT_SUCCESS;

    if (mkdtemp(folder) == NULL)
        return EXIT_FAILURE;
    snprintf(path, sizeof path, "%s/server", folder);
    snprintf(issuer, sizeof issuer, "%s/issuer", folder);
    snprintf(issuer_file, sizeof issuer_file, "%s.pem", issuer);
    ca_file = issuer_file;
    if (!certificate_make(&of_issuer, issuer))
        code = EXIT_FAILURE;
    else if (system("openssl version >/dev/null 2>&1") == 0)
        code = test_run_all();
    else
        puts("skipped: the openssl command is missing");
    certificate_drop(path);
    certificate_drop(issuer);
    rmdir(folder);
    return code;
}
