// SPDX-License-Identifier: MIT
#include "calendars.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http/client.h"

#include "support/visitors.h"

enum { TEXT_MAX = 128 * 1024, REQUEST_MAX = 16384, HUGE_BYTES = 50 << 20, FEED_IDS = 32 };

static struct {
    struct visitors visitors;
    pthread_mutex_t lock;
    int status;
    char headers[512];
    char body[TEXT_MAX];
    char last[REQUEST_MAX];
    atomic_int requests;
    atomic_bool ended;
} server = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct http_client *client;

static void say_answer(int fd, int status, const char *headers, const char *body)
{
    static _Thread_local char text[TEXT_MAX + 1024];
    const int len =
        snprintf(text, sizeof text,
                 "HTTP/1.1 %d Answer\r\nContent-Length: %zu\r\nConnection: close\r\n%s\r\n%s",
                 status, strlen(body), headers, body);

    say_all(fd, text, (size_t)len);
}

static void say_much(int fd)
{
    static const char block[65536] = {' '};

    say_all(fd, "HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\n\r\n", 49);
    for (size_t said = 0; said < HUGE_BYTES && !server.ended; said += sizeof block) {
        if (!say_all(fd, block, sizeof block))
            return;
    }
}

static void drip(int fd)
{
    say_all(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", 43);
    while (!server.ended && say_all(fd, "B", 1))
        usleep(20000);
}

static void redirect(int fd, const char *to, size_t len)
{
    char headers[1024];

    snprintf(headers, sizeof headers, "Location: %.*s\r\n", (int)len, to);
    say_answer(fd, 302, headers, "");
}

static void visit(void *data, int fd)
{
    static _Thread_local char request[REQUEST_MAX];
    static _Thread_local char body[TEXT_MAX], headers[512];
    int status;

    (void)data;
    if (hear_request(fd, request, sizeof request) == 0)
        return;
    server.requests++;
    pthread_mutex_lock(&server.lock);
    memcpy(server.last, request, sizeof request);
    memcpy(body, server.body, sizeof body);
    memcpy(headers, server.headers, sizeof headers);
    status = server.status;
    pthread_mutex_unlock(&server.lock);
    const char *path = request + strlen("GET ");

    if (strncmp(path, "/drip", 5) == 0)
        drip(fd);
    else if (strncmp(path, "/huge", 5) == 0)
        say_much(fd);
    else if (strncmp(path, "/loop", 5) == 0)
        redirect(fd, "/loop", 5);
    else if (strncmp(path, "/go?", 4) == 0)
        redirect(fd, path + 4, strcspn(path + 4, " "));
    else if (strncmp(path, "/deny", 5) == 0)
        say_answer(fd, 403, "", "no");
    else if (strncmp(path, "/gone", 5) != 0)
        say_answer(fd, status, headers, body);
}

void calendars_begin(void)
{
    static struct service_config demo;
    const struct http_client_options options = {.connect_ms = 20000};
    struct service *service = stand_service();
    struct fault fault;

    server.ended = false;
    server.requests = 0;
    visitors_start(&server.visitors, "127.0.0.1", 0, visit, NULL);
    client = http_client_create(service->loop, service->work, &options, &fault);
    ck_assert_ptr_nonnull(client);
    demo = *service->config;
    demo.environment = "demo";
    service->config = &demo;
    service->client = client;
    calendar_has("");
}

void calendars_end(void)
{
    server.ended = true;
    http_client_destroy(client);
    stand_service()->client = NULL;
    visitors_stop(&server.visitors);
    stand_finish();
}

void calendar_answers(int status, const char *headers, const char *body)
{
    pthread_mutex_lock(&server.lock);
    server.status = status;
    snprintf(server.headers, sizeof server.headers, "%s", headers);
    snprintf(server.body, sizeof server.body, "%s", body);
    pthread_mutex_unlock(&server.lock);
}

/* "20261201" of a day counted from today. */
static void put_day(char out[9], int offset)
{
    int year, month, day;

    ck_assert_int_eq(sscanf(stand_day(offset), "%d-%d-%d", &year, &month, &day), 3);
    snprintf(out, 9, "%04d%02d%02d", year, month, day);
}

const char *calendar_text(const char *stays)
{
    static char text[TEXT_MAX];
    size_t len = 0;
    int from, nights, used;

    len += (size_t)snprintf(text, sizeof text,
                            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Channel//EN\r\n");
    while (sscanf(stays, " %d+%d%n", &from, &nights, &used) == 2) {
        char start[9], end[9];
        put_day(start, from);
        put_day(end, from + nights);
        len +=
            (size_t)snprintf(text + len, sizeof text - len,
                             "BEGIN:VEVENT\r\nUID:%d-%d@channel.example\r\nDTSTAMP:20260101T000000Z"
                             "\r\nDTSTART;VALUE=DATE:%s\r\nDTEND;VALUE=DATE:%s\r\nSUMMARY:Reserved"
                             "\r\nEND:VEVENT\r\n",
                             from, nights, start, end);
        stays += used;
    }
    snprintf(text + len, sizeof text - len, "END:VCALENDAR\r\n");
    return text;
}

void calendar_has(const char *stays)
{
    calendar_answers(200, "", calendar_text(stays));
}

int calendar_requests(void)
{
    return server.requests;
}

const char *calendar_last_request(void)
{
    static char copy[REQUEST_MAX];

    pthread_mutex_lock(&server.lock);
    memcpy(copy, server.last, sizeof copy);
    pthread_mutex_unlock(&server.lock);
    return copy;
}

const char *calendar_url(const char *path)
{
    return textf("http://127.0.0.1:%d%s", server.visitors.port, path);
}

const char *feed_of(const char *apartment, const char *channel)
{
    static char ids[FEED_IDS][UUID_TEXT_LEN + 1];
    static int next;
    const char *url = calendar_url(textf("/calendar?%d", next));
    const char *body = textf("{'url':'%s','channel':'%s'}", url, channel);
    char *id = ids[next++ % FEED_IDS];
    const struct answer made =
        ck_status(ask_post(post_feed, .caller = &stand_owner, .id = apartment, .body = body), 201);

    snprintf(id, sizeof ids[0], "%.36s", made.id);
    return id;
}

struct answer feed_read(const char *apartment, const char *feed)
{
    return ask_action(read_feed, .id = apartment, .second_id = feed);
}

void ck_feed_at(const char *apartment, const char *feed, const char *status, const char *error,
                const char *file, int line)
{
    const struct answer read = stand_check(feed_read(apartment, feed), 200, NULL, file, line);
    const char *seen = json_string_value(json_object_get(read.json, "last_error"));

    ck_assert_msg(strcmp(json_string_value(json_object_get(read.json, "status")), status) == 0 &&
                      (seen == NULL ? error == NULL : error != NULL && strcmp(seen, error) == 0),
                  "%s:%d: %s, %s", file, line,
                  json_string_value(json_object_get(read.json, "status")),
                  seen != NULL ? seen : "no error");
}

const char *feed_nights(const char *apartment)
{
    return stand_text(
        "SELECT coalesce(string_agg((check_in - (now() AT TIME ZONE 'Asia/Almaty')::date)::text,"
        " ' ' ORDER BY check_in), '') FROM occupancy"
        " WHERE apartment_id = '%s' AND kind = 'feed' AND status = 'blocked'",
        apartment);
}
