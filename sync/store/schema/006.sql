-- Payment documents: movements on an account, and lists of persons who were paid
-- for. A document is there once, whatever files bring it; it is believed as long
-- as one import that stands brings it.
CREATE TABLE payment_document (
	id          BIGINT PRIMARY KEY,
	identity    TEXT NOT NULL,
	sequence    BIGINT NOT NULL, -- the import whose file its postings point into
	kind        TEXT NOT NULL,   -- movement, list
	format      TEXT NOT NULL,
	sheet       INTEGER NOT NULL,
	row_number  INTEGER NOT NULL,
	account     TEXT NOT NULL,
	reference   TEXT NOT NULL,
	number      TEXT NOT NULL,
	dated       INTEGER NOT NULL,
	booked      INTEGER NOT NULL,
	payer       TEXT NOT NULL,
	payer_id    TEXT NOT NULL,
	payee       TEXT NOT NULL,
	payee_id    TEXT NOT NULL,
	knp         TEXT NOT NULL,
	purpose     TEXT NOT NULL,
	month       INTEGER NOT NULL, -- 0: not stated, or several
	region      INTEGER NOT NULL,
	returned    INTEGER NOT NULL,
	reverses    TEXT NOT NULL,
	persons     BIGINT NOT NULL,
	amount      BIGINT NOT NULL,  -- signed: what reaches the Fund is positive
	first_month INTEGER NOT NULL, -- of the postings
	last_month  INTEGER NOT NULL,
	digest      TEXT NOT NULL     -- of the postings; '' without any
);
-- A document that no import brings any more, and that comes again, is another
-- row: what it says may be another thing.
CREATE UNIQUE INDEX payment_document_identity ON payment_document (identity, sequence);
CREATE INDEX payment_document_reference ON payment_document (reference) WHERE reference <> '';
CREATE INDEX payment_document_number ON payment_document (number) WHERE number <> '';
CREATE INDEX payment_document_month ON payment_document (month, booked);
CREATE INDEX payment_document_list ON payment_document (last_month) WHERE kind = 'list';
CREATE INDEX payment_document_booked ON payment_document (booked) WHERE kind = 'list';

-- Which imports bring a document.
CREATE TABLE document_import (
	document    BIGINT NOT NULL,
	sequence    BIGINT NOT NULL, -- of the import, or of the decision that released it
	known_until BIGINT NOT NULL,
	PRIMARY KEY (document, sequence)
);
CREATE INDEX document_import_sequence ON document_import (sequence);

-- What a document says of one person.
CREATE TABLE posting (
	month      INTEGER NOT NULL,
	document   BIGINT NOT NULL,
	number     INTEGER NOT NULL,
	person     BIGINT NOT NULL, -- 0: what is written is no IIN
	amount     BIGINT NOT NULL,
	region     INTEGER NOT NULL,
	returned   INTEGER NOT NULL,
	sheet      INTEGER NOT NULL,
	row_number INTEGER NOT NULL,
	birth      INTEGER NOT NULL,
	name       TEXT NOT NULL,
	given      TEXT NOT NULL,
	knp        TEXT NOT NULL,
	reverses   TEXT NOT NULL,
	PRIMARY KEY (month, document, number)
);
CREATE INDEX posting_person ON posting (person, month);

-- Who pays for the state, from a decision on: its BIN, '' for whoever does.
CREATE TABLE state_payer (
	known_from BIGINT PRIMARY KEY,
	payer      TEXT NOT NULL
);
