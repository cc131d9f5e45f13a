// SPDX-License-Identifier: MIT
#include "base/parse.h"
#include "db/migration_private.h"

enum { HEAD_LINES = 10, NUMBER_MAX = 9999 };

const char *db_migration_set_name(const struct db_migration_set *set)
{
    return set->name != NULL ? set->name : "";
}

int db_migration_version(const struct db_migration_set *set)
{
    return (int)set->count;
}

static bool read_file_number(const char *name, int *number)
{
    struct slice rest = slice_of(name);
    int64_t value;

    if (!parse_i64(slice_cut(&rest, '-'), 1, NUMBER_MAX, &value) || rest.at == NULL)
        return false;
    *number = (int)value;
    return true;
}

static bool read_min_compatible(struct slice content, int *version)
{
    const struct slice key = SLICE("-- min_compatible: ");
    int64_t value;

    for (int i = 0; i < HEAD_LINES && content.len > 0; i++) {
        const struct slice line = slice_cut(&content, '\n');

        if (!slice_starts(line, key))
            continue;
        if (!parse_i64(slice_from(line, key.len), 1, NUMBER_MAX, &value))
            return false;
        *version = (int)value;
        return true;
    }
    return false;
}

bool db_migration_read(const struct db_migration_set *set, size_t index, struct db_migration *out,
                       struct fault *fault)
{
    const struct embed_file *file = &set->files[index];
    uint8_t sum[DIGEST_SHA256_LEN];
    struct db_migration read = {.name = file->name, .content = embed_content(file)};

    if (!read_file_number(file->name, &read.number) || read.number != (int)index + 1)
        return fault_set(fault, FAULT_INTERNAL, "migration_misnumbered",
                         "%s: %s should have number %zu.", set->schema, file->name, index + 1);
    if (!read_min_compatible(read.content, &read.min_compatible))
        return fault_set(fault, FAULT_INTERNAL, "migration_incomplete",
                         "%s: %s lacks the line \"-- min_compatible: N\".", set->schema,
                         file->name);
    digest_sha256(read.content, sum);
    digest_hex(sum, sizeof(sum), read.checksum);
    *out = read;
    return true;
}
