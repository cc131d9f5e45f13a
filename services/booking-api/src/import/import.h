// SPDX-License-Identifier: MIT
/* `booking-api --import apartments FILE.csv`: an agency's list of apartments from a spreadsheet.
 *
 *   import.c          the command line: options, help, the template
 *   import_run.c      reads the file, line by line, in one transaction
 *   import_row.c      makes an apartment of a line, by the API's tables and rules
 *   import_columns.c  names of columns, and the fields they fill
 *   import_values.c   numbers, sums and times as people write them
 *   import_csv.c      records and cells; import_encoding.c: UTF-8 or Windows-1251
 *   import_owner.c    finds or makes the owner; import_codes.c: codes so far; import_store.c: SQL
 *   import_report.c     messages in two languages */
#pragma once

#include "api/service.h"

int import_command(const struct service_definition *definition, int argc, char **argv);
