// SPDX-License-Identifier: MIT
#include "import/import.h"

#include <errno.h>

#include "import/import_run.h"

/* Ten thousand lines take a few seconds; a hundred thousand on a slow machine some minutes. */
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
    "Loads apartments from a table. An apartment is known by its column \"code\": a new code makes "
    "an apartment, a "
    "known\n"
    "one changes it; what the table does not have stays as it was. An empty cell changes nothing, "
    "'-'\n"
    "clears. The same file a second time changes nothing.\n"
    "The file: CSV in UTF-8 or Windows-1251, with comma, semicolon or tab, the first line names "
    "the\n"
    "columns in Russian or English. Lines that begin with # are skipped.\n"
    "\n"
    "--template  print an empty table with all columns\n"
    "--dry-run   check the whole file, change nothing\n"
    "--skip-bad  load the lines without problems; without it one problem undoes all\n"
    "--tenant    whose apartments; may be left out when there is one tenant\n"
    "\n"
    "Exit codes: 0 loaded, 1 there are bad lines or it failed, 2 wrong usage.\n";

/* With BOM, semicolons and CRLF, so that a Russian Excel opens it as a table. */
static int print_template(const struct import_tell *tell)
{
    fputs("\xEF\xBB\xBF", tell->out);
    for (int i = 0; i < IMPORT_COLUMN_COUNT; i++)
        fprintf(tell->out, "%s%s", i > 0 ? ";" : "",
                tell->english ? import_columns[i].en : import_columns[i].ru);
    fputs("\r\n", tell->out);
    for (int i = 0; i < IMPORT_COLUMN_COUNT; i++)
        fprintf(tell->out, "%s%s",
                i > 0           ? ";"
                : tell->english ? "# example: "
                                : "# пример: ",
                import_columns[i].example);
    fputs("\r\n", tell->out);
    return IMPORT_EXIT_FINE;
}

static int import_usage(const struct import_tell *tell, FILE *where)
{
    fputs(tell->english ? help_en : help_ru, where);
    return where == tell->out ? IMPORT_EXIT_FINE : IMPORT_EXIT_USAGE;
}

struct ask {
    struct import_options options;
    struct import_csv *csv;
    struct import_tell tell;
    bool template;
    bool help;
};

static bool read_words(int argc, char **argv, struct ask *ask)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            ask->help = true;
        else if (strcmp(argv[i], "--template") == 0)
            ask->template = true;
        else if (strcmp(argv[i], "--skip-bad") == 0)
            ask->options.skip_bad = true;
        else if (strcmp(argv[i], "--dry-run") == 0)
            ask->options.dry_run = true;
        else if (strcmp(argv[i], "--tenant") == 0 && i + 1 < argc)
            ask->options.tenant = argv[++i];
        else if (i == 1 && strcmp(argv[i], "apartments") == 0)
            continue;
        else if (i > 1 && argv[i][0] != '-' && ask->options.file == NULL)
            ask->options.file = argv[i];
        else
            return false;
    }
    return ask->help || (argc > 1 && strcmp(argv[1], "apartments") == 0 &&
                         ask->template == (ask->options.file == NULL));
}

static int run_import(struct service *service, void *arg)
{
    struct ask *ask = arg;
    return import_run(service, &ask->options, ask->csv, &ask->tell);
}

static int with_file(const struct service_definition *definition, struct ask *ask, FILE *file)
{
    struct fault fault;
    ask->csv = import_csv_create(file, &fault);
    if (ask->csv == NULL) {
        import_tell_fault(&ask->tell, &fault);
        return IMPORT_EXIT_BAD;
    }
    int code = service_once(definition, LIMIT_MS, run_import, ask);
    import_csv_destroy(ask->csv);
    return code;
}

int import_command(const struct service_definition *definition, int argc, char **argv)
{
    struct ask ask = {.tell = import_tell_begin()};
    if (!read_words(argc, argv, &ask))
        return import_usage(&ask.tell, ask.tell.errors);
    if (ask.help)
        return import_usage(&ask.tell, ask.tell.out);
    if (ask.template)
        return print_template(&ask.tell);
    FILE *file = fopen(ask.options.file, "rb");
    if (file == NULL) {
        fprintf(ask.tell.errors, "%s: %s\n", ask.options.file, strerrordesc_np(errno));
        return IMPORT_EXIT_BAD;
    }
    int code = with_file(definition, &ask, file);
    fclose(file);
    return code;
}
