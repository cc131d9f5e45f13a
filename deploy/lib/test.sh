# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# test: the checks, cheap ones first. Each part is tests/<part>/run, which reports its results through
# tests/support/report; the closing line adds them up.

# shellcheck source=deploy/lib/packages.sh
. "$TAPBOT_ROOT/deploy/lib/packages.sh"
# shellcheck source=deploy/lib/cluster.sh
. "$TAPBOT_ROOT/deploy/lib/cluster.sh"

# A comma joins what runs side by side, a lane each, because it mostly waits; a plus joins the parts of a lane. What
# measures time (fault, stack, bench), and what keeps all processors busy, runs alone.
TEST_ORDER="lint compose build unit quality integration scenario+telegram+stack-images,verbs+contract+template+prometheus+qdrant+page+fuzz fault stack stack-two bench"
read -ra TEST_PARTS <<<"${TEST_ORDER//[,+]/ }"
# Only with --full, or by name.
TEST_LONG_PARTS=(coverage stack-full)

test_usage() {
    say "deploy/tapbot test: проверки.

  deploy/tapbot test                 всё, что запускает CI
  deploy/tapbot test ЧАСТЬ...        только эти части: ${TEST_PARTS[*]} ${TEST_LONG_PARTS[*]}
  deploy/tapbot test unit ИМЯ...     юнит-тесты одного сервиса или модуля (base, http, db...)
  TAPBOT_SEARCH_DATA=ПАПКА deploy/tapbot test quality   поиск на размеченных вопросах из этой папки
  QDRANT_URL=http://АДРЕС:6333 deploy/tapbot test qdrant   поиск по смыслу на настоящем Qdrant
  deploy/tapbot test ... --full      длинные формы (все строки отказов, фаззинг по 60 с, полный bench)

Последняя строка: N passed, N failed[, N skipped]. Пропущенное названо с причиной.
Коды выхода: 0 всё прошло, 1 что-то не прошло, 2 неверные параметры, 3 чего-то нет на машине." \
        "deploy/tapbot test: the checks.

  deploy/tapbot test                 everything CI runs
  deploy/tapbot test PART...         these parts only: ${TEST_PARTS[*]} ${TEST_LONG_PARTS[*]}
  deploy/tapbot test unit NAME...    unit tests of one service or module (base, http, db...)
  TAPBOT_SEARCH_DATA=FOLDER deploy/tapbot test quality  search, by the judged questions of that folder
  QDRANT_URL=http://HOST:6333 deploy/tapbot test qdrant   vectors in a real Qdrant
  deploy/tapbot test ... --full      long forms (all fault rows, 60 s of fuzzing each, whole bench)

The last line: N passed, N failed[, N skipped]. What is skipped is named with its reason.
Exit codes: 0 all passed, 1 something failed, 2 wrong usage, 3 something is missing on this machine."
}

verb_test() {
    local parts=() names=() word
    export TEST_FULL=no
    for word in "$@"; do
        case $word in
        --full) TEST_FULL=yes ;;
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
    local wanted=() name
    if [[ " ${parts[*]} " =~ \ (bench|stack-full)\  || $TEST_FULL = yes ]] && ! command -v npm >/dev/null; then
        wanted=("${PACKAGES_PEER[@]}")
    fi
    [[ " ${parts[*]} " != *" stack-full "* && $TEST_FULL = no ]] || wanted+=("${PACKAGES_FULL[@]}")
    if [ ${#parts[@]} -eq 0 ]; then
        read -ra parts <<<"$TEST_ORDER"
        [ "$TEST_FULL" = no ] || parts+=("${TEST_LONG_PARTS[@]}")
    fi

    [[ ! " ${parts[*]} " =~ [\ +]page[\ +] ]] || PACKAGES_TEST+=("${PACKAGES_PAGE[@]}")
    [[ ! " ${parts[*]} " =~ \ stack(-images|-two)?\  ]] || PACKAGES_TEST+=("${PACKAGES_STACK[@]}")

    [[ $EUID -ne 0 || ! " ${parts[*]} " =~ [\ ,+](verbs|stack-two)[\ ,+] ]] || PACKAGES_TEST+=("${PACKAGES_LOGIN[@]}")

    packages_need "${PACKAGES_BUILD[@]}" "${PACKAGES_RUN[@]}"
    if [ "${parts[*]}" != unit ]; then
        for name in "${PACKAGES_TEST[@]}"; do packages_known "$name" && wanted+=("$name"); done
        packages_need "${wanted[@]}"
    fi
    cluster_user_make

    TEST_REPORT=$(mktemp)
    export TEST_REPORT
    for word in "${parts[@]}"; do
        if [[ $word = *,* ]]; then test_lanes "$word"; else test_part "$word" ${names[@]+"${names[@]}"}; fi
    done
    test_close
}

# test_part PART [NAME...]
test_part() {
    local part=$1 began=$SECONDS
    shift
    step "$part" "$part"
    "$TAPBOT_ROOT/tests/$part/run" "$@" ||
        "$TAPBOT_ROOT/tests/support/report" fail "$part" "the part itself ended with $?"
    printf '    %s: %s s\n' "$part" $((SECONDS - began))
}

# test_lane PART...: one after the other; what each one says is printed when it has ended.
test_lane() {
    set +m
    local part said
    said=$(mktemp) || return 1
    for part in "$@"; do
        test_part "$part" >"$said" 2>&1
        flock "$TEST_REPORT" cat "$said"
    done
    rm -f "$said"
    return 0
}

# test_lanes A+B,C+D: each lane is a process group, so that all of it ends where this is ended.
test_lanes() {
    local lane words pids=() pid
    step "рядом: ${1//,/, }" "side by side: ${1//,/, }"
    set -m
    for lane in ${1//,/ }; do
        read -ra words <<<"${lane//+/ }"
        test_lane "${words[@]}" </dev/null &
        pids+=("$!")
    done
    set +m
    # shellcheck disable=SC2064
    trap "kill -TERM ${pids[*]/#/-} 2>/dev/null; exit 143" INT TERM
    for pid in "${pids[@]}"; do
        wait "$pid" || "$TAPBOT_ROOT/tests/support/report" fail "$1" "a lane ended with $?"
    done
    trap - INT TERM
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
