// SPDX-License-Identifier: MIT
#include "i18n/runbook.h"

#include <string.h>

// clang-format off
/* Sections of the runbook: slug, advice in the order of enum language (ru, en, kz), commands. */
const struct runbook runbooks[] = {
    {"booking-api",
     {"Посмотрите, работает ли контейнер booking-api и что он пишет; без базы он не готов",
      "See whether the container booking-api runs and what it logs; without the database it is not ready",
      "booking-api контейнері жұмыс істей ме, не жазып тұр, соны қараңыз; базасыз ол дайын емес"},
     {"docker compose ps -a booking-api", "deploy/tapbot logs booking-api --tail 50",
      "docker compose restart booking-api"}},
    {"bot-gateway",
     {"Посмотрите, работает ли контейнер bot-gateway и что он пишет; сообщения ждут у Telegram сутки",
      "See whether the container bot-gateway runs and what it logs; Telegram keeps updates for a day",
      "bot-gateway контейнері жұмыс істей ме, не жазып тұр, соны қараңыз; хабарламалар Telegram-да бір тәулік күтеді"},
     {"docker compose ps -a bot-gateway", "deploy/tapbot logs bot-gateway --tail 50",
      "docker compose restart bot-gateway"}},
    {"search-api",
     {"Посмотрите, работает ли контейнер search-api и что он пишет; брони идут и без поиска",
      "See whether the container search-api runs and what it logs; bookings go on without search",
      "search-api контейнері жұмыс істей ме, не жазып тұр, соны қараңыз; іздеусіз де брондау жүреді"},
     {"docker compose ps -a search-api", "deploy/tapbot logs search-api --tail 50",
      "docker compose restart search-api"}},
    {"health",
     {"Посмотрите на другом сервере, работает ли контейнер health и что он пишет",
      "See on the other server whether the container health runs and what it logs",
      "Екінші серверде health контейнері жұмыс істей ме, не жазып тұр, соны қараңыз"},
     {"docker compose ps -a health", "deploy/tapbot logs health --tail 50",
      "docker compose restart health"}},
    {"service",
     {"Посмотрите, работает ли контейнер этой программы и что она пишет",
      "See whether the container of this program runs and what it logs",
      "Осы бағдарламаның контейнері жұмыс істей ме, не жазып тұр, соны қараңыз"},
     {"docker compose ps -a ${name}", "deploy/tapbot logs ${name} --tail 50",
      "docker compose restart ${name}"}},
    {"postgres",
     {"Посмотрите, работает ли PostgreSQL, есть ли место на диске и что он пишет",
      "See whether PostgreSQL runs, whether its disk has room and what it logs",
      "PostgreSQL жұмыс істей ме, дискіде орын бар ма, не жазып тұр, соны қараңыз"},
     {"docker compose ps -a postgres", "deploy/tapbot logs postgres --tail 50", "df -h"}},
    {"redis",
     {"Посмотрите, работает ли Redis и хватает ли ему памяти; без него всё идёт, а пределы частоты каждая копия считает сама",
      "See whether Redis runs and has memory enough; without it all goes on, and each instance counts rate limits by itself",
      "Redis жұмыс істей ме, жады жете ме, соны қараңыз; онсыз бәрі жүреді, жиілік шегін әр көшірме өзі санайды"},
     {"docker compose ps -a redis", "deploy/tapbot logs redis --tail 50",
      "docker compose restart redis"}},
    {"qdrant",
     {"Посмотрите, работает ли Qdrant и хватает ли памяти; без него поиск идёт по словам",
      "See whether Qdrant runs and has memory enough; without it search goes by words",
      "Qdrant жұмыс істей ме, жады жете ме, соны қараңыз; онсыз іздеу сөзбен жүреді"},
     {"docker compose ps -a qdrant", "deploy/tapbot logs qdrant --tail 50", "free -m"}},
    {"directus",
     {"Посмотрите, работает ли Directus и что он пишет; ботам и броням он не нужен",
      "See whether Directus runs and what it logs; bots and bookings do without it",
      "Directus жұмыс істей ме, не жазып тұр, соны қараңыз; боттар мен брондарға ол керек емес"},
     {"docker compose ps -a directus", "deploy/tapbot logs directus --tail 50",
      "docker compose restart directus"}},
    {"n8n",
     {"Посмотрите, работает ли n8n и хватает ли ему памяти; боты отвечают и без него",
      "See whether n8n runs and has memory enough; the bots answer without it",
      "n8n жұмыс істей ме, жады жете ме, соны қараңыз; боттар онсыз да жауап береді"},
     {"docker compose ps -a n8n", "deploy/tapbot logs n8n --tail 50",
      "docker compose restart n8n"}},
    {"traefik",
     {"Посмотрите, работает ли Traefik и принял ли он настройки: снаружи всё идёт через него",
      "See whether Traefik runs and has taken its settings: all from outside goes through it",
      "Traefik жұмыс істей ме, баптауын қабылдады ма, соны қараңыз: сырттан бәрі сол арқылы өтеді"},
     {"docker compose ps -a traefik", "deploy/tapbot logs traefik --since 15m --level warn",
      "deploy/tapbot doctor"}},
    {"containers",
     {"Посмотрите, какой контейнер остановился и что писал перед этим",
      "See which container has stopped and what it logged before",
      "Қай контейнер тоқтағанын және оның алдында не жазғанын қараңыз"},
     {"docker compose ps -a", "deploy/tapbot logs --since 15m --level error",
      "deploy/tapbot up --plan"}},
    {"host",
     {"Посмотрите, чего не хватает машине, памяти или процессора, и кто это занял",
      "See what the machine lacks, memory or processor, and who has it",
      "Машинаға не жетпейтінін, жад па, процессор ма, және оны кім алғанын қараңыз"},
     {"deploy/tapbot status", "free -m", "docker stats --no-stream"}},
    {"disk",
     {"Освободите место: чаще всего его занимают старые образы Docker",
      "Make room: mostly old images of Docker take it",
      "Орын босатыңыз: көбіне оны Docker-дің ескі бейнелері алады"},
     {"df -h", "docker system df", "docker image prune -a -f"}},
    {"telegram",
     {"Посмотрите, какому боту чего не хватает и что пишет bot-gateway",
      "See what which bot lacks and what bot-gateway logs",
      "Қай ботқа не жетпейтінін және bot-gateway не жазатынын қараңыз"},
     {"deploy/tapbot bots list", "deploy/tapbot logs bot-gateway --since 15m --level warn",
      "docker compose restart bot-gateway"}},
    {"tls",
     {"Посмотрите, что мешает Traefik получить сертификат: DNS, порт 80 или пределы выдачи",
      "See what keeps Traefik from a certificate: DNS, port 80 or the limits of issuing",
      "Traefik-ке сертификат алуға не кедергі екенін қараңыз: DNS, 80-порт әлде беру шегі"},
     {"deploy/tapbot doctor", "deploy/tapbot logs traefik --since 1h --level warn",
      "docker compose restart traefik"}},
    {"dns",
     {"Сравните записи у регистратора с теми, что называет init, и подождите, пока они разойдутся",
      "Compare the registrar's records with those that init names, and wait until they have spread",
      "Тіркеушідегі жазбаларды init атайтындарымен салыстырып, таралғанша күтіңіз"},
     {"deploy/tapbot doctor dns", "deploy/tapbot init --dns", "resolvectl flush-caches"}},
    {"http",
     {"Посмотрите, отвечает ли программа за этим адресом и пропускает ли к ней Traefik",
      "See whether the program behind this address answers and Traefik lets requests through",
      "Осы мекенжайдағы бағдарлама жауап бере ме, Traefik оған өткізе ме, соны қараңыз"},
     {"deploy/tapbot status", "deploy/tapbot logs traefik --since 15m --level warn",
      "deploy/tapbot doctor"}},
    {"tcp",
     {"Посмотрите, слушает ли кто-нибудь этот порт и пропускает ли его брандмауэр",
      "See whether anybody listens on this port and the firewall lets it through",
      "Бұл портты біреу тыңдай ма, брандмауэр өткізе ме, соны қараңыз"},
     {"deploy/tapbot status", "ss -ltnp", "deploy/tapbot doctor"}},
    {"peer",
     {"Зайдите на другой сервер: выключен он, или на нём не работает health",
      "Log in to the other server: it is off, or health does not run there",
      "Екінші серверге кіріңіз: ол өшірулі, әлде онда health жұмыс істемей тұр"},
     {"docker compose ps -a health", "deploy/tapbot logs health --tail 50",
      "docker compose restart health"}},
    {"peer-link",
     {"Другой сервер работает, но по связи WireGuard не отвечает: поднимите её заново на обоих серверах",
      "The other server works, but does not answer over WireGuard: bring the link up again on both servers",
      "Екінші сервер жұмыс істейді, бірақ WireGuard арқылы жауап бермейді: байланысты екі серверде де қайта көтеріңіз"},
     {"deploy/tapbot doctor", "deploy/tapbot logs health --tail 50", "deploy/tapbot link up"}},
    {"peer-public",
     {"Другой сервер работает, но снаружи не открывается: проверьте на нём Traefik и DNS",
      "The other server works, but cannot be reached from outside: see its Traefik and DNS",
      "Екінші сервер жұмыс істейді, бірақ сырттан ашылмайды: ондағы Traefik пен DNS-ті тексеріңіз"},
     {"deploy/tapbot doctor", "deploy/tapbot logs traefik --since 15m --level warn",
      "docker compose restart traefik"}},
    {"business",
     {"Программы целы, нужен человек: позвоните хозяину, который не ответил или не подключён к боту. Если броней давно нет, напишите боту сами",
      "The programs work, a person has to act: call the owner who has not answered or has no Telegram. If no bookings come, write to the bot yourself",
      "Бағдарламалар бүтін, адам керек: жауап бермеген не ботқа қосылмаған иесіне қоңырау шалыңыз. Броньдар көптен түспесе, ботқа өзіңіз жазып көріңіз"},
     {"deploy/tapbot bots list", "deploy/tapbot status",
      "deploy/tapbot logs bot-gateway --since 1h --level warn"}},
    {"sos",
     {"В поездке зовут на помощь: позвоните пассажиру, водителю и в 112, потом отметьте, что ответили",
      "There is a call for help on a ride: phone the passenger, the driver and 112, then mark the call as answered",
      "Сапарда көмекке шақырып жатыр: жолаушыға, жүргізушіге және 112-ге қоңырау шалыңыз, сосын жауап бергеніңізді белгілеңіз"},
     {"deploy/tapbot rides", "deploy/tapbot status",
      "deploy/tapbot logs booking-api --since 15m --level warn"}},
    {"heartbeat",
     {"Посмотрите, запускалось ли задание по расписанию и чем оно закончилось",
      "See whether the scheduled job has run and how it ended",
      "Кестедегі тапсырма іске қосылды ма, немен аяқталды, соны қараңыз"},
     {"systemctl list-timers --all", "systemctl --failed", "journalctl --since -26h -p warning"}},
    {"backup",
     {"Посмотрите, какая копия не сделана и почему; без неё пропадёт всё, что записано с прошлой",
      "See which copy was not made, and why; without it everything written since the last one can be lost",
      "Қай көшірме жасалмағанын және неге екенін қараңыз; онсыз соңғысынан кейін жазылғанның бәрі жоғалуы мүмкін"},
     {"deploy/tapbot backup", "journalctl -u tapbot-backup --since -1h", "deploy/tapbot backup now"}},
    {"drill",
     {"Копию не удалось восстановить, или проверки давно не было: прочтите причину и повторите проверку",
      "The copy could not be restored, or has not been tried for long: read the reason and try again",
      "Көшірме қалпына келмеді не тексеру көптен болған жоқ: себебін оқып, тексеруді қайталаңыз"},
     {"deploy/tapbot drill", "deploy/tapbot backup verify --deep", "deploy/tapbot backup now --full"}},
    {"secrets",
     {"Обновите секреты, которым больше 80 дней: команда покажет их и обновит по одному",
      "Rotate the secrets that are older than 80 days: the command lists them and rotates one by one",
      "80 күннен асқан құпияларды жаңартыңыз: команда оларды көрсетіп, бір-бірлеп жаңартады"},
     {"deploy/tapbot doctor secret-age", "deploy/tapbot secrets rotate --due",
      "deploy/tapbot secrets list"}},
    {"demo",
     {"Это демо: запустите его ещё раз. Остановившееся запустится, данные останутся",
      "This is the demo: start it once more, what has died comes back and the data stays",
      "Бұл демо: оны тағы іске қосыңыз, құлағаны қайта көтеріледі, дерек қалады"},
     {"deploy/tapbot demo --detach", "deploy/tapbot demo stop", "deploy/tapbot demo stop --purge"}},
};
// clang-format on
const size_t runbook_count = ARRAY_LEN(runbooks);

const struct runbook *runbook_find(const char *slug)
{
    for (size_t i = 0; i < runbook_count; i++)
        if (strcmp(runbooks[i].slug, slug) == 0)
            return &runbooks[i];
    return NULL;
}

const struct runbook *runbook_of(const struct check *check)
{
    const struct runbook *own = runbook_find(check->name);

    return own != NULL && strcmp(check->runbook, check_kind_names[check->kind]) == 0
               ? own
               : runbook_find(check->runbook);
}

void runbook_write_command(const struct check *check, int index, struct buf *out)
{
    static const char place[] = "${name}";
    const struct runbook *runbook = runbook_of(check);

    if (runbook == NULL || index < 0 || index >= RUNBOOK_COMMANDS)
        return;
    const char *rest = runbook->commands[index];
    for (const char *at; (at = strstr(rest, place)) != NULL; rest = at + sizeof place - 1) {
        buf_append(out, rest, (size_t)(at - rest));
        buf_text(out, check->name);
    }
    buf_text(out, rest);
}
