// SPDX-License-Identifier: MIT
/* The stand (integration/stand.h) as bot-gateway's tests use it: a folder for the bots' files, rows
 * of bots. */
#pragma once

#include "app.h"
#include "bots/bots.h"
#include "integration/stand.h"

/* Tables in schema `schema`, and an empty folder. Handlers get an app whose bots are looked at by
 * stand_look() alone. */
void stand_begin(const char *schema);
void stand_finish(void);
struct gateway_app *stand_app(void);

const char *stand_folder(void);
/* Writes a file of the folder: stand_file("taxi.token", 0600, "1:A"). */
void stand_file(const char *name, unsigned mode, const char *text);
/* A row of stand_staff's tenant, or of another's. */
void stand_bot(const char *name);
void stand_bot_of(const char *name, const struct uuid *tenant_id);
/* Looks at rows and files now; in a fiber. */
void stand_look(void);
