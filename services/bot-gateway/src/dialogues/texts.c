// SPDX-License-Identifier: MIT
#include "dialogues/texts.h"

#include "telegram/text.h"

#define NAME "{name}" /* becomes ", Aigul", or nothing */

// clang-format off
static const char *const texts[TEXTS][LANGUAGE_KZ + 1] = {
    [TEXT_START] = {
        [LANGUAGE_RU] = "Здравствуйте" NAME "! Это бот <b>tapbot.kz</b>. Сюда приходят сообщения о ваших бронях и поездках.\n\n"
                        "Что я умею: /help",
        [LANGUAGE_KZ] = "Сәлеметсіз бе" NAME "! Бұл — <b>tapbot.kz</b> боты. Брондарыңыз бен сапарларыңыз туралы хабарламалар осында келеді.\n\n"
                        "Не істей аламын: /help",
        [LANGUAGE_EN] = "Hello" NAME "! This is the bot of <b>tapbot.kz</b>. Messages about your stays and rides come here.\n\n"
                        "What I can do: /help",
    },
    [TEXT_HELP] = {
        [LANGUAGE_RU] = "Я присылаю сообщения о ваших бронях и поездках. Пока я понимаю две команды:\n\n"
                        "/start — начать сначала\n/help — эта подсказка",
        [LANGUAGE_KZ] = "Мен брондарыңыз бен сапарларыңыз туралы хабарлама жіберемін. Әзірге екі пәрменді түсінемін:\n\n"
                        "/start — басынан бастау\n/help — осы анықтама",
        [LANGUAGE_EN] = "I send messages about your stays and rides. So far I understand two commands:\n\n"
                        "/start — start over\n/help — this help",
    },
    [TEXT_UNKNOWN] = {
        [LANGUAGE_RU] = "Спасибо за сообщение! Отвечать на слова я пока не умею. Что я умею: /help",
        [LANGUAGE_KZ] = "Хабарламаңызға рақмет! Әзірге сөзге жауап бере алмаймын. Не істей аламын: /help",
        [LANGUAGE_EN] = "Thank you for your message! I cannot answer words yet. What I can do: /help",
    },
    [TEXT_SORRY] = {
        [LANGUAGE_RU] = "Извините, с вашим сообщением у меня что-то не получилось. Пожалуйста, отправьте его ещё раз.",
        [LANGUAGE_KZ] = "Кешіріңіз, хабарламаңызды өңдей алмадым. Өтінемін, оны қайта жіберіңіз.",
        [LANGUAGE_EN] = "Sorry, something went wrong with your message. Please send it again.",
    },
};
// clang-format on

void text_say(enum text text, enum language language, struct slice name, struct buf *out)
{
    const char *said = texts[text][language];
    const char *place = strstr(said, NAME);
    if (place == NULL) {
        buf_text(out, said);
        return;
    }
    buf_append(out, said, (size_t)(place - said));
    name.len = telegram_text_cut(name, TEXT_NAME_MAX);
    if (name.len > 0) {
        buf_text(out, ", ");
        telegram_text_escape(out, name);
    }
    buf_text(out, place + strlen(NAME));
}
