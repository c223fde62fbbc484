package jobs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"osmsd/exporters/mail"
	"osmsd/exporters/mail/mailtest"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// post lets an office mail to a server: to akimats of two regions, to the Fund,
// to an administrator.
func (o *office) post(address string) {
	to := func(address, language string, party osms.MailParty, region osms.Region) Recipient {
		return Recipient{Address: address, Language: language, Party: party, Region: region, Kinds: party.Mails()}
	}
	o.desk.Mail = &Mail{From: "osmsd@example.kz", Console: "https://osms.example.kz", Limit: 1 << 20, RunTime: 20 * time.Second, DigestHour: 8,
		Server: mail.Options{Address: address, TLS: mail.NoTLS, Timeout: 5 * time.Second},
		Attach: Attach{Receipt: true, Returned: true, Summary: true, Reminder: true},
		Recipients: []Recipient{to("east@example.kz", "", osms.PartyRegion, 63), to("akmola@example.kz", "kk", osms.PartyRegion, 11),
			to("fund@example.kz", "ru", osms.PartyFund, 0), to("admin@example.kz", "en", osms.PartyAdministrators, 0)}}
}

// hearing leaves an address nothing but one kind of mail.
func (o *office) hearing(address string, kind osms.MailKind) {
	for i := range o.desk.Mail.Recipients {
		if o.desk.Mail.Recipients[i].Address == address {
			o.desk.Mail.Recipients[i].Kinds = []osms.MailKind{kind}
		}
	}
}

func (o *office) deliver() (done Delivered) {
	o.t.Helper()
	_, err := o.runner.Run(o.t.Context(), osms.Run{Job: osms.JobDeliver, Trigger: "command"}, func(ctx context.Context, t Turn) (string, error) {
		var err error
		done, err = o.desk.Deliver(ctx, t)
		return done.message(), err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return done
}

func (o *office) outbox() []store.Mail {
	o.t.Helper()
	list, err := o.desk.Store.Outbox(o.t.Context(), 0)
	if err != nil {
		o.t.Fatal(err)
	}
	return list
}

func (o *office) after(d time.Duration) { o.now = o.now.Add(d) }

// bad is a roster of which one row is refused.
func (o *office) bad(name string) string {
	o.t.Helper()
	lines := rosterOf(learner{iin: child(o.t, 1), bin: school(o.t, 1)}, learner{iin: child(o.t, 2), bin: school(o.t, 1), form: "смешанная"})
	return o.write(name, lines...)
}

var wholeIIN = regexp.MustCompile(`\b1503145\d{5}\b`)

// A file's receipt goes to the region that sent it, with its workbook; one
// without a region to the administrator, and of money to the Fund.
func TestMailsOfFiles(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		there := mailtest.Start(t, mailtest.Plain)
		o.post(there.Address)
		o.check(63, o.bad("63-delta.csv")) // a dry run tells nobody
		if list := o.outbox(); len(list) != 0 {
			t.Fatalf("%+v", list)
		}
		good := child(t, 1)
		o.hand(63, o.bad(good.Digits()+".csv"))
		o.take(63, "63-full-empty.csv", "Вид списка: полный", "БИН: "+school(t, 1).Digits(), rosterHeader) // held
		o.take(63, "x.csv", "Имя;Класс", "А;1")                                                            // refused
		o.take(75, "75-delta.csv", rosterOf(learner{iin: child(t, 9), bin: school(t, 9)})...)              // nobody there is mailed
		o.take(0, "ledger.csv", "Месяц;Регион;Количество;Сумма", "2026-09;63;1;1000")
		o.take(0, "y.csv", "Имя;Класс", "А;1")
		if done := o.deliver(); done != (Delivered{Sent: 6}) {
			t.Errorf("%+v: %+v", done, o.outbox())
		}
		var to []string
		for _, g := range there.Got() {
			subject, texts, files := mailtest.Parts(t, g.Raw)
			to = append(to, g.To+" "+strings.Join(sortedKeys(files), " "))
			if wholeIIN.MatchString(subject+texts["text/plain"]+texts["text/html"]+fmt.Sprint(sortedKeys(files))) || strings.Contains(subject, "csv") {
				t.Errorf("a whole IIN, or a file's name: %s\n%s", subject, texts["text/plain"])
			}
			for name, data := range files {
				if strings.HasSuffix(name, ".pdf") && !strings.HasPrefix(data, "%PDF-") || strings.HasSuffix(name, ".xlsx") && !strings.HasPrefix(data, "PK") {
					t.Errorf("%s is none", name)
				}
			}
			if !strings.Contains(texts["text/plain"], "https://osms.example.kz") {
				t.Error(texts["text/plain"])
			}
		}
		want := []string{"east@example.kz receipt-1.pdf returned-1.xlsx", "east@example.kz receipt-2.pdf", "east@example.kz receipt-3.pdf",
			"fund@example.kz receipt-5.pdf", "admin@example.kz receipt-5.pdf", "admin@example.kz receipt-6.pdf"}
		if !slices.Equal(to, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(to, "\n"), strings.Join(want, "\n"))
		}
		_, texts, files := mailtest.Parts(t, there.Got()[0].Raw)
		for _, x := range []string{"Жолдар: 2; қабылданды: 1, бас тартылды: 1", "Строк: 2; принято: 1, отказано: 1", "до 06.10.2026"} {
			if !strings.Contains(texts["text/plain"], x) {
				t.Errorf("%q is not in %s", x, texts["text/plain"])
			}
		}
		// What came is what lies in the folder.
		path, err := filepath.Glob(filepath.Join(o.desk.Home.Returned, "63", "*receipt-1.pdf"))
		if err != nil || len(path) != 1 {
			t.Fatal(path, err)
		}
		if data, err := os.ReadFile(path[0]); err != nil || string(data) != files["receipt-1.pdf"] {
			t.Errorf("another receipt than in the folder: %v", err)
		}
		if _, texts, _ := mailtest.Parts(t, there.Got()[4].Raw); !strings.Contains(texts["text/plain"], "Outcome: ") {
			t.Error(texts["text/plain"])
		}
		// Nothing is sent twice.
		o.after(time.Hour)
		if done := o.deliver(); done != (Delivered{}) || len(there.Got()) != 6 {
			t.Errorf("%+v, %d mails", done, len(there.Got()))
		}
	})
}

