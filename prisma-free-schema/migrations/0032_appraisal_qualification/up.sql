SET LOCAL ROLE pdx_owner;

-- What lets a firm, and its people, appraise: 备案 of the firm (资产评估法 Art. 16); that somebody is a 评估师, in which
-- category, or another 评估从业人员 (Art. 8). A registry enters them as they were shown to it.
ALTER TABLE person ADD CONSTRAINT person_of_party UNIQUE (id, party_id);
CREATE TABLE appraisal_qualification (
    id          uuid        NOT NULL,
    kind        text        NOT NULL,
    firm_id     uuid        NOT NULL REFERENCES party (id),
    -- Null: the firm itself.
    person_id   uuid,
    -- As it was issued: how these numbers are formed is not known here.
    number      text        NOT NULL,
    valid_from  date        NOT NULL,
    -- The last day; null: it has no end.
    valid_until date,
    recorded_by uuid        NOT NULL REFERENCES person (id),
    recorded_at timestamptz NOT NULL,
    ended_by    uuid        REFERENCES person (id),
    ended_at    timestamptz,
    end_reason  text,
    CONSTRAINT appraisal_qualification_pkey PRIMARY KEY (id),
    CONSTRAINT appraisal_qualification_kind_known CHECK (kind IN
        ('FIRM_FILING', 'ASSET_APPRAISER', 'OTHER_APPRAISER', 'PRACTITIONER')),
    CONSTRAINT appraisal_qualification_of_firm_or_person CHECK ((kind = 'FIRM_FILING') = (person_id IS NULL)),
    -- Nobody appraises for two firms (Art. 5).
    CONSTRAINT appraisal_qualification_at_own_firm FOREIGN KEY (person_id, firm_id) REFERENCES person (id, party_id),
    CONSTRAINT appraisal_qualification_number_length CHECK (char_length(number) BETWEEN 1 AND 100),
    CONSTRAINT appraisal_qualification_days CHECK (valid_until >= valid_from),
    CONSTRAINT appraisal_qualification_ended CHECK
        ((ended_by IS NULL) = (ended_at IS NULL) AND (ended_at IS NULL) = (end_reason IS NULL))
);
CREATE UNIQUE INDEX appraisal_qualification_number_unique ON appraisal_qualification (kind, number) WHERE ended_at IS NULL;
CREATE INDEX appraisal_qualification_by_firm ON appraisal_qualification (firm_id, id);
ALTER TABLE appraisal_qualification ENABLE ROW LEVEL SECURITY;
ALTER TABLE appraisal_qualification FORCE ROW LEVEL SECURITY;
-- Both lists are public by law (Art. 10, 16); here they are for who has signed in.
CREATE POLICY appraisal_qualification_read ON appraisal_qualification FOR SELECT TO pdx_app
    USING ((SELECT app_party()) IS NOT NULL);
CREATE POLICY appraisal_qualification_record ON appraisal_qualification FOR INSERT TO pdx_app
    WITH CHECK ((SELECT app_has_role('REGISTRY_OFFICER')) AND ended_at IS NULL);
CREATE POLICY appraisal_qualification_end ON appraisal_qualification FOR UPDATE TO pdx_app
    USING ((SELECT app_has_role('REGISTRY_OFFICER')) AND ended_at IS NULL)
    WITH CHECK (ended_at IS NOT NULL);
GRANT SELECT, INSERT, UPDATE (ended_by, ended_at, end_reason) ON appraisal_qualification TO pdx_app;
CREATE POLICY appraisal_qualification_functions ON appraisal_qualification TO pdx_owner USING (true);

-- What the caller's firm, and people of it, have been qualified by, held until the transaction ends: what is ended
-- meanwhile waits for what rests on it.
CREATE FUNCTION appraisal_qualification_hold(people uuid[]) RETURNS SETOF appraisal_qualification
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM appraisal_qualification
    WHERE firm_id = app_party() AND (person_id IS NULL OR person_id = ANY (people))
    ORDER BY id FOR SHARE
$$;
REVOKE EXECUTE ON FUNCTION appraisal_qualification_hold FROM PUBLIC;
GRANT EXECUTE ON FUNCTION appraisal_qualification_hold TO pdx_app;

-- Who is put in charge of an appraisal, or signs it, is qualified on that day, and so is the firm; in a statutory one all
-- are 资产评估师 (Art. 28). Who has reviewed a draft does not sign it.
CREATE FUNCTION check_appraiser_is_qualified() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    engagement valuation_engagement;
    today      date := (coalesce(NEW.signed_at, NEW.assigned_at) AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    SELECT * INTO engagement FROM valuation_engagement WHERE id = NEW.engagement_id;
    IF engagement.kind = 'APPRAISAL' AND (
        SELECT count(DISTINCT person_id IS NULL) FROM appraisal_qualification
        WHERE firm_id = engagement.firm_id AND ended_at IS NULL
          AND today >= valid_from AND today <= coalesce(valid_until, 'infinity')
          AND (person_id IS NULL
               OR person_id = NEW.person_id AND (kind = 'ASSET_APPRAISER' OR NOT engagement.is_statutory))) < 2 THEN
        RAISE EXCEPTION 'who appraises is qualified, and so is the firm'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'valuation_appraiser_is_qualified';
    END IF;
    IF EXISTS (SELECT FROM valuation_draft WHERE engagement_id = NEW.engagement_id AND number = NEW.signed_draft
                                             AND reviewed_by = NEW.person_id) THEN
        RAISE EXCEPTION 'who has reviewed a draft does not sign it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'valuation_appraiser_is_not_reviewer';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER valuation_appraiser_is_qualified BEFORE INSERT ON valuation_appraiser
    FOR EACH ROW EXECUTE FUNCTION check_appraiser_is_qualified();
CREATE TRIGGER valuation_appraiser_signs_qualified BEFORE UPDATE ON valuation_appraiser FOR EACH ROW
    WHEN (NEW.signed_draft IS NOT NULL AND NEW.signed_draft IS DISTINCT FROM OLD.signed_draft)
    EXECUTE FUNCTION check_appraiser_is_qualified();

-- 内部审核 (Art. 26) is by nobody who is in charge, or has been.
CREATE FUNCTION check_draft_reviewer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM valuation_appraiser
               WHERE engagement_id = NEW.engagement_id AND person_id = NEW.reviewed_by) THEN
        RAISE EXCEPTION 'who is in charge does not review'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'valuation_draft_reviewer_is_not_in_charge';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER valuation_draft_reviewer_is_not_in_charge BEFORE UPDATE ON valuation_draft FOR EACH ROW
    WHEN (NEW.reviewed_by IS NOT NULL) EXECUTE FUNCTION check_draft_reviewer();
