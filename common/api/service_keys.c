// SPDX-License-Identifier: MIT
/* --keys: creates, ensures, lists and revokes API keys. Runs beside the service, with the
 * migrator's role. Standard output gets only the new key, standard error all other text. */
#include <stdio.h>

#include "api/key.h"
#include "api/key_store_private.h"
#include "api/service_private.h"
#include "base/date.h"
#include "base/parse.h"
#include "db/transaction.h"

enum { DEADLINE_MS = 10000, RATE_MAX = 1000000, BURST_MAX = 10000000, SCOPES_TEXT_MAX = 1024 };

static const char help[] =
    "usage: %s --keys create --tenant NAME --client NAME --scopes all|a,b\n"
    "                 [--rate N] [--burst N] [--expires YYYY-MM-DD] [--test]\n"
    "       %s --keys ensure --tenant NAME --client NAME --scopes all|a,b --key-file PATH\n"
    "                 [--rate N] [--burst N]\n"
    "       %s --keys list\n"
    "       %s --keys revoke ID|PREFIX\n"
    "\n"
    "create  makes the tenant and the client where there are none of these names, and one more "
    "key\n"
    "        of the client, which is printed once, alone, on standard output\n"
    "        --rate     requests a second (100), --burst how many at once (200)\n"
    "        --expires  the last day (UTC) on which it works; without: never\n"
    "        --test     tb_test_ instead of tb_live_\n"
    "ensure  the same for a key of our own programs, which is the text of the file and is not "
    "printed:\n"
    "        afterwards it is the one key of its client, with these scopes, --rate (1000) and "
    "--burst\n"
    "        (2000); another text of the file replaces the key, and within 5 seconds the old one "
    "works\n"
    "        nowhere. Again with the same words it changes nothing. Only ensure makes a key of "
    "system\n"
    "        with scopes that other tenants have too\n"
    "list    id, prefix, tenant, client, scopes, rate/burst, last use, state\n"
    "revoke  by its id, or by its first %d characters; within 5 seconds it works nowhere\n"
    "scopes ";

struct keys_run {
    const struct service_definition *definition;
    struct db_pool *pool;
    bool (*verb)(struct keys_run *run, struct fault *fault);
    struct key_draft draft; /* used by create and ensure */
    bool test;
    char key[API_KEY_LEN + 1];
    int64_t revoked;    /* set by ensure: number of revoked keys */
    struct slice named; /* used by revoke: the given id or prefix */
    struct uuid id;
};

static int print_usage(const struct service_definition *definition, FILE *out)
{
    char room[SCOPES_TEXT_MAX];
    struct buf scopes = buf_over(room, sizeof room);

    api_scope_append_all_names(&scopes);
    fprintf(out, help, definition->name, definition->name, definition->name, definition->name,
            API_KEY_PREFIX_LEN);
    fprintf(out, "%.*s\n", SLICE_ARG(buf_as_slice(&scopes)));
    return out == stdout ? EXIT_FINE : EXIT_USAGE;
}

/* --- the command line --- */

static bool print_mistake(const char *option, const char *what)
{
    fprintf(stderr, "%s: %s\n", option, what);
    return false;
}

/* Reads a key from a file, in which a line end may follow it. */
static bool read_key_from_stream(FILE *file, char key[API_KEY_LEN + 1])
{
    char text[API_KEY_LEN + 2];
    size_t len = fread(text, 1, sizeof text, file);

    if (len == API_KEY_LEN + 1 && text[API_KEY_LEN] == '\n')
        len--;
    if (!api_key_is_wellformed((struct slice){text, len}))
        return false;
    memcpy(key, text, API_KEY_LEN);
    return true;
}

/* Returns NULL, or what is wrong. */
static const char *read_key_file(const char *path, char key[API_KEY_LEN + 1])
{
    FILE *file = fopen(path, "re");
    bool read;

    if (file == NULL)
        return "cannot be read";
    read = read_key_from_stream(file, key);
    fclose(file);
    return read ? NULL : "holds no key";
}

enum { IN_CREATE = 1, IN_ENSURE = 2, IN_BOTH = IN_CREATE | IN_ENSURE };
enum option { TENANT, CLIENT, SCOPES, RATE, BURST, EXPIRES, KEY_FILE, OPTIONS };

