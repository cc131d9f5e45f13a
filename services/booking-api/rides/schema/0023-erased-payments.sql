-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- A version before 0022, which may run beside this one or after a rollback, erases a driver without payment_info.
CREATE FUNCTION driver_erase_payment_info() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.payment_info := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER driver_erased BEFORE UPDATE ON driver FOR EACH ROW
    WHEN (NEW.blanked_at IS NOT NULL AND NEW.payment_info IS NOT NULL)
    EXECUTE FUNCTION driver_erase_payment_info();

UPDATE driver SET payment_info = NULL WHERE blanked_at IS NOT NULL AND payment_info IS NOT NULL;
