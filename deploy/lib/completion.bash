# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Completion for bash: `source deploy/lib/completion.bash`, or a line with it in ~/.bashrc.

# _tapbot_bots ROOT: prints the names of the demo's bots whose files this user can list.
_tapbot_bots() {
    (
        shopt -s nullglob
        TAPBOT_ROOT=$(readlink -f -- "$1")
        . "$TAPBOT_ROOT/deploy/lib/state.sh" || exit
        for file in "$TAPBOT_VAR"/demo/bots/*.token "/var/lib/$(state_name)"/bots/*.token; do
            file=${file##*/}
            printf '%s\n' "${file%.token}"
        done
    ) 2>/dev/null
}

_tapbot() {
    local word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]:-} root choices
    root=$(dirname -- "$(readlink -f -- "${COMP_WORDS[0]/#\~/$HOME}")")/..
    if [ "$COMP_CWORD" -eq 1 ]; then
        choices="init doctor validate up deploy rollback scale maintenance status logs users secrets link harden alerts report search rides directus n8n lock backup restore drill demo chat shell test keys bots import"
    else
        case $verb in
        init) choices="--yes --domain --email --acme --servers --profiles --admin-networks --address --peer-address --backup-targets --user --password-stdin --dns --live-restore" ;;
        doctor) choices="--full --list" ;;
        validate) choices="--list" ;;
        up) choices="--yes --plan --build --timeout" ;;
        deploy) choices="--yes --plan --version --bake --here $(python3 -B "$root/deploy/lib/services.py" name 2>/dev/null)" ;;
        rollback) choices="--yes --plan --version $(python3 -B "$root/deploy/lib/services.py" name 2>/dev/null)" ;;
        scale) choices="$(python3 -B "$root/deploy/lib/services.py" name 2>/dev/null)" ;;
        maintenance) choices="on off --for" ;;
        status) choices="--json --here" ;;
        logs)
            choices="--since --tail --follow --request-id --level --raw --here
                $(sed -n '/^services:/,/^networks:/s/^  \([a-z][a-z0-9-]*\):$/\1/p' "$root/docker-compose.yml" 2>/dev/null)"
            ;;
        users) choices="list add remove --generate --password-stdin --yes" ;;
        secrets) choices="list make rotate set --yes --due $(python3 -B "$root/deploy/lib/services.py" secrets 2>/dev/null)" ;;
        link) choices="export import peer up certificate" ;;
        harden) choices="apply undo status unban keep guard bans sshd monitor peer updates" ;;
        alerts) choices="test" ;;
        report) choices="--dry-run" ;;
        rides) choices="--date" ;;
        directus) choices="apply" ;;
        n8n) choices="install addresses --reset" ;;
        search) choices="--bot --chat --chats --flats --limit --mode --why load" ;;
        lock) choices="--check" ;;
        backup) choices="init now list verify card rekey tick --json --target --key --full --deep --confirm --yes --stack --demo" ;;
        restore) choices="files --at --xid --before-deploy --undo --look --rows --find-delete --new-machine --yes --stack --demo" ;;
        drill) choices="--at --json --stack --demo" ;;
        demo) choices="stop --detach --purge" ;;
        chat) choices="apartments $(_tapbot_bots "$root") --as guest owner staff --lang --user --script" ;;
        shell) choices="--stack --demo" ;;
        keys) choices="create list revoke --stack --demo --tenant --client --scopes --rate --burst --expires --test" ;;
        bots) choices="add list texts staff misunderstood held --stack --demo --tenant --type --token-file --support --new-key --language --remove --texts --send --drop" ;;
        import) choices="apartments --template --dry-run --skip-bad" ;;
        *) choices="--help" ;;
        esac
        choices+=" --help"
    fi
    mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
}
complete -F _tapbot tapbot deploy/tapbot ./deploy/tapbot
