package ledger

import (
	"fmt"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// Documents is a file of payment documents, read to its end and checked: a bank
// or treasury statement, or one or more lists of persons. Rows counts movements
// of a statement and persons of a list; Rows = those of Documents + Refused +
// Ignored.
//
// The postings are not held in memory: Each reads them from the file again.
type Documents struct {
	// Documents in the order of the file, each identity once.
	Documents []osms.Document
	Refusals  []osms.Refusal // refused and warnings, in the order of the file
	Holds     []osms.Hold
	Tables    []osms.TableAt
	Sheets    []string
	// Ignored counts the rows of documents that stood in the file before.
	Rows, Refused, Ignored, HiddenRows int
	// Unlisted counts the refusals and warnings beyond those that are listed.
	Unlisted int
	// Controlled: the file states sums or balances, and all of them agreed.
	Controlled                  bool
	Format, Encoding, Delimiter string

	money   osms.MoneyReport
	options Options
	limits  sheet.Limits
	places  []int               // index in Documents by number of the document in the file; -1: ignored
	merged  map[osms.Place]bool // rows of a table that merged cells made unreadable
}

// format is one way in which payment documents are written. read goes through
// the whole file and hands over what it finds; whatever it computes must be the
// same every time.
type format struct {
	name string
	// fits tells by the beginning of the text, up to headBytes.
	fits func(head []byte) bool
	read func(src sheet.Source, size int64, limits sheet.Limits, o Options, r *recorder) error
}

const headBytes = 4096

// formats are tried in this order.
var formats = []format{
	{"1c", fits1C, read1C},
	{"camt.053", fitsCamt, readCamt},
	{"mt102", fitsMT102, readMT102},
	{"mt940", fitsMT940, readMT940}, // and mt950
}

// Detect tells by its content whether a file is a payment document in text
// form, and which ("": none; a table of payments is told by its header).
func Detect(src sheet.Source, size int64, limits sheet.Limits) string {
	text, err := sheet.OpenText(src, size, limits)
	if err != nil {
		return ""
	}
	head, err := text.Head(headBytes)
	if err != nil {
		return ""
	}
	for _, f := range formats {
		if f.fits(head) {
			return f.name
		}
	}
	return ""
}

// ReadDocuments reads a file of payment documents; name is what Detect says, ""
// a table of payments. Nothing is believed before it adds up: the error is a
// *osms.FileError when a sum, a balance or a number of items does not hold
// (control_total, with both figures), and for what makes any file unusable.
func ReadDocuments(src sheet.Source, size int64, name string, limits sheet.Limits, o Options) (*Documents, error) {
	d := &Documents{Format: name, options: o, limits: limits}
	r := &recorder{out: d, known: map[string]int{}}
	if err := d.read(src, size, r); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Documents) read(src sheet.Source, size int64, r *recorder) error {
	for _, f := range formats {
		if f.name == d.Format {
			return f.read(src, size, d.limits, d.options, r)
		}
	}
	return readPayments(src, size, d.limits, d.options, r)
}

// Each hands over the postings of every document that is not ignored, from the
// same bytes, in the order of the file; document indexes Documents. The posting
// may be reused after each returns.
func (d *Documents) Each(src sheet.Source, size int64, each func(document int, p *osms.Posting) error) error {
	r := &recorder{out: &Documents{}, each: func(document int, p *osms.Posting) error {
		if document >= len(d.places) {
			return fmt.Errorf("document %d of the file was not there before", document+1)
		}
		if at := d.places[document]; at >= 0 {
			return each(at, p)
		}
		return nil
	}}
	again := &Documents{Format: d.Format, options: d.options, limits: d.limits, merged: d.merged}
	r.out = again
	return again.read(src, size, r)
}
