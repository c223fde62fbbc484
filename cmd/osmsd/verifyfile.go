package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"osmsd/exporters/statement"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

// largestStatement bounds what is read of a file that is said to be a statement.
const largestStatement = 64 << 20

type verifiedJSON struct {
	File    string           `json:"file"`
	OK      bool             `json:"ok"`
	Reason  statement.Reason `json:"reason"`
	Place   string           `json:"place"`
	Number  string           `json:"number"`
	IIN     osms.IIN         `json:"iin"`
	From    osms.Month       `json:"from"`
	To      osms.Month       `json:"to"`
	Total   osms.Tiyn        `json:"total_tiyn"`
	Code    string           `json:"code"`
	Key     string           `json:"key"`
	Resaved bool             `json:"resaved"`
}

// verifyStatements checks statements that were given out, without the registry and
// without a network: with the public keys of who issued them.
func (a *app) verifyStatements(paths []string, keysPath string) error {
	var keys statement.Keys
	var err error
	if keysPath != "" {
		text, err := os.ReadFile(keysPath)
		if err != nil {
			return usage("verify.keys", err)
		}
		if keys, err = statement.ParseKeys(text); err != nil {
			return usage("verify.keys", err)
		}
	} else {
		signing := jobs.Signing{File: a.underHome(a.cfg.Requests.Key)}
		if keys, err = signing.Keys(); err != nil {
			return usage("verify.keys", err)
		}
		if keys == nil {
			return usage("verify.nokeys", signing.PublicFile())
		}
	}
	out, bad := []verifiedJSON{}, false
	for _, path := range paths {
		b, err := readAtMost(path, largestStatement)
		if err != nil {
			return failure("verify.unreadable", path, err)
		}
		v, err := statement.Verify(b, path, keys)
		line := verifiedJSON{File: path, OK: err == nil, Number: v.Number, IIN: v.Person, From: v.From, To: v.To, Total: v.Total, Code: v.Code, Resaved: v.Resaved}
		if v.Number != "" {
			line.Key = v.Key.String()
		}
		var fault *statement.Fault
		if errors.As(err, &fault) {
			line.Reason, line.Place, bad = fault.Reason, fault.Place, true
		} else if err != nil {
			return err
		}
		out = append(out, line)
		if a.json {
			continue
		}
		if line.OK {
			fmt.Fprintln(a.Stdout, a.say("verify.statement", path, line.Number, line.IIN, line.From, line.To, line.Total.Grouped(), line.Code))
			if line.Resaved {
				fmt.Fprintln(a.Stdout, "  "+a.say("verify.resaved"))
			}
			continue
		}
		where := ""
		if line.Place != "" {
			where = " (" + line.Place + ")"
		}
		fmt.Fprintln(a.Stdout, a.say("verify.not", path, a.word("verify.reason", string(line.Reason))+where))
	}
	if a.json {
		if err := a.print(map[string]any{"statements": out}); err != nil {
			return err
		}
	}
	if bad {
		return outcome(exitDiscrepancy)
	}
	return nil
}

// verifyCode answers who asks about a statement by its number and code.
func (a *app) verifyCode(ctx context.Context, number, code string) error {
	number = jobs.HeardNumber(number)
	o, err := a.openReading(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	s, confirmed, err := o.desk.CodeConfirmed(ctx, number, code, o.now())
	if errors.Is(err, jobs.ErrBlocked) {
		return refusal("verify.blocked", number)
	}
	if err != nil {
		return err
	}
	if a.json {
		line := map[string]any{"ok": confirmed, "number": number, "iin": s.Person, "from": s.From, "to": s.To, "total_tiyn": s.Total}
		if !confirmed {
			line = map[string]any{"ok": false, "number": number}
		}
		err = a.print(line)
	} else if confirmed {
		fmt.Fprintln(a.Stdout, a.say("verify.code", number, s.Person, s.From, s.To, s.Total.Grouped(), statement.Code(s)))
	} else {
		fmt.Fprintln(a.Stdout, a.say("verify.nocode", number))
	}
	if err != nil || confirmed {
		return err
	}
	if keys, err := o.desk.Signing.Keys(); err == nil && len(keys) > 1 {
		fmt.Fprintln(a.Stderr, a.say("verify.otherkey"))
	}
	return outcome(exitDiscrepancy)
}

func readAtMost(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most+1))
}
