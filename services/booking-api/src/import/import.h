// SPDX-License-Identifier: MIT
/* `booking-api --import apartments FILE.csv`: an agency's list of flats from a spreadsheet.
 *
 *   import.c          the command line: options, help, the template
 *   import_run.c      the file, line by line, in one transaction
 *   import_row.c      a line to a flat, by the API's tables and rules
 *   import_columns.c  what columns are called, and what they fill
 *   import_values.c   how people write numbers, sums, times
 *   import_csv.c      records and cells; import_encoding.c: UTF-8 or Windows-1251
 *   import_owner.c    whose flat it is; import_seen.c: codes met so far; import_store.c: SQL
 *   import_tell.c     what is said, in two languages
 */
#pragma once

#include "api/service.h"

int import_command(const struct service_definition *definition, int argc, char **argv);
