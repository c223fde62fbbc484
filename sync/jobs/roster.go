package jobs

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

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
	Name     string // as it was dropped
	SHA256   string
	Size     int64
	Region   osms.Region // by its channel; 0 for none
	Kind     osms.Kind
	Channel  string // "folder" or "command"
	Received time.Time
	// Committed is the moment at which it is applied, which is known time; a long
	// run receives all its files at once.
	Committed time.Time
	Run       int64
	Sidecar   bool // a file NAME.sha256 was there and agreed
}

// report begins the report on a dropped file.
func (d Drop) report() osms.FileReport {
	return osms.FileReport{File: d.Name, SHA256: d.SHA256, Size: d.Size, Kind: d.Kind, Region: d.Region,
		Received: d.Received, Run: d.Run, ControlTotal: -1}
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
	waiting int                        // persons of the batch
	records []store.OrganisationImport // kept and not yet written
	encoded [][]byte                   // the journals of the roster's organisations, encoded by the reader
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
}

// applyRoster commits a roster: facts, conclusions, refusals and the audit
// entry in one transaction. With dry the same code runs and nothing is kept.
// The file's digest and declaration decide whether it was applied before.
func (d *Desk) applyRoster(ctx context.Context, turn Turn, r Reading, dry bool) (osms.FileReport, error) {
	var report osms.FileReport
	err := d.Store.Write(ctx, turn.Lease, func(t *store.Tx) error {
		report = r.report()
		i := rosterImport{t: t, rules: d.Rules, roster: r.Roster, encoded: r.encoded, report: &report, known: map[osms.BIN]osms.Organisation{}, persons: turn.known}
		if err := i.apply(r.Drop); err != nil {
			return err
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
		Sheets: r.roster.Sheets, Columns: r.roster.Columns}
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
		_, err := r.t.PutArrival(drop.Channel, *r.report)
		return err
	}
	sequence, err := r.t.Sequence()
	if err != nil {
		return err
	}
	r.report.Import = sequence
	r.refuseWholeOrganisations(speakers)
	for _, s := range speakers {
		s.journal.Import = sequence
		if err := r.take(s); err != nil {
			return err
		}
	}
	if err := r.flush(); err != nil {
		return err
	}
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
	if _, err := r.t.PutArrival(drop.Channel, *r.report); err != nil {
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
	f.Refusals, f.Holds = slices.Clone(ros.Refusals), slices.Clone(ros.Holds)
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
	for i := range organisations {
		o := &organisations[i]
		standing := standings[o.BIN]
		if standing.Known {
			r.known[o.BIN] = standing.Organisation
		}
		before := standing.Earlier
		earlier = max(earlier, before.Sequence)
		if before.Sequence != 0 && before.State != store.StateRefused {
			if before.State == store.StateHeld {
				r.held(osms.HoldReason(before.Reason), o.BIN)
			}
			r.report.Unchanged += len(o.Rows)
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
	return out, earlier, nil
}

// judge decides what holds for the organisation as a whole: an organisation of
// another region or a closed one is refused row by row, an unknown valid BIN is
// registered provisionally to the region that sent it, and one that two regions
// claim waits for an administrator.
func (r *rosterImport) judge(s *speaker) error {
	if len(r.roster.Holds) > 0 {
		s.hold = r.roster.Holds[0].Reason
		return nil
	}
	if s.bin == 0 {
		if r.roster.Rows == 0 && !r.roster.NoChanges {
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
	case o.Region != r.roster.Region && o.Provisional:
		s.hold = osms.HoldProvisionalBIN
	case o.Region != r.roster.Region:
		s.refuse, s.detail = osms.OtherRegion, o.Region.String()
	case o.Provisional:
		contested, err := r.t.Contested(s.bin, r.roster.Region)
		if err != nil {
			return err
		}
		if contested {
			s.hold = osms.HoldProvisionalBIN
		}
	case !o.ClosedOn.IsZero() && o.ClosedOn <= r.roster.AsAt:
		s.refuse, s.detail = osms.OrganisationClosed, o.ClosedOn.String()
	}
	if s.hold == "" && s.refuse == "" && s.journal.Mode == osms.Full && len(s.journal.Rows) == 0 {
		if r.roster.Refused == 0 {
			s.hold = osms.HoldNoRows
		} else {
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
	var protect []osms.IIN
	for _, s := range speakers {
		if s.refuse == "" {
			continue
		}
		for _, row := range s.journal.Rows {
			protect = append(protect, row.Person)
			r.refuse(r.roster.Fault(row.Place, "iin", s.refuse, osms.Refused, row.Person.Digits(), s.detail))
		}
		s.journal.Rows, s.journal.Mode, s.kept = nil, osms.Delta, nil
	}
	if len(protect) == 0 {
		return
	}
	for _, s := range speakers {
		s.journal.Protected.Persons = append(slices.Clone(s.journal.Protected.Persons), protect...)
		s.kept = nil
	}
}

func (r *rosterImport) refuse(f osms.Refusal) {
	r.report.Refusals = append(r.report.Refusals, f)
	if f.Severity == osms.Refused {
		r.report.Refused++
		r.report.Accepted--
	}
}

// take screens one organisation and puts it into the batch.
func (r *rosterImport) take(s *speaker) error {
	if s.hold != "" {
		r.held(s.hold, s.bin)
		return r.record(s, registry.Outcome{BIN: s.bin})
	}
	if s.bin == 0 || s.refuse != "" {
		return r.record(s, registry.Outcome{BIN: s.bin})
	}
	if !registry.InOrder(headers(s.standing.Spoken), s.journal.Mode, s.journal.AsAt) {
		return r.takeLate(s)
	}
	s.screened = registry.Screen(s.standing.Marks, s.journal.Rows, s.journal.Mode)
	s.standing.Marks = nil
	r.batch = append(r.batch, s)
	if r.waiting += len(s.screened.Rows) + len(s.screened.Absent); r.waiting >= batchPersons {
		return r.flush()
	}
	return nil
}

// held tells why an organisation waits: for the file's own reason, or for one of
// its own.
func (r *rosterImport) held(reason osms.HoldReason, bin osms.BIN) {
	r.report.Held = true
	h := osms.Hold{Reason: reason}
	if bin != 0 {
		h.Detail = bin.Digits()
	}
	if slices.ContainsFunc(r.roster.Holds, func(f osms.Hold) bool { return f.Reason == reason }) || slices.Contains(r.report.Holds, h) {
		return
	}
	r.report.Holds = append(r.report.Holds, h)
}

func headers(imports []store.OrganisationImport) []registry.Journal {
	out := make([]registry.Journal, len(imports))
	for i, o := range imports {
		out[i] = registry.Journal{Import: o.Sequence, Mode: o.Mode, AsAt: o.AsAt}
	}
	return out
}

// takeLate takes a roster that speaks of a day before others that were heard
// already, or that replaces one: everything ever said of the organisation is
// folded again with this roster in its place.
func (r *rosterImport) takeLate(s *speaker) error {
	if err := r.flush(); err != nil {
		return err
	}
	journals, err := journalsOf(r.t, s.bin)
	if err != nil {
		return err
	}
	facts, err := r.t.FactsOf(s.bin)
	if err != nil {
		return err
	}
	out := registry.Replan(registry.Claims(facts), append(journals, s.journal), s.journal)
	out.BIN = s.bin
	persons := make([]osms.IIN, 0, len(out.Changes))
	for _, c := range out.Changes {
		persons = append(persons, c.After.Person)
	}
	held, err := r.look(persons)
	if err != nil {
		return err
	}
	r.warnOfOtherNames(s, out, held)
	if err := r.settle(held, []registry.Outcome{out}); err != nil {
		return err
	}
	return r.record(s, out)
}

// journalsOf reads back everything that was kept of an organisation.
func journalsOf(t *store.Tx, bin osms.BIN) ([]registry.Journal, error) {
	imports, err := t.SpokenWithRows(bin)
	if err != nil {
		return nil, err
	}
	out := make([]registry.Journal, len(imports))
	for i, o := range imports {
		if out[i], err = registry.Decode(o.Kept, bin); err != nil {
			return nil, fmt.Errorf("import %d, organisation %s: %w", o.Sequence, bin, err)
		}
		out[i].Import, out[i].Mode, out[i].AsAt = o.Sequence, o.Mode, o.AsAt
	}
	return out, nil
}

// holdings is what is believed of the persons of a batch.
type holdings struct {
	claims       map[osms.IIN][]osms.Claim // in order of BIN
	entitlements map[osms.IIN][]store.HeldEntitlement
	overlaps     map[osms.IIN][]store.Overlap
}

// look reads what is held of persons; of those whom the register certainly does
// not know there is nothing to read.
func (r *rosterImport) look(persons []osms.IIN) (holdings, error) {
	if r.persons != nil && !r.persons.made() && len(persons) >= worthKnowing {
		if err := r.persons.learn(r.t); err != nil {
			return holdings{}, err
		}
	}
	if r.persons.made() {
		persons = slices.DeleteFunc(persons, func(p osms.IIN) bool { return !r.persons.maybe(p) })
	}
	return look(r.t, persons)
}

func look(t *store.Tx, persons []osms.IIN) (holdings, error) {
	h := holdings{map[osms.IIN][]osms.Claim{}, map[osms.IIN][]store.HeldEntitlement{}, map[osms.IIN][]store.Overlap{}}
	if len(persons) == 0 {
		return h, nil
	}
	slices.Sort(persons)
	persons = slices.Compact(persons)
	if err := t.Touch(persons); err != nil {
		return h, err
	}
	facts, err := t.Facts()
	if err != nil {
		return h, err
	}
	for _, c := range registry.Claims(facts) {
		h.claims[c.Person] = append(h.claims[c.Person], c)
	}
	if len(facts) == 0 {
		return h, nil // nobody is known: nothing was concluded either
	}
	entitlements, err := t.Entitlements()
	if err != nil {
		return h, err
	}
	for _, e := range entitlements {
		h.entitlements[e.Person] = append(h.entitlements[e.Person], e)
	}
	overlaps, err := t.Overlaps()
	if err != nil {
		return h, err
	}
	for _, o := range overlaps {
		h.overlaps[o.Person] = append(h.overlaps[o.Person], o)
	}
	return h, nil
}

// of picks the claims that an organisation has on the persons it speaks of.
func (h holdings) of(s *speaker) map[osms.IIN]osms.Claim {
	if len(h.claims) == 0 {
		return nil
	}
	out := make(map[osms.IIN]osms.Claim, len(s.screened.Rows)+len(s.screened.Absent))
	pick := func(person osms.IIN) {
		for _, c := range h.claims[person] {
			if c.BIN == s.bin {
				out[person] = c
			}
		}
	}
	for _, i := range s.screened.Rows {
		pick(s.journal.Rows[i].Person)
	}
	for _, person := range s.screened.Absent {
		pick(person)
	}
	return out
}

func (h holdings) put(c osms.Claim) {
	claims := h.claims[c.Person]
	i, found := slices.BinarySearchFunc(claims, c, func(a, b osms.Claim) int { return cmp.Compare(a.BIN, b.BIN) })
	switch {
	case found && len(c.Enrolments) == 0:
		claims = slices.Delete(claims, i, i+1)
	case found:
		claims[i] = c
	case len(c.Enrolments) > 0:
		claims = slices.Insert(claims, i, c)
	}
	h.claims[c.Person] = claims
}

// flush plans and writes the organisations of the batch.
func (r *rosterImport) flush() error {
	if len(r.batch) == 0 {
		return nil
	}
	batch := r.batch
	r.batch, r.waiting = nil, 0
	var persons []osms.IIN
	for _, s := range batch {
		for _, i := range s.screened.Rows {
			persons = append(persons, s.journal.Rows[i].Person)
		}
		persons = append(persons, s.screened.Absent...)
	}
	held, err := r.look(persons)
	if err != nil {
		return err
	}
	outcomes := make([]registry.Outcome, len(batch))
	var rejected []osms.IIN
	for i, s := range batch {
		outcomes[i] = registry.Plan(held.of(s), s.journal, s.screened.Rows, nil, s.screened.Unchanged)
		outcomes[i].BIN = s.bin
		for _, f := range outcomes[i].Findings {
			if f.Severity == osms.Refused {
				rejected = append(rejected, f.Person)
			}
		}
	}
	for i, s := range batch {
		if len(rejected) > 0 {
			// A refusal is not a departure, in none of the file's organisations.
			s.journal.Protected.Persons = append(slices.Clone(s.journal.Protected.Persons), rejected...)
			s.kept = nil
		}
		outcomes[i].Merge(registry.Plan(held.of(s), s.journal, nil, s.screened.Absent, 0))
		r.warnOfOtherNames(s, outcomes[i], held)
	}
	if err := r.settle(held, outcomes); err != nil {
		return err
	}
	for i, s := range batch {
		if err := r.record(s, outcomes[i]); err != nil {
			return err
		}
	}
	return nil
}

// warnOfOtherNames warns where another organisation writes a joining person's
// surname or given name differently; what it writes is not shown.
func (r *rosterImport) warnOfOtherNames(s *speaker, out registry.Outcome, held holdings) {
	if len(held.claims) == 0 {
		return
	}
	for _, c := range out.Changes {
		if c.Effect != registry.Joined {
			continue
		}
		for _, other := range held.claims[c.After.Person] {
			if other.BIN != s.bin && (osms.FoldName(other.Name.Surname) != osms.FoldName(c.After.Name.Surname) ||
				osms.FoldName(other.Name.Given) != osms.FoldName(c.After.Name.Given)) {
				i, found := slices.BinarySearchFunc(s.journal.Rows, c.After.Person, func(r osms.Row, p osms.IIN) int { return cmp.Compare(r.Person, p) })
				if found {
					at := s.journal.Rows[i].Place
					r.refuse(r.roster.Fault(at, r.fieldAt(at, "surname"), osms.NameDiffersElsewhere, osms.Warning, c.After.Name.String(), ""))
				}
				break
			}
		}
	}
}

// settle writes what the outcomes change: facts, and the conclusions about
// every person of whom a fact changed.
func (r *rosterImport) settle(held holdings, outcomes []registry.Outcome) error {
	if r.persons.made() {
		for _, out := range outcomes {
			for _, c := range out.Changes {
				r.persons.add(c.After.Person)
			}
		}
	}
	return settle(r.t, r.rules, held, outcomes, func(bin osms.BIN) (osms.Region, error) {
		o, err := r.organisation(bin)
		return o.Region, err
	})
}

func settle(t *store.Tx, rules entitlement.Rules, held holdings, outcomes []registry.Outcome, regionOf func(osms.BIN) (osms.Region, error)) error {
	var closing, opening []osms.Fact
	var changed []osms.IIN
	for _, out := range outcomes {
		for _, c := range out.Changes {
			closing = append(closing, c.Edit.Close...)
			opening = append(opening, c.Edit.Open...)
			held.put(c.After)
			changed = append(changed, c.After.Person)
		}
	}
	if err := t.CloseFacts(closing); err != nil {
		return err
	}
	prints := make([]osms.Fingerprint, len(opening))
	for i, f := range opening {
		prints[i] = registry.FingerprintOf(f)
	}
	if err := t.OpenFacts(opening, prints); err != nil {
		return err
	}
	slices.Sort(changed)
	return conclude(t, rules, held, slices.Compact(changed), regionOf)
}

// conclude draws the conclusions about persons anew and writes the difference.
func conclude(t *store.Tx, rules entitlement.Rules, held holdings, persons []osms.IIN, regionOf func(osms.BIN) (osms.Region, error)) error {
	var lapsed []store.HeldEntitlement
	var drawn []osms.Entitlement
	var sources []entitlement.Source
	for _, person := range persons {
		sources = sources[:0]
		for _, c := range held.claims[person] {
			region, err := regionOf(c.BIN)
			if err != nil {
				return err
			}
			sources = append(sources, entitlement.Source{Claim: c, Region: region})
		}
		was, is := held.entitlements[person], entitlement.Derive(person, sources, rules)
		for _, e := range was {
			if !slices.Contains(is, e.Entitlement) {
				lapsed = append(lapsed, e)
			}
		}
		for _, e := range is {
			if !slices.ContainsFunc(was, func(h store.HeldEntitlement) bool { return h.Entitlement == e }) {
				drawn = append(drawn, e)
			}
		}
		if len(sources) > 1 || len(held.overlaps[person]) > 0 {
			if err := contend(t, held.overlaps[person], entitlement.Overlaps(sources, rules), person); err != nil {
				return err
			}
		}
	}
	if err := t.CloseEntitlements(lapsed); err != nil {
		return err
	}
	return t.OpenEntitlements(drawn)
}

// contend keeps the register of overlaps in step with the claims. An overlap
// whose days change, but not all of them, keeps its number.
func contend(t *store.Tx, was []store.Overlap, is []entitlement.Overlap, person osms.IIN) error {
	stands := func(w store.Overlap) bool {
		return slices.Contains(is, entitlement.Overlap{A: w.A, B: w.B, From: w.From, Until: w.Until})
	}
	var lapsed []store.Overlap
	for _, w := range was {
		if stands(w) {
			continue
		}
		lapsed = append(lapsed, w)
		if err := t.CloseOverlap(w); err != nil {
			return err
		}
	}
	for _, o := range is {
		if slices.ContainsFunc(was, func(w store.Overlap) bool {
			return entitlement.Overlap{A: w.A, B: w.B, From: w.From, Until: w.Until} == o
		}) {
			continue
		}
		opened := store.Overlap{Person: person, A: o.A, B: o.B, From: o.From, Until: o.Until}
		i := slices.IndexFunc(lapsed, func(w store.Overlap) bool {
			return w.A == o.A && w.B == o.B && w.From <= o.Until && o.From <= w.Until
		})
		if i >= 0 {
			opened.Number, lapsed[i].Number = lapsed[i].Number, 0 // a number is one overlap's
		}
		if err := t.OpenOverlap(opened); err != nil {
			return err
		}
	}
	return nil
}

// record keeps what the roster said of one organisation and counts what it did.
func (r *rosterImport) record(s *speaker, out registry.Outcome) error {
	f, rows := r.report, len(s.journal.Rows)
	f.Joined += out.Joined
	f.Left += out.Left
	f.LeftByRow += out.LeftByRow
	f.Changed += out.Changed
	f.Unchanged += out.Unchanged
	for _, n := range out.Findings {
		value := ""
		for i := range s.journal.Rows {
			if s.journal.Rows[i].Place == n.Place {
				value = valueOf(&s.journal.Rows[i], n.Field)
				break
			}
		}
		r.refuse(r.roster.Fault(n.Place, r.fieldAt(n.Place, n.Field), n.Code, n.Severity, value, n.Detail))
	}
	state, version := store.StateApplied, s.standing.Version
	switch {
	case s.hold != "":
		// Nothing of it is applied: its rows leave the register as it is.
		state = store.StateHeld
		f.Unchanged += len(s.journal.Rows)
		r.hashes = append(r.hashes, heldDiff("held", r.roster.Region, s.bin, string(s.hold), s.journal))
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
	kept := s.kept
	if kept == nil {
		kept = registry.Encode(s.journal)
	}
	r.records = append(r.records, store.OrganisationImport{BIN: s.bin, Mode: s.journal.Mode, Version: version, State: state, Reason: string(s.hold),
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
	slices.Sort(r.hashes)
	sum := sha256.Sum256([]byte(strings.Join(r.hashes, "\n")))
	r.report.Diff = hex.EncodeToString(sum[:])
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
