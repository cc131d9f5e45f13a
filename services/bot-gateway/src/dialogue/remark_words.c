// SPDX-License-Identifier: MIT
/* The words of remarks: Russian, Kazakh, English in each row. */
#include "dialogue/remark.h"

// clang-format off
const struct remark_answer remark_answers[] = {
    {REMARK_YES,
     "да|ага|угу|конечно|давай*|беру|берем|бери|возьму|возьмем|подходит|подойдет|устраивает|годится|пойдет|согласен|согласна|согласны|бронь|бронир*|забронир*|оформля*|оформи*|ок|окей|оке|хорошо|ладно|отлично|супер|нормально|норм|хочу|хотим|подтвер*"
     "|иә|ия|жарайды|болады|мақұл|әрине|аламын|алам|аламыз|алайық|алайын|алайик|келіс*|растай*|брондай*|броньдай*|керемет|жақсы"
     "|yes|yep|yeah|yup|ok|okay|sure|want|absolutely|definitely|deal|book|take|reserve|confirm|agree|agreed|perfect|great|good|fine",
     "эту|эта|это|этот|ее|его|нам|нас|мне|меня|я|мы|и|ну|вполне|очень|тогда|именно|все|верно|правильно|точно|пожалуйста|спасибо|квартир*|вариант*"
     "|осы*|соны|бұл|мына*|маған|бізге|мен|біз|онда|пәтер*|рақмет|өтінемін"
     "|it|this|that|one|i|ill|well|will|we|lets|let|us|me|the|to|is|for|go|ahead|like|would|id|please|thanks|sounds|looks|apartment|place|flat"},
    {REMARK_NO,
     "нет|не|неа|передумал*|оставь*|оставить|жоқ|no|nope|not|dont|keep",
     "надо|нужно|хочу|буду|будем|пока|спасибо|я|мы|все|отмен*|ее|его|бронь|керек|емес|рақмет|it|want|need|i|to|cancel|thanks|the|booking|now|do"},
};
const size_t remark_answer_count = ARRAY_LEN(remark_answers);

const char *const remark_question_words =
    "есть|ли|можно|разреш*|имеется|сколько|какой|какая|какие|какое|где|когда|как|куда"
    "|ма|ме|ба|бе|па|пе|рұқсат|қанша|неше|қандай|қайда|қашан|қалай"
    "|is|are|does|do|can|any|allowed|how|what|where|when|which";

const char *const remark_negations =
    "не|нет|неа|ни|никогда|зачем|передумал*|оставь*|оставить"
    "|жоқ|емес*|келмей*|болмай*|тартпа*"
    "|no|not|nope|never|dont|doesnt|didnt|havent|hasnt|isnt|wont|cant|cannot|keep";

const char *const remark_extensions = "продл*|еще_на|дольше|ұзарт*|тағы|extend*|prolong*|more|longer";

const char *const remark_booking_words =
    "бронь|бронир*|забронир*|оформ*|беру|берем|бери|возьму|возьмем"
    "|брондай*|броньдай*|аламын|алам|аламыз|алайық|алайын|алайик"
    "|book|take|reserve";

const char *const remark_booking_nouns =
    "бронь|брони|бронью|бронирования|броньы*|броньд*|броньн*|booking|bookings|reservation|reservations";

/* Also the words of a remark that have another meaning in a search: "кодовый замок", "переносная
 * кроватка". */
const char *const remark_search_words =
    "ищу|ищем|снять|сниму|снимем|подбер*|вариант*|нужна квартир*|нужна двушк*|нужна однушк*|нужна студи*|нужна комнат*|нужно_жиль*|есть_квартир*|квартиры_с|свободн* квартир*|забронировать|забыл* сказать|забыл* указать"
    "|скидк*|скидоч*|уступ*|торг|поторг*|кодов*|переносн*"
    "|іздеп|іздейм*|жалға|жалдай*|жалдағ*|пәтер_керек|бос_пәтер*|жеңілдік*|арзандат*"
    "|looking_for|to_rent|find_a|find_an|find_me|need_a flat|need_a place|need_a room|need_an apartment|flats_with|apartments_with|to_book|forgot mention|discount*|negotia*";

