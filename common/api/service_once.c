// SPDX-License-Identifier: MIT
/* Runs one function with a loop and PostgreSQL, for commands. */
#include <stdio.h>

#include "api/service_private.h"
#include "base/now.h"
#include "base/number.h"
#include "loop/fiber.h"

#define RUN_OUT_NS NS_PER_S /* how long a command that has ended waits for its fibers */

/* How long a command's statement may wait and run: long, since no client waits, but shorter than
 * the command's own limit, so that the fault names the database. A person waits less for a database
 * that does not answer, whatever the limit of the command. */
enum { STATEMENT_MAX_MS = 30000, DOWN_MAX_MS = 9000, LAST_MS = 1000 };

struct once {
    struct service service;
    struct api_changes changes;
    service_once_fn *run;
    void *arg;
    int code;
};

static void run_in_fiber(void *data)
{
    struct once *once = data;
    struct fault fault;

    if (once->run(&once->service, once->arg, &fault))
        once->code = EXIT_FINE;
    else
        fprintf(stderr, "%s: %s\n", fault.code, fault.detail);
    loop_stop(once->service.loop);
}

static bool build_service_and_start_fiber(struct once *once,
                                          const struct service_definition *definition,
                                          const char *url, int64_t limit_ms, struct fault *fault)
{
    struct service *service = &once->service;
    struct db_options database;

    service->loop = loop_create(fault);
    if (service->loop == NULL)
        return false;
    service->work = work_create(service->loop, WORK_THREADS, WORK_QUEUE, fault);
    if (service->work == NULL)
        return false;
    db_options_defaults(&database);
    database.url = url;
    database.application = definition->name;
    database.search_path = definition->search_path != NULL ? definition->search_path : "api";
    database.shared = 1;
    database.exclusive = 1;
    database.wait_ms = number_min(limit_ms - LAST_MS, STATEMENT_MAX_MS);
    database.down_wait_ms = number_min(database.wait_ms, DOWN_MAX_MS);
    database.statement_ms = database.exclusive_statement_ms = database.wait_ms;
    service->pool = db_pool_create(service->loop, service->work, &database, NULL, NULL, fault);
    if (service->pool == NULL)
        return false;
    service->db = db_shared(service->pool);
    once->changes = (struct api_changes){service->pool, definition->name, definition->again};
    service->changes = &once->changes;
    return fiber_start(service->loop, run_in_fiber, once, now_mono_ns() + limit_ms * NS_PER_MS,
                       "command", fault);
}

static int run_with_url(const struct service_definition *definition, const char *url,
                        int64_t limit_ms, service_once_fn *run, void *arg)
{
    struct once once = {.run = run, .arg = arg, .code = EXIT_FAILED};
    struct fault fault;

    if (build_service_and_start_fiber(&once, definition, url, limit_ms, &fault))
        loop_run(once.service.loop);
    else
        fprintf(stderr, "%s: %s\n", fault.code, fault.detail);
    db_pool_destroy(once.service.pool);
    if (once.service.loop != NULL)
        loop_finish_fibers(once.service.loop, RUN_OUT_NS);
    work_destroy(once.service.work);
    loop_destroy(once.service.loop);
    return once.code;
}

int service_run_once_as(const struct service_definition *definition, bool as_migrator,
                        int64_t limit_ms, service_once_fn *run, void *arg)
{
    struct service_config few = {0};
    int code = EXIT_USAGE;
    const char *url;

    if (!service_basic_config_load(definition, &few))
        return EXIT_USAGE;
    url = !as_migrator && few.database_url[0] != '\0' ? few.database_url
                                                      : service_basic_config_get_database_url(&few);
    if (url != NULL)
        code = run_with_url(definition, url, limit_ms, run, arg);
    service_basic_config_free(&few);
    return code;
}

int service_run_once(const struct service_definition *definition, int64_t limit_ms,
                     service_once_fn *run, void *arg)
{
    return service_run_once_as(definition, false, limit_ms, run, arg);
}

int service_print_usage(const char *help, int argc, char **argv)
{
    const bool asked = argc == 2 && strcmp(argv[1], "--help") == 0;

    fputs(help, asked ? stdout : stderr);
    return asked ? EXIT_FINE : EXIT_USAGE;
}

void service_print_rows(const struct db_rows *rows, int columns)
{
    for (int row = 0; row < rows->count; row++)
        for (int column = 0; column < columns; column++)
            printf("%.*s%c", SLICE_ARG(db_get_text(rows, row, column)),
                   column + 1 < columns ? '\t' : '\n');
}
