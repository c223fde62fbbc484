-- Decisions about imports that stand in no file: the release or refusal of what
-- was held, and the taking back of what was committed. Their sequence is known
-- time like an import's.
CREATE TABLE decision (
	sequence  BIGINT PRIMARY KEY,
	what      TEXT NOT NULL, -- release, refuse, undo
	import    BIGINT NOT NULL,
	hash      TEXT NOT NULL, -- of the diff that was decided on; '' for undo
	reason    TEXT NOT NULL,
	committed BIGINT NOT NULL,
	run       BIGINT NOT NULL
);
CREATE INDEX decision_import ON decision (import);

-- What a decision did to what an import said of an organisation.
CREATE TABLE decision_organisation (
	sequence BIGINT NOT NULL,
	bin      BIGINT NOT NULL,
	import   BIGINT NOT NULL,
	state    TEXT NOT NULL,   -- of what the import said, from now on
	version  BIGINT NOT NULL, -- of the organisation, after
	PRIMARY KEY (sequence, bin)
);
CREATE INDEX decision_organisation_bin ON decision_organisation (bin, sequence);

-- The state in which the import was committed: what its digest is over.
ALTER TABLE import_organisation ADD COLUMN committed_as TEXT NOT NULL DEFAULT '';
UPDATE import_organisation SET committed_as = state;
-- The explanation of a hold.
ALTER TABLE import_organisation ADD COLUMN why TEXT NOT NULL DEFAULT '';
CREATE INDEX import_organisation_held ON import_organisation (bin, sequence) WHERE state = 'held';

-- What proved the file whole: control_total, sidecar, workbook, or nothing.
ALTER TABLE import ADD COLUMN proved TEXT NOT NULL DEFAULT '';

-- The undo that annulled the letter.
ALTER TABLE letter ADD COLUMN annulled BIGINT NOT NULL DEFAULT 0;
CREATE INDEX letter_annulled ON letter (annulled) WHERE annulled <> 0;
-- The numbers of the annulled letters that it replaces, with commas.
ALTER TABLE letter ADD COLUMN replaces TEXT NOT NULL DEFAULT '';
CREATE INDEX letter_bin ON letter (bin, bundle);
