// SPDX-License-Identifier: MIT
#include "db/text_private.h"

/* PostgreSQL's numbers of its own types, which never change (SELECT oid, typname FROM pg_type). */
static const struct {
    const char *name;
    Oid oid;
} known_types[] = {
    {"bigint",           20  },
    {"boolean",          16  },
    {"date",             1082},
    {"double precision", 701 },
    {"integer",          23  },
    {"json",             114 },
    {"jsonb",            3802},
    {"text",             25  },
    {"time",             1083},
    {"timestamptz",      1184},
    {"uuid",             2950},
};

static bool type_of(struct slice name, Oid *out)
{
    for (size_t i = 0; i < sizeof(known_types) / sizeof(known_types[0]); i++)
        if (slice_is(name, known_types[i].name)) {
            *out = known_types[i].oid;
            return true;
        }
    return false;
}

struct declared {
    struct slice name;
    struct slice type; /* empty: none */
};

/* The next of "tenant uuid, guests integer"; false at the end. */
static bool declared_next(const char **list, struct declared *out)
{
    if (*list == NULL || **list == 0)
        return false;
    const size_t len = strcspn(*list, ",");
    const size_t name = strcspn(*list, " ,");

    *out = (struct declared){
        .name = {*list, name}
    };
    if (name < len)
        out->type = (struct slice){*list + name + 1, len - name - 1};
    *list += len;
    *list += strspn(*list, ", ");
    return true;
}

/* The number of a parameter; 0: there is none, or its type is not one we know. */
static int number_of(const char *list, struct slice name)
{
    struct declared declared;
    Oid type;

    for (int number = 1; declared_next(&list, &declared); number++)
        if (slice_equal(declared.name, name))
            return declared.type.len == 0 || type_of(declared.type, &type) ? number : 0;
    return 0;
}

static void declare(const char *list, struct db_types *types)
{
    struct declared declared;

    *types = (struct db_types){0};
    while (types->count < DB_PARAMS_MAX && declared_next(&list, &declared)) {
        Oid type = 0;

        (void)!type_of(declared.type, &type);
        types->oids[types->count++] = type;
    }
}

static void put_text(const struct db_statement *statement, const char *sql, int depth,
                     struct buf *out);

static bool put_part(const struct db_statement *statement, struct slice name, int depth,
                     struct buf *out)
{
    for (size_t i = 0; i < DB_PART_LISTS && depth < DB_PART_DEPTH; i++)
        for (const struct db_part *part = statement->parts[i]; part != NULL && part->name != NULL;
             part++)
            if (slice_is(name, part->name)) {
                put_text(statement, part->sql, depth + 1, out);
                return true;
            }
    return false;
}

enum word { WORD_COLUMNS, WORD_BRIEF, WORD_TEXTS, WORD_WRITTEN, WORD_VALUES, WORDS };
static const char *const words[WORDS] = {"columns", "brief", "texts", "written", "values"};

static bool has_word(const struct db_column *column, enum word word)
{
    switch (word) {
    case WORD_TEXTS:
        return column->type == DB_TEXT && (column->flags & DB_DETAIL) == 0;
    case WORD_WRITTEN:
    case WORD_VALUES:
        return (column->flags & DB_WRITTEN) != 0;
    default:
        return true;
    }
}

static void put_column(const struct db_statement *statement, const struct db_column *column,
                       enum word word, int depth, struct buf *out)
{
    if (word == WORD_BRIEF && (column->flags & DB_DETAIL) != 0) {
        buf_text(out, "NULL");
        return;
    }
    if (word != WORD_WRITTEN && column->sql != NULL) {
        put_text(statement, column->sql, depth + 1, out);
        return;
    }
    if (word != WORD_WRITTEN && statement->shape->alias != NULL) {
        buf_text(out, statement->shape->alias);
        buf_char(out, '.');
    }
    buf_text(out, column->name);
}

static void put_word(const struct db_statement *statement, enum word word, int depth,
                     struct buf *out)
{
    const struct db_shape *shape = statement->shape;
    struct db_types types;
    size_t count = 0;

    declare(statement->parameters, &types);
    for (size_t i = 0; i < shape->count && !out->failed; i++) {
        if (!has_word(&shape->columns[i], word))
            continue;
        buf_text(out, count++ > 0 ? ", " : "");
        if (word == WORD_VALUES)
            buf_printf(out, "$%zu", (size_t)types.count + count);
        else
            put_column(statement, &shape->columns[i], word, depth, out);
    }
}

static bool put_name(const struct db_statement *statement, struct slice name, int depth,
                     struct buf *out)
{
    const int number = number_of(statement->parameters, name);

    if (number > 0) {
        buf_printf(out, "$%d", number);
        return true;
    }
    if (put_part(statement, name, depth, out))
        return true;
    for (int i = 0; i < WORDS && statement->shape != NULL && depth < DB_PART_DEPTH; i++)
        if (slice_is(name, words[i])) {
            put_word(statement, (enum word)i, depth, out);
            return true;
        }
    return false;
}

static void put_text(const struct db_statement *statement, const char *sql, int depth,
                     struct buf *out)
{
    while (*sql != 0 && !out->failed) {
        const size_t plain = strcspn(sql, "{");
        const size_t name = sql[plain] == '{'
                                ? strspn(sql + plain + 1, "abcdefghijklmnopqrstuvwxyz_0123456789")
                                : 0;

        buf_append(out, sql, plain);
        sql += plain;
        if (name > 0 && sql[1 + name] == '}' &&
            put_name(statement, (struct slice){sql + 1, name}, depth, out))
            sql += name + 2;
        else if (*sql != 0)
            buf_char(out, *sql++);
    }
}

void db_text_make(const struct db_statement *statement, struct buf *out, struct db_types *types)
{
    declare(statement->parameters, types);
    /* pg_stat_activity, pg_stat_statements and the log show the comments. With the second one the
     * text is enough to prepare the statement by hand. */
    if (statement->name != NULL)
        buf_printf(out, "/* %s */ ", statement->name);
    if (statement->name != NULL && statement->parameters != NULL)
        buf_printf(out, "/* %s */ ", statement->parameters);
    put_text(statement, statement->sql, 0, out);
    buf_char(out, 0);
}
