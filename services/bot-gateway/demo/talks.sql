-- SPDX-License-Identifier: MIT
-- Conversations of people with the demo's bot in the half year before this file is loaded: data for searches.
-- About 3,400 messages of 270 people in three languages, as people type: in lower case without punctuation, in Latin
-- letters, without Kazakh letters, with typos.
--
--   psql -v tenant=<uuid> -f talks.sql
--
-- after load.sql, as a role that owns the tables. Texts and ids are the same each time; loading twice changes nothing. No real
-- person is meant: the phones are +7 700 000 xx xx. The table person has no rows of these people, so no broadcast is sent to
-- them.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET search_path = bot, api, public;
BEGIN;

-- A pseudorandom integer from 0 to count - 1, always the same for the same number and salt.
CREATE FUNCTION pg_temp.drawn(number integer, salt text, count integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT ('x' || left(md5(number || salt), 7))::bit(28)::integer % count
$$;

-- One of the words, which are separated by bars.
CREATE FUNCTION pg_temp.one_of(words text, number integer, salt text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT (string_to_array(words, '|'))[1 + pg_temp.drawn(number, salt, array_length(string_to_array(words, '|'), 1))]
$$;

-- The text with a typo in its middle: a letter is missing, or two are swapped. A text with a phone is unchanged.
CREATE FUNCTION pg_temp.slipped(said text, number integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN length(said) < 8 OR said LIKE '%+7%' THEN said
        WHEN number % 2 = 0 THEN overlay(said placing '' from at for 1)
        ELSE overlay(said placing reverse(substr(said, at, 2)) from at for 2) END
    FROM (SELECT 3 + pg_temp.drawn(number, 'slip', length(said) - 5) AS at) place
$$;

-- The text in Latin letters, as people without a Cyrillic keyboard write.
CREATE FUNCTION pg_temp.in_latin(said text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT translate(replace(replace(replace(replace(replace(replace(replace(replace(lower(said),
        'щ', 'sch'), 'ш', 'sh'), 'ч', 'ch'), 'ж', 'zh'), 'ю', 'yu'), 'я', 'ya'), 'ц', 'ts'), 'х', 'kh'),
        'абвгдеёзийклмнопрстуфыэәғқңөұүіһьъ', 'abvgdeeziyklmnoprstufyeagqnouuih')
$$;

-- Patterns of conversations: each line is a message, of the guest and of the bot by turns. Bars separate variants of a message.
CREATE TEMPORARY TABLE pattern (number serial, language text, said text) ON COMMIT DROP;
INSERT INTO pattern (language, said) VALUES
-- Parking.
('ru', 'Здравствуйте! А парковка у дома на {street} есть?|Добрый день, где можно поставить машину возле квартиры на {street}?|Подскажите, во дворе есть парковочное место? Мы на машине
Здравствуйте! Парковка есть во дворе, бесплатно, мест обычно хватает.|Добрый день! Двор закрытый, машину можно оставить у подъезда.
А шлагбаум ночью кто откроет? Приедем в {time}|Хорошо, нужно заранее сказать номер машины?
Пришлите номер машины, передадим охране.|Охрана круглосуточно, пришлите номер машины.
Номер {plate}, {car}|{car}, {plate}, спасибо'),
('ru', 'Парковка платная или входит в стоимость?|Есть подземный паркинг? Машина большая, {car}|А сколько стоит паркинг?
Паркинг подземный, {fee} тенге в сутки, место закрепим за вами.|Двор бесплатно, а подземное место {fee} тенге за ночь.
Понял, берём подземное место|Хорошо, тогда оставим во дворе|Дороговато, поищем на улице'),
('ru', 'Вечером реально припарковаться у дома? Приедем около {time}|Для двух машин места во дворе хватит?
Вечером мест мало, но через дорогу есть охраняемая стоянка, {fee} тенге за ночь.|Одну поставите во дворе, вторую на стоянке через дорогу, {fee} тенге.
Стоянка крытая? Зимой не хочется откапывать|До стоянки далеко идти?
Крытая, идти три минуты.|Нет, две минуты пешком.
Отлично, спасибо|Тогда бронируем'),
-- Keys and doors.
('ru', 'Здравствуйте, как забрать ключи? Мы приезжаем в {time}|Где будут ключи от квартиры?|Кто нас встретит с ключами? Поезд приходит в {time}
Ключи в сейфе справа от двери, код {code}.|Встречать не будем, ключ в сейфе у двери, код {code}. Код от домофона {flat}.
А сейф какой из двух, чёрный?|Понятно, а домофон?
Чёрный, левый. После выезда ключ верните туда же.|Наберите {flat} и решётку.
Зашли, всё хорошо|Спасибо, ключ нашли'),
('ru', 'Ключ в сейфе не достаётся, код не подходит|Сейф не открывается, горит красная лампочка
Введите код {code} и поверните ручку вправо до щелчка.|Сейчас проверим. Попробуйте {code}, вводить надо медленно.
Получилось!|Открылось со второго раза, замок тугой|Никак, позвоните пожалуйста, мой номер {phone}'),
('ru', 'Мы у подъезда, домофон не отвечает|Стоим у двери подъезда, код {code} не срабатывает
Код от домофона {flat}, потом решётка.|Сейчас выйдет консьерж и откроет.
Открыли, спасибо|Зашли с соседями, всё нормально'),
('ru', 'Потеряли ключ, что делать?|Ребёнок захлопнул дверь, ключи остались внутри
Не волнуйтесь, Айгуль привезёт запасной к {time}.|Мастер откроет за {fee} тенге, вызвать?
Ждём, мой номер {phone}|Да, вызывайте пожалуйста'),
-- Check-in.
('ru', 'Можно заехать пораньше, часов в 10 утра?|Ранний заезд сколько стоит?|Мы приедем раньше, заселите?
Заезд с 14:00. Если перед вами никого, пустим раньше без доплаты.|Ранний заезд стоит {fee} тенге, квартира будет готова к 9:00.
Отлично, тогда берём ранний заезд|Понятно, подождём в кафе
Записали. Напишем, как только уборка закончится.|Хорошо, ждём вас.
Договорились|Ждём сообщение'),
('ru', 'Самолёт прилетает в {time}, заселите ночью?|Приедем поздно, после полуночи, это не страшно?
Ночью тоже заселяем, ключи в сейфе, код пришлём.|Не страшно, заселение круглосуточно.
А документы показывать при заселении надо?|Нас {guests}, один ребёнок, это важно?
Нужно удостоверение одного из гостей, фото пришлите сюда.
Удостоверение отправил|Спасибо за понимание'),
('ru', 'Во сколько заселение?|Можно хотя бы оставить вещи до заселения?
Заселение с 14:00, вещи можно оставить с 10 утра.|С 14:00. Чемоданы примет консьерж.
Спасибо, так и сделаем|Хорошо, завезём чемоданы'),
-- Check-out.
('ru', 'Можно выехать попозже, поезд только в {time}?|Поздний выезд до вечера возможен?|Во сколько нужно освободить квартиру?
Выезд до 12:00. До 18:00 можно за {fee} тенге, следующие гости только завтра.|К сожалению, в 14:00 заезжают следующие гости, дольше двенадцати не получится.
Хорошо, доплатим через каспи|Жаль, а чемоданы оставить где-то можно?
Чемоданы можно оставить у консьержа.|Спасибо, Каспи на имя Гульнары А.
Спасибо большое, выручили|Оплатил, чек отправил'),
('ru', 'Мы уже выехали, но забыли зарядку на кухне|Кажется, оставили в шкафу куртку, посмотрите пожалуйста|Забыли паспорт в тумбочке, срочно!
Посмотрели, нашлось. Отправить через яндекс или подождёт до вашего приезда?
Отправьте яндексом, я оплачу, номер {phone}|Пусть полежит, вернёмся через неделю
Хорошо, сделаем.|Договорились.
Всё получил, рахмет|Спасибо огромное'),
-- Taxi and directions.
('ru', 'Сколько стоит такси из аэропорта до {street}?|Такси ночью ездит? Рейс из {city} в {time}
Такси из аэропорта стоит около {fare} тенге, едет минут сорок.|Ночью такси есть всегда, около {fare} тенге.
Дороговато, а автобус ходит?|А дешевле как-нибудь?
Автобус 92 ходит до 23:00, остановка у выхода.|Можно автобусом 92, он ходит до одиннадцати.
Поедем на автобусе тогда|Ладно, возьмём такси'),
('ru', 'Вы можете заказать трансфер? Прилетаем в {time}, нас {guests}|Закажите такси из аэропорта пожалуйста, рейс из {city}
Закажем: {fare} тенге, водитель встретит с табличкой.|Заказали, водитель Ерлан, {car} {plate}.
А детское кресло в машине будет?|Водитель позвонит? Мой номер {phone}
Кресло будет, скажите возраст ребёнка.|Да, позвонит, как только приземлитесь.
Спасибо, водителя нашли|Доехали быстро, спасибо'),
('ru', 'Как добраться от вокзала до {street}?|Какая остановка рядом с домом?
На метро три остановки, потом пешком пять минут.|Автобусы 32 и 121, остановка прямо у дома.
А с чемоданами удобно?|Спасибо, нашли'),
('ru', 'Нужно такси до Капчагая на завтра, {guests} человека|Сколько стоит такси до Медеу и обратно?
Около {fare} тенге в одну сторону, водитель подождёт.|Есть знакомый водитель, {car}, {fare} тенге.
Закажите на {time} пожалуйста|Подумаем, спасибо'),
-- Price.
('ru', 'Сколько стоит двушка на {nights} суток?|Какая цена на выходные за однокомнатную на {street}?|Сколько за сутки на {street}?
За сутки {price} тенге, уборка входит.|В выходные дороже: пятница и суббота по {price} тенге.
Это за всех или с человека?|А за {guests} человек цена та же?
Цена за квартиру, не за человека.
Хорошо, бронируйте на {nights} ночи|Дороговато для нас, подумаем'),
('ru', 'А скидка будет, если снять на {nights} недели?|Сделайте скидку, мы постоянные клиенты|А дешевле никак?
От недели скидка десять процентов, выходит {price} за ночь.|Постоянным гостям пять процентов, получится {price} тенге.
Годится, берём|Мы нашли дешевле, спасибо|Хорошо, скиньте реквизиты'),
('ru', 'Почему цена выросла? Вчера было {price}|Почему так дорого, в прошлом месяце платили {price}
В праздничные дни цена выше. С понедельника снова {price} тенге.|Это цена выходных, в будни {price} тенге.
Понятно, возьмём с понедельника|Странно, но ладно'),
('ru', 'Есть что-нибудь подешевле, до {price} тенге за сутки?|Нужна недорогая студия до {price}, нас двое
Есть студия на {street}, {price} тенге в сутки.
А фото есть?|Тихая? Окна во двор?|Предоплата нужна?
Фото пришлём сюда же, окна во двор. Предоплата тридцать процентов.
Спасибо, берём|Ок, переведу на каспи вечером'),
-- Complaints.
('ru', 'В квартире холодно, батареи еле тёплые|Отопление не работает, ребёнок замёрз|Очень холодно, спали в куртках
Простите за неудобства! Обогреватель лежит в шкафу в прихожей, мастер приедет до {time}.|Извините! Мастера по отоплению вызвали, будет к {time}.
Мастера до сих пор нет|Спасибо, ждём|Мы за это {price} платили, верните часть денег
Мастер в пути, застрял в пробке, двадцать минут.|Вернём половину за эти сутки, {price} тенге, сегодня на карту.
Мастер пришёл, починил|Деньги пришли, вопрос закрыт'),
('ru', 'Соседи сверху шумят, ремонт с утра, спать невозможно|Под окнами стройка, шум с шести утра|Внизу бар, музыка до ночи, вы не предупредили
Очень жаль. Предлагаем переехать в другую квартиру на {street}, без доплаты.
Хорошо, переедем|Спасибо, но уже стало тише'),
('ru', 'Нет горячей воды второй день!|Бойлер течёт, на полу лужа|Кран на кухне капает, раковина забилась
Извините, сантехник будет до {time}.|Сейчас позвоним в управляющую компанию. Кран перекрытия под раковиной.
Ждём сантехника|Перекрыли, вода не течёт
Сантехник поднимается к вам.|Спасибо, он уже едет.
Починил, всё работает|Отзыв всё равно напишу'),
('ru', 'В ванной грязно, волосы в сливе, это не уборка|Постель несвежая, на полотенцах пятна|Квартира пахнет табаком, дышать нечем
Приносим извинения, уборщица будет через полчаса.|Нам очень стыдно. Уберём заново и вернём {fee} тенге.
Убрали, теперь чисто|Хорошо, ждём уборщицу'),
('ru', 'Кондиционер не работает, в комнате жара|Отключили свет во всей квартире|Телевизор не включается, пульт мёртвый
Автоматы в щитке у двери, батарейки в верхнем ящике кухни. Не поможет, пришлём мастера.
Помогло, включилось|Не помогло, пришлите мастера'),
-- Thanks.
('ru', 'Спасибо за квартиру на {street}, всё очень понравилось!|Выехали, ключи в сейфе. Чисто, тихо, вид на горы, супер|Квартира огонь, приедем ещё|Всё было отлично, дети в восторге от балкона
Спасибо, приезжайте ещё! Постоянным гостям скидка пять процентов.|Очень рады! Оставьте, пожалуйста, отзыв.
Обязательно, в следующем месяце снова будем в городе|Отзыв написала'),
('ru', 'Огромное спасибо Айгуль, встретила и всё показала|Передайте благодарность хозяйке, всё по-домашнему
Передадим, ей будет приятно.
Можно сразу на {nights} ночи забронировать, {price} за сутки как раньше?|До встречи!'),
-- Internet.
('ru', 'Какой пароль от вайфая?|Не могу найти пароль от интернета
Пароль на наклейке роутера и в брони.
Нашла, спасибо|Заработало'),
('ru', 'Интернет не работает, роутер мигает красным|вай фай еле тянет, видео не грузится
Перезагрузите роутер: кнопка сзади, подождите две минуты.
Заработало|Не помогло, пишет без доступа
Позвоним провайдеру.|Хорошо. Кабель на всякий случай в тумбе под телевизором.'),
('ru', 'Wi-Fi быстрый? Мне работать удалённо, созвоны в {time}|Есть ли стол для работы и нормальный интернет?
Сто мегабит, для созвонов хватает. Рабочий стол у окна.
Супер, подходит|А кабелем подключиться можно?'),
-- Pets, documents, cancelling, children, a longer stay.
('ru', 'С собакой можно? Маленькая, шпиц|Пускаете с кошкой?|У нас хаски, воспитанный, доплатим за уборку
С питомцем можно, залог {fee} тенге, вернём при выезде.|С животными, к сожалению, нельзя: у следующих гостей бывает аллергия. Можно на {street}.
Залог устраивает|Жаль, она очень спокойная|Хорошо, давайте на {street}'),
('ru', 'Мне нужны закрывающие документы для командировки|Чек и счёт-фактуру дадите? Еду по работе|Работаете с юрлицами, договор можно?
Да, пришлите реквизиты компании и БИН, сделаем договор и акт.
Реквизиты отправлю на почту|Акт нужен с печатью, бухгалтерия просит оригинал
Оригиналы оставим в квартире на столе.|Отправим курьером завтра.'),
('ru', 'Поездка отменилась, вернёте предоплату?|Хочу отменить бронь, заболел ребёнок
За пять дней до заезда вернём всё, позже половину.|Жаль! Вернём предоплату целиком, {price} тенге.
На какую карту вернёте?|Несправедливо, я предупредил заранее
На ту же, с которой платили, банк зачисляет до трёх дней.|Хорошо, вернём всё, в порядке исключения.
Деньги пришли, спасибо|Отменил бронь три дня назад, деньги не пришли'),
('ru', 'Перенесите бронь на неделю позже, рейс из {city} отменили|Можно сдвинуть даты на {nights} дня?
Перенести можно без потерь, назовите новые даты.
С пятницы на {nights} ночи|Тогда переносим на {nights} дня позже
Перенесли, новая дата в брони.'),
('ru', 'Детская кроватка найдётся? Малышу год|Едем с ребёнком, есть кроватка и стульчик для кормления?
Кроватка есть, поставим бесплатно. Стульчик тоже привезём.
Прекрасно, спасибо|А безопасно ли окно в детской?'),
('ru', 'Стиральная машина в квартире есть?|Утюг и фен есть, или везти свои?
Есть стиральная машина, утюг, фен и гладильная доска.
Порошок есть или купить?
Порошок и капсулы под раковиной.'),
('ru', 'Сколько спальных мест? Нас {guests}|Поместимся, если нас {guests} взрослых и двое детей?
Двуспальная кровать и диван, на четверых хватит.|Поместитесь, привезём раскладушку.
И одеяло потеплее, если можно|Дайте ещё один комплект белья и полотенца
Тёплые одеяла в шкафу на верхней полке.|Полотенца и бельё принесём к {time}.'),
('ru', 'Хотим остаться ещё на {nights} дня, квартира свободна?|Можно продлить до воскресенья?|Продлите пожалуйста бронь на сутки, самолёт перенесли на {time}
Свободна, продлим по {price} тенге за сутки.|С пятницы занята, можем предложить соседнюю на {street}.
Оплатила|Хорошо, согласны'),
-- Conversations about these subjects in Kazakh, with Russian words that people mix in.
('kz', 'Сәлеметсіз бе! Үйдің жанында тұрақ бар ма?|Көлікті қайда қоюға болады? {street} жақта тұрамыз|Екі көлікпен келеміз, тұрақта орын жете ме?
Сәлеметсіз бе! Аулада тегін тұрақ бар.|Аулада орын жетеді, күзетке көлік нөмірін айтыңыз.
Нөмірі {plate}, {car}|Түнде де ашық па? Сағат {time} келеміз
Рақмет, күзетке айттық.|Иә, күзет тәулік бойы.'),
('kz', 'Парковка тегін бе, ақылы ма?|Жерасты паркинг бар ма?
Жерасты паркинг тәулігіне {fee} теңге, аулада тегін.
Онда аулаға қоямыз|Жақсы, жерастыдан орын алыңыз'),
('kz', 'Кілтті қайдан аламыз?|Бізді кім күтіп алады? Сағат {time} келеміз
Кілт есіктің жанындағы сейфте, коды {code}.|Айгүл сізді подъездің алдында күтеді, кілт сонда.
Кілтті таптық, рақмет|Менің нөмірім {phone}, хабарласыңызшы'),
('kz', 'Кілт сейфтен шықпай тұр, код дұрыс емес|Сейф ашылмайды, қызыл шам жанып тұр
Кодты қайта теріңіз: {code}, тұтқаны оңға бұраңыз.
Ашылды, рақмет|Болмады, хабарласыңызшы {phone}'),
('kz', 'Домофон жауап бермейді, есік алдында тұрмыз|Домофонның коды қандай?
Домофонға {flat} теріңіз, сосын торды басыңыз.
Кірдік, рақмет|Ашылды'),
('kz', 'Ертерек кіруге бола ма, таңғы онда?|Кіру уақыты нешеде?
Кіру сағат 14:00-ден. Пәтер бос болса, ертерек кіргіземіз.|Ерте кіру {fee} теңге тұрады.
Жақсы, келістік|Онда күте тұрамыз
Уборка біткенде жазамыз.'),
('kz', 'Ұшақ {time} қонады, түнде қабылдайсыз ба?|Түнгі сағатта келеміз, кіре аламыз ба?
Түнде де қабылдаймыз, кілт сейфте.
Құжат керек пе?|Біз {guests} адамбыз, бір бала бар
Жеке куәліктің суретін жіберіңіз.'),
('kz', 'Әуежайдан {street} дейін такси қанша тұрады?|Вокзалдан қалай жетеміз?
Такси шамамен {fare} теңге, қырық минут жол.|Метромен үш аялдама, такси {fare} теңге.
Қымбат екен, автобус жүре ме?
92 автобус кешкі он бірге дейін жүреді.
Рақмет, жетіп алдық|Онда автобуспен барамыз'),
('kz', 'Такси шақырып бере аласыз ба? {city} рейсі, сағат {time}|Ертең Қапшағайға такси керек, {guests} адам
Шақырдық, жүргізуші Ерлан, {car} {plate}.
Балалар орындығы бар ма?|Менің нөмірім {phone}
Бар, жүргізуші хабарласады.'),
('kz', 'Екі бөлмелі пәтер тәулігіне қанша?|{street} бойындағы пәтер қанша тұрады?
Тәулігіне {price} теңге, тазалау кіреді.
Алдын ала төлем керек пе?|Жақсы, {nights} түнге брондаңыз
Отыз пайыз алдын ала, қалғаны кіргенде.'),
('kz', '{nights} аптаға алсақ жеңілдік бола ма?|Сәл түсіріңізші, тұрақты клиентпіз|Арзанырақ пәтер бар ма, {price} теңгеге дейін?
Бір аптадан он пайыз жеңілдік, {price} теңге болады.|{street} бойында студия бар, {price} теңге.
Келістік|Қымбат, ойланамыз'),
('kz', 'Бағасы неге өсті? Кеше {price} еді|Неге сонша қымбат?
Мереке күндері қымбаттау, дүйсенбіден {price} теңге.
Түсінікті, рақмет'),
('kz', 'Пәтер суық, батарея жылымайды|Балам тоңып қалды, пәтер өте суық
Кешіріңіз! Жылытқыш дәліздегі шкафта тұр, шебер сағат {time} дейін келеді.
Шебер әлі келген жоқ|Рақмет, күтеміз
Шебер жолда, кептелісте тұр.
Жөндеп кетті, жылы болды|Ақшаның жартысын қайтарыңыз'),
('kz', 'Ыстық су жоқ, екінші күн!|Кран ағып тұр, еденде су
Кешіріңіз, сантехник {time} дейін барады.
Келді, бәрі дұрыс|Күтіп отырмыз'),
('kz', 'Көршілер шулап жатыр, ұйықтай алмаймыз|Жуынатын бөлме лас екен|Кондиционер істемейді, бөлме ыстық
Кешірім сұраймыз, қазір шешеміз.|Өкінішті! Басқа пәтерге ауыстырамыз, қосымша ақысыз.
Рақмет, жақсы болды|Жарайды, көшеміз'),
('kz', 'Көп рақмет, пәтер өте ұнады!|Бәрі тамаша болды, таза әрі тыныш|Тағы келеміз, тауға қараған балкон керемет
Рақмет, тағы келіңіздер!|Пікір қалдырсаңыз қуанамыз.
Пікір жаздым|Келер айда тағы {nights} түнге аламыз'),
('kz', 'Вайфай құпиясөзі қандай?|Wi-Fi жылдам ба? Үйден жұмыс істеймін
Құпиясөз роутердің астында жазулы, жылдамдығы жүз мегабит.
Істеп кетті, рақмет|Жақсы екен'),
('kz', 'Броньды болдырмағым келеді, ақша қайта ма?|Сапар болмай қалды, ақшаны қайтарасыз ба?
Бес күн бұрын айтсаңыз, толық қайтарамыз.|Қайтарамыз, банк үш күнге дейін аударады.
Ақша түсті, рақмет|Ақша әлі түскен жоқ'),
('kz', 'Бесік бар ма? Балам бір жаста|Кір жуғыш машина бар ма?|Қосымша сүлгі мен көрпе беріңізші
Бар, тегін. Сағат {time} дейін дайын болады.
Өте жақсы, рақмет'),
-- Conversations about these subjects in English.
('en', 'Hi! Is there parking near the flat on {street}?|Where can we leave the car? We arrive around {time}
Hello! There is free parking in the yard, tell the guard the plate number.
The plate is {plate}, {car}|Is the guard there at night?
Thank you, the guard knows.|Yes, day and night.'),
('en', 'Is the parking free or paid?|Do you have an underground garage? It is a big car
Underground parking is {fee} tenge a day, the yard is free.
We take the underground place|The yard is fine, thanks'),
('en', 'How do we get the keys?|Who will meet us? The train comes at {time}
The key is in the box by the door, code {code}.|Aigul will meet you at the entrance with the keys.
Great, thank you|And the intercom?
Dial {flat} on the intercom.'),
('en', 'The key box does not open, the code is wrong|It blinks red and the box stays shut
Enter {code} slowly and turn the handle to the right until it clicks.
We are in, thank you|Please call me, my number is {phone}'),
('en', 'Can we check in early, about 10 am?|What time is check-in?|Can we drop our luggage before check-in?
Check-in is from 14:00, luggage can be left from 10 am. Early check-in costs {fee} tenge.
Perfect, we take the early check-in|Fine, we will wait in a cafe'),
('en', 'Our flight lands at {time}, is a night check-in possible?|We come very late, is that a problem?
Night check-in is fine, the key is in the box.
Do you need our passports?|There are {guests} of us and a baby
A photo of one passport is enough.'),
('en', 'How much is a taxi from the airport to {street}?|Is it safe to take a taxi at night?
A taxi from the airport is about {fare} tenge and takes forty minutes. It is safe.
A bit expensive, is there a bus?|Thanks
Bus 92 runs until 23:00.'),
('en', 'Could you find us a transfer? Flight from {city} at {time}, {guests} people
The driver is Yerlan, {car} {plate}, {fare} tenge.
Is there a child seat?|My number is {phone}
Yes, and he will call you.
The driver found us, thanks'),
('en', 'What is the price for {nights} nights?|Is there a discount for a longer stay?|Anything cheaper, under {price} a night?
It is {price} tenge a night, ten percent off from a week on.|There is a studio on {street} for {price} tenge.
Is that for all of us or per person?|Too expensive for us, sorry|OK, we take {nights} nights
For the whole flat.|Thirty percent now, the rest on arrival.'),
('en', 'The flat is cold, the heating does not work|No hot water since yesterday!|The air conditioner is broken
We are sorry! Someone will come before {time}, a heater is in the wardrobe in the hall.
Nobody came yet|Thanks, waiting
He is stuck in traffic, twenty minutes.
It works again|We want a refund for this night'),
('en', 'The neighbours are very noisy, we cannot sleep|The bathroom is dirty, please send a cleaner
Our apologies. We will see to it at once.|We are sorry, we can move you to a flat on {street}.
Better now, thank you|We would like to move'),
('en', 'Thank you, we loved the flat on {street}!|We left, the keys are in the box. Clean and quiet, great view of the mountains
Thank you, come again! We would be glad of a review.
Will do!|We hope to be back next month for {nights} nights'),
('en', 'What is the wifi password?|The internet is down, the router blinks red|Is the Wi-Fi fast enough for video calls?
The password is on the sticker. Restart the router if it blinks; it is a hundred megabits.
Works now|Perfect'),
('en', 'We have to cancel, will you refund the deposit?|Can we come {nights} days later? The flight from {city} was cancelled|Can I get an invoice for my company?
Of course. Five days before arrival nothing is lost.|Yes, write us the details today.
Thank you for understanding|Sent by e-mail');

CREATE TEMPORARY TABLE line ON COMMIT DROP AS
SELECT language, (dense_rank() OVER (PARTITION BY language ORDER BY number))::integer AS topic, line, ways,
    CASE line % 2 WHEN 1 THEN 'in' ELSE 'out' END AS direction
FROM pattern, string_to_table(said, E'\n') WITH ORDINALITY one (ways, line);

-- Each person has one language and one way of typing.
CREATE TEMPORARY TABLE guest ON COMMIT DROP AS
SELECT number, 7000000000 + number AS user_id,
    (ARRAY['ru', 'ru', 'kz', 'ru', 'en', 'ru', 'kz', 'ru', 'ru', 'kz', 'ru', 'en', 'ru', 'ru', 'kz', 'ru', 'ru', 'kz', 'ru', 'en'])[1 + number % 20] AS language,
    (ARRAY['plain', 'plain', 'hasty', 'plain', 'latin', 'plain', 'bare', 'slips', 'hasty', 'plain', 'bare'])[1 + number % 11] AS typing
FROM generate_series(1, 280) number;

-- Each conversation: its person, topic, begin, and the values of the placeholders, which are the same in all of its messages.
CREATE TEMPORARY TABLE talk ON COMMIT DROP AS
SELECT talk, user_id, language, typing,
    1 + pg_temp.drawn(talk, 'topic', (SELECT max(topic) FROM line WHERE line.language = guest.language)) AS topic,
    current_date - 1 - (talks - talk) * 180 / talks + make_interval(hours => 4, mins => pg_temp.drawn(talk, 'minute', 840)) AS began,
    ARRAY[
        '{street}', pg_temp.one_of(CASE language WHEN 'en' THEN 'Dostyk|Abay|Satpayev|Tole Bi|Kabanbay Batyr|Samal-2'
            WHEN 'kz' THEN 'Достық|Абай|Сәтбаев|Төле би|Қабанбай батыр|Самал-2'
            ELSE 'Достык|Абая|Сатпаева|Толе би|Кабанбай батыра|Самал-2|Розыбакиева|Мангилик Ел' END, talk, 'street'),
        '{city}', pg_temp.one_of(CASE language WHEN 'en' THEN 'Astana|Shymkent|Istanbul|Tashkent'
            WHEN 'kz' THEN 'Астана|Шымкент|Ақтау|Атырау' ELSE 'Астаны|Шымкента|Актау|Атырау|Ташкента' END, talk, 'city'),
        '{time}', format('%s:%s', 7 + pg_temp.drawn(talk, 'hour', 16), pg_temp.one_of('00|15|30|40', talk, 'minutes')),
        '{price}', (9 + pg_temp.drawn(talk, 'price', 37)) || pg_temp.one_of(' 000|000| 500', talk, 'hundreds'),
        '{fee}', pg_temp.one_of('1000|1500|2000|3000|5000', talk, 'fee'),
        '{fare}', pg_temp.one_of('3500|4000|4500|5000|6000', talk, 'fare'),
        '{nights}', pg_temp.one_of('2|3|4', talk, 'nights'), '{guests}', pg_temp.one_of('2|3|4', talk, 'guests'),
        '{flat}', (3 + pg_temp.drawn(talk, 'flat', 96))::text, '{code}', (1000 + pg_temp.drawn(talk, 'code', 9000))::text,
        '{car}', pg_temp.one_of('Camry|Prado|Solaris|Cobalt|Sportage', talk, 'car'),
        '{plate}', (100 + pg_temp.drawn(talk, 'plate', 899)) || pg_temp.one_of('ABC02|KZT01|XAA05|BDM02', talk, 'letters'),
        '{phone}', format('+7 700 000 %s %s', 10 + pg_temp.drawn(talk, 'phone', 90), 10 + pg_temp.drawn(talk, 'digits', 90))] AS named
FROM (SELECT 930 AS talks) many, generate_series(1, talks) talk
    JOIN guest ON guest.number = 1 + pg_temp.drawn(talk, 'guest', 280);

-- The text with its placeholders replaced: `named` lists each placeholder and then its value.
CREATE FUNCTION pg_temp.filled(said text, named text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    FOR i IN 1 .. array_length(named, 1) BY 2 LOOP
        said := replace(said, named[i], named[i + 1]);
    END LOOP;
    RETURN said;
END $$;

INSERT INTO message (id, tenant_id, bot_id, chat_id, user_id, message_id, direction, language, text, sent_at)
SELECT ('018f0009-0000-7000-8000-' || lpad(row_number() OVER (ORDER BY sent_at, talk, line)::text, 12, '0'))::uuid,
    :'tenant', '018f0007-0000-7000-8000-000000000001', user_id, user_id,
    row_number() OVER (PARTITION BY user_id ORDER BY sent_at, talk, line), direction, language, typed, sent_at
FROM talk JOIN line USING (language, topic),
    LATERAL (SELECT began + make_interval(secs => line * 90 + pg_temp.drawn(talk, 'pause' || line, 80)) AS sent_at,
        pg_temp.filled(pg_temp.one_of(ways, talk, 'way' || line), named) AS said) one,
    LATERAL (SELECT CASE
        WHEN direction = 'out' THEN said
        WHEN typing = 'hasty' THEN rtrim(lower(said), '?!.')
        WHEN typing = 'latin' AND language <> 'en' THEN pg_temp.in_latin(said)
        WHEN typing = 'bare' AND language = 'kz' THEN translate(said, 'әғқңөұүіһӘҒҚҢӨҰҮІҺ', 'агкноууихАГКНОУУИХ')
        WHEN typing = 'slips' THEN pg_temp.slipped(said, talk)
        ELSE said END AS typed) other
ON CONFLICT DO NOTHING;

COMMIT;
