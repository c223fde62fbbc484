package jobs

import (
	"errors"
	"fmt"
	"os"
	"path"

	"osmsd/importers/application"
	"osmsd/importers/intake"
	"osmsd/importers/ledger"
	"osmsd/importers/organisations"
	"osmsd/importers/roster"
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
	"osmsd/sync/registry"
)

// Reading is a dropped file, read and understood, or the error that refuses it
// whole. Reading touches no store: files may be read while others are applied.
type Reading struct {
	Drop
	Roster        *osms.Roster
	Totals        *ledger.Totals
	Documents     *ledger.Documents
	Organisations *organisations.List
	Events        *application.List[osms.Event]
	Requests      *application.List[osms.Request]
	Applications  *application.List[osms.Application]
	Refusal       *osms.FileError

	batch   bool // an archive of files
	members []osms.Member
	junk    int

	encoded [][]byte // the rows of each organisation of the roster, as they are kept
}

// Read reads a file from its archived bytes. A file that cannot be used is a
// Reading with a Refusal; an error means that the bytes could not be got at.
func (d *Desk) Read(drop Drop) (Reading, error) {
	f, err := d.Archive.Open(drop.SHA256)
	if err != nil {
		return Reading{Drop: drop}, err
	}
	defer f.Close()
	if r, ok := d.readBatch(drop, f); ok {
		return r, nil
	}
	return d.ReadFrom(drop, f)
}

// ReadFrom is Read for bytes that are not in the archive: a dry run.
func (d *Desk) ReadFrom(drop Drop, f *os.File) (Reading, error) {
	r := Reading{Drop: drop}
	if format := ledger.Detect(f, drop.Size, d.Limits); format != "" && (r.Kind == "" || r.Kind == osms.KindLedger || r.Kind == osms.KindPayments) {
		return r.readDocuments(f, format, d.Limits)
	}
	book, err := sheet.Open(f, drop.Size, d.Limits)
	if err != nil {
		return r.refused(err)
	}
	defer book.Close()
	words := d.words(drop.Region)
	if r.Kind == "" {
		r.Kind, err = table.Detect(table.FromBook(book), words...)
		if unknown := (*osms.FileError)(nil); errors.As(err, &unknown) && unknown.Code == osms.FileUnknownKind && drop.Region != 0 {
			// A region sends rosters: what its header lacks to be one is the answer
			// that helps.
			r.Kind, err = osms.KindRoster, nil
		}
		if err != nil {
			return r.refused(err)
		}
	}
	if r.Kind == osms.KindRoster && drop.Region == 0 {
		return r.refused(&osms.FileError{Code: osms.FileNoRegion})
	}
	switch r.Kind {
	case osms.KindRoster:
		r.Roster, err = roster.Read(book, d.rosterOptions(drop))
	case osms.KindLedger:
		r.Totals, err = ledger.Read(book, ledger.Options{})
	case osms.KindPayments:
		return r.readDocuments(f, "", d.Limits)
	case osms.KindOrganisations:
		r.Organisations, err = organisations.Read(book, organisations.Options{Region: drop.Region})
	case osms.KindEvents:
		r.Events, err = application.ReadEvents(book, application.Options{Received: drop.Received, Zone: d.Zone})
	case osms.KindApplications:
		r.Applications, err = application.ReadApplications(book, application.Options{Received: drop.Received, Zone: d.Zone})
	case osms.KindRequests:
		r.Requests, err = application.ReadRequests(book, application.Options{Received: drop.Received, Zone: d.Zone})
	default:
		err = &osms.FileError{Code: osms.FileUnknownKind, Detail: string(r.Kind)}
	}
	if err != nil {
		return r.refused(err)
	}
	if r.Roster != nil {
		for _, o := range r.Roster.Organisations {
			r.encoded = append(r.encoded, registry.Encode(registry.Journal{Rows: o.Rows, Protected: osms.Protected{Keys: o.Protected.Keys}}))
		}
	}
	return r, nil
}

// readDocuments reads payment documents; format is what ledger.Detect says. A
// statement is of kind ledger, a list of persons of kind payments.
func (r Reading) readDocuments(f *os.File, format string, limits sheet.Limits) (Reading, error) {
	var err error
	if r.Documents, err = ledger.ReadDocuments(f, r.Size, format, limits, ledger.Options{}); err != nil {
		return r.refused(err)
	}
	r.Kind = osms.KindPayments
	for _, x := range r.Documents.Documents {
		if x.Kind == osms.DocumentMovement {
			r.Kind = osms.KindLedger
		}
	}
	return r, nil
}

func (r Reading) refused(err error) (Reading, error) {
	if errors.As(err, &r.Refusal) {
		return r, nil
	}
	return r, fmt.Errorf("read %s: %w", intake.Shown(r.Name), err)
}

func (d *Desk) words(region osms.Region) []*table.Vocabulary {
	headers, _ := d.Regions[region].words()
	if len(headers) == 0 {
		return nil
	}
	return []*table.Vocabulary{table.For(osms.KindRoster).With(headers...)}
}

func (d *Desk) rosterOptions(drop Drop) roster.Options {
	configured := d.Regions[drop.Region]
	headers, values := configured.words()
	return roster.Options{Region: drop.Region, Received: osms.DateOf(drop.Received.In(d.Zone)), FileName: path.Base(drop.Name),
		Declared: roster.Declaration{Mode: configured.Mode, AsAt: configured.AsAt},
		Headers:  headers, Values: values, Sidecar: drop.Sidecar}
}

// words are a region's own header and value words, in a fixed order.
func (r Region) words() (headers []table.Header, values []table.Value) {
	for _, field := range sortedKeys(r.Headers) {
		for _, word := range r.Headers[field] {
			headers = append(headers, table.Header{Field: field, Text: word})
		}
	}
	for _, field := range sortedKeys(r.Values) {
		for _, value := range sortedKeys(r.Values[field]) {
			for _, word := range r.Values[field][value] {
				values = append(values, table.Value{Field: field, Value: value, Text: word})
			}
		}
	}
	return headers, values
}
