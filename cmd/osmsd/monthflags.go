package main

import (
	"github.com/spf13/cobra"

	"osmsd/sync/osms"
)

// monthFlags name the month that a command is about and, where it is about one
// region only, the region.
type monthFlags struct {
	month, region string
}

func (f *monthFlags) add(cmd *cobra.Command, region string) {
	cmd.Flags().StringVar(&f.month, "month", "", "the month, as 2026-10")
	cmd.Flags().StringVar(&f.region, "region", "", region)
}

// parse reads them; region 0 is every region.
func (f *monthFlags) parse() (month osms.Month, region osms.Region, err error) {
	if month, err = parseMonth(f.month); err != nil {
		return 0, 0, err
	}
	region, err = parseRegion(f.region)
	return month, region, err
}

func parseMonth(text string) (osms.Month, error) {
	if text == "" {
		return 0, usage("month.missing")
	}
	m, err := osms.ParseMonth(text)
	if err != nil {
		return 0, usage("month.bad", text)
	}
	return m, nil
}

func parseRegion(text string) (osms.Region, error) {
	if text == "" {
		return 0, nil
	}
	r, err := osms.ParseRegion(text)
	if err != nil {
		return 0, usage("region.bad", text)
	}
	return r, nil
}

// parseDay reads a day; 0 where none is given.
func parseDay(text string) (osms.Date, error) {
	if text == "" {
		return 0, nil
	}
	d, err := osms.ParseDate(text)
	if err != nil {
		return 0, usage("day.bad", text)
	}
	return d, nil
}
