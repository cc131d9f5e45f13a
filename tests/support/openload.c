// SPDX-License-Identifier: MIT
/* Open-loop HTTP load: requests are due at fixed times whether or not earlier ones have ended, and
 * a latency counts from the time a request was due, so that a stall shows (no coordinated
 * omission).
 *
 *   openload PORT RATE SECONDS CONNECTIONS TARGETS [HEADER...]
 *
 * TARGETS is a file of paths, one a line, taken in turn; behind a path and a space stands the body
 * of a POST. HEADER is added to each request. One request at a time on each keep-alive connection.
 * Prints one line of JSON: how many were due, sent, answered, by class of status, broken, and
 * latencies in milliseconds of the 2xx and of the 503.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    CONNECTIONS_MAX = 4096,
    TARGETS_MAX = 10000,
    ANSWER_MAX = 512 * 1024,
    SAMPLES_MAX = 1 << 24
};

struct connection {
    int fd;
    bool busy;
    int64_t due;  /* of the request in flight */
    int64_t sent; /* when it was */
    size_t len;   /* of the answer so far */
    char *answer;
};

struct samples {
    float *ms;
    size_t count;
};

static struct sockaddr_in peer;
static struct connection *connections;
static size_t connection_count, idle_count, *idle;
static char *requests[TARGETS_MAX];
static size_t request_count, next_request;
static int poll_fd;
static uint64_t sent, answered, ok, shed, refused, failed, broken;
static struct samples good, turned_away;

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void connect_again(struct connection *c)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    int one = 1;

    if (c->fd >= 0)
        close(c->fd);
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(c->fd, (struct sockaddr *)&peer, sizeof peer) != 0) {
        close(c->fd);
        c->fd = -1;
        return;
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &event);
}

static void sample(struct samples *s, int64_t due)
{
    if (s->count < SAMPLES_MAX)
        s->ms[s->count++] = (float)((double)(now_ns() - due) / 1e6);
}

static void release(struct connection *c)
{
    c->busy = false;
    c->len = 0;
    idle[idle_count++] = (size_t)(c - connections);
}

static void count_answer(struct connection *c)
{
    int status = atoi(c->answer + 9);

    answered++;
    if (status < 300) {
        ok++;
        sample(&good, c->due);
    } else if (status == 503 || status == 429) {
        shed++;
        sample(&turned_away, c->sent);
    } else if (status < 500) {
        refused++;
    } else {
        failed++;
    }
}

static void read_answer(struct connection *c)
{
    ssize_t got = recv(c->fd, c->answer + c->len, ANSWER_MAX - 1 - c->len, MSG_DONTWAIT);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        if (c->busy) {
            broken++;
            release(c);
        }
        connect_again(c);
        return;
    }
    c->len += (size_t)got;
    c->answer[c->len] = '\0';
    char *end = strstr(c->answer, "\r\n\r\n");
    if (end == NULL)
        return;
    char *length = strcasestr(c->answer, "content-length:");
    if (length != NULL && length < end &&
        c->len < (size_t)(end + 4 - c->answer) + (size_t)atol(length + 15))
        return;
    *end = '\0';
    bool close_after = strcasestr(c->answer, "connection: close") != NULL;
    count_answer(c);
    release(c);
    if (close_after)
        connect_again(c);
}

static bool send_one(int64_t due)
{
    const char *request = requests[next_request++ % request_count];

    if (idle_count == 0)
        return false;
    struct connection *c = &connections[idle[--idle_count]];
    if (c->fd < 0)
        connect_again(c);
    c->busy = true;
    c->due = due;
    c->sent = now_ns();
    if (c->fd < 0 || send(c->fd, request, strlen(request), MSG_NOSIGNAL) < 0) {
        broken++;
        release(c);
        connect_again(c);
        return true;
    }
    sent++;
    return true;
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return (x > y) - (x < y);
}

static double share(struct samples *s, double part)
{
    if (s->count == 0)
        return 0;
    return (double)s->ms[(size_t)((double)(s->count - 1) * part)];
}

