package workbook

import (
	"fmt"
	"io"

	"osmsd/sync/osms"
)

// WriteReconciliation writes the workbook of a month's reconciliation: a summary
// by region under the sentence that says where the money differs most, with a
// map; the bridge from due to ledger with the guesses about what is left;
// charts; the persons and documents behind each kind of bridge line; money that
// stands on no line; the documents and ledger entries that were counted; the
// trend over months; every figure as flat data; and the files and rules that it
// was computed from. lang ("kk", "ru" or "en") says which language
// stands first; headings are in Kazakh and Russian at least. Amounts are in
// tenge.
//
// The figures are checked before a byte is written; a bridge that does not add
// up gives ErrDoesNotAddUp. Personal numbers stand whole in the workbook. The
// same reconciliation gives the same bytes.
func WriteReconciliation(w io.Writer, r osms.Reconciliation, lang string) error {
	if err := r.AddsUp(); err != nil {
		return fmt.Errorf("reconciliation of %s: %w", r.Month, err)
	}
	b := &book{lang: lang, made: r.AsOf, title: "OSMS " + r.Month.String(), foot: footLine(r, lang)}
	b.sheets = append(b.sheets, summarySheet(r, lang), bridgeSheet(r, lang))
	if charts := chartSheet(r, lang); charts != nil {
		b.sheets = append(b.sheets, *charts)
	}
	b.sheets = append(b.sheets, personSheets(r, lang, mostRows)...)
	for _, s := range []*sheet{unplacedSheet(r, lang), documentSheet(r, lang)} {
		if s != nil {
			b.sheets = append(b.sheets, *s)
		}
	}
	if len(r.Entries) > 0 || r.Source != osms.FromStatements && r.Source != osms.FromLists {
		b.sheets = append(b.sheets, entrySheet(r, lang))
	}
	if trend := trendSheet(r, lang); trend != nil {
		b.sheets = append(b.sheets, *trend)
	}
	b.sheets = append(b.sheets, flatSheet(r, lang), sourceSheet(r, lang))
	return b.write(w)
}

// ErrDoesNotAddUp says that the figures contradict each other.
var ErrDoesNotAddUp = osms.ErrDoesNotAddUp

// mostRows is how many rows of a list stand on one sheet; the rest goes to
// further sheets. Excel ends at 1,048,576.
const mostRows = 1_000_000

// footLine stands on every printed page: month, as of what, and the versions of
// everything that the figures rest on, so that two prints that differ can be
// told apart.
func footLine(r osms.Reconciliation, lang string) string {
	versions := label{
		fmt.Sprintf("тізім нұсқасы %d (№ %d) · қағидалар № %d · мөлшерлемелер № %d", r.FreezeVersion, r.FreezeSequence, r.Rules, r.Rates),
		fmt.Sprintf("версия списка %d (№ %d) · правила № %d · ставки № %d", r.FreezeVersion, r.FreezeSequence, r.Rules, r.Rates),
		fmt.Sprintf("list version %d (№ %d) · rules № %d · rates № %d", r.FreezeVersion, r.FreezeSequence, r.Rules, r.Rates),
	}
	return fmt.Sprintf("%s · %s · № %d · %s", r.Month, moment(r.AsOf), r.Sequence, versions.in(lang))
}

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
