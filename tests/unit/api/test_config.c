// SPDX-License-Identifier: MIT
#include "api/service_private.h"

#include "support/test.h"

struct config {
    struct service_config common;
    int64_t own;
};

static const struct env_variable own[] = {
    {"OWN_LIMIT", ENV_INT, offsetof(struct config, own), "7", 1, 9, "A variable of its own."},
};

static const struct service_definition definition = {
    .name = "test-api",
    .default_port = 7099,
    .variables = own,
    .variable_count = 1,
    .config_size = sizeof(struct config),
};

/* The loaded configuration, and what it was loaded for. */
static struct service_config *config;
static struct service_definition loaded_for;

static void setup(void)
{
    config = NULL;
    clearenv();
    setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1/nothing", 1);
}

static void teardown(void)
{
    service_config_free(&loaded_for, config);
}

TEST_CASE("config", .setup = setup, .teardown = teardown);

/* Frees the previous configuration. */
static bool load(const struct service_definition *of)
{
    service_config_free(&loaded_for, config);
    loaded_for = *of;
    config = service_config_load(of);
    return config != NULL;
}

static int64_t own_limit(void)
{
    return ((const struct config *)config)->own;
}

TEST(service_needs_only_its_database)
{
    ck_assert(load(&definition));
    ck_assert_str_eq(config->environment, "production");
    ck_assert_int_eq(config->http_port, 7099);
    ck_assert_str_eq(config->redis_url, "");
    ck_assert(config->rate_limit_enabled);
    ck_assert_int_eq(config->drain_lame_ms, 5000);
    ck_assert_int_eq(config->drain_limit_ms, 20000);
    ck_assert_int_eq(own_limit(), 7);
}

static const struct {
    enum service_needs needs;
    const char *url;
    bool fine;
} kinds[] = {
    {NEEDS_DATABASE, "postgresql://nobody@127.0.0.1/nothing", true },
    {NEEDS_DATABASE, NULL,                                    false},
    {NEEDS_KEYS,     "postgresql://nobody@127.0.0.1/nothing", true },
    {NEEDS_KEYS,     NULL,                                    false},
};

TEST_ROWS(service_needs_the_url_of_its_database, kinds)
{
    struct service_definition kind = definition;

    kind.needs = row->needs;
    unsetenv("DATABASE_URL");
    if (row->url != NULL)
        setenv("DATABASE_URL", row->url, 1);
    ck_assert(load(&kind) == row->fine);
    ck_assert(config == NULL || own_limit() == 7);
}

static int64_t checked;

static bool check_own(const void *loaded, FILE *errors)
{
    checked = ((const struct config *)loaded)->own;
    fputs(checked == 3 ? "OWN_LIMIT: must not be 3\n" : "", errors);
    return checked != 3;
}

TEST(check_function_of_a_service_sees_its_variables)
{
    struct service_definition checking = definition;

    checking.check = check_own;
    ck_assert(load(&checking));
    ck_assert_int_eq(checked, 7);
    setenv("OWN_LIMIT", "3", 1);
    ck_assert(!load(&checking));
    checked = 0;
    setenv("ENVIRONMENT", "moon", 1);
    ck_assert(!load(&checking));
    ck_assert_msg(checked == 3, "the check also runs if another variable is invalid");
    checked = 0;
    setenv("OWN_LIMIT", "10", 1);
    ck_assert(!load(&checking));
    ck_assert_msg(checked == 0, "the check does not run if its own variables are invalid");
}

TEST(more_connections_than_the_pool_limit_are_refused)
{
    setenv("DB_SHARED_CONNECTIONS", "8", 1);
    setenv("DB_EXCLUSIVE_CONNECTIONS", "8", 1);
    ck_assert(!load(&definition));
    setenv("DB_EXCLUSIVE_CONNECTIONS", "7", 1);
    ck_assert_msg(load(&definition), "8 shared, 7 exclusive and the flusher's");
}

TEST(every_variable_has_a_unique_name_and_help)
{
    size_t count;
    struct env_variable *table = service_config_create_table(&definition, &count);

    ck_assert_ptr_nonnull(table);
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_gt(strlen(table[i].help), 0);
        for (size_t k = i + 1; k < count; k++)
            ck_assert_str_ne(table[i].name, table[k].name);
    }
    free(table);
}

TEST(commands_prefer_the_migration_database_url)
{
    struct service_config few;

    ck_assert(service_basic_config_load(&definition, &few));
    ck_assert_str_eq(service_basic_config_get_database_url(&few),
                     "postgresql://nobody@127.0.0.1/nothing");
    service_basic_config_free(&few);
    setenv("MIGRATION_DATABASE_URL", "postgresql://migrator@127.0.0.1/nothing", 1);
    ck_assert(service_basic_config_load(&definition, &few));
    ck_assert_str_eq(service_basic_config_get_database_url(&few),
                     "postgresql://migrator@127.0.0.1/nothing");
    service_basic_config_free(&few);
}
