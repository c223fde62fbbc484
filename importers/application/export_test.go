package application

import (
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// The readers without a book, for the fuzz targets.

func ReadApplicationsFrom(src table.Source, o Options) (*List[osms.Application], error) {
	return readSource(src, o, applications)
}

func ReadRequestsFrom(src table.Source, o Options) (*List[osms.Request], error) {
	return readSource(src, o, requests)
}

func ReadEventsFrom(src table.Source, o Options) (*List[osms.Event], error) {
	return readSource(src, o, events)
}