// What may not be attached, or is too large, is said to lie in its folder.
func TestMailsWithoutAttachments(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		there := mailtest.Start(t, mailtest.Plain)
		o.post(there.Address)
		o.desk.Mail.Recipients[0].Language = "ru"
		o.desk.Mail.Attach = Attach{Receipt: true}
		o.hand(63, o.bad("1.csv"))
		o.deliver()
		o.desk.Mail.Attach, o.desk.Mail.Limit = Attach{Receipt: true, Returned: true}, 10
		o.hand(63, o.bad("2.csv"))
		o.deliver()
		got := there.Got()
		if len(got) != 2 {
			t.Fatalf("%d mails", len(got))
		}
		_, texts, files := mailtest.Parts(t, got[0].Raw)
		if len(files) != 1 || files["receipt-1.pdf"] == "" || !strings.Contains(texts["text/plain"], "лежит в папке returned/63") || strings.Contains(texts["text/plain"], "слишком") {
			t.Errorf("%v\n%s", sortedKeys(files), texts["text/plain"])
		}
		_, texts, files = mailtest.Parts(t, got[1].Raw)
		if len(files) != 0 || !strings.Contains(texts["text/plain"], "лежит в папке returned/63") || !strings.Contains(texts["text/plain"], "слишком большие") {
			t.Errorf("%v\n%s", sortedKeys(files), texts["text/plain"])
		}
	})
}

// A mail that is not taken now is tried again, one that never will be is given up,
// and neither hinders the others.
func TestDeliverTriesAgain(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		there := mailtest.Start(t, mailtest.Plain)
		there.Answer = func(stage, to string, try int) int {
			switch {
			case stage == "rcpt" && to == "east@example.kz":
				return 550
			case stage == "rcpt" && to == "fund@example.kz" && try < 3:
				return 451
			}
			return 0
		}
		o.post(there.Address)
		o.hand(63, o.bad("1.csv"))
		o.take(0, "ledger.csv", "Месяц;Регион;Количество;Сумма", "2026-09;63;1;1000")
		if done := o.deliver(); done != (Delivered{Sent: 1, Later: 1, GivenUp: 1}) {
			t.Errorf("%+v", done)
		}
		box := o.outbox()
		if east := box[0]; east.GivenUp.IsZero() || !strings.Contains(east.Fault, "550") || strings.Contains(east.Fault, "east@") || wholeIIN.MatchString(east.Fault) {
			t.Errorf("%+v", east)
		}
		if fund := box[1]; !fund.Waiting() || fund.Tries != 1 || fund.NextTry.Sub(o.now) != 5*time.Minute || !strings.Contains(fund.Fault, "451") {
			t.Errorf("%+v", fund)
		}
		o.after(4 * time.Minute)
		if done := o.deliver(); done != (Delivered{}) {
			t.Errorf("before its time: %+v", done)
		}
		o.after(time.Minute)
		if done := o.deliver(); done != (Delivered{Later: 1}) {
			t.Errorf("%+v", done)
		}
		o.after(10 * time.Minute)
		if done := o.deliver(); done != (Delivered{Sent: 1}) {
			t.Errorf("%+v", done)
		}
		if box := o.outbox(); box[1].Tries != 3 || box[1].Sent.IsZero() || box[1].Fault != "" {
			t.Errorf("%+v", box[1])
		}
		// What was given up goes out when an operator wants it, and the address is mended.
		there.Answer = nil
		if err := o.desk.Store.RetryMail(t.Context(), 1, o.now); err != nil {
			t.Fatal(err)
		}
		if done := o.deliver(); done != (Delivered{Sent: 1}) {
			t.Errorf("%+v", done)
		}
	})
}

