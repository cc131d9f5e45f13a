// SPDX-License-Identifier: MIT
#include "phrases/words.h"

// clang-format off
static const struct word_row rows[] = {
    {WORD_FROM, FROM_WORD, "с|со|from|starting|since|начиная с"},
    {WORD_FROM, FROM_OF_PRICES, "от|between|начиная от"},
    {WORD_TO, TO_PREPOSITION, "до|по|till|til|until|to|through|thru|вплоть до"},
    {WORD_TO, TO_BETWEEN, "аралыгы|аралыгында"},
    {WORD_TO, TO_POSTPOSITION, "дейин|деин|шейин|деинги|шейинги"},
    {WORD_ON, 0, "на|for"},
    {WORD_AT, AT_ON, "on|by"},
    {WORD_AT, AT_TIME, "в|во|к|ко|at"},
    {WORD_AT, AT_AFTER, "после|сразу после"},
    {WORD_PER, PER_FOR, "за"},
    {WORD_PER, PER_UNIT, "per|каждые|куниге|кунине|тунине|тауликине|таулигине|a night price"},
    {WORD_AND, 0, "и|and|n|жане|плюс|plus|мен|пен|бен|также|тоже"},
    {WORD_OR, 0, "или|либо|or|немесе|не болмаса|альде|алде|иа|or maybe|может быть"},
    {WORD_BUT, 0, "а|но|but|бирак|однако|только|just|only|главное|зато|instead|rather"},
    {WORD_NOT, NOT_A_NOUN, "без|кроме|no|without"},
    {WORD_NOT, NOT_ANYTHING, "не|нет|not|dont need|dont want|do not need|do not want|doesnt need|no need|no need for|not a|ни"},
    {WORD_NOT_BACK, 0, "емес|болмасын|болмаса да|керек емес|кажет емес|кереги жок|кажети жок|жок болсын|not needed|not required|not necesary|isnt needed|is not needed"},
    {WORD_NOT_VERB, 0, "ничего|никак|нельзя|cant|cannot|dont|doesnt|wont|shouldnt|mustnt|wouldnt|couldnt|isnt|nothing|never|unwilling"
                       "|болмаса|болмаи|болмау|болмауы|болмаиды|болмаитын"
                       /* "больше 20 тысяч дорого" */
                       "|дорого|дороговато|слишком дорого|очень дорого|перебор|не по карману|нет денег"
                       "|too much|too expensive|too pricey|too dear|too high|out of budget|out of my budget|out of our budget|over budget|over my budget|unafordable"
                       "|тым кымбат|болса кымбат|кымбат болады|кымбат екен|калтам котермеиди|калта котермеиди"},
    {WORD_NEEDLESS, 0, "не нужн*|не нужен|не надо|ненужн*|не обязательн*|не обязательно|не важн*|не важно|не требу*|не требуется|не хоч*|не хочу|не интересу*|не беру|не берем|не берет|не возьму|не вожу|не возим"},
};
// clang-format on
const struct word_table word_connectives = {rows, ARRAY_LEN(rows)};
