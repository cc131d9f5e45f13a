// SPDX-License-Identifier: MIT
/* What people look for in what was said. */
#include "base/now.h"

#include "app.h"
#include "documents/rebuilder.h"
#include "handlers/handlers.h"
#include "lexicon/lexicon_updater.h"
#include "messages/message_search_json.h"
#include "messages/vector_search.h"
#include "sync/message_consumer.h"

/* That there are no vectors at all is news to who has asked for them alone. */
static bool is_news(const struct search_app *app, const struct message_query *asked)
{
    return app->embedder != NULL || asked->mode == SEARCH_HYBRID || asked->mode == SEARCH_VECTOR;
}

static void say(const struct search_app *app, const struct message_query *asked,
                const struct message_results *found, struct message_search_said *said)
{
    size_t count = 0;

    said->lag_seconds = message_consumer_lag_seconds(app->message_consumer);
    if (found->missing != NULL && is_news(app, asked))
        said->reasons[count++] = found->missing;
    if (!lexicon_updater_is_ready(app->lexicon_updater))
        said->reasons[count++] = "words_uncounted";
    if (message_consumer_is_filling(app->message_consumer))
        said->reasons[count++] = "index_filling";
    if (message_consumer_is_behind(app->message_consumer))
        said->reasons[count++] = "index_behind";
    if (rebuilder_is_behind(app->rebuilder))
        said->reasons[count++] = "words_outdated";
    if (found->newest_alone)
        said->reasons[count++] = "words_common";
    said->degraded = count > 0;
}

static bool read_asked(const struct http_request *req, struct message_query *asked,
                       struct slice *filters, struct seen_ids *seen_ids, struct fault *fault)
{
    fields_clear(&search_fields, asked);
    asked->from = asked->to = FIELD_ABSENT;
    asked->prefix = false;
    asked->limit = LIST_LIMIT_DEFAULT;
    return http_request_query(req, NULL, NULL, fault) &&
           http_request_decode(req, &search_fields, false, asked, NULL, fault) &&
           message_search_filters(asked, req->arena, filters, fault) &&
           seen_ids_read(asked->cursor, *filters, req->arena, seen_ids, fault);
}

enum http_status post_search_messages(void *data, const struct http_request *req,
                                      struct http_response *res)
{
    struct search_app *app = data;
    const int64_t began = now_mono_ns();
    struct message_search_said said = {.degraded = false};
    struct seen_ids seen_ids;
    struct slice filters;
    struct message_query asked;
    struct fault fault;

    if (!read_asked(req, &asked, &filters, &seen_ids, &fault))
        return http_reply_fault(req, res, &fault);
    const struct vector_search_sources vector_search = {app->vector_semaphore, app->service->loop,
                                                        app->embedder, app->synchroniser};
    const struct message_search_sources sources = {app->service, app->lexicon_updater,
                                                   &vector_search};
    struct message_search *message_search = message_search_run(
        app->semaphore, &sources, &api_caller(req)->tenant_id, &asked, &seen_ids, &fault);
    if (message_search == NULL)
        return http_reply_fault(req, res, &fault);
    say(app, &asked, message_search_results(message_search), &said);
    said.took_ms = (now_mono_ns() - began) / 1000000;
    message_search_encode(message_search_results(message_search), &said, filters, &res->body);
    message_search_destroy(message_search);
    return http_reply_json(res, HTTP_OK);
}
