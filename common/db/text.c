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

static bool find_type(struct slice name, Oid *out)
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
static void read_parameters(const char *list, struct db_types *types)
{
    struct slice rest = slice_of(list);

    types->count = 0;
    memset(types->oids, 0, sizeof(types->oids));
    while (rest.len > 0 && types->count < DB_PARAMS_MAX) {
        struct slice type = slice_trim(slice_cut(&rest, ','));
        const struct slice name = slice_cut(&type, ' ');
        const bool known = type.len == 0 || find_type(type, &types->oids[types->count]);

        types->names[types->count++] = known ? name : SLICE_NONE;
    }
}

struct text_builder {
    const struct db_statement *statement;
    const struct db_types *types;
    struct buf *out;
};

static void put_text(const struct text_builder *make, const char *sql, int depth);

static bool put_part(const struct text_builder *make, struct slice name, int depth)
{
    for (size_t i = 0; i < DB_PART_LISTS && depth < DB_PART_DEPTH; i++)
        for (const struct db_part *part = make->statement->parts[i];
             part != NULL && part->name != NULL; part++)
            if (slice_is(name, part->name)) {
                put_text(make, part->sql, depth + 1);
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

static bool has_word(const struct db_column *column, enum word word)
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

static void put_column(const struct text_builder *make, const struct db_column *column,
                       enum word word, int depth)
{
    if (word == WORD_BRIEF && (column->flags & DB_DETAIL) != 0) {
        buf_text(make->out, "NULL");
        return;
    }
    if (word != WORD_WRITTEN && column->sql != NULL) {
        put_text(make, column->sql, depth + 1);
        return;
    }
    if (word != WORD_WRITTEN && make->statement->shape->alias != NULL) {
        buf_text(make->out, make->statement->shape->alias);
        buf_char(make->out, '.');
    }
    buf_text(make->out, column->name);
}

static void put_word(const struct text_builder *make, enum word word, int depth)
{
    const struct db_shape *shape = make->statement->shape;
    size_t count = 0;

    for (size_t i = 0; i < shape->count && !make->out->failed; i++) {
        if (!has_word(&shape->columns[i], word))
            continue;
        buf_text(make->out, count++ > 0 ? ", " : "");
        if (word == WORD_VALUES)
            buf_printf(make->out, "$%zu", (size_t)make->types->count + count);
        else
            put_column(make, &shape->columns[i], word, depth);
    }
}

static bool put_name(const struct text_builder *make, struct slice name, int depth)
{
    for (int i = 0; i < make->types->count; i++)
        if (slice_equal(make->types->names[i], name)) {
            buf_printf(make->out, "$%d", i + 1);
            return true;
        }
    if (put_part(make, name, depth))
        return true;
    for (int i = 0; i < WORDS && make->statement->shape != NULL && depth < DB_PART_DEPTH; i++)
        if (slice_is(name, words[i])) {
            put_word(make, (enum word)i, depth);
            return true;
        }
    return false;
}

static void put_text(const struct text_builder *make, const char *sql, int depth)
{
    while (*sql != 0 && !make->out->failed) {
        const size_t plain = strcspn(sql, "{");
        const size_t name = sql[plain] == '{'
                                ? strspn(sql + plain + 1, "abcdefghijklmnopqrstuvwxyz_0123456789")
                                : 0;

        buf_append(make->out, sql, plain);
        sql += plain;
        if (name > 0 && sql[1 + name] == '}' &&
            put_name(make, (struct slice){sql + 1, name}, depth))
            sql += name + 2;
        else if (*sql != 0)
            buf_char(make->out, *sql++);
    }
}

void db_text_build(const struct db_statement *statement, struct buf *out, struct db_types *types)
{
    const struct text_builder make = {statement, types, out};

    read_parameters(statement->parameters, types);
    /* pg_stat_activity, pg_stat_statements and the log show these comments. With the list of
     * parameters the text is enough to prepare the statement by hand. */
    if (statement->name != NULL)
        buf_printf(out, "/* %s */ ", statement->name);
    if (statement->name != NULL && statement->parameters != NULL)
        buf_printf(out, "/* %s */ ", statement->parameters);
    put_text(&make, statement->sql, 0);
    buf_char(out, 0);
}