// The tries of a mail go over about two days, then it is given up.
func TestDeliverGivesUp(t *testing.T) {
	o := newSQLite(t)
	there := mailtest.Start(t, mailtest.Plain)
	there.Answer = func(string, string, int) int { return 452 }
	o.post(there.Address)
	o.hearing("admin@example.kz", osms.MailReports)
	o.hand(63, o.bad("1.csv"))
	began, tries := o.now, 0
	for o.outbox()[0].Waiting() {
		if done := o.deliver(); done.Later+done.GivenUp != 1 {
			t.Fatalf("%+v", done)
		}
		if tries++; tries > 100 {
			t.Fatal("it is never given up")
		}
		if m := o.outbox()[0]; m.Waiting() {
			o.now = m.NextTry
		}
	}
	if took := o.now.Sub(began); tries != mailTries || took < 44*time.Hour || took > 52*time.Hour {
		t.Errorf("given up after %d tries in %s", tries, took)
	}
}

// The connection breaks after the mail and before the answer: it is sent again,
// and is recognisably the same.
func TestDeliverAfterACut(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		there := mailtest.Start(t, mailtest.Plain)
		there.Cut = func(_ string, try int) bool { return try == 1 }
		o.post(there.Address)
		o.hand(63, o.bad("1.csv"))
		if done := o.deliver(); done != (Delivered{Later: 1}) {
			t.Errorf("%+v", done)
		}
		o.after(5 * time.Minute)
		if done := o.deliver(); done != (Delivered{Sent: 1}) {
			t.Errorf("%+v", done)
		}
		got := there.Got()
		if len(got) != 2 || got[0].Answered || !got[1].Answered || got[0].Message.Header.Get("Message-ID") != got[1].Message.Header.Get("Message-ID") ||
			got[0].Message.Header.Get("Date") != got[1].Message.Header.Get("Date") {
			t.Errorf("%+v", got)
		}
	})
}

// The process ends between the commit and the mail, or while the mail is sent:
// the next run sends it.
func TestDeliverAfterACrash(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		there := mailtest.Start(t, mailtest.Plain)
		o.post(there.Address)
		// It ends right after the commit: not even a receipt is handed out.
		o.run(func(ctx context.Context, turn Turn) error {
			return o.crashAfterCommit(ctx, turn, o.bad("1.csv"))
		})
		if got, err := filepath.Glob(filepath.Join(o.desk.Home.Returned, "63", "*")); err != nil || len(got) != 0 {
			t.Fatalf("%v, %v", got, err)
		}
		box := o.outbox()
		if len(box) != 1 {
			t.Fatalf("%+v", box)
		}
		// It ends again after the claim.
		if ok, err := o.desk.Store.ClaimMail(t.Context(), box[0], o.now.Add(pauseAfter(1))); err != nil || !ok {
			t.Fatal(ok, err)
		}
		if done := o.deliver(); done != (Delivered{}) {
			t.Errorf("%+v", done)
		}
		o.after(pauseAfter(1))
		if done := o.deliver(); done != (Delivered{Sent: 1}) || len(there.Got()) != 1 {
			t.Errorf("%+v", done)
		}
		// The next run of the intake hands the receipt out and puts no second mail.
		o.run(func(ctx context.Context, turn Turn) error { _, err := o.desk.resume(ctx, turn, false); return err })
		if box := o.outbox(); len(box) != 1 {
			t.Errorf("%+v", box)
		}
		if got, err := filepath.Glob(filepath.Join(o.desk.Home.Returned, "63", "*receipt-1.pdf")); err != nil || len(got) != 1 {
			t.Errorf("%v, %v", got, err)
		}
	})
}

