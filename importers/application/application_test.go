package application_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"osmsd/importers/application"
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

var almaty = time.FixedZone("UTC+5", 5*60*60)

// options: the file came on Sunday, 22 November 2026, at 12:00.
var options = application.Options{Received: time.Date(2026, 11, 22, 12, 0, 0, 0, almaty), Zone: almaty}

// iin makes a valid IIN of a person born on the day, with a century digit.
func iin(t testing.TB, yymmdd, century, serial int) string {
	t.Helper()
	for ; ; serial++ {
		eleven := uint64(yymmdd)*100_000 + uint64(century)*10_000 + uint64(serial)
		if k, ok := osms.CheckDigit(eleven); ok {
			return fmt.Sprintf("%011d%d", eleven, k)
		}
	}
}

// bin makes a valid BIN, registered in the month yymm.
func bin(t testing.TB, yymm, serial int) string {
	t.Helper()
	for ; ; serial++ {
		eleven := uint64(yymm)*10_000_000 + 40*100_000 + uint64(serial)
		if k, ok := osms.CheckDigit(eleven); ok {
			return fmt.Sprintf("%011d%d", eleven, k)
		}
	}
}

type reader[T any] func(*sheet.Book, application.Options) (*application.List[T], error)

// tell reads a file and writes what was understood, a line an item, a refusal.
func tell[T any](t testing.TB, file []byte, read reader[T], item func(T) string) string {
	t.Helper()
	book, err := sheet.Open(bytes.NewReader(file), int64(len(file)), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	list, err := read(book, options)
	if err != nil {
		var refusal *osms.FileError
		if !errors.As(err, &refusal) {
			t.Fatal(err)
		}
		return string(refusal.Code) + "\n"
	}
	if list.Rows != len(list.Items)+list.Refused+list.Ignored {
		t.Errorf("%d rows are not %d + %d + %d", list.Rows, len(list.Items), list.Refused, list.Ignored)
	}
	var b strings.Builder
	for _, i := range list.Items {
		fmt.Fprintln(&b, item(i))
	}
	for _, r := range list.Refusals {
		fmt.Fprintln(&b, strings.TrimSpace(fmt.Sprintf("%s %s%s %s %s %q %s", r.Severity, r.Sheet, r.Cell, r.Field, r.Code, r.Value, r.Detail)))
	}
	return b.String()
}

func tellApplication(a osms.Application) string {
	documents := ""
	for i, has := range []bool{a.Form, a.Identity, a.Study, a.Consent} {
		if has {
			documents += "FISC"[i : i+1]
		}
	}
	return strings.TrimRight(fmt.Sprintf("%d %s %s %s %s %s<%s %s %s %s %s %s %s", a.Row, a.Incoming, a.Received.Format("01-02 15:04"), a.Person.Digits(), a.Name,
		a.BIN, a.Previous, documents, a.IdentityUntil, a.StudyDated, a.StudyForm, a.Level, a.EnrolledOn), " ")
}

func tellRequest(q osms.Request) string {
	return fmt.Sprintf("%d %s %s %s %s..%s %s %t", q.Row, q.Incoming, q.Received.Format("01-02 15:04"), q.Person.Digits(), q.From, q.To, q.ConfirmedBy, q.Consent)
}

func tellEvent(e osms.Event) string {
	return fmt.Sprintf("%d %s %s %s..%s %s|%s", e.Row, e.Person.Digits(), e.Kind, e.On, e.Until, e.Document, e.Note)
}

func lines(s ...string) string { return strings.Join(s, "\n") + "\n" }
