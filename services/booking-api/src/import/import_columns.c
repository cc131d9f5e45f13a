// SPDX-License-Identifier: MIT
#include "import/import_columns.h"

#include "base/text.h"

#include "apartments/apartments_json.h"

#define APARTMENT &apartment_fields
#define OWNER     &owner_fields

// clang-format off
/* Russian, English, aliases, table, path, parser, example */
const struct import_column import_columns[] = {
    {"код",                    "code",                 {"код квартиры", "id"},                   APARTMENT,  "code",                 import_value_text,    "ALM-001"},
    {"владелец",               "owner",                {"собственник", "хозяин", "owner name"},  OWNER, "name",                 import_value_text,    "Айгуль Садыкова"},
    {"телефон владельца",      "owner phone",          {"телефон", "телефон собственника", "phone"}, OWNER, "phone",            import_value_text,    "+7 701 123 45 67"},
    {"id владельца",           "owner id",             {0},                                      APARTMENT,  "owner_id",             import_value_text,    ""},
    {"название",               "title",                {"название ru", "title ru", "заголовок"}, APARTMENT,  "title/ru",             import_value_text,    "Студия у парка"},
    {"название kz",            "title kz",             {"название каз"},                         APARTMENT,  "title/kz",             import_value_text,    "Саябақ жанындағы студия"},
    {"название en",            "title en",             {"название англ"},                        APARTMENT,  "title/en",             import_value_text,    "Studio by the park"},
    {"описание",               "description",          {"описание ru", "description ru"},        APARTMENT,  "description/ru",       import_value_text,    "Тихий двор, 5 минут до метро"},
    {"описание kz",            "description kz",       {"описание каз"},                         APARTMENT,  "description/kz",       import_value_text,    ""},
    {"описание en",            "description en",       {"описание англ"},                        APARTMENT,  "description/en",       import_value_text,    ""},
    {"город",                  "city",                 {0},                                      APARTMENT,  "city",                 import_value_text,    "Алматы"},
    {"район",                  "district",             {0},                                      APARTMENT,  "district",             import_value_text,    "Медеуский"},
    {"адрес",                  "address",              {0},                                      APARTMENT,  "address",              import_value_text,    "ул. Абая, 10"},
    {"широта",                 "lat",                  {"latitude"},                             APARTMENT,  "location/lat",         import_value_degrees, "43,238"},
    {"долгота",                "lon",                  {"longitude", "lng"},                     APARTMENT,  "location/lon",         import_value_degrees, "76,945"},
    {"комнат",                 "rooms",                {"комнаты", "число комнат"},              APARTMENT,  "rooms",                import_value_whole,   "1"},
    {"гостей",                 "max guests",           {"гостей максимум", "максимум гостей", "вместимость"}, APARTMENT, "max_guests", import_value_whole,  "3"},
    {"гостей в цене",          "included guests",      {0},                                      APARTMENT,  "included_guests",      import_value_whole,   "2"},
    {"удобства",               "amenities",            {0},                                      APARTMENT,  "amenities",            import_value_slugs,   "wifi, kitchen, parking"},
    {"фото",                   "photos",               {"фотографии"},                           APARTMENT,  "photos",               import_value_urls,    ""},
    {"цена",                   "base price",           {"цена за ночь", "price", "цена за сутки"}, APARTMENT, "base_price",          import_value_money,   "15 000,00"},
    {"цена в выходные",        "weekend price",        {"цена выходных"},                        APARTMENT,  "weekend_price",        import_value_money,   "18 000"},
    {"доплата за гостя",       "extra guest fee",      {0},                                      APARTMENT,  "extra_guest_fee",      import_value_money,   "2 000"},
    {"уборка",                 "cleaning fee",         {"плата за уборку"},                      APARTMENT,  "cleaning_fee",         import_value_money,   "5 000"},
    {"предоплата, %",          "prepayment percent",   {"предоплата процентов"},                 APARTMENT,  "prepayment_percent",   import_value_whole,   "30%"},
    {"минимум ночей",          "min nights",           {"ночей минимум"},                        APARTMENT,  "min_nights",           import_value_whole,   "1"},
    {"максимум ночей",         "max nights",           {"ночей максимум"},                       APARTMENT,  "max_nights",           import_value_whole,   "30"},
    {"заезд",                  "check in time",        {"время заезда", "check-in"},             APARTMENT,  "check_in_time",        import_value_clock,   "14:00"},
    {"выезд",                  "check out time",       {"время выезда", "check-out"},            APARTMENT,  "check_out_time",       import_value_clock,   "12:00"},
    {"дней между гостями",     "buffer days",          {"ночей между гостями"},                  APARTMENT,  "buffer_days",          import_value_whole,   "0"},
    {"предупреждать за часов", "advance notice hours", {0},                                      APARTMENT,  "advance_notice_hours", import_value_whole,   "2"},
    {"бронь вперед, дней",     "booking window days",  {0},                                      APARTMENT,  "booking_window_days",  import_value_whole,   "365"},
    {"мгновенная бронь",       "instant book",         {0},                                      APARTMENT,  "instant_book",         import_value_yes_no,  "да"},
    {"условия отмены",         "cancellation policy",  {"отмена"},                               APARTMENT,  "cancellation_policy",  import_value_policy,  "умеренные"},
    {"часовой пояс",           "timezone",             {0},                                      APARTMENT,  "timezone",             import_value_text,    "Asia/Almaty"},
    {"как попасть",            "check in info",        {"как попасть ru", "check in info ru"},   APARTMENT,  "check_in_info/ru",     import_value_text,    "Код домофона 12#, ключ в сейфе у двери"},
    {"как попасть kz",         "check in info kz",     {"как попасть каз"},                      APARTMENT,  "check_in_info/kz",     import_value_text,    ""},
    {"как попасть en",         "check in info en",     {"как попасть англ"},                     APARTMENT,  "check_in_info/en",     import_value_text,    ""},
    {"сдается",                "is active",            {"активна", "active"},                    APARTMENT,  "is_active",            import_value_yes_no,  "да"},
};
// clang-format on
_Static_assert(ARRAY_LEN(import_columns) == IMPORT_COLUMN_COUNT, "IMPORT_COLUMN_COUNT");

