# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# test: the checks, cheap ones first. Each part is tests/<part>/run, which reports its results through
# tests/support/report; test_end.sh adds them up.

# shellcheck source=deploy/lib/packages.sh
. "$TAPBOT_ROOT/deploy/lib/packages.sh"
# shellcheck source=deploy/lib/cluster.sh
. "$TAPBOT_ROOT/deploy/lib/cluster.sh"
# shellcheck source=deploy/lib/test_end.sh
. "$TAPBOT_ROOT/deploy/lib/test_end.sh"

# The gate: the checks that must pass before a change is merged. Its result does not depend on the machine's speed, and it connects to
# loopback and package registries only. A comma separates lanes, which run side by side because each often waits; a plus
# joins the parts of a lane.
TEST_GATE="lint compose build unit quality integration+contract,scenario+template+telegram,verbs"
# Additional parts of `full`: faults, floods, containers, browsers, comparisons and measurements. Parts that measure time (fault,
# stack, bench) or keep all processors busy run alone.
TEST_BESIDE="stack-images,prometheus+qdrant+page fuzz fault stack stack-two bench"
read -ra TEST_PARTS <<<"${TEST_GATE//[,+]/ } ${TEST_BESIDE//[,+]/ }"
# Only with --full, or by name.
TEST_LONG_PARTS=(coverage stack-full)
# The time limit of a part, in seconds.
declare -A TEST_PART_SECONDS=([gate]=2700 [full]=14400)
# The names of cases for a part, one per line; without names the whole part runs.
declare -A TEST_NAMES=()
# Parts that run the programs of build/release.
TEST_OF_RELEASE='scenario|contract|telegram|prometheus|qdrant|page|fault|bench'

test_usage() {
    say "deploy/tapbot test: проверки.

  deploy/tapbot test                 обязательные проверки: всё, что запускает CI
  deploy/tapbot test changed [КОММИТ]  то, что затрагивают изменения после КОММИТ (без него: origin/main), по tests/changed.tsv
  deploy/tapbot test full            обязательные и все остальные: отказы, стек в контейнерах, браузер, замеры скорости;
                                     результаты записываются в var/test/full.tsv
  deploy/tapbot test ЧАСТЬ...        только эти части: ${TEST_PARTS[*]} ${TEST_LONG_PARTS[*]}
  deploy/tapbot test ЧАСТЬ ИМЯ...    только эти проверки части: сервис, модуль или набор у unit и integration, сервис или
                                     группа у contract, начало имени у scenario, verbs и других
  deploy/tapbot test full ЧАСТЬ...   эти части и те их проверки, которые измеряют время
  TAPBOT_SEARCH_DATA=ПАПКА deploy/tapbot test quality   поиск на размеченных вопросах из этой папки
  QDRANT_URL=http://АДРЕС:6333 deploy/tapbot test qdrant   поиск по смыслу на настоящем Qdrant
  deploy/tapbot test ... --full      длинные формы (все строки отказов, фаззинг по 60 с, полный bench)

Последняя строка: N passed, N failed[, N skipped]. Перед ней названы непройденные проверки с командами для повтора и
пропущенные с причинами. Если обязательные проверки запускает root, пропущенная считается непройденной. Если в full
не прошла проверка, которая измеряет время, она повторяется одна; прошедшая при повторе названа FLAKY.
Коды выхода: 0 всё прошло, 1 что-то не прошло, 2 неверные параметры, 3 чего-то нет на машине." \
        "deploy/tapbot test: the checks.

  deploy/tapbot test                 the gate: everything CI runs
  deploy/tapbot test changed [COMMIT]  what the changes since COMMIT (default: origin/main) touch, by tests/changed.tsv
  deploy/tapbot test full            the gate and all other parts: faults, the stack in containers, a browser, measurements;
                                     the results are written to var/test/full.tsv
  deploy/tapbot test PART...         only these parts: ${TEST_PARTS[*]} ${TEST_LONG_PARTS[*]}
  deploy/tapbot test PART NAME...    only these checks of a part: a service, module or suite of unit and integration, a service
                                     or group of contract, the beginning of a name of scenario, verbs and others
  deploy/tapbot test full PART...    these parts, and those of their checks that measure time
  TAPBOT_SEARCH_DATA=FOLDER deploy/tapbot test quality  search quality with the judged queries of that folder
  QDRANT_URL=http://HOST:6333 deploy/tapbot test qdrant   vector search with a real Qdrant
  deploy/tapbot test ... --full      long forms (all fault rows, 60 s of fuzzing each, whole bench)

The last line: N passed, N failed[, N skipped]. Before it, each failed check is named with the command that repeats it, and
each skipped one with its reason. If root runs the gate, a skipped check counts as failed. If in full a check that
measures time fails, it is run once more, alone; one that then passes is listed as FLAKY.
Exit codes: 0 all passed, 1 something failed, 2 wrong usage, 3 something is missing on this machine."
}

