// SPDX-License-Identifier: MIT
#include "client.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <check.h>

#include "support/patience.h"

static bool connected(const struct client *client, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect(client->fd, (struct sockaddr *)&address, sizeof address) == 0;
}

void client_reserve(struct client *client)
{
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(client->fd, 0);
    client->bytes = malloc(CLIENT_ANSWER_MAX);
    ck_assert_ptr_nonnull(client->bytes);
    client->len = 0;
}

void client_connect(struct client *client, uint16_t port)
{
    ck_assert(connected(client, port));
}

void client_open(struct client *client, uint16_t port)
{
    client_reserve(client);
    client_connect(client, port);
}

bool client_try_open(struct client *client, uint16_t port)
{
    client_reserve(client);
    if (connected(client, port))
        return true;
    client_close(client);
    client->fd = -1;
    return false;
}

void client_close(struct client *client)
{
    close(client->fd);
    free(client->bytes);
    *client = (struct client){.fd = -1};
}

void client_reset(struct client *client)
{
    const struct linger reset = {1, 0};

    setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    client_close(client);
}

/* If the peer closes early, client_read() detects it. */
void client_send(struct client *client, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(client->fd, bytes, len, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes += sent;
        len -= (size_t)sent;
    }
}

void client_text(struct client *client, const char *text)
{
    client_send(client, text, strlen(text));
}

/* Returns false at the end of the stream or after the time limit. */
static bool receive(struct client *client, int64_t until, bool *ended)
{
    int64_t left = until - wait_now_ms();
    struct pollfd ready = {client->fd, POLLIN, 0};

    *ended = false;
    if (left < 0 || poll(&ready, 1, (int)left) <= 0)
        return false;
    ck_assert_uint_lt(client->len, CLIENT_ANSWER_MAX);
    ssize_t got = recv(client->fd, client->bytes + client->len, CLIENT_ANSWER_MAX - client->len, 0);
    *ended = got <= 0;
    if (got > 0)
        client->len += (size_t)got;
    return got > 0;
}

const char *answer_header(const struct answer *answer, const char *name)
{
    static _Thread_local char value[1024];
    char start[128];

    snprintf(start, sizeof start, "\r\n%s: ", name);
    const char *found = strcasestr(answer->head, start);
    value[0] = '\0';
    if (found != NULL) {
        found += strlen(start);
        size_t len = strcspn(found, "\r");
        ck_assert_uint_lt(len, sizeof value);
        memcpy(value, found, len);
        value[len] = '\0';
    }
    return value;
}

static size_t body_length(const struct answer *answer, bool head)
{
    if (head || answer->status == 204 || answer->status == 304 || answer->status < 200)
        return 0;
    return strtoul(answer_header(answer, "Content-Length"), NULL, 10);
}

static void take(struct client *client, size_t len)
{
    memmove(client->bytes, client->bytes + len, client->len - len);
    client->len -= len;
}

void client_read(struct client *client, bool head, int ms, struct answer *answer)
{
    int64_t until = wait_now_ms() + ms;

    memset(answer, 0, sizeof *answer);
    for (;;) {
        char *end = memmem(client->bytes, client->len, "\r\n\r\n", 4);
        if (end != NULL && answer->status == 0) {
            size_t len = (size_t)(end - client->bytes) + 4;
            ck_assert_uint_lt(len, sizeof answer->head);
            memcpy(answer->head, client->bytes, len);
            answer->status = atoi(answer->head + strlen("HTTP/1.1 "));
            take(client, len);
        }
        if (answer->status != 0 && client->len >= body_length(answer, head))
            break;
        if (!receive(client, until, &answer->closed)) {
            answer->status = 0;
            return;
        }
    }
    answer->body_len = body_length(answer, head);
    answer->body = calloc(1, answer->body_len + 1);
    ck_assert_ptr_nonnull(answer->body);
    memcpy(answer->body, client->bytes, answer->body_len);
    take(client, answer->body_len);
}

bool client_sees_end(struct client *client, int ms)
{
    int64_t until = wait_now_ms() + ms;
    bool ended = false;

    while (receive(client, until, &ended))
        client->len = 0;
    return ended;
}

void answer_finish(struct answer *answer)
{
    free(answer->body);
    answer->body = NULL;
}

int client_status(uint16_t port, const char *bytes, bool *closed)
{
    struct client client;
    struct answer answer;

    client_open(&client, port);
    client_text(&client, bytes);
    client_read(&client, strncmp(bytes, "HEAD", 4) == 0, (int)patience_ms(3000), &answer);
    const bool ends = strcmp(answer_header(&answer, "Connection"), "close") == 0;
    *closed = answer.closed || client_sees_end(&client, ends ? (int)patience_ms(3000) : 150);
    int status = answer.status;
    answer_finish(&answer);
    client_close(&client);
    return status;
}
