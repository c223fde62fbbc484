package shape

import "osmsd/sync/osms"

// Template is a list that was written for an organisation to fill in.
type Template struct {
	File   string      `json:"file"`
	Region osms.Region `json:"region"`
	BIN    osms.BIN    `json:"bin"`
	Rows   int         `json:"rows"`
}
