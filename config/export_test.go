package config

// Parse reads text as Load reads a file.
func Parse(text []byte) (Config, error) {
	c := Default()
	c.source = source{file: "osmsd.yaml", places: map[string]place{}}
	c.parse(text)
	err := c.Validate(nil)
	return c, err
}
