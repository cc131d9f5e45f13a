// SPDX-License-Identifier: MIT
/* The tolerant parser for JSON of other programs. */

#include "base/auto.h"

#include "support/scratch.h"
#include "update.h"

/* A message as Telegram's server formats it: each character outside ASCII is an escape. */
static const char message_text[] =
    "{\"update_id\":873265412,\n"
    "\"message\":{\"message_id\":48213,\"from\":{\"id\":4503599627370495,\"is_bot\":false,"
    "\"first_name\":\"\\u0410\\u0439\\u0433\\u0435\\u0440\\u0456\\u043c\",\"last_name\":\"\\u0421."
    "\","
    "\"username\":\"aigerim_s\",\"language_code\":\"kk\",\"is_premium\":true},"
    "\"chat\":{\"id\":-1001987654321,\"title\":"
    "\"\\u041a\\u0432\\u0430\\u0440\\u0442\\u0438\\u0440\\u044b"
    " \\\"24/7\\\"\",\"is_forum\":true,\"type\":\"supergroup\"},"
    "\"date\":1763722800,\"message_thread_id\":7,"
    "\"reply_to_message\":{\"message_id\":48200,\"from\":{\"id\":6123456789,\"is_bot\":true,"
    "\"first_name\":\"Tapbot\",\"username\":\"tapbot_kz_bot\"},"
    "\"chat\":{\"id\":-1001987654321,\"title\":\"x\",\"type\":\"supergroup\"},\"date\":1763722700,"
    "\"text\":\"\\u041a\\u0430\\u043a\\u0438\\u0435 \\u0434\\u0430\\u0442\\u044b?\","
    "\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"\\ud83d\\udcc5\",\"callback_data\":\"d:"
    "1\"}],"
    "[]]}},"
    "\"text\":\"/start \\u0441 12 \\u043f\\u043e 15 \\ud83c\\udfe0\\n@tapbot_kz_bot\","
    "\"entities\":[{\"offset\":0,\"length\":6,\"type\":\"bot_command\"},"
    "{\"offset\":21,\"length\":14,\"type\":\"mention\"},"
    "{\"offset\":18,\"length\":2,\"type\":\"custom_emoji\",\"custom_emoji_id\":\"53\"}],"
    "\"link_preview_options\":{\"is_disabled\":true}}}";

TEST(update_is_decoded_and_unknown_members_are_skipped)
{
    struct update update;
    const struct message *message = &update.message;
    const struct entity *entities;

    ck_assert(foreign_read(&update_table, SLICE(message_text), &update, &arena, &fault));
    ck_assert_int_eq(update.update_id, 873265412);
    ck_assert(message->here);
    ck_assert_int_eq(message->message_id, 48213);
    ck_assert_int_eq(message->from.id, 4503599627370495);
    ck_assert(!message->from.is_bot);
    ck_assert_slice(message->from.first_name, "Айгерім");
    ck_assert_slice(message->from.username, "aigerim_s");
    ck_assert_int_eq(message->chat.id, -1001987654321);
    ck_assert_slice(message->chat.title, "Квартиры \"24/7\"");
    ck_assert_slice(message->chat.type, "supergroup");
    ck_assert_int_eq(message->date, 1763722800);
    ck_assert_slice(message->text, "/start с 12 по 15 🏠\n@tapbot_kz_bot");
    ck_assert_uint_eq(message->entities.count, 3);
    entities = message->entities.items;
    ck_assert_slice(entities[0].type, "bot_command");
    ck_assert_int_eq(entities[1].offset, 21);
    ck_assert_int_eq(entities[2].length, 2);
    ck_assert(message->reply_to_message.here);
    ck_assert(message->reply_to_message.from.is_bot);
    ck_assert_slice(message->reply_to_message.text, "Какие даты?");
}

TEST(missing_members_are_absent)
{
    struct update update;

    memset(&update, 0xee, sizeof update);
    ck_assert(foreign_read(&update_table, SLICE(message_text), &update, &arena, &fault));
    ck_assert(!update.edited_message.here && !update.callback_query.here);
    ck_assert_int_eq(update.edited_message.chat.id, FIELD_ABSENT);
    ck_assert_ptr_null(update.edited_message.text.at);
    ck_assert_ptr_null(update.edited_message.entities.items);
    ck_assert_ptr_null(update.my_chat_member.at);
    ck_assert_ptr_null(update.message.reply_to_message.from.last_name.at);
    ck_assert(isnan(update.message.location.latitude));
    ck_assert(foreign_read(&update_table, SLICE("{}"), &update, &arena, &fault));
    ck_assert_int_eq(update.update_id, FIELD_ABSENT);
    ck_assert(!update.message.here);
}

