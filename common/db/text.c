// SPDX-License-Identifier: MIT
#include "db/text_private.h"

/* OIDs of PostgreSQL's built-in types, which never change (SELECT oid, typname FROM pg_type). */
static const struct {
    const char *name;
    Oid oid;
} known_types[] = {
    {"bigint",           DB_OID_BIGINT },
    {"bigint[]",         1016          },
    {"boolean",          DB_OID_BOOLEAN},
    {"boolean[]",        1000          },
    {"bytea",            DB_OID_BYTEA  },
    {"bytea[]",          1001          },
    {"date",             DB_OID_DATE   },
    {"date[]",           1182          },
    {"double precision", 701           },
    {"integer",          23            },
    {"json",             114           },
    {"jsonb",            3802          },
    {"text",             DB_OID_TEXT   },
    {"text[]",           1009          },
    {"time",             1083          },
    {"timestamptz",      1184          },
    {"uuid",             DB_OID_UUID   },
    {"uuid[]",           2951          },
};

static bool find_type_oid(struct slice name, Oid *out)
{
    for (size_t i = 0; i < ARRAY_LEN(known_types); i++)
        if (slice_is(name, known_types[i].name)) {
            *out = known_types[i].oid;
            return true;
        }
    return false;
}

/* Reads declared parameters, "tenant uuid, guests integer". A parameter with an unknown type gets
 * no name, so that PostgreSQL refuses the statement. */
static void parse_parameter_list(const char *list, struct db_types *types)
{
    struct slice rest = slice_of(list);

    types->count = 0;
    memset(types->oids, 0, sizeof types->oids);
    while (rest.len > 0 && types->count < DB_PARAMS_MAX) {
        struct slice type = slice_trim(slice_cut(&rest, ','));
        const struct slice name = slice_cut(&type, ' ');
        const bool known = type.len == 0 || find_type_oid(type, &types->oids[types->count]);

        types->names[types->count++] = known ? name : SLICE_NONE;
    }
}

struct text_builder {
    const struct db_statement *statement;
    const struct db_types *types;
    struct buf *out;
};

static void append_with_replacements(const struct text_builder *builder, const char *sql,
                                     int depth);

static bool append_part(const struct text_builder *builder, struct slice name, int depth)
{
    for (size_t i = 0; i < DB_PART_LISTS && depth < DB_PART_DEPTH; i++)
        for (const struct db_part *part = builder->statement->parts[i];
             part != NULL && part->name != NULL; part++)
            if (slice_is(name, part->name)) {
                append_with_replacements(builder, part->sql, depth + 1);
                return true;
            }
    return false;
}

enum word {
    WORD_COLUMNS,
    WORD_BRIEF,
    WORD_TEXTS,
    WORD_WRITTEN,
    WORD_VALUES,
    WORD_GENERATED,
    WORDS
};
static const char *const words[WORDS] = {"columns", "brief",  "texts",
                                         "written", "values", "generated"};

static bool is_column_in_word(const struct db_column *column, enum word word)
{
    switch (word) {
    case WORD_TEXTS:
        return column->type == DB_TEXT && (column->flags & DB_DETAIL) == 0;
    case WORD_WRITTEN:
    case WORD_VALUES:
        return (column->flags & DB_WRITTEN) != 0;
    case WORD_GENERATED:
        return (column->flags & DB_WRITTEN) == 0;
    default:
        return true;
    }
}

static void append_column(const struct text_builder *builder, const struct db_column *column,
                          enum word word, int depth)
{
    if (word == WORD_BRIEF && (column->flags & DB_DETAIL) != 0) {
        buf_text(builder->out, "NULL");
        return;
    }
    if (word != WORD_WRITTEN && column->sql != NULL) {
        append_with_replacements(builder, column->sql, depth + 1);
        return;
    }
    if (word != WORD_WRITTEN && builder->statement->shape->alias != NULL) {
        buf_text(builder->out, builder->statement->shape->alias);
        buf_char(builder->out, '.');
    }
    buf_text(builder->out, column->name);
}

static void append_columns_of_word(const struct text_builder *builder, enum word word, int depth)
{
    const struct db_shape *shape = builder->statement->shape;
    size_t count = 0;

    for (size_t i = 0; i < shape->count && !builder->out->failed; i++) {
        if (!is_column_in_word(&shape->columns[i], word))
            continue;
        buf_text(builder->out, count++ > 0 ? ", " : "");
        if (word == WORD_VALUES)
            buf_printf(builder->out, "$%zu", (size_t)builder->types->count + count);
        else
            append_column(builder, &shape->columns[i], word, depth);
    }
}

static bool append_replacement(const struct text_builder *builder, struct slice name, int depth)
{
    for (int i = 0; i < builder->types->count; i++)
        if (slice_equal(builder->types->names[i], name)) {
            buf_printf(builder->out, "$%d", i + 1);
            return true;
        }
    if (append_part(builder, name, depth))
        return true;
    for (int i = 0; i < WORDS && builder->statement->shape != NULL && depth < DB_PART_DEPTH; i++)
        if (slice_is(name, words[i])) {
            append_columns_of_word(builder, (enum word)i, depth);
            return true;
        }
    return false;
}

static void append_with_replacements(const struct text_builder *builder, const char *sql, int depth)
{
    while (*sql != 0 && !builder->out->failed) {
        const size_t plain = strcspn(sql, "{");
        const size_t name = sql[plain] == '{'
                                ? strspn(sql + plain + 1, "abcdefghijklmnopqrstuvwxyz_0123456789")
                                : 0;

        buf_append(builder->out, sql, plain);
        sql += plain;
        if (name > 0 && sql[1 + name] == '}' &&
            append_replacement(builder, (struct slice){sql + 1, name}, depth))
            sql += name + 2;
        else if (*sql != 0)
            buf_char(builder->out, *sql++);
    }
}

void db_text_build(const struct db_statement *statement, struct buf *out, struct db_types *types)
{
    const struct text_builder builder = {statement, types, out};

    parse_parameter_list(statement->parameters, types);
    /* pg_stat_activity, pg_stat_statements and the log show these comments. With the list of
     * parameters the text is enough to prepare the statement by hand. */
    if (statement->name != NULL)
        buf_printf(out, "/* %s */ ", statement->name);
    if (statement->name != NULL && statement->parameters != NULL)
        buf_printf(out, "/* %s */ ", statement->parameters);
    append_with_replacements(&builder, statement->sql, 0);
    buf_char(out, 0);
}
