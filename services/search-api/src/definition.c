// SPDX-License-Identifier: MIT
#include "definition.h"

#include <stdlib.h>

#include "base/embed.h"

#include "access.h"
#include "app.h"
#include "config.h"
#include "embedding/embedder.h"
#include "feeding/feeder.h"
#include "finding/find.h"
#include "flats/flat_feeder.h"
#include "following/follower.h"
#include "jobs/desk.h"
#include "learning/learner.h"
#include "loading/loading.h"
#include "rebuilding/rebuilder.h"
#include "reconciling/reconciler.h"
#include "routes.h"
#include "search/nearby.h"
#include "sweeping/sweeper.h"

SERVICE_FILES(search);

static const char *const scopes[] = {"search:read", "search:write", "booking:act", "booking:read"};

const struct api_callers search_callers = {
    .scopes = scopes,
    .scope_count = sizeof scopes / sizeof scopes[0],
    .actor_scope = SCOPE_BOOKING_ACT,
};

static void stop(void *data)
{
    struct search_app *app = data;

    if (app == NULL)
        return;
    follower_stop(app->follower);
    embedder_stop(app->embedder);
    sweeper_stop(app->sweeper);
    reconciler_stop(app->reconciler);
    rebuilder_stop(app->rebuilder);
    flat_feeder_stop(app->flats);
    free(app->finder);
    flat_places_destroy(app->places);
    http_client_destroy(app->http);
    feeder_stop(app->feeder);
    learner_stop(app->learner);
    desk_destroy(app->desk);
    desk_destroy(app->nearby_desk);
    loading_desk_destroy(app->loads);
    free(app);
}

static bool start_flats(struct search_app *app, const struct search_config *config,
                        struct fault *fault)
{
    struct service *service = app->service;

    app->flats = flat_feeder_create(service, fault);
    app->places = flat_places_create(fault);
    app->finder = fault_calloc(sizeof *app->finder, "searches for flats", fault);
    if (app->flats == NULL || app->places == NULL || app->finder == NULL)
        return false;
    app->http =
        http_client_create(service->loop, service->work, &(struct http_client_options){0}, fault);
    if (app->http == NULL)
        return false;
    *app->finder = (struct finder){
        .service = service,
        .desk = app->desk,
        .learner = app->learner,
        .places = app->places,
        .running = {.all = FINDS_MAX,  .of_one = FINDS_OF_ONE     },
        .nights = {.http = app->http, .root = config->booking_url}
    };
    return flat_feeder_start(app->flats, fault);
}

/* Without an endpoint no vectors are made, and none searched. Those that Qdrant has are followed
 * still: whoever is erased leaves it. */
static bool start_vectors(struct search_app *app, const struct search_config *config,
                          struct fault *fault)
{
    const struct embedder_options options = {
        .service = app->service,
        .url = config->embeddings_url,
        .key = config->embeddings_key,
        .model = config->embeddings_model,
        .query_prefix = config->embeddings_query_prefix,
        .passage_prefix = config->embeddings_passage_prefix,
        .dimensions = config->embeddings_dimensions,
        .minute_texts = config->embeddings_minute_texts,
        .daily_tokens = config->embeddings_daily_tokens,
    };
    const struct follower_qdrant qdrant = {
        .url = config->qdrant_url,
        .key = config->qdrant_key,
        .collection = config->qdrant_collection,
        .timeout_ms = config->qdrant_timeout_ms,
    };

    const bool embeds = options.url[0] != '\0', in_qdrant = qdrant.url[0] != '\0';

    if (!embeds && !in_qdrant)
        return true;
    app->follower = follower_create(app->service, (size_t)config->vector_memory << 20, fault);
    if (app->follower == NULL)
        return false;
    if (in_qdrant)
        follower_use_qdrant(app->follower, &qdrant);
    if (!follower_start(app->follower, fault))
        return false;
    if (!embeds)
        return true;
    app->embedder = embedder_create(&options, fault);
    return app->embedder != NULL && embedder_start(app->embedder, fault);
}

static void *start(struct service *service, const void *config, struct fault *fault)
{
    struct search_app *app = fault_calloc(sizeof *app, "the service", fault);

    if (app == NULL)
        return NULL;
    app->service = service;
    app->desk = desk_create(DESK_SEATS, fault);
    app->nearby_desk = desk_create(NEARBY_SEATS, fault);
    app->loads =
        loading_desk_create(service, ((const struct search_config *)config)->documents_max, fault);
    if (app->desk == NULL || app->nearby_desk == NULL || app->loads == NULL)
        goto fail;
    app->learner = learner_create(service, fault);
    if (app->learner == NULL || !learner_start(app->learner, fault))
        goto fail;
    app->feeder = feeder_create(service, fault);
    if (app->feeder == NULL || !feeder_start(app->feeder, fault))
        goto fail;
    if (!start_flats(app, config, fault))
        goto fail;
    app->rebuilder = rebuilder_create(service, fault);
    if (app->rebuilder == NULL || !rebuilder_start(app->rebuilder, fault))
        goto fail;
    app->reconciler = reconciler_create(service, app->feeder, fault);
    if (app->reconciler == NULL || !reconciler_start(app->reconciler, fault))
        goto fail;
    app->sweeper = sweeper_create(service, fault);
    if (app->sweeper == NULL || !sweeper_start(app->sweeper, fault))
        goto fail;
    if (!start_vectors(app, config, fault))
        goto fail;
    return app;
fail:
    stop(app);
    return NULL;
}

const struct service_definition *search_definition(void)
{
    static struct db_migration_set schema;
    static struct service_definition definition;

    /* The size of an array in another translation unit is no constant expression. */
    schema = (struct db_migration_set)SERVICE_MIGRATIONS(search);
    definition = (struct service_definition){
        SERVICE_KNOWN(search),
        .variables = search_variables,
        .variable_count = search_variable_count,
        .config_size = sizeof(struct search_config),
        .routes = search_routes,
        .route_count = search_route_count,
        .callers = &search_callers,
        .sets = &schema,
        .set_count = 1,
        .start = start,
        .stop = stop,
    };
    return &definition;
}
