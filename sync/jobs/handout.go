package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"osmsd/exporters/statement"
	"osmsd/importers/intake"
	"osmsd/sync/osms"
)

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
				t.Log.Error("an answer cannot be handed out", "number", r.Number, "err", err)
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
