package jobs

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"osmsd/importers/ledger"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// keptDocuments is what is kept of an import of payment documents: the documents
// with the digests of their postings. The postings themselves are rows of the
// register, and verify compares them with the digests.
type keptDocuments struct {
	Documents []osms.Document `json:"documents"`
}

// keepsDocuments tells what was kept of payment documents from what was kept of
// a list of totals, which is a list.
func keepsDocuments(kept []byte) (documents []osms.Document, ok bool, err error) {
	if len(kept) == 0 || kept[0] != '{' {
		return nil, false, nil
	}
	var k keptDocuments
	err = json.Unmarshal(kept, &k)
	return k.Documents, true, err
}

// documentRows is how many rows of its file a document is.
func documentRows(d osms.Document) int {
	if d.Kind == osms.DocumentList {
		return d.Persons
	}
	return 1
}

// applyDocuments takes payment documents. One that another import brought before
// is not taken again, and changes nothing.
func (d *Desk) applyDocuments(t *store.Tx, drop Drop, kind osms.Kind, read *ledger.Documents, dry bool) (osms.FileReport, error) {
	report := drop.report()
	report.Kind, report.Rows, report.Refused, report.Ignored, report.HiddenRows = kind, read.Rows, read.Refused, read.Ignored, read.HiddenRows
	report.Accepted, report.Refusals, report.Tables = read.Rows-read.Refused-read.Ignored, read.Refusals, read.Tables
	report.Format, report.Encoding, report.Delimiter = read.Format, read.Encoding, read.Delimiter
	if read.Controlled {
		report.ProvedWhole = "control_total"
	}
	report.Money = read.Money()
	said := make([]string, len(read.Documents))
	for i, x := range read.Documents { // what is posted, whatever the order and the spelling of names
		said[i] = fmt.Sprintf("%s|%s|%s|%s|%t|%s|%s|%s|%d|%d", x.Identity, x.Month, x.Region, x.KNP, x.Returned, x.Reverses, x.First, x.Last, x.Persons, int64(x.Amount))
	}
	diff := func(imp store.Import) (string, error) { return listDiff(imp, len(read.Holds) > 0, said) }
	err := list{t, drop, kind, read.Sheets, read.Holds, keptDocuments{read.Documents}, diff, false, nil}.commit(&report, func() error {
		joined, warnings, err := d.bring(t, drop.SHA256, read, dry)
		report.Joined, report.Unchanged = joined, report.Accepted-joined
		report.Refusals = append(slices.Clip(report.Refusals), warnings[:min(len(warnings), 100)]...)
		report.Unlisted += max(0, len(warnings)-100)
		return err
	})
	return report, err
}

// bring believes documents from this decision on, and registers those that are
// not believed with their postings, which are read from the file's bytes again.
// joined counts the rows of these.
func (d *Desk) bring(t *store.Tx, sha256 string, read *ledger.Documents, dry bool) (joined int, warnings []osms.Refusal, err error) {
	identities := make([]string, len(read.Documents))
	for i, x := range read.Documents {
		identities[i] = x.Identity
	}
	believed, err := t.BelievedDocuments(identities)
	if err != nil {
		return 0, nil, err
	}
	ids, isFresh := make([]int64, len(read.Documents)), make([]bool, len(read.Documents))
	var fresh []osms.Document
	var at []int
	for i, x := range read.Documents {
		if was, ok := believed[x.Identity]; ok {
			ids[i] = was.ID
			if x.Kind == osms.DocumentMovement && saysOther(was.Document, x) {
				warnings = append(warnings, osms.Refusal{Row: int(x.Row), Field: "purpose", Code: osms.DocumentDiffers, Severity: osms.Warning,
					Detail: fmt.Sprint("import ", was.Import)})
			}
			continue
		}
		if err := unlike(t, x, fresh); err != nil {
			return 0, nil, err
		}
		fresh, at, isFresh[i] = append(fresh, x), append(at, i), true
		joined += documentRows(x)
	}
	if dry {
		return joined, warnings, nil
	}
	numbers, err := t.PutDocuments(fresh)
	if err != nil {
		return 0, nil, err
	}
	for n, i := range at {
		ids[i] = numbers[n]
	}
	if err := t.BringDocuments(ids); err != nil {
		return 0, nil, err
	}
	if slices.ContainsFunc(fresh, func(x osms.Document) bool { return x.Digest != "" }) {
		err = d.putPostings(t, sha256, read, ids, isFresh)
	}
	return joined, warnings, err
}

// saysOther tells whether a movement that is there says something else of what it
// is for. Which of the two is right nobody can tell; the one that is there stands
// until its import is taken back.
func saysOther(was, is osms.Document) bool {
	return was.Month != is.Month || was.Region != is.Region || was.KNP != is.KNP || was.Returned != is.Returned || was.Reverses != is.Reverses ||
		was.First != is.First || (was.Digest == "") != (is.Digest == "")
}

