// SPDX-License-Identifier: MIT
#include "rides.h"

extern const struct embed_file rides_schema_files[];
extern const size_t rides_schema_file_count;

struct db_migration_set rides_migrations(void)
{
    return (struct db_migration_set){
        .schema = "ride", .files = rides_schema_files, .count = rides_schema_file_count};
}
