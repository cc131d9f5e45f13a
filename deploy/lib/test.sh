# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# test: the checks, cheap ones first. Each part is tests/<part>/run, which reports its results through
# tests/support/report; the closing line adds them up.

# shellcheck source=deploy/lib/packages.sh
. "$TAPBOT_ROOT/deploy/lib/packages.sh"
# shellcheck source=deploy/lib/cluster.sh
. "$TAPBOT_ROOT/deploy/lib/cluster.sh"

# The gate: what must pass before a change lands. Its result does not depend on the machine's speed, and it connects to
# loopback and package registries only. A comma separates lanes, which run side by side because they mostly wait; a plus
# joins the parts of a lane.
TEST_GATE="lint compose build unit quality integration scenario+telegram,verbs+contract+template"
# Beside it, with `full`: faults, floods, containers, browsers, peers and figures. What measures time (fault, stack, bench)
# and what keeps all processors busy runs alone.
TEST_BESIDE="stack-images,prometheus+qdrant+page fuzz fault stack stack-two bench"
read -ra TEST_PARTS <<<"${TEST_GATE//[,+]/ } ${TEST_BESIDE//[,+]/ }"
# Only with --full, or by name.
TEST_LONG_PARTS=(coverage stack-full)
# The time limit of a part, in seconds.
declare -A TEST_PART_SECONDS=([gate]=1800 [full]=14400)

test_usage() {
    say "deploy/tapbot test: проверки.

  deploy/tapbot test                 обязательные проверки: всё, что запускает CI
  deploy/tapbot test full            они и все остальные: отказы, стек в контейнерах, браузер, замеры скорости
  deploy/tapbot test ЧАСТЬ...        только эти части: ${TEST_PARTS[*]} ${TEST_LONG_PARTS[*]}
  deploy/tapbot test full ЧАСТЬ...   эти части и те их проверки, которые измеряют время
  deploy/tapbot test unit ИМЯ...     юнит-тесты одного сервиса или модуля (base, http, db...)
  TAPBOT_SEARCH_DATA=ПАПКА deploy/tapbot test quality   поиск на размеченных вопросах из этой папки
  QDRANT_URL=http://АДРЕС:6333 deploy/tapbot test qdrant   поиск по смыслу на настоящем Qdrant
  deploy/tapbot test ... --full      длинные формы (все строки отказов, фаззинг по 60 с, полный bench)

Последняя строка: N passed, N failed[, N skipped]. Пропущенное названо с причиной.
Коды выхода: 0 всё прошло, 1 что-то не прошло, 2 неверные параметры, 3 чего-то нет на машине." \
        "deploy/tapbot test: the checks.

  deploy/tapbot test                 the gate: everything CI runs
  deploy/tapbot test full            the gate and all else: faults, the stack in containers, a browser, measurements
  deploy/tapbot test PART...         these parts only: ${TEST_PARTS[*]} ${TEST_LONG_PARTS[*]}
  deploy/tapbot test full PART...    these parts, and those of their checks that measure time
  deploy/tapbot test unit NAME...    unit tests of one service or module (base, http, db...)
  TAPBOT_SEARCH_DATA=FOLDER deploy/tapbot test quality  search, by the judged questions of that folder
  QDRANT_URL=http://HOST:6333 deploy/tapbot test qdrant   vectors in a real Qdrant
  deploy/tapbot test ... --full      long forms (all fault rows, 60 s of fuzzing each, whole bench)

The last line: N passed, N failed[, N skipped]. What is skipped is named with its reason.
Exit codes: 0 all passed, 1 something failed, 2 wrong usage, 3 something is missing on this machine."
}