func (d *Desk) putPostings(t *store.Tx, sha256 string, read *ledger.Documents, ids []int64, fresh []bool) error {
	f, err := d.Archive.Open(sha256)
	if err != nil {
		return err
	}
	defer f.Close()
	s, err := f.Stat()
	if err != nil {
		return err
	}
	count := make([]int, len(ids))
	err = t.PutPostings(func(add func(int64, *osms.Posting) error) error {
		return read.Each(f, s.Size(), func(document int, p *osms.Posting) error {
			count[document]++
			if !fresh[document] {
				return nil
			}
			return add(ids[document], p)
		})
	})
	if err != nil {
		return err
	}
	for i, x := range read.Documents {
		if x.Kind == osms.DocumentList && count[i] != x.Persons {
			return fmt.Errorf("document %d of the file had %d postings, and has %d when it is read again", i+1, x.Persons, count[i])
		}
	}
	return nil
}

// unlike refuses a message that says something else than one which is there, or
// stands before it in the file, under the same reference, payer and date: a
// message is sent once.
func unlike(t *store.Tx, x osms.Document, before []osms.Document) error {
	if x.Format != "mt102" || x.Reference == "" {
		return nil
	}
	for _, other := range before {
		if other.Reference == x.Reference && other.PayerID == x.PayerID && other.Dated == x.Dated && other.Format == x.Format {
			return &osms.FileError{Code: osms.FileDocumentConflict, Where: x.Reference,
				Detail: fmt.Sprintf("%d × %s ≠ %d × %s", other.Persons, other.Amount.Grouped(), x.Persons, x.Amount.Grouped())}
		}
	}
	other, err := t.Namesake(x)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	detail := fmt.Sprintf("import %d", other.Import)
	if other.Persons != x.Persons || other.Amount != x.Amount {
		detail += fmt.Sprintf(": %d × %s ≠ %d × %s", other.Persons, other.Amount.Grouped(), x.Persons, x.Amount.Grouped())
	}
	return &osms.FileError{Code: osms.FileDocumentConflict, Where: x.Reference, Detail: detail}
}

// releaseDocuments applies payment documents that were held: their postings are
// read from the kept bytes, and must be those that were seen then.
func (d *Desk) releaseDocuments(t *store.Tx, imp store.Import, documents []osms.Document, report *osms.FileReport) error {
	f, err := d.Archive.Open(imp.SHA256)
	if err != nil {
		return err
	}
	defer f.Close()
	s, err := f.Stat()
	if err != nil {
		return err
	}
	read, err := ledger.ReadDocuments(f, s.Size(), ledger.Detect(f, s.Size(), d.Limits), d.Limits, ledger.Options{})
	if err != nil {
		return fmt.Errorf("import %d: %w", imp.Sequence, err)
	}
	if !slices.Equal(read.Documents, documents) {
		return fmt.Errorf("import %d: the file reads differently from when it was held: undo it and import it again", imp.Sequence)
	}
	report.Rows, report.Refused, report.Ignored, report.Money = read.Rows, read.Refused, read.Ignored, read.Money()
	report.Accepted = read.Rows - read.Refused - read.Ignored
	report.Joined, _, err = d.bring(t, imp.SHA256, read, false)
	report.Unchanged = report.Accepted - report.Joined
	return err
}

// verifyDocuments compares the payment documents that an import brought, and
// their postings, with what was kept of it, and until when they were believed
// with the decisions about it.
func verifyDocuments(t *store.Tx, i store.Import, documents []osms.Document, sequence int64, applied bool, undone int64, found finder) error {
	where := fmt.Sprint("import ", i.Sequence)
	stored, until, err := t.DocumentsOf(sequence)
	if err != nil {
		return err
	}
	if !applied {
		documents, undone = nil, 0
	}
	is := map[string]store.StoredDocument{}
	for n, x := range stored {
		is[x.Identity] = x
		if until[n] != undone {
			found("ledger", where, "a payment document is not believed as was decided")
		}
	}
	if len(is) != len(documents) || len(stored) != len(documents) {
		found("ledger", where, "the payment documents are not those of the file")
		return nil
	}
	for _, x := range documents {
		s, ok := is[x.Identity]
		if ok && s.Origin != sequence {
			continue // another file brought it first, perhaps in another order or encoding: it is looked at there
		}
		if !ok || s.Document != x {
			found("ledger", where, "a payment document is not what the file says")
			continue
		}
		persons, digest, err := postingDigest(t, s)
		if err != nil {
			return err
		}
		if digest != x.Digest || x.Kind == osms.DocumentList && persons != x.Persons {
			found("ledger", where, "the postings of a payment document are not those of the file")
		}
	}
	return nil
}

func postingDigest(t *store.Tx, d store.StoredDocument) (persons int, digest string, err error) {
	sum := osms.NewPostingSum()
	err = t.EachPosting(d, func(p *osms.Posting) error {
		persons++
		sum.Add(p)
		return nil
	})
	if persons > 0 {
		digest = sum.String()
	}
	return persons, digest, err
}
