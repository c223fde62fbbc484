-- Overlaps: what the Fund decided, and the notices to the two sides.

-- A decision is never changed: a later one about the same overlap replaces it,
-- and one that keeps nobody (keep 0) withdraws it. The days are those in common
-- when it was decided.
CREATE TABLE overlap_decision (
	sequence  BIGINT PRIMARY KEY,
	number    BIGINT NOT NULL,
	person    BIGINT NOT NULL,
	bin_a     BIGINT NOT NULL,
	bin_b     BIGINT NOT NULL,
	from_day  INTEGER NOT NULL,
	until_day INTEGER NOT NULL,
	keep      BIGINT NOT NULL,
	reason    TEXT NOT NULL,
	decided   BIGINT NOT NULL
);
CREATE INDEX overlap_decision_person ON overlap_decision (person);
CREATE INDEX overlap_number ON overlap (number);

-- One notice to each side of a numbered overlap. known is the sequence as of
-- which its content is read.
CREATE TABLE overlap_notice (
	number   BIGINT NOT NULL,
	bin      BIGINT NOT NULL,
	region   INTEGER NOT NULL,
	person   BIGINT NOT NULL,
	from_day INTEGER NOT NULL,
	dated    INTEGER NOT NULL,
	answer   INTEGER NOT NULL,
	known    BIGINT NOT NULL,
	sequence BIGINT NOT NULL,
	written  INTEGER NOT NULL,
	PRIMARY KEY (number, bin)
);
