// SPDX-License-Identifier: MIT
/* Rows and errors without a server: libpq can construct results. */

#include <libpq-fe.h>

#include "base/date.h"
#include "db/error_private.h"
#include "db/query.h"
#include "db/text_private.h"

#include "support/scratch.h"

static struct db_rows one_row_of(Oid type, const char *const *values, int count)
{
    PGresAttDesc columns[8] = {0};
    struct db_rows rows = {.result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK), .count = 1};
    static char name[] = "c";

    for (int i = 0; i < count; i++) {
        columns[i].name = name;
        columns[i].typid = type;
    }
    ck_assert_int_eq(PQsetResultAttrs(rows.result, count, columns), 1);
    for (int i = 0; i < count; i++) {
        char *value = values[i] != NULL ? strdup(values[i]) : NULL;

        ck_assert_int_eq(
            PQsetvalue(rows.result, 0, i, value, value != NULL ? (int)strlen(value) : -1), 1);
        free(value);
    }
    return rows;
}

static struct db_rows one_row(const char *const *values, int count)
{
    return one_row_of(0, values, count);
}

static const struct {
    const char *why, *text;
} wrong[] = {
    {"NULL",              NULL      },
    {"empty",             ""        },
    {"words",             "green"   },
    {"infinity",          "infinity"},
    {"half of something", "12-"     },
};

TEST_ROWS_WHY(a_value_of_the_wrong_type_is_absent, wrong)
{
    struct db_rows rows auto_rows = one_row(&row->text, 1);
    const struct uuid uuid = db_get_uuid(&rows, 0, 0);

    ck_assert(db_get_int(&rows, 0, 0) == INT64_MIN);
    ck_assert(!db_get_bool(&rows, 0, 0));
    ck_assert(uuid_is_nil(&uuid));
    ck_assert(db_get_date(&rows, 0, 0) == DATE_ABSENT);
    ck_assert(db_get_time(&rows, 0, 0) == INT64_MIN);
}

TEST(doubles_are_read_with_and_without_exponent)
{
    const char *values[] = {"0.1", "1e-07", "-1.5e+300", "x", NULL};
    struct db_rows rows auto_rows = one_row(values, 5);

    ck_assert_double_eq(db_get_double(&rows, 0, 0), 0.1);
    ck_assert_double_eq(db_get_double(&rows, 0, 1), 1e-07);
    ck_assert_double_eq(db_get_double(&rows, 0, 2), -1.5e+300);
    ck_assert(isnan(db_get_double(&rows, 0, 3)));
    ck_assert(isnan(db_get_double(&rows, 0, 4)));
}

TEST(bytes_can_be_read_repeatedly)
{
    const char *values[] = {"\\x5c7800ff", "\\x", NULL, "\\x41"};
    struct db_rows rows auto_rows = one_row_of(DB_OID_BYTEA, values, 4);

    for (int i = 0; i < 3; i++) {
        ck_assert(slice_equal(db_get_bytes(&rows, 0, 0), (struct slice){"\\x\0\377", 4}));
        ck_assert_ptr_nonnull(db_get_bytes(&rows, 0, 1).at);
        ck_assert_uint_eq(db_get_bytes(&rows, 0, 1).len, 0);
        ck_assert_ptr_null(db_get_bytes(&rows, 0, 2).at);
        ck_assert_slice(db_get_bytes(&rows, 0, 3), "A");
    }
}

TEST(text_is_not_read_as_bytes)
{
    const char *values[] = {"\\x41", ""};
    struct db_rows rows auto_rows = one_row(values, 2);
    const struct db_rows none = {0};

    ck_assert_ptr_null(db_get_bytes(&rows, 0, 0).at);
    ck_assert_ptr_null(db_get_bytes(&rows, 0, 1).at);
    ck_assert_slice(db_get_text(&rows, 0, 0), "\\x41");
    ck_assert_ptr_null(db_get_bytes(&none, 0, 0).at);
}

static const struct {
    const char *why, *sqlstate;
    enum db_error_class class;
} states[] = {
    {"serialization failure",      "40001", DB_ERROR_RETRY       },
    {"deadlock",                   "40P01", DB_ERROR_RETRY       },
    {"statement timeout",          "57014", DB_ERROR_BUSY        },
    {"lock timeout",               "55P03", DB_ERROR_BUSY        },
    {"unique",                     "23505", DB_ERROR_CONSTRAINT  },
    {"exclusion",                  "23P01", DB_ERROR_CONSTRAINT  },
    {"check",                      "23514", DB_ERROR_CONSTRAINT  },
    {"foreign key",                "23503", DB_ERROR_CONSTRAINT  },
    {"not null",                   "23502", DB_ERROR_CONSTRAINT  },
    {"disk full",                  "53100", DB_ERROR_FULL        },
    {"too many connections",       "53300", DB_ERROR_NO_RESOURCES},
    {"out of memory",              "53200", DB_ERROR_NO_RESOURCES},
    {"input or output failed",     "58030", DB_ERROR_NO_RESOURCES},
    {"in a failed transaction",    "25P02", DB_ERROR_NO_RESOURCES},
    {"shut down",                  "57P01", DB_ERROR_GONE        },
    {"another backend crashed",    "57P02", DB_ERROR_GONE        },
    {"starting up",                "57P03", DB_ERROR_GONE        },
    {"idle in transaction",        "25P03", DB_ERROR_GONE        },
    {"connection failure",         "08006", DB_ERROR_GONE        },
    {"libpq's own error",          NULL,    DB_ERROR_GONE        },
    {"plan of an older table",     "0A000", DB_ERROR_STALE       },
    {"statement is not prepared",  "26000", DB_ERROR_STALE       },
    {"statement is there already", "42P05", DB_ERROR_STALE       },
    {"the cluster is read-only",   "25006", DB_ERROR_READ_ONLY   },
    {"text that is no number",     "22P02", DB_ERROR_OTHER       },
    {"out of range",               "22003", DB_ERROR_OTHER       },
    {"no such table",              "42P01", DB_ERROR_OTHER       },
    {"no right",                   "42501", DB_ERROR_OTHER       },
};

/* Under the sanitizers a text read too late, or a leaked result, is detected. */
TEST(kept_rows_live_as_long_as_the_arena)
{
    const char *values[] = {"Title", NULL};
    struct db_rows rows = one_row(values, 2);
    const struct slice title = db_get_text(&rows, 0, 0);
    struct arena kept, full;

    arena_init(&full, 1);
    ck_unavailable(db_rows_keep(&rows, &full, &fault), "out_of_memory");
    arena_init(&kept, 65536);
    ck_assert(db_rows_keep(&rows, &kept, &fault));
    ck_assert(rows.result == NULL && rows.count == 0);
    db_rows_finish(&rows);
    ck_assert_slice(title, "Title");
    arena_finish(&kept);
    arena_finish(&full);
}

struct kept {
    struct slice title; /* written */
    int64_t id, version;
};

TEST(generated_columns_join_the_written_struct)
{
    static const struct db_column columns[] = {
        {DB_INT,  offsetof(struct kept, id),    .name = "id"                },
        {DB_TEXT, offsetof(struct kept, title), .name = "title",              .flags = DB_WRITTEN},
        {DB_INT,       offsetof(struct kept,                      version),  .name = "version"},
    };
    const struct db_shape shape = DB_SHAPE(columns, NULL);
    const char *values[] = {"7", "2"};
    struct db_rows rows auto_rows = one_row(values, 2);
    struct kept kept = {.title = SLICE("Title")};

    db_row_read_generated(&rows, 0, 0, &shape, &kept);
    ck_assert_slice(kept.title, "Title");
    ck_assert_int_eq(kept.id, 7);
    ck_assert_int_eq(kept.version, 2);
}

TEST_ROWS_WHY(each_sqlstate_has_its_class, states)
{
    ck_assert(db_error_class_from_sqlstate(row->sqlstate) == row->class);
}
