package main

import (
	"slices"
	"testing"

	"osmsd/config"
)

// TestScheduleIsRunnable: a job that can be put on the schedule can be run.
func TestScheduleIsRunnable(t *testing.T) {
	for job := range config.Default().Schedule {
		if !slices.Contains(runnable, job) {
			t.Errorf("%s has a schedule, and there is no such job", job)
		}
	}
}
