-- A copied database must never speak for the original: no tokens, no secrets, nothing connected.
UPDATE xero_tenant
   SET state = 'disconnected', disconnect_reason = 'copied', notice = NULL,
       connection_id = NULL, token_id = NULL
 WHERE state = 'connected' OR token_id IS NOT NULL;
DELETE FROM xero_consent;
DELETE FROM xero_token;
UPDATE xero_app
   SET client_secret_sealed = NULL, webhook_key_sealed = NULL, former_key_sealed = NULL;
UPDATE ir_cron
   SET active = FALSE
 WHERE id IN (SELECT cron_id FROM xero_tenant WHERE cron_id IS NOT NULL)
    OR id IN (SELECT res_id FROM ir_model_data WHERE module = 'xero_connector' AND model = 'ir.cron');
