// SPDX-License-Identifier: MIT
/* A word that names no place does not change the direction of a ride, wherever it stands. At 12:15
 * of 2026-11-24. */
#include "phrase_world.h"
#include "support/scratch.h"

enum { TODAY = 20781 };

static const struct phrase_words *words;

static void begin(void)
{
    words = phrase_world_ride_words();
}

TEST_CASE("ride_directions", .setup_once = begin);

/* From Almaty to Taraz. Other words may stand at each '^'. */
static const struct {
    enum language language;
    const char *phrase;
} sentences[] = {
    {LANGUAGE_RU, "^Алматы Тараз ^"                                 },
    {LANGUAGE_RU, "^Алматы - Тараз ^"                               },
    {LANGUAGE_RU, "^завтра ^Алматы Тараз ^"                   },
    {LANGUAGE_RU, "^из Алматы ^в Тараз ^завтра ^"          },
    {LANGUAGE_RU, "^в Тараз ^из Алматы ^"                        },
    {LANGUAGE_RU, "^из Алматы ^Тараз ^"                           },
    {LANGUAGE_RU, "^Алматы ^до Тараза ^"                         },
    {LANGUAGE_RU, "^из города Алматы ^в город Тараз ^"},
    {LANGUAGE_KZ, "^Алматыдан ^Таразға ^"                      },
    {LANGUAGE_KZ, "^ертең ^Таразға ^Алматыдан ^"          },
    {LANGUAGE_KZ, "^Алматы Тараз ^"                                 },
    {LANGUAGE_KZ, "^Алматыдан ^Таразға дейін ^"           },
    {LANGUAGE_EN, "^Almaty to Taraz ^"                                         },
    {LANGUAGE_EN, "^tomorrow ^Almaty to Taraz ^"                               },
    {LANGUAGE_EN, "^from Almaty ^to Taraz ^tomorrow ^"                         },
    {LANGUAGE_EN, "^to Taraz ^from Almaty ^"                                   },
    {LANGUAGE_EN, "^Almaty Taraz ^"                                            },
    {LANGUAGE_EN, "^from the city of Almaty ^to the city of Taraz ^"           },
};

/* Known words, unknown words, and both after each preposition. */
static const char *const neutral[][28] = {
    [LANGUAGE_RU] = {"место в машине ",
                     "нужно место в авто ",               "в любое время ",
                     "в полночь ",                "к полудню ",
                     "на рассвете ",                                                        "в командировку ",
                     "по делам ",                                                    "к маме ",
                     "на свадьбу ",                                                                                                                                                                         "на такси ",
                     "с работы ",                                                                                                                                                                                                                                                                   "из командировки ",
                     "от друзей ",                                                                                                          "с ноутбуком ",
                     "за деньги ",                                                                                                                                                          "ко врачу ",
                     "на учёбу ",  "в гости ",
                     "после работы ",                                                                                                                                                                                                                                                                                                                               "до вечера ",
                     "в обед ", "в 18-30 ",
                     "без пробок ", "хочу ",
                     "срочно "},
    [LANGUAGE_KZ] = {"жұмысқа ",                "қонаққа ",                        "тойға ",                                                          "такси керек ", "машинада ",                                           "іссапарға ",
                     "таңертең ",                                                                             "түн ортасында ", "18-ден кейін ", "12-ге дейін ", "тез ",
                     "өтінемін ", "жұмыстан кейін "                                                                                                                                                                                                                                                                                                   },
    [LANGUAGE_EN] = {"at midnight ",                 "at dawn ", "at lunchtime ",               "a seat in a car ",
                     "on business ",                              "by taxi ", "for a wedding ",                           "to work ",
                     "from work ",                                                                              "on a trip ",                                                                    "at any time ",         "after work ",
                     "by car ",                                                                                                                                                                                                                                                                                         "at 6 p.m. ", "please ",  "going to a friend ",
                     "to see my mum ",          "until evening ", "at noon ", "in a hurry "},
};

/* Appends the phrase with the words at its `chosen` place. Returns the number of places. */
static size_t put_words(const char *phrase, const char *put, size_t chosen, struct buf *out)
{
    size_t places = 0;

    for (const char *at = phrase; *at != '\0'; at++) {
        if (*at != '^')
            buf_char(out, *at);
        else if (places++ == chosen)
            buf_text(out, put);
    }
    return places;
}

TEST_ROWS(words_that_name_no_place_do_not_change_the_direction, sentences)
{
    const struct phrase_now now = {TODAY, 12, 15};
    struct phrase_ride ride;

    for (size_t i = 0; i < ARRAY_LEN(neutral[0]) && neutral[row->language][i] != NULL; i++)
        for (size_t place = 0, places = 1; place < places; place++) {
            places = put_words(row->phrase, neutral[row->language][i], place, &scratch);
            const char *text = scratch_text();
            ck_ok(
                phrase_read_ride(words, slice_of(text), row->language, now, &arena, &ride, &fault));
            ck_assert_msg(slice_is(ride.from, "almaty") && slice_is(ride.to, "taraz"),
                          "%s: from %.*s to %.*s", text, SLICE_ARG(ride.from), SLICE_ARG(ride.to));
        }
}