verb_test() {
    local parts=() names=() word whole=$TEST_GATE
    export TEST_FULL=no TEST_SCOPE=gate TEST_PATIENCE="${TEST_PATIENCE:-3}"
    # In `git rebase --exec` they name this repository, also to a test that makes one of its own.
    # shellcheck disable=SC2046
    unset $(git rev-parse --local-env-vars 2>/dev/null)
    if [ "${1:-}" = changed ]; then
        shift
        [ $# -le 1 ] || { test_usage >&2 && return 2; }
        test_changed "$@" || return
        set --
    fi
    for word in "$@"; do
        case $word in
        --full) TEST_FULL=yes TEST_SCOPE=full ;;
        full) TEST_SCOPE=full ;;
        -h | --help) test_usage && return 0 ;;
        -*) test_usage >&2 && return 2 ;;
        *)
            if [[ ${#names[@]} -eq 0 && " ${TEST_PARTS[*]} ${TEST_LONG_PARTS[*]} " == *" $word "* ]]; then
                parts+=("$word")
            elif [ ${#parts[@]} -gt 0 ]; then
                names+=("$word")
            else
                test_usage >&2
                return 2
            fi
            ;;
        esac
    done
    for word in ${names[@]+"${parts[@]}"}; do TEST_NAMES[$word]=$(printf '%s\n' "${names[@]}"); done
    # In full, checks that measure time fail beside other parts.
    [ $TEST_SCOPE = gate ] || whole="${TEST_GATE//[,+]/ } $TEST_BESIDE"
    [ $TEST_FULL = no ] || whole+=" ${TEST_LONG_PARTS[*]}"
    [ ${#parts[@]} -gt 0 ] || read -ra parts <<<"$whole"
    test_run "${parts[@]}"
    [ "${parts[*]}" = "$whole" ] || whole=
    if test_close "$TEST_SCOPE" "${whole:+whole}"; then
        [ -z "$whole" ] || test_record
        return 0
    fi
    return 1
}

# test_run ENTRY...: parts and lanes; their results are in $TEST_REPORT. If a part needs the programs and `build` is not among the
# parts, they are built first.
test_run() {
    local entry python all=" ${*//[,+]/ } "
    if [[ -z ${TEST_BUILD:-} && $all != *" build "* && $all =~ \ ($TEST_OF_RELEASE)\  ]]; then
        TEST_NAMES[build]=release
        set -- build "$@"
    fi
    test_packages "$@"
    cluster_user_make
    # Debian's psql is a Perl script that looks for a cluster, which takes 20 ms.
    PATH=$(cluster_pg_bin):$PATH
    # pyenv's python3 is a script that looks for a version, which takes 80 ms.
    python=$(python3 -c 'import sys; print(sys.executable)') && [[ ! $(command -v python3) -ef $python ]] && PATH=${python%/*}:$PATH
    TEST_REPORT=$(mktemp)
    export TEST_REPORT
    for entry in "$@"; do
        if [[ $entry = *[,+]* ]]; then test_lanes "$entry"; else test_part "$entry"; fi
    done
    if [ "$TEST_SCOPE" = full ]; then test_again; fi
}

# test_changed [COMMIT]: sets `parts` and TEST_NAMES by tests/changed.tsv, or leaves `parts` empty: the whole gate.
# After the build the parts run in three lanes: lint and compose, the suites in C, what remains.
test_changed() {
    local base=${1:-} line part='' own=() suites=() others=()
    base=$(test_base "$base") || {
        say "Нет такого коммита: $1" "No such commit: $1" >&2
        return 2
    }
    while IFS= read -r line; do
        part=${line%%$'\t'*}
        [ "$part" != gate ] || break
        if [[ " ${TEST_GATE//[,+]/ } " != *" $part "* ]]; then
            say "Не запускается, хотя изменения её затрагивают: deploy/tapbot test full $part" \
                "Not run, though the changes touch it: deploy/tapbot test full $part"
            continue
        fi
        case $part in
        lint | compose) ;;
        build | quality) own+=("$part") ;;
        unit | integration) suites+=("$part") ;;
        *) others+=("$part") ;;
        esac
        [ "$line" = "$part" ] || TEST_NAMES[$part]=$(tr '\t' '\n' <<<"${line#*$'\t'}")
        say "Изменения с ${base:0:12} затрагивают: ${line//$'\t'/ }" "Changes since ${base:0:12} touch: ${line//$'\t'/ }"
    done < <(test_changes "$base" | "$TAPBOT_ROOT/tests/support/changed.py" || echo gate)
    if [ "$part" = gate ]; then
        say "Изменения с ${base:0:12} затрагивают всё." "Changes since ${base:0:12} touch everything."
        TEST_NAMES=()
        return 0
    fi
    parts=(${own[@]+"${own[@]}"} "lint+compose$(IFS=+ && echo "${suites[*]:+,${suites[*]}}${others[*]:+,${others[*]}}")")
}

# test_changes COMMIT: prints the files that differ from that commit, including uncommitted and untracked ones, each terminated
# by a NUL.
test_changes() {
    git -C "$TAPBOT_ROOT" diff --name-only --no-renames -z "$1"
    git -C "$TAPBOT_ROOT" ls-files -oz --exclude-standard
}

# test_base [COMMIT]: prints the commit where the changes begin: the merge base of HEAD and COMMIT, origin/main, or the commit
# that has passed the gate last; otherwise HEAD's parent.
test_base() {
    local commit passed=$TAPBOT_ROOT/var/test/passed
    for commit in ${1:-origin/main "$(tail -n 1 "$passed" 2>/dev/null | cut -d' ' -f1)" HEAD~1 HEAD}; do
        git -C "$TAPBOT_ROOT" merge-base HEAD "$commit" 2>/dev/null && return 0
    done
    return 1
}

# test_packages PART...: installs what the parts need.
test_packages() {
    local all=" ${*//[,+]/ } " name wanted=("${PACKAGES_BUILD[@]}" "${PACKAGES_RUN[@]}") more=()
    packages_need "${wanted[@]}"
    [ "$all" != " unit " ] || return 0
    more=("${PACKAGES_TEST[@]}")
    [[ ! $all =~ \ (verbs|scenario)\  ]] || more+=("${PACKAGES_BACKUP[@]}")
    [[ ! $all =~ \ page\  ]] || more+=("${PACKAGES_PAGE[@]}")
    [[ ! $all =~ \ stack(-images|-two)?\  ]] || more+=("${PACKAGES_STACK[@]}")
    [[ $EUID -ne 0 || ! $all =~ \ (verbs|stack-two)\  ]] || more+=("${PACKAGES_LOGIN[@]}")
    [[ ! $all =~ \ stack-full\  && $TEST_FULL = no ]] || more+=("${PACKAGES_FULL[@]}")
    if [[ $all =~ \ (bench|stack-full)\  ]] && ! command -v npm >/dev/null; then more+=("${PACKAGES_PEER[@]}"); fi
    wanted=()
    # apt-cache takes half a second for each name.
    mapfile -t more < <(packages_missing "${more[@]}")
    for name in "${more[@]}"; do ! packages_known "$name" || wanted+=("$name"); done
    [ ${#wanted[@]} -eq 0 ] || packages_need "${wanted[@]}"
}

# test_part PART: runs a part in a process group of its own, with a time limit and without the language of the caller; a
# signal to this shell ends the part. Parts outside the gate always check their limits of time.
test_part() {
    local part=$1 began=$SECONDS scope=$TEST_SCOPE limit ended names=()
    [[ " ${TEST_GATE//[,+]/ } " == *" $part "* ]] || scope=full
    [ -z "${TEST_NAMES[$part]:-}" ] || mapfile -t names <<<"${TEST_NAMES[$part]}"
    limit=${TEST_PART_SECONDS[$scope]}
    step "$part" "$part"
    env -u LC_ALL -u LC_MESSAGES LANG=C.UTF-8 TEST_PART="$part" TEST_SCOPE="$scope" \
        timeout -k 30 "$limit" "$TAPBOT_ROOT/tests/$part/run" ${names[@]+"${names[@]}"} </dev/null &
    # shellcheck disable=SC2064
    trap "kill -TERM $! 2>/dev/null; exit 143" INT TERM
    wait $! && ended=0 || ended=$?
    trap - INT TERM
    case $ended in
    0) ;;
    124 | 137) TEST_PART=$part "$TAPBOT_ROOT/tests/support/report" fail "$part" "the part did not end within $limit s" ;;
    *) TEST_PART=$part "$TAPBOT_ROOT/tests/support/report" fail "$part" "the part itself ended with $ended" ;;
    esac
    printf '    %s: %s s\n' "$part" $((SECONDS - began))
    printf 'part\t0\t%s\t\t%s\t%s\t\t\n' "$part" $((SECONDS - began)) "$part" >>"$TEST_REPORT"
}

# test_lanes A+B,C+D: runs the lanes side by side. Each line of output begins with the name of its part.
test_lanes() {
    local lane part pids=()
    step "рядом: ${1//,/, }" "side by side: ${1//,/, }"
    for lane in ${1//,/ }; do
        for part in ${lane//+/ }; do
            test_part "$part" > >(exec sed -u "s|^|$part: |") 2>&1
        done &
        pids+=("$!")
    done
    # shellcheck disable=SC2064
    trap "kill -TERM ${pids[*]} 2>/dev/null; exit 143" INT TERM
    wait "${pids[@]}"
    trap - INT TERM
}
