// SPDX-License-Identifier: MIT
#include "definition.h"

#include <stdlib.h>

#include "base/embed.h"

#include "access.h"
#include "app.h"
#include "feeding/feeder.h"
#include "flats/flat_feeder.h"
#include "learning/learner.h"
#include "loading/loading.h"
#include "rebuilding/rebuilder.h"
#include "reconciling/reconciler.h"
#include "routes.h"
#include "search/search.h"

SERVICE_FILES(search);

static const char *const scopes[] = {"search:read", "search:write", "booking:act"};

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
    reconciler_stop(app->reconciler);
    rebuilder_stop(app->rebuilder);
    flat_feeder_stop(app->flats);
    feeder_stop(app->feeder);
    learner_stop(app->learner);
    search_desk_destroy(app->desk);
    loading_desk_destroy(app->loads);
    free(app);
}

static void *start(struct service *service, const void *config, struct fault *fault)
{
    struct search_app *app = fault_calloc(sizeof *app, "the service", fault);

    (void)config;
    if (app == NULL)
        return NULL;
    app->service = service;
    app->desk = search_desk_create(fault);
    app->loads = loading_desk_create(fault);
    if (app->desk == NULL || app->loads == NULL)
        goto fail;
    app->learner = learner_create(service, fault);
    if (app->learner == NULL || !learner_start(app->learner, fault))
        goto fail;
    app->feeder = feeder_create(service, fault);
    if (app->feeder == NULL || !feeder_start(app->feeder, fault))
        goto fail;
    app->flats = flat_feeder_create(service, fault);
    if (app->flats == NULL || !flat_feeder_start(app->flats, fault))
        goto fail;
    app->rebuilder = rebuilder_create(service, fault);
    if (app->rebuilder == NULL || !rebuilder_start(app->rebuilder, fault))
        goto fail;
    app->reconciler = reconciler_create(service, app->feeder, fault);
    if (app->reconciler == NULL || !reconciler_start(app->reconciler, fault))
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
        .config_size = sizeof(struct service_config),
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