static bool is_called(const struct import_column *column, struct slice name)
{
    static const int32_t ignored[] = {' ', '_', '-', '%', '*', '"', '.', ',', ':', '\n', 0xA0, 0};
    bool called = text_same_name(name, slice_of(column->ru), ignored) ||
                  text_same_name(name, slice_of(column->en), ignored);
    for (size_t i = 0; i < IMPORT_ALIASES && !called; i++)
        called = column->aliases[i] != NULL &&
                 text_same_name(name, slice_of(column->aliases[i]), ignored);
    return called;
}

int import_column_find(struct slice name)
{
    for (int i = 0; i < IMPORT_COLUMN_COUNT; i++)
        if (is_called(&import_columns[i], name))
            return i;
    return IMPORT_NO_COLUMN;
}

/* True if the paths are equal or one contains the other. */
static bool paths_meet(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return (*a == '\0' && (*b == '\0' || *b == '/')) || (*a == '/' && *b == '\0');
}

int import_column_of_path(const struct fields *table, const char *path)
{
    for (int i = 0; i < IMPORT_COLUMN_COUNT; i++)
        if (import_columns[i].table == table && paths_meet(import_columns[i].path, path))
            return i;
    return IMPORT_NO_COLUMN;
}

const struct field *import_column_field(const struct fields *table, const char *path)
{
    size_t len = strcspn(path, "/");
    for (size_t i = 0; i < table->count; i++) {
        const struct field *field = &table->items[i];
        if (strlen(field->name) != len || memcmp(field->name, path, len) != 0)
            continue;
        if (path[len] == '\0' || field->type != FIELD_OBJECT)
            return field;
        return import_column_field(field->table, path + len + 1);
    }
    return NULL;
}

int import_column_key(void)
{
    return import_column_of_path(&apartment_fields, "code");
}

void import_header_read(const struct import_record *record,
                        const char *problems[IMPORT_CSV_CELLS_MAX], struct import_header *out)
{
    struct import_header header = {.row = record->row, .cells = record->count};
    for (int i = 0; i < IMPORT_COLUMN_COUNT; i++)
        header.cell_of[i] = IMPORT_NO_COLUMN;
    for (size_t cell = 0; cell < record->count; cell++) {
        struct slice name = import_value_trim(record->cells[cell]);
        int column = import_column_find(name);
        problems[cell] = NULL;
        if (name.len == 0)
            continue;
        if (column == IMPORT_NO_COLUMN)
            problems[cell] = "unknown_column";
        else if (header.cell_of[column] != IMPORT_NO_COLUMN)
            problems[cell] = "repeated_column";
        else
            header.cell_of[column] = (int)cell;
    }
    *out = header;
}

struct slice import_header_cell(const struct import_header *header,
                                const struct import_record *record, int column)
{
    int cell = header->cell_of[column];
    if (cell == IMPORT_NO_COLUMN || (size_t)cell >= record->count)
        return SLICE_NONE;
    struct slice text = import_value_trim(record->cells[cell]);
    return text.len > 0 ? text : SLICE_NONE;
}
