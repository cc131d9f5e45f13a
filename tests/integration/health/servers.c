// SPDX-License-Identifier: MIT
#include "servers.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <curl/curl.h>

#include "base/digest.h"
#include "loop/fiber.h"

#include "support/child.h"
#include "support/patience.h"

enum { SERVERS_MAX = 8, WORDS_MAX = 32 };

struct loop *loop;
struct work *work;
char servers_folder[SERVERS_PATH];
char servers_certificate[SERVERS_PATH], servers_key[SERVERS_PATH];
char telegram_root[SERVERS_PATH];
static pid_t children[SERVERS_MAX];
static int child_count;

/* --- processes --- */

/* Starts a program that prints its port, and returns the port. `words` end with NULL. */
static int server_start(const char *const *words)
{
    int results[2], port = 0;
    char line[256] = "";

    ck_assert_int_eq(pipe2(results, O_CLOEXEC), 0);
    const pid_t pid = child_fork();
    if (pid == 0) {
        dup2(results[1], STDOUT_FILENO);
        execvp(words[0], (char *const *)(uintptr_t)words);
        _exit(127);
    }
    close(results[1]);
    FILE *text = fdopen(results[0], "r");
    ck_assert_ptr_nonnull(fgets(line, sizeof line, text));
    fclose(text);
    const char *colon = strrchr(line, ':');
    ck_assert_msg(colon != NULL, "%s says %s", words[1], line);
    port = atoi(colon + 1);
    ck_assert_int_lt(child_count, SERVERS_MAX);
    children[child_count++] = pid;
    return port;
}

void servers_stop(void)
{
    for (int i = 0; i < child_count; i++) {
        kill(children[i], SIGKILL);
        waitpid(children[i], NULL, 0);
    }
    child_count = 0;
}

static int drop_file(const char *path, const struct stat *stat, int kind, struct FTW *walk)
{
    return remove(path);
}

void servers_certify(void)
{
    snprintf(servers_certificate, sizeof servers_certificate, "%.200s/cert.pem", servers_folder);
    snprintf(servers_key, sizeof servers_key, "%.200s/key.pem", servers_folder);
    const char *command =
        textf("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %s "
              "-out %s -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null",
              servers_key, servers_certificate);
    ck_assert_int_eq(system(command), 0);
}

void servers_begin(void)
{
    struct fault fault;

    signal(SIGPIPE, SIG_IGN);
    strcpy(servers_folder, "/tmp/health-alerts-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(servers_folder));
    loop = loop_create(&fault);
    work = work_create(loop, 2, 16, &fault);
    ck_assert_ptr_nonnull(work);
}

void servers_end(void)
{
    servers_stop();
    work_destroy(work);
    loop_destroy(loop);
    nftw(servers_folder, drop_file, 8, FTW_DEPTH | FTW_PHYS);
}

/* --- the mail server --- */

static int start_sink(const char *program, const char *const *options)
{
    const char *words[WORDS_MAX] = {"python3", program, servers_folder};

    for (int i = 0; options[i] != NULL; i++)
        words[i + 3] = options[i];
    return server_start(words);
}

int sink_start(const char *const *options)
{
    return start_sink(REPOSITORY "/tests/support/smtp_sink.py", options);
}

int http_sink_start(const char *const *options)
{
    return start_sink(REPOSITORY "/tests/support/http_sink.py", options);
}

/* NULL: there is none. */
static const char *read_file(const char *name)
{
    const char *path = textf("%s/%s", servers_folder, name);

    return access(path, R_OK) == 0 ? file_read(path) : NULL;
}

const char *sink_mail(int number)
{
    return read_file(textf("%d.eml", number));
}

const char *http_sink_request(int number)
{
    return read_file(textf("%d.http", number));
}

bool sink_received(const char *words)
{
    const char *text = read_file("said");

    return text != NULL && strstr(text, words) != NULL;
}

const char *sink_body(const char *mail)
{
    static char text[SERVERS_TEXT];
    const char *at = strstr(mail, "\n\n");
    size_t len = 0, got;

    ck_assert_ptr_nonnull(at);
    struct slice rest = slice_of(at + 2);
    while (rest.len > 0) {
        ck_assert(digest_base64_decode(DIGEST_BASE64, slice_cut(&rest, '\n'), text + len,
                                       sizeof text - len - 1, &got));
        len += got;
    }
    text[len] = '\0';
    return text;
}

/* --- Telegram --- */

void telegram_start(const char *token)
{
    char bot[256];
    const char *const words[] = {
        "python3", REPOSITORY "/tools/telegram/serve", "--port", "0", "--bot", bot, NULL};

    snprintf(bot, sizeof bot, "alerts:%s", token);
    snprintf(telegram_root, sizeof telegram_root, "http://127.0.0.1:%d", server_start(words));
}

static size_t keep(char *data, size_t size, size_t count, void *to)
{
    char *text = to;
    const size_t len = strlen(text);

    ck_assert_uint_lt(len + size * count, 4 * SERVERS_TEXT);
    memcpy(text + len, data, size * count);
    text[len + size * count] = '\0';
    return size * count;
}

json_t *telegram_control(const char *what, const char *body)
{
    static char text[4 * SERVERS_TEXT];
    char url[2 * SERVERS_PATH];
    CURL *curl = curl_easy_init();
    long status = 0;

    snprintf(url, sizeof url, "%s/control/%s", telegram_root, what);
    text[0] = '\0';
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 60000L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, text);
    if (body != NULL && body[0] == '\0')
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "DELETE");
    else if (body != NULL)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    ck_assert_int_eq(curl_easy_perform(curl), CURLE_OK);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(curl);
    ck_assert_msg(status == 200, "%s: %ld %s", what, status, text);
    json_t *json = json_loads(text, 0, NULL);
    ck_assert_ptr_nonnull(json);
    return json;
}

void telegram_do(const char *what, const char *body)
{
    json_decref(telegram_control(what, as_json(body)));
}

static json_t *messages_of(long long chat)
{
    return telegram_control(textf("chat?chat=%lld", chat), NULL);
}

size_t telegram_messages(long long chat)
{
    json_t *all = messages_of(chat);
    const size_t count = count_at(all, "messages");

    json_decref(all);
    return count;
}

json_t *telegram_message(long long chat, size_t back)
{
    json_t *all = messages_of(chat);
    json_t *list = json_object_get(all, "messages");
    const size_t count = json_array_size(list);
    json_t *found = back < count ? json_incref(json_array_get(list, count - back - 1)) : NULL;

    json_decref(all);
    return found;
}

/* --- the loop --- */

static void stop_loop(void *data)
{
    loop_stop(loop);
}

void run_loop(int ms)
{
    struct loop_timer timer = {0};

    ck_assert(loop_timer_start(loop, &timer, now_mono_ns() + ms * NS_PER_MS, stop_loop, NULL));
    loop_run(loop);
}

void run_fiber(void (*body)(void *data), void *data)
{
    const int64_t limit_ns = patience_ms(0) * NS_PER_MS;

    ck_ok(fiber_start(loop, body, data, now_mono_ns() + limit_ns, "test", &fault));
    loop_finish_fibers(loop, 2 * limit_ns);
}
