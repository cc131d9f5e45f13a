# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Sourced by deploy/lib/demo.sh: prints a command that books an apartment of the demo.

# demo_stay APARTMENT CHECK_IN CHECK_OUT PHONE: prints the body of a booking.
demo_stay() {
    printf '{"apartment_id":"%s","check_in":"%s","check_out":"%s","guests":2,' "$1" "$2" "$3"
    printf '"guest":{"name":"Айгерим","phone":"%s","language":"ru"}}' "$4"
}

# A random phone, because a guest may have at most three holds.
demo_book() {
    local apartment check_in check_out phone
    IFS='|' read -r apartment check_in check_out < <(demo_psql -d tapbot \
        -f "$TAPBOT_ROOT/services/booking-api/demo/free_apartment.sql")
    phone=$(printf '+7701%07d' $((RANDOM * 300 + RANDOM % 300)))
    if [ -n "$check_out" ]; then
        say "Забронировать квартиру на две ночи:
" "Book an apartment for two nights:
"
        printf '%s\n\n' "curl -sS -w '\n' -X POST $(demo_service_url booking-api)/v1/bookings -H 'X-API-Key: $API_KEY' -H 'Content-Type: application/json' -d '$(demo_stay "$apartment" "$check_in" "$check_out" "$phone")'"
    else
        warn "Свободных квартир не осталось. Начать заново: deploy/tapbot demo stop --purge" \
            "No apartment is free. To start over: deploy/tapbot demo stop --purge"
    fi
}
demo_book
