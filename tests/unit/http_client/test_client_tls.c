// SPDX-License-Identifier: MIT
/* TLS against the server of the openssl command; without that command nothing is tested, and said.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <check.h>

#include "base/now.h"
#include "http/client.h"
#include "loop/fiber.h"

#include "peer.h"
#include "support/child.h"

static char folder[] = "/tmp/http-client-XXXXXX";
static char certificate[64], key[64];
static int port;
static pid_t server;

static bool make_certificate(void)
{
    char command[512];
    snprintf(command, sizeof(command),
             "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %s "
             "-out %s -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null",
             key, certificate);
    return system(command) == 0;
}

static bool listens(void)
{
    const struct sockaddr_in addr = {.sin_family = AF_INET,
                                     .sin_port = htons((uint16_t)port),
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ok = connect(fd, (const struct sockaddr *)&addr, sizeof(addr)) == 0;
    close(fd);
    return ok;
}

static void begin(void)
{
    static struct peer free_port;
    char number[16];
    peer_start(&free_port);
    peer_stop(&free_port);
    port = free_port.port;
    snprintf(number, sizeof(number), "%d", port);
    signal(SIGPIPE, SIG_IGN);
    server = child_fork();
    if (server == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        execlp("openssl", "openssl", "s_server", "-accept", number, "-cert", certificate, "-key",
               key, "-www", NULL);
        _exit(127);
    }
    for (int tries = 0; !listens(); tries++) {
        ck_assert_msg(tries < 500, "openssl s_server did not start");
        usleep(10000);
    }
}

static void end(void)
{
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
}

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
    bool trusted;
    bool ok;
} cases[] = {
    {"a certificate we trust", "localhost", true,  true },
    {"one we do not",          "localhost", false, false},
    {"one for another name",   "127.0.0.1", true,  false},
};

START_TEST(only_a_certificate_that_is_trusted_and_fits_the_name_is_accepted)
{
    struct call call = {
        .call = {.method = "GET", .timeout_ms = 3000, .answer_max = 65536, .allow_private = true}
    };
    const struct http_client_options options = {.ca_file = cases[_i].trusted ? certificate : NULL};
    char url[64];
    snprintf(url, sizeof(url), "https://%s:%d/", cases[_i].host, port);
    call.call.url = url;
    arena_init(&call.arena, 1 << 20);
    call.loop = loop_create(&call.fault);
    struct work *work = work_create(call.loop, 1, 16, &call.fault);
    call.client = http_client_create(call.loop, work, &options, &call.fault);
    ck_assert_ptr_nonnull(call.client);
    ck_assert(fiber_start(call.loop, run, &call, now_mono_ns() + 10000000000, "call", &call.fault));
    loop_run(call.loop);
    ck_assert_msg(call.ok == cases[_i].ok, "%s: %s", cases[_i].why,
                  call.ok ? "accepted" : call.fault.code);
    if (cases[_i].ok)
        ck_assert_int_eq(call.answer.status, 200);
    else
        ck_assert_str_eq(call.fault.code, "upstream_unreachable");
    ck_assert_msg(call.answer.sent == cases[_i].ok, "nothing leaves before the name is proven");
    http_client_destroy(call.client);
    work_destroy(work);
    loop_destroy(call.loop);
    arena_finish(&call.arena);
}
END_TEST

int main(void)
{
    int failed = 0;
    if (mkdtemp(folder) == NULL)
        return EXIT_FAILURE;
    snprintf(certificate, sizeof(certificate), "%s/cert.pem", folder);
    snprintf(key, sizeof(key), "%s/key.pem", folder);
    if (make_certificate()) {
        Suite *suite = suite_create("http/client over TLS");
        TCase *tcase = tcase_create("all");
        tcase_add_checked_fixture(tcase, begin, end);
        tcase_add_loop_test(tcase, only_a_certificate_that_is_trusted_and_fits_the_name_is_accepted,
                            0, sizeof(cases) / sizeof(cases[0]));
        suite_add_tcase(suite, tcase);
        SRunner *runner = srunner_create(suite);
        srunner_run_all(runner, CK_NORMAL);
        failed = srunner_ntests_failed(runner);
        srunner_free(runner);
    } else {
        puts("skipped: the openssl command is missing");
    }
    unlink(certificate);
    unlink(key);
    rmdir(folder);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