const char *const remark_receipt_words =
    "чек|чека|чеки|чеком|чеков|квитанци*|түбіртек*|түбіртег*|чекті|чегін|receipt|receipts|invoice";

const char *const remark_rating_words[] = {
    "один|одна|единица|единичка|бір|one",
    "два|две|двойка|двоечка|екі|two",
    "три|тройка|троечка|үш|three",
    "четыре|четверка|четверочка|төрт|four",
    "пять|пятерка|пятерку|пятерочка|бес|беске|five",
};

const char *const remark_scale_words = "из|out|of";

const struct remark_answer remark_judgement = {
    REMARK_NONE,
    "отличн*|супер*|класс*|замечательн*|прекрасн*|великолепн*|шикарн*|круто|огонь|хорош*|неплох*|нормальн*|норм|плох*|ужас*|понравил*|довольн*"
    "|керемет|тамаша|жақсы|нашар*|ұнады|ұнамады"
    "|excellent|perfect|amazing|great|good|nice|super|bad|terrible|loved|liked",
    "звезд*|балл*|оценк*|ставлю|ставим|поставлю|на|твердая|не|очень|так|себе|все|это|было|моя|нам|мне|вам|квартир*|спасибо"
    "|жұлдыз*|баға*|өте|бәрі|болды|пәтер*|рақмет|рахмет"
    "|star|stars|rating|very|it|was|all|everything|we|i|the|apartment|flat|place|thanks|thank|you"};

