// SPDX-License-Identifier: MIT
/* The commands of a service's binary. */
#include <stdio.h>

#include "api/service_private.h"
#include "base/auto.h"

#ifndef TAPBOT_VERSION
#define TAPBOT_VERSION "0.0.0"
#endif

const char *service_version(void)
{
    return TAPBOT_VERSION;
}

static int print_version(const struct service_definition *definition)
{
    printf("%s %s", definition->name, service_version());
    if (definition->needs == NEEDS_DATABASE)
        printf(" (schema %d)", db_migration_version(&definition->sets[0]));
    printf("\n");
    return EXIT_FINE;
}

static int check_config(const struct service_definition *definition)
{
    struct service_config *config = service_config_load(definition);

    if (config == NULL)
        return EXIT_USAGE;
    service_config_free(definition, config);
    printf("the configuration is fine\n");
    return EXIT_FINE;
}

static int print_env(const struct service_definition *definition)
{
    size_t count;
    auto_free struct env_variable *table = service_config_create_table(definition, &count);

    if (table == NULL)
        return EXIT_FAILED;
    env_print_example(table, count, stdout);
    return EXIT_FINE;
}

static int print_help(const struct service_definition *definition);

/* option, function, help. Options with arguments exist only in services with a schema. */
static const struct {
    const char *name;
    service_command_fn *run;
    service_words_fn *run_with;
    const char *help;
} commands[] = {
    {"--version",      print_version,       NULL,            "name, version, schema version"                            },
    {"--check-config", check_config,        NULL,            "read variables and files, print every mistake"            },
    {"--migrate",      NULL,                service_migrate, "[--dry-run]: bring the database's schema up"              },
    {"--healthcheck",  service_healthcheck, NULL,            "is the copy on HTTP_PORT ready?"                          },
    {"--print-env",    print_env,           NULL,            "every variable with its default, as a .env"               },
    {"--keys",         NULL,                service_keys,    "create | ensure | list | revoke: API keys (--keys --help)"},
    {"--help",         print_help,          NULL,            "this text"                                                },
};
enum { COMMAND_COUNT = ARRAY_LEN(commands) };

static bool has_command(const struct service_definition *definition, size_t command_index)
{
    return commands[command_index].run != NULL || definition->needs == NEEDS_DATABASE;
}

static void print_usage(const struct service_definition *definition, FILE *out)
{
    fprintf(out, "usage: %s            serve until SIGTERM\n", definition->name);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (has_command(definition, i))
            fprintf(out, "       %s %-14s %s\n", definition->name, commands[i].name,
                    commands[i].help);
    for (size_t i = 0; i < definition->command_count; i++)
        fprintf(out, "       %s %-14s %s\n", definition->name, definition->commands[i].name,
                definition->commands[i].help);
    fprintf(out, "exit codes: 0 fine, 1 failed, 2 bad configuration or usage, "
                 "3 schema incompatible\n");
}

static int print_help(const struct service_definition *definition)
{
    print_usage(definition, stdout);
    return EXIT_FINE;
}

static int run_command(const struct service_definition *definition, size_t command_index, int argc,
                       char **argv)
{
    if (has_command(definition, command_index))
        return commands[command_index].run != NULL
                   ? commands[command_index].run(definition)
                   : commands[command_index].run_with(definition, argc, argv);
    fprintf(
        stderr,
        "%s has no schema of its own: it migrates nothing and makes no keys; services that have "
        "one do\n",
        definition->name);
    return EXIT_USAGE;
}

int service_main(int argc, char **argv, const struct service_definition *definition)
{
    if (definition->needs == NEEDS_DATABASE && definition->set_count == 0) {
        fprintf(stderr, "%s is defined without a schema, but as one that needs a database\n",
                definition->name);
        return EXIT_FAILED;
    }
    if (argc < 2)
        return service_serve(definition);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(argv[1], commands[i].name) == 0 && (argc == 2 || commands[i].run_with != NULL))
            return run_command(definition, i, argc - 1, argv + 1);
    for (size_t i = 0; i < definition->command_count; i++)
        if (strcmp(argv[1], definition->commands[i].name) == 0)
            return definition->commands[i].run(definition, argc - 1, argv + 1);
    print_usage(definition, stderr);
    return EXIT_USAGE;
}
