// SPDX-License-Identifier: MIT
/* The fixture of integration/stand.h for bot-gateway: a folder for files of bots, and rows of
 * bots. */
#pragma once

#include "app.h"
#include "bots/bots.h"
#include "handlers/handlers.h"
#include "integration/stand.h"

/* Creates the tables in a schema with the name of the program, and an empty folder. The app of the
 * handlers rereads its bots only in stand_look(). */
void stand_begin(void);
void stand_finish(void);
/* `worker` is stopped in a fiber at the end of the test, the last one first, or before by
 * stand_stop(). */
void stand_started(void *worker, void (*stop)(void *worker));
void stand_stop(void *worker);
/* For stand_stop(), too. */
struct http_client *stand_client(const struct http_client_options *options);
struct gateway_app *stand_app(void);
/* wait_for() with a format. */
#define wait_forf(...)                                                                             \
    do {                                                                                           \
        const char *sql_ = textf(__VA_ARGS__);                                                     \
        wait_for(sql_);                                                                            \
    } while (0)

const char *stand_folder(void);
/* Writes a file into the folder: stand_file("taxi.token", 0600, "1:A"). */
void stand_file(const char *name, unsigned mode, const char *text);
/* Writes NAME.key with a new API key. */
void stand_key(const char *name);
/* Inserts a bot of stand_staff's tenant, or of another tenant. */
void stand_bot(const char *name);
void stand_bot_of(const char *name, const struct uuid *tenant_id);
/* Rereads rows and files now; in a fiber. */
void stand_look(void);
