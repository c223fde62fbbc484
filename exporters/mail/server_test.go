package mail

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"osmsd/exporters/mail/mailtest"
)

func message() Message {
	return Message{ID: MessageID(17, "receipts", "5", "akimat@example.kz", "osmsd <osmsd@example.kz>"), From: "osmsd <osmsd@example.kz>", To: "akimat@example.kz",
		Date: time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC), Letter: Letter{Subject: "Қолхат / Квитанция № 5", Text: "Құжат\n", HTML: "<p>Құжат</p>",
			Attachments: []Attachment{{"receipt-5.pdf", []byte("%PDF-1.7\x00\xff")}, {"returned-5.xlsx", bytes.Repeat([]byte("PK"), 5000)}}}}
}

// The three ways to a server; what arrives is what was sent.
func TestSend(t *testing.T) {
	for name, c := range map[string]struct {
		mode mailtest.Mode
		tls  TLS
		user string
	}{
		"plain":                  {mailtest.Plain, NoTLS, ""},
		"starttls":               {mailtest.StartTLS, StartTLS, ""},
		"tls":                    {mailtest.Implicit, ImplicitTLS, ""},
		"starttls and logged in": {mailtest.StartTLS, StartTLS, "osmsd"},
		"tls and logged in":      {mailtest.Implicit, ImplicitTLS, "osmsd"},
	} {
		t.Run(name, func(t *testing.T) {
			there := mailtest.Start(t, c.mode)
			there.User, there.Password = c.user, "тайна"
			s := NewServer(Options{Address: there.Address, TLS: c.tls, User: c.user, Password: "тайна", Timeout: 10 * time.Second, Certificates: there.Trust})
			defer s.Close()
			want := message()
			for range 2 { // over one connection
				if answer, err := s.Send(t.Context(), want); err != nil || !strings.Contains(answer, "OK") {
					t.Fatalf("%q, %v", answer, err)
				}
			}
			got := there.Got()
			if len(got) != 2 || got[0].From != "osmsd@example.kz" || got[0].To != want.To {
				t.Fatalf("%+v", got)
			}
			h := got[0].Message.Header
			subject, texts, files := mailtest.Parts(t, got[0].Raw)
			if subject != want.Subject || h.Get("Message-ID") != "<"+want.ID+">" || h.Get("Auto-Submitted") != "auto-generated" ||
				h.Get("Date") != "Thu, 01 Oct 2026 09:00:00 +0000" {
				t.Errorf("%v", h)
			}
			if strings.TrimSpace(texts["text/plain"]) != "Құжат" || strings.TrimSpace(texts["text/html"]) != "<p>Құжат</p>" {
				t.Errorf("%q", texts)
			}
			for _, a := range want.Attachments {
				if files[a.Name] != string(a.Data) {
					t.Errorf("%s: %d bytes", a.Name, len(files[a.Name]))
				}
			}
			if len(files) != 2 {
				t.Errorf("%d files", len(files))
			}
		})
	}
}

// What went wrong tells what to do.
func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(stage, to string, try int) int
		cut    bool
		want   Verdict
		code   int
	}{
		"mailbox full":      {func(stage, _ string, _ int) int { return at(stage, "rcpt", 452) }, false, Later, 452},
		"no such user":      {func(stage, _ string, _ int) int { return at(stage, "rcpt", 550) }, false, GiveUp, 550},
		"greylisted":        {func(stage, _ string, _ int) int { return at(stage, "mail", 451) }, false, Later, 451},
		"refused content":   {func(stage, _ string, _ int) int { return at(stage, "data", 554) }, false, GiveUp, 554},
		"shutting down":     {func(stage, _ string, _ int) int { return at(stage, "mail", 421) }, false, ServerDown, 421},
		"wants a login":     {func(stage, _ string, _ int) int { return at(stage, "mail", 530) }, false, ServerDown, 530},
		"cut before answer": {nil, true, Later, 0},
	} {
		t.Run(name, func(t *testing.T) {
			there := mailtest.Start(t, mailtest.Plain)
			var failing atomic.Bool // the server asks beside this test
			failing.Store(true)
			there.Answer = func(stage, to string, try int) int {
				if !failing.Load() || c.answer == nil {
					return 0
				}
				return c.answer(stage, to, try)
			}
			there.Cut = func(string, int) bool { return failing.Load() && c.cut }
			s := NewServer(Options{Address: there.Address, TLS: NoTLS, Timeout: 10 * time.Second})
			defer s.Close()
			_, err := s.Send(t.Context(), message())
			var f *Fault
			if !errors.As(err, &f) || f.Verdict != c.want || f.Code != c.code {
				t.Fatalf("%+v", err)
			}
			if f.Text == "" || strings.Contains(f.Text, "akimat") || strings.Contains(f.Text, "100101600019") {
				t.Errorf("the fault says %q", f.Text)
			}
			failing.Store(false)
			if _, err := s.Send(t.Context(), message()); err != nil {
				t.Errorf("the next mail: %v", err)
			}
		})
	}
}

