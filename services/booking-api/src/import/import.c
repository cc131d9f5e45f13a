// SPDX-License-Identifier: MIT
#include "import/import.h"

#include <errno.h>

#include "import/import_run.h"

/* Ten thousand lines take seconds, a hundred thousand take minutes on a slow machine. */
enum { LIMIT_MS = 15 * 60 * 1000 };

static const char help_ru[] =
    "использование: booking-api --import apartments ФАЙЛ.csv [--skip-bad] [--dry-run] [--tenant "
    "ИМЯ]\n"
    "               booking-api --import apartments --template\n"
    "\n"
    "Загружает квартиры из таблицы. Квартира узнаётся по столбцу «код»: новый код создаёт "
    "квартиру,\n"
    "известный меняет её; чего в таблице нет, остаётся как было. Пустая ячейка ничего не меняет,\n"
    "«-» стирает. Повторная загрузка того же файла ничего не меняет.\n"
    "Файл: CSV в UTF-8 или Windows-1251, запятая, точка с запятой или табуляция, первая строка с\n"
    "названиями столбцов по-русски или по-английски. Строки, которые начинаются с #, "
    "пропускаются.\n"
    "\n"
    "--template  напечатать пустую таблицу со всеми столбцами\n"
    "--dry-run   проверить весь файл и ничего не изменить\n"
    "--skip-bad  загрузить строки без ошибок; без этого одна ошибка отменяет всё\n"
    "--tenant    чьи квартиры; можно не писать, если арендатор один\n"
    "\n"
    "Коды выхода: 0 загружено, 1 есть строки с ошибками или не получилось, 2 неверные параметры.\n";

static const char help_en[] =
    "usage: booking-api --import apartments FILE.csv [--skip-bad] [--dry-run] [--tenant NAME]\n"
    "       booking-api --import apartments --template\n"
    "\n"
    "Loads apartments from a table. The column \"code\" identifies an apartment: a new\n"
    "code creates one, a known code changes it. Columns that the file does not have,\n"
    "and empty cells, change nothing; '-' clears a field. Loading the same file again\n"
    "changes nothing.\n"
    "The file: CSV in UTF-8 or Windows-1251, with comma, semicolon or tab. Its first\n"
    "line names the columns in Russian or English. Lines that begin with # are skipped.\n"
    "\n"
    "--template  print an empty table with all columns\n"
    "--dry-run   check the whole file, change nothing\n"
    "--skip-bad  load the lines without problems; otherwise one problem cancels all\n"
    "--tenant    tenant of the apartments; optional if there is only one\n"
    "\n"
    "Exit codes: 0 loaded, 1 bad lines or failure, 2 wrong usage.\n";

/* BOM, semicolons and CRLF make Excel with a Russian locale open the file as a table. */
static int print_template(const struct import_report *report)
{
    fputs("\xEF\xBB\xBF", report->out);
    for (int i = 0; i < IMPORT_COLUMN_COUNT; i++)
        fprintf(report->out, "%s%s", i > 0 ? ";" : "",
                report->english ? import_columns[i].en : import_columns[i].ru);
    fputs("\r\n", report->out);
    for (int i = 0; i < IMPORT_COLUMN_COUNT; i++)
        fprintf(report->out, "%s%s",
                i > 0             ? ";"
                : report->english ? "# example: "
                                  : "# пример: ",
                import_columns[i].example);
    fputs("\r\n", report->out);
    return IMPORT_EXIT_OK;
}

static int import_usage(const struct import_report *report, FILE *where)
{
    fputs(report->english ? help_en : help_ru, where);
    return where == report->out ? IMPORT_EXIT_OK : IMPORT_EXIT_USAGE;
}

struct command {
    struct import_options options;
    struct import_csv *csv;
    struct import_report report;
    bool template;
    bool help;
};

static bool parse_arguments(int argc, char **argv, struct command *command)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            command->help = true;
        else if (strcmp(argv[i], "--template") == 0)
            command->template = true;
        else if (strcmp(argv[i], "--skip-bad") == 0)
            command->options.skip_bad = true;
        else if (strcmp(argv[i], "--dry-run") == 0)
            command->options.dry_run = true;
        else if (strcmp(argv[i], "--tenant") == 0 && i + 1 < argc)
            command->options.tenant = argv[++i];
        else if (i == 1 && strcmp(argv[i], "apartments") == 0)
            continue;
        else if (i > 1 && argv[i][0] != '-' && command->options.file == NULL)
            command->options.file = argv[i];
        else
            return false;
    }
    return command->help || (argc > 1 && strcmp(argv[1], "apartments") == 0 &&
                             command->template == (command->options.file == NULL));
}

static int run_import(struct service *service, void *arg)
{
    struct command *command = arg;
    return import_run(service, &command->options, command->csv, &command->report);
}

static int import_file(const struct service_definition *definition, struct command *command,
                       FILE *file)
{
    struct fault fault;
    command->csv = import_csv_create(file, &fault);
    if (command->csv == NULL) {
        import_report_fault(&command->report, &fault);
        return IMPORT_EXIT_BAD;
    }
    int code = service_once(definition, LIMIT_MS, run_import, command);
    import_csv_destroy(command->csv);
    return code;
}

int import_command(const struct service_definition *definition, int argc, char **argv)
{
    struct command command = {.report = import_report_init()};
    if (!parse_arguments(argc, argv, &command))
        return import_usage(&command.report, command.report.errors);
    if (command.help)
        return import_usage(&command.report, command.report.out);
    if (command.template)
        return print_template(&command.report);
    FILE *file = fopen(command.options.file, "rb");
    if (file == NULL) {
        fprintf(command.report.errors, "%s: %s\n", command.options.file, strerrordesc_np(errno));
        return IMPORT_EXIT_BAD;
    }
    int code = import_file(definition, &command, file);
    fclose(file);
    return code;
}
