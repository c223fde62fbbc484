package jobs

import (
	"cmp"
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// record keeps what the roster said of one organisation and counts what it did.
func (r *rosterImport) record(s *speaker, out registry.Outcome) error {
	f, rows := r.report, len(s.journal.Rows)
	r.tell(s, out)
	if s.hold != "" {
		return r.recordHeld(s, out)
	}
	f.Joined += out.Joined
	f.Left += out.Left
	f.LeftByRow += out.LeftByRow
	f.Changed += out.Changed
	f.Unchanged += out.Unchanged
	for _, n := range out.Findings {
		value := ""
		if i, found := slices.BinarySearchFunc(s.journal.Rows, n.Person, func(r osms.Row, p osms.IIN) int { return cmp.Compare(r.Person, p) }); found {
			value = valueOf(&s.journal.Rows[i], n.Field)
		}
		r.refuse(r.roster.Fault(n.Place, r.fieldAt(n.Place, n.Field), n.Code, n.Severity, value, n.Detail))
	}
	state, version := store.StateApplied, s.standing.Version
	switch {
	case s.refuse != "":
		// It is not the file's to speak of: not even its version moves.
		state = store.StateRefused
		r.hashes = append(r.hashes, heldDiff("refused", r.roster.Region, s.bin, string(s.refuse), s.journal))
	default:
		r.hashes = append(r.hashes, out.Hash(r.roster.Region, s.journal.Mode, s.journal.AsAt, version))
		if s.bin != 0 {
			version++
		}
	}
	if r.release != nil {
		return r.release.took(s, r.hashes[len(r.hashes)-1], version)
	}
	return r.keep(s, state, version, rows)
}

// keep puts what the roster said of an organisation among what is to be written.
func (r *rosterImport) keep(s *speaker, state string, version int64, rows int) error {
	kept := s.kept
	if kept == nil {
		j := s.journal
		j.Protected.Persons = nil // kept once for all organisations
		kept = registry.Encode(j)
	}
	r.records = append(r.records, store.OrganisationImport{BIN: s.bin, Mode: s.journal.Mode, Version: version, State: state, Reason: string(s.hold), Why: s.why,
		Diff: r.hashes[len(r.hashes)-1], Rows: rows, Digest: store.Digest(kept), Kept: kept})
	if len(r.records) < recordsAtOnce {
		return nil
	}
	return r.putRecords()
}

// recordsAtOnce bounds the kept rows that wait to be written.
const recordsAtOnce = 200

// putRecords writes what was kept of organisations, and bumps the versions of
// those that were touched.
func (r *rosterImport) putRecords() error {
	if len(r.records) == 0 {
		return nil
	}
	var touched []osms.BIN
	for _, o := range r.records {
		if o.BIN != 0 && o.State == store.StateApplied {
			touched = append(touched, o.BIN)
		}
	}
	if err := r.t.Bump(touched); err != nil {
		return err
	}
	err := r.t.PutOrganisationImports(r.imp, r.records)
	r.records = r.records[:0]
	return err
}

// fieldAt is the field under which the file itself has what was found: a sheet
// with one column for the whole name has no column for the surname.
func (r *rosterImport) fieldAt(at osms.Place, field string) string {
	if field != "surname" || int(at.Sheet) >= len(r.roster.Columns) {
		return field
	}
	if _, ok := r.roster.Columns[at.Sheet]["surname"]; !ok {
		return "full_name"
	}
	return field
}

// valueOf is what a row states in a field, as a refusal shows it.
func valueOf(row *osms.Row, field string) string {
	switch field {
	case "surname", "full_name":
		return row.Name.String()
	case "left_on":
		return row.LeftOn.Dotted()
	case "enrolled_on":
		return row.EnrolledOn.Dotted()
	case "order_date":
		return row.OrderDate.Dotted()
	}
	return ""
}

// finish names the file's outcome and hash.
func (r *rosterImport) finish() {
	r.report.Diff = diffOf(r.hashes)
	slices.SortStableFunc(r.report.Refusals, func(a, b osms.Refusal) int {
		return cmp.Or(cmp.Compare(a.Sheet, b.Sheet), cmp.Compare(a.Row, b.Row))
	})
	switch {
	case r.report.Held:
		r.report.Outcome = osms.Held
	case r.report.Refused > 0:
		r.report.Outcome = osms.AppliedWithRefusals
	default:
		r.report.Outcome = osms.Applied
	}
}

// digest is what the audit chain keeps of an import: the file's bytes, the
// declaration and what was decided of every organisation.
func (r *rosterImport) digest() (string, error) {
	sequence, err := r.t.Sequence()
	if err != nil {
		return "", err
	}
	said, err := r.t.Said(sequence)
	if err != nil {
		return "", err
	}
	return importDigest(r.imp, said)
}