// crashAfterCommit commits a file of region 63 and goes no further.
func (o *office) crashAfterCommit(ctx context.Context, turn Turn, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	kept, err := o.desk.Archive.Keep(f, 1<<20)
	if err != nil {
		return err
	}
	r, err := o.desk.Read(Drop{Name: filepath.Base(path), SHA256: kept.SHA256, Size: kept.Size, Region: 63, Channel: channelCommand, Received: turn.Now, Run: turn.Run.ID})
	if err != nil {
		return err
	}
	_, err = o.desk.Apply(ctx, turn, r, false)
	return err
}

// A server that says nothing costs a run the time of one mail; the others wait for
// the next, and the registry is free meanwhile.
func TestDeliverToASilentServer(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.post(mailtest.Mute(t))
		o.desk.Mail.Server.Timeout = 300 * time.Millisecond
		for i := range 3 {
			o.hand(63, o.bad(fmt.Sprintf("%d.csv", i)))
		}
		began := time.Now()
		done := o.deliver()
		if took := time.Since(began); took > 5*time.Second || done.Later != 1 || done.Sent+done.GivenUp != 0 || done.Down == "" {
			t.Errorf("%+v after %s", done, took)
		}
		there := mailtest.Start(t, mailtest.Plain)
		o.desk.Mail.Server.Address = there.Address
		if done := o.deliver(); done != (Delivered{Sent: 2}) {
			t.Errorf("%+v", done)
		}
		o.after(5 * time.Minute)
		if done := o.deliver(); done != (Delivered{Sent: 1}) {
			t.Errorf("%+v", done)
		}
	})
}

// A run is over in its time, although each mail is slow; what is left is sent by
// the next.
func TestDeliverRunTime(t *testing.T) {
	o := newSQLite(t)
	there := mailtest.Start(t, mailtest.Plain)
	slow := make(chan struct{})
	there.Hold = slow
	o.post(there.Address)
	o.desk.Mail.RunTime = 400 * time.Millisecond
	for i := range 4 {
		o.hand(63, o.bad(fmt.Sprintf("%d.csv", i)))
	}
	began := time.Now()
	done := o.deliver()
	if took := time.Since(began); took > 3*time.Second || done.Sent != 0 || done.Later != 1 {
		t.Errorf("%+v after %s", done, took)
	}
	close(slow)
	o.desk.Mail.RunTime = 20 * time.Second
	if done := o.deliver(); done != (Delivered{Sent: 3}) {
		t.Errorf("%+v", done)
	}
	o.after(5 * time.Minute)
	if done := o.deliver(); done != (Delivered{Sent: 1}) {
		t.Errorf("%+v", done)
	}
}

// While mail is delivered the registry can be written, and the other way round;
// two deliveries at once are one too many.
func TestDeliverBesideTheRegistry(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		there := mailtest.Start(t, mailtest.Plain)
		o.post(there.Address)
		other := &Runner{Store: o.desk.Store, Clock: o.runner.Clock, Holder: "another", Log: o.runner.Log}
		_, err := other.Run(t.Context(), osms.Run{Job: osms.JobDeliver, Trigger: "command"}, func(ctx context.Context, turn Turn) (string, error) {
			o.hand(63, o.bad("1.csv"))
			_, err := o.runner.Run(ctx, osms.Run{Job: osms.JobDeliver, Trigger: "command"}, func(context.Context, Turn) (string, error) { return "", nil })
			if busy := (*store.BusyError)(nil); !errors.As(err, &busy) || busy.Holder != "another" {
				t.Errorf("two deliveries: %v", err)
			}
			done, err := o.desk.Deliver(ctx, turn)
			return done.message(), err
		})
		if err != nil || len(there.Got()) != 1 {
			t.Errorf("%v, %d mails", err, len(there.Got()))
		}
		for _, r := range o.runs() {
			if r.State != osms.Done {
				t.Errorf("%+v", r)
			}
		}
	})
}

// Who is no longer a recipient gets nothing that waited for it.
func TestDeliverToFormerRecipients(t *testing.T) {
	o := newSQLite(t)
	there := mailtest.Start(t, mailtest.Plain)
	o.post(there.Address)
	o.hand(63, o.bad("1.csv"))
	o.desk.Mail.Recipients[0].Region = 75
	if done := o.deliver(); done != (Delivered{GivenUp: 1}) || len(there.Got()) != 0 {
		t.Errorf("%+v", done)
	}
	o.desk.Mail = nil
	o.hand(63, o.bad("2.csv"))
	if done := o.deliver(); done != (Delivered{Off: true}) || len(o.outbox()) != 1 {
		t.Errorf("%+v, %+v", done, o.outbox())
	}
}
