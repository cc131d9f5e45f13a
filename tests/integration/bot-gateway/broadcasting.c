// SPDX-License-Identifier: MIT
#include "broadcasting.h"

#include <stdlib.h>

void broadcasting_people(int first, int last)
{
    stand_look();
    stand_sql("INSERT INTO person (bot_id, user_id, told_language, first_seen_at, last_seen_at)"
              " SELECT b.id, n, 'ru', now() - interval '1 day', now() - interval '1 day'"
              " FROM bot b, generate_series(%d, %d) n WHERE b.name = 'taxi'",
              first, last);
}

struct answer broadcasting_ask(const char *body)
{
    return ask_post(post_broadcast, .body = body);
}

struct answer broadcasting_ask_for(const char *audience)
{
    return broadcasting_ask(textf("{'bot':'taxi','audience':%s,'text':'news'}", audience));
}

struct answer broadcasting_make(void)
{
    return ck_status(broadcasting_ask_for("{'all':true}"), 202);
}

struct answer broadcasting_act(http_handler *action, const char *id)
{
    return ask_action(action, .id = id);
}

const char *broadcasting_shown(const char *id)
{
    static char text[200];
    struct answer answer = ck_status(ask_get(get_broadcast, .id = id), 200);
    const char *names[] = {"total",       "queued",    "sent",     "failed",
                           "unreachable", "uncertain", "cancelled"};
    int used = snprintf(text, sizeof text, "%s", text_at(answer.json, "status"));
    json_int_t ended = 0;

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const json_int_t number = json_integer_value(json_object_get(answer.json, names[i]));
        if (i > 0)
            ended += number;
        if (number > 0)
            used += snprintf(text + used, sizeof text - (size_t)used, " %s %lld", names[i],
                             (long long)number);
    }
    ck_number(answer.json, "total", ended);
    return text;
}

void broadcasting_wait(const char *id, const char *wanted)
{
    stand_until(strcmp(broadcasting_shown(id), wanted) == 0, "%s, not %s", broadcasting_shown(id),
                wanted);
}

static void stop(void *app)
{
    periodic_stop(&((struct gateway_app *)app)->broadcaster);
    free(app);
}

struct gateway_app *broadcasting_start(struct sender *sender)
{
    struct gateway_app *app = calloc(1, sizeof *app);

    ck_assert_ptr_nonnull(app);
    app->service = stand_service();
    app->sender = sender;
    broadcaster_start(app);
    stand_started(app, stop);
    return app;
}
