SET LOCAL ROLE pdx_owner;

-- A payee sees the lines it is paid from and their month, and nothing else of the consumer's statement.
ALTER TABLE statement_line ADD COLUMN month text NOT NULL;
ALTER TABLE statement_line ADD CONSTRAINT statement_line_month_fkey FOREIGN KEY (month) REFERENCES settlement_month (month);
CREATE POLICY statement_line_paid ON statement_line FOR SELECT TO pdx_app
    USING (EXISTS (SELECT FROM allocation WHERE allocation.statement_id = statement_line.statement_id
                   AND allocation.line = statement_line.line AND allocation.party_id = (SELECT app_party())));
