// SPDX-License-Identifier: MIT
#include "stand.h"

#include <errno.h>
#include <sys/stat.h>

#include "api/key.h"

#include "definition.h"
#include "inbox/inbox.h"
#include "inbox/webhook_watch.h"
#include "texts/texts_watch.h"

static struct gateway_app app;
static char folder[] = "/tmp/tapbot-bots-XXXXXX";

enum { WORKERS_MAX = 64 };
static struct worker {
    void *it;
    void (*stop)(void *it);
} workers[WORKERS_MAX];
static size_t worker_count;

const char *stand_folder(void)
{
    return folder;
}

struct gateway_app *stand_app(void)
{
    return &app;
}

/* Tests run these tasks themselves. */
static const char *const by_hand[] = {"places", "texts", "webhook_watch"};

__typeof__(periodic_start) __real_periodic_start, __wrap_periodic_start;
void __wrap_periodic_start(struct periodic *periodic, struct loop *loop,
                           const struct periodic_task *task, void *data)
{
    for (size_t i = 0; i < ARRAY_LEN(by_hand); i++)
        if (strcmp(task->name, by_hand[i]) == 0)
            return;
    __real_periodic_start(periodic, loop, task, data);
}

void stand_begin(void)
{
    static const struct gateway_config config;

    worker_count = 0;
    stand_service_begin(gateway_definition(), program_invocation_short_name);
    memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    app = (struct gateway_app){.config = &config};
    gateway_set_products(&app);
    stand_handlers_get((struct service_data *)&app);
    ck_ok((app.bots = bots_create(app.service, folder, &fault)) != NULL);
    ck_ok((app.texts = texts_watch_start(app.service, 1000, &fault)) != NULL);
    ck_ok((app.inbox = inbox_create(app.service->pool, &fault)) != NULL);
    ck_ok((app.webhooks = webhook_watch_start(&app, false, &fault)) != NULL);
}

void stand_started(void *worker, void (*stop)(void *worker))
{
    ck_assert_uint_lt(worker_count, WORKERS_MAX);
    workers[worker_count++] = (struct worker){worker, stop};
}

void stand_stop(void *worker)
{
    size_t at = worker_count;

    while (at > 0 && workers[at - 1].it != worker)
        at--;
    ck_assert_uint_gt(at, 0);
    const struct worker found = workers[at - 1];
    memmove(&workers[at - 1], &workers[at], (--worker_count - (at - 1)) * sizeof workers[0]);
    found.stop(found.it);
}

static void stop_client(void *client)
{
    http_client_destroy(client);
}

struct http_client *stand_client(const struct http_client_options *options)
{
    struct http_client *client;

    ck_ok((client = http_client_create(stand_loop(), app.service->work, options, &fault)) != NULL);
    stand_started(client, stop_client);
    return client;
}

static void stop(void *data)
{
    while (worker_count > 0)
        stand_stop(workers[worker_count - 1].it);
    webhook_watch_stop(app.webhooks);
    inbox_destroy(app.inbox);
    texts_watch_stop(app.texts);
    bots_destroy(app.bots);
}

void stand_finish(void)
{
    stand_run(stop, NULL);
    ck_assert_int_eq(system(textf("rm -rf %s", folder)), 0);
    stand_end();
}

void stand_file(const char *name, unsigned mode, const char *text)
{
    const char *path = textf("%s/%s", folder, name);

    file_write(path, text);
    ck_assert_int_eq(chmod(path, mode), 0);
}

void stand_key(const char *name)
{
    char key[API_KEY_LEN + 1];

    api_key_generate(true, key);
    stand_file(textf("%s.key", name), 0600, key);
}

void stand_bot_of(const char *name, const struct uuid *tenant_id)
{
    const struct uuid made = uuid_make();
    char id[UUID_TEXT_LEN + 1], tenant[UUID_TEXT_LEN + 1];

    uuid_format(&made, id);
    uuid_format(tenant_id, tenant);
    stand_sql("INSERT INTO bot (id, name, tenant_id) VALUES ('%s', '%s', '%s')", id, name, tenant);
}

void stand_bot(const char *name)
{
    stand_bot_of(name, &stand_staff.tenant_id);
}

void stand_look(void)
{
    ck_ok(bots_reload(app.bots, &fault));
}
