SET LOCAL ROLE pdx_owner;

-- Which entry of the status lists is a report's; handed out before the report is signed. Those of before are in no list.
CREATE SEQUENCE valuation_report_status_index AS integer MINVALUE 0;
GRANT USAGE ON SEQUENCE valuation_report_status_index TO pdx_app;
ALTER TABLE valuation_report
    ADD COLUMN status_index integer,
    ADD CONSTRAINT valuation_report_status_index_unique UNIQUE (status_index),
    ADD CONSTRAINT valuation_report_is_listed CHECK (status_index IS NOT NULL) NOT VALID;

-- What ends a report before its last day of use; for functions only.
CREATE VIEW valuation_report_end AS
    SELECT report.engagement_id,
           EXISTS (SELECT FROM valuation_report AS newer
                   WHERE newer.asset_id = report.asset_id AND newer.kind = report.kind AND newer.purpose = report.purpose
                     AND (newer.delivered_at, newer.engagement_id) > (report.delivered_at, report.engagement_id))
               AS is_superseded,
           registered.dataset_version_id IS DISTINCT FROM engagement.dataset_version_id AS is_asset_ended
    FROM valuation_report AS report
    JOIN valuation_engagement AS engagement ON engagement.id = report.engagement_id
    LEFT JOIN LATERAL registered_asset(report.asset_id) AS registered ON true;

CREATE OR REPLACE FUNCTION valuation_report_standing(wanted uuid[], today date)
RETURNS TABLE (engagement_id uuid, standing text) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT report.engagement_id,
           CASE WHEN is_asset_ended THEN 'ASSET_ENDED'
                WHEN is_superseded THEN 'SUPERSEDED'
                WHEN today > report.valid_until THEN 'EXPIRED'
                ELSE 'VALID' END
    FROM valuation_report AS report JOIN valuation_report_end USING (engagement_id)
    WHERE report.engagement_id = ANY (wanted)
      AND (app_party() IN (report.holder_id, report.firm_id) OR app_has_role('REGULATOR', 'SYSTEM')
           OR EXISTS (SELECT FROM valuation_report_disclosure AS shown
                      WHERE shown.engagement_id = report.engagement_id AND shown.party_id = app_party()))
$$;

-- How reports stand by their entries in the status lists, for anyone: an index tells nothing of what it is of. A report
-- whose days are over stays in, because a list is also asked about a day of before.
CREATE FUNCTION valuation_report_statuses(from_index integer, entries integer)
RETURNS TABLE (status_index integer, is_superseded boolean, is_asset_ended boolean) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT report.status_index, is_superseded, is_asset_ended
    FROM valuation_report AS report JOIN valuation_report_end USING (engagement_id)
    WHERE report.status_index >= from_index AND report.status_index - from_index < entries
$$;
REVOKE EXECUTE ON FUNCTION valuation_report_statuses FROM PUBLIC;
GRANT EXECUTE ON FUNCTION valuation_report_statuses TO pdx_app;

-- Who accounts for an asset on a day (财会〔2023〕11号: who owns or controls it): by its title, if it was ever registered on
-- track B, who has the right to hold or to operate it, since a title moves and its running out takes nothing away; else its
-- provider. That the right to use alone is no control is ours.
CREATE FUNCTION accounts_for_asset(wanted uuid, day date) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN EXISTS (SELECT FROM title WHERE asset_id = wanted)
                THEN EXISTS (SELECT FROM title, jsonb_array_elements(rights) AS share
                             WHERE asset_id = wanted AND (share ->> 'holderId')::uuid = app_party()
                               AND share -> 'kinds' ?| ARRAY['HOLD', 'OPERATE']
                               AND day <= coalesce((share ->> 'until')::date, 'infinity'))
                ELSE EXISTS (SELECT FROM asset WHERE id = wanted AND provider_id = app_party()) END
$$;
REVOKE EXECUTE ON FUNCTION accounts_for_asset FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_for_asset TO pdx_app;
-- Titles move to institutions and operators too.
ALTER POLICY accounting_record_make ON accounting_record
    WITH CHECK (holder_id = (SELECT app_party())
                AND (SELECT app_has_role('CHIEF_DATA_REPRESENTATIVE', 'INSTITUTION_USER', 'OPERATOR'))
                AND accounts_for_asset(asset_id, (recorded_at AT TIME ZONE 'Asia/Shanghai')::date));