TEST(texts_are_copied_and_raw_values_borrowed)
{
    char text[] = "{\"callback_query\":{\"data\":\" да \",\"message\": {\"date\":0 } } }";
    struct update update;

    ck_assert(foreign_read(&update_table, SLICE(text), &update, &arena, &fault));
    ck_assert(update.callback_query.here);
    ck_assert_slice(update.callback_query.message, "{\"date\":0 }");
    ck_assert_ptr_eq(update.callback_query.message.at, strstr(text, "{\"date"));
    memset(text, 'x', sizeof text);
    ck_assert_slice(update.callback_query.data, " да ");
}

#define FFFD "\xef\xbf\xbd"

/* The value decoded from `{"description":VALUE}`. NULL: the member is absent. */
static const struct {
    const char *why, *value, *text;
} texts[] = {
    {"empty",                               "\"\"",                           ""                 },
    {"spaces stay",                         "\"  a\\r\\n\\t \"",              "  a\r\n\t "       },
    {"no NFC",                              "\"e\\u0301e\xcc\x81\"",
     "e\xcc\x81"
     "e\xcc\x81"                                                                                 },
    {"all short escapes",                   "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"  },
    {"DEL and U+2028",                      "\"\x7f\xe2\x80\xa8\"",           "\x7f\xe2\x80\xa8" },
    {"one, two and three bytes",            "\"\\u0041\\u00e9\\u20B8\"",      "Aé₸"           },
    {"a pair of surrogates",                "\"\\uD83D\\uDE00\"",             "😀"             },
    {"the last code point",                 "\"\\udbff\\udfff\"",             "\xf4\x8f\xbf\xbf" },
    {"a high surrogate alone",              "\"a\\ud83d\"",                   "a" FFFD           },
    {"a high one before a letter",          "\"\\ud83dx\"",                   FFFD "x"           },
    {"a high one before an escape",         "\"\\ud83d\\n\"",                 FFFD "\n"          },
    {"a high one before a code unit",       "\"\\ud83d\\u0041\"",             FFFD "A"           },
    {"two high ones and a low one",         "\"\\ud83d\\ud83d\\ude00\"",      FFFD "😀"        },
    {"a low surrogate alone",               "\"\\ude00b\"",                   FFFD "b"           },
    {"NUL",                                 "\"a\\u0000b\"",                  "a" FFFD "b"       },
    {"an invalid byte",                     "\"a\xff\"",                      "a" FFFD           },
    {"a character cut off",                 "\"abcdefghijkl\xd0\"",           "abcdefghijkl" FFFD},
    {"four bytes cut off before an escape", "\"\xf0\x9f\x98\\n\"",            FFFD FFFD FFFD "\n"},
    {"a surrogate as bytes",                "\"\xed\xa0\x80\\u0416\"",        FFFD FFFD FFFD "Ж"},
    {"U+FFFD itself",                       "\"\\ufffd\"",                    FFFD               },
    {"null",                                "null",                           NULL               },
    {"a number",                            "17",                             NULL               },
    {"true",                                "true",                           NULL               },
    {"an object",                           "{\"description\":\"x\"}",        NULL               },
    {"an array",                            "[\"x\"]",                        NULL               },
};

static struct answer read_member(const char *name, const char *value)
{
    struct slice text = arena_printf(&arena, "{\"%s\":%s}", name, value);
    struct answer answer;

    ck_assert_ptr_nonnull(text.at);
    if (!foreign_read(&answer_table, text, &answer, &arena, &fault))
        ck_abort_msg("%.*s: %s", SLICE_ARG(text), fault.detail);
    return answer;
}

TEST_ROWS_WHY(text_keeps_its_characters, texts)
{
    struct answer answer = read_member("description", row->value);

    if (row->text == NULL)
        ck_assert(answer.description.at == NULL);
    else
        ck_assert_msg(answer.description.at != NULL && slice_is(answer.description, row->text),
                      "\"%.*s\"", SLICE_ARG(answer.description));
}

