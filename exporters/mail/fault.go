package mail

import (
	"context"
	"errors"
	"fmt"
	"net/textproto"
	"regexp"
	"strings"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"osmsd/sync/osms"
)

// Verdict says what to do about a mail that was not sent.
type Verdict int

const (
	// Later: this mail may go through another time.
	Later Verdict = iota
	// GiveUp: the server refuses this mail for good.
	GiveUp
	// ServerDown: nothing can be sent through this server now.
	ServerDown
)

// Fault is why a mail was not sent.
type Fault struct {
	Verdict Verdict
	Code    int // of SMTP; 0: the server said nothing
	// Text is for people: no address, no IIN, at most 200 letters.
	Text string
}

func (f *Fault) Error() string { return f.Text }

// dialling judges an error before any mail was offered: whatever it is, it
// concerns the server and not the mail.
func dialling(ctx context.Context, err error) *Fault {
	f := &Fault{Verdict: ServerDown, Code: codeOf(err), Text: cleaned("no connection: " + err.Error())}
	if ctx.Err() != nil {
		f.Text = "no connection: " + ended(ctx)
	}
	return f
}

// sending judges an error of one mail.
func sending(ctx context.Context, err error) *Fault {
	if ctx.Err() != nil {
		return &Fault{Verdict: ServerDown, Text: ended(ctx)}
	}
	f := &Fault{Verdict: Later, Code: codeOf(err)} // a broken connection: this mail may be what broke it
	var refused *gomail.SendError
	text := fmt.Sprint(err)
	if errors.As(err, &refused) {
		text, _, _ = strings.Cut(refused.Error(), ", affected ")
		if f.Code == 0 {
			f.Code = refused.ErrorCode()
		}
	}
	switch f.Text = cleaned(text); {
	case f.Code == 421, f.Code == 530, f.Code == 534, f.Code == 535, f.Code == 538:
		f.Verdict = ServerDown // it goes away, or wants to be logged in to
	case f.Code >= 500:
		f.Verdict = GiveUp
	}
	return f
}

func ended(ctx context.Context) string {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return "the server did not answer in time"
	}
	return "stopped"
}

func codeOf(err error) int {
	var said *textproto.Error
	if errors.As(err, &said) {
		return said.Code
	}
	return 0
}

var address = regexp.MustCompile(`<?[^\s<>"@]+@[^\s<>"@]+>?`)

// cleaned makes what a server said fit for a journal.
func cleaned(s string) string {
	s = osms.Shown(strings.Join(strings.Fields(address.ReplaceAllString(s, "<…>")), " "))
	if utf8.RuneCountInString(s) > 200 {
		s = string([]rune(s)[:199]) + "…"
	}
	return s
}
