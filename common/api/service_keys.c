// SPDX-License-Identifier: MIT
/* --keys: makes, lists and revokes API keys. Blocking and by itself: it runs beside the service,
 * with the migrator's role. The key goes to standard output, alone, once; all else to standard
 * error. */
#include <stdio.h>
#include <stdlib.h>

#include <libpq-fe.h>

#include "api/key.h"
#include "api/service_parts.h"
#include "base/auto.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/parse.h"

enum { CREATE_PARAMS = 11 };

static const char help[] =
    "usage: %s --keys create --tenant NAME --client NAME --scopes all|a,b\n"
    "                 [--rate N] [--burst N] [--expires YYYY-MM-DD] [--test]\n"
    "       %s --keys list\n"
    "       %s --keys revoke ID|PREFIX\n"
    "\n"
    "create  makes the tenant and the client where there are none of these names, and one more "
    "key\n"
    "        of the client, which is printed once, alone, on standard output\n"
    "        --rate     requests a second (100), --burst how many at once (200)\n"
    "        --expires  the last day (UTC) on which it works; without: never\n"
    "        --test     tb_test_ instead of tb_live_\n"
    "list    id, prefix, tenant, client, scopes, rate/burst, last use, state\n"
    "revoke  by its id, or by its first %d characters; within 5 seconds it works nowhere\n"
    "scopes ";

struct create_options {
    const char *tenant;
    const char *client;
    const char *scopes;
    const char *rate;
    const char *burst;
    const char *expires;
    bool test;
};

static void result_free(PGresult **result)
{
    PQclear(*result);
}
static void connection_free(PGconn **connection)
{
    PQfinish(*connection);
}
#define auto_result     AUTO(result_free)
#define auto_connection AUTO(connection_free)

static int usage(const struct service_definition *definition, FILE *out)
{
    fprintf(out, help, definition->name, definition->name, definition->name, API_KEY_PREFIX_LEN);
    for (unsigned i = 0; i < SCOPE_COUNT; i++)
        fprintf(out, " %s", api_scope_name(1U << i));
    fputc('\n', out);
    return out == stdout ? EXIT_FINE : EXIT_USAGE;
}

/* NULL, and the reason printed, when the server refuses. */
static PGresult *ask(PGconn *connection, const char *sql, const char *const *values, int count)
{
    PGresult *result = PQexecParams(connection, sql, count, NULL, values, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);

    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        return result;
    fprintf(stderr, "%s", PQerrorMessage(connection));
    PQclear(result);
    return NULL;
}

/* ask() for what only has to succeed. */
static bool tell(PGconn *connection, const char *sql, const char *const *values, int count)
{
    auto_result PGresult *result = ask(connection, sql, values, count);

    return result != NULL;
}

static bool number_ok(const char *name, const char *text, int64_t max)
{
    int64_t value;

    if (parse_i64(slice_of(text), 1, max, &value))
        return true;
    fprintf(stderr, "%s: a number from 1 to %lld\n", name, (long long)max);
    return false;
}

static bool create_read(int argc, char **argv, struct create_options *out)
{
    const struct {
        const char *name;
        const char **value;
    } options[] = {
        {"--tenant",  &out->tenant },
        {"--client",  &out->client },
        {"--scopes",  &out->scopes },
        {"--rate",    &out->rate   },
        {"--burst",   &out->burst  },
        {"--expires", &out->expires},
    };

    for (int i = 2; i < argc; i++) {
        size_t at = 0;

        if (strcmp(argv[i], "--test") == 0) {
            out->test = true;
            continue;
        }
        while (at < sizeof(options) / sizeof(options[0]) && strcmp(argv[i], options[at].name) != 0)
            at++;
        if (at == sizeof(options) / sizeof(options[0]) || i + 1 == argc) {
            fprintf(stderr, "%s: unknown, or lacks its value\n", argv[i]);
            return false;
        }
        *options[at].value = argv[++i];
    }
    return true;
}

static bool create_ok(const struct create_options *options)
{
    unsigned scopes;
    int32_t day;

    if (options->tenant == NULL || options->client == NULL || options->scopes == NULL) {
        fprintf(stderr, "--tenant, --client and --scopes are needed\n");
        return false;
    }
    if (!api_scope_parse(slice_of(options->scopes), &scopes)) {
        fprintf(stderr, "--scopes: all, or names from the list of --keys --help\n");
        return false;
    }
    if (options->expires != NULL && !date_parse(slice_of(options->expires), &day)) {
        fprintf(stderr, "--expires: a day as YYYY-MM-DD\n");
        return false;
    }
    return number_ok("--rate", options->rate, 1000000) &&
           number_ok("--burst", options->burst, 10000000);
}

/* One statement, so that a failure leaves nothing half made. */
static const char sql_create[] =
    "WITH new_tenant AS ("
    " INSERT INTO api.tenant (id, name) VALUES ($1::uuid, $2)"
    " ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id),"
    " new_client AS ("
    " INSERT INTO api.client (id, tenant_id, name) SELECT $3::uuid, id, $4 FROM new_tenant"
    " ON CONFLICT (tenant_id, name) DO UPDATE SET name = excluded.name RETURNING id)"
    " INSERT INTO api.api_key (id, client_id, hash, prefix, scopes, rate_per_s, burst, expires_at)"
    " SELECT $5::uuid, id, decode($6, 'hex'), $7, $8, $9::integer,"
    " $10::integer, ($11::text || ' 00:00+00')::timestamptz + interval '1 day'"
    " FROM new_client";

