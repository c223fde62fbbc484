package jobs

import (
	"flag"
	"os"
	"testing"

	"osmsd/sync/store/storetest"
)

var long = flag.Bool("long", false, "run the tests at their full size")

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }
