// SPDX-License-Identifier: MIT
/* Bytes written to a bytea and read back. */

#include "stand.h"

enum { LARGE = 1024 * 1024, ALL = 256 };

static const struct db_statement echo = {
    .name = "bytes_echo",
    .sql = "SELECT {bytes}, {number}, {bytes}, length({bytes})",
    .parameters = "bytes bytea, number bigint",
};
/* Not prepared, and PostgreSQL infers the type. */
static const struct db_statement echo_once = {
    .sql = "SELECT $1::bytea, $2::bigint, $1, length($1::bytea)",
};

static char large[LARGE];

static void begin(void)
{
    stand_begin();
    for (size_t i = 0; i < LARGE; i++)
        large[i] = (char)(i ^ i >> 8 ^ i >> 16);
}

static void check_echo(const struct db_statement *statement, struct slice bytes)
{
    struct db_rows rows auto_rows = {0};

    ck_ok(db_query(stand.db, statement, DB_VALUES(db_bytes(bytes), db_int(-7)), &rows, &fault));
    ck_assert_int_eq(db_get_int(&rows, 0, 1), -7);
    if (bytes.at == NULL) {
        ck_assert(db_is_null(&rows, 0, 0));
        ck_assert_ptr_null(db_get_bytes(&rows, 0, 0).at);
        return;
    }
    ck_assert_int_eq(db_get_int(&rows, 0, 3), (int64_t)bytes.len);
    ck_assert_ptr_nonnull(db_get_bytes(&rows, 0, 0).at);
    for (int i = 0; i < 2; i++) {
        ck_assert(slice_equal(db_get_bytes(&rows, 0, 0), bytes));
        ck_assert(slice_equal(db_get_bytes(&rows, 0, 2), bytes));
    }
}

/* `large` begins with all 256 values. */
static void echo_all(const struct db_statement *statement)
{
    const struct slice all[] = {
        {large,     ALL  },
        {"",        0    },
        {NULL,      0    },
        {"\0",      1    },
        {"\\x41",   4    },
        {large,     LARGE},
        {"\\\\000", 5    },
    };

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        check_echo(statement, all[i]);
}

TEST_CASE("bytes", .setup = begin, .teardown = stand_end);

FIBER_TEST(every_byte_round_trips_on_a_shared_connection)
{
    echo_all(&echo);
    echo_all(&echo_once);
}

/* A setting of a role applies to connections made afterwards. */
static void all_body(void *data)
{
    check_echo(&echo, (struct slice){large, ALL});
}

TEST(bytea_output_of_the_role_does_not_matter)
{
    stand_sql("ALTER ROLE CURRENT_USER SET bytea_output = 'escape'");
    stand_end();
    stand_begin();
    stand_sql("ALTER ROLE CURRENT_USER RESET bytea_output");
    stand_run(all_body, NULL);
}
