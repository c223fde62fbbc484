package workbook

import (
	"fmt"
	"io"

	"osmsd/sync/osms"
)

// WriteReconciliation writes the workbook of a month's reconciliation: summary
// by region, bridge from due to ledger, charts, the persons behind each kind of
// bridge line, the ledger entries that were counted, and the files and rules
// that it was computed from. lang ("kk", "ru" or "en") says which language
// stands first; headings are in Kazakh and Russian at least. Amounts are in
// tenge.
//
// The figures are checked before a byte is written; a bridge that does not add
// up gives ErrDoesNotAddUp. Personal numbers stand whole in the workbook. The
// same reconciliation gives the same bytes.
func WriteReconciliation(w io.Writer, r osms.Reconciliation, lang string) error {
	if err := addsUp(r); err != nil {
		return fmt.Errorf("reconciliation of %s: %w", r.Month, err)
	}
	b := &book{lang: lang, made: r.AsOf, title: "OSMS " + r.Month.String()}
	b.sheets = append(b.sheets, summarySheet(r, lang), bridgeSheet(r, lang))
	if charts := chartSheet(r, lang); charts != nil {
		b.sheets = append(b.sheets, *charts)
	}
	b.sheets = append(b.sheets, personSheets(r, lang, mostRows)...)
	b.sheets = append(b.sheets, entrySheet(r, lang), sourceSheet(r, lang))
	return b.write(w)
}

// mostRows is how many rows of a list stand on one sheet; the rest goes to
// further sheets. Excel ends at 1,048,576.
const mostRows = 1_000_000

// topLines gives a sheet's title rows: what it shows, the month, and as of what.
func topLines(r osms.Reconciliation, lang string, title label) []string {
	month := monthLabel(r.Month)
	frozen := label{
		fmt.Sprintf("тізім %d-нұсқасымен бекітілген (%d-импортқа дейін)", r.FreezeVersion, r.FreezeSequence),
		fmt.Sprintf("список зафиксирован версией %d (до импорта %d)", r.FreezeVersion, r.FreezeSequence),
		fmt.Sprintf("list frozen as version %d (up to import %d)", r.FreezeVersion, r.FreezeSequence),
	}
	if r.FreezeVersion == 0 {
		frozen = label{"ай бекітілмеген: қазір тиесілімен салыстырылды", "месяц не зафиксирован: сверено с тем, что причитается сейчас", "the month was not frozen: compared with what is due now"}
	}
	at := moment(r.AsOf)
	known := label{
		fmt.Sprintf("%s жағдайы бойынша, %d-импортқа дейін; %s", at, r.Sequence, frozen.kk),
		fmt.Sprintf("по состоянию на %s, до импорта %d; %s", at, r.Sequence, frozen.ru),
		fmt.Sprintf("as of %s, up to import %d; %s", at, r.Sequence, frozen.en),
	}
	top := []string{
		label{title.kk + " – " + month.kk, title.ru + " – " + month.ru, title.en + " – " + month.en}.line(lang),
		known.in(lang),
	}
	if other := (label{known.ru, known.kk, known.kk}).in(lang); other != top[1] {
		top = append(top, other)
	}
	return top
}
