// SPDX-License-Identifier: MIT
#include "base/parse.h"
#include "db/migration_private.h"
#include "db/query.h"

enum { HEAD_LINES = 10, NUMBER_MAX = 9999 };

const char *db_migration_set_name(const struct db_migration_set *set)
{
    return set->name != NULL ? set->name : "";
}

int db_migration_version(const struct db_migration_set *set)
{
    return (int)set->count;
}

static bool number_of(const char *name, int *number)
{
    const char *dash = strchr(name, '-');
    int64_t value;

    if (dash == NULL ||
        !parse_i64((struct slice){name, (size_t)(dash - name)}, 1, NUMBER_MAX, &value))
        return false;
    *number = (int)value;
    return true;
}

static struct slice cut_line(struct slice *rest)
{
    const char *end = rest->len > 0 ? memchr(rest->at, '\n', rest->len) : NULL;
    const struct slice line = {rest->at, end != NULL ? (size_t)(end - rest->at) : rest->len};
    const size_t used = line.len + (end != NULL);

    *rest = (struct slice){rest->at + used, rest->len - used};
    return line;
}

static bool min_compatible_of(struct slice content, int *version)
{
    static const char key[] = "-- min_compatible: ";
    const size_t len = sizeof(key) - 1;
    int64_t value;

    for (int i = 0; i < HEAD_LINES && content.len > 0; i++) {
        const struct slice line = cut_line(&content);

        if (line.len <= len || memcmp(line.at, key, len) != 0)
            continue;
        if (!parse_i64((struct slice){line.at + len, line.len - len}, 1, NUMBER_MAX, &value))
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

    if (!number_of(file->name, &read.number) || read.number != (int)index + 1)
        return fault_set(fault, FAULT_INTERNAL, "migration_misnumbered",
                         "%s: %s should have number %zu.", set->schema, file->name, index + 1);
    if (!min_compatible_of(read.content, &read.min_compatible))
        return fault_set(fault, FAULT_INTERNAL, "migration_incomplete",
                         "%s: %s lacks the line \"-- min_compatible: N\".", set->schema,
                         file->name);
    digest_sha256(read.content, sum);
    digest_hex(sum, sizeof(sum), read.checksum);
    *out = read;
    return true;
}
