package config

import (
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"

	"osmsd/sync/osms"
)

// Secret is text that prints as *** whatever the verb; Reveal discloses it.
type Secret string

// Reveal gives the text.
func (s Secret) Reveal() string { return string(s) }

func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// Format prints *** whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// LogValue hides the text in slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the text in JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Bytes is a size, written with its unit: 64KiB, 256MiB, 2GiB, 100B.
type Bytes int64

var units = []struct {
	name string
	size int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}

// String gives the size in the largest unit that divides it.
func (b Bytes) String() string {
	for _, u := range units {
		if b != 0 && int64(b)%u.size == 0 {
			return fmt.Sprintf("%d%s", int64(b)/u.size, u.name)
		}
	}
	return "0B"
}

// parseScalar reads one value into the variable that target points to. The
// error says what was expected; it repeats text only where text is no secret.
func parseScalar(text string, target any) (err error) {
	switch v := target.(type) {
	case *string:
		*v = text
	case *Secret:
		*v = Secret(text)
	case *bool:
		switch text {
		case "true":
			*v = true
		case "false":
			*v = false
		default:
			return fmt.Errorf("%q: write true or false", text)
		}
	case **bool:
		*v = new(bool)
		return parseScalar(text, *v)
	case **int:
		*v = new(int)
		return parseScalar(text, *v)
	case *int:
		*v, err = parseInt(text)
	case *time.Duration:
		if *v, err = time.ParseDuration(text); err != nil || text == "0" {
			return fmt.Errorf("%q: write a number with its unit, as 10s, 5m or 1h", text)
		}
	case *Bytes:
		*v, err = parseBytes(text)
	case *Term:
		*v, err = parseTerm(text)
	case *osms.Mode:
		if text != "" && text != string(osms.Full) && text != string(osms.Delta) {
			return fmt.Errorf("%q: write full or delta", text)
		}
		*v = osms.Mode(text)
	case *osms.BIN:
		if *v = 0; text != "" {
			*v, err = osms.ParseBIN(text)
		}
	case *osms.Date:
		if *v = 0; text != "" {
			*v, err = osms.ParseDate(text)
		}
	case *osms.Month:
		if *v = 0; text != "" {
			*v, err = osms.ParseMonth(text)
		}
	case *osms.Rate:
		*v, err = osms.ParseRate(text)
	case *osms.Tiyn:
		if *v, err = osms.ParseTiyn(text); err != nil {
			return fmt.Errorf("%q: write an amount in tenge, as 405416 or 405416.50", text)
		}
	case *osms.Region:
		if text == "" {
			*v = 0
			return nil
		}
		if len(text) != 2 || strings.Trim(text, "0123456789") != "" {
			return fmt.Errorf("%q: write the first two digits of the region's KATO code", text)
		}
		*v, err = osms.ParseRegion(text)
	case *osms.Job:
		*v = osms.Job(text)
	case *osms.MailKind:
		*v = osms.MailKind(text)
	default:
		return fmt.Errorf("no reader for %T", target)
	}
	return err
}

// parseInt reads a plain decimal number: no octal, no exponent, no underscore.
func parseInt(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || strconv.Itoa(n) != text || n > math.MaxInt32 {
		return 0, fmt.Errorf("%q: write a whole number in plain digits", text)
	}
	return n, nil
}

func parseBytes(text string) (Bytes, error) {
	for _, u := range units {
		if number, ok := strings.CutSuffix(text, u.name); ok {
			n, err := parseInt(strings.TrimSpace(number))
			if err == nil && int64(n) <= math.MaxInt64/u.size && -int64(n) <= math.MaxInt64/u.size {
				return Bytes(int64(n) * u.size), nil
			}
			break
		}
	}
	return 0, fmt.Errorf("%q: write a whole number with its unit, as 64KiB, 256MiB or 2GiB", text)
}

// formatScalar is the text that parseScalar reads back; secrets stay hidden. ok
// is false when v is not a scalar.
func formatScalar(v any) (text string, ok bool) {
	switch v := v.(type) {
	case *bool:
		if v == nil {
			return "", true
		}
		return strconv.FormatBool(*v), true
	case *int:
		if v == nil {
			return "", true
		}
		return strconv.Itoa(*v), true
	case bool, int, string, Secret, time.Duration, Bytes, Term, osms.Mode, osms.BIN, osms.Date, osms.Month, osms.Rate, osms.Tiyn, osms.Region, osms.Job, osms.MailKind:
		return fmt.Sprint(v), true
	}
	return "", false
}