func at(stage, want string, code int) int {
	if stage == want {
		return code
	}
	return 0
}

func TestServerIsNotThereOrSilent(t *testing.T) {
	dead := mailtest.Start(t, mailtest.Plain)
	gone := strings.TrimSuffix(dead.Address, dead.Address[strings.LastIndexByte(dead.Address, ':'):]) + ":1"
	hold := make(chan struct{})
	slow := mailtest.Start(t, mailtest.Plain)
	slow.Hold = hold
	defer close(hold)
	wrong := mailtest.Start(t, mailtest.StartTLS) // nobody trusts its certificate
	login := mailtest.Start(t, mailtest.StartTLS)
	login.User, login.Password = "osmsd", "right"
	for name, o := range map[string]Options{
		"nobody listens":     {Address: gone, TLS: NoTLS},
		"no greeting":        {Address: mailtest.Mute(t), TLS: NoTLS},
		"no handshake":       {Address: mailtest.Mute(t), TLS: ImplicitTLS},
		"no answer to data":  {Address: slow.Address, TLS: NoTLS},
		"no STARTTLS":        {Address: dead.Address, TLS: StartTLS},
		"not trusted":        {Address: wrong.Address, TLS: StartTLS},
		"wrong password":     {Address: login.Address, TLS: StartTLS, User: "osmsd", Password: "wrong", Certificates: login.Trust},
		"password in clear":  {Address: dead.Address, TLS: StartTLS, User: "osmsd", Password: "right"},
		"login not offered":  {Address: dead.Address, TLS: NoTLS, User: "osmsd", Password: "right"},
		"no port in address": {Address: "127.0.0.1", TLS: NoTLS},
	} {
		t.Run(name, func(t *testing.T) {
			o.Timeout = 500 * time.Millisecond
			s := NewServer(o)
			defer s.Close()
			began := time.Now()
			_, err := s.Send(t.Context(), message())
			var f *Fault
			if !errors.As(err, &f) || f.Verdict != ServerDown || f.Text == "" || strings.Contains(f.Text, "right") {
				t.Errorf("%+v", err)
			}
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// A signal ends a mail at once.
func TestSendStops(t *testing.T) {
	for name, address := range map[string]string{"no greeting": mailtest.Mute(t), "no answer": ""} {
		t.Run(name, func(t *testing.T) {
			if address == "" {
				hold := make(chan struct{})
				there := mailtest.Start(t, mailtest.Plain)
				there.Hold, address = hold, there.Address
				defer close(hold)
			}
			s := NewServer(Options{Address: address, TLS: NoTLS, Timeout: time.Minute})
			defer s.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			began := time.Now()
			if _, err := s.Send(ctx, message()); err == nil || time.Since(began) > 5*time.Second {
				t.Errorf("%v after %s", err, time.Since(began))
			}
		})
	}
}

func TestMessageID(t *testing.T) {
	a := MessageID(1, "receipts", "5", "akimat@example.kz", "osmsd@example.kz")
	if a != MessageID(1, "receipts", "5", "akimat@example.kz", "Other <osmsd@example.kz>") || strings.Contains(a, "akimat") || !strings.HasSuffix(a, "@example.kz") {
		t.Error(a)
	}
	for _, b := range []string{MessageID(2, "receipts", "5", "akimat@example.kz", "osmsd@example.kz"), MessageID(1, "reports", "5", "akimat@example.kz", "osmsd@example.kz"),
		MessageID(1, "receipts", "6", "akimat@example.kz", "osmsd@example.kz"), MessageID(1, "receipts", "5", "b@example.kz", "osmsd@example.kz")} {
		if a == b {
			t.Error(b)
		}
	}
}
