package store

// WithMigrations runs fn in a program that knows these steps and no others.
func WithMigrations(steps []func(*Tx) error, fn func()) {
	had := migrations
	defer func() { migrations = had }()
	migrations = nil
	for i, step := range steps {
		AddMigration(i+1, "step", step)
	}
	fn()
}
