package jobs

import (
	"context"
	"errors"

	"osmsd/sync/store"
)

// followUp is what a run does after it has taken files: what they asked for. What
// a crash cuts off here the next run does.
func (d *Desk) followUp(ctx context.Context, t Turn) error {
	err := d.answerOpen(ctx, t)
	if err == nil {
		_, _, err = d.HandOutAnswers(ctx, t, quiet)
	}
	_ = d.learnWording(ctx, t) // it is logged
	opened, failed := d.OpenListed(ctx, t)
	if opened > 0 {
		t.Log.Info("cases", "opened", opened)
		_, unprinted := d.PrintOffice(ctx, quiet)
		failed = errors.Join(failed, unprinted)
	}
	err = errors.Join(err, failed)
	if err == nil || store.Lost(err) || errors.Is(err, store.ErrFenced) || ctx.Err() != nil {
		return err
	}
	t.Log.Error("something of what the files asked for is not done: the next run tries again", "err", err)
	return nil
}