/* The time must be proportional to the length: the loop of the service waits. */
TEST(megabyte_of_invalid_bytes_is_read)
{
    enum { BYTES = 1024 * 1024 };
    AUTO(arena_finish) struct arena large = ARENA(16 * BYTES);
    AUTO(buf_finish) struct buf text = BUF(2 * BYTES);
    struct answer answer;

    buf_text(&text, "{\"description\":\"");
    for (int i = 0; i < BYTES; i++)
        buf_char(&text, '\xff');
    buf_text(&text, "\"}");
    ck_ok(foreign_read(&answer_table, buf_as_slice(&text), &answer, &large, &fault));
    ck_assert_uint_eq(answer.description.len, 3 * BYTES);
}

#define ABSENT ((double)NAN)

static const struct {
    const char *value;
    int64_t integer; /* or FIELD_ABSENT */
    double real;     /* NAN: absent */
} numbers[] = {
    {"0",                     0,               0                      },
    {"-0",                    0,               0                      },
    {"-0.0",                  FIELD_ABSENT,    -0.0                   },
    {"-7",                    -7,              -7                     },
    {"4503599627370496",      1LL << 52,       4503599627370496.0     },
    {"9007199254740993",      (1LL << 53) + 1, 9007199254740992.0     },
    {"9223372036854775807",   INT64_MAX,       9223372036854775807.0  },
    {"-9223372036854775807",  -INT64_MAX,      -9223372036854775807.0 },
    {"9223372036854775808",   FIELD_ABSENT,    9223372036854775808.0  },
    {"-9223372036854775809",  FIELD_ABSENT,    -9223372036854775809.0 },
    {"184467440737095516160", FIELD_ABSENT,    184467440737095516160.0},
    {"1.0",                   FIELD_ABSENT,    1                      },
    {"43.238949",             FIELD_ABSENT,    43.238949              },
    {"-0.0069292834",         FIELD_ABSENT,    -0.0069292834          },
    {"0.017453292519943295",  FIELD_ABSENT,    0.017453292519943295   },
    {"1e3",                   FIELD_ABSENT,    1000                   },
    {"1E-2",                  FIELD_ABSENT,    0.01                   },
    {"2.5e+010",              FIELD_ABSENT,    2.5e10                 },
    {"1e308",                 FIELD_ABSENT,    1e308                  },
    {"1e309",                 FIELD_ABSENT,    ABSENT                 },
    {"-1e999",                FIELD_ABSENT,    ABSENT                 },
    {"1e-999",                FIELD_ABSENT,    0                      },
    {"null",                  FIELD_ABSENT,    ABSENT                 },
    {"\"7\"",                 FIELD_ABSENT,    ABSENT                 },
    {"[7]",                   FIELD_ABSENT,    ABSENT                 },
};

TEST_ROWS(numbers_are_exact_or_absent, numbers)
{
    const double real = read_member("score", row->value).score;

    ck_assert_int_eq(read_member("error_code", row->value).error_code, row->integer);
    if (isnan(row->real))
        ck_assert_msg(isnan(real), "%s: %g", row->value, real);
    else
        ck_assert_msg(memcmp(&real, &row->real, sizeof real) == 0, "%s: %.17g", row->value, real);
}

TEST(only_the_literal_true_is_true)
{
    static const char *const others[] = {"false", "null", "1", "\"true\"", "[true]", "{}"};

    ck_assert(read_member("ok", "true").ok);
    for (int i = 0; i < COUNT(others); i++)
        ck_assert_msg(!read_member("ok", others[i]).ok, "%s", others[i]);
}

/* The raw value decoded from `{"result":VALUE}`; NULL: absent. */
static const struct {
    const char *value, *raw;
} raws[] = {
    {"true",                         "true"                                },
    {" [ 1 , {\"a\" : [ ]} ] ",      "[ 1 , {\"a\" : [ ]} ]"               },
    {"\"\\u0041\"",                  "\"\\u0041\""                         },
    {"\"]},{:[\\\"\\\\\"",           "\"]},{:[\\\"\\\\\""                  },
    {"-1.50e1",                      "-1.50e1"                             },
    {"18446744073709551616",         "18446744073709551616e0"              },
    {"[1e999,-1e999]",               "[null,null]"                         },
    {"null",                         NULL                                  },
    {"{\"\\u0000\":\"\\ud83d\"}",    "{\"\\ufffd\":\"\\ufffd\"}"           },
    {"[\"\\\\u0000\\\\\\ude00\"]",   "[\"\\\\u0000\\\\\\ufffd\"]"          },
    {"[\"\xd0\",\"\xff\\ude00\",1]", "[\"" FFFD "\",\"" FFFD "\\ufffd\",1]"},
    {"\"\\ud83d\\ude00\\uDBFF\"",    "\"\\ud83d\\ude00\\ufffd\""           },
};

