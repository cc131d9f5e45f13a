// SPDX-License-Identifier: MIT
#include "definition.h"

#include <stdlib.h>

#include "base/embed.h"

#include "access.h"
#include "apartments/apartment_places.h"
#include "apartments/apartment_search.h"
#include "app.h"
#include "config.h"
#include "documents/rebuilder.h"
#include "documents/upload.h"
#include "embeddings/embedder.h"
#include "jobs/quota.h"
#include "jobs/semaphore.h"
#include "lexicon/lexicon_updater.h"
#include "messages/vector_search.h"
#include "routes.h"
#include "sync/apartment_consumer.h"
#include "sync/message_consumer.h"
#include "sync/reconciler.h"
#include "sync/tombstone_store.h"
#include "vectors/synchroniser.h"

SERVICE_FILES(search);

static const char *const scopes[] = {"search:read", "search:write", "booking:act", "booking:read"};

const struct api_callers search_callers = {
    .scopes = scopes,
    .scope_count = ARRAY_LEN(scopes),
    .actor_scope = SCOPE_BOOKING_ACT,
};

/* The service with the memory of its parts. */
struct parts {
    struct search_app app; /* must be the first member: its address is that of the parts */
    struct semaphore search_semaphore, vector_semaphore;
    struct upload_limits uploads;
    struct apartment_places places;
    struct quota apartment_searches;
    struct lexicon_updater lexicon_updater;
    struct message_consumer message_consumer;
    struct apartment_consumer apartment_consumer;
    struct rebuilder rebuilder;
    struct reconciler reconciler;
};

static void stop_service(void *data)
{
    struct search_app *app = data;

    if (app == NULL)
        return;
    synchroniser_stop(app->synchroniser);
    embedder_stop(app->embedder);
    periodic_stop(&app->tombstone_cleanup);
    reconciler_stop(app->reconciler);
    rebuilder_stop(app->rebuilder);
    apartment_consumer_stop(app->apartment_consumer);
    apartment_places_finish(app->places);
    http_client_destroy(app->http);
    message_consumer_stop(app->message_consumer);
    lexicon_updater_stop(app->lexicon_updater);
    free(app);
}

/* Starts the embedder and the synchroniser of vectors. Without an embeddings endpoint there is no
 * embedder, and only vectors in Qdrant are synchronised, so that vectors of erased people are
 * deleted. */
static bool start_embedder_and_synchroniser(struct search_app *app,
                                            const struct search_config *config, struct fault *fault)
{
    const bool embeds = config->embeddings_url[0] != '\0';

    if (embeds || config->qdrant_url[0] != '\0') {
        app->synchroniser = synchroniser_start(app->service, config, fault);
        if (app->synchroniser == NULL)
            return false;
    }
    app->embedder = embeds ? embedder_start(app->service, config, fault) : NULL;
    return !embeds || app->embedder != NULL;
}

static void *start_service(struct service *service, const void *data, struct fault *fault)
{
    const struct search_config *config = data;
    static const struct periodic_task tombstone_cleanup = {
        "sweeper", tombstone_store_delete_expired, 3600 * 1000, 60 * 1000, .at_once = false};
    struct parts *parts = fault_calloc(sizeof *parts, "the service", fault);

    if (parts == NULL)
        return NULL;
    struct search_app *app = &parts->app;
    *app = (struct search_app){.service = service,
                               .search_semaphore = &parts->search_semaphore,
                               .vector_semaphore = &parts->vector_semaphore,
                               .uploads = &parts->uploads,
                               .places = &parts->places,
                               .booking_url = config->booking_url,
                               .apartment_searches = &parts->apartment_searches,
                               .lexicon_updater = &parts->lexicon_updater,
                               .message_consumer = &parts->message_consumer,
                               .apartment_consumer = &parts->apartment_consumer,
                               .rebuilder = &parts->rebuilder,
                               .reconciler = &parts->reconciler};
    semaphore_init(app->search_semaphore, SEMAPHORE_SEARCHES);
    semaphore_init(app->vector_semaphore, VECTOR_SEARCH_SLOTS);
    upload_limits_init(app->uploads, service, config->documents_max);
    *app->apartment_searches =
        (struct quota){.all = APARTMENT_SEARCHES_MAX, .per_tenant = APARTMENT_SEARCHES_PER_TENANT};
    const bool counts = lexicon_updater_start(app->lexicon_updater, service, fault);
    message_consumer_start(app->message_consumer, service);
    apartment_consumer_start(app->apartment_consumer, service);
    rebuilder_start(app->rebuilder, service);
    app->http =
        http_client_create(service->loop, service->work, &(struct http_client_options){0}, fault);
    reconciler_start(app->reconciler, service, app->message_consumer);
    periodic_start(&app->tombstone_cleanup, service->loop, &tombstone_cleanup, service);
    if (!counts || app->http == NULL || !start_embedder_and_synchroniser(app, config, fault)) {
        stop_service(app);
        return NULL;
    }
    return app;
}

const struct service_definition *search_definition(void)
{
    static struct db_migration_set schema;
    static struct service_definition definition;

    /* Set at run time: the size of an array in another translation unit is no constant expression.
     */
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
        .start = start_service,
        .stop = stop_service,
    };
    return &definition;
}