/* In the order of enum option. */
static const struct {
    const char *name;
    unsigned in;
} options[OPTIONS] = {
    {"--tenant",   IN_BOTH  },
    {"--client",   IN_BOTH  },
    {"--scopes",   IN_BOTH  },
    {"--rate",     IN_BOTH  },
    {"--burst",    IN_BOTH  },
    {"--expires",  IN_CREATE},
    {"--key-file", IN_ENSURE},
};

/* Returns NULL, or what is wrong with the value. */
static const char *parse_option_value(struct keys_run *run, enum option option, struct slice value)
{
    struct key_draft *draft = &run->draft;

    switch (option) {
    case TENANT:
    case CLIENT:
        *(option == TENANT ? &draft->tenant : &draft->client) = value;
        return value.len >= 1 && value.len <= 200 ? NULL : "1 to 200 characters";
    case SCOPES:
        draft->scopes = value;
        return api_scopes_are_all_known(run->definition->callers, value)
                   ? NULL
                   : "all, or names from the list of --keys --help";
    case RATE:
        return parse_i64(value, 1, RATE_MAX, &draft->rate_per_s) ? NULL
                                                                 : "a number from 1 to 1000000";
    case BURST:
        return parse_i64(value, 1, BURST_MAX, &draft->burst) ? NULL : "a number from 1 to 10000000";
    case EXPIRES:
        return date_parse(value, &draft->expires_day) ? NULL : "a day as YYYY-MM-DD";
    case KEY_FILE:
        return read_key_file(value.at, run->key);
    case OPTIONS:
        break;
    }
    return NULL;
}

static bool parse_option(struct keys_run *run, unsigned commands, const char *name,
                         const char *value)
{
    const char *wrong = "unknown, or lacks its value";

    for (enum option i = 0; i < OPTIONS; i++)
        if (strcmp(name, options[i].name) == 0 && (options[i].in & commands) != 0 && value != NULL)
            wrong = parse_option_value(run, i, slice_of(value));
    return wrong == NULL || print_mistake(name, wrong);
}

/* Checks the tenant of a new key. A key of the tenant "system" sees the data of all tenants. So
 * `create` makes such keys only with the scopes of api_scope_is_system() and the scope for X-Actor;
 * `ensure` makes them with any scopes. */
static bool may_create_for_tenant(const struct keys_run *run, unsigned command)
{
    const struct api_callers *callers = run->definition->callers;
    const char *to_act = api_scope_name_lowest(callers, callers->actor_scope);
    struct slice rest = run->draft.scopes;

    if (command != IN_CREATE || !slice_is(run->draft.tenant, "system"))
        return true;
    while (rest.at != NULL) {
        const struct slice scope = slice_cut(&rest, ',');

        if (!api_scope_is_system(scope) && !slice_is(scope, to_act))
            return print_mistake("--tenant", "only ensure makes keys of system with these scopes");
    }
    return true;
}

static bool parse_options(struct keys_run *run, unsigned command, int argc, char **argv)
{
    for (int i = 2; i < argc; i++) {
        if (command == IN_CREATE && strcmp(argv[i], "--test") == 0) {
            run->test = true;
            continue;
        }
        if (!parse_option(run, command, argv[i], argv[i + 1]))
            return false;
        i++;
    }
    if (run->draft.tenant.at == NULL || run->draft.client.at == NULL ||
        run->draft.scopes.at == NULL)
        return print_mistake(argv[1], "--tenant, --client and --scopes are needed");
    return may_create_for_tenant(run, command);
}

static bool parse_create_arguments(struct keys_run *run, int argc, char **argv)
{
    run->draft = (struct key_draft){.rate_per_s = 100, .burst = 200, .expires_day = DATE_ABSENT};
    if (!parse_options(run, IN_CREATE, argc, argv))
        return false;
    api_key_generate(run->test, run->key);
    return true;
}

