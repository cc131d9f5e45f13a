// SPDX-License-Identifier: MIT
#include "receiver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <check.h>

#include "base/now.h"

enum { REQUEST_ROOM = 2 * 1024 * 1024, STALL_MS = 60000 };

static void take_header(const char *head, const char *name, char *out, size_t room)
{
    const char *at = strcasestr(head, name);

    out[0] = '\0';
    if (at == NULL)
        return;
    at += strlen(name);
    const size_t len = strcspn(at, "\r");
    snprintf(out, room, "%.*s", (int)len, at);
}

static struct received read_request(char *request, size_t len)
{
    struct received out = {.at_ms = now_mono_ns() / NS_PER_MS};
    char *body = strstr(request, "\r\n\r\n") + 4;

    if (sscanf(request, "POST %31s ", out.path) != 1)
        snprintf(out.path, sizeof out.path, "no POST");
    out.body_len = len - (size_t)(body - request);
    snprintf(out.body, sizeof out.body, "%.*s", (int)out.body_len, body);
    body[0] = '\0';
    take_header(request, "\r\nwebhook-id: ", out.id, sizeof out.id);
    take_header(request, "\r\nwebhook-timestamp: ", out.timestamp, sizeof out.timestamp);
    take_header(request, "\r\nwebhook-signature: ", out.signature, sizeof out.signature);
    take_header(request, "\r\nIdempotency-Key: ", out.key, sizeof out.key);
    take_header(request, "\r\nContent-Type: ", out.type, sizeof out.type);
    return out;
}

static struct received *note(struct receiver *receiver, const struct received *one,
                             struct reaction *reaction)
{
    int nth = 0, at_once = 1;

    pthread_mutex_lock(&receiver->lock);
    for (int i = 0; i < receiver->count; i++)
        if (strcmp(receiver->all[i].path, one->path) == 0) {
            nth++;
            at_once += receiver->all[i].ended ? 0 : 1;
        }
    ck_assert_int_lt(receiver->count, RECEIVED_MAX);
    struct received *kept = &receiver->all[receiver->count++];
    *kept = *one;
    kept->at_once = at_once;
    *reaction = receiver->react(one, nth);
    pthread_mutex_unlock(&receiver->lock);
    return kept;
}

/* A request whose client has closed the connection has ended, too. */
static void wait_for(int fd, int ms)
{
    const struct timeval most = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    char byte;

    if (ms == 0)
        return;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    (void)!recv(fd, &byte, 1, MSG_PEEK);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){0}, sizeof most);
}

static bool answer(int fd, const struct reaction *reaction)
{
    char head[512], more[256] = "";
    static const char zeros[4096];

    if (reaction->status == 0)
        return false;
    if (reaction->retry_after_s > 0)
        snprintf(more, sizeof more, "Retry-After: %d\r\n", reaction->retry_after_s);
    if (reaction->location != NULL)
        snprintf(more, sizeof more, "Location: %s\r\n", reaction->location);
    snprintf(head, sizeof head, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n%s\r\n", reaction->status,
             reaction->body_len, more);
    if (!say_all(fd, head, strlen(head)))
        return false;
    if (reaction->body != BODY_WHOLE) {
        wait_for(fd, reaction->body == BODY_STALLS ? STALL_MS : 0);
        return false;
    }
    for (size_t left = reaction->body_len; left > 0;) {
        const size_t len = left < sizeof zeros ? left : sizeof zeros;
        if (!say_all(fd, zeros, len))
            return false;
        left -= len;
    }
    return true;
}

static void serve(void *data, int fd)
{
    struct receiver *receiver = data;
    char *request = malloc(REQUEST_ROOM);
    struct reaction reaction;
    bool open = request != NULL;
    size_t len;

    while (open && (len = hear_request(fd, request, REQUEST_ROOM)) > 0) {
        const struct received one = read_request(request, len);
        struct received *kept = note(receiver, &one, &reaction);
        wait_for(fd, reaction.delay_ms);
        while (reaction.waits_for != NULL && !atomic_load(reaction.waits_for))
            usleep(1000);
        pthread_mutex_lock(&receiver->lock);
        kept->ended = true;
        pthread_mutex_unlock(&receiver->lock);
        open = answer(fd, &reaction);
    }
    free(request);
}

void receiver_start(struct receiver *receiver,
                    struct reaction (*react)(const struct received *one, int nth))
{
    memset(receiver, 0, sizeof *receiver);
    pthread_mutex_init(&receiver->lock, NULL);
    receiver->react = react;
    visitors_start(&receiver->at, "127.0.0.1", 0, serve, receiver);
}

void receiver_stop(struct receiver *receiver)
{
    visitors_stop(&receiver->at);
}

int receiver_count(struct receiver *receiver, const char *path)
{
    int count = 0;

    pthread_mutex_lock(&receiver->lock);
    for (int i = 0; i < receiver->count; i++)
        count += path == NULL || strcmp(receiver->all[i].path, path) == 0;
    pthread_mutex_unlock(&receiver->lock);
    return count;
}

struct received receiver_get(struct receiver *receiver, const char *path, int nth)
{
    struct received found = {.path = ""};
    int i = 0;

    pthread_mutex_lock(&receiver->lock);
    for (; i < receiver->count; i++)
        if (strcmp(receiver->all[i].path, path) == 0 && nth-- == 0) {
            found = receiver->all[i];
            break;
        }
    const bool there = i < receiver->count;
    pthread_mutex_unlock(&receiver->lock);
    ck_assert_msg(there, "nothing came to %s", path);
    return found;
}
