// SPDX-License-Identifier: MIT
#include "import/import_report.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/env.h"
#include "base/text.h"
#include "json/fields.h"

enum { SHOWN_MAX = 60, BAR = 30, LETTERS = 26, TIYN_OF_TENGE = 100 };

struct message {
    const char *code;
    const char *ru;
    const char *en;
};

// clang-format off
/* What a cell should contain. Bounds come from the field's table. */
static const struct message messages[] = {
    {"after_quote", "после закрывающей кавычки есть что-то ещё", "there is something after the closing quote"},
    {"open_quote", "кавычка открыта и не закрыта до конца файла", "a quote is opened and not closed until the end of the file"},
    {"line_too_long", "строка длиннее 64 КБ (не закрыта кавычка?)", "the line is longer than 64 kB (a quote left open?)"},
    {"too_many_cells", "больше 128 столбцов", "more than 128 columns"},
    {"bad_byte", "нулевой байт: это не текстовый файл", "a zero byte: this is no text file"},
    {"extra_cell", "в строке больше ячеек, чем столбцов в заголовке", "the line has more cells than the header has columns"},
    {"unknown_column", "такого столбца нет; все столбцы: --template", "no such column; --template shows all"},
    {"repeated_column", "этот столбец уже был", "this column was there before"},
    {"no_key", "нет столбца «код»: по нему квартиры узнаются", "there is no column \"code\", by which apartments are known"},
    {"required", "нужно заполнить", "must be filled in"},
    {"not_whole", "нужно целое число", "must be a whole number"},
    {"not_money", "нужна сумма в тенге, например 15000 или 1 234,00", "must be a sum in tenge, such as 15000 or 1 234.00"},
    {"not_degrees", "нужны градусы, например 43,238", "must be degrees, such as 43.238"},
    {"not_yes_no", "нужно да или нет", "must be yes or no"},
    {"not_whole_tenge", "нужны целые тенге, без тиынов", "must be whole tenge"},
    {"bad_time", "нужно время, например 14:00", "must be a time, such as 14:00"},
    {"bad_uuid", "нужен id владельца из системы", "must be an owner's id"},
    {"bad_phone", "нужен телефон, например +7 701 123 45 67", "must be a phone number, such as +7 701 123 45 67"},
    {"bad_url", "нужны адреса, которые начинаются с https://", "must be addresses that begin with https://"},
    {"bad_slug", "нужны слова латинскими буквами через запятую: wifi, parking", "must be words of small Latin letters: wifi, parking"},
    {"bad_code", "до 32 латинских букв, цифр, «-» и «_», первая буква или цифра", "at most 32 Latin letters, digits, '-' and '_', the first a letter or digit"},
    {"bad_text", "в тексте есть непечатаемые знаки", "the text has control characters"},
    {"blank", "пусто", "is blank"},
    {"unknown_city", "такого города у нас нет", "no such city"},
    {"unknown_timezone", "такого часового пояса нет; обычный: Asia/Almaty", "no such time zone; the usual one: Asia/Almaty"},
    {"unknown_value", "такого значения нет", "no such value"},
    {"unknown_owner", "такого владельца нет", "no such owner"},
    {"several_owners", "владельцев с таким именем несколько: добавьте телефон", "several owners have this name: give the phone"},
    {"contradiction", "противоречит соседнему столбцу (минимум больше максимума)", "contradicts another column (the minimum above the maximum)"},
    {"code_taken", "квартира с этим кодом уже есть", "another apartment has this code"},
    {"too_many_lines", "в файле больше 100 000 строк: разделите его", "the file has more than 100,000 lines: split it"},
    {"bad_encoding", "файл повреждён: это не UTF-8 и не Windows-1251. Сохраните его заново как «CSV UTF-8»", "the file is damaged: neither UTF-8 nor Windows-1251; save it again as \"CSV UTF-8\""},
    {"utf16", "файл в UTF-16. Сохраните его как «CSV UTF-8»", "the file is in UTF-16; save it as \"CSV UTF-8\""},
    {"import_running", "этот же арендатор загружает сейчас другой файл, подождите", "another file of this tenant is being loaded, wait for it"},
    {"file_changed", "файл изменили, пока он загружался: загрузите его снова", "the file was changed while it was being loaded: load it again"},
    {"too_short", "слишком коротко", "is too short"},
    {"too_long", "слишком длинно", "is too long"},
    {"too_many", "слишком много", "too many"},
    {"out_of_range", "вне границ", "is out of range"},
};
// clang-format on

