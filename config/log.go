package config

// Log is how the daemon writes its log, on standard error.
type Log struct {
	// Format is text, one line of key=value, or json, one object a line.
	Format string `yaml:"format"`
	// Level is the least important of what is written: debug, info, warn or error.
	// Commands other than serve write from warn on.
	Level string `yaml:"level"`
}

func (s *source) checkLog(l Log) {
	if l.Format != "text" && l.Format != "json" {
		s.add("log.format", "%q: write text or json", l.Format)
	}
	switch l.Level {
	case "debug", "info", "warn", "error":
	default:
		s.add("log.level", "%q: write debug, info, warn or error", l.Level)
	}
}
