// SPDX-License-Identifier: MIT
/* `booking-api --import apartments FILE.csv` loads apartments from a spreadsheet.
 *
 *   import.c           command line: options, help, template
 *   import_run.c       imports the file in one transaction
 *   import_row.c       converts a line to an apartment, by the API's field tables and rules
 *   import_columns.c   column names and the fields they fill
 *   import_values.c    parses numbers, amounts and times as people write them
 *   import_csv.c       records and cells; import_encoding.c: UTF-8 or Windows-1251
 *   import_owner.c     finds or creates owners; import_codes.c: codes read so far
 *   import_store.c     SQL; import_report.c: messages in two languages */
#pragma once

#include "api/service.h"

int import_command(const struct service_definition *definition, int argc, char **argv);
