package jobs

import (
	"context"
	"errors"
)

// followUp is what a run does after it has taken files: what they asked for. What
// a crash cuts off here the next run does.
func (d *Desk) followUp(ctx context.Context, t Turn) error {
	err := d.answerOpen(ctx, t)
	if err == nil {
		_, _, err = d.HandOutAnswers(ctx, t, quiet)
	}
	opened, failed := d.OpenListed(ctx, t)
	if opened > 0 {
		t.Log.Info("cases", "opened", opened)
	}
	if err = errors.Join(err, failed); err != nil || opened == 0 {
		return err
	}
	_, err = d.PrintOffice(ctx, quiet)
	return err
}
