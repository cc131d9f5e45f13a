// SPDX-License-Identifier: MIT
#include "booking.h"

#include <sys/socket.h>

#include "clients/booking_client.h"
#include "clients/search_client.h"
#include "stand.h"
#include "support/patience.h"
#include "support/visitors.h"

enum { SAYS_MAX = 64, KEY_MAX = 80 };

const char booking_lost[] = "";

static struct {
    pthread_mutex_t mutex;
    struct visitors at;
    char url[64];
    struct booking_says says[SAYS_MAX];
    int say_count, said;
    char requests[BOOKING_ASKED_MAX][BOOKING_REQUEST_MAX];
    int asked;
    char keys[BOOKING_ASKED_MAX][KEY_MAX];
    int effects;
    atomic_bool held;
} booking = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static void note_effect(const char *request)
{
    const char *key = strstr(request, "Idempotency-Key: ");
    char text[KEY_MAX] = "";

    if (key != NULL)
        snprintf(text, sizeof text, "%.*s", (int)strcspn(key + 17, "\r"), key + 17);
    for (int i = 0; i < booking.effects; i++)
        if (text[0] != '\0' && strcmp(booking.keys[i], text) == 0)
            return;
    memcpy(booking.keys[booking.effects++], text, sizeof text);
}

static struct booking_says note(const char *request, int *number)
{
    const bool fast = strstr(request, " /fast/") != NULL;
    struct booking_says says = {.status = 200};

    pthread_mutex_lock(&booking.mutex);
    ck_assert_int_lt(booking.asked, BOOKING_ASKED_MAX);
    snprintf(booking.requests[booking.asked], BOOKING_REQUEST_MAX, "%s", request);
    *number = ++booking.asked;
    if (!fast) {
        says = booking.says[booking.said];
        if (booking.said + 1 < booking.say_count)
            booking.said++;
    }
    if (says.ms < 0)
        booking.held = true;
    if (says.status / 100 == 2)
        note_effect(request);
    pthread_mutex_unlock(&booking.mutex);
    return says;
}

static bool answer(int fd, const struct booking_says *says, int number)
{
    char body[4096], text[4608];

    if (says->ms > 0)
        usleep((useconds_t)says->ms * 1000);
    while (booking.held)
        usleep(1000);
    if (says->status == 0 || says->body == booking_lost)
        return false;
    if (says->body != NULL)
        snprintf(body, sizeof body, "%s", says->body);
    else
        snprintf(body, sizeof body, "{\"n\":%d}", number);
    const int len = snprintf(text, sizeof text,
                             "HTTP/1.1 %d Said\r\nContent-Type: application/json\r\n"
                             "Content-Length: %zu\r\n\r\n%s",
                             says->status, strlen(body), body);
    return send(fd, text, (size_t)len, MSG_NOSIGNAL) == len;
}

static void serve(void *data, int fd)
{
    char request[BOOKING_REQUEST_MAX];
    struct booking_says says;
    int number;

    do {
        if (hear_request(fd, request, sizeof request) == 0)
            return;
        says = note(request, &number);
    } while (answer(fd, &says, number));
}

static bool is_late(int64_t timeout_ms)
{
    bool late = false;

    pthread_mutex_lock(&booking.mutex);
    for (int i = 0; i < booking.say_count; i++)
        late = late || booking.says[i].ms >= timeout_ms;
    pthread_mutex_unlock(&booking.mutex);
    return late;
}

/* If no answer is to be late, the call waits as long as the machine takes. */
__typeof__(http_client_call) __real_http_client_call, __wrap_http_client_call;
bool __wrap_http_client_call(struct http_client *client, const struct http_call *call,
                             struct arena *arena, struct http_answer *answer, struct fault *fault)
{
    struct http_call patient = *call;

    if ((call->timeout_ms == BOOKING_TIMEOUT_MS || call->timeout_ms == SEARCH_TIMEOUT_MS) &&
        !is_late(call->timeout_ms))
        patient.timeout_ms = patience_ms(0);
    return __real_http_client_call(client, &patient, arena, answer, fault);
}

void booking_say(const struct booking_says *says, int count)
{
    pthread_mutex_lock(&booking.mutex);
    memcpy(booking.says, says, (size_t)count * sizeof says[0]);
    booking.say_count = count;
    booking.said = 0;
    pthread_mutex_unlock(&booking.mutex);
}

static void stop(void *data)
{
    booking.held = false;
    visitors_stop(&booking.at);
}

void booking_start(const struct booking_says *says, int count)
{
    booking.asked = booking.effects = 0;
    booking.held = false;
    booking_say(says, count);
    visitors_start(&booking.at, "127.0.0.1", 0, serve, NULL);
    snprintf(booking.url, sizeof booking.url, "http://127.0.0.1:%d", booking.at.port);
    stand_started(&booking, stop);
}

void booking_hold(bool hold)
{
    booking.held = hold;
}

void booking_stop(void)
{
    stand_stop(&booking);
}

const char *booking_url(void)
{
    return booking.url;
}

static int read_number(const int *number)
{
    pthread_mutex_lock(&booking.mutex);
    const int value = *number;
    pthread_mutex_unlock(&booking.mutex);
    return value;
}

int booking_asked(void)
{
    return read_number(&booking.asked);
}

void wait_asked(int count)
{
    stand_until(booking_asked() >= count, "%d requests, not %d", booking_asked(), count);
}

const char *booking_request(int number)
{
    ck_assert_int_lt(number, booking_asked());
    return booking.requests[number];
}

int booking_effects(void)
{
    return read_number(&booking.effects);
}