static void load_targets(const char *path, int headers, char **header)
{
    char line[2048], more[4096] = "", *text;
    FILE *file = fopen(path, "r");

    for (int i = 0; i < headers; i++) {
        strncat(more, header[i], sizeof more - strlen(more) - 3);
        strcat(more, "\r\n");
    }
    while (file != NULL && request_count < TARGETS_MAX && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = '\0';
        const char *body = strchr(line, ' ');
        if (body == NULL
                ? asprintf(&text, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", line, more) < 0
                : asprintf(&text,
                           "POST %.*s HTTP/1.1\r\nHost: localhost\r\n"
                           "Content-Length: %zu\r\n%s\r\n%s",
                           (int)(body - line), line, strlen(body + 1), more, body + 1) < 0)
            exit(1);
        requests[request_count++] = text;
    }
    if (request_count == 0) {
        fprintf(stderr, "openload: no targets in %s\n", path);
        exit(2);
    }
    fclose(file);
}

static void run(double rate, double seconds)
{
    struct epoll_event events[256];
    int64_t began = now_ns(), end = began + (int64_t)(seconds * 1e9), due = began;
    int64_t step = (int64_t)(1e9 / rate), now = began;
    uint64_t wanted = 0;

    while (now < end) {
        int ready = epoll_wait(poll_fd, events, 256, due > now + 1000000 ? 1 : 0);
        for (int i = 0; i < ready; i++)
            read_answer(events[i].data.ptr);
        now = now_ns();
        while (due <= now && send_one(due)) {
            due += step;
            wanted++;
        }
    }
    wanted += (uint64_t)((now - due) / step > 0 ? (now - due) / step : 0);
    while (idle_count < connection_count && now_ns() < end + INT64_C(3000000000)) {
        int ready = epoll_wait(poll_fd, events, 256, 10);
        for (int i = 0; i < ready; i++)
            read_answer(events[i].data.ptr);
    }
    qsort(good.ms, good.count, sizeof(float), by_value);
    qsort(turned_away.ms, turned_away.count, sizeof(float), by_value);
    printf("{\"due\":%lu,\"sent\":%lu,\"answered\":%lu,\"ok\":%lu,\"shed\":%lu,\"refused\":%lu,"
           "\"failed\":%lu,\"broken\":%lu,\"ok_p50\":%.2f,\"ok_p99\":%.2f,\"ok_max\":%.2f,"
           "\"shed_p50\":%.2f,\"shed_p99\":%.2f}\n",
           (unsigned long)wanted, (unsigned long)sent, (unsigned long)answered, (unsigned long)ok,
           (unsigned long)shed, (unsigned long)refused, (unsigned long)failed,
           (unsigned long)broken, share(&good, 0.5), share(&good, 0.99), share(&good, 1.0),
           share(&turned_away, 0.5), share(&turned_away, 0.99));
}

int main(int argc, char **argv)
{
    if (argc < 6) {
        fprintf(stderr, "openload PORT RATE SECONDS CONNECTIONS TARGETS [HEADER...]\n");
        return 2;
    }
    peer = (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)atoi(argv[1])),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    connection_count = (size_t)atoi(argv[4]);
    if (connection_count == 0 || connection_count > CONNECTIONS_MAX)
        return 2;
    load_targets(argv[5], argc - 6, argv + 6);
    connections = calloc(connection_count, sizeof *connections);
    idle = calloc(connection_count, sizeof *idle);
    good.ms = malloc(sizeof(float) * SAMPLES_MAX);
    turned_away.ms = malloc(sizeof(float) * SAMPLES_MAX);
    poll_fd = epoll_create1(0);
    if (connections == NULL || idle == NULL || good.ms == NULL || turned_away.ms == NULL)
        return 1;
    for (size_t i = 0; i < connection_count; i++) {
        connections[i].fd = -1;
        connections[i].answer = malloc(ANSWER_MAX);
        connect_again(&connections[i]);
        idle[idle_count++] = i;
    }
    run(atof(argv[2]), atof(argv[3]));
    return 0;
}
