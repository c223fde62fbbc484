package jobs

import (
	"context"
	"errors"
	"slices"
	"time"

	"osmsd/importers/roster"
	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// batchPersons is how many persons are looked at together: enough to make the
// work on the database bulk work, few enough to bound memory.
const batchPersons = 20_000

// errDryRun ends a transaction whose outcome was only to be seen.
var errDryRun = errors.New("dry run")

// Drop is one file that was dropped: its bytes are in the archive, and this is
// how it came.
type Drop struct {
	Name    string // as it was dropped
	SHA256  string
	Size    int64
	Region  osms.Region // by its channel; 0 for none
	Kind    osms.Kind
	Channel string // its drop folder, "command", "console", "api" …
	// Akimat: it may bring only what the drop folder of its region may.
	Akimat   bool
	Received time.Time
	// Committed is the moment at which it is applied, which is known time; a long
	// run receives all its files at once.
	Committed time.Time
	CorrectBy osms.Date // until when a corrected file is awaited
	Run       int64
	Sidecar   bool // a file NAME.sha256 was there and agreed
	// Approve is the hash of the diff that an administrator approved: of the
	// file or of one organisation. It is applied, and nothing else is.
	Approve string

	post *Mail // tells who sent it; nil: nobody is mailed
}

// report begins the report on a dropped file.
func (d Drop) report() osms.FileReport {
	return osms.FileReport{File: d.Name, SHA256: d.SHA256, Size: d.Size, Kind: d.Kind, Region: d.Region,
		Received: d.Received, Run: d.Run, ControlTotal: -1, Deadline: d.CorrectBy}
}

// rosterImport is one roster on its way into the register.
type rosterImport struct {
	t       *store.Tx
	rules   entitlement.Rules
	roster  *osms.Roster
	imp     store.Import
	report  *osms.FileReport
	known   map[osms.BIN]osms.Organisation
	persons *knownPersons // of the run; nil: every person is looked up
	hashes  []string
	batch   []*speaker
	waiting int // persons of the batch
	breaker registry.Breaker
	// approved: nothing is held; only is then the one organisation that is
	// applied (0: all of the file).
	approved bool
	only     osms.BIN
	release  *release // what was held is applied; nil: this is an import
	show     bool     // a dry run: what happens to each person is told
	// protected are the persons of the file's refused rows, in order: their
	// absence from any of its organisations is no departure.
	protected []osms.IIN
	silent    []*speaker                 // organisations of which nothing is applied now
	records   []store.OrganisationImport // kept and not yet written
	encoded   [][]byte                   // the journals of the roster's organisations, encoded by the reader
}

// speaker is one organisation that the roster speaks of.
type speaker struct {
	journal  registry.Journal
	bin      osms.BIN
	screened registry.Screened
	hold     osms.HoldReason
	refuse   osms.Code // the whole organisation is refused for this
	standing *store.Standing
	kept     []byte // the encoded journal, when the reader made it beforehand
	detail   string // what the refusals say
	sifted   bool   // compared with what is held; late: it does not come in order
	late     bool
	why      string // explains the hold
}

// applyRoster commits a roster: facts, conclusions, refusals and the audit
// entry in one transaction. With dry the same code runs and nothing is kept.
// The file's digest and declaration decide whether it was applied before.
func (d *Desk) applyRoster(ctx context.Context, turn Turn, r Reading, a approval, dry bool) (osms.FileReport, error) {
	var report osms.FileReport
	err := d.Store.Write(ctx, turn.Lease, func(t *store.Tx) error {
		report = r.report()
		i := rosterImport{t: t, rules: d.Rules, breaker: d.Breaker, roster: r.Roster, encoded: r.encoded, report: &report,
			known: map[osms.BIN]osms.Organisation{}, persons: turn.known, approved: a.given, only: a.only, show: dry}
		if err := i.apply(r.Drop); err != nil {
			return err
		}
		if a.given && !dry && i.approvedHash() != r.Approve {
			return ErrVoid
		}
		if dry {
			return errDryRun
		}
		return nil
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return report, err
}

func (r *rosterImport) apply(drop Drop) error {
	r.fillReport()
	r.imp = store.Import{SHA256: drop.SHA256, Kind: osms.KindRoster, Region: drop.Region, Mode: r.roster.Mode, AsAt: r.roster.AsAt,
		Name: drop.Name, Received: drop.Received, Committed: drop.Committed, Run: drop.Run,
		Sheets: r.roster.Sheets, Columns: r.roster.Columns, Proved: r.roster.ProvedWhole}
	speakers, earlier, err := r.speakers()
	if err != nil {
		return err
	}
	if earlier != 0 && !slices.ContainsFunc(speakers, func(s *speaker) bool { return s.refuse == "" }) {
		// What was refused before is judged anew, and may still not speak.
		r.refuseWholeOrganisations(speakers)
		r.report.Outcome, r.report.Import = osms.AlreadyApplied, earlier
		if r.report.Held {
			r.report.Outcome = osms.Held
		}
		r.report.Unchanged = r.report.Accepted
		said, err := r.t.Said(earlier)
		if err != nil {
			return err
		}
		r.report.Diff = fileDiff(osms.KindRoster, said)
		return putArrival(r.t, drop.post, drop.Channel, r.report, r.spoken())
	}
	sequence, err := r.t.Sequence()
	if err != nil {
		return err
	}
	r.report.Import = sequence
	r.refuseWholeOrganisations(speakers)
	for _, s := range slices.Concat(speakers, r.silent) {
		s.journal.Import = sequence
	}
	if err := r.protectRefused(speakers, r.silent); err != nil {
		return err
	}
	for _, s := range speakers {
		if err := r.take(s); err != nil {
			return err
		}
	}
	if err := r.flush(); err != nil {
		return err
	}
	r.keepProtected(speakers)
	if err := r.putRecords(); err != nil {
		return err
	}
	r.finish()
	if r.imp.Digest, err = r.digest(); err != nil {
		return err
	}
	if err := r.t.PutImport(r.imp); err != nil {
		return err
	}
	if err := putArrival(r.t, drop.post, drop.Channel, r.report, r.spoken()); err != nil {
		return err
	}
	return r.t.Audit(drop.Committed, "import", r.imp.Digest)
}

func (r *rosterImport) fillReport() {
	f, ros := r.report, r.roster
	f.Mode, f.AsAt, f.AsAtDeclared, f.Unlisted = ros.Mode, ros.AsAt, ros.AsAtDeclared, ros.Unlisted
	f.Rows, f.Refused, f.Ignored, f.Repaired = ros.Rows, ros.Refused, ros.Ignored, ros.Repaired
	f.Accepted = ros.Rows - ros.Refused - ros.Ignored
	f.HiddenRows, f.ControlTotal, f.ProvedWhole = ros.HiddenRows, ros.ControlTotal, ros.ProvedWhole
	f.Format, f.Encoding, f.Delimiter = ros.Format, ros.Encoding, ros.Delimiter
	f.Refusals, f.Holds, f.Tables = slices.Clone(ros.Refusals), slices.Clone(ros.Holds), ros.Tables
}

// speakers lists the organisations that the roster speaks of and that it has
// not spoken of before. When there is none left, earlier is the import that
// took them.
func (r *rosterImport) speakers() (out []*speaker, earlier int64, err error) {
	organisations := r.roster.Organisations
	if len(organisations) == 0 {
		organisations = []osms.OrganisationRoster{{}}
	}
	bins := make([]osms.BIN, len(organisations))
	for i := range organisations {
		bins[i] = organisations[i].BIN
	}
	standings, err := r.t.Standings(r.imp, bins)
	if err != nil {
		return nil, 0, err
	}
	r.protected = organisations[0].Protected.Persons
	shared := map[int64]bool{} // earlier imports of these bytes
	for i := range organisations {
		o := &organisations[i]
		if r.only != 0 && o.BIN != r.only {
			r.report.Unchanged += len(o.Rows) // it is not what was approved
			if code, _ := r.barred(standings[o.BIN].Organisation); standings[o.BIN].Known && code != "" {
				r.protect(personsOf(o.Rows))
				continue
			}
			r.silent = append(r.silent, &speaker{bin: o.BIN, standing: standings[o.BIN], journal: registry.Journal{Mode: r.roster.Mode, AsAt: r.roster.AsAt, Rows: o.Rows}})
			continue
		}
		standing := standings[o.BIN]
		if standing.Known {
			r.known[o.BIN] = standing.Organisation
		}
		before := standing.Earlier
		earlier = max(earlier, before.Sequence)
		if before.Sequence != 0 && before.State != store.StateRefused {
			if before.State == store.StateHeld {
				r.report.Held = true
				r.putHold(osms.Hold{Reason: osms.HoldReason(before.Reason), Detail: before.Why, BIN: o.BIN, Diff: before.Diff})
			}
			r.report.Unchanged += len(o.Rows)
			shared[before.Sequence] = true
			continue
		}
		s := &speaker{bin: o.BIN, standing: standing, journal: registry.Journal{Mode: r.roster.Mode, AsAt: r.roster.AsAt, Rows: o.Rows, Protected: o.Protected}}
		if len(r.encoded) > 0 {
			s.kept = r.encoded[i]
		}
		if r.roster.NoChanges {
			// A zero return says that nothing happened: nobody is absent by it.
			s.journal.Mode = osms.Delta
		}
		if err := r.judge(s); err != nil {
			return nil, 0, err
		}
		out = append(out, s)
		if o.BIN != 0 {
			r.report.Organisations = append(r.report.Organisations, o.BIN)
		}
	}
	return out, earlier, r.protectEarlier(shared)
}

// protectEarlier adds those whom an earlier import of the same bytes protects:
// what it took of the file and what is taken now are one statement.
func (r *rosterImport) protectEarlier(imports map[int64]bool) error {
	for sequence := range imports {
		kept, err := r.t.KeptOf(sequence, 0)
		if store.NotFound(err) || err == nil && kept.Kept == nil {
			continue
		}
		if err != nil {
			return err
		}
		j, err := registry.Decode(kept.Kept, 0)
		if err != nil {
			return err
		}
		r.protect(j.Protected.Persons)
	}
	return nil
}

// judge decides what holds for the organisation as a whole: an organisation of
// another region or a closed one is refused row by row, an unknown valid BIN is
// registered provisionally to the region that sent it, and one that two regions
// claim waits for an administrator.
func (r *rosterImport) judge(s *speaker) error {
	if len(r.roster.Holds) > 0 && !r.approved {
		s.hold, s.why = r.roster.Holds[0].Reason, r.roster.Holds[0].Detail
		return nil
	}
	if s.bin == 0 {
		if r.roster.Rows == 0 && !r.roster.NoChanges && !r.approved {
			s.hold = osms.HoldNoRows
		}
		return nil
	}
	o, err := r.organisation(s.bin)
	switch {
	case errors.Is(err, store.ErrNotFound):
		o = osms.Organisation{BIN: s.bin, Region: r.roster.Region, Provisional: true}
		r.known[s.bin] = o
		if err := r.t.PutOrganisation(o); err != nil {
			return err
		}
	case err != nil:
		return err
	case o.Region != r.roster.Region && o.Provisional && r.approved:
		return r.adopt(o)
	case o.Region != r.roster.Region && o.Provisional:
		s.hold = osms.HoldProvisionalBIN
	case o.Provisional:
		contested, err := r.t.Contested(s.bin, r.roster.Region)
		if err != nil {
			return err
		}
		if contested && !r.approved {
			s.hold = osms.HoldProvisionalBIN
		}
	default:
		s.refuse, s.detail = r.barred(o)
	}
	if s.hold == "" && s.refuse == "" && s.journal.Mode == osms.Full && len(s.journal.Rows) == 0 {
		switch {
		case r.roster.Refused == 0 && r.approved:
		case r.roster.Refused == 0:
			s.hold = osms.HoldNoRows
		default:
			// It may be that all its rows were refused: nobody leaves by that.
			s.journal.Mode = osms.Delta
		}
	}
	return nil
}

func (r *rosterImport) organisation(bin osms.BIN) (osms.Organisation, error) {
	if o, ok := r.known[bin]; ok {
		return o, nil
	}
	o, err := r.t.Organisation(bin)
	if err == nil {
		r.known[bin] = o
	}
	return o, err
}

// refuseWholeOrganisations refuses every row of an organisation that may not be
// spoken of, and protects their persons in the file's other organisations.
func (r *rosterImport) refuseWholeOrganisations(speakers []*speaker) {
	var barred []osms.IIN
	for _, s := range speakers {
		if s.refuse != "" {
			barred = append(barred, personsOf(s.journal.Rows)...)
		}
	}
	r.protect(barred)
	for _, s := range speakers {
		if s.refuse == "" {
			continue
		}
		for _, row := range s.journal.Rows {
			r.refuse(r.roster.Fault(row.Place, "iin", s.refuse, osms.Refused, row.Person.Digits(), s.detail))
		}
		s.journal.Rows, s.journal.Mode, s.kept, s.journal.Protected = nil, osms.Delta, nil, osms.Protected{}
	}
	for _, s := range speakers {
		if s.refuse == "" {
			s.journal.Protected.Persons = r.protected // one list for all of them
		}
	}
}

// barred is the reason for which a roster may not speak of an organisation at
// all: it is another region's, or it is closed.
func (r *rosterImport) barred(o osms.Organisation) (code osms.Code, detail string) {
	switch {
	case o.Region != r.roster.Region && !o.Provisional:
		return osms.OtherRegion, o.Region.String()
	case !o.ClosedOn.IsZero() && o.ClosedOn <= r.roster.AsAt && o.Region == r.roster.Region:
		return osms.OrganisationClosed, o.ClosedOn.String()
	}
	return "", ""
}

func personsOf(rows []osms.Row) []osms.IIN {
	out := make([]osms.IIN, len(rows))
	for i := range rows {
		out[i] = rows[i].Person
	}
	return out
}

// protect adds the persons of refused rows to those who do not leave by being
// absent from the file.
func (r *rosterImport) protect(refused []osms.IIN) {
	if len(refused) == 0 {
		return
	}
	persons := slices.Concat(r.protected, refused)
	slices.Sort(persons)
	r.protected = slices.Compact(persons)
}

// keepProtected keeps the protected persons once for all organisations, under
// BIN zero.
func (r *rosterImport) keepProtected(speakers []*speaker) {
	if len(r.protected) == 0 || slices.ContainsFunc(speakers, func(s *speaker) bool { return s.bin == 0 }) {
		return
	}
	kept := registry.Encode(registry.Journal{Protected: osms.Protected{Persons: r.protected}})
	r.records = append(r.records, store.OrganisationImport{Mode: r.roster.Mode, State: store.StateRefused, Reason: "protected", Digest: store.Digest(kept), Kept: kept})
}

// refuse adds a fault to the report, which lists as many as a reader does; the
// others are counted.
func (r *rosterImport) refuse(f osms.Refusal) {
	if len(r.report.Refusals) < roster.MostListed {
		r.report.Refusals = append(r.report.Refusals, f)
	} else {
		r.report.Unlisted++
	}
	if f.Severity == osms.Refused {
		r.report.Refused++
		r.report.Accepted--
	}
}