static bool parse_ensure_arguments(struct keys_run *run, int argc, char **argv)
{
    run->draft = (struct key_draft){.rate_per_s = 1000, .burst = 2000, .expires_day = DATE_ABSENT};
    if (!parse_options(run, IN_ENSURE, argc, argv))
        return false;
    return run->key[0] != '\0' || print_mistake("ensure", "--key-file is needed");
}

static bool check_list_arguments(struct keys_run *run, int argc, char **argv)
{
    (void)run;
    (void)argv;
    return argc == 2 || print_mistake("list", "takes nothing more");
}

static bool parse_revoke_arguments(struct keys_run *run, int argc, char **argv)
{
    if (argc != 3)
        return print_mistake("revoke", "needs one id or prefix");
    run->named = slice_of(argv[2]);
    return true;
}

/* --- the command itself --- */

static bool insert_key(struct db *tx, void *arg, struct fault *fault)
{
    struct keys_run *run = arg;

    return key_store_insert(tx, &run->draft, &run->id, fault);
}

static bool store_key(struct keys_run *run, db_transaction_fn *write, struct fault *fault)
{
    digest_sha256((struct slice){run->key, API_KEY_LEN}, run->draft.hash);
    run->draft.prefix = (struct slice){run->key, API_KEY_PREFIX_LEN};
    return db_transaction(run->pool, write, run, fault);
}

static bool create_key(struct keys_run *run, struct fault *fault)
{
    char id[UUID_TEXT_LEN + 1];

    if (!store_key(run, insert_key, fault))
        return false;
    uuid_format(&run->id, id);
    fprintf(stderr, "key %s of client \"%.*s\"; it is shown only now:\n", id,
            SLICE_ARG(run->draft.client));
    printf("%s\n", run->key);
    return true;
}

static bool ensure_stored_key(struct db *tx, void *arg, struct fault *fault)
{
    struct keys_run *run = arg;

    return key_store_ensure(tx, &run->draft, &run->revoked, fault);
}

static bool ensure_key(struct keys_run *run, struct fault *fault)
{
    if (!store_key(run, ensure_stored_key, fault))
        return false;
    fprintf(stderr, "client \"%.*s\" has its key; others of it that are revoked now: %lld\n",
            SLICE_ARG(run->draft.client), (long long)run->revoked);
    return true;
}

static bool list_keys(struct keys_run *run, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!key_store_list(db_shared(run->pool), &rows, fault))
        return false;
    service_print_rows(&rows, KEY_STORE_LIST_COLUMNS);
    return true;
}

static bool revoke_stored_key(struct db *tx, void *arg, struct fault *fault)
{
    struct keys_run *run = arg;

    return key_store_revoke(tx, run->named, &run->id, fault);
}

static bool revoke_key(struct keys_run *run, struct fault *fault)
{
    char id[UUID_TEXT_LEN + 1];

    if (!db_transaction(run->pool, revoke_stored_key, run, fault))
        return false;
    uuid_format(&run->id, id);
    fprintf(stderr, "%s is revoked; within 5 seconds it works nowhere\n", id);
    return true;
}

static const struct {
    const char *name;
    bool (*read)(struct keys_run *run, int argc, char **argv);
    bool (*run)(struct keys_run *run, struct fault *fault);
} verbs[] = {
    {"create", parse_create_arguments, create_key},
    {"ensure", parse_ensure_arguments, ensure_key},
    {"list",   check_list_arguments,   list_keys },
    {"revoke", parse_revoke_arguments, revoke_key},
};

/* `arg`: struct keys_run. */
static bool run_keys_verb(struct service *service, void *arg, struct fault *fault)
{
    struct keys_run *run = arg;

    run->pool = service->pool;
    return run->verb(run, fault);
}

int service_keys(const struct service_definition *definition, int argc, char **argv)
{
    struct keys_run run = {.definition = definition};

    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return print_usage(definition, stdout);
    for (size_t i = 0; argc > 1 && i < ARRAY_LEN(verbs); i++) {
        if (strcmp(argv[1], verbs[i].name) != 0)
            continue;
        run.verb = verbs[i].run;
        return verbs[i].read(&run, argc, argv)
                   ? service_run_once_as(definition, true, DEADLINE_MS, run_keys_verb, &run)
                   : EXIT_USAGE;
    }
    return print_usage(definition, stderr);
}
