-- The rights of Directus on the services' tables, independent of its own permissions. Run by a superuser on the
-- database `tapbot` after the migrations; may be repeated. Rights that are not listed here are revoked.
--
-- The texts of an apartment and its owner may be edited, the settings of tenants, and the texts and settings of bots,
-- which bot-gateway checks before it uses them. Prices, dates, statuses and money are changed through the API, which
-- validates, writes history and sends events; so are inserts and deletes of anything but settings of tenants.
SET client_min_messages = warning;
BEGIN;

REVOKE ALL ON ALL TABLES IN SCHEMA booking FROM directus_user;
GRANT USAGE ON SCHEMA booking TO directus_user;
GRANT SELECT ON booking.city, booking.owner, booking.apartment, booking.occupancy, booking.booking,
    booking.booking_history, booking.cancellation_policy, booking.tenant_settings TO directus_user;

GRANT INSERT, UPDATE ON booking.tenant_settings TO directus_user;
GRANT UPDATE (name, phone, language, notify) ON booking.owner TO directus_user;
GRANT UPDATE (title_ru, title_kz, title_en, description_ru, description_kz, description_en, house_rules_ru,
    house_rules_kz, house_rules_en, district, address, address_kz, address_en, lat, lon, amenities, photos)
    ON booking.apartment TO directus_user;

REVOKE ALL ON ALL TABLES IN SCHEMA bot FROM directus_user;
GRANT USAGE ON SCHEMA bot TO directus_user;
GRANT SELECT ON bot.bot, bot.bot_messages, bot.bot_settings TO directus_user;

GRANT UPDATE (message_text, is_active) ON bot.bot_messages TO directus_user;
GRANT UPDATE (setting_value, is_active) ON bot.bot_settings TO directus_user;
-- Not username, which bot-gateway fetches from Telegram: links to owners lead to the bot of that name.
GRANT UPDATE (intake, is_active) ON bot.bot TO directus_user;

-- Directus owns a schema. If a trigger on a table of its own could call a function that runs as the owner of ours, a cast
-- of its own would run there too. A trigger that exists fires without this right.
DO $$
DECLARE of_owner regprocedure;
BEGIN
    FOR of_owner IN SELECT oid FROM pg_proc WHERE prosecdef AND pronamespace <> 'pg_catalog'::regnamespace LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', of_owner);
    END LOOP;
END $$;

COMMIT;
