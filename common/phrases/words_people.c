// SPDX-License-Identifier: MIT
#include "phrases/words.h"

// clang-format off
static const struct word_row rows[] = {
    {WORD_PEOPLE, 0, "человек*|человек|чел|люди|людей|людям|гост*|гость|персон*|персон|жильц*|пассажир*|мест*|спальн* мест*"
                     "|people|persons|person|guest~|pax|adult guests|of us|travelers|travellers|visitors|pers|ppl|passenger~|seat~"
                     "|адам+|жолаушы+|орын+|киси+|конак+|адамбыз|кисимиз"},
    {WORD_PERSON, 0, "взросл*|взр|взрослые|adult~|grown ups|grownups|ересек+|улкен адам+|мужчин*|женщин*|парней|парня|девушек|девочек|мальчик*|студент*|командировочн*|коллег*|подруг|друзья|друзей|друзьями|родител*|parents"
                     "|men|women|friends|colleagues|girls|boys|guys|ер адам+|айел адам+|достар+"},
    {WORD_CHILD, 1, "внук|внука|внуком|внучк*|немере|немереммен|немерем+|grandson|granddaughter|grandchild|ребенок|ребенк*|реб|малыш*|малыш|младенец|младенц*|грудничк*|дочк*|сын|сыном|дочер*|child|kid|baby|infant|toddler|daughter|бала|балам|баламен|сабиимен|сабии+|нересте+"},
    {WORD_CHILD, 2, "внуки|внуков|внуками|внукам|внучат|немерелер+|grandsons|grandchildren|grandkids|дет*|дети|детей|детьми|детям|детк*|детишк*|дитей|children|kids|babies|infants|toddlers|балалар+|бала+"},
    {WORD_ME, 0, "я|me|мен озим|myself and|озим"},
    {WORD_WE, 0, "нас|мы|нам|we|we are|we r|were|there are|there wil be|биз|бизге"},
    {WORD_COMPANION, 0, "жена|женой|жены|жену|муж|мужем|мужа|супруг*|девушк*|подруг*|друг|другом|друга|парнем|мама|мамой|маму|папа|папой|брат*|сестр*|бабушк*|дедушк*"
                        "|wife|husband|girlfriend|boyfriend|partner|friend|mother|father|mom|mum|dad|sister|brother|gf|bf|spouse"
                        "|айелим+|куиеуим+|жолдасым+|зайыбым+|досым+|анам+|акем+|келиншегим+"},
    {WORD_GROUP, 0, "компани*|больш* компани*|больш* групп*|групп*|семья|семьи|семьей|семью|семейн*|толп*|коллектив*|куча народу|много народу|много людей|много человек|нас много"
                    "|group~|big group|large group|family|families|company|crowd|party of|lots of people|many people|many of us|lot of us|a lot of people"
                    "|отбасы+|отбасым+|коп адам+|коп кисимиз|копшилик|копшиликпиз|коппиз|балаларымызбен|жануя+|уйишимиз"},
    {WORD_ROOM, 0, "комнат*|комнатн*|комнаты|комнат|комн|ком|болме+|болмели+|болмелик|rom~|romed"},
    {WORD_ROOMS, 1, "однушк*|однушеч*|однеш*|однокомнатн*|одноком*|однокомн|одн* комнатн*|студи*|студия|студию|студио|studio~|студия+|гостинк*|бирболмели+|евродвушк* студи*|малосемейк*|open plan"},
    {WORD_ROOMS, 2, "двушк*|двушеч*|двухкомнатн*|двуком*|двухкомн|двух комнатн*|екиболмели+|евродвушк*"},
    {WORD_ROOMS, 3, "трешк*|трешеч*|трехкомнатн*|трехкомн|треш|трех комнатн*|ушболмели+|евротрешк*"},
    {WORD_ROOMS, 4, "четырехкомнатн*|четырехкомн|четырешк*|четырех комнатн*|тортболмели+"},
    {WORD_ROOMS, 5, "пятикомнатн*|пятикомн|бесболмели+"},
    {WORD_BEDROOM, 0, "bed flat|bed apartment|bed apt|спальн*|спальня|спален|спальни|bedrom~|bedromed|bed room~|br|bdr|bdrm|bhk|жатын болме+|жатын болмели+|уйктайтын болме+"},
    {WORD_FLOOR, 0, "этаж*|этажей|этажн*|кабат+|floor~|storey~|story"},
};
// clang-format on
const struct word_table word_people = {rows, ARRAY_LEN(rows)};