TEST_ROWS(raw_value_is_changed_only_where_jansson_would_refuse_it, raws)
{
    struct answer answer = read_member("result", row->value);

    ck_assert(answer.has_result == (row->raw != NULL));
    if (row->raw == NULL)
        ck_assert_ptr_null(answer.result.at);
    else
        ck_assert_slice(answer.result, row->raw);
}

/* Members called "words" are read in two forms, and the object also as a whole. */
TEST(a_value_may_have_several_members)
{
    struct answer answer = read_member("words", " [\"a\"]");

    ck_assert(answer.words.count == 1 && answer.word.at == NULL);
    ck_assert_slice(answer.whole, "{\"words\": [\"a\"]}");
    answer = read_member("words", "\"a\"");
    ck_assert_slice(answer.word, "a");
    ck_assert_ptr_null(answer.words.items);
}

TEST(raw_values_are_found_in_lists)
{
    static const char *const wholes[] = {"{ \"result\":[1] }", "{\"x\":{\"result\":2}}", "\"],{\"",
                                         "{}", "{\"result\":3,\"r\\u0065sult\":[\"}\"]}"};
    const struct answer *items;
    struct answer answer;

    answer = read_member("answers", textf(" [%s, %s ,%s,%s,%s ,{}]", wholes[0], wholes[1],
                                          wholes[2], wholes[3], wholes[4]));
    items = answer.answers.items;
    ck_assert_uint_eq(answer.answers.count, COUNT(wholes));
    for (int i = 0; i < COUNT(wholes); i++)
        ck_assert_slice(items[i].whole, wholes[i]);
    ck_assert_slice(items[0].result, "[1]");
    ck_assert_ptr_null(items[1].result.at);
    ck_assert_slice(items[4].result, "[\"}\"]");
}

TEST(members_of_members_are_read_without_a_table)
{
    struct answer answer = read_member(
        "parameters", "{\"of\":1,\"retry\":{\"of\":1}, \"retry\":{\"after\":5,\"of\": [2] }}");

    ck_assert_int_eq(answer.after, 5);
    ck_assert_slice(answer.of, "[2]");
    answer = read_member("parameters", "{\"retry\":[{\"after\":5}]}");
    ck_assert_int_eq(answer.after, FIELD_ABSENT);
    ck_assert_ptr_null(answer.of.at);
    answer = read_member("parameters", "7");
    ck_assert_int_eq(answer.after, FIELD_ABSENT);
}

TEST(lists_store_the_first_items_and_count_the_rest)
{
    struct answer answer = read_member("vector", "[1,-2,3,4,5,6,7,{},\"9\"]");
    const double *vector = answer.vector.items;

    ck_assert_uint_eq(answer.vector.count, 6);
    ck_assert_uint_eq(answer.vector.left_out, 3);
    for (int i = 0; i < 6; i++)
        ck_assert_double_eq(vector[i], i == 1 ? -2 : i + 1);
    answer = read_member("vector", "[]");
    ck_assert_ptr_nonnull(answer.vector.items);
    ck_assert_uint_eq(answer.vector.count, 0);
    ck_assert_ptr_null(read_member("vector", "{}").vector.items);
    ck_assert_ptr_null(read_member("vector", "null").vector.items);
}

TEST(a_list_may_be_the_whole_text)
{
    static const char *const others[] = {"{}", "null", "", "[{}", "[{}] 1", "[{},]"};
    struct foreign_list list;

    ck_assert(foreign_read_list(&answer_table, 2, SLICE(" [{\"error_code\":1},7,{}]\n"), &list,
                                &arena, &fault));
    ck_assert_uint_eq(list.count, 2);
    ck_assert_uint_eq(list.left_out, 1);
    ck_assert_int_eq(((const struct answer *)list.items)->error_code, 1);
    ck_assert_int_eq(((const struct answer *)list.items)[1].error_code, FIELD_ABSENT);
    for (size_t i = 0; i < COUNT(others); i++) {
        ck_assert_msg(
            !foreign_read_list(&answer_table, 2, slice_of(others[i]), &list, &arena, &fault), "%s",
            others[i]);
        ck_assert_str_eq(fault.code, "bad_json");
        ck_assert_uint_eq(list.count, 2);
    }
}