CREATE POLICY valuation_appraiser_functions ON valuation_appraiser FOR SELECT TO pdx_owner USING (true);
CREATE POLICY valuation_draft_functions ON valuation_draft FOR SELECT TO pdx_owner USING (true);

-- What follows answered about any id; from now on to those whom it concerns only.
-- Whether the caller's party holds what a report is of.
CREATE FUNCTION holds_valuation_report(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM valuation_report WHERE engagement_id = wanted AND holder_id = app_party())
$$;
REVOKE EXECUTE ON FUNCTION holds_valuation_report FROM PUBLIC;
GRANT EXECUTE ON FUNCTION holds_valuation_report TO pdx_app;
ALTER POLICY valuation_report_disclosure_read ON valuation_report_disclosure
    USING (party_id = (SELECT app_party()) OR (SELECT app_has_role('REGULATOR'))
           OR holds_valuation_report(engagement_id));
ALTER POLICY valuation_report_disclosure_make ON valuation_report_disclosure
    WITH CHECK ((SELECT app_has_role('CHIEF_DATA_REPRESENTATIVE', 'INSTITUTION_USER', 'OPERATOR'))
                AND holds_valuation_report(engagement_id));
DROP FUNCTION valuation_report_holder;

-- Whether the caller's party is valuing an asset, or about to.
CREATE FUNCTION is_valuing(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM valuation_engagement WHERE asset_id = wanted AND firm_id = app_party()
                                                      AND state NOT IN ('DELIVERED', 'DECLINED', 'WITHDRAWN'))
$$;
REVOKE EXECUTE ON FUNCTION is_valuing FROM PUBLIC;

CREATE OR REPLACE FUNCTION asset_interested_parties(wanted uuid) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT * FROM (
        SELECT provider_id AS party_id FROM asset WHERE id = wanted
        UNION SELECT unnest(holder_ids) FROM title WHERE asset_id = wanted
        UNION SELECT beneficiary_id FROM encumbrance
              WHERE asset_id = wanted AND state IN ('PROPOSED', 'IN_FORCE') AND beneficiary_id IS NOT NULL
        UNION SELECT party_id FROM registration_filer JOIN registration ON registration.id = registration_id
              WHERE asset_id = wanted) AS concerned
    WHERE is_valuing(wanted)
$$;

-- For other functions; the application asks by the one below it.
ALTER FUNCTION asset_in_register(uuid) RENAME TO registered_asset;
REVOKE EXECUTE ON FUNCTION registered_asset FROM pdx_app;
CREATE FUNCTION asset_in_register(wanted uuid)
RETURNS TABLE (dataset_version_id uuid, holder_ids uuid[]) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT * FROM registered_asset(wanted) WHERE app_party() = ANY (holder_ids) OR is_valuing(wanted)
$$;
REVOKE EXECUTE ON FUNCTION asset_in_register FROM PUBLIC;
GRANT EXECUTE ON FUNCTION asset_in_register TO pdx_app;

CREATE OR REPLACE FUNCTION valuation_report_standing(wanted uuid[], today date)
RETURNS TABLE (engagement_id uuid, standing text) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT report.engagement_id,
           CASE WHEN registered.dataset_version_id IS DISTINCT FROM engagement.dataset_version_id THEN 'ASSET_ENDED'
                WHEN EXISTS (SELECT FROM valuation_report AS newer
                             WHERE newer.asset_id = report.asset_id AND newer.kind = report.kind
                               AND newer.purpose = report.purpose
                               AND (newer.delivered_at, newer.engagement_id) > (report.delivered_at, report.engagement_id))
                    THEN 'SUPERSEDED'
                WHEN today > report.valid_until THEN 'EXPIRED'
                ELSE 'VALID' END
    FROM valuation_report AS report
    JOIN valuation_engagement AS engagement ON engagement.id = report.engagement_id
    LEFT JOIN LATERAL registered_asset(report.asset_id) AS registered ON true
    WHERE report.engagement_id = ANY (wanted)
      AND (app_party() IN (report.holder_id, report.firm_id) OR app_has_role('REGULATOR', 'SYSTEM')
           OR EXISTS (SELECT FROM valuation_report_disclosure AS shown
                      WHERE shown.engagement_id = report.engagement_id AND shown.party_id = app_party()))
$$;
CREATE POLICY valuation_report_disclosure_functions ON valuation_report_disclosure FOR SELECT TO pdx_owner USING (true);
