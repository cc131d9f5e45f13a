// SPDX-License-Identifier: MIT
/* The sets of migrations of a service, in this order: the keys (schema `api`); in the service's
 * main schema the tables of api_change(), and those of api/deliver if it is used; the service's own
 * sets. */
#include <stdio.h>
#include <stdlib.h>

#include "api/service_private.h"
#include "base/auto.h"
#include "db/migrate.h"

extern const struct embed_file api_keys_schema_files[];
extern const size_t api_keys_schema_file_count;
extern const struct embed_file api_change_schema_files[];
extern const size_t api_change_schema_file_count;

extern const struct embed_file api_deliver_schema_files[];
extern const size_t api_deliver_schema_file_count;

enum { API_SETS = 3 };

/* Adds the sets of api/schema that belong in the service's main schema. */
static size_t add_main_schema_sets(const struct service_definition *definition,
                                   struct db_migration_set *sets)
{
    sets[0] = (struct db_migration_set){.schema = definition->sets[0].schema,
                                        .files = api_change_schema_files,
                                        .count = api_change_schema_file_count,
                                        .name = "change"};
    size_t count = 1;
    if (definition->delivers)
        sets[count++] = (struct db_migration_set){.schema = definition->sets[0].schema,
                                                  .files = api_deliver_schema_files,
                                                  .count = api_deliver_schema_file_count,
                                                  .name = "deliver"};
    memcpy(sets + count, definition->sets, definition->set_count * sizeof *sets);
    sets[count].main = true;
    return count + definition->set_count;
}

struct db_migration_set *service_list_migration_sets(const struct service_definition *definition,
                                                     size_t *count)
{
    struct db_migration_set *sets = calloc(API_SETS + definition->set_count, sizeof *sets);

    if (sets == NULL)
        return NULL;
    sets[0] = (struct db_migration_set){
        .schema = "api", .files = api_keys_schema_files, .count = api_keys_schema_file_count};
    *count = 1;
    if (definition->needs == NEEDS_DATABASE)
        *count += add_main_schema_sets(definition, sets + 1);
    return sets;
}

static int migrate_database(const struct service_definition *definition, const char *url,
                            bool dry_run)
{
    size_t count;
    auto_free struct db_migration_set *sets = service_list_migration_sets(definition, &count);
    struct fault fault;

    if (sets == NULL) {
        fprintf(stderr, "out of memory\n");
        return EXIT_FAILED;
    }
    if (db_migrate(url, definition->name, sets, count, dry_run, stdout, &fault))
        return EXIT_FINE;
    fprintf(stderr, "%s: %s\n", fault.code, fault.detail);
    return EXIT_FAILED;
}

int service_migrate(const struct service_definition *definition, int argc, char **argv)
{
    bool dry_run = argc == 2 && strcmp(argv[1], "--dry-run") == 0;
    struct service_config few = {0};
    const char *url;
    int code = EXIT_USAGE;

    if (argc > 2 || (argc == 2 && !dry_run)) {
        fprintf(stderr, "usage: %s --migrate [--dry-run]\n", definition->name);
        return EXIT_USAGE;
    }
    if (!service_basic_config_load(definition, &few))
        return EXIT_USAGE;
    url = service_basic_config_get_database_url(&few);
    if (url != NULL)
        code = migrate_database(definition, url, dry_run);
    service_basic_config_free(&few);
    return code;
}