const struct remark_row remark_rows[] = {
    {REMARK_CALL_PERSON,
     "оператор*|менеджер*|администратор*|живо* человек*|человек* позов*|позвать человека|человек* поговор*|человек* связ*|человек* переключ*|хозя* позов*|хозя* связ*|хозя* поговор*|служб* поддержки|в_поддержку|емейл*|имейл*|электронн* почт*|эл почт*|почта ваша|почту вашу|почту напис*"
     "|адам* сөйлес*|адам* шақыр*|адам* байланыс*|иесі* сөйлес*|иесі* байланыс*|поштаңыз*|электрондық пошта*"
     "|human|operator|manager|real person|talk person|speak person|talk someone|speak someone|talk somebody|talk host|talk owner|contact host|contact owner|customer service|customer support|contact support|email|emails|e_mail"},
    {REMARK_FOR_PERSON,
     "не_работа*|не_открыва*|не_пускает|ключ* не|код* не|не_могу зайти|не_могу войти|не_могу попасть|сломал*|потерял*|забыл*|протека*|жалоб*|скидк*|скидоч*|уступ*|торг|поторг*"
     "|ашылма*|істеме*|сынып*|жоғалт*|ұмыт*|шағым*|жеңілдік*|арзандат*"
     "|doesnt_work|dont_work|isnt_working|not_working|broken|cant get in|cant open|wont open|lost|forgot|complain*|discount*|negotia*"},
    {REMARK_NO_PHONE,
     "без номера|без телефона|не номер|не телефон|не дам|не давать|не оставл*|нөмірсіз|телефонсыз|нөмір* бергім|without number|without phone|no number|no phone|dont number|dont phone|rather not"},
    /* Negations and other meanings: because they match this row, no row below is used, and the bot
     * does nothing. */
    {REMARK_NONE,
     "не_отмен*|не_оплат*|не_оплач*|не_заплат*|не_перев*|меня_перевели|нас_перевели|төлемед*|төлеген_жоқ|havent_paid|not_paid|didnt_pay|paid_parking|dont_cancel|not_cancel"},
    {REMARK_CANCELLING,
     "отмен* верн*|отмен* деньг*|отмен* бесплатн*|отмен* услови*|отмен* штраф*|отмен* если|если отмен*|отменой|возможн* отмен*|возврат*"
     "|бас тарт* қайтар*|бас тарт* тегін|ақша* қайтар*"
     "|cancel* free|cancellable|cancel* fee|cancel* if|cancel* policy|cancellation|refund*"},
    {REMARK_CANCEL,
     "отмен*|аннулир*|отказаться|откажусь|бас тарт*|болдырма*|cancel*"},
    {REMARK_MOVE,
     "перенес*|перенос*|сдвин*|друг* дат*|друг* числ*|поменя* дат*|измен* дат*|смен* дат*|продл*"
     "|ауыстыр*|басқа күн*|күн* өзгерт*|жылжыт*|ұзарт*"
     "|extend*|prolong*|change date*|move date*|other dates|different dates|another date*|new dates|change booking|move booking|move stay|move_to|move_it|move_us|reschedule|postpone"},
    {REMARK_PAID,
     "оплатил*|оплачено|заплатил*|перевел|перевела|перевели|отправил* деньги|скинул* деньги"
     "|төледі*|төлеп қойд*|аудардым|аудардық|ақша жібердім"
     "|paid|sent money|transferred|made payment|payment sent|payment done"},
    {REMARK_ENTRY,
     "парол*|код* двер*|код* домофон*|код* подъезд*|как попасть|как зайти|как войти|как заселит*|ключ* где|ключ* взять|ключ* забрать|ключ* получить"
     "|құпиясөз|паролі*|қалай кір*|кілт* қайда*|кілт* қалай|есік* код*"
     "|password|door code|where key*|keys how|how get_in|how get_inside|how get_into|how enter"},
    {REMARK_PAYMENT,
     "предоплат*|аванс*|реквизит*|куда переводи*|куда перевес*|куда плат*|куда оплат*|куда скин*|как оплат*|как плат*|когда плат*|когда оплат*|сколько переводи*|сколько доплат*|доплат*|оплат* можно|оплат* на месте|оплат* при заезде|плат* на месте|плат* при заезде|наличн*|картой|каспи|kaspi"
     "|алдын ала|төле* қайда|төле* қалай|төле* қашан|қайда аудар*|қолма қол|картамен"
     "|upfront|prepay*|in advance|deposit|how pay|where pay|when pay|how much owe|where send|where transfer|pay cash|pay card|pay arrival"},
    {REMARK_CAPACITY,
     "сколько человек|сколько людей|сколько гостей|сколько мест|сколько спальн*|вместит*|вместимся|поместит*|поместимся|влезет"
     "|неше адам|қанша адам|неше кісі|қанша кісі|сыйы*|сыяды|сыямыз"
     "|how many people|how many guests|how many persons|how many can|capacity|sleeps"},
    {REMARK_PRICE,
     "сколько стоит|сколько стоят|сколько выйдет|сколько обойд*|сколько платить|почем|цена|цену|стоимость"
     "|қанша тұр*|қанша бол*|бағасы|бағаны|неше теңге|how much|price|cost|costs"},
    {REMARK_TIMES,
     "во сколько|до скольки|со скольки|с какого времени|до какого времени|время заезда|время выезда|когда заезд*|когда заех*|когда выезд*|когда заселен*|когда приех*|когда выезж*|заех* раньше|заех* пораньше|ранн* заезд*|поздн* выезд*|выех* позже"
     "|сағат нешеде|нешеде|қашан кір*|қашан кел*|қашан шығ*|кіру уақыт*|шығу уақыт*"
     "|what time|when check|when come|when arrive|when leave|checkin time|checkout time|check in time|check out time|early check|late check"},
    {REMARK_PLACE,
     "адрес*|локаци*|геолокаци*|на карте|куда ехать|куда приезж*|как доехать|как добраться|мекенжай*|мекен жай*|қалай жет*|address|location|directions|how get there"},
    {REMARK_BOOKINGS,
     "моя бронь|мои брони|бронь где|брони где|покаж* брон*|менің брон*|брон* қайда|my booking*|my reservation*|where booking|show booking*"},
    {REMARK_PLACE,
     "где находит*|где это|где она|где квартира|где расположен*|какой район|қайда|қай жерде|қай аудан*|where is|where located|which district|what area"},
};
const size_t remark_row_count = ARRAY_LEN(remark_rows);
// clang-format on
