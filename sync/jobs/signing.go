package jobs

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"osmsd/exporters/statement"
	"osmsd/importers/intake"
	"osmsd/sync/osms"
)

// Signing is the key that statements are signed with: a file that only its owner
// may read. It is made when the first statement is issued; beside it stands its
// public half, with which anybody checks statements.
type Signing struct {
	File string

	mu  sync.Mutex
	key statement.Key
}

// PublicFile is where the public halves of the keys stand: of the present one and
// of those before it.
func (s *Signing) PublicFile() string { return strings.TrimSuffix(s.File, ".key") + ".pub" }

// Key reads the key, or makes it.
func (s *Signing) Key() (statement.Key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.key.IsZero() {
		return s.key, nil
	}
	text, err := os.ReadFile(s.File)
	if errors.Is(err, fs.ErrNotExist) {
		if text, err = s.make(); err != nil {
			return statement.Key{}, fmt.Errorf("make the key of statements: %w", err)
		}
	}
	if err != nil {
		return statement.Key{}, err
	}
	key, err := statement.ParseKey(text)
	if err != nil {
		return key, fmt.Errorf("%s: %w", s.File, err)
	}
	s.key = key
	return key, s.publish(key)
}

// make makes a key. When somebody else makes one at the same moment, theirs
// stands.
func (s *Signing) make() ([]byte, error) {
	key, err := statement.NewKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(s.File), 0o750); err != nil {
		return nil, err
	}
	part := s.File + "." + strings.ToLower(rand.Text()[:8]) + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer os.Remove(part)
	_, err = f.Write(key.Encode())
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(part, s.File); err != nil && !errors.Is(err, fs.ErrExist) {
		if err := os.Rename(part, s.File); err != nil { // a disk without links
			return nil, err
		}
	}
	return os.ReadFile(s.File)
}

// publish puts the key's public half among those that are there.
func (s *Signing) publish(key statement.Key) error {
	keys, err := s.Keys()
	if err != nil {
		return err
	}
	if _, ok := keys[key.ID()]; ok {
		return nil
	}
	if keys == nil {
		keys = statement.Keys{}
	}
	keys[key.ID()] = key.Public()
	return os.WriteFile(s.PublicFile(), keys.Encode(), 0o644)
}

// Keys are the public halves that are there; none is no error.
func (s *Signing) Keys() (statement.Keys, error) {
	text, err := os.ReadFile(s.PublicFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	keys, err := statement.ParseKeys(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.PublicFile(), err)
	}
	return keys, nil
}

// SignStatement signs a statement that has its number.
func (d *Desk) SignStatement(s osms.Statement) (osms.Statement, error) {
	key, err := d.Signing.Key()
	if err != nil {
		return s, err
	}
	return statement.Sign(s, key), nil
}

// HandOutAnswers writes the documents of the answers to listed requests that are
// not yet known to be on disk: a statement as PDF, workbook and JSON, a refusal as
// PDF and JSON, each by its number. The documents are made again from what was
// stored, so that a crash costs nothing. Whose data were blocked since gets none.
// An answer that cannot be handed out is logged and stays due; the others wait
// with it only when the database does not answer, or the run is stopped.
func (d *Desk) HandOutAnswers(ctx context.Context, t Turn, progress Progress) (written, due int, err error) {
	last := int64(0)
	for {
		list, err := d.Store.UnwrittenAnswers(ctx, last, answerAtOnce)
		if err != nil || len(list) == 0 {
			return written, due, err
		}
		for _, r := range list {
			last = r.ID
			if err := ctx.Err(); err != nil {
				return written, due, err
			}
			a, err := d.Remade(ctx, r.Number)
			if errors.Is(err, ErrBlocked) {
				continue
			}
			if err != nil && !errors.Is(err, ErrRemade) {
				return written, due, fmt.Errorf("answer %s: %w", r.Number, err)
			}
			if err == nil {
				err = d.handOutAnswer(a)
			}
			if err != nil {
				due++
				t.Log.Error("an answer cannot be handed out", "number", r.Number, "error", err)
				continue
			}
			if err := d.Store.MarkAnswerWritten(ctx, r.ID); err != nil {
				return written, due, fmt.Errorf("answer %s: %w", r.Number, err)
			}
			written++
			progress("statements", written, 0)
		}
	}
}

func (d *Desk) handOutAnswer(a osms.RequestAnswer) error {
	type form struct {
		ext   string
		write func(io.Writer) error
	}
	var forms []form
	if a.Ground == 0 {
		s, err := d.SignStatement(*a.Statement)
		if err != nil {
			return err
		}
		for ext, write := range map[string]func(io.Writer, osms.Statement) error{".pdf": statement.WritePDF, ".xlsx": statement.WriteXLSX, ".json": statement.WriteJSON} {
			forms = append(forms, form{ext, func(w io.Writer) error { return write(w, s) }})
		}
	} else {
		text := d.RefusalText(a)
		forms = []form{{".pdf", func(w io.Writer) error { return statement.WriteRefusalPDF(w, a, text) }},
			{".json", func(w io.Writer) error { return statement.WriteRefusalJSON(w, a, text) }}}
	}
	for _, f := range forms {
		var b bytes.Buffer
		if err := f.write(&b); err != nil {
			return err
		}
		if err := intake.HandOut(d.Home.Statements, AnswerFile(a.Number)+f.ext, b.Bytes(), d.Drops.Step); err != nil {
			return err
		}
	}
	return nil
}

// AnswerFile is the name of an answer's file, without its extension: the number in
// letters that any system and mail takes.
func AnswerFile(number string) string {
	switch series, rest, _ := strings.Cut(number, "-"); series {
	case seriesStatement:
		return "statement-" + rest
	case seriesRefusal:
		return "refusal-" + rest
	}
	return "statement-" + number
}

// RefusalText are the words of a refusal, as of the day of the answer.
func (d *Desk) RefusalText(a osms.RequestAnswer) statement.RefusalText {
	rule := d.rule(osms.DateOf(a.Answered.In(d.Zone)))
	ground, _ := rule.Ground(a.Ground)
	text := statement.RefusalText{Number: a.Number, GroundKK: ground.KK, GroundRU: ground.RU, ReasonKK: a.Reason.In("kk"), ReasonRU: a.Reason.In("ru")}
	for _, act := range rule.Acts {
		if act.ID == "order-26" {
			text.BasisKK, text.BasisRU = act.KK+" (№ "+act.Number+")", act.RU+" (№ "+act.Number+")"
		}
	}
	return text
}