verb_test() {
    local parts=() names=() word order=$TEST_GATE
    export TEST_FULL=no TEST_SCOPE=gate
    for word in "$@"; do
        case $word in
        --full) TEST_FULL=yes TEST_SCOPE=full ;;
        full) TEST_SCOPE=full ;;
        -h | --help) test_usage && return 0 ;;
        -*) test_usage >&2 && return 2 ;;
        *)
            if [[ " ${TEST_PARTS[*]} ${TEST_LONG_PARTS[*]} " == *" $word "* ]]; then
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
    if [ ${#parts[@]} -eq 0 ]; then
        [ $TEST_SCOPE = gate ] || order+=" $TEST_BESIDE"
        [ $TEST_FULL = no ] || order+=" ${TEST_LONG_PARTS[*]}"
        read -ra parts <<<"$order"
        names=()
    fi
    test_packages "${parts[@]}"
    cluster_user_make

    TEST_REPORT=$(mktemp)
    export TEST_REPORT
    for word in "${parts[@]}"; do
        if [[ $word = *,* ]]; then test_lanes "$word"; else test_part "$word" ${names[@]+"${names[@]}"}; fi
    done
    if test_close; then
        [ "${parts[*]}" != "$order" ] || test_record
        return 0
    fi
    return 1
}

# test_packages PART...: installs what the parts need.
test_packages() {
    local all=" ${*//[,+]/ } " name wanted=("${PACKAGES_BUILD[@]}" "${PACKAGES_RUN[@]}") more=()
    packages_need "${wanted[@]}"
    [ "$all" != " unit " ] || return 0
    more=("${PACKAGES_TEST[@]}")
    [[ ! $all =~ \ page\  ]] || more+=("${PACKAGES_PAGE[@]}")
    [[ ! $all =~ \ stack(-images|-two)?\  ]] || more+=("${PACKAGES_STACK[@]}")
    [[ $EUID -ne 0 || ! $all =~ \ (verbs|stack-two)\  ]] || more+=("${PACKAGES_LOGIN[@]}")
    [[ ! $all =~ \ stack-full\  && $TEST_FULL = no ]] || more+=("${PACKAGES_FULL[@]}")
    if [[ $all =~ \ (bench|stack-full)\  ]] && ! command -v npm >/dev/null; then more+=("${PACKAGES_PEER[@]}"); fi
    wanted=()
    for name in "${more[@]}"; do ! packages_known "$name" || wanted+=("$name"); done
    packages_need "${wanted[@]}"
}

# test_part PART [NAME...]: runs a part in a process group of its own, with a time limit; a signal to this shell ends the
# part. Parts outside the gate always check their limits of time.
test_part() {
    local part=$1 began=$SECONDS scope=$TEST_SCOPE limit ended
    shift
    [[ " ${TEST_GATE//[,+]/ } " == *" $part "* ]] || scope=full
    limit=${TEST_PART_SECONDS[$scope]}
    step "$part" "$part"
    TEST_SCOPE=$scope timeout -k 30 "$limit" "$TAPBOT_ROOT/tests/$part/run" "$@" </dev/null &
    # shellcheck disable=SC2064
    trap "kill -TERM $! 2>/dev/null; exit 143" INT TERM
    wait $! && ended=0 || ended=$?
    trap - INT TERM
    case $ended in
    0) ;;
    124 | 137) "$TAPBOT_ROOT/tests/support/report" fail "$part" "the part did not end within $limit s" ;;
    *) "$TAPBOT_ROOT/tests/support/report" fail "$part" "the part itself ended with $ended" ;;
    esac
    printf '    %s: %s s\n' "$part" $((SECONDS - began))
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

# Records the commit and the tree that have passed the gate; nothing if the tree has uncommitted changes.
test_record() {
    [ -z "$(git -C "$TAPBOT_ROOT" status --porcelain 2>&1)" ] || return 0
    mkdir -p "$TAPBOT_ROOT/var/test"
    git -C "$TAPBOT_ROOT" log -1 --format='%H %T' >>"$TAPBOT_ROOT/var/test/passed"
}

# What failed and what was skipped, by name; then the line that counts.
test_close() {
    local passed failed skipped
    passed=$(awk -F'\t' '$1 == "pass" {n += $2} END {print n + 0}' "$TEST_REPORT")
    failed=$(awk -F'\t' '$1 == "fail" {n += $2} END {print n + 0}' "$TEST_REPORT")
    skipped=$(awk -F'\t' '$1 == "skip" {n += $2} END {print n + 0}' "$TEST_REPORT")
    awk -F'\t' '$1 != "pass" {printf "%s: %s: %s\n", toupper($1), $3, $4}' "$TEST_REPORT"
    rm -f "$TEST_REPORT"
    if [ "$skipped" -gt 0 ]; then
        printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
    else
        printf '%s passed, %s failed\n' "$passed" "$failed"
    fi
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
