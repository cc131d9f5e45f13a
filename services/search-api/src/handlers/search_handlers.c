// SPDX-License-Identifier: MIT
/* What people look for in what was said. */
#include "base/now.h"

#include "app.h"
#include "feeding/feeder.h"
#include "handlers/handlers.h"
#include "learning/learner.h"
#include "rebuilding/rebuilder.h"
#include "search/nearby.h"
#include "search/search_json.h"

/* That there are no vectors at all is news to who has asked for them alone. */
static bool is_news(const struct search_app *app, const struct search *asked)
{
    return app->embedder != NULL || asked->mode == SEARCH_HYBRID || asked->mode == SEARCH_VECTOR;
}

static void say(const struct search_app *app, const struct search *asked,
                const struct search_found *found, struct search_said *said)
{
    size_t count = 0;

    said->lag_seconds = feeder_lag_seconds(app->feeder);
    if (found->missing != NULL && is_news(app, asked))
        said->reasons[count++] = found->missing;
    if (!learner_is_ready(app->learner))
        said->reasons[count++] = "words_uncounted";
    if (feeder_is_filling(app->feeder))
        said->reasons[count++] = "index_filling";
    if (feeder_is_behind(app->feeder))
        said->reasons[count++] = "index_behind";
    if (rebuilder_is_behind(app->rebuilder))
        said->reasons[count++] = "words_outdated";
    if (found->newest_alone)
        said->reasons[count++] = "words_common";
    said->degraded = count > 0;
}

static bool read_asked(const struct http_request *req, struct search *asked, struct slice *filters,
                       struct shown *shown, struct fault *fault)
{
    fields_clear(&search_fields, asked);
    asked->from = asked->to = FIELD_ABSENT;
    asked->prefix = false;
    asked->limit = LIST_LIMIT_DEFAULT;
    return http_request_query(req, NULL, NULL, fault) &&
           http_request_decode(req, &search_fields, false, asked, NULL, fault) &&
           search_filters(asked, req->arena, filters, fault) &&
           shown_read(asked->cursor, *filters, req->arena, shown, fault);
}

enum http_status post_search_messages(void *data, const struct http_request *req,
                                      struct http_response *res)
{
    struct search_app *app = data;
    const int64_t began = now_mono_ns();
    struct search_said said = {.degraded = false};
    struct shown shown;
    struct slice filters;
    struct search asked;
    struct fault fault;

    if (!read_asked(req, &asked, &filters, &shown, &fault))
        return http_reply_fault(req, res, &fault);
    const struct nearby_sources nearby = {app->nearby_desk, app->service->loop, app->embedder,
                                          app->follower};
    const struct hunt_sources sources = {app->service, app->learner, &nearby};
    struct hunt *hunt =
        hunt_run(app->desk, &sources, &api_caller(req)->tenant_id, &asked, &shown, &fault);
    if (hunt == NULL)
        return http_reply_fault(req, res, &fault);
    say(app, &asked, hunt_found(hunt), &said);
    said.took_ms = (now_mono_ns() - began) / 1000000;
    search_encode(hunt_found(hunt), &said, filters, &res->body);
    hunt_destroy(hunt);
    return http_reply_json(res, HTTP_OK);
}