struct language {
    const char *all;
    const char *messages;
    const char *lang;
};

static bool is_english(const struct language *language)
{
    const char *first = language->all[0] != '\0'        ? language->all
                        : language->messages[0] != '\0' ? language->messages
                                                        : language->lang;
    return strncmp(first, "en", 2) == 0;
}

static const struct env_variable language_table[] = {
    {"LC_ALL",      ENV_TEXT, offsetof(struct language, all),      "", 0, 0, ""},
    {"LC_MESSAGES", ENV_TEXT, offsetof(struct language, messages), "", 0, 0, ""},
    {"LANG",        ENV_TEXT, offsetof(struct language, lang),     "", 0, 0, ""},
};
enum { LANGUAGE_COUNT = ARRAY_LEN(language_table) };

struct import_report import_report_init(void)
{
    struct import_report report = {
        .progress = isatty(STDERR_FILENO) == 1, .out = stdout, .errors = stderr};
    struct language language;
    if (env_load(language_table, LANGUAGE_COUNT, &language, stderr)) {
        report.english = is_english(&language);
        env_finish(language_table, LANGUAGE_COUNT, &language);
    }
    return report;
}

__attribute__((format_arg(2), format_arg(3))) static const char *
choose(const struct import_report *report, const char *ru, const char *en)
{
    return report->english ? en : ru;
}

static const struct message *find_message(const char *code)
{
    for (size_t i = 0; i < ARRAY_LEN(messages); i++)
        if (strcmp(messages[i].code, code) == 0)
            return &messages[i];
    return NULL;
}

/* "A" .. "Z", "AA" ..: the spreadsheet's name of the column. */
static void letters_of(int cell, char out[4])
{
    size_t len = 0;
    if (cell >= LETTERS)
        out[len++] = (char)('A' + cell / LETTERS - 1);
    out[len++] = (char)('A' + cell % LETTERS);
    out[len] = '\0';
}

static void print_position(const struct import_report *report, const struct import_record *record,
                           int cell)
{
    char letters[4];
    fprintf(report->errors, "%s %" PRId64, choose(report, "строка", "line"), record->row);
    if (record->line != record->row)
        fprintf(report->errors, " (%s %" PRId64 ")", choose(report, "в файле", "of the file"),
                record->line);
    if (cell < 0)
        return;
    letters_of(cell, letters);
    fprintf(report->errors, ", %s %d (%s)", choose(report, "столбец", "column"), cell + 1, letters);
}

static void print_name(const struct import_report *report, const char *name)
{
    fprintf(report->errors, choose(report, " «%s»", " \"%s\""), name);
}

static void print_bounds(const struct import_report *report, const char *code,
                         const struct field *field)
{
    bool of_size = strcmp(code, "too_long") == 0 || strcmp(code, "too_many") == 0;
    int64_t unit = field->type == FIELD_MONEY ? TIYN_OF_TENGE : 1;
    if (of_size && field->max > 0)
        fprintf(report->errors, ": %s %" PRId64, choose(report, "не больше", "at most"),
                field->max);
    if (strcmp(code, "out_of_range") == 0 && field->max > 0)
        fprintf(report->errors, ": %s %" PRId64 " %s %" PRId64, choose(report, "нужно от", "from"),
                field->min / unit, choose(report, "до", "to"), field->max / unit);
}

static void print_cell(const struct import_report *report, struct slice text)
{
    size_t len = text_cut(text, SHOWN_MAX);
    fprintf(report->errors, choose(report, " «", " \""));
    for (size_t i = 0; i < len; i++)
        fputc(text.at[i] == '\n' ? ' ' : text.at[i], report->errors);
    fprintf(report->errors, "%s%s:", len < text.len ? "..." : "", choose(report, "»", "\""));
}