static int create(PGconn *connection, const struct create_options *options)
{
    char key[API_KEY_LEN + 1];
    char prefix[API_KEY_PREFIX_LEN + 1];
    char ids[3][UUID_TEXT_LEN + 1];
    char hex[2 * DIGEST_SHA256_LEN + 1];
    uint8_t hash[DIGEST_SHA256_LEN];

    api_key_make(options->test, key);
    digest_sha256((struct slice){key, API_KEY_LEN}, hash);
    digest_hex(hash, sizeof(hash), hex);
    snprintf(prefix, sizeof(prefix), "%.*s", API_KEY_PREFIX_LEN, key);
    for (size_t i = 0; i < 3; i++) {
        struct uuid id = uuid_make();

        uuid_format(&id, ids[i]);
    }
    const char *const values[CREATE_PARAMS] = {
        ids[0], options->tenant, ids[1],        options->client, ids[2],           hex,
        prefix, options->scopes, options->rate, options->burst,  options->expires,
    };
    if (!tell(connection, sql_create, values, CREATE_PARAMS))
        return EXIT_FAILED;
    fprintf(stderr, "key %s of client \"%s\"; it is shown only now:\n", ids[2], options->client);
    printf("%s\n", key);
    return EXIT_FINE;
}

static int run_create(PGconn *connection, int argc, char **argv)
{
    struct create_options options = {.rate = "100", .burst = "200"};

    if (!create_read(argc, argv, &options) || !create_ok(&options))
        return EXIT_USAGE;
    return create(connection, &options);
}

static int run_list(PGconn *connection, int argc, char **argv)
{
    auto_result PGresult *result =
        ask(connection,
            "SELECT k.id, k.prefix, t.name, c.name, k.scopes, k.rate_per_s || '/' || k.burst,"
            " coalesce(to_char(k.last_used_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), 'unused'),"
            " CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked'"
            " WHEN k.expires_at <= now() THEN 'expired' ELSE 'live' END"
            " FROM api.api_key k JOIN api.client c ON c.id = k.client_id"
            " JOIN api.tenant t ON t.id = c.tenant_id ORDER BY t.name, c.name, k.created_at",
            NULL, 0);

    (void)argc;
    (void)argv;
    if (result == NULL)
        return EXIT_FAILED;
    for (int row = 0; row < PQntuples(result); row++)
        for (int column = 0; column < PQnfields(result); column++)
            printf("%s%c", PQgetvalue(result, row, column),
                   column + 1 < PQnfields(result) ? '\t' : '\n');
    return EXIT_FINE;
}

static int run_revoke(PGconn *connection, int argc, char **argv)
{
    const char *const values[] = {argv[2]};
    auto_result PGresult *found = NULL;

    if (argc != 3) {
        fprintf(stderr, "revoke needs one id or prefix\n");
        return EXIT_USAGE;
    }
    found = ask(connection,
                "SELECT id::text FROM api.api_key WHERE id::text = lower($1) OR prefix = $1",
                values, 1);
    if (found == NULL)
        return EXIT_FAILED;
    if (PQntuples(found) != 1) {
        fprintf(stderr, "%s: %s\n", argv[2],
                PQntuples(found) == 0 ? "no such key" : "several keys begin so; use the id");
        return EXIT_FAILED;
    }
    const char *const id[] = {PQgetvalue(found, 0, 0)};
    if (!tell(connection,
              "UPDATE api.api_key SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1::uuid",
              id, 1))
        return EXIT_FAILED;
    fprintf(stderr, "%s is revoked; within 5 seconds it works nowhere\n", id[0]);
    return EXIT_FINE;
}

static const struct {
    const char *name;
    int (*run)(PGconn *connection, int argc, char **argv);
} verbs[] = {
    {"create", run_create},
    {"list",   run_list  },
    {"revoke", run_revoke},
};

static int with_database(const char *url, size_t verb, int argc, char **argv)
{
    auto_connection PGconn *connection = PQconnectdb(url);

    if (PQstatus(connection) == CONNECTION_OK)
        return verbs[verb].run(connection, argc, argv);
    fprintf(stderr, "%s", PQerrorMessage(connection));
    return EXIT_FAILED;
}

int service_keys(const struct service_definition *definition, int argc, char **argv)
{
    struct service_few few;
    size_t verb = 0;
    int code = EXIT_USAGE;
    const char *url;

    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return usage(definition, stdout);
    while (argc > 1 && verb < sizeof(verbs) / sizeof(verbs[0]) &&
           strcmp(argv[1], verbs[verb].name) != 0)
        verb++;
    if (argc < 2 || verb == sizeof(verbs) / sizeof(verbs[0]))
        return usage(definition, stderr);
    if (!service_few_load(definition, &few))
        return EXIT_USAGE;
    url = service_few_database(&few);
    if (url != NULL)
        code = with_database(url, verb, argc, argv);
    service_few_free(definition, &few);
    return code;
}
