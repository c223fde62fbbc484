package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"osmsd/exporters/mail/mailtest"
)

// mailing is a home whose roster with a mistake is imported and whose receipt
// waits in the outbox, with a mail server at an address.
func mailing(t *testing.T, address string) *script {
	t.Helper()
	s := newScript(t, "mail")
	s.unpack("roster.csv --\nИИН;Фамилия;Имя;Форма обучения;БИН\n000229537532;Сериков;Ержан;очнаяя;971240666596\n")
	s.check(os.MkdirAll(s.path("home"), 0o750))
	s.check(os.WriteFile(s.path("home/osmsd.yaml"), fmt.Appendf(nil, "intake: {poll: 1s}\nconsole: {listen: \"\"}\nmail:\n  smtp: {address: %q, tls: none}\n  from: osmsd@example.kz\n  recipients:\n    - {to: [east@example.kz], regions: [63]}\n", address), 0o600))
	if code, _ := s.execute([]string{"import", "--region", "63", "roster.csv"}); code != exitRefused {
		s.fatalf("exit code %d", code)
	}
	return s
}

// The process is killed after the server has read the mail and before it has
// answered: the mail goes again, and is recognisably the same.
func TestKilledWhileDelivering(t *testing.T) {
	there := mailtest.Start(t, mailtest.Plain)
	hold := make(chan struct{})
	there.Hold = hold
	s := mailing(t, there.Address)
	p := s.start([]string{"run", "deliver"})
	for end := time.Now().Add(30 * time.Second); there.Reading() == 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no mail came")
		}
	}
	s.check(p.cmd.Process.Kill())
	<-p.ended
	close(hold)
	s.env["OSMSD_NOW"] = "2026-10-01T09:03:00+05:00" // the killed run's lease is over, the try is not due
	if code, _ := s.execute([]string{"run", "deliver"}); code != exitDone || !strings.Contains(s.stdout, "mails sent: 0") {
		s.fatalf("exit code %d", code)
	}
	s.env["OSMSD_NOW"] = "2026-10-01T09:06:00+05:00"
	if code, _ := s.execute([]string{"run", "deliver"}); code != exitDone || !strings.Contains(s.stdout, "mails sent: 1") {
		s.fatalf("exit code %d", code)
	}
	got := there.Got()
	if len(got) != 2 || got[0].Message.Header.Get("Message-ID") == "" || got[0].Message.Header.Get("Message-ID") != got[1].Message.Header.Get("Message-ID") {
		t.Fatalf("%d mails", len(got))
	}
	if code, _ := s.execute([]string{"runs", "--json"}); code != exitDone || !strings.Contains(s.stdout, `"interrupted"`) {
		s.fatalf("the killed run is not told")
	}
}

// The daemon delivers by its schedule, and a mail server that says nothing does
// not keep it from ending.
func TestServeDelivers(t *testing.T) {
	there := mailtest.Start(t, mailtest.Plain)
	for name, address := range map[string]string{"a server": there.Address, "a silent one": mailtest.Mute(t)} {
		t.Run(name, func(t *testing.T) {
			s := mailing(t, address)
			s.env["OSMSD_NOW"] = "2026-10-01T09:04:58+05:00"
			p := s.start([]string{"serve"})
			defer func() { _ = p.cmd.Process.Kill(); <-p.ended }()
			state := `"state": "done"`
			if address != there.Address {
				state = `"state": "running"`
			}
			for end := time.Now().Add(60 * time.Second); ; time.Sleep(100 * time.Millisecond) {
				s.env["OSMSD_NOW"] = "2026-10-01T09:05:00+05:00"
				if code, _ := s.execute([]string{"runs", "--json", "--last", "1"}); code == exitDone && strings.Contains(s.stdout, `"deliver"`) && strings.Contains(s.stdout, state) {
					break
				}
				if time.Now().After(end) {
					s.fatalf("nothing is delivered")
				}
			}
			began := time.Now()
			s.check(p.cmd.Process.Signal(syscall.SIGTERM))
			if code := s.await(p, 30*time.Second); code != exitDone || time.Since(began) > 10*time.Second {
				s.fatalf("exit code %d after %s", code, time.Since(began))
			}
			if strings.Contains(s.stderr, "000229537532") || strings.Contains(s.stderr, "east@") {
				s.fatalf("personal data in the log")
			}
		})
	}
	if got := there.Got(); len(got) != 1 || !got[0].Answered {
		t.Errorf("%d mails", len(got))
	}
}