void import_report_cell(struct import_report *report, const struct import_record *record, int cell,
                        const char *code, const struct field *field, const char *detail)
{
    const struct message *message = find_message(code);
    if (record->row <= report->reported_row)
        return;
    import_report_progress_end(report);
    print_position(report, record, cell);
    int column = IMPORT_NO_COLUMN;
    for (int i = 0; i < IMPORT_COLUMN_COUNT && report->header != NULL && cell >= 0; i++)
        if (report->header->cell_of[i] == cell)
            column = i;
    if (column != IMPORT_NO_COLUMN)
        print_name(report, choose(report, import_columns[column].ru, import_columns[column].en));
    fputc(':', report->errors);
    if (cell >= 0 && (size_t)cell < record->count && record->cells[cell].len > 0)
        print_cell(report, import_value_trim(record->cells[cell]));
    if (message != NULL)
        fprintf(report->errors, " %s", choose(report, message->ru, message->en));
    else
        fprintf(report->errors, " %s", detail != NULL ? detail : code);
    if (field != NULL)
        print_bounds(report, code, field);
    fputc('\n', report->errors);
}

void import_report_column(struct import_report *report, const struct import_record *record,
                          int column, const char *code, const char *detail)
{
    if (column == IMPORT_NO_COLUMN) {
        import_report_cell(report, record, -1, code, NULL, detail);
        return;
    }
    const struct import_column *definition = &import_columns[column];
    int cell = report->header->cell_of[column];
    if (cell != IMPORT_NO_COLUMN) {
        import_report_cell(report, record, cell, code,
                           import_column_field(definition->table, definition->path), detail);
        return;
    }
    if (record->row <= report->reported_row)
        return;
    import_report_progress_end(report);
    print_position(report, record, -1);
    fprintf(report->errors, choose(report, ": в файле нет столбца", ": the file has no column"));
    print_name(report, choose(report, definition->ru, definition->en));
    fprintf(report->errors, choose(report, ", а для новой квартиры он нужен\n",
                                   ", which a new apartment must have\n"));
}

void import_report_repeated(struct import_report *report, const struct import_record *record,
                            int64_t first_row)
{
    char detail[SHOWN_MAX];
    snprintf(detail, sizeof detail, "%s %" PRId64,
             choose(report, "этот код уже был в строке", "this code was on line"), first_row);
    import_report_column(report, record, import_column_key(), "repeated_code", detail);
}

void import_report_fault(struct import_report *report, const struct fault *fault)
{
    const struct message *message = find_message(fault->code);
    import_report_progress_end(report);
    if (message != NULL)
        fprintf(report->errors, "%s (%s)\n", choose(report, message->ru, message->en),
                fault->detail);
    else
        fprintf(report->errors, "%s: %s\n", fault->code, fault->detail);
}

void import_report_progress(struct import_report *report, const struct import_csv *csv, int64_t row)
{
    int64_t size = import_csv_size(csv);
    int64_t shown = size > 0 ? import_csv_read(csv) * 1000 / size : 1000;
    if (!report->progress || shown == report->shown)
        return;
    report->shown = shown;
    fputs("\r[", report->errors);
    for (int i = 0; i < BAR; i++)
        fputc(i < shown * BAR / 1000 ? '#' : '.', report->errors);
    fprintf(report->errors, "] %3" PRId64 "%%, %s %" PRId64, shown / 10,
            choose(report, "строка", "line"), row);
    fflush(report->errors);
}

void import_report_progress_end(struct import_report *report)
{
    if (report->progress && report->shown > 0)
        fputs("\r\033[K", report->errors);
    report->shown = 0;
}

void import_report_summary(struct import_report *report, const struct import_counts *counts,
                           enum import_outcome outcome)
{
    static const struct message headings[] = {
        [IMPORT_LOADED] = {NULL, "Загружено.",                                                                                                                  "Loaded."},
        [IMPORT_DRY_RUN] = {NULL, "Проба: в базе ничего не изменено.",
                           "A trial: nothing was changed."                                                                                                                        },
        [IMPORT_REFUSED] =
            {NULL,
                           "Ничего не загружено: исправьте строки выше или загрузите остальные с --skip-bad.",
                           "Nothing was loaded: correct the lines above, or load the others with --skip-bad."                                                                     },
    };
    import_report_progress_end(report);
    fprintf(report->out, "%s\n", choose(report, headings[outcome].ru, headings[outcome].en));
    fprintf(report->out,
            choose(report,
                   "создано %" PRId64 ", изменено %" PRId64 ", без изменений %" PRId64
                   ", с ошибками %" PRId64 "; новых владельцев %" PRId64 "\n",
                   "created %" PRId64 ", changed %" PRId64 ", unchanged %" PRId64 ", bad %" PRId64
                   "; new owners %" PRId64 "\n"),
            counts->created, counts->changed, counts->unchanged, counts->bad, counts->owners);
}