TEST(texts_of_a_list_keep_their_positions)
{
    struct answer answer = read_member("words", "[\"a\",7,\"\\u00e9\",\"d\"]");
    const struct slice *words = answer.words.items;

    ck_assert_uint_eq(answer.words.count, 3);
    ck_assert_uint_eq(answer.words.left_out, 1);
    ck_assert(slice_is(words[0], "a") && words[1].at == NULL && slice_is(words[2], "é"));
    ck_assert_ptr_null(read_member("words", "\"a\"").words.items);
}

TEST(items_of_another_type_keep_their_position)
{
    const double *vector = read_member("vector", "[0.5,null,\"1\",-1e-3,[3],4]").vector.items;
    const struct foreign_list answers =
        read_member("answers", "[{\"ok\":true},7,{\"vector\":[1],\"answers\":[{}]},null]").answers;
    const struct answer *items = answers.items;

    ck_assert(vector[0] == 0.5 && isnan(vector[1]) && isnan(vector[2]));
    ck_assert(vector[3] == -0.001 && isnan(vector[4]) && vector[5] == 4);
    ck_assert_uint_eq(answers.count, 4);
    ck_assert(items[0].here && items[0].ok);
    ck_assert(!items[1].here && items[1].error_code == FIELD_ABSENT && isnan(items[1].score));
    ck_assert_uint_eq(items[2].vector.count, 1);
    ck_assert_uint_eq(items[2].answers.count, 1);
    ck_assert(!items[3].here);
}

TEST(last_value_of_a_repeated_name_is_used)
{
    static const char text[] =
        "{\"message\":{\"message_id\":1,\"text\":\"a\",\"entities\":[{}],\"from\":{\"id\":1}},"
        "\"update_id\":1,\"update_id\":2,\"callback_query\":{\"id\":\"1\"},"
        "\"message\":{\"date\":5},\"callback_query\":null,\"upd\\u0061te_id\":3}";
    struct update update;

    ck_assert(foreign_read(&update_table, SLICE(text), &update, &arena, &fault));
    ck_assert_int_eq(update.update_id, 3);
    ck_assert_int_eq(update.message.date, 5);
    ck_assert_int_eq(update.message.message_id, FIELD_ABSENT);
    ck_assert_int_eq(update.message.from.id, FIELD_ABSENT);
    ck_assert_ptr_null(update.message.text.at);
    ck_assert_ptr_null(update.message.entities.items);
    ck_assert(!update.callback_query.here);
    ck_assert_ptr_null(update.callback_query.id.at);
}

TEST(names_are_compared_completely)
{
    static const char text[] =
        "{\"o\":true,\"okk\":true,\"\":true,\"OK\":true,\"ok\\u0000\":true,\"ok\xff\":true,"
        "\"error_cod\\u0065\":5}";
    struct answer answer;

    ck_assert(foreign_read(&answer_table, SLICE(text), &answer, &arena, &fault));
    ck_assert(!answer.ok);
    ck_assert_int_eq(answer.error_code, 5);
}

TEST(ids_dates_and_times_are_parsed)
{
    struct parsed {
        struct uuid id;
        int32_t date;
        int64_t time;
    } parsed;
    const struct foreign_member members[] = {
        {"id",   FOREIGN_UUID, offsetof(struct parsed, id),   NULL, 0},
        {"date", FOREIGN_DATE, offsetof(struct parsed, date), NULL, 0},
        {"time", FOREIGN_TIME, offsetof(struct parsed, time), NULL, 0},
    };
    const struct foreign table = FOREIGN_OF(members, struct parsed);
    static const char good[] = "{\"id\":\"018f0005-0000-7000-8000-000000000001\","
                               "\"date\":\"1970-01-03\",\"time\":\"1970-01-01T00:00:01Z\"}";
    static const char *const absent[] = {
        "{}", "{\"id\":\"\",\"date\":\"1970-02-30\",\"time\":\"1970-01-01\"}",
        "{\"id\":1,\"date\":2,\"time\":3}"};

    ck_assert(foreign_read(&table, SLICE(good), &parsed, &arena, &fault));
    ck_assert(!uuid_is_nil(&parsed.id));
    ck_assert_int_eq(parsed.date, 2);
    ck_assert_int_eq(parsed.time, 1000000);
    for (size_t i = 0; i < COUNT(absent); i++) {
        ck_assert(foreign_read(&table, slice_of(absent[i]), &parsed, &arena, &fault));
        ck_assert(uuid_is_nil(&parsed.id));
        ck_assert_int_eq(parsed.date, FIELD_ABSENT32);
        ck_assert_int_eq(parsed.time, FIELD_ABSENT);
    }
}
